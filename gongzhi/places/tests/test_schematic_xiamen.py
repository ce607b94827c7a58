"""The schematic Xiamen of the demo, as a map that can be trusted to hang together."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
import shapely

from gongzhi.kernel.geo import Crs, Point
from gongzhi.places import operations, queries
from gongzhi.places.rules import DivisionDraft, drafts_from_geojson
from gongzhi.places.rules.ground import SHORE_M
from gongzhi.places.states import DivisionLevel, PlaceState
from gongzhi.places.tests.napkin import IMPORTED_AT, SURVEYOR

TODAY = date(2026, 3, 2)
PACK = resources.files("gongzhi.scenarios.packs.xiamen") / "divisions.geojson"


@pytest.fixture(scope="module")
def drafts() -> list[DivisionDraft]:
    return drafts_from_geojson(PACK.read_bytes())


@pytest.fixture
def xiamen(db) -> None:
    operations.import_geojson(
        PACK.read_bytes(), source="schematic", crs=Crs.CGCS2000, seen=0, by=SURVEYOR, at=IMPORTED_AT
    )


@pytest.mark.usefixtures("xiamen")
@pytest.mark.parametrize(
    ("lon", "lat", "street"),
    [
        pytest.param(118.105, 24.443, "350203001", id="思明"),
        pytest.param(118.062, 24.447, "350203012", id="鼓浪屿"),
        pytest.param(118.030, 24.480, "350205003", id="海沧"),
        pytest.param(118.120, 24.535, "350206002", id="湖里"),
        pytest.param(118.100, 24.580, "350211001", id="集美"),
        pytest.param(118.155, 24.735, "350212001", id="同安"),
        pytest.param(118.245, 24.660, "350213102", id="翔安"),
        pytest.param(118.330, 24.557, "350213001", id="大嶝"),
    ],
)
def test_a_point_in_each_district_is_found_down_to_its_community(lon, lat, street):
    found = queries.locate(Point.from_degrees(lon, lat), on=TODAY)
    assert found.state is PlaceState.LOCATED
    assert found.chain[:3] == ("350200", street[:6], street)
    assert re.fullmatch(street + "90[1-5]", found.chain[3])


@pytest.mark.usefixtures("xiamen")
@pytest.mark.parametrize(
    ("lon", "lat", "at_least_m", "at_most_m"),
    [
        pytest.param(118.3000, 24.4300, 9_000, 13_000, id="the open sea"),
        pytest.param(116.4074, 39.9042, 1_660_000, 1_680_000, id="Beijing"),
    ],
)
def test_a_point_off_the_coast_or_far_away_is_outside_with_its_distance(lon, lat, at_least_m, at_most_m):
    found = queries.locate(Point.from_degrees(lon, lat), on=TODAY)
    assert found.state is PlaceState.OUTSIDE
    assert at_least_m <= found.border_m <= at_most_m


@pytest.mark.usefixtures("xiamen")
def test_a_point_in_the_strait_is_taken_onto_the_near_shore_and_flagged():
    strait = Point.from_degrees(118.0705, 24.4480)
    found = queries.locate(strait, on=TODAY)
    assert (found.state, found.is_shore) == (PlaceState.LOCATED, True)
    assert re.fullmatch(r"35020301290[1-5]", found.division or "")
    assert 50 <= found.border_m <= SHORE_M
    assert queries.locate(strait, on=TODAY, shore_m=0).state is PlaceState.OUTSIDE


def test_it_has_the_city_six_districts_39_streets_and_their_communities(drafts):
    count = {level: sum(draft.level is level for draft in drafts) for level in DivisionLevel}
    assert count[DivisionLevel.CITY] == 1
    assert count[DivisionLevel.DISTRICT] == 6
    assert count[DivisionLevel.STREET] == 39
    assert 3 * 39 <= count[DivisionLevel.COMMUNITY] <= 5 * 39


def test_every_division_is_marked_as_schematic_and_invented_communities_say_so(drafts):
    assert all(draft.is_schematic for draft in drafts)
    communities = [draft for draft in drafts if draft.level is DivisionLevel.COMMUNITY]
    assert all(draft.name_zh.startswith("示意") and re.fullmatch(r"\d{9}90[1-5]", draft.code) for draft in communities)


@pytest.mark.parametrize("level", [DivisionLevel.DISTRICT, DivisionLevel.STREET, DivisionLevel.COMMUNITY])
def test_neighbours_share_their_corners_and_no_land_is_left_between_them(drafts, level):
    outlines = {draft.code: shapely.from_geojson(draft.outline) for draft in drafts}
    areas = [outlines[draft.code] for draft in drafts if draft.level is level]
    assert shapely.coverage_is_valid(areas)
    together = shapely.union_all(areas)
    assert not any(polygon.interiors for polygon in shapely.get_parts(together))
    assert together.equals(outlines["350200"])


def test_the_parts_of_a_division_fill_it_exactly(drafts):
    outlines = {draft.code: shapely.from_geojson(draft.outline) for draft in drafts}
    for whole in drafts:
        parts = [outlines[draft.code] for draft in drafts if draft.parent == whole.code]
        assert not parts or shapely.union_all(parts).equals(outlines[whole.code]), whole.code
