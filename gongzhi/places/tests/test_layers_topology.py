"""The topology report tells errors from warnings, with place and size."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from gongzhi.kernel.geo import Point
from gongzhi.places.layers.charts import Chart, areas_m2
from gongzhi.places.layers.topology import FindingKind, Landmark, Outline, Report, Tolerances, examined
from gongzhi.places.tests.drawn import BESIDE, CROSSED, SQUARE
from gongzhi.places.tests.invented import invented_cells

CHART = Chart(lon=118.09, lat=24.475)


def outlines(*geometries: shapely.Geometry | None, parent: str | None = None) -> list[Outline]:
    return [
        Outline(code=chr(ord("A") + place), geometry=geometry, number=place + 1, parent=parent)
        for place, geometry in enumerate(geometries)
    ]


def in_metres(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    return CHART.degrees(shapely.box(west, south, east, north))


def kinds(report: Report) -> set[FindingKind]:
    return set(report.counts)


def test_two_areas_that_share_their_border_and_its_corners_are_in_order():
    report = examined(outlines(SQUARE, BESIDE))
    assert (report.findings, report.errors, report.warnings, report.examined) == ((), (), (), 2)


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (None, FindingKind.EMPTY),
        (shapely.Polygon(), FindingKind.EMPTY),
        (shapely.Point(118.1, 24.5), FindingKind.NO_AREA),
        (shapely.LineString([(118.1, 24.5), (118.2, 24.5)]), FindingKind.NO_AREA),
        (CROSSED, FindingKind.CROSSES_ITSELF),
    ],
)
def test_a_feature_that_is_no_sound_area_is_an_error_and_does_not_disturb_the_others(geometry, kind):
    report = examined(outlines(SQUARE, geometry, BESIDE))
    assert [(finding.kind, finding.codes, finding.numbers) for finding in report.errors] == [(kind, ("B",), (2,))]
    assert report.warnings == ()


def test_an_outline_that_crosses_itself_is_named_with_the_place_of_the_crossing():
    (finding,) = examined(outlines(CROSSED)).errors
    assert finding.place == Point.from_degrees(118.085, 24.475)


def test_a_code_that_stands_for_two_areas_is_an_error_that_names_both():
    twice = [Outline(code="A", geometry=SQUARE, number=3), Outline(code="A", geometry=BESIDE, number=9)]
    (finding,) = examined(twice).errors
    assert (finding.kind, finding.codes, finding.numbers) == (FindingKind.DUPLICATE_CODE, ("A",), (3, 9))


@pytest.mark.parametrize(
    ("width_m", "kind"), [(2.0, FindingKind.OVERLAP_SLIVER), (20.0, FindingKind.OVERLAP), (0.01, None)]
)
def test_ground_that_two_areas_share_is_an_error_from_the_tolerance_on(width_m, kind):
    report = examined(outlines(in_metres(0, 0, 1000, 500), in_metres(1000 - width_m, 0, 2000, 500)))
    overlaps = [finding for finding in report.findings if finding.kind.value.startswith("overlap")]
    if kind is None:
        assert overlaps == []
        return
    (finding,) = overlaps
    assert (finding.kind, finding.codes, finding.kind.is_error) == (kind, ("A", "B"), kind is FindingKind.OVERLAP)
    assert finding.size_m == pytest.approx(width_m, rel=0.02)
    assert finding.size_m2 == pytest.approx(width_m * 500, rel=0.01)
    shared = in_metres(1000 - width_m, 0, 1000, 500)
    assert shapely.contains_xy(shared, finding.place.lon, finding.place.lat)


@pytest.mark.parametrize(("width_m", "kind"), [(2.0, FindingKind.GAP), (40.0, FindingKind.HOLE)])
def test_enclosed_ground_that_belongs_to_nobody_is_a_warning(width_m, kind):
    around = outlines(
        in_metres(0, 0, 500, 100),
        in_metres(0, 100 + width_m, 500, 200),
        in_metres(-100, 0, 0, 200),
        in_metres(500, 0, 600, 200),
    )
    report = examined(around)
    (finding,) = [one for one in report.findings if one.kind in (FindingKind.GAP, FindingKind.HOLE)]
    assert (finding.kind, finding.codes) == (kind, ("A", "B", "C", "D"))
    assert finding.size_m == pytest.approx(width_m, rel=0.03)
    assert report.errors == ()


def test_a_lake_cut_out_of_an_area_is_no_finding():
    lake = in_metres(200, 200, 300, 300)
    assert examined(outlines(shapely.difference(in_metres(0, 0, 500, 500), lake))).findings == ()


def test_neighbours_that_do_not_share_corners_are_a_warning():
    across = shapely.Polygon([(118.09, 24.47), (118.10, 24.47), (118.10, 24.48), (118.09, 24.48), (118.09, 24.476)])
    report = examined(outlines(SQUARE, across))
    assert kinds(report) == {FindingKind.UNSHARED_BORDER}
    assert {finding.codes for finding in report.warnings} == {("A",), ("B",)}
    assert all(finding.size_m == pytest.approx(1107, abs=5) for finding in report.warnings)


@pytest.mark.parametrize(
    ("reach_m", "kind"), [(2.0, FindingKind.BEYOND_PARENT), (60.0, FindingKind.OUTSIDE_PARENT), (0.01, None)]
)
def test_a_street_that_reaches_into_the_next_district_is_an_error_from_the_tolerance_on(reach_m, kind):
    parents = {"west": in_metres(0, 0, 1000, 1000), "east": in_metres(1000, 0, 2000, 1000)}
    street = outlines(in_metres(500, 100, 1000 + reach_m, 900), parent="west")
    report = examined(street, parents=parents)
    assert kinds(report) == (set() if kind is None else {kind})
    if kind is not None:
        assert report.findings[0].size_m == pytest.approx(reach_m, rel=0.02)


@pytest.mark.parametrize(
    ("reach_m", "kind"),
    [(3.0, FindingKind.BEYOND_PARENT), (300.0, FindingKind.SHORE_CUT_OFF), (3000.0, FindingKind.OUTSIDE_PARENT)],
)
def test_a_street_that_reaches_out_where_no_district_is_lies_at_a_cut_off_shore_unless_it_is_far(reach_m, kind):
    street = outlines(in_metres(-reach_m, 100, 500, 900), parent="west")
    report = examined(street, parents={"west": in_metres(0, 0, 1000, 1000)})
    assert kinds(report) == {kind}
    assert report.findings[0].size_m == pytest.approx(reach_m, rel=0.01)


def test_a_street_whose_district_has_no_outline_is_not_compared():
    assert examined(outlines(SQUARE, parent="gone"), parents={"west": BESIDE}).findings == ()


def test_a_known_place_just_off_the_outline_is_a_cut_off_shore_and_one_at_sea_is_far_outside():
    report = examined(
        outlines(in_metres(0, 0, 1000, 1000)),
        landmarks=[
            Landmark(name="pier", point=CHART.point(-80.0, 500.0)),
            Landmark(name="square", point=CHART.point(500.0, 500.0)),
            Landmark(name="buoy", point=CHART.point(-5000.0, 500.0)),
        ],
        tolerances=Tolerances(shore_m=200.0),
    )
    assert [(finding.kind, finding.codes) for finding in report.warnings] == [
        (FindingKind.SHORE_CUT_OFF, ("A", "pier")),
        (FindingKind.FAR_OUTSIDE, ("buoy",)),
    ]
    assert report.warnings[0].size_m == pytest.approx(80.0, abs=0.5)


def test_a_report_keeps_the_largest_of_very_many_findings_and_counts_them_all():
    doubled = [*invented_cells(20, 20), *invented_cells(20, 20)]
    numbered = [Outline(code=str(place), geometry=cell, number=place) for place, cell in enumerate(doubled)]
    report = examined(numbered)
    assert report.counts[FindingKind.OVERLAP] == 400
    kept = [finding.size_m2 or 0.0 for finding in report.findings if finding.kind is FindingKind.OVERLAP]
    assert (len(kept), kept) == (200, sorted(kept, reverse=True))


def test_40000_cells_in_400_communities_are_examined_in_seconds():
    cells = invented_cells(200, 200)
    block = [(place // 200 // 10, place % 200 // 10) for place in range(len(cells))]
    communities = {
        f"{row}/{column}": shapely.coverage_union_all(
            [
                cells[200 * up + across]
                for up in range(10 * row, 10 * row + 10)
                for across in range(10 * column, 10 * column + 10)
            ]
        )
        for row in range(20)
        for column in range(20)
    }
    numbered = [
        Outline(code=str(place), geometry=cell, number=place, parent=f"{row}/{column}")
        for place, (cell, (row, column)) in enumerate(zip(cells, block, strict=True))
    ]
    began = time.monotonic()
    report = examined(numbered, parents=communities)
    assert report.findings == ()
    assert time.monotonic() - began < 60


def test_areas_are_true_to_a_hundred_thousandth_up_to_the_size_of_a_district():
    whole = shapely.box(118.0, 24.4, 118.3, 24.8)
    strips = [translate(shapely.box(118.0, 24.4, 118.3, 24.4001), yoff=0.0001 * place) for place in range(4000)]
    assert float(areas_m2([whole])[0]) == pytest.approx(float(np.sum(areas_m2(strips))), rel=1e-5)
