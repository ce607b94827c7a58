"""Every move of the lifecycle through the API: by the right post, by a wrong one, on a stale version, without one."""

import pytest

from gongzhi.api.api import api
from gongzhi.api.tests.callers import Caller, caller, problem_of
from gongzhi.api.tests.turns_examples import TURNS
from gongzhi.cases import queries
from gongzhi.cases.lifecycle import CASE
from gongzhi.intake.states import Channel
from gongzhi.testing import cases, moves

pytestmark = pytest.mark.django_db

BY_A_VISIT = {"confirm_verified", "report_unconfirmed", "pass_check", "fail_check"}
"""Moves that follow from what a visit saw; they have no address of their own."""
WITH_A_REPORT = {"uphold_objection", "reopen_by_reporter"}
"""Moves that follow from what a reporter said; they have their address with the report."""
BY_A_TIMER = {"escalate_return"}


def ready_to_pass():
    """A result whose condition needs no visit."""
    return cases.handled_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT)


def found_on_patrol():
    return cases.reported_case(channel=Channel.PATROL, by=moves.member("collector"))


def submitted():
    return moves.submit(cases.handling_case())


def photo_of_the_handler():
    return [str(moves.photo(moves.member("handler", moves.SIMING_BUREAU)))]


GROUNDS = {"grounds": "不属本市管辖"}
MOVES = [
    # act, the case before, what is sent, post, unit, the state after
    ("locate", cases.reported_case, {"lon": 118.1, "lat": 24.5}, "acceptor", None, "reported"),
    ("classify", cases.reported_case, {"class_key": moves.GOODS_OUTSIDE_A_SHOP}, "acceptor", None, "reported"),
    ("verify", cases.reported_case, None, "acceptor", None, "verifying"),
    ("accept", found_on_patrol, None, "acceptor", None, "accepted"),
    ("not_accept", cases.reported_case, GROUNDS, "acceptor", None, "not_accepted"),
    ("file", cases.accepted_case, {"condition_code": moves.VENDOR_BY_DAY}, "shift_leader", None, "filed"),
    ("dispatch", cases.filed_case, {}, "dispatcher", None, "dispatched"),
    ("dispatch", cases.filed_case, {"unit_code": moves.HULI_BUREAU}, "dispatcher", None, "dispatched"),
    ("acknowledge", cases.dispatched_case, None, "department_desk", moves.SIMING_BUREAU, "handling"),
    ("submit_result", cases.handling_case, photo_of_the_handler, "handler", moves.SIMING_BUREAU, "handling"),
    ("confirm_result", submitted, None, "department_desk", moves.SIMING_BUREAU, "handled"),
    ("send_to_check", cases.handled_case, None, "dispatcher", None, "checking"),
    ("pass_from_desk", ready_to_pass, None, "dispatcher", None, "check_passed"),
    ("send_back", cases.handled_case, GROUNDS, "dispatcher", None, "rework"),
    ("close", cases.checked_case, {"closing_confirmed": True}, "shift_leader", None, "closed"),
    ("refuse_closing", cases.checked_case, GROUNDS, "shift_leader", None, "rework"),
    ("void", cases.reported_case, GROUNDS, "shift_leader", None, "void"),
]
each_move = pytest.mark.parametrize(
    ("act", "before", "said", "post", "unit", "after"), MOVES, ids=lambda one: str(one)[:20]
)


def body(said):
    return {"after_photos": said(), "words": "已清理"} if callable(said) else said


@each_move
def test_a_move_is_made_by_its_post(city, act, before, said, post, unit, after):
    case = before()
    response = caller(post, unit).post(f"/cases/{case.uid}/moves/{act}", body(said), seen=case.version)
    assert response.status_code == (201 if act in {"verify", "send_to_check"} else 200), response.content
    now = queries.case(case.uid)
    assert now.state.value == after
    assert now.version > case.version
    if response.status_code == 200:
        assert response["ETag"] == f'"{now.version}"'
        assert response.json()["version"] == now.version
    else:
        assert response.json()["case"] == str(case.uid)


