"""Real outlines, lists and names of Xiamen pass through the readers, the topology report and the gazetteer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from gongzhi.kernel.geo import Crs, to_point
from gongzhi.places.layers.bordering import OutlineIndex
from gongzhi.places.layers.frames import (
    LayerInAnotherSystem,
    judged_by_borders,
    judged_by_twins,
    require_declared_system,
)
from gongzhi.places.layers.gazetteer import Entry, Gazetteer, Match
from gongzhi.places.layers.readers import Layer, read_layer, read_table, require_areas
from gongzhi.places.layers.systems import declared
from gongzhi.places.layers.tables import CodeMissing, CodeTwice, code_clashes, code_text, require_own_codes
from gongzhi.places.layers.topology import FindingKind, Landmark, Outline, Report, Tolerances, examined

COARSE, FINER = "xiamen_districts_gcj02.geojson", "xiamen_districts_finer_gcj02.geojson"


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "xiamen_geo"


def layer(folder: Path, name: str, *, system: str = "gcj02") -> Layer:
    return read_layer((folder / name).read_bytes(), file=name, system=declared(system))


def outlines(found: Layer, *, is_child: bool = False) -> list[Outline]:
    return [
        Outline(code=code, geometry=feature.geometry, number=feature.number, parent=code if is_child else None)
        for feature in found.features
        for code in [str(feature.properties["adcode"])]
    ]


def by_code(found: Layer) -> dict:
    return {str(feature.properties["adcode"]): feature.geometry for feature in found.features}


@pytest.fixture(scope="module")
def street_points(folder: Path) -> list[Landmark]:
    points = read_layer(
        (folder / "xiamen_street_points.csv").read_bytes(), file="xiamen_street_points.csv", system=declared("gcj02")
    )
    return [
        Landmark(
            name=str(feature.properties["street_code"]),
            point=to_point(feature.geometry.x, feature.geometry.y, crs=Crs.CGCS2000),
        )
        for feature in points.features
    ]


def counted(report: Report) -> dict[str, int]:
    return {kind.value: count for kind, count in report.counts.items()}


def test_the_coarse_districts_are_in_order_but_for_one_street_that_their_shore_cuts_off(folder, street_points):
    found = layer(folder, COARSE)
    require_areas(found)
    report = examined(outlines(found), landmarks=street_points)
    assert (report.examined, report.errors) == (6, ())
    assert counted(report) == {"shore-cut-off": 1}
    assert report.warnings[0].size_m == pytest.approx(65.6, abs=2)


def test_the_finer_districts_do_not_share_corners_and_have_gaps_that_are_warnings(folder, street_points):
    report = examined(outlines(layer(folder, FINER)), landmarks=street_points, tolerances=Tolerances(overlap_m=10.0))
    assert report.errors == ()
    assert report.counts[FindingKind.UNSHARED_BORDER] == 6
    assert report.counts[FindingKind.SHORE_CUT_OFF] == 1
    assert report.counts[FindingKind.OVERLAP_SLIVER] == 4
    assert report.counts[FindingKind.GAP] > 50
    strict = examined(outlines(layer(folder, FINER)))
    assert [finding.codes for finding in strict.errors] == [("350211", "350212")]


def test_the_finer_districts_in_the_coarse_ones_are_told_apart_into_crossings_and_cut_off_shores(folder):
    report = examined(
        outlines(layer(folder, FINER), is_child=True),
        parents=by_code(layer(folder, COARSE)),
        tolerances=Tolerances(overlap_m=10.0),
    )
    crossing = [finding for finding in report.errors if finding.kind is FindingKind.OUTSIDE_PARENT]
    shores = [finding for finding in report.warnings if finding.kind is FindingKind.SHORE_CUT_OFF]
    assert (len(crossing), len(report.errors), len(shores)) == (6, 6, 6)
    assert max(finding.size_m or 0.0 for finding in crossing) == pytest.approx(333, abs=10)
    assert max(finding.size_m or 0.0 for finding in shores) < 50


def test_the_one_street_point_outside_is_taken_in_as_shore(folder, street_points):
    index = OutlineIndex(by_code(layer(folder, COARSE)))
    placed = [index.placed(landmark.point, shore_m=200.0) for landmark in street_points]
    assert len(placed) == 38
    assert None not in placed
    assert [one.code for one in placed if one.is_shore] == ["350203"]


def test_districts_of_a_web_map_declared_as_satellite_positions_are_noticed(folder):
    known, wrong = by_code(layer(folder, COARSE)), by_code(layer(folder, FINER, system="wgs84"))
    for judgement in (
        judged_by_twins(wrong, known, declared=Crs.WGS84),
        judged_by_borders(list(wrong.values()), list(known.values()), declared=Crs.WGS84),
    ):
        with pytest.raises(LayerInAnotherSystem) as refused:
            require_declared_system(judgement)
        assert refused.value.facts["fits"] == "gcj02"
    right = by_code(layer(folder, FINER))
    require_declared_system(judged_by_twins(right, known, declared=Crs.GCJ02))
    require_declared_system(judged_by_borders(list(right.values()), list(known.values()), declared=Crs.GCJ02))


def test_the_list_of_communities_is_refused_for_its_two_shared_codes_and_the_missing_one(folder):
    table = read_table((folder / "xiamen_communities_2021.csv").read_bytes(), file="xiamen_communities_2021.csv")
    assert len(table.rows) == 479
    missing, coded = 0, []
    for row in table.rows:
        try:
            coded.append((code_text(row.values["community_code"], number=row.number), str(row.number), row.number))
        except CodeMissing:
            missing += 1
    clashes = code_clashes(coded)
    assert (missing, {clash.code for clash in clashes}) == (1, {"350206003024", "350211002001"})
    assert sum(len(clash.numbers) for clash in clashes) == 5
    with pytest.raises(CodeTwice):
        require_own_codes(coded)


def test_every_real_name_is_found_at_once_by_its_whole_and_by_its_beginning(folder):
    with (folder / "xiamen_poi_gcj02.csv").open(encoding="utf-8-sig", newline="") as file:
        places = [Entry(name=row["name"], kind=row["category"], key=row["poi_id"]) for row in csv.DictReader(file)]
    listed = io.StringIO((folder / "xiamen_communities_2021.csv").read_text(encoding="utf-8-sig"), newline="")
    communities = [
        Entry(name=row["community"], kind="community", key=str(number))
        for number, row in enumerate(csv.DictReader(listed))
    ]
    assert (len(places), len(communities)) == (1602, 479)
    gazetteer = Gazetteer([*places, *communities], kinds=["community"])
    whole = [gazetteer.search(entry.name)[0].match for entry in (*places, *communities)]
    assert set(whole) == {Match.WHOLE}
    found_by_two = sum(
        entry.key in [hit.entry.key for hit in gazetteer.search(entry.name[:2], most=2_500)] for entry in communities
    )
    assert found_by_two == len(communities)
