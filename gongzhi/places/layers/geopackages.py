"""A GeoPackage: an SQLite file whose geometries are well-known binary behind a short head.

Source: OGC 12-128r19, GeoPackage Encoding Standard, 2.1.3 (binary format), 1.1.2 (spatial reference systems).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final

import numpy as np
import shapely

from gongzhi.places.layers.archives import Allowance, LayerDamaged, require_at_most
from gongzhi.places.layers.raw import GeometryUnreadable, RawLayer, chosen
from gongzhi.places.layers.systems import Statement
from gongzhi.places.layers.tables import Cell

_SQLITE_HEAD_BYTES: Final = 100
_PAGES_AT: Final = 16
_PAGES: Final = struct.Struct(">H10xI")
_LARGEST_PAGE_BYTES: Final = 65_536
_WRITE_AHEAD_MARKS: Final = slice(18, 20)
_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_EMPTY_BIT: Final = 0x10
_HEAD_BYTES: Final = 8
_STEPS: Final = 100_000
_MOST_CALLS: Final = 5_000
_LONGEST_VALUE: Final = 64 << 20
_ALLOWED_ACTIONS: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA}
)


def raw_layer(content: bytes, *, file: str, name: str, allowed: Allowance) -> RawLayer:
    """Read a layer of a GeoPackage: a plain table of features. Views and virtual tables are not run.

    Raises: SeveralLayers, LayerUnknown, LayerDamaged, LayerTooLarge, GeometryUnreadable.
    """
    _require_whole(content, file=file)
    try:
        with closing(sqlite3.connect(":memory:")) as opened:
            opened.deserialize(_without_write_ahead(content))
            _guard(opened)
            table, column, system = _table(opened, file=file, name=name)
            stated = _stated(opened, system)
            rows = _rows(opened, table, column=column, file=file, allowed=allowed)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as fault:
        raise LayerDamaged(file=file, reason=str(fault)) from fault
    geometries = np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows):
        geometries[place] = _geometry(row[column], file=file, number=place + 1)
    return RawLayer(
        name=table,
        geometries=geometries,
        properties=[_plain(row, without=column) for row in rows],
        numbers=range(1, len(rows) + 1),
        stated=stated,
    )


def _require_whole(content: bytes, *, file: str) -> None:
    """Refuse a file that breaks off: its head tells the size and the number of its pages."""
    if len(content) < _SQLITE_HEAD_BYTES:
        raise LayerDamaged(file=file, reason=f"{len(content)} B")
    page_bytes, pages = _PAGES.unpack_from(content, _PAGES_AT)
    told = (_LARGEST_PAGE_BYTES if page_bytes == 1 else page_bytes) * pages
    if len(content) < told:
        raise LayerDamaged(file=file, reason=f"{len(content)} B / {told} B")


def _guard(opened: sqlite3.Connection) -> None:
    """Let nothing run but plain reading, and not for ever: the file comes from outside."""
    calls = iter(range(_MOST_CALLS))
    opened.set_progress_handler(lambda: next(calls, None) is None, _STEPS)
    opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    opened.execute("PRAGMA trusted_schema=OFF")
    opened.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED_ACTIONS else sqlite3.SQLITE_DENY)


def _without_write_ahead(content: bytes) -> bytes:
    """Return the file as one that keeps no second file beside it; what lay in that one did not come along anyway."""
    whole = bytearray(content)
    whole[_WRITE_AHEAD_MARKS] = b"\x01\x01"
    return bytes(whole)


def _table(opened: sqlite3.Connection, *, file: str, name: str) -> tuple[str, str, int]:
    tables = {
        str(table): (str(column), system)
        for table, column, system in opened.execute(
            "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g"
            " JOIN sqlite_master m ON m.name = g.table_name"
            " WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY g.table_name"
        )
    }
    table = chosen(name, among=list(tables), file=file)
    column, system = tables[table]
    if not isinstance(system, int):
        raise LayerDamaged(file=file, reason=f"{table}: srs_id {system!r}")
    return table, column, system


def _stated(opened: sqlite3.Connection, system: int) -> Statement | None:
    found = opened.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", [system]
    ).fetchone()
    if found is None or system in (-1, 0):
        return None
    organization, number, definition = found
    return Statement.of_epsg(number) if str(organization).upper() == "EPSG" else Statement(str(definition))


def _rows(
    opened: sqlite3.Connection, table: str, *, column: str, file: str, allowed: Allowance
) -> list[dict[str, Any]]:
    quoted = table.replace('"', '""')
    found = opened.execute(f'SELECT * FROM "{quoted}" LIMIT ?', [allowed.features + 1])  # noqa: S608 - quoted above
    names = [described[0] for described in found.description]
    if column not in names:
        raise LayerDamaged(file=file, reason=f"{table}: {column}")
    rows = [dict(zip(names, row, strict=True)) for row in found]
    require_at_most(len(rows), most=allowed.features, what="features", file=file)
    return rows


def _geometry(packed: Any, *, file: str, number: int) -> shapely.Geometry | None:
    if packed is None:
        return None
    try:
        if packed[:2] != b"GP":
            raise GeometryUnreadable(file=file, feature=number, reason="GP")
        flags = packed[3]
        if flags & _EMPTY_BIT:
            return None
        return shapely.from_wkb(packed[_HEAD_BYTES + _ENVELOPE_BYTES[(flags >> 1) & 0x7] :])
    except (shapely.GEOSException, LookupError, TypeError, struct.error) as fault:
        raise GeometryUnreadable(file=file, feature=number, reason=str(fault)) from fault


def _plain(row: Mapping[str, Any], *, without: str) -> dict[str, Cell]:
    """Return the values of a row; pictures and other bytes stay in the file."""
    return {name: value for name, value in row.items() if name != without and not isinstance(value, bytes)}
