"""A report whose position is not exact: both sides of a border see it, the first that receives it acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import duplicates
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.states import CaseState
from gongzhi.evidence import registry
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.models import Report
from gongzhi.intake.operations import RepeatedKeyOtherContent, place_at
from gongzhi.intake.operations.receiving import open_anew
from gongzhi.intake.rules import GivenPlace, PositionErrorAbsurd
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.people import queries as people
from gongzhi.people.operations import NotPermitted
from gongzhi.people.states import Post
from gongzhi.places import operations as places
from gongzhi.places import queries as place_queries
from gongzhi.places.operations import AlreadyReceived
from gongzhi.places.states import BorderState
from gongzhi.testing import moves, turns
from gongzhi.testing.borders import HULI_SIDE, IN_SIMING, LAT, LON, SIMING_SIDE, wardens
from gongzhi.testing.moves import HULI_BUREAU, MONDAY_9AM, SIMING_BUREAU, member
from gongzhi.testing.races import while_the_first_has_not_finished
from gongzhi.visits import queries as visits
from gongzhi.web import reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

TONGAN_BUREAU = "bureau-350212"


def seen_by(by):
    """Return the cases, reports and visits that somebody finds in lists, and the cases among the likely duplicates."""
    sight = people.sight(by, "case.read", at=MONDAY_9AM)
    here = to_point(LON, LAT, crs=IN_SIMING.crs)
    return (
        [one.uid for one in case_queries.page(sight=sight)],
        [one.uid for one in queries.page(sight=people.sight(by, "report.read", at=MONDAY_9AM))],
        [one.case for one in visits.page(sight=people.sight(by, "visit.read", at=MONDAY_9AM))],
        [one.uid for one in duplicates.candidates(here, class_key=moves.STREET_VENDOR, at=MONDAY_9AM, sight=sight)],
    )


def test_both_sides_see_it_in_every_list_and_open_it_and_a_third_side_does_not():
    receipt = moves.report(place=IN_SIMING)
    case = moves.order_verification(moves.case_of(receipt))
    siming, huli, tongan = wardens(SIMING_BUREAU, HULI_BUREAU, TONGAN_BUREAU)
    everything = ([case.uid], [receipt.report], [case.uid], [case.uid])
    assert [seen_by(one) for one in (siming, huli, tongan)] == [everything, everything, ([], [], [], [])]
    border = place_queries.border_of(case.stream)
    assert (border.uid, border.home, border.error_m) == (case.uid, SIMING_SIDE, 30)
    assert [one.area for one in border.areas] == [SIMING_SIDE, HULI_SIDE]
    report = queries.report(receipt.report)
    visit = visits.page()[0]
    matters = [
        case_queries.matters_of([case.uid])[case.uid],
        queries.matters_of([report.uid])[report.uid],
        visits.matters_of([visit.uid])[visit.uid],
    ]
    for by, sees in ((siming, True), (huli, True), (tongan, False)):
        assert [people.sight(by, "case.read", at=MONDAY_9AM).reaches(one) for one in matters] == [sees] * 3
        assert people.allow(by, "report.read", queries.seen_matter(report), at=MONDAY_9AM) is sees
        assert reading.words_sight(by, at=MONDAY_9AM).reaches(queries.seen_matter(report)) is sees
    case_queries.require_readable(case, by=huli, at=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        case_queries.require_readable(case, by=tongan, at=MONDAY_9AM)
    assert verify().intact


def test_the_other_side_acts_once_it_received_the_matter_and_then_alone():
    receipt = moves.report(place=IN_SIMING, channel=Channel.PATROL)
    case = moves.case_of(receipt)
    siming, huli = wardens(SIMING_BUREAU, HULI_BUREAU)
    with pytest.raises(NotPermitted):
        moves.accept(case, by=huli)
    assert [one.uid for one in case_queries.page(unreceived=True)] == [case.uid]
    border = place_queries.border(case.uid)
    with pytest.raises(NotPermitted):
        places.receive(border.uid, area=SIMING_SIDE, seen=border.version, by=huli, at=MONDAY_9AM)
    taken = places.receive(border.uid, area=HULI_SIDE, seen=border.version, by=huli, at=MONDAY_9AM)
    for refused in (
        lambda: moves.accept(case, by=siming),
        lambda: intake.release_report(receipt.report, seen=1, by=siming, at=MONDAY_9AM),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert {one.act for one in case_queries.open_moves(case, by=huli, at=MONDAY_9AM)} >= {"accept"}
    assert case_queries.open_moves(case, by=siming, at=MONDAY_9AM) == []
    accepted = moves.accept(case, by=huli)
    intake.release_report(receipt.report, seen=1, by=huli, at=accepted.moved_at)
    assert (accepted.area, case_queries.acting_area(accepted)) == (SIMING_SIDE, HULI_SIDE)
    assert place_queries.border(case.uid) == taken
    assert case_queries.page(unreceived=True) == []
    assert [one.uid for one in case_queries.page(unreceived=False)] == [case.uid]


def test_for_the_files_of_many_the_same_division_acts_as_for_those_of_one():
    receipts = [moves.report(place=IN_SIMING) for _ in range(3)]
    found = [moves.case_of(one) for one in receipts]
    border = place_queries.border(found[1].uid)
    by = member(Post.ACCEPTOR)
    places.receive(border.uid, area=HULI_SIDE, seen=border.version, by=by, at=MONDAY_9AM)
    streams = [f"{kind}:{uid}" for one in receipts for kind, uid in (("case", one.case), ("report", one.report))]
    matters = registry.matters_of(streams)
    assert {one: matters[one].area for one in streams} == {one: registry.owner_of(one).matter.area for one in streams}
    assert [matters[one].area for one in streams] == [*[SIMING_SIDE] * 2, *[HULI_SIDE] * 2, *[SIMING_SIDE] * 2]


def test_a_report_with_several_cases_lies_with_whoever_received_one_of_them_first():
    receipt = moves.report(place=IN_SIMING)
    other = moves.case_of(moves.report(place=IN_SIMING))
    report = queries.report(receipt.report)
    by = member(Post.ACCEPTOR)
    intake.link_report(report.uid, case_id=other.uid, seen=report.version, by=by, at=MONDAY_9AM)
    for uid, area, minutes in ((moves.case_of(receipt).uid, SIMING_SIDE, 9), (other.uid, HULI_SIDE, 5)):
        seen, at = place_queries.border(uid).version, MONDAY_9AM + timedelta(minutes=minutes)
        places.receive(uid, area=area, seen=seen, by=by, at=at)
    assert queries.acting_matter(report.uid, report.area).area == HULI_SIDE


def test_a_case_that_is_put_beyond_its_border_after_it_was_accepted_is_acted_on_where_it_lies():
    case = moves.accept(moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL)))
    place = place_at(118.1530, 24.7230, crs=Crs.WGS84, at=case.moved_at, error_m=0)
    assert place.area.startswith("350200/350212")
    moved = cases.locate_case(case.uid, place=place, seen=case.version, by=member(Post.ACCEPTOR), at=case.moved_at)
    assert case_queries.acting_area(moved) == place.area
    assert case_queries.page(unreceived=True) == []


def test_whoever_accepts_it_where_it_lies_has_received_it():
    case = moves.accept(moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL)))
    border = place_queries.border(case.uid)
    assert (border.state, border.taken_by) == (BorderState.TAKEN, SIMING_SIDE)
    with pytest.raises(AlreadyReceived):
        places.receive(border.uid, area=HULI_SIDE, seen=border.version, by=member(Post.ACCEPTOR), at=case.moved_at)


@pytest.mark.django_db(transaction=True)
def test_whoever_accepts_while_the_other_side_is_receiving_it_is_refused():
    case = moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL))
    siming, huli = wardens(SIMING_BUREAU, HULI_BUREAU)
    border = place_queries.border(case.uid)
    receive = partial(places.receive, border.uid, area=HULI_SIDE, seen=border.version, by=huli, at=MONDAY_9AM)
    _, refused = while_the_first_has_not_finished(receive, partial(moves.accept, case, by=siming))
    assert place_queries.border(case.uid).taken_by == HULI_SIDE
    assert isinstance(refused, NotPermitted)
    assert moves.now(case).state is CaseState.REPORTED


def test_a_ruling_moves_the_credit_in_the_figures_and_nothing_else():
    case = moves.file(moves.accept(moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL))))
    moves.file(moves.accept(moves.case_of(moves.report(channel=Channel.PATROL))))
    assert {one.key: one.filed for one in case_queries.tally_by_division()} == {"350203": 2}
    border = place_queries.border(case.uid)
    places.settle(
        border.uid,
        area=HULI_SIDE,
        grounds="实地踏勘",
        seen=border.version,
        by=member(Post.SHIFT_LEADER),
        at=case.moved_at,
    )
    assert {one.key: one.filed for one in case_queries.tally_by_division()} == {"350203": 1, "350206": 1}
    assert moves.now(case) == case
    assert case_queries.acting_area(case) == SIMING_SIDE


def test_a_find_solved_on_the_spot_counts_where_a_ruling_puts_it():
    case = turns.solve_on_the_spot(moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL)))
    assert case_queries.self_handled_by_division() == {"350203": 1}
    seen, by = place_queries.border(case.uid).version, member(Post.SHIFT_LEADER)
    places.settle(case.uid, area=HULI_SIDE, grounds="实地踏勘", seen=seen, by=by, at=case.moved_at)
    assert case_queries.self_handled_by_division() == {"350206": 1}


def test_a_report_that_opens_no_case_is_seen_across_the_border_by_itself():
    receipt = moves.report(place=IN_SIMING, kind=ReportKind.CONSULT)
    (huli,) = wardens(HULI_BUREAU)
    assert seen_by(huli)[1] == [receipt.report]
    assert place_queries.border(receipt.report).subject == f"report:{receipt.report}"


def test_how_far_a_position_may_be_wrong_is_as_its_source_says_or_as_usual():
    for said_m, channel, shared in (
        (30.0, Channel.PORTAL, True),
        (8.0, Channel.PORTAL, False),  # the border is nine metres away
        (0.0, Channel.PORTAL, False),
        (None, Channel.PORTAL, True),  # nobody says: fifty metres
        (None, Channel.SENSOR, True),  # a device: fifteen
        (-1.0, Channel.PORTAL, True),  # a citizen's report is never refused for its place
        (5e7, Channel.PORTAL, True),
    ):
        case = moves.case_of(moves.report(place=replace(IN_SIMING, position_error_m=said_m), channel=channel))
        assert (place_queries.border_of(case.stream) is not None) is shared, said_m


def test_staff_who_say_an_absurd_error_are_told_so():
    for said_m in (-0.1, 2000.1, float("inf"), float("nan")):
        with pytest.raises(PositionErrorAbsurd) as refused:
            moves.report(place=replace(IN_SIMING, position_error_m=said_m), channel=Channel.PATROL)
        assert refused.value.facts == {"most_m": 2000}
    assert queries.page() == []


def test_the_error_belongs_to_what_was_said_and_stands_in_the_record():
    receipt = moves.report(place=replace(IN_SIMING, position_error_m=8.2), key="k")
    assert moves.report(place=replace(IN_SIMING, position_error_m=8.2), key="k").repeated
    with pytest.raises(RepeatedKeyOtherContent):
        moves.report(place=replace(IN_SIMING, position_error_m=8.3), key="k")
    assert entries_of(f"report:{receipt.report}")[0].facts["error_m"] == 9


def test_a_case_that_is_put_near_a_border_is_seen_from_there_too():
    case = moves.case_of(moves.report(place=GivenPlace(address="交界处")))
    place = place_at(LON, LAT, crs=Crs.WGS84, at=case.moved_at, error_m=20)
    cases.locate_case(case.uid, place=place, seen=case.version, by=member(Post.ACCEPTOR), at=case.moved_at)
    assert [one.area for one in place_queries.border(case.uid).areas] == [SIMING_SIDE, HULI_SIDE]
    with pytest.raises(PositionErrorAbsurd):
        place_at(LON, LAT, crs=Crs.WGS84, at=case.moved_at, error_m=9999)


def test_what_goes_on_as_a_further_case_is_seen_from_both_sides_again():
    row = Report.objects.get(uid=moves.report(place=IN_SIMING).report)
    link = open_anew(row, by=member(Post.ACCEPTOR), at=MONDAY_9AM)
    assert place_queries.border(link.case_id).home == SIMING_SIDE
