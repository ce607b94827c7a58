"""Near a border both sides see a matter, and the first receiver acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.geo import Point
from gongzhi.places.layers.bordering import BorderCase, OutlineIndex, Receipt, border_case, first_receiver
from gongzhi.places.layers.charts import Chart

CHART = Chart(lon=118.1, lat=24.5)
CITY = {
    "W": CHART.degrees(shapely.box(-1000, -1000, 0, 1000)),
    "E": CHART.degrees(shapely.box(0, -1000, 1000, 1000)),
    "S": CHART.degrees(shapely.box(-1000, -2000, 1000, -1000)),
}
INDEX = OutlineIndex(CITY)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("east_m", "north_m", "error_m", "areas"),
    [
        (-30.0, 0.0, 20.0, ("W",)),
        (-30.0, 0.0, 40.0, ("W", "E")),
        (30.0, 0.0, 40.0, ("E", "W")),
        (-500.0, -980.0, 50.0, ("W", "S")),
        (-20.0, -990.0, 50.0, ("W", "S", "E")),
        (-1030.0, 0.0, 50.0, ("W",)),
        (-1030.0, 0.0, 20.0, ()),
    ],
)
def test_both_sides_see_a_matter_whose_position_may_be_wrong_by_more_than_the_distance_to_the_border(
    east_m, north_m, error_m, areas
):
    nearby = INDEX.areas_within(CHART.point(east_m, north_m), radius_m=error_m)
    case = border_case(nearby, error_m=error_m)
    assert (case.areas, case.is_shared) == (areas, len(areas) > 1)


def test_the_distance_to_the_border_is_told_from_both_sides():
    near = INDEX.areas_within(CHART.point(-30.0, 0.0), radius_m=100.0)
    assert [(one.code, one.is_inside) for one in near] == [("W", True), ("E", False)]
    assert [one.border_m for one in near] == pytest.approx([30.0, 30.0], abs=0.1)


def test_the_first_receiver_of_those_that_see_a_matter_acts():
    case = BorderCase(areas=("W", "E"), home="W")
    later = Receipt(area="W", received_at=NOON + timedelta(minutes=5))
    assert first_receiver(case, [later, Receipt(area="E", received_at=NOON)]) == "E"
    assert first_receiver(case, [later, Receipt(area="S", received_at=NOON)]) == "W"
    assert first_receiver(case, [Receipt(area="S", received_at=NOON)]) is None
    assert first_receiver(case, []) is None


def test_of_two_that_received_a_matter_at_once_the_one_it_lies_in_acts():
    both = [Receipt(area="E", received_at=NOON), Receipt(area="W", received_at=NOON)]
    assert first_receiver(BorderCase(areas=("E", "W"), home="W"), both) == "W"
    assert first_receiver(BorderCase(areas=("E", "W"), home=None), both) == "E"


@pytest.mark.parametrize(
    ("east_m", "shore_m", "code", "is_shore"),
    [(-500.0, 100.0, "W", False), (-1050.0, 100.0, "W", True), (1050.0, 100.0, "E", True), (-1050.0, 20.0, None, None)],
)
def test_a_point_just_off_the_shore_is_taken_into_the_nearest_area_and_flagged(east_m, shore_m, code, is_shore):
    placed = INDEX.placed(CHART.point(east_m, 0.0), shore_m=shore_m)
    if code is None:
        assert placed is None
    else:
        assert (placed.code, placed.is_shore) == (code, is_shore)
        assert placed.distance_m == pytest.approx(50.0 if is_shore else 0.0, abs=0.2)


def test_on_a_common_border_the_lowest_code_counts():
    assert INDEX.placed(Point.from_degrees(118.1, 24.5), shore_m=10.0).code == "E"


@given(
    east_m=st.floats(-1500, 1500), north_m=st.floats(-2500, 1500), error_m=st.floats(0, 400), more_m=st.floats(0, 400)
)
def test_a_worse_position_is_seen_by_no_fewer_areas(east_m, north_m, error_m, more_m):
    nearby = INDEX.areas_within(CHART.point(east_m, north_m), radius_m=800.0)
    few, many = (border_case(nearby, error_m=metres) for metres in (error_m, error_m + more_m))
    assert set(few.areas) <= set(many.areas)
    assert few.home is None or few.home in few.areas


def test_a_city_without_outlines_sees_nothing():
    assert OutlineIndex({}).areas_within(Point.from_degrees(118.1, 24.5), radius_m=100.0) == ()
