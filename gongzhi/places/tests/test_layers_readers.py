"""Layers come in as the city's offices have them, and bad files are refused with the place of the fault."""

from __future__ import annotations

import io
import sqlite3
import struct
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest
import shapely

from gongzhi.kernel.geo import Crs, Point, from_point
from gongzhi.places.layers import archives, raw, readers, shapefiles, systems, tables, texts
from gongzhi.places.layers.archives import Allowance
from gongzhi.places.layers.raw import Note
from gongzhi.places.layers.readers import Columns, Kind, read_layer, read_table, require_areas
from gongzhi.places.layers.systems import System, declared
from gongzhi.places.tests.drawn import BESIDE, CROSSED, NAMED, SQUARE, geojson, geopackage, packed, shapefile_parts

CGCS2000 = System()
SURVEYED_4548 = (610437.936, 2708867.208)
SURVEYED_PLACE = (118.0894, 24.4798)
PRJ = (
    b'PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    b'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    b'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    b'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    b'UNIT["Meter",1.0]]'
)

FILES = {
    "layer.geojson": geojson([SQUARE, BESIDE], NAMED),
    "layer.zip": packed(shapefile_parts([SQUARE, BESIDE], NAMED)),
    "layer.gpkg": geopackage([SQUARE, BESIDE], NAMED),
    "layer.csv": "\n".join(
        [
            "code,name,wkt",
            *(f'{row["code"]},{row["name"]},"{drawn.wkt}"' for row, drawn in zip(NAMED, (SQUARE, BESIDE), strict=True)),
        ]
    ).encode(),
}


def surveyed(east: float, north: float) -> bytes:
    return geojson([{"type": "Point", "coordinates": [east, north]}])


@pytest.mark.parametrize("file", FILES)
def test_the_same_layer_is_read_from_every_kind_of_file(file):
    layer = read_layer(FILES[file], file=file, system=CGCS2000)
    assert [(feature.properties["code"], feature.properties["name"]) for feature in layer.features] == [
        (row["code"], row["name"]) for row in NAMED
    ]
    assert all(shapely.equals(layer.geometries(), [SQUARE, BESIDE]))
    assert layer.notes == {}
    require_areas(layer)


@pytest.mark.parametrize(
    ("system", "pair"),
    [
        ("cgcs2000", SURVEYED_PLACE),
        ("WGS84", SURVEYED_PLACE),
        ("gcj02", from_point(Point.from_degrees(*SURVEYED_PLACE), crs=Crs.GCJ02)),
        ("bd09", from_point(Point.from_degrees(*SURVEYED_PLACE), crs=Crs.BD09)),
        ("EPSG:4548", SURVEYED_4548),
        ("4527", (39_000_000 + SURVEYED_4548[0], SURVEYED_4548[1])),
        ("epsg:4326", SURVEYED_PLACE),
    ],
)
def test_a_surveyed_place_is_the_same_in_every_declared_system(system, pair):
    layer = read_layer(surveyed(*pair), file="a.geojson", system=declared(system))
    assert (layer.geometries()[0].x, layer.geometries()[0].y) == pytest.approx(SURVEYED_PLACE, abs=1.5e-7)


def test_a_shapefile_in_metres_is_read_by_its_own_prj_where_that_is_asked_for():
    square = shapely.box(610000, 2708000, 611000, 2709000)
    parts = shapefile_parts([square], NAMED[:1])
    with_prj = packed(parts | {"layer.prj": PRJ})
    own = read_layer(with_prj, file="a.zip", system=declared("own"))
    assert (own.system, own.notes) == ("EPSG:4548", {})
    same = read_layer(with_prj, file="a.zip", system=declared("4548"))
    assert shapely.equals(own.geometries()[0], same.geometries()[0])
    assert same.notes == {}
    with pytest.raises(systems.SystemNotInFile):
        read_layer(packed(parts), file="a.zip", system=declared("own"))


def test_a_geopackage_tells_its_own_system():
    layer = read_layer(geopackage([SQUARE], NAMED[:1], srs_id=4326), file="a.gpkg", system=declared("own"))
    assert (layer.system, layer.stated) == ("EPSG:4326", "EPSG:4326")


