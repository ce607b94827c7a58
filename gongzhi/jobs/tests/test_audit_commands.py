"""What the auditor types, and what the terminal answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.utils import translation

from gongzhi.audit import registry, seals
from gongzhi.audit.delivery import MOST_ATTEMPTS
from gongzhi.audit.export_format import FORMAT_WITHOUT_SEALS
from gongzhi.audit.models import Delivery, Entry, Position, Seal
from gongzhi.audit.states import DeliveryState
from gongzhi.jobs.audit_commands import audit
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import NoCity
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
    reach = {"sealed": 0, "unsealed": 2, "anchors": [{"anchor": "home", "seals": 0, "until": 0, "after": 2}]}
    assert told == {"entries": 2, "streams": 2, "rows": 2, "held": 0, "erased": 0, **reach, "findings": []}


def test_a_database_without_a_city_is_never_called_intact(db):
    assert isinstance(type_("verify").exception, NoCity)
    assert isinstance(type_("verify", "--json").exception, NoCity)


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
    add_unit("station", kind="bureau", name_zh="所", name_en="Station", by=TIMER, at=MONDAY_9AM)
    copy = home / "copy.jsonl"
    copy.write_bytes((home / "anchors" / "seals.jsonl").read_bytes())
    told = answered("verify")
    assert "封印覆盖至位置 2；其后 1 条尚未封印。" in told
    assert "锚 home：封印 1，覆盖至位置 2；其后 1 条它管不到。" in told
    assert "只比对了本机的锚文件" in told
    told = answered("verify", "--anchor", str(copy), "--anchor", str(copy))
    assert told.count(f"锚 {copy}：") == 2
    assert "只比对了本机的锚文件" not in told
    copy.write_text("no seal\n")
    assert "line 1 is no seal" in answered("verify", "--anchor", str(copy), code=2)


def test_plain_verifying_finds_that_all_seals_were_deleted_and_that_the_anchor_was(units, home):
    answered("seal")
    kept = list(Seal.objects.all())
    Seal.objects.all().delete()
    assert "seals#1  锚文件中有此封印，数据库中已没有" in answered("verify", code=1)
    Seal.objects.bulk_create(kept)
    assert "完好" in answered("verify")
    (home / "anchors" / "seals.jsonl").unlink()
    assert "anchor:home  已有封印，本机的锚文件却不见了" in answered("verify", code=1)


def test_plain_verifying_finds_that_everything_was_deleted(units, home):
    answered("seal")
    for table in (Entry, Position, Seal, Unit):
        table._base_manager.all()._raw_delete(using="default")
    assert "tail-cut" in answered("verify", "--json", code=1)


def test_a_database_without_tables_beside_an_anchor_is_a_record_that_is_gone(units, home, monkeypatch):
    answered("seal")
    copy = home / "copy.jsonl"
    copy.write_bytes((home / "anchors" / "seals.jsonl").read_bytes())
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_, **__: [])
    told = answered("verify", code=1)
    assert "anchor:home  整个记录都不见了：数据库里没有存放它的表 - it keeps 1 seals of a record" in told
    assert "锚 home：封印 1，覆盖至位置 0" in told
    as_json = json.loads(answered("verify", "--json", "--anchor", str(copy), code=1).splitlines()[-1])
    assert [(one["damage"], one["stream"]) for one in as_json["findings"]] == [
        ("record-gone", "anchor:home"),
        ("record-gone", f"anchor:{copy}"),
    ]
    (home / "anchors" / "seals.jsonl").write_text("no seal\n")
    assert "record-gone" in answered("verify", "--json", code=1)


def test_an_export_is_written_and_verified(units, home):
    out = home / "record.ndjson"
    answered("seal")
    assert "已导出条目 2、封印 1" in answered("export", "--out", str(out))
    assert "完好" in answered("verify-export", str(out))
    told = json.loads(answered("verify-export", str(out), "--json").splitlines()[-1])
    counts = {"entries": 2, "positions": 2, "streams": 2, "seals": 1, "says_seals": True}
    assert told == {
        **counts,
        "public_key": seals.own_public_key(),
        "sealed": 2,
        "unsealed": 0,
        "anchors": [],
        "findings": [],
    }
    anchor = str(home / "anchors" / "seals.jsonl")
    assert f"锚 {anchor}：封印 1，覆盖至位置 2；其后 0 条" in answered("verify-export", str(out), "--anchor", anchor)
    whole = out.read_bytes()
    out.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert "导出文件不完整 - it states 1 seals, and the file holds 0" in answered("verify-export", str(out), code=1)
    out.write_bytes(whole.replace(b"Bureau", b"Bureax"))
    assert "条目内容被改动" in answered("verify-export", str(out), code=1)
    out.write_text("x")
    assert "does not begin like an export" in answered("verify-export", str(out), code=2)


def test_an_export_of_the_older_form_is_not_called_intact(units, home):
    out = home / "older.ndjson"
    answered("export", "--out", str(out))
    first, *others = out.read_bytes().splitlines(keepends=True)
    told = {"format": FORMAT_WITHOUT_SEALS, "entries": 2, "root": json.loads(first)["record"]["root"]}
    public_key, signature = seals.sign(canonical_bytes(told))
    older = json.dumps({"record": told | {"public_key": public_key, "signature": signature}}).encode()
    out.write_bytes(b"".join([older, b"\n", *others]))
    said = answered("verify-export", str(out))
    assert "没有写明原有多少封印" in said
    assert "完好" not in said


def test_a_damaged_record_is_exported_and_the_damage_named(units, home):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_entry SET body = CAST(body AS TEXT) WHERE seq = 1")
        assert "条目内容被改动" in answered("export", "--out", str(home / "x.ndjson"), code=1)
    else:  # there a body cannot be anything but bytes
        Entry.objects.filter(seq=1).update(body=b"\xff")
        answered("export", "--out", str(home / "x.ndjson"))
    assert (home / "x.ndjson").exists()


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
