"""The urgent track: handle first, file later, and tell arrival and feedback."""

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.audit.delivery import deliver_all
from gongzhi.audit.seals import place_entries
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import (
    ArrivedAlready,
    FiledAlready,
    FiledAndReworked,
    NotFiledYet,
    NotUrgent,
    PlaceMissing,
    ReturnTooLate,
    UnitMissing,
    VisitNeeded,
    WordsMissing,
)
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.cases.tests.attempts import ATTEMPTS, ON_THE_STREET
from gongzhi.intake.rules import GivenPlace
from gongzhi.people.operations import SamePerson, UnitEnded
from gongzhi.people.states import Post
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.cases import accepted_case, filed_case, reported_case, verifying_case
from gongzhi.testing.moves import local
from gongzhi.visits import queries as visits
from gongzhi.visits.states import VisitState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

SATURDAY_NIGHT = local("2026-11-28 23:00")


def sent(**said):
    return turns.dispatch_urgent(turns.mark_urgent(reported_case(**said)))


@pytest.mark.parametrize("make", [reported_case, verifying_case, accepted_case])
def test_a_unit_is_sent_before_the_case_is_filed_and_its_clock_runs_day_and_night(make):
    marked = turns.mark_urgent(make(at=SATURDAY_NIGHT))
    assert (marked.urgent_at, marked.linkage_no) == (marked.moved_at, "110-20261123-0417")
    case = turns.dispatch_urgent(marked)
    assert (case.state, case.number, case.filed_at) == (CaseState.DISPATCHED, None, None)
    assert case.due_at == case.moved_at + timedelta(hours=2)
    assert queries.explain_deadline(str(case.uid)).limit_text == "urgent_hour:2"
    assert verify().intact


def test_an_ordinary_case_is_not_sent_before_filing(reported_case):
    with pytest.raises(NotUrgent):
        turns.dispatch_urgent(reported_case)


def test_a_case_that_is_marked_again_keeps_the_first_time_and_learns_the_number_of_110(reported_case):
    first = turns.mark_urgent(reported_case, linkage_no="")
    again = turns.mark_urgent(turns.mark_urgent(first), linkage_no="")
    assert (again.urgent_at, again.linkage_no) == (first.urgent_at, "110-20261123-0417")


def test_an_urgent_case_needs_no_place_on_the_map_but_a_unit():
    marked = turns.mark_urgent(reported_case(place=GivenPlace(address="中山路口塌方")))
    with pytest.raises(UnitMissing):
        turns.dispatch_urgent(marked, unit="")
    staff.end_unit(moves.HULI_BUREAU, at=marked.moved_at)
    with pytest.raises(UnitEnded):
        turns.dispatch_urgent(marked, unit=moves.HULI_BUREAU)
    assert turns.dispatch_urgent(marked).state is CaseState.DISPATCHED


def test_nobody_goes_there_to_verify_any_more():
    case = verifying_case()
    assert len(visits.page(case=case.uid, state=VisitState.ORDERED)) == 1
    case = turns.dispatch_urgent(turns.mark_urgent(case))
    place_entries(at=case.moved_at)
    deliver_all(clock=lambda: case.moved_at)
    assert visits.page(case=case.uid, state=VisitState.ORDERED) == []


def test_an_urgent_case_is_filed_before_it_is_closed():
    case = moves.order_check(moves.handle(moves.acknowledge(sent())))
    checked = moves.check(case)
    with pytest.raises(NotFiledYet):
        moves.close(checked)
    filed = turns.file_later(checked)
    assert filed.number is not None
    assert filed.due_at == checked.due_at, "the clock under which the unit was sent goes on"
    assert moves.close(filed).closing_type == ClosingType.NORMAL
    assert verify().intact


def test_before_it_is_filed_nobody_knows_that_no_visit_is_needed():
    case = moves.handle(moves.acknowledge(sent(class_key=moves.GOODS_OUTSIDE_A_SHOP)))
    with pytest.raises(VisitNeeded):
        moves.pass_from_desk(case)
    filed = turns.file_later(case, condition=moves.GOODS_ON_THE_PAVEMENT)
    assert moves.pass_from_desk(filed).state is CaseState.CHECK_PASSED


def test_an_urgent_case_without_place_and_class_is_found_filed_and_closed_while_its_unit_is_at_work():
    case = sent(place=GivenPlace(address="中山路口塌方"), class_key=None)
    with pytest.raises(PlaceMissing):
        turns.file_later(case)
    assert [one.uid for one in queries.needs_location()] == [case.uid]
    case = moves.handle(moves.acknowledge(case))
    said: dict[str, Any] = {"by": moves.member(Post.ACCEPTOR), "at": case.moved_at}
    case = cases.locate_case(case.uid, place=ON_THE_STREET, seen=case.version, **said)
    case = cases.classify_case(case.uid, class_key=moves.STREET_VENDOR, seen=case.version, **said)
    filed = turns.file_later(case)
    for act in ("locate", "classify"):
        with pytest.raises(FiledAlready):
            ATTEMPTS[act](filed, {"seen": filed.version, **said})
    assert moves.close(moves.check(moves.order_check(filed))).state is CaseState.CLOSED
    assert verify().intact


