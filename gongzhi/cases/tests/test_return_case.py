"""A unit sends a case back: within its window, with a ground, and somebody decides — or must."""

from datetime import timedelta

import pytest

from gongzhi.audit.queries import entries_of, held_by_entry
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.openings import openings
from gongzhi.cases.rules import (
    ArbitrationNeeded,
    GroundsMissing,
    NotEscalated,
    NothingInDispute,
    ProposalMissing,
    ReturnToItself,
    ReturnTooLate,
    RulingStands,
    WordsMissing,
)
from gongzhi.cases.states import CaseState, ReturnGround, ReturnOutcome
from gongzhi.cases.turns import returns, units_in_dispute
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.people.operations import SamePerson, UnitEnded
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.cases import dispatched_case, filed_case, returned_case
from gongzhi.testing.city import FOUNDED_AT
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DISPATCHED = local("2026-11-23 09:20")
"""Two working hours: due at 11:20; it may be returned until 10:20."""


def dispatched(**said):
    return dispatched_case(dispatched_at=DISPATCHED, **said)


def to_and_fro():
    """Siming returned it to Huli, and Huli returned it to Siming."""
    case = moves.dispatch(turns.send_away(dispatched()), unit=HULI_BUREAU)
    return turns.send_away(case, proposed=SIMING_BUREAU)


def test_a_returned_case_lies_with_the_dispatcher_who_has_to_decide():
    case = turns.send_away(dispatched())
    assert (case.state, case.unit_code, case.return_count) == (CaseState.RETURNED, SIMING_BUREAU, 1)
    held = queries.stages(case.uid)[-1]
    assert (held.stage, held.holder_post, held.ended_at) == ("decide_return", Post.DISPATCHER, None)
    assert held.due_at == case.moved_at + timedelta(hours=1)
    (kept,) = returns(case.uid)
    assert (kept.unit, kept.proposed_unit, kept.outcome) == (SIMING_BUREAU, HULI_BUREAU, ReturnOutcome.OPEN)
    last = entries_of(case.stream)[-1]
    assert last.facts | {"ground": "not_ours", "proposed_unit": HULI_BUREAU} == last.facts
    assert held_by_entry(case.stream, names=["words"])[last.seq] == {"words": "地点在湖里区"}
    assert verify().intact


@pytest.mark.parametrize(
    ("dispatched_at", "last_moment"),
    [
        ("2026-11-23 09:20", "2026-11-23 10:20"),
        ("2026-11-23 11:30", "2026-11-23 14:30"),  # lunch is no working time
        ("2026-11-27 17:30", "2026-11-30 08:30"),  # nor is the weekend
    ],
)
def test_a_unit_returns_a_case_within_an_hour_of_working_time_and_not_later(dispatched_at, last_moment):
    case = dispatched_case(at=local(dispatched_at) - 4 * moves.A_STEP, dispatched_at=local(dispatched_at))
    with pytest.raises(ReturnTooLate):
        turns.send_away(case, at=local(last_moment) + timedelta(seconds=1))
    assert turns.send_away(case, at=local(last_moment)).state is CaseState.RETURNED


def test_a_city_chooses_its_own_window():
    set_parameter("return_window_work_minutes", 10, seen=edition(), by=FOUNDER, at=FOUNDED_AT + timedelta(days=1))
    with pytest.raises(ReturnTooLate):
        turns.send_away(dispatched(), at=DISPATCHED + timedelta(minutes=11))


def test_a_case_that_was_acknowledged_is_not_returned():
    with pytest.raises(MoveNotAllowed):
        turns.send_away(moves.acknowledge(dispatched()))


def test_a_return_says_enough():
    case = dispatched()
    with pytest.raises(ProposalMissing):
        turns.send_away(case, proposed="")
    with pytest.raises(ReturnToItself):
        turns.send_away(case, proposed=SIMING_BUREAU)
    with pytest.raises(NotFound):
        turns.send_away(case, proposed="bureau-000000")
    with pytest.raises(WordsMissing):
        turns.send_away(case, ground=ReturnGround.OTHER, proposed="", words=" ")
    without_another = turns.send_away(case, ground=ReturnGround.NOT_A_MATTER, proposed="", words="")
    assert returns(without_another.uid)[0].proposed_unit == ""


def test_a_unit_that_has_ended_is_not_proposed():
    case = dispatched()
    staff.end_unit(HULI_BUREAU, at=case.moved_at)
    with pytest.raises(UnitEnded):
        turns.send_away(case)


