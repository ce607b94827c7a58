"""In each state exactly the moves of the table are possible."""

import pytest
from django.db import transaction

from gongzhi.cases import queries
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.stages import POST_OF_STAGE
from gongzhi.cases.states import ENDS, STAGE_OF, CaseState
from gongzhi.cases.tests.attempts import ATTEMPTS, usual_person, usual_post
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import MAKERS

WAYS_BACK = {
    CaseState.NOT_ACCEPTED: {"uphold_objection"},
    CaseState.MERGED: {"split_off"},
    CaseState.CLOSED: {"reopen", "reopen_by_reporter"},
    CaseState.FORCE_CLOSED: {"reopen", "reopen_by_reporter"},
    CaseState.VOID: set(),
}
"""An end is left only by a decision that it was none."""


def is_a_units(act):
    return usual_post(act) in (Post.DEPARTMENT_DESK, Post.HANDLER)


def attempt(act, case):
    """Try an act and undo it; return the refusal, or None."""
    said = {"seen": case.version, "by": usual_person(act, case), "at": case.moved_at}
    try:
        with transaction.atomic():
            ATTEMPTS[act](case, said)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal
    return None


def test_every_move_of_the_table_is_tried():
    assert list(ATTEMPTS) == CASE.acts()
    assert set(MAKERS) == set(CaseState)


@pytest.mark.django_db
@pytest.mark.parametrize("state", CaseState)
def test_only_the_moves_of_the_table_lead_out_of_a_state(state, city):
    case = MAKERS[state]()
    assert case.state is state
    allowed = {one.act for one in CASE.moves_from(state)}
    for act in CASE.acts():
        refusal = attempt(act, case)
        if act in allowed:
            assert not isinstance(refusal, MoveNotAllowed), act
        elif is_a_units(act) and not case.unit_code:
            assert isinstance(refusal, NotPermitted), "no unit learns the state of a case that lies with none"
        else:
            assert isinstance(refusal, MoveNotAllowed), act
            assert refusal.facts == {"thing": "case", "act": act, "state": state.value}
    assert moves.now(case) == case, "what was refused or undone left no trace"


def test_an_end_is_left_only_where_it_was_none():
    leaving = {end: {one.act for one in CASE.moves_from(end) if one.target is not None} for end in ENDS}
    assert leaving == WAYS_BACK


def test_somebody_holds_the_case_in_every_state_that_is_no_end():
    assert set(STAGE_OF) == set(CaseState) - set(ENDS)


def test_whoever_holds_a_case_has_a_move_that_leads_on():
    holders = [(state, POST_OF_STAGE[stage]) for state, stage in STAGE_OF.items()]
    for state, post in [*holders, (CaseState.RETURNED, Post.SHIFT_LEADER)]:
        onward = [one.act for one in CASE.moves_from(state) if one.target is not None and post in one.by]
        assert set(onward) - {"arbitrate"}, f"{post} in {state}: an arbitration is open to a dispute alone"


@pytest.mark.django_db
def test_each_person_is_shown_only_what_their_post_can_do(handled_case, dispatcher, desk, checker, monday_9am):
    def shown(person):
        return {one.act for one in queries.open_moves(handled_case, by=person, at=handled_case.moved_at)}

    of_extensions = {"grant_extension", "refuse_extension"}
    assert (
        shown(dispatcher) == {"send_to_check", "pass_from_desk", "send_back", "propose_special_closing"} | of_extensions
    )
    assert shown(desk) == {"propose_special_closing", "feed_back", "report_back"}
    assert shown(checker) == set()
