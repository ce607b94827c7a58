"""Likely duplicates: same class, near, not long before or after; nobody's pile of cases at one address slows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.cases import duplicates
from gongzhi.cases.duplicates import candidates
from gongzhi.cases.models import Case
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.geo import Point, cell_int, distance_m
from gongzhi.kernel.ids import new_id
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.people.rules import Sight
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import reported_case
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

HERE = Point.from_degrees(118.0894, 24.4798)


def there(east_m=0.0, north_m=0.0):
    """The place so many metres away, as somebody gives it."""
    return GivenPlace(118.0894 + east_m / 101_300, 24.4798 + north_m / 110_760)


def reported(*, east_m=0.0, at=MONDAY_9AM, **said):
    return reported_case(place=there(east_m), class_key=moves.STREET_VENDOR, at=at, **said)


def found(at=MONDAY_9AM, class_key=moves.STREET_VENDOR, **said):
    return candidates(HERE, class_key=class_key, at=at, **said)


def test_the_nearest_comes_first_and_of_equally_near_ones_the_latest():
    far, near = reported(east_m=40), reported(east_m=10)
    again = reported(east_m=10, at=MONDAY_9AM + timedelta(hours=1))
    told = found()
    assert [one.uid for one in told] == [again.uid, near.uid, far.uid]
    assert [round(one.distance_m) for one in told] == [10, 10, 40]


@pytest.mark.parametrize(
    ("east_m", "hours", "is_one"), [(49, 0, True), (51, 0, False), (0, 23.9, True), (0, 24.1, False)]
)
def test_near_and_soon_are_what_the_city_says(east_m, hours, is_one):
    case = reported(east_m=east_m)
    for way in (-1, 1):
        told = found(at=case.reported_at + timedelta(hours=way * hours))
        assert [one.uid for one in told] == ([case.uid] if is_one else [])


def test_a_city_may_look_further():
    case = reported(east_m=180)
    assert found() == []
    seen = parameter_queries.edition()
    parameters.set_parameter("duplicate_radius_m", 200, seen=seen, by=FOUNDER, at=MONDAY_9AM)
    assert [one.uid for one in found(at=MONDAY_9AM + timedelta(hours=1))] == [case.uid]


def test_another_class_is_no_duplicate():
    reported()
    assert found(class_key="gb-2021:component:0101") == []


def test_a_case_is_not_its_own_duplicate():
    case = reported()
    assert found(besides=case.uid) == []


def test_what_was_merged_is_told_by_the_case_it_was_merged_into():
    leading, merged = reported(), reported(east_m=5)
    turns.merge(merged, into=leading)
    assert [one.uid for one in found()] == [leading.uid]


def test_a_reader_is_told_only_of_what_may_be_read():
    case = reported()
    assert found(sight=Sight(areas=("3502/350206",))) == []
    assert [one.uid for one in found(sight=Sight(areas=(case.area,)))] == [case.uid]


def pile(count, *, point):
    """Cases that stand all at one address, straight into the table: what is measured is the search."""
    Case._base_manager.bulk_create(
        Case(
            uid=new_id(),
            version=1,
            state="reported",
            source="internet",
            place_state="located",
            lon_e7=point.lon_e7,
            lat_e7=point.lat_e7,
            cell=cell_int(point),
            class_key=moves.STREET_VENDOR,
            reported_at=MONDAY_9AM + timedelta(seconds=index),
            moved_at=MONDAY_9AM,
        )
        for index in range(count)
    )


def test_a_pile_at_one_address_hides_no_neighbour_and_costs_no_more_questions(django_assert_num_queries):
    office = Point.from_degrees(118.08945, 24.47985)
    assert cell_int(office) == cell_int(HERE)
    case = reported(east_m=3)
    pile(300, point=office)
    duplicates.candidates(HERE, class_key=moves.STREET_VENDOR, at=MONDAY_9AM)
    with django_assert_num_queries(4):
        told = found()
    assert told[0].uid == case.uid
    assert len(told) == duplicates.MOST_CANDIDATES
    assert {round(one.distance_m, 3) for one in told[1:]} == {round(distance_m(HERE, office), 3)}
