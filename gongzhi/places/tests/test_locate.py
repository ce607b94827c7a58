"""Where a point lies, by the divisions on file."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from gongzhi.kernel.geo import Bounds, Crs, Point, distance_m, from_point, to_point
from gongzhi.places import queries
from gongzhi.places.models import Division
from gongzhi.places.queries import ground
from gongzhi.places.states import DivisionLevel, PlaceState
from gongzhi.places.tests.napkin import box, draft, napkin_city, take_over

TODAY = date(2026, 3, 2)
IN_W1 = Point.from_degrees(118.05, 24.02)
IN_W_NORTH = Point.from_degrees(118.05, 24.08)

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("city")
def test_a_point_is_found_in_the_deepest_division_that_has_an_outline():
    found = queries.locate(IN_W1, on=TODAY)
    assert (found.state, found.division, found.path) == (PlaceState.LOCATED, "W1", "C/W/W1")
    assert found.chain == ("C", "W", "W1")
    assert found.border_m == round(distance_m(IN_W1, Point.from_degrees(118.05, 24.0)))


@pytest.mark.usefixtures("city")
def test_where_the_street_has_no_outline_the_district_answers():
    assert queries.locate(IN_W_NORTH, on=TODAY).division == "W"


@pytest.mark.usefixtures("city")
def test_a_named_division_counts_inside_the_one_that_the_map_finds():
    found = queries.locate(IN_W_NORTH, division="W2", on=TODAY)
    assert (found.state, found.division, found.path) == (PlaceState.LOCATED, "W2", "C/W/W2")
    assert found.border_m is None


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("named", ["E", "C", "nowhere"])
def test_where_the_map_contradicts_a_named_division_the_map_is_believed(named):
    assert queries.locate(IN_W_NORTH, division=named, on=TODAY) == queries.locate(IN_W_NORTH, on=TODAY)


@pytest.mark.usefixtures("city")
def test_a_named_division_moves_no_point_into_the_city():
    assert queries.locate(Point.from_degrees(118.21, 24.05), division="W1", on=TODAY).state is PlaceState.OUTSIDE


@pytest.mark.usefixtures("city")
def test_a_point_off_the_coast_is_outside_with_its_distance():
    at_sea = Point.from_degrees(118.21, 24.05)
    found = queries.locate(at_sea, on=TODAY)
    assert (found.state, found.division, found.path) == (PlaceState.OUTSIDE, None, None)
    assert found.border_m == round(distance_m(at_sea, Point.from_degrees(118.2, 24.05)))


@pytest.mark.usefixtures("city")
def test_before_the_city_began_a_point_in_it_is_outside():
    assert queries.locate(IN_W1, on=date(2003, 12, 31)).state is PlaceState.OUTSIDE


def test_without_any_divisions_a_point_is_outside_and_the_city_has_no_bounds():
    found = queries.locate(IN_W1, on=TODAY)
    assert (found.state, found.border_m) == (PlaceState.OUTSIDE, None)
    assert queries.city_bounds(on=TODAY) is None


@pytest.mark.usefixtures("city")
def test_the_bounds_of_the_city_tell_swapped_coordinates():
    assert queries.city_bounds(on=TODAY) == Bounds(west=118.0, south=24.0, east=118.2, north=24.1)


@pytest.mark.usefixtures("city")
def test_a_second_look_costs_one_small_query(django_assert_num_queries):
    queries.locate(IN_W1, on=TODAY)
    with django_assert_num_queries(1):
        queries.locate(IN_W1, on=TODAY)


@pytest.mark.usefixtures("city")
def test_a_new_outline_counts_from_the_next_look():
    assert queries.locate(IN_W_NORTH, on=TODAY).division == "W"
    take_over(draft("W2", DivisionLevel.STREET, "W", outline=box(118.0, 24.05, 118.1, 24.1)))
    assert queries.locate(IN_W_NORTH, on=TODAY).division == "W2"


@pytest.mark.usefixtures("city")
def test_an_import_that_was_rolled_back_leaves_no_trace_on_the_map():
    with transaction.atomic():
        take_over(draft("W2", DivisionLevel.STREET, "W", outline=box(118.0, 24.05, 118.1, 24.1)))
        assert queries.locate(IN_W_NORTH, on=TODAY).division == "W2"
        transaction.set_rollback(True)
    assert queries.locate(IN_W_NORTH, on=TODAY).division == "W"
    take_over(draft("W3", DivisionLevel.STREET, "W", outline=box(118.0, 24.05, 118.1, 24.09)))
    assert queries.locate(IN_W_NORTH, on=TODAY).division == "W3"


@pytest.mark.usefixtures("city")
def test_rows_changed_past_the_operations_are_read_anew_each_time():
    queries.locate(IN_W1, on=TODAY)
    ground._shelf.kept = None
    Division.objects.filter(code="W1").update(outline=None)
    assert queries.locate(IN_W1, on=TODAY).division == "W"
    assert ground._shelf.kept is None


@pytest.mark.usefixtures("city")
def test_a_point_given_in_a_web_maps_system_is_found_where_it_truly_lies():
    near_the_border = Point.from_degrees(118.0975, 24.02)
    shown = from_point(near_the_border, crs=Crs.GCJ02)
    assert queries.locate(to_point(*shown, crs=Crs.GCJ02), on=TODAY).division == "W1"
    assert queries.locate(Point.from_degrees(*shown), on=TODAY).division == "E"


@pytest.mark.usefixtures("city")
def test_divisions_are_listed_by_level_and_an_unknown_one_is_refused():
    assert [row.code for row in queries.divisions(on=TODAY, level=DivisionLevel.DISTRICT)] == ["E", "W"]
    assert queries.division("W1a").has_outline is False
    assert queries.outline("W1a") is None
    for question in (queries.division, queries.outline):
        with pytest.raises(queries.NoSuchDivision) as refused:
            question("X")
        assert refused.value.facts == {"division": "X"}


@pytest.mark.usefixtures("city")
def test_a_code_that_begins_like_another_is_not_below_it():
    take_over(*napkin_city(), draft("WX", DivisionLevel.DISTRICT, "C"))
    assert queries.locate(IN_W_NORTH, division="WX", on=TODAY).division == "W"