def test_a_file_that_names_another_system_than_was_declared_is_read_as_declared_with_a_note():
    stated = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    layer = read_layer(geojson([SQUARE], crs=stated), file="a.geojson", system=declared("gcj02"))
    assert (layer.system, layer.stated, set(layer.notes)) == (
        "gcj02",
        "urn:ogc:def:crs:EPSG::4548",
        {Note.STATED_OTHERWISE},
    )
    crs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert read_layer(geojson([SQUARE], crs=crs84), file="a.geojson", system=declared("wgs84")).notes == {}


@pytest.mark.parametrize("word", ["mars", "epsg:1", "", "EPSG:999999"])
def test_a_coordinate_system_that_nobody_knows_is_refused(word):
    with pytest.raises(systems.UnknownSystem):
        read_layer(FILES["layer.geojson"], file="a.geojson", system=declared(word))


def test_a_system_on_an_old_datum_is_refused_because_no_exact_way_is_public():
    with pytest.raises(systems.NoExactWay) as refused:
        read_layer(surveyed(*SURVEYED_4548), file="a.geojson", system=declared("2437"))
    assert refused.value.facts["datum"] == "Beijing 1954"


@pytest.mark.parametrize(
    ("pair", "system", "refusal"),
    [
        (SURVEYED_4548, "cgcs2000", readers.CoordinatesInMetres),
        ((24.4798, 118.0894), "wgs84", readers.CoordinatesSwapped),
        ((200.0, 24.0), "wgs84", readers.CoordinatesImpossible),
        ((39_000_000 + SURVEYED_4548[0], SURVEYED_4548[1]), "4548", readers.CoordinatesImpossible),
        (SURVEYED_4548, "4527", readers.CoordinatesImpossible),
        (SURVEYED_PLACE, "4548", readers.CoordinatesImpossible),
    ],
)
def test_coordinates_that_cannot_be_what_was_declared_are_refused_with_the_feature(pair, system, refusal):
    with pytest.raises(refusal) as refused:
        read_layer(surveyed(*pair), file="a.geojson", system=declared(system))
    assert refused.value.facts["feature"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("cpg", ["", "GBK", "936", "UTF-8", "nonsense"])
def test_the_names_in_a_shapefile_are_right_whatever_its_cpg_says(encoding, cpg):
    parts = shapefile_parts([SQUARE, BESIDE], NAMED, encoding=encoding)
    content = packed(parts | ({"layer.cpg": cpg.encode()} if cpg else {}))
    layer = read_layer(content, file="a.zip", system=CGCS2000)
    assert [feature.properties["name"] for feature in layer.features] == ["镇海社区", "双莲池社区"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_names_in_a_text_file_are_right_in_every_usual_encoding(encoding):
    content = "名称,经度,纬度\n镇海社区,118.0894,24.4798\n".encode(encoding)
    layer = read_layer(content, file="a.csv", system=CGCS2000)
    assert layer.features[0].properties == {"名称": "镇海社区"}
    assert (Note.NOT_UTF8 in layer.notes) == (encoding in ("gbk", "gb18030"))


def test_a_text_file_in_no_known_encoding_is_refused():
    with pytest.raises(texts.TextUnreadable):
        read_layer(b"name,lon,lat\n\xff\xff\x81,118,24\n", file="a.csv", system=CGCS2000)


def test_columns_of_a_table_are_named_or_found_and_otherwise_refused():
    content = b"code;east;north\nA;118.0894;24.4798\n"
    named = read_layer(content, file="a.csv", system=CGCS2000, columns=Columns(lon="east", lat="north"))
    assert (named.geometries()[0].x, named.features[0].properties) == (118.0894, {"code": "A"})
    with pytest.raises(readers.PlaceColumnsMissing):
        read_layer(content, file="a.csv", system=CGCS2000)
    with pytest.raises(tables.HeadingMissing):
        read_layer(content, file="a.csv", system=CGCS2000, columns=Columns(lon="x", lat="north"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("name,wkt\nA,POINT (118 24)\nB,POLYGON ((118 24\n", 3, id="wkt that breaks off"),
        pytest.param("name,lon,lat\nA,118.1,24.5\nB,here,24.5\n", 3, id="a word for a longitude"),
        pytest.param("name,lon,lat\nA,118.1,\n", 2, id="half a pair"),
    ],
)
def test_a_row_whose_place_cannot_be_read_is_named_as_the_spreadsheet_counts(text, number):
    with pytest.raises(raw.GeometryUnreadable) as refused:
        read_layer(text.encode(), file="a.csv", system=CGCS2000)
    assert refused.value.facts["feature"] == number


@pytest.mark.parametrize("file", ["a.geojson", "a.gpkg", "a.zip"])
def test_a_feature_without_geometry_is_read_with_a_note(file):
    content = {
        "a.geojson": geojson([SQUARE, None], NAMED),
        "a.gpkg": geopackage([SQUARE, None], NAMED),
        "a.zip": packed(shapefile_parts([SQUARE, None], NAMED)),
    }[file]
    layer = read_layer(content, file=file, system=CGCS2000)
    assert (layer.features[1].geometry, layer.notes) == (None, {Note.WITHOUT_PLACE: 1})
    require_areas(layer)


def test_heights_are_left_out_with_a_note():
    layer = read_layer(geojson([shapely.force_3d(SQUARE, 7.5), BESIDE]), file="a.geojson", system=CGCS2000)
    assert layer.notes == {Note.HEIGHTS_LEFT_OUT: 1}
    assert shapely.get_coordinate_dimension(layer.geometries()).tolist() == [2, 2]


def test_an_outline_that_crosses_itself_is_read_as_it_is_and_left_to_the_topology_report():
    layer = read_layer(geojson([CROSSED]), file="a.geojson", system=CGCS2000)
    assert not shapely.is_valid(layer.geometries()[0])


def test_points_are_no_areas_and_mixed_kinds_are_told_apart():
    spot = shapely.Point(118.1, 24.5)
    points = read_layer(geojson([spot, spot]), file="a.geojson", system=CGCS2000)
    with pytest.raises(readers.NotAreas) as refused:
        require_areas(points)
    assert refused.value.facts == {"file": "a.geojson", "feature": 1, "found": "Point", "features": 2}
    mixed = read_layer(geojson([SQUARE, spot]), file="a.geojson", system=CGCS2000)
    with pytest.raises(readers.MixedKinds) as of_both:
        require_areas(mixed)
    assert of_both.value.facts["feature"] == 2


def test_of_several_layers_in_a_file_one_must_be_named():
    both = packed(
        shapefile_parts([SQUARE], NAMED[:1], name="districts") | shapefile_parts([BESIDE], NAMED[1:], name="streets")
    )
    assert (
        read_layer(both, file="a.zip", system=CGCS2000, name="streets").features[0].properties["name"] == "双莲池社区"
    )
    with pytest.raises(raw.SeveralLayers):
        read_layer(both, file="a.zip", system=CGCS2000)
    with pytest.raises(raw.LayerUnknown):
        read_layer(both, file="a.zip", system=CGCS2000, name="parks")


def test_two_layers_of_one_name_in_two_folders_are_told_apart_by_the_folder():
    both = packed(
        shapefile_parts([SQUARE], NAMED[:1], name="2024/grid") | shapefile_parts([BESIDE], NAMED[1:], name="2025/grid")
    )
    with pytest.raises(raw.SeveralLayers) as refused:
        read_layer(both, file="a.zip", system=CGCS2000)
    assert refused.value.facts["layers"] == "2024/grid, 2025/grid"
    for name, row in zip(("2024/grid", "2025/grid"), NAMED, strict=True):
        layer = read_layer(both, file="a.zip", system=CGCS2000, name=name)
        assert [feature.properties["name"] for feature in layer.features] == [row["name"]]


def test_two_entries_of_one_name_in_a_packed_file_are_refused():
    parts = shapefile_parts([SQUARE], NAMED[:1])
    doubled = packed(parts | {"LAYER.shp": parts["layer.shp"]})
    with pytest.raises(archives.LayerDamaged) as refused:
        read_layer(doubled, file="a.zip", system=CGCS2000)
    assert refused.value.facts["reason"] == "layer.shp × 2"


def altered(content: bytes, *changes: str) -> bytes:
    """Return a GeoPackage after some more statements."""
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(content[:18] + b"\x01\x01" + content[20:])
        for change in changes:
            opened.execute(change)
        opened.commit()
        return opened.serialize()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE gpkg_geometry_columns SET column_name = 'shape'",
        "UPDATE gpkg_geometry_columns SET column_name = NULL",
        "UPDATE gpkg_geometry_columns SET srs_id = NULL",
        "UPDATE gpkg_geometry_columns SET srs_id = 'CGCS2000'",
        "UPDATE gpkg_geometry_columns SET srs_id = 4490.5",
    ],
)
def test_a_geopackage_whose_parts_contradict_each_other_is_refused(change):
    content = altered(geopackage([SQUARE], NAMED[:1]), change)
    with pytest.raises(archives.LayerDamaged):
        read_layer(content, file="a.gpkg", system=CGCS2000)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_packed_in_an_unusual_way_is_refused_before_it_is_unpacked(method):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in shapefile_parts([SQUARE], NAMED[:1]).items():
            archive.writestr(name, part)
    with pytest.raises(archives.ArchiveMethodUnknown) as refused:
        read_layer(content.getvalue(), file="a.zip", system=CGCS2000)
    assert refused.value.facts == {"file": "a.zip", "entry": "layer.shp"}