def test_an_upheld_return_gives_the_next_unit_its_full_limit():
    case = turns.send_away(dispatched(), at=local("2026-11-23 10:10"))
    given = moves.dispatch(case, unit=HULI_BUREAU, at=local("2026-11-23 10:30"))
    assert (given.state, given.unit_code) == (CaseState.DISPATCHED, HULI_BUREAU)
    assert (given.dispatched_at, given.due_at) == (local("2026-11-23 10:30"), local("2026-11-23 14:30"))
    assert [one.outcome for one in returns(given.uid)] == [ReturnOutcome.UPHELD]
    held = queries.stages(given.uid)[-1]
    assert (held.stage, held.holder_unit, held.due_at) == ("acknowledge", HULI_BUREAU, local("2026-11-23 11:30"))


def test_a_refused_return_is_reasoned_and_only_the_time_of_the_decision_is_given_back():
    case = turns.send_away(dispatched(), at=local("2026-11-23 10:10"))
    with pytest.raises(GroundsMissing):
        moves.dispatch(case, unit=SIMING_BUREAU)
    back = moves.dispatch(case, unit=SIMING_BUREAU, grounds="确属本单位", at=local("2026-11-23 10:30"))
    assert (back.dispatched_at, back.due_at) == (DISPATCHED, local("2026-11-23 11:40"))
    assert [one.outcome for one in returns(back.uid)] == [ReturnOutcome.REFUSED]
    explained = queries.explain_deadline(str(back.number))
    assert explained.steps[-1].until == back.due_at
    assert [one.kind.value for one in explained.steps].count("paused") == 1


def due_of(case):
    return queries.stages(case.uid)[-1].due_at


def test_silence_goes_to_the_shift_leader_and_the_dispatcher_was_late():
    case = returned_case()
    due_at = due_of(case)
    assert cases.tick(due_at) == 0
    assert queries.next_lateness_at() is not None
    assert cases.tick(due_at + timedelta(seconds=1)) == 1

    now = moves.now(case)
    assert (now.state, now.escalation_count) == (CaseState.RETURNED, 1)
    silent, held = queries.stages(case.uid)[-2:]
    assert (silent.holder_post, silent.is_late) == (Post.DISPATCHER, True)
    assert (held.stage, held.holder_post, held.is_late) == ("decide_return", Post.SHIFT_LEADER, False)
    assert entries_of(case.stream)[-1].type == "case.escalate_return"

    assert cases.tick(due_of(case) + timedelta(seconds=1)) == 1, "a shift leader who stays silent is late as well"
    assert queries.stages(case.uid)[-1].is_late
    assert moves.now(case).escalation_count == 1
    given = moves.dispatch(moves.now(case), unit=HULI_BUREAU, at=due_of(case) + timedelta(hours=1))
    assert given.unit_code == HULI_BUREAU
    assert verify().intact


def test_after_silence_the_shift_leader_decides_or_has_it_put_right_and_not_before():
    case = turns.send_away(dispatched(), ground=ReturnGround.NOT_A_MATTER, proposed="")
    for decide in (turns.decide_return, turns.correct_return):
        with pytest.raises(NotEscalated):
            decide(case)
    over_at = due_of(case) + timedelta(seconds=1)
    cases.tick(over_at)
    shift_leader = moves.member(Post.SHIFT_LEADER)
    offered = {one.move.act for one in openings(moves.now(case), by=shift_leader, at=over_at) if one.refusal is None}
    assert offered >= {"decide_return", "correct_return"}
    with pytest.raises(NothingInDispute):
        turns.arbitrate(moves.now(case), at=over_at)
    with pytest.raises(GroundsMissing):
        turns.decide_return(moves.now(case), unit=SIMING_BUREAU, at=over_at)
    refused = turns.decide_return(moves.now(case), unit=SIMING_BUREAU, grounds="确属案件", at=over_at)
    assert (refused.state, returns(case.uid)[-1].outcome) == (CaseState.DISPATCHED, ReturnOutcome.REFUSED)

    other = turns.send_away(dispatched(), ground=ReturnGround.WRONG_PLACE, proposed="")
    cases.tick(due_of(other) + timedelta(seconds=1))
    back = turns.correct_return(moves.now(other), at=due_of(other))
    assert (back.state, returns(other.uid)[-1].outcome) == (CaseState.ACCEPTED, ReturnOutcome.CORRECTED)
    assert verify().intact


def test_what_was_returned_before_the_case_was_put_right_is_no_dispute_and_no_buck_passing():
    back = turns.send_for_correction(turns.send_away(dispatched()))
    case = moves.dispatch(moves.file(back), unit=HULI_BUREAU)
    case = turns.send_away(case, ground=ReturnGround.WRONG_PLACE, proposed="")
    assert units_in_dispute(case.uid) == (HULI_BUREAU,)
    case = moves.dispatch(case, unit=SIMING_BUREAU)
    closed = moves.close(moves.check(moves.order_check(moves.handle(moves.acknowledge(case)))))
    assert (closed.return_count, closed.refusal_count) == (2, 0)