@each_move
def test_a_move_on_an_old_version_on_none_or_by_another_post_changes_nothing(
    city, act, before, said, post, unit, after
):
    case, sent = before(), body(said)
    there = f"/cases/{case.uid}/moves/{act}"
    right, wrong = caller(post, unit), caller("leader")
    assert problem_of(right.post(there, sent, seen=case.version + 1)) == (412, "changed-meanwhile")
    assert problem_of(right.post(there, sent)) == (428, "seen-version-missing")
    assert problem_of(wrong.post(there, sent, seen=case.version)) == (403, "not-permitted")
    assert problem_of(Caller().post(there, sent, seen=case.version)) == (401, "sign-in-needed")
    assert queries.case(case.uid) == case


@pytest.mark.parametrize(
    ("act", "before", "said"), [(act, before, said) for act, before, said, *_ in MOVES if said is GROUNDS]
)
def test_a_move_without_its_grounds_is_refused(city, act, before, said):
    case = before()
    post = next(post for one, _, _, post, *_ in MOVES if one == act)
    response = caller(post).post(f"/cases/{case.uid}/moves/{act}", {"grounds": " "}, seen=case.version)
    assert problem_of(response) == (409, "grounds-missing")


def test_a_move_from_a_wrong_state_is_refused_with_the_state(city, reported_case):
    response = caller("dispatcher").post(f"/cases/{reported_case.uid}/moves/dispatch", {}, seen=reported_case.version)
    assert response.status_code in {404, 409}
    closing = caller("shift_leader").post(
        f"/cases/{reported_case.uid}/moves/close", {"closing_confirmed": True}, seen=reported_case.version
    )
    assert problem_of(closing) == (409, "move-not-allowed")
    assert closing.json()["facts"] == {"thing": "case", "act": "close", "state": "reported"}


def test_the_desk_of_another_unit_cannot_acknowledge(city, dispatched_case):
    other = caller("department_desk", moves.HULI_BUREAU)
    response = other.post(f"/cases/{dispatched_case.uid}/moves/acknowledge", seen=dispatched_case.version)
    assert problem_of(response) == (403, "not-permitted")


def test_unknown_units_conditions_classes_and_files_are_named(city):
    filed, accepted, handling = cases.filed_case(), cases.accepted_case(), cases.handling_case()
    nowhere = {"unit_code": "nowhere"}
    response = caller("dispatcher").post(f"/cases/{filed.uid}/moves/dispatch", nowhere, seen=filed.version)
    assert problem_of(response) == (404, "not-found")
    response = caller("shift_leader").post(
        f"/cases/{accepted.uid}/moves/file", {"condition_code": "none"}, seen=accepted.version
    )
    assert problem_of(response) == (404, "condition-unknown")
    response = caller("acceptor").post(
        f"/cases/{accepted.uid}/moves/classify", {"class_key": "none"}, seen=accepted.version
    )
    assert problem_of(response) == (404, "class-unknown")
    unknown = {"after_photos": ["01a209b4-6454-7487-bcc5-85e6d45a00b8"]}
    response = caller("handler", moves.SIMING_BUREAU).post(
        f"/cases/{handling.uid}/moves/submit_result", unknown, seen=handling.version
    )
    assert problem_of(response) == (404, "file-unknown")


def test_staff_cannot_put_a_case_on_swapped_coordinates(city, reported_case):
    response = caller("acceptor").post(
        f"/cases/{reported_case.uid}/moves/locate", {"lon": 24.46, "lat": 118.09}, seen=reported_case.version
    )
    assert problem_of(response) == (422, "coordinates-swapped")


def test_every_move_of_the_lifecycle_has_an_address_or_follows_from_a_visit_a_report_or_a_timer():
    paths = api.get_openapi_schema()["paths"]
    offered = {path.rpartition("/moves/")[2] for path in paths if "/moves/" in path}
    assert offered == set(CASE.acts()) - BY_A_VISIT - WITH_A_REPORT - BY_A_TIMER
    assert offered == {act for act, *_ in MOVES} | {one.act for one in TURNS}