def test_a_packed_file_needs_a_shape_and_its_table():
    parts = shapefile_parts([SQUARE], NAMED[:1])
    for missing in (".shp", ".dbf"):
        with pytest.raises(shapefiles.ArchiveIncomplete) as refused:
            read_layer(
                packed({name: part for name, part in parts.items() if not name.endswith(missing)}),
                file="a.zip",
                system=CGCS2000,
            )
        assert refused.value.facts["missing"] == missing


@pytest.mark.parametrize("file", ["layer.geojson", "layer.zip", "layer.gpkg"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_that_breaks_off_is_refused(file, kept):
    content = FILES[file][: int(len(FILES[file]) * kept)]
    with pytest.raises((archives.LayerDamaged, raw.GeometryUnreadable)):
        read_layer(content, file=file, system=CGCS2000)


@pytest.mark.parametrize("part", ["layer.shp", "layer.dbf"])
@pytest.mark.parametrize("kept", [10, 60, 150, -1])
def test_a_shapefile_whose_part_breaks_off_is_refused(part, kept):
    parts = shapefile_parts([SQUARE, BESIDE], NAMED)
    with pytest.raises((archives.LayerDamaged, raw.GeometryUnreadable)):
        read_layer(packed(parts | {part: parts[part][:kept]}), file="a.zip", system=CGCS2000)


@pytest.mark.parametrize(
    ("content", "file", "found"),
    [
        (FILES["layer.gpkg"], "a.geojson", Kind.GEOPACKAGE),
        (FILES["layer.zip"], "a.gpkg", Kind.SHAPEFILE),
        (FILES["layer.geojson"], "a.csv", Kind.GEOJSON),
        (b"MZ\x90\x00", "a.zip", Kind.UNKNOWN),
        (b"%PDF-1.7", "a.csv", Kind.UNKNOWN),
        (b"", "a.csv", Kind.UNKNOWN),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_refused(content, file, found):
    with pytest.raises(readers.LayerOfAnotherKind) as refused:
        read_layer(content, file=file, system=CGCS2000)
    assert refused.value.facts["found"] == found.value


@pytest.mark.parametrize("file", ["a.dwg", "a", "a.xls"])
def test_kinds_that_cannot_be_read_are_refused(file):
    with pytest.raises(readers.LayerKindUnknown):
        read_layer(b"\xd0\xcf\x11\xe0" if file.endswith("xls") else b"x", file=file, system=CGCS2000)


def test_a_map_is_no_table():
    with pytest.raises(readers.LayerOfAnotherKind):
        read_table(FILES["layer.geojson"], file="a.geojson")


@pytest.mark.parametrize(
    "content",
    [
        b'{"type":"FeatureCollection"}',
        b'{"type":"FeatureCollection","features":7}',
        b'{"type":"FeatureCollection","features":["C"]}',
        b'{"type":"FeatureCollection","features":[{"properties":"C","geometry":null}]}',
        b"[1, 2]",
        b'{"type":"Topology"}',
        b"{",
    ],
)
def test_text_that_is_no_collection_of_features_is_refused(content):
    with pytest.raises(archives.LayerDamaged):
        read_layer(content, file="a.geojson", system=CGCS2000)


def test_a_collection_without_features_is_refused():
    with pytest.raises(readers.LayerEmpty):
        read_layer(geojson([]), file="a.geojson", system=CGCS2000)


def test_a_zip_bomb_is_refused_before_it_swells():
    bomb = packed({"layer.shp": b"\x00" * (20 << 20), "layer.dbf": b""})
    assert len(bomb) < 1 << 20
    with pytest.raises(archives.ArchiveSwells) as refused:
        read_layer(bomb, file="a.zip", system=CGCS2000)
    assert refused.value.facts["entry"] == "layer.shp"


def test_a_zip_bomb_that_lies_about_its_size_is_refused_while_it_swells():
    honest = packed({"layer.shp": b"\x00" * (4 << 20), "layer.dbf": b"x"})
    lying = honest.replace(struct.pack("<I", 4 << 20), struct.pack("<I", 1 << 10))
    assert lying != honest
    with pytest.raises((archives.ArchiveSwells, archives.LayerDamaged)):
        read_layer(lying, file="a.zip", system=CGCS2000, allowed=Allowance(unpacked=1 << 20))


def test_many_small_bombs_together_are_one():
    parts = {f"{number}.shp": b"\x00" * (2 << 20) for number in range(50)}
    with pytest.raises(archives.ArchiveSwells):
        read_layer(packed(parts), file="a.zip", system=CGCS2000, allowed=Allowance(unpacked=64 << 20))


@pytest.mark.parametrize(
    "entry", ["../layer.shp", "/etc/layer.shp", "a/../../layer.shp", "..\\layer.shp", "C:\\layer.shp"]
)
def test_an_entry_that_climbs_out_of_its_archive_is_refused(entry):
    with pytest.raises(archives.ArchiveClimbsOut) as refused:
        read_layer(packed({entry: b"x"}), file="a.zip", system=CGCS2000)
    assert refused.value.code == "archive-climbs-out"


def test_a_locked_archive_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("layer.shp", b"x")
    locked = bytearray(content.getvalue())
    central = locked.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    with pytest.raises(archives.ArchiveLocked):
        read_layer(bytes(locked), file="a.zip", system=CGCS2000)


@pytest.mark.parametrize(
    ("allowed", "what"),
    [
        (Allowance(packed=100), "bytes"),
        (Allowance(entries=2), "entries"),
        (Allowance(features=1), "features"),
        (Allowance(corners=5), "corners"),
    ],
)
def test_more_than_may_be_read_is_refused(allowed, what):
    with pytest.raises(archives.LayerTooLarge) as refused:
        read_layer(FILES["layer.zip"], file="a.zip", system=CGCS2000, allowed=allowed)
    assert refused.value.facts["what"] == what


def test_a_view_in_a_geopackage_is_not_run():
    with pytest.raises(raw.LayerUnknown):
        read_layer(geopackage([SQUARE], NAMED[:1], is_view=True), file="a.gpkg", system=CGCS2000)


def test_what_only_an_import_needs_is_loaded_only_by_an_import():
    asked = (
        "import sys, gongzhi.places.layers.readers, gongzhi.places.layers.frames, gongzhi.places.layers.grids;"
        "print(sorted({'pyproj', 'shapefile', 'openpyxl', 'defusedxml'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
