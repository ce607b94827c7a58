"""Files as surveyors, offices and neighbours send them, made in memory."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import shapefile
import shapely

SQUARE = shapely.box(118.08, 24.47, 118.09, 24.48)
BESIDE = shapely.box(118.09, 24.47, 118.10, 24.48)
CROSSED = shapely.Polygon([(118.08, 24.47), (118.09, 24.48), (118.09, 24.47), (118.08, 24.48), (118.08, 24.47)])
NAMED = [{"code": "350203001001", "name": "镇海社区"}, {"code": "350203001002", "name": "双莲池社区"}]


def geojson(geometries: Sequence[Any], properties: Sequence[Mapping[str, Any]] = (), **more: Any) -> bytes:
    """Return a collection of features; a geometry may be None or GeoJSON already."""
    features = [
        {
            "type": "Feature",
            "properties": dict(properties[place]) if place < len(properties) else {"code": str(place + 1)},
            "geometry": drawn if drawn is None or isinstance(drawn, dict) else orjson.loads(shapely.to_geojson(drawn)),
        }
        for place, drawn in enumerate(geometries)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features} | more)


def shapefile_parts(
    geometries: Sequence[Any],
    properties: Sequence[Mapping[str, str]],
    *,
    encoding: str = "utf-8",
    name: str = "layer",
    shape_type: int = shapefile.POLYGON,
) -> dict[str, bytes]:
    """Return the parts of a Shapefile by their names, without .cpg and .prj."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shape_type, encoding=encoding) as writer:
        for heading in properties[0]:
            writer.field(heading, "C", size=60)
        for drawn, row in zip(geometries, properties, strict=True):
            writer.null() if drawn is None else writer.shape(orjson.loads(shapely.to_geojson(drawn)))
            writer.record(**row)
    return {f"{name}.shp": shp.getvalue(), f"{name}.shx": shx.getvalue(), f"{name}.dbf": dbf.getvalue()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return files packed into one."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def geopackage(
    geometries: Sequence[shapely.Geometry | None],
    properties: Sequence[Mapping[str, str]],
    *,
    srs_id: int = 4490,
    table: str = "layer",
    is_view: bool = False,
) -> bytes:
    """Return a GeoPackage with one layer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.gpkg"
        opened = sqlite3.connect(path)
        opened.execute("PRAGMA journal_mode=WAL")
        opened.executescript(
            "CREATE TABLE gpkg_spatial_ref_sys"
            " (srs_name, srs_id INTEGER PRIMARY KEY, organization, organization_coordsys_id, definition, description);"
            "CREATE TABLE gpkg_geometry_columns"
            " (table_name, column_name, geometry_type_name, srs_id INTEGER, z INTEGER, m INTEGER);"
            "CREATE TABLE kept (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT, name TEXT);"
        )
        opened.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('', ?, 'EPSG', ?, '', '')", [srs_id, srs_id])
        opened.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', ?, 0, 0)", [table, srs_id])
        for drawn, row in zip(geometries, properties, strict=True):
            blob = None if drawn is None else _geopackage_blob(drawn, srs_id)
            opened.execute("INSERT INTO kept (geom, code, name) VALUES (?, ?, ?)", [blob, row["code"], row["name"]])
        opened.execute(
            f'CREATE VIEW "{table}" AS SELECT * FROM kept' if is_view else f'ALTER TABLE kept RENAME TO "{table}"'
        )
        opened.commit()
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = path.read_bytes()
        opened.close()
    return content


def workbook(rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), title: str = "社区") -> bytes:
    """Return a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _geopackage_blob(drawn: shapely.Geometry, srs_id: int) -> bytes:
    envelope_and_order = 0b0000_0011
    west, south, east, north = drawn.bounds
    doubles = b"".join(_little(value) for value in (west, east, south, north))
    return b"GP\x00" + bytes([envelope_and_order]) + srs_id.to_bytes(4, "little", signed=True) + doubles + drawn.wkb


def _little(value: float) -> bytes:
    import struct

    return struct.pack("<d", value)
