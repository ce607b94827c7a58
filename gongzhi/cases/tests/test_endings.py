"""Endings beside the main line: solved by the finder, cancelled by review, specially closed, closed in error."""

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import (
    BothPhotosMissing,
    ClassMissing,
    ClosingCorrected,
    ClosingNotProposed,
    FoundByAnother,
    GroundsMissing,
    NotACollectorsFind,
    PlaceMissing,
    SelfHandledEnds,
    VoidNotProposed,
    WordsMissing,
)
from gongzhi.cases.states import CaseState, ClosingType, SpecialGround
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.intake.rules import GivenPlace
from gongzhi.intake.states import Channel
from gongzhi.people.operations import SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import (
    closed_case,
    handled_case,
    handling_case,
    reported_case,
    rework_case,
    suspended_case,
)
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def found(**said):
    return reported_case(channel=Channel.PATROL, by=moves.member(Post.COLLECTOR), **said)


def test_a_collector_closes_what_they_found_and_solved_with_both_photographs():
    closed = turns.solve_on_the_spot(found())
    assert (closed.state, closed.closing_type) == (CaseState.CLOSED, ClosingType.SELF_HANDLED)
    assert (closed.due_at, closed.number, closed.is_late) == (None, None, False)
    roles = [one.role for one in evidence.files_of(closed.stream)]
    assert roles == [FileRole.BEFORE, FileRole.AFTER]
    assert verify().intact


def test_a_self_handled_find_is_counted_apart():
    turns.solve_on_the_spot(found())
    closed_case()
    assert queries.self_handled_by_division() == {"350203": 1}
    assert [(one.key, one.filed, one.closed) for one in queries.tally_by_unit()] == [(moves.SIMING_BUREAU, 1, 1)]


def test_only_what_a_collector_found_is_closed_at_once(reported_case):
    with pytest.raises(NotACollectorsFind):
        turns.solve_on_the_spot(reported_case)


def test_only_whoever_found_it_closes_it(jack_of_all_posts):
    with pytest.raises(FoundByAnother):
        turns.solve_on_the_spot(found(), by=jack_of_all_posts(Post.COLLECTOR))


def test_a_self_handled_find_shows_the_place_before_and_after():
    with pytest.raises(BothPhotosMissing):
        turns.solve_on_the_spot(found(), before=[])
    with pytest.raises(BothPhotosMissing):
        turns.solve_on_the_spot(found(), after=[])


def test_a_self_handled_find_has_a_place_and_a_class():
    with pytest.raises(PlaceMissing):
        turns.solve_on_the_spot(found(place=GivenPlace(address="轮渡码头旁")))
    with pytest.raises(ClassMissing):
        turns.solve_on_the_spot(found(class_key=None))


def test_a_self_handled_find_is_not_opened_again_or_corrected():
    closed = turns.solve_on_the_spot(found())
    with pytest.raises(SelfHandledEnds):
        turns.reopen(closed)
    with pytest.raises(SelfHandledEnds):
        turns.reopen_by_reporter(closed)
    with pytest.raises(SelfHandledEnds):
        corrected(closed)


def test_a_case_that_is_being_handled_is_cancelled_only_as_somebody_else_proposed(handling_case):
    with pytest.raises(VoidNotProposed):
        turns.void_by_review(handling_case)
    with pytest.raises(GroundsMissing):
        turns.propose_void(handling_case, grounds="")
    proposed = turns.propose_void(handling_case)
    assert (proposed.state, proposed.void_proposed_at) == (CaseState.HANDLING, proposed.moved_at)
    with pytest.raises(GroundsMissing):
        turns.void_by_review(proposed, grounds="")
    void = turns.void_by_review(proposed)
    assert (void.state, void.ended_at) == (CaseState.VOID, void.moved_at)
    assert verify().intact


def test_whoever_proposed_to_cancel_does_not_decide(handling_case, jack_of_all_posts):
    proposed = turns.propose_void(handling_case, by=jack_of_all_posts(Post.DISPATCHER))
    with pytest.raises(SamePerson):
        turns.void_by_review(proposed, by=jack_of_all_posts(Post.SHIFT_LEADER))


def test_a_proposal_lapses_when_the_case_moves_on(handling_case):
    case = moves.send_back(moves.handle(turns.propose_closing(turns.propose_void(handling_case))))
    assert (case.void_proposed_at, case.closing_proposed_at, case.special_ground) == (None, None, "")
    with pytest.raises(ClosingNotProposed):
        turns.force_close(case)


@pytest.mark.parametrize("make", [handling_case, suspended_case, handled_case, rework_case])
def test_a_case_that_cannot_be_solved_here_is_specially_closed(make):
    case = make()
    with pytest.raises(ClosingNotProposed):
        turns.force_close(case)
    proposed = turns.propose_closing(case)
    with pytest.raises(GroundsMissing):
        turns.force_close(proposed, grounds=" ")
    closed = turns.force_close(proposed)
    assert (closed.state, closed.closing_type) == (CaseState.FORCE_CLOSED, ClosingType.SPECIAL)
    assert (closed.special_ground, closed.is_late) == (SpecialGround.NO_RESPONSIBLE, False)
    assert entries_of(closed.stream)[-1].facts["ground"] == "no_responsible"
    assert verify().intact


def test_the_unit_may_propose_it_too_and_other_grounds_are_explained(handling_case):
    desk = moves.desk_of(handling_case)
    with pytest.raises(WordsMissing):
        turns.propose_closing(handling_case, by=desk, ground=SpecialGround.OTHER, words="")
    proposed = turns.propose_closing(handling_case, by=desk, ground=SpecialGround.OTHER, words="已由业主自行拆除")
    assert turns.force_close(proposed).special_ground == SpecialGround.OTHER


def test_whoever_proposed_a_special_closing_does_not_decide(handling_case, jack_of_all_posts):
    proposed = turns.propose_closing(handling_case, by=jack_of_all_posts(Post.DISPATCHER))
    with pytest.raises(SamePerson):
        turns.force_close(proposed, by=jack_of_all_posts(Post.SHIFT_LEADER))


def test_a_special_closing_hides_no_lateness():
    case = handling_case(dispatched_at=local("2026-11-23 09:20"))
    closed = turns.force_close(turns.propose_closing(case, at=local("2026-11-24 09:00")))
    assert (closed.closing_type, closed.is_late) == (ClosingType.SPECIAL, True)


def corrected(case, grounds="核查照片并非本案"):
    said = {"seen": case.version, "by": moves.member(Post.SHIFT_LEADER), "at": case.moved_at}
    return cases.correct_closing(case.uid, grounds=grounds, **said)


def test_a_closing_that_was_wrong_is_put_on_record_as_such_once(closed_case):
    with pytest.raises(GroundsMissing):
        corrected(closed_case, grounds="")
    wrong = corrected(closed_case)
    assert (wrong.state, wrong.closing_type) == (CaseState.CLOSED, ClosingType.ERRONEOUS)
    with pytest.raises(ClosingCorrected):
        corrected(wrong)
