"""Near a border: both sides see a matter, the first receiver acts, a ruling settles the credit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.geo import Point
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post
from gongzhi.places import operations, queries
from gongzhi.places.queries.borders import BorderRow
from gongzhi.places.rules import Across, Located
from gongzhi.places.states import BorderState, PlaceState
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM, member
from gongzhi.testing.races import at_once

SIMING, HULI = "350200/350203/350203013", "350200/350206/350206001"
TONGAN = "350200/350212/350212001"
HERE = Located(
    state=PlaceState.LOCATED,
    division="350203013",
    path=SIMING,
    others_within=(Across(division="350206001", path=HULI, distance_m=12),),
)
ELSEWHERE = replace(HERE, path=TONGAN, others_within=())
SUBJECT = f"report:{new_id()}"


def shared(located: Located = HERE, subject: str = SUBJECT) -> BorderRow:
    row = operations.share(subject, located, error_m=30.4, by=ANONYMOUS_REPORTER, at=MONDAY_9AM)
    assert row is not None
    return row


def receive(row: BorderRow, area: str = HULI, *, seen: int | None = None, by=None) -> BorderRow:
    return operations.receive(
        row.uid,
        area=area,
        seen=row.version if seen is None else seen,
        by=by or member(Post.ACCEPTOR),
        at=MONDAY_9AM,
    )


def settle(row: BorderRow, area: str = SIMING, *, grounds: str = "实地踏勘，位于思明一侧", by=None) -> BorderRow:
    return operations.settle(
        row.uid, area=area, grounds=grounds, seen=row.version, by=by or member(Post.SHIFT_LEADER), at=MONDAY_9AM
    )


@pytest.fixture
def xiamen(db) -> None:
    put_city()


@pytest.fixture
def border(xiamen) -> BorderRow:
    return shared()


@pytest.mark.django_db
def test_both_sides_see_a_matter_whose_position_reaches_across(border):
    assert [(one.area, one.distance_m) for one in border.areas] == [(SIMING, 0), (HULI, 50)]
    assert (border.state, border.home, border.acting, border.error_m) == (BorderState.SEEN, SIMING, SIMING, 31)
    for area in (SIMING, HULI, "350200/350206", "350200"):
        assert {*queries.subjects_seen_from([area], kind="report")} == {border.uid}
    assert not queries.subjects_seen_from(["350200/350211"], kind="report")
    assert {*queries.subjects_seen_from([SIMING, HULI], kind="report")} == {border.uid}
    assert not queries.subjects_seen_from([], kind="report")
    assert not queries.subjects_seen_from([SIMING], kind="case")
    assert queries.areas_that_see([border.uid, new_id()]) == {border.uid: (SIMING, HULI)}
    assert queries.border_of(SUBJECT) == border == queries.border(border.uid)
    assert border.subject == f"report:{border.uid}"


@pytest.mark.django_db
def test_a_matter_whose_place_is_exact_has_no_border(xiamen):
    exact = replace(HERE, others_within=())
    assert operations.share(SUBJECT, exact, error_m=1, by=ANONYMOUS_REPORTER, at=MONDAY_9AM) is None
    assert queries.border_of(SUBJECT) is None
    with pytest.raises(NotFound):
        queries.border(new_id())


@pytest.mark.django_db
def test_sharing_a_matter_again_changes_nothing(border):
    assert shared() == border
    assert len(entries_of(f"border:{border.uid}")) == 1


@pytest.mark.django_db
def test_a_matter_put_elsewhere_is_seen_there_and_no_more_where_it_was_first_put(border):
    """A wrong first pin gives nobody the right to read for good."""
    moved = shared(replace(HERE, path=TONGAN))
    assert (moved.home, [one.area for one in moved.areas]) == (TONGAN, [TONGAN, HULI])
    assert queries.areas_that_see([border.uid]) == {border.uid: (HULI, TONGAN)}
    assert not queries.subjects_seen_from([SIMING], kind="report")
    with pytest.raises(operations.AreaNotConcerned):
        receive(moved, SIMING)
    exact = shared(ELSEWHERE)
    assert [one.area for one in exact.areas] == [TONGAN]
    assert border.uid not in queries.unreceived(kind="report")
    back = shared()
    assert [one.area for one in back.areas] == [SIMING, HULI]
    assert border.uid in queries.unreceived(kind="report")
    assert shared(replace(HERE, path=None, others_within=())) == back, "nobody else sees it"
    assert verify().intact


@pytest.mark.django_db
def test_a_matter_that_was_received_stays_on_whichever_side_it_lies_and_put_farther_away_waits_anew(border):
    settled = settle(receive(border))
    on_the_other_side = replace(HERE, path=SIMING, others_within=())
    assert shared(on_the_other_side) == settled
    away = shared(ELSEWHERE)
    assert (away.state, away.home, away.taken_by, away.counts_to) == (BorderState.SEEN, TONGAN, "", "")
    assert (away.acting, [(one.area, one.received_at) for one in away.areas]) == (TONGAN, [(TONGAN, None)])
    assert queries.taken_by([border.uid]) == {}
    back = shared()
    assert [(one.area, one.received_at) for one in back.areas] == [(SIMING, None), (HULI, None)]
    assert receive(back, SIMING).acting == SIMING
    assert verify().intact


@pytest.mark.django_db
def test_of_several_matters_the_one_received_first_comes_first(xiamen):
    later, first = (shared(subject=f"case:{new_id()}") for _ in range(2))
    for row, area, minutes in ((later, HULI, 9), (first, SIMING, 1)):
        at, by = MONDAY_9AM + timedelta(minutes=minutes), member(Post.ACCEPTOR)
        operations.receive(row.uid, area=area, seen=row.version, by=by, at=at)
    assert list(queries.taken_by([later.uid, first.uid]).items()) == [(first.uid, SIMING), (later.uid, HULI)]
    assert queries.areas_to_tell([later.uid, first.uid], "x") == (SIMING,)


@pytest.mark.django_db
def test_whoever_accepts_it_where_it_lies_has_received_it_unless_another_was_first(border):
    for expected in (SIMING, SIMING):
        taken = operations.receive_at_home(SUBJECT, by=member(Post.ACCEPTOR), at=MONDAY_9AM)
        assert (taken.state, taken.taken_by) == (BorderState.TAKEN, expected)
    assert queries.taken_by([border.uid, new_id()]) == {border.uid: SIMING}
    assert operations.receive_at_home(f"case:{new_id()}", by=member(Post.ACCEPTOR), at=MONDAY_9AM) is None
    off = shared(Located(state=PlaceState.OUTSIDE, others_within=HERE.others_within), f"case:{new_id()}")
    assert operations.receive_at_home(off.subject, by=member(Post.ACCEPTOR), at=MONDAY_9AM).taken_by == ""


@pytest.mark.django_db
def test_a_position_in_no_area_is_seen_by_the_one_that_it_reaches(xiamen):
    off = Located(state=PlaceState.OUTSIDE, others_within=HERE.others_within)
    row = shared(off)
    assert ([one.area for one in row.areas], row.home, row.acting) == ([HULI], "", "")
    assert receive(row).acting == HULI


@pytest.mark.django_db
def test_whoever_receives_it_first_acts_and_the_other_side_is_told(border):
    taken = receive(border)
    assert (taken.state, taken.taken_by, taken.acting) == (BorderState.TAKEN, HULI, HULI)
    assert {one.area: one.received_at for one in taken.areas} == {SIMING: None, HULI: MONDAY_9AM}
    with pytest.raises(operations.AlreadyReceived) as refused:
        receive(taken, SIMING)
    assert refused.value.facts == {"area": HULI}
    assert verify().intact


@pytest.mark.django_db
def test_an_area_that_does_not_see_it_can_neither_receive_it_nor_be_given_it(border):
    with pytest.raises(operations.AreaNotConcerned):
        receive(border, "350200/350211")
    with pytest.raises(operations.AreaNotConcerned):
        settle(receive(border), "350200/350211")


@pytest.mark.django_db
def test_a_ruling_settles_the_credit_and_whoever_took_it_goes_on(border):
    with pytest.raises(MoveNotAllowed):
        settle(border)
    settled = settle(receive(border))
    assert (settled.state, settled.acting, settled.counts_to) == (BorderState.SETTLED, HULI, SIMING)
    for change in (receive, settle):
        with pytest.raises(MoveNotAllowed):
            change(settled, SIMING)
    assert [one.type for one in entries_of(f"border:{border.uid}")] == [
        "border.shared",
        "border.receive",
        "border.settle",
    ]
    assert verify().intact


@pytest.mark.django_db
def test_a_ruling_needs_grounds_and_somebody_who_may_rule(border):
    with pytest.raises(NotPermitted):
        receive(border, by=member(Post.COLLECTOR))
    taken = receive(border)
    with pytest.raises(operations.BorderGroundsMissing):
        settle(taken, grounds=" 　")
    with pytest.raises(NotPermitted):
        settle(taken, by=member(Post.ACCEPTOR))
    assert queries.border(border.uid) == taken


@pytest.mark.django_db
def test_nobody_decides_on_an_old_picture(border):
    receive(border)
    with pytest.raises(ChangedMeanwhile):
        receive(border, SIMING)


@pytest.mark.django_db(transaction=True)
def test_of_two_sides_that_receive_it_at_once_one_acts():
    put_city()
    row = shared()
    results = at_once(*[partial(receive, row, area) for area in (SIMING, HULI)])
    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, ChangedMeanwhile)
    assert queries.border(row.uid).taken_by in (SIMING, HULI)
    assert verify().intact


@pytest.mark.django_db
def test_a_real_position_near_a_border_is_shared_from_where_it_lies(xiamen, monday_9am):
    on = monday_9am.date()
    spot = _near_a_border(on)
    located = queries.locate(spot, on=on, error_m=60)
    row = shared(located, f"case:{UUID(int=7)}")
    assert [one.area for one in row.areas] == list(located.seen_by)
    assert len(row.areas) > 1


def _near_a_border(on) -> Point:
    """Return a point of the schematic city that lies close to the border of its community."""
    for step in range(200):
        spot = Point.from_degrees(118.08 + step * 0.0003, 24.47)
        found = queries.locate(spot, on=on, error_m=60)
        if found.path is not None and found.others_within:
            return spot
    pytest.fail("the schematic city has no border on this line")


@pytest.mark.django_db
def test_whoever_may_not_learns_neither_areas_nor_version_nor_state(border):
    nobody = member(Post.COLLECTOR)
    for one in (border, replace(border, uid=new_id())):
        with pytest.raises(NotPermitted):
            receive(one, "350200/350211", seen=9, by=nobody)
        with pytest.raises(NotPermitted):
            settle(one, "350200/350211", grounds="", by=nobody)
