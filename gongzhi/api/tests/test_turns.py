"""Every turn of a case through the API: by the right post, by a wrong one, on a stale version, without one."""

import pytest

from gongzhi.api.tests.callers import NOON, Caller, caller, problem_of
from gongzhi.api.tests.turns_examples import CLOSING, GROUNDS, TURNS
from gongzhi.cases import queries
from gongzhi.dispatch import queries as dispatch
from gongzhi.testing import cases, moves, turns
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU

pytestmark = pytest.mark.django_db

each_turn = pytest.mark.parametrize("turn", TURNS, ids=lambda one: one.act)


@each_turn
def test_a_turn_is_made_by_its_post(city, turn):
    case = turn.before()
    response = caller(turn.post, turn.unit).post(
        f"/cases/{case.uid}/moves/{turn.act}", turn.body(case), seen=case.version
    )
    assert response.status_code == 200, response.content
    now = queries.case(case.uid)
    assert now.state.value == turn.after
    assert response["ETag"] == f'"{now.version}"'
    assert response.json()["version"] == now.version > case.version


@each_turn
def test_a_turn_on_an_old_version_on_none_or_by_another_post_changes_nothing(city, turn):
    case = turn.before()
    sent, there = turn.body(case), f"/cases/{case.uid}/moves/{turn.act}"
    right, wrong = caller(turn.post, turn.unit), caller("evaluator")
    assert problem_of(right.post(there, sent, seen=case.version + 1)) == (412, "changed-meanwhile")
    assert problem_of(right.post(there, sent)) == (428, "seen-version-missing")
    assert problem_of(wrong.post(there, sent, seen=case.version)) == (403, "not-permitted")
    assert problem_of(Caller().post(there, sent, seen=case.version)) == (401, "sign-in-needed")
    assert queries.case(case.uid) == case


@pytest.mark.parametrize("turn", [one for one in TURNS if one.said is GROUNDS], ids=lambda one: one.act)
def test_a_turn_without_its_grounds_is_refused(city, turn):
    case = turn.before()
    response = caller(turn.post, turn.unit).post(
        f"/cases/{case.uid}/moves/{turn.act}", {"grounds": " "}, seen=case.version
    )
    assert problem_of(response) == (409, "grounds-missing")


def test_a_unit_gets_back_what_it_returned_only_with_grounds(city):
    case = cases.returned_case()
    there, dispatcher = f"/cases/{case.uid}/moves/dispatch", caller("dispatcher")
    same = {"unit_code": SIMING_BUREAU}
    assert problem_of(dispatcher.post(there, same, seen=case.version)) == (409, "grounds-missing")
    assert dispatcher.post(there, same | GROUNDS, seen=case.version).status_code == 200


def test_a_ruling_through_the_api_is_kept_as_a_precedent(city):
    case = cases.returned_case()
    said = GROUNDS | {"unit_code": HULI_BUREAU}
    response = caller("leader").post(f"/cases/{case.uid}/moves/arbitrate", said, seen=case.version)
    assert response.status_code == 200, response.content
    (kept,) = [one for one in dispatch.precedents(at=NOON) if one.case == case.uid]
    assert kept.unit_code == HULI_BUREAU


def test_unknown_grounds_of_a_return_are_named(city, dispatched_case):
    desk = caller("department_desk", SIMING_BUREAU)
    response = desk.post(
        f"/cases/{dispatched_case.uid}/moves/return", {"ground": "too_far_away"}, seen=dispatched_case.version
    )
    assert problem_of(response) == (422, "input-faulty")


def test_the_turns_of_a_case_are_read_at_once(city):
    case = turns.ask_assistance(turns.instruct(cases.handling_case()))
    told = caller("leader").get(f"/cases/{case.uid}/turns").json()
    assert (told["clock"], told["extensions_granted"], told["returns"]) == (case.limit_text, 0, [])
    assert [one["unit"] for one in told["assistances"]] == [HULI_BUREAU]
    assert [one["late"] for one in told["instructions"]] == [False]


def test_a_unit_that_helps_reads_the_case_and_its_files(city):
    case = cases.handled_case()
    helper = caller("department_desk", HULI_BUREAU)
    assert problem_of(helper.get(f"/cases/{case.uid}")) == (403, "not-permitted")
    back = turns.ask_assistance(moves.send_back(case))
    for part in ("", "/turns", "/stages", "/history", "/files"):
        assert helper.get(f"/cases/{back.uid}{part}").status_code == 200
    shown = helper.get(f"/cases/{back.uid}/files").json()
    assert helper.get(f"/files/{shown[0]['id']}").status_code == 200
    assert [one["id"] for one in helper.get("/cases").json()["items"]] == [str(back.uid)]
    answer = helper.post(f"/cases/{back.uid}/moves/propose_special_closing", CLOSING, seen=back.version)
    assert problem_of(answer) == (403, "not-permitted")
