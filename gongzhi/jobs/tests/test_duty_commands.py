"""What an administrator types about duty, papers and rulings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.dispatch.tests.rulings import ruling
from gongzhi.jobs.duty_commands import credential, duty, precedent
from gongzhi.jobs.people_commands import people, policy
from gongzhi.jobs.tests.test_people_commands import typed
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import operations, queries, registry
from gongzhi.people.operations import MemberStillHolds, UnitStillHolds
from gongzhi.people.rules import Holding, Matter
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

SIMING = "350200/350203"


@pytest.fixture
def chen(city):
    return typed(people, "add-member", "8001", "陈小明")


def shift_leader():
    return queries.appointments(at=wall_clock(), post=Post.SHIFT_LEADER)[0]


def test_a_substitute_is_arranged_seen_on_duty_and_ended(chen):
    away = shift_leader()
    uid = typed(people, "substitute", str(away.uid), chen, "2099-01-01", "--grounds", "年休假")
    number = queries.member(away.member, at=wall_clock()).number
    assert f"8001  shift_leader@{away.unit}  ({number})" in typed(duty, "on", "--post", "shift_leader")
    assert "+ 8001" in typed(policy, "why", "case.close", "--post", "shift_leader")
    typed(people, "end-substitution", uid)
    assert "8001" not in typed(duty, "on", "--post", "shift_leader")
    assert typed(duty, "on") == "D015  duty_leader@centre"


def test_a_unit_and_a_member_end_with_a_successor(chen, monkeypatch):
    typed(people, "add-member", "8002", "林小雨")
    uid = queries.member_uid(chen)
    monkeypatch.setattr(registry, "_holdings", {})
    registry.register_holdings(
        "case", of_unit={"water": Holding("case", 1)}.get, of_member={uid: Holding("case", 1)}.get
    )
    with pytest.raises(UnitStillHolds):
        typed(people, "end-unit", "water")
    typed(people, "end-unit", "water", "--successor", "municipal")
    assert queries.unit("water").successor == "municipal"
    with pytest.raises(MemberStillHolds):
        typed(people, "end-member", chen)
    typed(people, "end-member", chen, "--handed-to", "8002")
    assert chen not in typed(people, "list")


def test_a_contractor_is_hired_listed_with_its_level_and_renewed():
    said = ("--kind", "contractor", "--name", "保洁公司", "--name-en", "Cleaners", "--parent", "bureau")
    typed(people, "add-unit", "cleaners", *said, "--contract-until", "2098-12-31")
    assert "1  cleaners  contractor  保洁公司  bureau  < 2098-12-30" in typed(people, "units")
    typed(people, "renew-contract", "cleaners", "2099-12-31T12:00")
    assert "< 2099-12-31" in typed(people, "units")


def test_a_paper_is_entered_needed_taken_and_listed(chen):
    typed(people, "appoint", chen, "handler", moves.SIMING_BUREAU)
    typed(policy, "put-need", "case.submit_result", "enforcement")
    assert typed(policy, "needs") == "case.submit_result  enforcement"
    asked = ("case.submit_result", "--unit", moves.SIMING_BUREAU, "--area", SIMING)
    assert "- 8001" in typed(policy, "why", *asked)
    said = ("--body", "福建省人民政府", "--from", "2020-01-01", "--until", "2098-01-01")
    uid = typed(credential, "add", chen, "enforcement", "闽D-02-001", *said)
    assert "+ 8001" in typed(policy, "why", *asked)
    typed(credential, "suspend", uid, "--grounds", "年审未通过")
    assert "suspended" in typed(credential, "list", "--number", chen)
    assert "您的证件（行政执法证）正在暂扣" in typed(policy, "why", *asked)
    typed(credential, "restore", uid)
    typed(credential, "withdraw", uid, "--grounds", "调离")
    assert "withdrawn" in typed(credential, "list")
    assert typed(credential, "list", "--within-days", "60") == ""
    typed(policy, "end-need", "case.submit_result", "enforcement")
    assert typed(policy, "needs") == ""


def test_nights_and_what_was_done_in_them_are_listed():
    (leader,) = queries.appointments(at=wall_clock(), post=Post.DUTY_LEADER)
    at = wall_clock() + timedelta(minutes=1)
    night = operations.declare_night_duty(
        SIMING, from_at=at, until_at=at + timedelta(hours=1), grounds="台风", by=leader.actor(), at=at
    )
    by = shift_leader().actor()
    matter = Matter(area=SIMING, urgent=True, hands={"case.pass_check": (by.id,)})
    permission = queries.require(by, "case.close", matter, at=at)
    operations.tell_relaxed(permission, about="case:1", by=by, at=at)
    assert f"{night}  {SIMING}" in typed(duty, "nights")
    assert typed(duty, "nights", "--to-review") == ""
    day = at.astimezone(moves.CITY_ZONE).date().isoformat()
    assert "case:1  case.close > case.pass_check" in typed(duty, "acts", day)
    assert typed(duty, "acts", "2020-01-01") == ""


def test_a_ruling_is_found_and_made_a_rule():
    kept = ruling()
    assert str(kept.uid) in typed(precedent, "list", "单车", "监督", "--unit", "bikes")
    assert typed(precedent, "list", "管道") == ""
    made = typed(precedent, "make-rule", str(kept.uid), "ruling 1", "--from", "2026-01-01")
    assert made.endswith("→ bikes")


def test_why_is_asked_about_a_case_and_an_hour(chen):
    kept = ruling()
    typed(people, "appoint", chen, "dispatcher", "centre")
    asked = ("case.dispatch", "--post", "dispatcher", "--case", kept.number)
    assert "+ 8001" in typed(policy, "why", *asked)
    assert "8001" not in typed(policy, "why", *asked, "--at", f"{MONDAY_9AM:%Y-%m-%d}")