def test_after_two_returns_only_an_arbitration_leads_out():
    case = to_and_fro()
    assert case.return_count == 2
    for unit in (SIMING_BUREAU, HULI_BUREAU):
        with pytest.raises(ArbitrationNeeded) as refused:
            moves.dispatch(case, unit=unit, grounds="就是你们")
        assert refused.value.facts["units"] == f"{SIMING_BUREAU}、{HULI_BUREAU}"
    with pytest.raises(ArbitrationNeeded):
        turns.send_for_correction(case)

    with pytest.raises(GroundsMissing):
        turns.arbitrate(case, grounds=" ")
    ruled = turns.arbitrate(case, unit=SIMING_BUREAU)
    assert (ruled.state, ruled.unit_code, ruled.arbitrated_at) == (CaseState.DISPATCHED, SIMING_BUREAU, ruled.moved_at)
    assert ruled.dispatched_at == ruled.moved_at, "it was Huli that sent it back last"
    assert [one.outcome for one in returns(case.uid)] == [ReturnOutcome.UPHELD, ReturnOutcome.RULED]
    told = entries_of(case.stream)[-1].facts
    assert (told["unit"], told["in_dispute"]) == (SIMING_BUREAU, [SIMING_BUREAU, HULI_BUREAU])
    assert verify().intact


def test_what_was_ruled_is_not_returned_again():
    case = turns.arbitrate(to_and_fro())
    with pytest.raises(RulingStands):
        turns.send_away(case, proposed=SIMING_BUREAU)


def test_a_unit_that_is_ruled_to_keep_what_it_returned_has_no_new_limit():
    case = turns.arbitrate(turns.send_away(dispatched()), unit=SIMING_BUREAU)
    assert (case.dispatched_at, case.due_at) == (DISPATCHED, local("2026-11-23 11:25"))


def test_nobody_arbitrates_between_a_unit_and_itself():
    case = turns.send_away(dispatched(), ground=ReturnGround.WRONG_PLACE, proposed="")
    assert units_in_dispute(case.uid) == (SIMING_BUREAU,)
    with pytest.raises(NothingInDispute):
        turns.arbitrate(case)


def test_a_case_that_one_unit_returns_again_and_again_without_naming_another_is_no_dispute():
    case = dispatched()
    for _ in range(3):
        case = turns.send_away(case, ground=ReturnGround.WRONG_PLACE, proposed="")
        case = moves.dispatch(case, unit=SIMING_BUREAU, grounds="位置无误")
    assert case.return_count == 3


def test_whoever_sent_it_back_does_not_arbitrate(jack_of_all_posts):
    case = turns.send_away(dispatched(), by=jack_of_all_posts(Post.DEPARTMENT_DESK))
    with pytest.raises(SamePerson):
        turns.arbitrate(case, by=jack_of_all_posts(Post.SHIFT_LEADER))


def test_returns_of_the_unit_that_was_responsible_after_all_count_as_buck_passing():
    case = turns.arbitrate(to_and_fro(), unit=SIMING_BUREAU)
    closed = moves.close(moves.check(moves.order_check(moves.handle(moves.acknowledge(case)))))
    assert (closed.return_count, closed.refusal_count) == (2, 1)


def test_a_return_that_was_right_is_no_buck_passing():
    case = moves.dispatch(turns.send_away(dispatched()), unit=HULI_BUREAU)
    closed = moves.close(moves.check(moves.order_check(moves.handle(moves.acknowledge(case)))))
    assert (closed.return_count, closed.refusal_count) == (1, 0)


def test_a_wrongly_filed_case_goes_back_and_keeps_its_number():
    case = filed_case()
    with pytest.raises(GroundsMissing):
        turns.send_for_correction(case, grounds="")
    back = turns.send_for_correction(case)
    assert (back.state, back.number) == (CaseState.ACCEPTED, case.number)
    again = moves.file(back, condition=moves.VENDOR_IN_THE_EVENING)
    assert (again.number, again.condition_code) == (case.number, moves.VENDOR_IN_THE_EVENING)
    assert again.limit_text != case.limit_text
    assert moves.dispatch(again).clock_text == again.limit_text
    assert moves.file(moves.verify(moves.order_verification(moves.case_of(moves.report())))).number != case.number


def test_a_returned_case_may_be_put_right_before_it_goes_anywhere():
    case = turns.send_for_correction(turns.send_away(dispatched(), ground=ReturnGround.WRONG_PLACE, proposed=""))
    assert (case.state, case.unit_code, case.due_at, case.dispatched_at) == (CaseState.ACCEPTED, "", None, None)
    assert [one.outcome for one in returns(case.uid)] == [ReturnOutcome.CORRECTED]
    assert moves.dispatch(moves.file(case)).due_at is not None
    assert verify().intact
