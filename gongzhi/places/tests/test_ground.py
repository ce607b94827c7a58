"""Where a point lies: divisions, unit grid, overlay area, who answers, and which sides of a border see it."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from gongzhi.kernel.geo import Point
from gongzhi.places import queries
from gongzhi.places.rules import position_error_m
from gongzhi.places.states import AreaClass, DivisionLevel, OverlayKind, PlaceState, PositionSource
from gongzhi.places.tests.gridtown import (
    AT_SEA,
    BESIDE_THE_BORDER,
    BORDER_LON,
    EAST,
    EAST_PATH,
    IN_THE_EAST,
    IN_THE_WEST,
    STREET,
    STREET_PATH,
    TODAY,
    WEST,
    WEST_PATH,
    found_town,
    given,
    layer_file,
    plan,
    square,
    take,
    take_quarters,
)
from gongzhi.places.tests.napkin import box, draft, take_over

NORTH_STREET = "990001002"
ISLAND = shapely.box(118.025, 24.0, 118.03, 24.005)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db):
    found_town()


def take_overlays(features, **more):
    return take(plan(given(layer_file(features, **more)), "overlays"))


def test_a_point_is_found_down_to_its_unit_grid():
    take_quarters()
    found = queries.locate(IN_THE_EAST, on=TODAY)
    assert (found.division, found.path, found.grid) == (EAST, EAST_PATH, f"{EAST}002")
    assert found.area_class is AreaClass.GENERAL


def test_without_unit_grids_the_community_is_all_that_is_known():
    found = queries.locate(IN_THE_EAST, on=TODAY)
    assert (found.division, found.grid, found.responsibility_grid, found.responsible) == (EAST, None, None, ())


def test_a_second_look_costs_one_small_query_with_all_layers_too(django_assert_num_queries):
    take_quarters()
    take_overlays({"S": square(118.0, 24.0)}, name=["站"], kind=["station"])
    queries.locate(IN_THE_WEST, on=TODAY, error_m=50)
    with django_assert_num_queries(1):
        queries.locate(IN_THE_WEST, on=TODAY, error_m=50)


def test_a_surveyed_grid_decides_where_the_coarse_outline_says_otherwise():
    take(plan(given(layer_file({f"{WEST}001": shapely.box(118.0, 24.0, 118.01002, 24.01)})), "unit-grids"))
    across = Point.from_degrees(118.01001, 24.005)
    found = queries.locate(across, on=TODAY)
    assert (found.division, found.path, found.grid, found.border_m) == (WEST, WEST_PATH, f"{WEST}001", None)


def test_a_schematic_grid_does_not():
    grid = given(layer_file({f"{WEST}001": shapely.box(118.0, 24.0, 118.01002, 24.01)}))
    take(plan(grid, "unit-grids", is_schematic=True))
    found = queries.locate(Point.from_degrees(118.01001, 24.005), on=TODAY)
    assert (found.division, found.grid) == (EAST, f"{WEST}001")


def test_a_grid_leads_on_to_a_community_that_has_no_outline():
    undrawn = f"{NORTH_STREET}001"
    take_over(
        draft(NORTH_STREET, DivisionLevel.STREET, "990001", outline=box(118.0, 24.01, 118.02, 24.02)),
        draft(undrawn, DivisionLevel.COMMUNITY, NORTH_STREET, area_class=AreaClass.CORE),
    )
    take(plan(given(layer_file({f"{undrawn}001": square(118.0, 24.01)})), "unit-grids", is_schematic=True))
    found = queries.locate(Point.from_degrees(118.002, 24.012), on=TODAY)
    assert (found.division, found.grid, found.area_class) == (undrawn, f"{undrawn}001", AreaClass.CORE)


def test_an_overlay_area_is_named_with_who_answers_for_it():
    take_overlays(
        {"ZONE": shapely.box(118.0, 24.0, 118.02, 24.01), "STOP": square(118.005, 24.005)},
        name=["高新区", "北站"],
        kind=["development_zone", "station"],
        unit=["zone-office", "railway"],
    )
    in_both, in_the_zone = Point.from_degrees(118.006, 24.006), IN_THE_EAST
    smaller = queries.locate(in_both, on=TODAY)
    stop = smaller.overlay
    assert stop is not None
    assert (stop.code, stop.kind, stop.unit) == ("STOP", OverlayKind.STATION, "railway")
    assert smaller.division == WEST
    zone = queries.locate(in_the_zone, on=TODAY).overlay
    assert zone is not None
    assert (zone.code, zone.name_zh, zone.unit) == ("ZONE", "高新区", "zone-office")
    assert queries.locate(AT_SEA, on=TODAY).overlay is None


def test_an_overlay_area_that_counts_to_a_division_outranks_the_tree():
    take_overlays({"PIER": square(118.012, 24.0)}, name=["码头"], kind=["port"], parent=[WEST])
    found = queries.locate(Point.from_degrees(118.013, 24.001), on=TODAY)
    assert (found.division, found.path, found.border_m) == (WEST, WEST_PATH, None)


def test_an_overlay_area_of_a_wider_division_leaves_the_community_as_it_is():
    take_overlays({"ZONE": square(118.012, 24.0)}, name=["园区"], kind=["development_zone"], parent=[STREET])
    assert queries.locate(Point.from_degrees(118.013, 24.001), on=TODAY).path == EAST_PATH


def test_an_island_that_no_outline_shows_is_in_the_city_by_its_overlay():
    on_the_island = Point.from_degrees(118.027, 24.002)
    assert queries.locate(on_the_island, on=TODAY).state is PlaceState.OUTSIDE
    take_overlays({"ISLE": ISLAND}, name=["小岛"], kind=["island"], parent=[STREET])
    found = queries.locate(on_the_island, on=TODAY)
    assert (found.state, found.path, found.is_shore) == (PlaceState.LOCATED, STREET_PATH, False)


def test_a_point_just_off_the_shore_is_taken_in_and_flagged():
    on_the_pier = Point.from_degrees(118.021, 24.005)
    found = queries.locate(on_the_pier, on=TODAY)
    assert (found.state, found.path, found.is_shore) == (PlaceState.LOCATED, EAST_PATH, True)
    assert found.border_m is not None
    assert 95 <= found.border_m <= 107
    assert queries.locate(on_the_pier, on=TODAY, shore_m=50).state is PlaceState.OUTSIDE
    assert queries.locate(AT_SEA, on=TODAY).state is PlaceState.OUTSIDE
    assert queries.locate(IN_THE_EAST, on=TODAY).is_shore is False


@pytest.mark.parametrize(
    ("error_m", "others"),
    [(0, ()), (5, ()), (15, (EAST_PATH,)), (200, (EAST_PATH,))],
)
def test_where_the_position_error_reaches_across_a_border_both_sides_see_it(error_m, others):
    found = queries.locate(BESIDE_THE_BORDER, on=TODAY, error_m=error_m)
    assert found.path == WEST_PATH
    assert tuple(one.path for one in found.others_within) == others
    assert found.seen_by == (WEST_PATH, *others)
    assert all(8 <= one.distance_m <= 12 for one in found.others_within)


def test_an_exact_position_and_one_far_from_any_border_are_seen_by_one_side():
    assert queries.locate(IN_THE_WEST, on=TODAY, error_m=300).seen_by == (WEST_PATH,)
    assert queries.locate(AT_SEA, on=TODAY, error_m=300).seen_by == ()


def test_a_position_off_the_coast_is_seen_by_the_side_that_its_error_reaches():
    found = queries.locate(Point.from_degrees(118.023, 24.005), on=TODAY, error_m=400)
    assert (found.state, found.seen_by) == (PlaceState.OUTSIDE, (EAST_PATH,))


def test_across_a_border_the_deepest_known_division_sees_it():
    take_over(
        draft("990002", DivisionLevel.DISTRICT, "990000", outline=box(118.0, 24.01, 118.02, 24.02)),
        draft("990002001", DivisionLevel.STREET, "990002", outline=box(118.0, 24.01, BORDER_LON, 24.02)),
    )
    found = queries.locate(Point.from_degrees(118.009, 24.0099), on=TODAY, error_m=30)
    assert [one.path for one in found.others_within] == ["990000/990002/990002001"]
    east = queries.locate(Point.from_degrees(118.0155, 24.0099), on=TODAY, error_m=30)
    assert [one.path for one in east.others_within] == ["990000/990002"]


@pytest.mark.parametrize(
    ("said_m", "source", "error_m"),
    [
        (None, PositionSource.DEVICE, 15.0),
        (None, PositionSource.WORDS, 150.0),
        (None, PositionSource.UNSAID, 50.0),
        (4.0, PositionSource.WORDS, 4.0),
        (0.0, PositionSource.DEVICE, 0.0),
        (1e9, PositionSource.DEVICE, 2_000.0),
        (-1.0, PositionSource.PINNED, 30.0),
        (float("nan"), PositionSource.PINNED, 30.0),
    ],
)
def test_how_far_a_position_may_be_wrong(said_m, source, error_m):
    assert position_error_m(said_m, source=source) == error_m


def test_a_layer_holds_from_its_first_day():
    take_overlays({"S": square(118.005, 24.005)}, name=["站"], kind=["station"])
    assert queries.locate(IN_THE_WEST, on=date(2003, 12, 31)).overlay is None


def test_many_points_find_their_deepest_division():
    import numpy as np

    from gongzhi.places.queries.ground import city

    points = [IN_THE_WEST, AT_SEA, IN_THE_EAST]
    found = (
        city()
        .ground(on=TODAY)
        .divisions.deepest(np.array([one.lon for one in points]), np.array([one.lat for one in points]))
    )
    assert found == [WEST, None, EAST]
