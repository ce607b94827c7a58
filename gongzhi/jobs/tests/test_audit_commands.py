"""What the auditor types, and what the terminal answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from gongzhi.audit import registry
from gongzhi.audit.delivery import MOST_ATTEMPTS
from gongzhi.audit.models import Delivery, Entry
from gongzhi.audit.states import DeliveryState
from gongzhi.jobs.audit_commands import audit
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.models import Unit
from gongzhi.people.operations import add_unit

pytestmark = pytest.mark.django_db
MONDAY_9AM = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path, settings, monkeypatch):
    """A home folder of its own, and no room listens or checks."""
    settings.GONGZHI_HOME = tmp_path
    monkeypatch.setattr(registry, "_registry", registry._Registry())
    return tmp_path


@pytest.fixture
def units(db) -> None:
    for code in ("bureau", "brigade"):
        add_unit(code, kind="bureau", name_zh="局", name_en="Bureau", by=TIMER, at=MONDAY_9AM)


def type_(*words: str, language: str = "zh-hans") -> Result:
    with translation.override(language):
        return CliRunner().invoke(audit, words)


def answered(*words: str, code: int = 0) -> str:
    result = type_(*words)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_an_intact_record_is_told_in_words_and_ends_with_0(units):
    told = answered("verify")
    assert "条目 2" in told
    assert "完好" in told


def test_an_intact_record_is_told_as_one_json_object_on_the_last_line(units):
    told = json.loads(answered("verify", "--json").splitlines()[-1])
    assert told == {"entries": 2, "streams": 2, "rows": 2, "held": 0, "erased": 0, "findings": []}


def test_damage_ends_with_1_and_names_each_place(units):
    stream = Unit.objects.get(code="brigade").stream
    Entry.objects.filter(stream=stream).update(type="unit.closed")
    told = answered("verify", "--no-files", code=1)
    assert f"{stream}#1  条目内容被改动" in told
    as_json = json.loads(answered("verify", "--json", code=1).splitlines()[-1])
    assert as_json["findings"] == [{"damage": "altered", "stream": stream, "seq": 1, "detail": ""}]


def test_english_readers_get_english_words(units):
    Entry.objects.filter(seq=1).update(type="unit.closed")
    told = type_("verify", language="en").output
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in told), told


def test_sealing_writes_the_anchor_and_verifying_reads_it(units, home):
    assert "第 1 号封印：位置 1-2" in answered("seal")
    assert "没有新的条目" in answered("seal")
    anchor = home / "anchors" / "seals.jsonl"
    assert "锚" not in answered("verify", "--anchor", str(anchor))
    assert "锚" in answered("verify")
    anchor.write_text("no seal\n")
    assert "line 1 is no seal" in answered("verify", "--anchor", str(anchor), code=2)


def test_an_export_is_written_and_verified(units, home):
    out = home / "record.ndjson"
    assert "已导出 2 条" in answered("export", "--out", str(out))
    assert "完好" in answered("verify-export", str(out))
    told = json.loads(answered("verify-export", str(out), "--json").splitlines()[-1])
    assert told == {"entries": 2, "streams": 2, "seals": 0, "findings": []}
    out.write_bytes(out.read_bytes().replace(b"Bureau", b"Bureax"))
    assert "条目内容被改动" in answered("verify-export", str(out), code=1)
    out.write_text("x")
    assert "does not begin like an export" in answered("verify-export", str(out), code=2)


def test_dead_letters_are_listed_and_put_back_into_the_queue(units):
    assert "没有投递失败" in answered("dead-letters", "list")
    dead = Delivery.objects.create(
        subscriber="reader",
        stream="unit:1",
        seq=1,
        position=1,
        state=DeliveryState.DEAD.value,
        attempts=MOST_ATTEMPTS,
        next_at=MONDAY_9AM,
        last_error="ValueError at handle, line 7",
    )
    assert "reader\tunit:1#1\t8\tValueError" in answered("dead-letters", "list")
    assert json.loads(answered("dead-letters", "list", "--json"))["id"] == dead.pk
    assert "已放回队列" in answered("dead-letters", "retry", str(dead.pk))
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (DeliveryState.WAITING.value, 0)


def test_what_is_no_dead_letter_is_refused(units):
    assert isinstance(type_("dead-letters", "retry", "7").exception, NotFound)