def test_an_urgent_case_that_can_never_be_filed_ends_by_review_also_when_it_is_done_anew():
    case = sent(place=GivenPlace(address="中山路口塌方"), class_key=None)
    back = moves.send_back(moves.handle(moves.acknowledge(case)))
    assert turns.void_by_review(turns.propose_void(back)).state is CaseState.VOID
    filed = moves.send_back(moves.handle(moves.acknowledge(turns.file_later(sent()))))
    with pytest.raises(FiledAndReworked):
        turns.propose_void(filed)


def test_what_is_put_right_before_filing_keeps_no_limit_of_the_class_that_it_had():
    case = turns.mark_urgent(filed_case())
    back = turns.send_for_correction(case)
    assert (back.number, back.filed_at, back.limit_text) == (case.number, None, "")
    assert back.condition_code == case.condition_code, "what was chosen stays to be looked at"
    said: dict[str, Any] = {"by": moves.member(Post.ACCEPTOR), "at": back.moved_at}
    again = cases.classify_case(back.uid, class_key=moves.GOODS_OUTSIDE_A_SHOP, seen=back.version, **said)
    assert again.condition_code == ""
    at_work = moves.acknowledge(turns.dispatch_urgent(again))
    filed = turns.file_later(at_work, condition=moves.GOODS_ON_THE_PAVEMENT)
    assert (filed.number, filed.needs_visit) == (case.number, False)
    assert moves.close(moves.pass_from_desk(moves.handle(filed))).condition_code == moves.GOODS_ON_THE_PAVEMENT
    assert verify().intact


def test_an_urgent_case_is_sent_back_within_an_hour_by_day_and_night():
    case = sent(at=SATURDAY_NIGHT)
    with pytest.raises(ReturnTooLate):
        turns.send_away(case, at=case.dispatched_at + timedelta(hours=1, seconds=1))
    assert turns.send_away(case, at=case.dispatched_at + timedelta(hours=1)).state is CaseState.RETURNED


@pytest.mark.parametrize("act", ["arrive", "feed_back"])
def test_whoever_was_at_work_on_the_spot_does_not_check_the_result(act, jack_of_all_posts):
    case = moves.acknowledge(sent())
    ATTEMPTS[act](case, {"seen": case.version, "by": jack_of_all_posts(Post.HANDLER), "at": case.moved_at})
    out = moves.order_check(moves.handle(moves.now(case)))
    with pytest.raises(SamePerson):
        cases.pass_check(
            out.uid, check_photos=[], seen=out.version, by=jack_of_all_posts(Post.CHECKER), at=out.moved_at
        )


def test_filing_later_asks_for_what_filing_asks_for():
    with pytest.raises(PlaceMissing):
        turns.file_later(sent(place=GivenPlace(address="中山路口塌方")))
    with pytest.raises(FiledAlready):
        turns.file_later(turns.file_later(sent()))


def test_a_rework_before_filing_takes_its_share_of_the_urgent_limit():
    back = moves.send_back(moves.handle(moves.acknowledge(sent())))
    assert queries.stages(back.uid)[-1].due_at == back.moved_at + timedelta(hours=1)


def test_a_returned_urgent_case_goes_on_with_the_urgent_limit():
    case = moves.dispatch(turns.send_away(sent()), unit=moves.HULI_BUREAU)
    assert case.due_at == case.moved_at + timedelta(hours=2)


def test_an_unfiled_urgent_case_is_not_specially_closed():
    with pytest.raises(NotFiledYet):
        turns.force_close(turns.propose_closing(moves.acknowledge(sent())))


def test_arrival_and_feedback_are_told_and_the_first_counts():
    case = sent()
    handler = moves.member("handler", case.unit_code)

    def said(at):
        return {"seen": moves.now(case).version, "by": handler, "at": at}

    first = case.moved_at + timedelta(minutes=7)
    arrived = cases.arrive(case.uid, **said(first))
    assert (arrived.state, arrived.arrived_at) == (CaseState.DISPATCHED, first)
    with pytest.raises(ArrivedAlready):
        cases.arrive(case.uid, **said(first))
    with pytest.raises(WordsMissing):
        cases.feed_back(case.uid, words="", **said(first))
    cases.feed_back(case.uid, words="已设围挡", **said(first))
    again = cases.feed_back(case.uid, words="险情排除", **said(first + timedelta(minutes=9)))
    assert again.fed_back_at == first


def test_an_ordinary_case_tells_no_arrival():
    case = moves.dispatch(filed_case())
    with pytest.raises(NotUrgent):
        cases.arrive(case.uid, seen=case.version, by=moves.desk_of(case), at=case.moved_at)
