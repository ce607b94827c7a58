"""Reports are found by what they say; nobody can read that from the index, and it goes with the words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.erasure import erase_report
from gongzhi.intake.models import Report, ReportTerm
from gongzhi.intake.rules import CODE_HOLDER, Draft, GivenPlace
from gongzhi.intake.states import Channel, ErasureRule, Part, ReportKind
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.people.rules import Sight
from gongzhi.people.states import Post
from gongzhi.testing.moves import MONDAY_9AM, member
from gongzhi.testing.news import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CITY = Sight(everywhere=True)
LATER = MONDAY_9AM + timedelta(hours=1)


def received(text: str, *, address: str = "", kind: ReportKind = ReportKind.CONSULT) -> Report:
    draft = Draft(kind=kind, channel=Channel.PORTAL, text=text, place=GivenPlace(address=address))
    receipt = intake.receive_report(draft, source="test", key=text, by=ANONYMOUS_REPORTER, at=MONDAY_9AM)
    deliver()
    return Report.objects.get(uid=receipt.report)


def found(text: str, *, sight: Sight = CITY) -> list[str]:
    return [one.number for one in queries.saying(text, sight=sight)]


def test_a_report_is_found_by_words_of_its_text_its_address_and_what_was_added():
    lamp = received("中山路的路灯不亮", address="骑楼下 88 号")
    other = received("灯塔的路不平")
    intake.supplement_report(lamp.uid, words="今晚 ABC 店门口又黑了", seen=None, by=CODE_HOLDER, at=LATER)
    deliver(LATER)
    table = {
        "路灯": [lamp],
        "路灯不亮": [lamp],
        "骑楼": [lamp],
        "abc": [lamp],
        "ＡＢＣ 路灯": [lamp],
        "不平": [other],
        "不亮 不平": [],
        "灯路": [],
        "": [],
        "。！": [],
        "88": [lamp],
    }
    assert {asked: found(asked) for asked in table} == {
        asked: [one.number for one in rows] for asked, rows in table.items()
    }


def test_what_only_has_the_same_pairs_somewhere_is_not_found():
    received("路灯，灯不，不亮")
    assert found("路灯不亮") == []


def test_the_latest_stands_first_and_no_more_than_asked_for():
    numbers = [received(f"井盖破了，第{count}个").number for count in range(4)]
    assert [one.number for one in queries.saying("井盖破", sight=CITY, limit=3)] == numbers[:0:-1]


def test_nobody_finds_what_lies_beyond_their_sight():
    received("路灯不亮")
    assert found("路灯", sight=Sight(areas=("350200/350203",))) == []


def test_erased_words_are_found_no_more_and_the_rest_still_is():
    lamp = received("路灯不亮", address="骑楼下")
    by = member(Post.AUDIT_ADMINISTRATOR)
    asked: dict[str, Any] = {"rule": ErasureRule.CONSENT_WITHDRAWN, "grounds": "本人要求"}
    lamp.refresh_from_db()
    erase_report(lamp.uid, parts=[Part.WORDS], seen=lamp.version, by=by, at=LATER, **asked)
    assert (found("路灯"), found("骑楼")) == ([], [lamp.number])
    deliver(LATER)
    assert (found("路灯"), found("骑楼")) == ([], [lamp.number])
    lamp.refresh_from_db()
    erase_report(lamp.uid, parts=[Part.PLACE], seen=lamp.version, by=by, at=LATER, **asked)
    assert not ReportTerm.objects.filter(report=lamp).exists()


def test_what_came_in_before_is_indexed_turn_by_turn():
    numbers = [received(f"井盖破了，第{count}个").number for count in range(3)]
    ReportTerm.objects.all().delete()
    turns: list[int | None] = []
    reached: int | None = 0
    while reached is not None:
        reached = intake.draw_missing_terms(after=reached, limit=2)
        turns.append(reached)
    assert len(turns) == 3
    assert sorted(found("井盖")) == sorted(numbers)
