"""Taking over a layer: all or nothing, with what it would do said first."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Crs, degrees_in
from gongzhi.places import facts, operations, queries, registry
from gongzhi.places.layers.frames import LayerInAnotherSystem
from gongzhi.places.layers.readers import NotAreas
from gongzhi.places.layers.tables import CodeSpoiled, CodeTwice, HeadingMissing
from gongzhi.places.layers.topology import FindingKind
from gongzhi.places.models import LayerEdition, LayerFeature
from gongzhi.places.states import DivisionLevel, KnownLayer
from gongzhi.places.tests.drawn import geojson, geopackage, packed, shapefile_parts, workbook
from gongzhi.places.tests.gridtown import (
    EAST,
    IN_THE_WEST,
    TODAY,
    WEST,
    found_town,
    given,
    layer_file,
    plan,
    quarters,
    square,
    take,
    take_quarters,
)
from gongzhi.places.tests.napkin import FOUNDED_ON, IMPORTED_AT, SURVEYOR, draft, take_over

FIRST_CELL = f"{WEST}001"
NEW_SURVEY_ON = date(2025, 7, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db):
    found_town()


def test_surveyed_grids_come_in_under_one_entry_and_stand_in_the_record():
    before = queries.edition()
    planned = take_quarters()
    assert (planned.added, planned.corrected, planned.gone, planned.unchanged) == (8, 0, 0, 0)
    assert planned.report is not None
    assert planned.report.findings == ()
    entry = entries_of(facts.STREAM)[-1]
    assert (entry.type, queries.edition()) == ("places.layer-imported", before + 1)
    assert {name: entry.facts[name] for name in ("layer", "edition", "features", "source", "schematic")} == {
        "layer": "unit-grids",
        "edition": 1,
        "features": 8,
        "source": "survey.geojson",
        "schematic": False,
    }
    assert [one.code for one in queries.features("unit-grids", on=TODAY)] == sorted(quarters())
    assert verify().intact


def test_the_same_layer_again_changes_and_records_nothing():
    take_quarters()
    seen = queries.edition()
    again = take_quarters()
    assert again.changes_nothing
    assert queries.edition() == seen
    assert LayerEdition.objects.count() == 1


def test_a_plan_writes_nothing_and_counts_what_would_change():
    take_quarters()
    cells = quarters()
    del cells[f"{EAST}004"]
    cells[FIRST_CELL] = square(118.0, 24.005, side=0.004)
    cells[f"{WEST}005"] = shapely.box(118.0, 24.009, 118.004, 24.01)
    planned = plan(given(layer_file(cells)), "unit-grids", from_on=NEW_SURVEY_ON)
    assert (planned.added, planned.corrected, planned.gone, planned.unchanged) == (1, 1, 1, 6)
    assert LayerEdition.objects.count() == 1
    assert queries.edition() == 2


def test_a_later_edition_holds_from_its_day_and_the_earlier_one_stays_on_record():
    take_quarters()
    halves = {
        f"{WEST}001": shapely.box(118.0, 24.0, 118.01, 24.01),
        f"{EAST}001": shapely.box(118.01, 24, 118.02, 24.01),
    }
    take(plan(given(layer_file(halves)), "unit-grids", from_on=NEW_SURVEY_ON))
    assert len(queries.features("unit-grids", on=date(2025, 6, 30))) == 8
    assert len(queries.features("unit-grids", on=NEW_SURVEY_ON)) == 2
    assert queries.locate(IN_THE_WEST, on=date(2025, 6, 30)).grid == f"{WEST}002"
    assert queries.locate(IN_THE_WEST, on=NEW_SURVEY_ON).grid == f"{WEST}001"
    (layer,) = queries.layers()
    assert [(one.number, one.from_on, one.features) for one in layer.editions] == [
        (1, FOUNDED_ON, 8),
        (2, NEW_SURVEY_ON, 2),
    ]
    assert verify().intact


def test_a_layer_ends_on_a_day_and_stays_on_record():
    take_quarters()
    operations.end_layer("unit-grids", from_on=NEW_SURVEY_ON, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT)
    assert queries.locate(IN_THE_WEST, on=NEW_SURVEY_ON).grid is None
    assert queries.locate(IN_THE_WEST, on=FOUNDED_ON).grid == f"{WEST}002"
    assert entries_of(facts.STREAM)[-1].type == "places.layer-ended"
    with pytest.raises(operations.NoSuchLayer):
        operations.end_layer("unit-grids", from_on=NEW_SURVEY_ON, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT)
    assert verify().intact


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (lambda cells: layer_file(cells), "grids.geojson"),
        (
            lambda cells: packed(shapefile_parts(list(cells.values()), [{"code": code} for code in cells])),
            "grids.zip",
        ),
        (
            lambda cells: geopackage(list(cells.values()), [{"code": code, "name": ""} for code in cells]),
            "grids.gpkg",
        ),
        (
            lambda cells: ("code,wkt\n" + "".join(f'{code},"{drawn.wkt}"\n' for code, drawn in cells.items())).encode(),
            "grids.csv",
        ),
        (
            lambda cells: workbook([["代码", "wkt"], *([code, drawn.wkt] for code, drawn in cells.items())]),
            "grids.xlsx",
        ),
    ],
    ids=["GeoJSON", "Shapefile", "GeoPackage", "CSV", "XLSX"],
)
def test_every_kind_of_file_gives_the_same_layer(content, file):
    read = plan(given(content(quarters()), file), "unit-grids").edition.drafts
    as_geojson = plan(given(layer_file(quarters())), "unit-grids").edition.drafts
    assert {one.code: one.outline.wkb for one in read} == {one.code: one.outline.wkb for one in as_geojson}


def test_a_layer_declared_in_the_wrong_system_is_refused_and_the_right_one_is_named():
    web = {}
    for code, drawn in quarters().items():
        corners = shapely.get_coordinates(drawn)
        lons, lats = degrees_in(corners[:, 0], corners[:, 1], crs=Crs.GCJ02)
        web[code] = shapely.Polygon(list(zip(lons.tolist(), lats.tolist(), strict=True)))
    wrong = plan(given(layer_file(web), system="wgs84"), "unit-grids")
    with pytest.raises(LayerInAnotherSystem) as refused:
        take(wrong)
    assert (refused.value.facts["declared"], refused.value.facts["fits"]) == ("wgs84", "gcj02")
    assert LayerFeature.objects.count() == 0
    take(plan(given(layer_file(web), system="gcj02"), "unit-grids"))
    assert queries.locate(IN_THE_WEST, on=TODAY).grid == f"{WEST}002"


CROSSED = shapely.Polygon([(118.0, 24.0), (118.005, 24.005), (118.005, 24.0), (118.0, 24.005), (118.0, 24.0)])
BAD_GRIDS = [
    pytest.param({FIRST_CELL: CROSSED}, FindingKind.CROSSES_ITSELF, id="crosses itself"),
    pytest.param(
        {FIRST_CELL: square(118.0, 24.0), f"{WEST}002": square(118.002, 24.0)}, FindingKind.OVERLAP, id="overlap"
    ),
    pytest.param({FIRST_CELL: square(118.008, 24.0)}, FindingKind.OUTSIDE_PARENT, id="reaches into the next community"),
]


@pytest.mark.parametrize(("cells", "kind"), BAD_GRIDS)
def test_a_layer_with_a_topology_error_is_reported_and_not_taken_over(cells, kind):
    planned = plan(given(layer_file(cells)), "unit-grids")
    assert kind in planned.report.counts
    with pytest.raises(operations.LayerHasErrors) as refused:
        take(planned)
    assert refused.value.facts["layer"] == "unit-grids"
    assert kind.value in str(refused.value.facts["kinds"])
    assert (LayerEdition.objects.count(), LayerFeature.objects.count(), queries.edition()) == (0, 0, 1)


BAD_FEATURES = [
    pytest.param("unit-grids", {"12345": square(118.0, 24.0)}, {}, operations.GridCodeFaulty, id="short grid code"),
    pytest.param(
        "unit-grids",
        {"990001001777001": square(118.0, 24.0)},
        {},
        operations.GridWithoutCommunity,
        id="grid of no community",
    ),
    pytest.param("unit-grids", {FIRST_CELL: shapely.Point(118, 24)}, {}, NotAreas, id="a point as a grid"),
    pytest.param(
        "overlays",
        {"S1": square(118.0, 24.0)},
        {"name": ["站"], "kind": ["harbour"]},
        operations.OverlayKindUnknown,
        id="overlay of an unknown kind",
    ),
    pytest.param(
        "overlays", {"S1": square(118.0, 24.0)}, {"kind": ["station"]}, operations.FeatureNameMissing, id="no name"
    ),
    pytest.param(
        "overlays",
        {"S1": square(118.0, 24.0)},
        {"kind": ["station"], "name": ["站"], "parent": ["990009"]},
        operations.FeatureParentUnknown,
        id="overlay of an unknown division",
    ),
    pytest.param(
        "buildings", {"B1": square(118.0, 24.0)}, {"kind": ["tower"]}, operations.BuildingPartUnknown, id="no part"
    ),
    pytest.param(
        "buildings",
        {"F1": square(118.0, 24.0)},
        {"kind": ["floor"], "parent": ["B9"]},
        operations.BuildingPartLoose,
        id="a floor in no building",
    ),
    pytest.param(
        "names",
        {"1": shapely.Point(118.0, 24.0)},
        {"name": ["长" * 151]},
        operations.FeatureValueTooLong,
        id="a name too long",
    ),
    pytest.param("Roads!", {"1": square(118.0, 24.0)}, {}, operations.LayerKeyUnusable, id="a key that is none"),
]


@pytest.mark.parametrize(("layer", "features", "more", "refusal"), BAD_FEATURES)
def test_what_cannot_stand_on_a_layer_is_refused(layer, features, more, refusal):
    with pytest.raises(refusal):
        plan(given(layer_file(features, **more)), layer)
    assert LayerFeature.objects.count() == 0


def test_codes_that_clash_are_spoiled_or_missing_are_refused_by_row():
    twice = geojson([square(118.0, 24.0), square(118.005, 24.0)], [{"code": FIRST_CELL}] * 2)
    with pytest.raises(CodeTwice):
        plan(given(twice), "unit-grids")
    with pytest.raises(CodeSpoiled):
        plan(given(layer_file({"9.90001E+14": square(118.0, 24.0)})), "unit-grids")
    with pytest.raises(HeadingMissing):
        plan(given(layer_file(quarters()), code="GRIDCODE"), "unit-grids")
    with pytest.raises(HeadingMissing):
        plan(given(geojson([square(118.0, 24.0)], [{"no": "1"}])), "unit-grids")


def test_a_column_may_be_called_otherwise():
    named = geojson(list(quarters().values()), [{"BM": code, "DLMC": "road", "MJ": 1.5} for code in quarters()])
    take(plan(given(named, code="BM"), "unit-grids"))
    assert queries.feature("unit-grids", FIRST_CELL, on=TODAY).told == {"DLMC": "road", "MJ": "1.5"}


def test_only_the_edition_that_was_seen_may_be_changed_and_nothing_stays_behind():
    planned = plan(given(layer_file(quarters())), "unit-grids")
    with pytest.raises(ChangedMeanwhile):
        operations.import_layer(planned, seen=0, by=SURVEYOR, at=IMPORTED_AT)
    assert (LayerEdition.objects.count(), LayerFeature.objects.count()) == (0, 0)


def test_an_import_that_breaks_off_while_writing_leaves_nothing_behind(monkeypatch):
    from gongzhi.places.operations import layers

    class PowerCut(Exception):
        """The lights go out."""

    def cut(*_, **__):
        raise PowerCut

    monkeypatch.setattr(layers, "_let_count", cut)
    with pytest.raises(PowerCut):
        take_quarters()
    assert (LayerEdition.objects.count(), LayerFeature.objects.count()) == (0, 0)
    assert verify().intact


def test_what_a_killed_import_left_is_swept_by_the_next_one_a_day_later():
    left = LayerEdition.objects.create(
        from_on=FOUNDED_ON, source="killed", features=1, digest="", begun_at=IMPORTED_AT.replace(month=2)
    )
    LayerFeature.objects.create(edition=left, code="1")
    assert queries.layers() == []
    assert verify().intact
    take_quarters()
    assert list(LayerEdition.objects.values_list("source", flat=True)) == ["survey.geojson"]
    assert LayerFeature.objects.count() == 8


@pytest.mark.parametrize(
    "alter",
    [
        lambda: LayerFeature.objects.filter(code=FIRST_CELL).update(unit="somebody else"),
        lambda: LayerFeature.objects.filter(code=FIRST_CELL).update(outline=shapely.to_wkb(square(118.0, 24.0))),
        lambda: LayerFeature.objects.filter(code=FIRST_CELL).update(told={"x": 1}),
        lambda: LayerFeature.objects.filter(code=FIRST_CELL).delete(),
        lambda: LayerEdition.objects.update(from_on=date(2020, 1, 1)),
        lambda: LayerEdition.objects.update(digest="0" * 64),
    ],
    ids=["unit", "outline", "told", "deleted", "dated otherwise", "another digest"],
)
def test_a_layer_altered_by_hand_is_named_by_verification(alter):
    take_quarters()
    alter()
    found = verify()
    assert not found.intact
    assert {(one.damage, one.stream) for one in found.findings} == {(Damage.SNAPSHOT_ALTERED, facts.STREAM)}


def test_divisions_are_imported_beside_layers_and_the_record_holds_both():
    take_quarters()
    take_over(draft("990001002", DivisionLevel.STREET, "990001"))
    assert verify().intact


def test_what_a_layer_would_do_to_open_matters_is_said_beforehand(monkeypatch):
    monkeypatch.setattr(registry, "_effects", {})
    registry.register_effect("open-cases", lambda proposed: proposed.count([IN_THE_WEST, IN_THE_WEST]))
    planned = plan(given(layer_file(quarters())), "unit-grids")
    assert planned.effects == {"open-cases": {"all": 2, "grid": 2}}
    take(planned)
    assert plan(given(layer_file(quarters())), "unit-grids").effects == {"open-cases": {"all": 2}}


def test_buildings_have_floors_and_rooms_and_lie_in_a_division():
    told = workbook(
        [
            ["code", "name", "kind", "parent", "lon", "lat"],
            ["B1", "一号楼", "building", None, 118.0055, 24.0055],
            ["B1-3", "三层", "floor", "B1", None, None],
            ["B1-301", "301室", "room", "B1-3", None, None],
        ]
    )
    take(plan(given(told, "buildings.xlsx"), "buildings"))
    building = queries.feature("buildings", "B1", on=TODAY)
    assert (building.parent, building.kind, building.outline is not None) == (WEST, "building", True)
    assert [one.code for one in queries.features("buildings", on=TODAY, parent="B1")] == ["B1-3"]
    assert [one.code for one in queries.features("buildings", on=TODAY, parent="B1-3")] == ["B1-301"]
    with pytest.raises(operations.NoSuchFeature):
        queries.feature("buildings", "B2", on=TODAY)


def test_a_building_needs_a_place():
    told = workbook([["code", "name"], ["B1", "一号楼"]])
    with pytest.raises(operations.FeaturePlaceMissing):
        plan(given(told, "buildings.xlsx"), "buildings")


def test_a_layer_of_the_citys_own_needs_a_name_the_first_time():
    roads = plan(given(layer_file({"R1": shapely.LineString([(118.0, 24.0), (118.02, 24.0)])})), "roads")
    for blank in ("", " ", "\u200b"):
        with pytest.raises(operations.LayerNameMissing):
            take(roads, name_zh=blank, name_en="Roads")
    with pytest.raises(operations.LayerNameTooLong):
        take(roads, name_zh="道路", name_en="x" * 101)
    take(roads, name_zh="道路", name_en="Roads")
    (layer,) = queries.layers()
    assert (layer.key, layer.name_zh, layer.name_en) == ("roads", "道路", "Roads")
    take(plan(given(layer_file({"R2": shapely.Point(118.0, 24.0)})), "roads"))
    with pytest.raises(operations.NoSuchLayer):
        queries.features("rails", on=TODAY)


def test_every_layer_the_product_knows_has_names_of_its_own():
    from gongzhi.places.operations.layers import _layer

    made = [_layer(key.value, name_zh="", name_en="") for key in KnownLayer]
    assert all(one.name_zh and one.name_en and one.name_zh != one.name_en for one in made)
