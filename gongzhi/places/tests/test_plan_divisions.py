"""Divisions of one level out of files of any kind: judged, compared, all or nothing."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Crs, Point, degrees_in
from gongzhi.places import operations, queries, registry
from gongzhi.places.layers.frames import LayerInAnotherSystem
from gongzhi.places.layers.tables import CodeMissing, CodeTwice, HeadingMissing, HeadingsMerged
from gongzhi.places.layers.topology import FindingKind
from gongzhi.places.operations import DivisionPlan
from gongzhi.places.rules.division_files import statistical_code
from gongzhi.places.states import DivisionLevel
from gongzhi.places.tests.drawn import geojson, packed, shapefile_parts, workbook
from gongzhi.places.tests.gridtown import (
    AT_SEA,
    DISTRICT,
    EAST,
    IN_THE_EAST,
    IN_THE_WEST,
    STREET,
    STREET_PATH,
    TODAY,
    WEST,
    found_town,
    given,
)
from gongzhi.places.tests.napkin import FOUNDED_ON, IMPORTED_AT, SURVEYOR

NEW_ON = date(2026, 1, 1)
HALVES = {WEST: shapely.box(118.0, 24.0, 118.01, 24.01), EAST: shapely.box(118.01, 24.0, 118.02, 24.01)}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db):
    found_town()


def plan(content: bytes, file: str, *, level: DivisionLevel = DivisionLevel.COMMUNITY, **more) -> DivisionPlan:
    system = more.pop("system", "cgcs2000")
    columns = more.pop("columns", {})
    return operations.plan_divisions(
        given(content, file, system=system, **columns), level=level, from_on=NEW_ON, on=TODAY, **more
    )


def take(planned: DivisionPlan) -> operations.Imported:
    return operations.import_planned_divisions(planned, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT)


def drawn(outlines) -> bytes:
    return geojson(list(outlines.values()), [{"adcode": int(code), "名称": f"社区{code[-3:]}"} for code in outlines])


def test_a_list_without_outlines_adds_communities_below_their_streets():
    table = workbook([["代码", "名称"], ["990001001003", "南门社区"], ["990001001004", "北门社区"]])
    assert take(plan(table, "list.xlsx")).added == 2
    row = queries.division("990001001003")
    assert (row.path, row.name_zh, row.from_on, row.has_outline) == (
        f"{STREET_PATH}/990001001003",
        "南门社区",
        NEW_ON,
        False,
    )
    assert verify().intact


def test_known_divisions_get_new_outlines_and_keep_their_days():
    moved = {WEST: shapely.box(118.0, 24.0, 118.012, 24.01), EAST: shapely.box(118.012, 24.0, 118.02, 24.01)}
    planned = plan(drawn(moved), "communities.geojson")
    assert planned.report is not None
    assert (planned.report.findings, planned.imported.corrected) == ((), 2)
    take(planned)
    assert queries.locate(Point.from_degrees(118.011, 24.005), on=TODAY).division == WEST
    assert queries.division(WEST).from_on == FOUNDED_ON


def test_a_packed_shapefile_of_districts_is_taken_over_with_the_codes_of_statistics():
    parts = shapefile_parts([shapely.box(118.02, 24.0, 118.03, 24.01)], [{"BM": "990002000000", "MC": "新区"}])
    planned = plan(packed(parts), "districts.zip", level=DivisionLevel.DISTRICT, columns={"code": "BM", "name": "MC"})
    assert (planned.drafts[0].code, planned.drafts[0].parent) == ("990002", "990000")
    with pytest.raises(operations.LayerHasErrors):
        take(planned)  # it lies outside the city as it is drawn, further than any shore
    assert FindingKind.OUTSIDE_PARENT in (planned.report.counts if planned.report else {})


def test_the_one_division_above_may_be_said():
    table = workbook([["code", "name"], ["N-1", "新街道"]])
    planned = plan(table, "streets.xlsx", level=DivisionLevel.STREET, above=DISTRICT)
    take(planned)
    assert queries.division("N-1").path == f"990000/{DISTRICT}/N-1"


def test_outlines_in_the_wrong_system_are_refused_beside_those_on_file():
    web = {}
    for code, outline in HALVES.items():
        corners = shapely.get_coordinates(outline)
        web[code] = shapely.Polygon(list(zip(*degrees_in(corners[:, 0], corners[:, 1], crs=Crs.BD09), strict=True)))
    wrong = plan(drawn(web), "communities.geojson", system="gcj02")
    with pytest.raises(LayerInAnotherSystem) as refused:
        take(wrong)
    assert refused.value.facts["fits"] == "bd09"
    assert queries.edition() == 1


def test_an_outline_that_crosses_itself_is_reported_and_refused():
    crossed = shapely.Polygon([(118.0, 24.0), (118.01, 24.01), (118.01, 24.0), (118.0, 24.01), (118.0, 24.0)])
    planned = plan(drawn(HALVES | {WEST: crossed}), "communities.geojson")
    assert planned.report is not None
    assert planned.report.counts[FindingKind.CROSSES_ITSELF] == 1
    with pytest.raises(operations.LayerHasErrors):
        take(planned)


@pytest.mark.parametrize(
    ("rows", "merged", "refusal"),
    [
        ([["code", "name"], ["990001001003", "甲"], ["990001001003", "乙"]], (), CodeTwice),
        ([["code", "name"], [None, "甲"], ["990001001003", "乙"]], (), CodeMissing),
        ([["code"], ["990001001003"]], (), HeadingMissing),
        ([["code", None], ["990001001003", "甲"]], ("A1:B1",), HeadingsMerged),
        ([["code", "name"], ["990009009001", "甲"]], (), operations.UnknownParent),
    ],
    ids=["one code for two", "no code", "no names", "merged headings", "a street that is none"],
)
def test_a_list_that_cannot_be_meant_is_refused_and_nothing_is_kept(rows, merged, refusal):
    with pytest.raises(refusal):
        plan(workbook(rows, merged=merged), "list.xlsx")
    assert queries.edition() == 1


def test_what_new_outlines_would_do_to_open_matters_is_said_beforehand(monkeypatch):
    monkeypatch.setattr(registry, "_effects", {})
    points = [IN_THE_WEST, IN_THE_EAST, AT_SEA]
    registry.register_effect("open-cases", lambda proposed: proposed.count(points))
    exchanged = {WEST: HALVES[EAST], EAST: HALVES[WEST]}
    planned = plan(drawn(exchanged), "communities.geojson")
    assert planned.effects == {"open-cases": {"all": 3, "division": 2}}
    assert queries.locate(IN_THE_WEST, on=TODAY).division == WEST


@pytest.mark.parametrize(
    ("code", "level", "short"),
    [
        ("350203000000", DivisionLevel.DISTRICT, "350203"),
        ("350203001000", DivisionLevel.STREET, "350203001"),
        ("350203001005", DivisionLevel.STREET, "350203001005"),
        ("350203001005", DivisionLevel.COMMUNITY, "350203001005"),
        ("350203", DivisionLevel.DISTRICT, "350203"),
        ("W1", DivisionLevel.STREET, "W1"),
    ],
)
def test_statistics_fill_codes_up_with_zeros(code, level, short):
    assert statistical_code(code, level=level) == short


def test_a_street_named_in_a_column_is_the_parent():
    table = workbook([["code", "name", "上级"], ["990001001009", "村", STREET]])
    assert plan(table, "list.xlsx").drafts[0].parent == STREET
