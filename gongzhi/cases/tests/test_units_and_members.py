"""A unit that closes and a member who leaves while cases lie with them; nights and substitutes."""

from datetime import timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import queries
from gongzhi.cases.states import CaseState
from gongzhi.norms import registry as norms
from gongzhi.norms.rules import ProposedNorms
from gongzhi.people import operations as people
from gongzhi.people import queries as people_queries
from gongzhi.people.operations import MemberStillHolds, SamePerson, UnitEnded, UnitStillHolds
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post
from gongzhi.people.tests.persons import SIMING, duty_leader
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.cases import closed_case, dispatched_case, filed_case, handled_case, handling_case, reported_case
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_unit_that_holds_cases_is_not_closed_without_a_successor():
    case = handling_case()
    with pytest.raises(UnitStillHolds) as refused:
        staff.end_unit(SIMING_BUREAU, at=case.moved_at)
    assert refused.value.facts["holds"] == f"case 1 ({case.number})"


def test_a_unit_that_was_asked_to_help_holds_the_case_too_until_it_has_answered():
    case = turns.ask_assistance(handling_case())
    with pytest.raises(UnitStillHolds):
        staff.end_unit(HULI_BUREAU, at=case.moved_at)
    staff.end_unit(HULI_BUREAU, at=turns.answer_assistance(case).moved_at)


def test_the_successor_of_a_closed_unit_goes_on_with_its_cases():
    case = dispatched_case()
    staff.end_unit(SIMING_BUREAU, at=case.moved_at, successor=HULI_BUREAU)
    desk = moves.member(Post.DEPARTMENT_DESK, HULI_BUREAU)
    assert moves.acknowledge(case, by=desk).state is CaseState.HANDLING


def test_what_ended_holds_no_unit_back_and_is_opened_again_with_its_successor():
    case = closed_case()
    staff.end_unit(SIMING_BUREAU, at=case.moved_at, successor=HULI_BUREAU)
    back = turns.reopen(case)
    assert (back.state, back.unit_code) == (CaseState.REWORK, HULI_BUREAU)
    assert queries.stages(back.uid)[-1].holder_unit == HULI_BUREAU


def test_without_a_successor_nobody_can_take_a_closed_case_up_again():
    case = closed_case()
    staff.end_unit(SIMING_BUREAU, at=case.moved_at)
    with pytest.raises(UnitEnded):
        turns.reopen(case)


def test_a_member_whose_result_is_still_looked_at_does_not_leave_without_handing_over():
    case = handled_case()
    member = people_queries.member_uid(
        next(one.number for one in people_queries.members(at=case.moved_at) if str(one.uid) == case.handler_id)
    )
    seen = people_queries.member_version(member)
    with pytest.raises(MemberStillHolds):
        people.end_member(member, seen=seen, by=FOUNDER, at=case.moved_at)
    moves.close(moves.check(moves.order_check(case)))
    assert queries.held_by_member(member) is None


def test_an_import_of_the_ground_or_of_norms_says_what_it_would_change_for_open_cases():
    filed_case()
    reported_case()
    closed_case()
    assert len(queries.open_points()) == 2
    assert queries.open_conditions() == [moves.VENDOR_BY_DAY]
    assert queries.open_classes() == [moves.STREET_VENDOR]
    assert norms.effects_of(ProposedNorms(local("2026-11-23 09:00").date(), {}))["open-cases"] == {"all": 2}


def test_by_night_an_urgent_case_may_be_checked_by_whoever_handled_it_and_its_entry_says_so(jack_of_all_posts):
    evening = local("2026-11-23 20:00")
    urgent = turns.mark_urgent(reported_case(at=evening))
    case = turns.file_later(moves.acknowledge(turns.dispatch_urgent(urgent)))
    case = moves.order_check(moves.confirm(moves.submit(case, by=jack_of_all_posts(Post.HANDLER))))
    checker = jack_of_all_posts(Post.CHECKER)
    with pytest.raises(SamePerson):
        moves.check(case, by=checker)
    night = people.declare_night_duty(
        SIMING,
        from_at=case.moved_at,
        until_at=case.moved_at + timedelta(hours=8),
        grounds="台风值守",
        by=duty_leader(),
        at=case.moved_at,
    )
    passed = moves.check(case, by=checker)
    assert entries_of(passed.stream)[-1].facts["relaxed"] == f"night_duty:{night}"
    assert verify().intact


def test_an_urgent_case_is_told_to_the_table_of_powers(reported_case):
    assert not reported_case.matter.urgent
    marked = turns.mark_urgent(reported_case)
    assert marked.matter == Matter(area=marked.area, unit=None, hands=marked.hands, urgent=True)
