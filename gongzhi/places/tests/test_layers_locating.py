"""The raster of cells answers as the outlines themselves do."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.places.layers.locating import NOWHERE, CellIndex
from gongzhi.places.tests.invented import SIDE_DEGREES, SOUTH, WEST, invented_cells, invented_codes

CELLS = invented_cells(30, 20)
CODES = invented_codes(len(CELLS))
INDEX = CellIndex(CODES, CELLS)
lons = st.floats(WEST - 0.002, WEST + 0.032)
lats = st.floats(SOUTH - 0.002, SOUTH + 0.022)


def lowest_code_around(lon: float, lat: float) -> str | None:
    around = np.flatnonzero(shapely.intersects_xy(CELLS, lon, lat))
    return CODES[int(around[0])] if len(around) else None


@given(points=st.lists(st.tuples(lons, lats), min_size=1, max_size=40))
@settings(deadline=None)
def test_one_point_and_many_are_found_where_the_outlines_say(points):
    expected = [lowest_code_around(*point) for point in points]
    assert [INDEX.locate(*point) for point in points] == expected
    found = INDEX.locate_many([lon for lon, _ in points], [lat for _, lat in points])
    assert [code or None for code in found.tolist()] == expected


def test_every_corner_of_every_cell_belongs_to_the_lowest_code_that_has_it():
    corners = np.unique(shapely.get_coordinates(CELLS), axis=0)
    found = INDEX.locate_many(corners[:, 0], corners[:, 1]).tolist()
    assert found == [lowest_code_around(*corner) for corner in corners.tolist()]


def test_cells_that_lie_over_one_another_and_hollow_ones_are_told_apart():
    whole = shapely.box(118.0, 24.0, 118.1, 24.1)
    lake = shapely.box(118.04, 24.04, 118.06, 24.06)
    index = CellIndex(["B", "A", "C"], [whole, shapely.difference(whole, lake), lake])
    assert [index.locate(118.01, 24.01), index.locate(118.05, 24.05), index.locate(118.04, 24.05)] == ["A", "B", "A"]
    assert index.codes.tolist() == ["A", "B", "C"]


@pytest.mark.parametrize("pair", [(math.nan, 24.3), (math.inf, 24.3), (118.0, -math.inf), (0.0, 0.0)])
def test_a_pair_that_is_no_place_in_the_city_lies_nowhere(pair):
    assert INDEX.places([pair[0]], [pair[1]]).tolist() == [NOWHERE]
    assert INDEX.locate_many([pair[0]], [pair[1]]).tolist() == [""]
    assert INDEX.locate(*pair) is None


def test_an_index_without_cells_finds_nothing():
    empty = CellIndex([], [])
    assert (len(empty), empty.locate(118.0, 24.0)) == (0, None)
    assert empty.locate_many([118.0, 118.1], [24.0, 24.1]).tolist() == ["", ""]
    assert INDEX.locate_many([], []).tolist() == []


def test_a_few_large_cells_among_many_small_ones_are_found():
    fringe = shapely.box(WEST + 30 * SIDE_DEGREES, SOUTH, WEST + 0.5, SOUTH + 0.5)
    index = CellIndex([*CODES, "999999999999999"], [*CELLS, fringe])
    assert index.locate(WEST + 0.45, SOUTH + 0.45) == "999999999999999"
    assert index.locate_many([WEST + 0.45], [SOUTH + 0.45]).tolist() == ["999999999999999"]
