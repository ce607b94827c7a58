"""The tree of divisions and the index of outlines, without a database."""

from __future__ import annotations

from datetime import date

import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.geo import Crs, Point, distance_m, from_point
from gongzhi.places.rules import Area, AreaIndex, Atlas, DivisionsUnreadable, drafts_from_geojson, outline_text
from gongzhi.places.states import DivisionLevel, PlaceState
from gongzhi.places.tests.napkin import FOUNDED_ON, box, draft


def area(code: str, level: DivisionLevel, path: str, outline: str, **more) -> Area:
    return Area(
        **{"code": code, "level": level, "path": path, "outline": shapely.from_geojson(outline)}
        | {"from_on": FOUNDED_ON}
        | more
    )


CITY = area("C", DivisionLevel.CITY, "C", box(118.0, 24.0, 118.2, 24.1))
WEST = area("W", DivisionLevel.DISTRICT, "C/W", box(118.0, 24.0, 118.1, 24.1))
EAST = area("E", DivisionLevel.DISTRICT, "C/E", box(118.1, 24.0, 118.2, 24.1))


def test_levels_run_from_the_city_down_to_the_community():
    assert sorted(DivisionLevel, key=lambda level: level.depth) == [
        DivisionLevel.CITY,
        DivisionLevel.DISTRICT,
        DivisionLevel.STREET,
        DivisionLevel.COMMUNITY,
    ]


def test_a_point_on_a_common_border_belongs_to_the_division_with_the_lower_code():
    on_the_border = Point.from_degrees(118.1, 24.05)
    either_order = [AreaIndex(areas).locate(on_the_border) for areas in ([CITY, WEST, EAST], [EAST, WEST, CITY])]
    assert [found.division for found in either_order] == ["E", "E"]
    assert either_order[0].border_m == 0


def test_a_point_in_a_gap_between_districts_belongs_to_the_city():
    found = AreaIndex([CITY, WEST]).locate(Point.from_degrees(118.15, 24.05))
    assert (found.state, found.division, found.chain) == (PlaceState.LOCATED, "C", ("C",))


def test_a_lake_cut_out_of_a_district_has_a_shore_like_the_coast():
    with_lake = area(
        "C",
        DivisionLevel.CITY,
        "C",
        '{"type":"Polygon","coordinates":[[[118,24],[118.2,24],[118.2,24.1],[118,24.1],[118,24]],'
        "[[118.09,24.04],[118.09,24.06],[118.11,24.06],[118.11,24.04],[118.09,24.04]]]}",
    )
    middle = Point.from_degrees(118.1, 24.05)
    found = AreaIndex([with_lake]).locate(middle)
    assert found.state is PlaceState.OUTSIDE
    assert found.border_m == round(distance_m(middle, Point.from_degrees(118.11, 24.05)))


def test_outside_the_nearest_border_is_measured_to_the_outermost_outlines_even_where_the_city_has_none():
    off_the_east_coast = Point.from_degrees(118.25, 24.05)
    expected_m = round(distance_m(off_the_east_coast, Point.from_degrees(118.2, 24.05)))
    assert AreaIndex([CITY, WEST, EAST]).locate(off_the_east_coast).border_m == expected_m
    assert AreaIndex([WEST, EAST]).locate(off_the_east_coast).border_m == expected_m


@given(
    lon_e7=st.integers(1_160_000_000, 1_200_000_000),
    lat_e7=st.integers(220_000_000, 260_000_000),
)
def test_the_distance_to_the_border_is_that_of_the_nearest_of_many_places_along_it(lon_e7, lat_e7):
    point = Point(lon_e7, lat_e7)
    steps = [step / 400 for step in range(401)]
    along = [(118.0 + 0.2 * step, lat) for step in steps for lat in (24.0, 24.1)]
    along += [(lon, 24.0 + 0.1 * step) for step in steps for lon in (118.0, 118.2)]
    nearest_m = min(distance_m(point, Point.from_degrees(lon, lat)) for lon, lat in along)
    found_m = AreaIndex([CITY]).locate(point).border_m
    half_a_step_m = 30
    assert found_m is not None
    assert nearest_m - half_a_step_m <= found_m <= nearest_m + max(1, nearest_m / 1000)


@given(point=st.builds(Point, st.integers(-1_800_000_000, 1_800_000_000), st.integers(-900_000_000, 900_000_000)))
def test_every_point_on_earth_gets_an_answer(point):
    found = AreaIndex([CITY]).locate(point)
    assert found.border_m is not None
    assert 0 <= found.border_m <= 20_100_000


def test_a_city_without_outlines_knows_no_distance_and_no_bounds():
    empty = AreaIndex([])
    found = empty.locate(Point.from_degrees(118.1, 24.05))
    assert (found.state, found.border_m, found.chain) == (PlaceState.OUTSIDE, None, ())
    assert empty.bounds() is None


@pytest.mark.parametrize(
    ("on", "division"),
    [
        (date(2003, 12, 31), None),
        (date(2004, 1, 1), "W"),
        (date(2021, 6, 30), "W"),
        (date(2021, 7, 1), "N"),
        (date(2040, 1, 1), "N"),
    ],
)
def test_a_point_lies_in_the_division_that_was_in_force_on_that_day(on, division):
    ended = area("W", DivisionLevel.DISTRICT, "C/W", box(118.0, 24.0, 118.1, 24.1), until_on=date(2021, 7, 1))
    began = area("N", DivisionLevel.DISTRICT, "C/N", box(118.0, 24.0, 118.1, 24.1), from_on=date(2021, 7, 1))
    atlas = Atlas([ended, began])
    assert atlas.index(on=on).locate(Point.from_degrees(118.05, 24.05)).division == division


def test_an_outline_drawn_on_a_web_map_is_stored_in_the_national_system():
    corners = [(118.0, 24.0), (118.1, 24.0), (118.1, 24.1), (118.0, 24.0)]
    shown = [list(from_point(Point.from_degrees(*corner), crs=Crs.GCJ02)) for corner in corners]
    drawn = orjson.dumps({"type": "Polygon", "coordinates": [shown]}).decode()
    stored = outline_text(draft("W", DivisionLevel.DISTRICT, outline=drawn), crs=Crs.GCJ02)
    assert stored is not None
    assert orjson.loads(stored) == {
        "type": "MultiPolygon",
        "coordinates": [[[list(corner) for corner in corners]]],
    }


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        pytest.param(b"\xff\xfe", 0, id="not UTF-8"),
        pytest.param(b"[]", 0, id="no collection"),
        pytest.param(b'{"type":"FeatureCollection","features":[]}', 0, id="nothing in it"),
        pytest.param(b'{"features":["C"]}', 1, id="a feature that is none"),
        pytest.param(b'{"features":[{"properties":{"level":"city"}}]}', 1, id="no code"),
        pytest.param(
            b'{"features":[{"properties":{"code":"C","level":"planet","name_zh":"x","from_on":"2004-01-01"}}]}',
            1,
            id="a level nobody knows",
        ),
        pytest.param(
            b'{"features":[{"properties":{"code":"C","level":"city","name_zh":"x","from_on":"2004-13-01"}}]}',
            1,
            id="a thirteenth month",
        ),
    ],
)
def test_a_file_that_is_no_collection_of_divisions_is_refused_with_the_place_of_the_fault(text, feature):
    with pytest.raises(DivisionsUnreadable) as refused:
        drafts_from_geojson(text)
    assert refused.value.facts["feature"] == feature
