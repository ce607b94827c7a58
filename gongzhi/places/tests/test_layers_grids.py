"""Unit grids where none are surveyed, and the responsibility grids that group them."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, scale, skew

from gongzhi.places.layers.charts import Chart, areas_m2
from gongzhi.places.layers.grids import (
    CELL_M,
    CellSizeImpossible,
    CommunityCodeUnusable,
    GridTooFine,
    Ground,
    GroundUnusable,
    MadeCell,
    made_grid,
    responsibility_groups,
)
from gongzhi.places.layers.topology import FindingKind, Outline, Tolerances, examined
from gongzhi.places.states import AreaClass
from gongzhi.places.tests.drawn import BESIDE, CROSSED, SQUARE

COMMUNITY = "350203001001"
CHART = Chart(lon=118.1, lat=24.5)
ROUNDING_M2 = 60


def in_metres(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    return CHART.degrees(shapely.box(west, south, east, north))


def cut(outline: shapely.Geometry, **more) -> list[MadeCell]:
    return made_grid([Ground(**{"community": COMMUNITY, "outline": outline} | more)])


@st.composite
def grounds(draw) -> shapely.Geometry:
    """A community of any shape: turned, slanted, with a lake, or in two pieces."""
    shape = shapely.Point(0, 0).buffer(draw(st.integers(120, 900)), quad_segs=draw(st.integers(1, 6)))
    shape = skew(scale(shape, draw(st.floats(0.3, 1.0)), 1.0), draw(st.integers(-30, 30)))
    shape = rotate(shape, draw(st.integers(0, 90)))
    if draw(st.booleans()):
        shape = shapely.difference(shape, shapely.Point(30, 40).buffer(draw(st.integers(20, 90)), quad_segs=3))
    if draw(st.booleans()):
        shape = shapely.union(shape, shapely.box(1500, 0, 1500 + draw(st.integers(30, 400)), 310))
    return CHART.degrees(shape)


@given(outline=grounds(), side_m=st.integers(60, 200))
@settings(max_examples=60, deadline=None)
def test_the_cells_cover_the_ground_without_gap_or_overlap_and_are_coded_in_order(outline, side_m):
    cells = cut(outline, cell_m=side_m)
    together = shapely.union_all([cell.outline for cell in cells])
    assert float(areas_m2([shapely.symmetric_difference(together, outline)])[0]) < ROUNDING_M2
    assert sum(cell.area_m2 for cell in cells) == pytest.approx(float(areas_m2([outline])[0]), abs=ROUNDING_M2)
    assert [cell.code for cell in cells] == [f"{COMMUNITY}{place:03d}" for place in range(1, len(cells) + 1)]
    assert {cell.outline.geom_type for cell in cells} == {"Polygon"}
    numbered = [Outline(code=cell.code, geometry=cell.outline, number=1, parent="ground") for cell in cells]
    report = examined(
        numbered, parents={"ground": outline}, tolerances=Tolerances(overlap_m=0.05, gap_m=0.05, parent_m=0.05)
    )
    lakes_and_rounding = {FindingKind.HOLE, FindingKind.BEYOND_PARENT}
    assert set(report.counts) <= lakes_and_rounding


@given(outline=grounds(), side_m=st.integers(60, 200))
@settings(max_examples=30, deadline=None)
def test_no_cell_is_tiny_unless_it_has_no_neighbour_and_none_is_huge(outline, side_m):
    cells = cut(outline, cell_m=side_m)
    for cell in cells:
        assert cell.area_m2 < 2.5 * side_m**2
        has_neighbour = any(
            other is not cell and shapely.length(shapely.intersection(cell.outline, other.outline)) > 0
            for other in cells
        )
        assert cell.area_m2 >= 0.25 * side_m**2 - 1 or not has_neighbour


def test_the_sequence_runs_row_by_row_from_the_north_and_in_each_row_from_the_west():
    cells = cut(in_metres(-150, -100, 150, 100), cell_m=100)
    middles = [CHART.metres(cell.outline).centroid for cell in cells]
    assert [(round(middle.x, -1), round(middle.y, -1)) for middle in middles] == [
        (-100, 50),
        (0, 50),
        (100, 50),
        (-100, -50),
        (0, -50),
        (100, -50),
    ]
    assert [cell.code[-3:] for cell in cells] == ["001", "002", "003", "004", "005", "006"]
    assert [cell.area_m2 for cell in cells] == pytest.approx([10_000] * 6, abs=5)
    assert all(cell.is_schematic for cell in cells)


def test_a_remainder_too_small_for_a_cell_joins_the_neighbour_with_the_longest_common_border():
    cells = cut(in_metres(0, 0, 210, 100), cell_m=100)
    assert [cell.area_m2 for cell in cells] == pytest.approx([10_000, 11_000], abs=10)


def test_only_built_up_ground_within_the_community_is_cut():
    cells = cut(in_metres(0, 0, 1000, 1000), built_up=in_metres(-500, 0, 200, 100), cell_m=100)
    assert [cell.area_m2 for cell in cells] == pytest.approx([10_000, 10_000], abs=10)
    assert cut(in_metres(0, 0, 1000, 1000), built_up=in_metres(5000, 0, 6000, 100)) == []


@pytest.mark.parametrize("area_class", AreaClass)
def test_cells_are_larger_where_there_is_less_to_see(area_class):
    side_m = CELL_M[area_class]
    (first, *_) = cut(in_metres(0, 0, 2 * side_m, 2 * side_m), area_class=area_class)
    assert first.area_m2 == pytest.approx(side_m**2, rel=1e-3)
    assert CELL_M[AreaClass.CORE] < CELL_M[AreaClass.GENERAL] < CELL_M[AreaClass.FRINGE]


def test_the_same_ground_always_gives_the_same_cells_in_whatever_order_it_comes():
    west = Ground(community="350203001001", outline=SQUARE)
    east = Ground(community="350203001002", outline=BESIDE)
    assert made_grid([west, east]) == made_grid([east, west])
    cells = made_grid([west, east])
    assert len({cell.code for cell in cells}) == len(cells)
    assert float(areas_m2([shapely.union_all([cell.outline for cell in cells])])[0]) == pytest.approx(
        float(areas_m2([shapely.union(SQUARE, BESIDE)])[0]), abs=ROUNDING_M2
    )


def test_a_community_gets_at_most_999_cells_and_the_refusal_names_the_size_that_fits():
    ground = in_metres(0, 0, 2000, 2000)
    with pytest.raises(GridTooFine) as refused:
        cut(ground, cell_m=60)
    facts = refused.value.facts
    assert (facts["community"], facts["cells"], facts["most"], facts["cell_m"]) == (COMMUNITY, 1155, 999, 60)
    assert len(cut(ground, cell_m=int(str(facts["fits_m"])))) <= 999
    with pytest.raises(GridTooFine):
        cut(ground, cell_m=int(str(facts["fits_m"])) - 10)


def test_a_cell_size_that_would_cut_a_city_into_dust_is_refused_without_trying():
    with pytest.raises(CellSizeImpossible) as refused:
        cut(SQUARE, cell_m=9)
    assert refused.value.facts["least_m"] == 10
    with pytest.raises(GridTooFine) as too_fine:
        cut(shapely.box(118.0, 24.4, 118.2, 24.6), cell_m=10)
    assert too_fine.value.facts["cells"] > 4_000_000


@pytest.mark.parametrize("code", ["", "35020300100", "3502030010011", "35020300100A"])
def test_a_community_without_a_12_digit_code_is_refused(code):
    with pytest.raises(CommunityCodeUnusable):
        cut(SQUARE, community=code)


@pytest.mark.parametrize("more", [{"outline": CROSSED}, {"built_up": CROSSED}, {"outline": shapely.Point(118, 24)}])
def test_ground_that_is_no_sound_area_is_refused(more):
    with pytest.raises(GroundUnusable) as refused:
        cut(**{"outline": SQUARE} | more)
    assert refused.value.facts["community"] == COMMUNITY


@given(outline=grounds(), about=st.integers(1, 15))
@settings(max_examples=25, deadline=None)
def test_each_cell_belongs_to_one_responsibility_grid_of_neighbours(outline, about):
    cells = {cell.code: cell.outline for cell in cut(outline, cell_m=100)}
    groups = responsibility_groups(cells, about=about)
    assert sorted(code for group in groups for code in group.cells) == sorted(cells)
    assert [group.number for group in groups] == list(range(1, len(groups) + 1))
    assert [group.cells[0] for group in groups] == sorted(group.cells[0] for group in groups)
    for group in groups:
        assert len(group.cells) <= 3 * about
        drawn = shapely.coverage_union_all([cells[code] for code in group.cells])
        assert len(shapely.get_parts(drawn)) == 1


def test_responsibility_grids_never_cross_the_border_of_a_community():
    made = made_grid([Ground(community=COMMUNITY, outline=SQUARE), Ground(community="350203001002", outline=BESIDE)])
    groups = responsibility_groups({cell.code: cell.outline for cell in made}, about=10)
    assert all({code[:12] for code in group.cells} == {group.community} for group in groups)
    sizes = [len(group.cells) for group in groups]
    assert max(sizes) <= 14
    assert sum(sizes) / len(sizes) == pytest.approx(10, abs=3)
