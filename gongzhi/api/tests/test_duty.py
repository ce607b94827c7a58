"""Substitutes, nights, papers and rulings over the API: what a door adds to the operations behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.api.tests.callers import NOON, Caller, problem_of
from gongzhi.api.tests.duty_examples import (
    NEEDED,
    SIMING,
    credential,
    holder,
    night,
    post_to_take_care_of,
    running_night,
    substitution,
)
from gongzhi.dispatch.tests.rulings import ruling
from gongzhi.kernel.clock import utc_text
from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.rules import Holding, Matter
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import GIVES_POWERS
from gongzhi.testing import moves
from gongzhi.testing.cases import accepted_case, checked_case, filed_case
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def security(calls):
    return calls("security_administrator")


@pytest.fixture
def system(calls):
    return calls("system_administrator")


def test_a_substitute_acts_with_a_token_of_the_own(security):
    uid = substitution()
    made = security.post(f"/substitutions/{uid}/tokens", {"name": "desk"}, seen=2)
    assert made.status_code == 201
    assert made["ETag"] == '"3"'
    substitute = Caller(made.json()["token"])
    me = substitute.get("/me").json()
    assert me["post"] == "shift_leader"
    case = accepted_case()
    filed = substitute.post(f"/cases/{case.uid}/moves/file", {"condition_code": moves.VENDOR_BY_DAY}, seen=case.version)
    assert filed.status_code == 200
    history = substitute.get(f"/cases/{case.uid}/history").json()
    assert history[-1]["actor"]["on_behalf_of"] == str(post_to_take_care_of().member)
    security.post(f"/substitutions/{uid}/end", seen=3)
    assert substitute.get("/me").status_code == 401


def test_who_is_on_duty_is_told_to_all_who_work_with_the_substitutes_named(calls, security):
    uid = substitution()
    held = calls("handler").get("/duty", query={"post": "shift_leader"}).json()
    assert held[-1]["instead_of"] == str(post_to_take_care_of().member)
    assert [one["id"] for one in security.get("/substitutions").json()] == [str(uid)]
    assert [one["unit"] for one in calls("handler").get("/duty").json()] == ["centre"]
    holder(Post.DUTY_LEADER)
    assert [one["unit"] for one in calls("handler").get("/duty").json()] == ["centre", "bureau"]
    assert problem_of(calls("handler").get("/substitutions")) == (403, "not-permitted")


def test_a_night_is_listed_until_it_is_reviewed(calls):
    uid = night()
    leader = calls("leader")
    (listed,) = leader.get("/night-duties/to-review").json()
    assert (listed["id"], listed["awaits_review"], listed["state"]) == (str(uid), True, "declared")
    said = {"outcome": "improper", "words": "一件并不紧急"}
    reviewed = leader.post(f"/night-duties/{uid}/review", said, seen=1)
    assert (reviewed.status_code, reviewed["ETag"]) == (200, '"2"')
    assert leader.get("/night-duties/to-review").json() == []
    assert leader.get("/night-duties").json()[0]["outcome"] == "improper"
    assert problem_of(leader.post(f"/night-duties/{uid}/review", said, seen=2)) == (409, "move-not-allowed")


def test_what_was_done_in_a_night_is_listed_by_the_citys_day(calls):
    uid = running_night()
    by = moves.member(Post.SHIFT_LEADER)
    matter = Matter(area=SIMING, urgent=True, hands={"case.pass_check": (by.id,)})
    permission = queries.require(by, "case.close", matter, at=MONDAY_9AM)
    people.tell_relaxed(permission, about="case:1", by=by, at=MONDAY_9AM)
    leader = calls("leader")
    (listed,) = leader.get("/relaxed-acts/2026-11-23").json()
    assert (listed["act"], listed["crossed"], listed["member"]) == ("case.close", ["case.pass_check"], by.id)
    assert leader.get("/relaxed-acts/2026-11-22").json() == leader.get("/relaxed-acts/2026-11-24").json() == []
    assert leader.get(f"/night-duties/{uid}/acts").json() == [listed]
    assert problem_of(calls("acceptor").get("/relaxed-acts/2026-11-23")) == (403, "not-permitted")


def test_a_night_that_is_too_long_is_refused_with_the_measure(calls):
    holder(Post.DUTY_LEADER)
    said = {
        "area": SIMING,
        "from_at": utc_text(NOON),
        "until_at": utc_text(NOON + timedelta(hours=13)),
        "grounds": "台风",
    }
    refused = calls("duty_leader").post("/night-duties", said)
    assert problem_of(refused) == (409, "night-duty-too-long")
    assert refused.json()["facts"] == {"most_h": 12}


def test_an_act_without_its_paper_is_refused_in_words(calls, security):
    need = {**NEEDED, "act": "case.file"}
    assert security.post("/policy/needs/put", need, seen=queries.edition()).status_code == 200
    case = accepted_case()
    refused = calls("shift_leader").post(
        f"/cases/{case.uid}/moves/file", {"condition_code": moves.VENDOR_BY_DAY}, seen=case.version
    )
    assert problem_of(refused) == (403, "credential-missing")
    assert "enforcement" in refused.json()["detail"]


def test_a_paper_is_entered_suspended_and_listed(security):
    uid = credential()
    member = queries.credential(uid).member
    (listed,) = security.get(f"/members/{member}/credentials").json()
    assert (listed["counts"], listed["holder"]) == (True, "8001")
    taken = security.post(f"/credentials/{uid}/suspend", {"grounds": "年审未通过"}, seen=2)
    assert (taken.json()["status"], taken.json()["counts"], taken["ETag"]) == ("suspended", False, '"3"')
    assert [one["id"] for one in security.get("/credentials/expiring").json()] == [str(uid)]
    assert security.get("/credentials/expiring", query={"within_days": 5}).json() == []
    assert problem_of(security.post(f"/credentials/{uid}/withdraw", {"grounds": " "}, seen=3)) == (
        422,
        "grounds-needed",
    )


def test_rulings_are_searched_before_a_case_is_sent_back(calls):
    kept = ruling()
    desk = calls("department_desk")
    (found,) = desk.get("/precedents", query={"text": "单车 监督"}).json()
    assert (found["id"], found["unit_code"], found["grounds"]) == (str(kept.uid), "bikes", kept.grounds)
    assert desk.get("/precedents", query={"text": "管道"}).json() == []
    told = calls("dispatcher").get(f"/cases/{filed_case().uid}/suggestion").json()
    assert told["ruling"]["precedent"] == str(kept.uid)
    assert problem_of(desk.post(f"/precedents/{kept.uid}/end", {"grounds": "不服"}, seen=1)) == (
        403,
        "not-permitted",
    )


def test_a_unit_that_still_holds_something_ends_with_its_successor(system, monkeypatch):
    monkeypatch.setattr(registry, "_holdings", {})
    registry.register_holdings("case", of_unit={"water": Holding("case", 2, ("2026-000001",))}.get)
    assert system.get("/units/water/holdings").json() == [{"thing": "case", "count": 2, "some": ["2026-000001"]}]
    seen = queries.unit("water").version
    assert problem_of(system.post("/units/water/end", seen=seen)) == (409, "unit-still-holds")
    ended = system.post("/units/water/end?successor=municipal", seen=seen)
    assert (ended.status_code, ended.json()["successor"]) == (200, "municipal")


def test_whoever_has_work_in_hand_leaves_when_it_is_handed_over(system, monkeypatch):
    uid, other = UUID(moves.member("handler").id), UUID(moves.member("checker").id)
    monkeypatch.setattr(registry, "_holdings", {})
    registry.register_holdings("case", of_member={uid: Holding("case", 1)}.get)
    assert system.get(f"/members/{uid}/holdings").json() == [{"thing": "case", "count": 1, "some": []}]
    seen = queries.member_version(uid)
    assert problem_of(system.post(f"/members/{uid}/end", seen=seen)) == (409, "member-still-holds")
    assert system.post(f"/members/{uid}/end?handed_to={other}", seen=seen).status_code == 200


def test_contracts_that_end_soon_are_listed(system):
    seen = queries.unit("bikes").version
    renewed = system.post("/units/bikes/contract", {"until_at": utc_text(NOON + timedelta(days=20))}, seen=seen)
    assert (renewed.status_code, renewed.json()["level"]) == (200, 1)
    assert [one["code"] for one in system.get("/contracts/ending").json()] == ["bikes"]
    assert system.get("/contracts/ending", query={"within_days": 10}).json() == []


def test_why_answers_for_a_case_with_its_hands(security):
    case = checked_case()
    checker = next(iter(case.hands["case.pass_check"]))
    substitute_of_leader = substitution()
    told = security.get("/policy/why", query={"act": "case.close", "case": str(case.uid)}).json()
    assert "case.pass_check" in told["not_after"]
    assert [one["scope"] for one in told["grants"] if one["post"] == "shift_leader"] == ["city"]
    stand_in = queries.substitution(substitute_of_leader)
    (shown,) = [one for one in told["powers"] if one["member"] == str(stand_in.member)]
    assert (shown["may"], shown["on_behalf_of"]) == (True, str(stand_in.instead_of))
    again = security.get("/policy/why", query={"act": "case.submit_result", "case": str(case.uid)}).json()
    stopped = [one for one in again["powers"] if one["member"] == checker]
    assert all(one["stops"][0]["code"] == "same-person" for one in stopped)


def test_why_says_who_lacks_the_paper_in_the_readers_language(security):
    people.put_credential_need(**NEEDED, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM)
    asked = {"act": NEEDED["act"], "unit": moves.SIMING_BUREAU, "area": SIMING}
    told = security.get("/policy/why", query=asked).json()
    assert told["needs"] == ["enforcement"]
    (stop,) = next(one for one in told["powers"] if one["reaches"])["stops"]
    assert (stop["code"], "enforcement" in stop["words"]) == ("credential-missing", True)


def test_why_answers_for_an_hour(security):
    stand_in = str(queries.substitution(substitution()).member)

    def holders(hour):
        asked = {"act": "case.close", "hour": utc_text(hour)}
        return [one["member"] for one in security.get("/policy/why", query=asked).json()["powers"]]

    assert stand_in in holders(NOON)
    assert stand_in not in holders(NOON + timedelta(days=2))
