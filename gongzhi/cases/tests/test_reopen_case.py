"""Ends that were none: an upheld objection, the reporter's first word, the shift leader's decision."""

from datetime import timedelta

import pytest

from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases import turns as case_turns
from gongzhi.cases.erasure import erase_place
from gongzhi.cases.rules import AppealUsedUp, GroundsMissing, PlaceErased, ReopeningTooLate, ReopeningUsedUp
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.evidence import queries as evidence
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.people.operations import NotPermitted, SamePerson, UnitEnded
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.cases import closed_case, force_closed_case, handled_case, not_accepted_case, reported_case
from gongzhi.testing.city import FOUNDED_AT
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def solved_again(case, *, at=None):
    return moves.close(moves.check(moves.order_check(moves.handle(case, at=at))))


def test_a_matter_that_was_wrongly_refused_is_taken_up_again():
    case = not_accepted_case()
    with pytest.raises(GroundsMissing):
        turns.uphold_objection(case, grounds="")
    back = turns.uphold_objection(case)
    assert (back.state, back.ended_at) == (CaseState.REPORTED, None)
    held = queries.stages(back.uid)[-1]
    assert (held.stage, held.holder_post, held.started_at) == ("accept", Post.ACCEPTOR, back.moved_at)
    assert moves.verify(moves.order_verification(back)).state is CaseState.ACCEPTED
    assert verify().intact


def test_whoever_refused_does_not_decide_on_the_objection(jack_of_all_posts):
    case = moves.refuse(reported_case(), by=jack_of_all_posts(Post.ACCEPTOR))
    with pytest.raises(SamePerson):
        turns.uphold_objection(case, by=jack_of_all_posts(Post.SHIFT_LEADER))


@pytest.mark.parametrize("make", [closed_case, force_closed_case])
def test_the_reporters_first_word_opens_a_case_again(make):
    case = make()
    back = turns.reopen_by_reporter(case)
    assert (back.state, back.unit_code) == (CaseState.REWORK, case.unit_code)
    assert (back.reopen_count, back.rework_count) == (1, case.rework_count + 1)
    assert (back.ended_at, back.closing_type, back.is_late) == (None, "", False)
    held = queries.stages(back.uid)[-1]
    assert (held.stage, held.holder_unit, held.order) == ("rework", case.unit_code, len(queries.stages(case.uid)))
    assert held.due_at == back.due_at == back.moved_at + timedelta(hours=1), "half the limit of the condition"
    assert verify().intact


def test_a_reopened_case_is_proven_anew_and_its_old_proof_stays():
    case = closed_case()
    before = len(evidence.files_of(case.stream))
    again = solved_again(turns.reopen_by_reporter(case))
    assert (again.state, again.closing_type) == (CaseState.CLOSED, ClosingType.NORMAL)
    assert len(evidence.files_of(case.stream)) == before + 2


def test_a_reopened_case_is_judged_by_the_limit_of_its_rework():
    back = turns.reopen_by_reporter(closed_case(), at=local("2026-11-25 09:00"))
    assert back.due_at == local("2026-11-25 10:00")
    explained = queries.explain_deadline(str(back.number))
    assert (explained.started_at, explained.steps[-1].until) == (back.moved_at, back.due_at)
    closed = solved_again(back, at=local("2026-11-25 10:30"))
    assert (closed.closing_type, closed.overtime_hundredths) == (ClosingType.LATE, 50)
    twice = turns.reopen(closed, at=local("2026-11-26 09:00"))
    assert twice.due_at == local("2026-11-26 10:00"), "the share is taken of the condition's limit, not of a share"


def test_the_reporter_opens_a_case_once():
    case = solved_again(turns.reopen_by_reporter(closed_case()))
    with pytest.raises(ReopeningUsedUp):
        turns.reopen_by_reporter(case)
    assert turns.reopen(case).reopen_count == 2


def test_each_of_those_who_reported_it_opens_it_once():
    case = solved_again(turns.reopen_by_reporter(closed_case(), report="R2026-1"))
    again = solved_again(turns.reopen_by_reporter(case, report="R2026-2"))
    for report in ("R2026-1", "R2026-2"):
        with pytest.raises(ReopeningUsedUp):
            turns.reopen_by_reporter(again, report=report)
    assert again.reopen_count == 2


def test_a_rework_in_time_hides_no_earlier_lateness_and_no_closing_in_error():
    case = handled_case(dispatched_at=local("2026-11-23 09:20"), handled_at=local("2026-11-23 14:20"))
    late = moves.close(moves.check(moves.order_check(case)))
    by, words = moves.member(Post.SHIFT_LEADER), "核查照片并非本案"
    wrong = cases.correct_closing(late.uid, grounds=words, seen=late.version, by=by, at=late.moved_at)
    again = solved_again(turns.reopen(wrong))
    assert (again.closing_type, again.is_late) == (ClosingType.NORMAL, False)
    assert (again.earlier_late_count, again.erroneous_count, again.is_late_on_record) == (1, 1, True)
    assert [(one.on_time, one.late) for one in queries.tally_by_unit()] == [(0, 1)]
    assert [one.uid for one in queries.page(late=True)] == [again.uid]
    assert case_turns.counts()["closed_in_error"] == 1
    exempted = turns.decide_appeal(turns.review_appeal(turns.appeal(again)))
    assert (exempted.is_late_on_record, exempted.earlier_late_count) == (False, 1)
    once_more = solved_again(turns.reopen(exempted))
    assert [(one.on_time, one.late) for one in queries.tally_by_unit()] == [(1, 0)]
    with pytest.raises(AppealUsedUp):
        turns.appeal(once_more)
    assert verify().intact


def test_a_reopening_by_the_shift_leader_leaves_the_reporters_own_untouched():
    case = solved_again(turns.reopen(closed_case()))
    assert turns.reopen_by_reporter(case).reopen_count == 2


def test_the_reporter_opens_a_case_within_thirty_days_or_as_the_city_says(closed_case):
    case = closed_case
    over_at = case.ended_at + timedelta(days=30)
    with pytest.raises(ReopeningTooLate):
        turns.reopen_by_reporter(case, at=over_at)
    set_parameter("reopen_free_days", 31, seen=edition(), by=FOUNDER, at=FOUNDED_AT + timedelta(days=1))
    assert turns.reopen_by_reporter(case, at=over_at).state is CaseState.REWORK


def test_nobody_but_a_reporter_speaks_in_the_reporters_name(closed_case, acceptor):
    said = {"seen": closed_case.version, "by": acceptor, "at": closed_case.moved_at}
    with pytest.raises(NotPermitted):
        cases.reopen_by_reporter(closed_case.uid, report="R2026-1", **said)


def test_the_shift_leader_opens_a_case_with_grounds(closed_case):
    with pytest.raises(GroundsMissing):
        turns.reopen(closed_case, grounds="")
    assert turns.reopen(closed_case).state is CaseState.REWORK


def test_a_case_whose_place_was_erased_or_whose_unit_has_ended_is_not_opened_again(closed_case):
    staff.end_unit(closed_case.unit_code, at=closed_case.moved_at)
    with pytest.raises(UnitEnded):
        turns.reopen(closed_case)
    erase_place(closed_case.uid, rule="purpose_reached", by=FOUNDER, at=closed_case.moved_at)
    with pytest.raises(PlaceErased):
        turns.reopen(moves.now(closed_case))
