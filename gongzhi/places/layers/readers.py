"""Reading a layer: features with their geometry in CGCS2000 and what the source says about them.

Kinds: GeoJSON, a zipped Shapefile, GeoPackage, CSV with two columns of coordinates or one of WKT. The kind is told by
the content; a name that says otherwise is refused. Nothing is repaired in silence: what was left out or filled in
stands in the notes.
"""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers import geopackages, shapefiles
from gongzhi.places.layers.archives import USUAL, Allowance, Archive, LayerDamaged, require_at_most
from gongzhi.places.layers.raw import GeometryUnreadable, Note, RawLayer
from gongzhi.places.layers.systems import Statement, System, WayToCgcs2000, says_the_same
from gongzhi.places.layers.tables import Cell, Row, Table, table_from_csv, table_from_xlsx

Geometries = NDArray[np.object_]

_LON_HEADINGS: Final = ("lon", "lng", "long", "longitude", "经度", "x")
_LAT_HEADINGS: Final = ("lat", "latitude", "纬度", "y")
_WKT_HEADINGS: Final = ("wkt", "geometry", "geom", "the_geom")
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_SURELY_METRES: Final = 1_000
_NEVER_A_LAYER: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"Rar!",
    b"7z\xbc\xaf",
)


class Kind(StrEnum):
    """What a file is."""

    GEOJSON = "geojson"
    SHAPEFILE = "shapefile"
    GEOPACKAGE = "geopackage"
    CSV = "csv"
    XLSX = "xlsx"
    OLD_EXCEL = "xls"
    ARCHIVE = "zip"
    UNKNOWN = "unknown"


class LayerKindUnknown(Refusal):
    """A file is none of the kinds that can be read."""

    code = "layer-kind-unknown"


class LayerOfAnotherKind(Refusal):
    """A file is of another kind than its name says."""

    code = "layer-of-another-kind"


class LayerEmpty(Refusal):
    """A file holds no feature."""

    code = "layer-empty"


class CoordinatesInMetres(Refusal):
    """The coordinates are eastings and northings, and degrees were declared."""

    code = "layer-coordinates-in-metres"


class CoordinatesSwapped(Refusal):
    """Latitude stands before longitude."""

    code = "layer-coordinates-swapped"


class CoordinatesImpossible(Refusal):
    """A feature has coordinates that are nowhere on Earth."""

    code = "layer-coordinates-impossible"


class NotAreas(Refusal):
    """A layer of areas holds points or lines."""

    code = "layer-not-areas"


class MixedKinds(Refusal):
    """A layer holds points, lines and areas together."""

    code = "layer-mixed-kinds"


class PlaceColumnsMissing(Refusal):
    """A table names no columns for the place: neither longitude and latitude nor WKT."""

    code = "layer-place-columns-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a table hold the place; empty names are looked for among the usual ones."""

    lon: str = ""
    lat: str = ""
    wkt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of a layer.

    Attributes:
        number: its place in the file, counted from 1; for a table the row as the spreadsheet program counts.
        geometry: in CGCS2000 to 1e-7 degree, flat; None where the source gives none.
    """

    number: int
    geometry: shapely.Geometry | None
    properties: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer as it was read.

    Attributes:
        system: what it was declared to be in, or what the file said where that was asked for.
        stated: what the file says itself about its coordinate system; empty where it says nothing.
        notes: how many features each note concerns; 0 where it concerns the whole file.
    """

    file: str
    name: str
    kind: Kind
    system: str
    stated: str
    features: tuple[Feature, ...]
    notes: Mapping[Note, int]

    def geometries(self) -> Geometries:
        """Return the geometries in the order of the features."""
        found: Geometries = np.empty(len(self.features), dtype=object)
        found[:] = [feature.geometry for feature in self.features]
        return found


def kind_of(content: bytes) -> Kind:
    r"""Tell what a file is from what stands in it.

    Example:
        >>> kind_of(b'{"type": "FeatureCollection"}').value, kind_of(b"lon,lat\n118.1,24.5\n").value
        ('geojson', 'csv')
    """
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.XLSX if b"xl/workbook.xml" in content else Kind.ARCHIVE
    if content.startswith(b"SQLite format 3\x00"):
        return Kind.GEOPACKAGE
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.OLD_EXCEL
    if content.startswith(_NEVER_A_LAYER):
        return Kind.UNKNOWN
    begin = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin[:1] in (b"{", b"["):
        return Kind.GEOJSON
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.CSV
    return Kind.UNKNOWN if not begin or b"\x00" in content[:4096] else Kind.CSV


def read_layer(
    content: bytes,
    *,
    file: str,
    system: System,
    name: str = "",
    columns: Columns = Columns(),
    heading_row: int = 1,
    allowed: Allowance = USUAL,
) -> Layer:
    """Read a layer from a file.

    Args:
        content: the whole file.
        file: its name; the ending must go with what it is.
        system: what its coordinates are declared to be in.
        name: which of several layers (Shapefiles in one packed file, tables of a GeoPackage, sheets of a workbook).
        columns: for tables.
        heading_row: for tables.
        allowed: how much is read at most.

    Raises: LayerTooLarge, LayerKindUnknown, LayerOfAnotherKind, LayerDamaged, LayerEmpty, GeometryUnreadable,
        CoordinatesInMetres, CoordinatesSwapped, CoordinatesImpossible, PlaceColumnsMissing; UnknownSystem,
        SystemNotInFile, NoExactWay; ArchiveSwells, ArchiveClimbsOut, ArchiveLocked, ArchiveMethodUnknown;
        LayerUnknown, SeveralLayers, ArchiveIncomplete; NotText, TextUnreadable, HeadingsMerged, HeadingUnusable,
        HeadingMissing, TableEmpty.
    """
    require_at_most(len(content), most=allowed.packed, what="bytes", file=file)
    kind = _required_kind(content, file=file)
    match kind:
        case Kind.GEOJSON:
            raw = _raw_from_geojson(content, file=file, allowed=allowed)
        case Kind.SHAPEFILE:
            raw = shapefiles.raw_layer(
                Archive(content, file=file, allowed=allowed), file=file, name=name, allowed=allowed
            )
        case Kind.GEOPACKAGE:
            raw = geopackages.raw_layer(content, file=file, name=name, allowed=allowed)
        case _:
            raw = _raw_from_table(
                read_table(content, file=file, sheet=name, heading_row=heading_row, allowed=allowed), columns=columns
            )
    return _layer(raw, file=file, kind=kind, system=system, allowed=allowed)


def read_table(
    content: bytes, *, file: str, sheet: str = "", heading_row: int = 1, allowed: Allowance = USUAL
) -> Table:
    """Read a table that needs no place, such as a list of communities.

    Raises: LayerKindUnknown, LayerOfAnotherKind, and as `table_from_csv` and `table_from_xlsx`.
    """
    require_at_most(len(content), most=allowed.packed, what="bytes", file=file)
    kind = _required_kind(content, file=file)
    if kind is Kind.XLSX:
        return table_from_xlsx(content, file=file, sheet=sheet, heading_row=heading_row, allowed=allowed)
    if kind is Kind.CSV:
        return table_from_csv(content, file=file, heading_row=heading_row, allowed=allowed)
    raise LayerOfAnotherKind(file=file, named=Kind.CSV.value, found=kind.value)


def require_areas(layer: Layer) -> None:
    """Refuse a layer that should hold areas and holds points or lines, or both.

    Features without geometry pass: the topology report names them.

    Raises: NotAreas, MixedKinds.
    """
    kinds = [
        (feature.number, feature.geometry.geom_type)
        for feature in layer.features
        if feature.geometry is not None and not feature.geometry.is_empty
    ]
    others = [(number, kind) for number, kind in kinds if kind not in _AREAS]
    if not others:
        return
    number, kind = others[0]
    refusal = NotAreas if len(others) == len(kinds) else MixedKinds
    raise refusal(file=layer.file, feature=number, found=kind, features=len(others))


_ENDINGS: Final[Mapping[str, Kind]] = {
    ".geojson": Kind.GEOJSON,
    ".json": Kind.GEOJSON,
    ".zip": Kind.SHAPEFILE,
    ".shz": Kind.SHAPEFILE,
    ".gpkg": Kind.GEOPACKAGE,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".txt": Kind.CSV,
    ".xlsx": Kind.XLSX,
    ".xls": Kind.OLD_EXCEL,
}


def _required_kind(content: bytes, *, file: str) -> Kind:
    found = kind_of(content)
    if found is Kind.ARCHIVE:
        found = Kind.SHAPEFILE
    named = _ENDINGS.get(os.path.splitext(file)[1].lower(), Kind.UNKNOWN)
    if named is Kind.UNKNOWN or (found is Kind.OLD_EXCEL and named is Kind.OLD_EXCEL):
        raise LayerKindUnknown(file=file)
    if found is not named:
        raise LayerOfAnotherKind(file=file, named=named.value, found=found.value)
    return found


def _raw_from_geojson(content: bytes, *, file: str, allowed: Allowance) -> RawLayer:
    try:
        told = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
        features = told["features"] if told["type"] == "FeatureCollection" else [told]
        require_at_most(len(features), most=allowed.features, what="features", file=file)
        properties = [_plain(feature["properties"] or {}) for feature in features]
        drawn = [feature["geometry"] for feature in features]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as fault:
        raise LayerDamaged(file=file, reason=f"{type(fault).__name__}: {fault}") from fault
    geometries: Geometries = np.empty(len(drawn), dtype=object)
    for place, one in enumerate(drawn):
        geometries[place] = None if one is None else _from_geojson(one, file=file, number=place + 1)
    return RawLayer(
        name=str(told.get("name") or ""),
        geometries=geometries,
        properties=properties,
        numbers=range(1, len(drawn) + 1),
        stated=_stated_in_geojson(told),
    )


def _from_geojson(drawn: Any, *, file: str, number: int) -> shapely.Geometry:
    try:
        return shapely.from_geojson(orjson.dumps(drawn))
    except (shapely.GEOSException, TypeError) as fault:
        raise GeometryUnreadable(file=file, feature=number, reason=str(fault)) from fault


def _stated_in_geojson(told: Mapping[str, Any]) -> Statement | None:
    """Return the system that an older GeoJSON file names; RFC 7946 did away with naming it."""
    crs = told.get("crs")
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    named = properties.get("name") if isinstance(properties, Mapping) else None
    return Statement(named) if isinstance(named, str) else None


def _plain(properties: Mapping[str, Any]) -> dict[str, Cell]:
    return {
        str(name): value
        if value is None or isinstance(value, str | int | float | bool)
        else orjson.dumps(value).decode()
        for name, value in properties.items()
    }


def _raw_from_table(table: Table, *, columns: Columns) -> RawLayer:
    wkt = _column(table, columns.wkt, usual=_WKT_HEADINGS)
    lon = _column(table, columns.lon, usual=_LON_HEADINGS)
    lat = _column(table, columns.lat, usual=_LAT_HEADINGS)
    if wkt and not columns.lon:
        drawn, used = [_from_wkt(row, wkt, file=table.file) for row in table.rows], {wkt}
    elif lon and lat:
        drawn, used = [_from_pair(row, lon, lat, file=table.file) for row in table.rows], {lon, lat}
    else:
        raise PlaceColumnsMissing(file=table.file, found=", ".join(table.headings))
    geometries: Geometries = np.empty(len(drawn), dtype=object)
    geometries[:] = drawn
    return RawLayer(
        name=table.sheet,
        geometries=geometries,
        properties=[{name: value for name, value in row.values.items() if name not in used} for row in table.rows],
        numbers=[row.number for row in table.rows],
        stated=None,
        notes={Note.NOT_UTF8: 0} if table.encoding == "gb18030" else {},
    )


def _column(table: Table, asked: str, *, usual: Sequence[str]) -> str:
    if asked:
        table.require_headings(asked)
        return asked
    by_word = {heading.lower(): heading for heading in table.headings}
    return next((by_word[word] for word in usual if word in by_word), "")


def _from_wkt(row: Row, heading: str, *, file: str) -> shapely.Geometry | None:
    text = row.values[heading]
    if text is None:
        return None
    try:
        return shapely.from_wkt(str(text))
    except (shapely.GEOSException, TypeError) as fault:
        raise GeometryUnreadable(file=file, feature=row.number, reason=str(fault)) from fault


def _from_pair(row: Row, lon: str, lat: str, *, file: str) -> shapely.Geometry | None:
    pair = row.values[lon], row.values[lat]
    if pair == (None, None):
        return None
    try:
        return shapely.Point(float(str(pair[0])), float(str(pair[1])))
    except ValueError as fault:
        raise GeometryUnreadable(file=file, feature=row.number, reason=str(fault)) from fault


def _layer(raw: RawLayer, *, file: str, kind: Kind, system: System, allowed: Allowance) -> Layer:
    if not len(raw.geometries):
        raise LayerEmpty(file=file)
    corners = int(shapely.get_num_coordinates(raw.geometries).sum())
    require_at_most(corners, most=allowed.corners, what="corners", file=file)
    way = WayToCgcs2000(system, stated=raw.stated, file=file)
    notes = Counter(dict(raw.notes))
    stated = "" if raw.stated is None else raw.stated.text
    if raw.stated and not system.is_own and not says_the_same(raw.stated, system):
        notes[Note.STATED_OTHERWISE] = 0
    with_heights = int(shapely.has_z(raw.geometries).sum())
    if with_heights:
        notes[Note.HEIGHTS_LEFT_OUT] = with_heights
    without_place = int(np.sum(shapely.is_missing(raw.geometries) | shapely.is_empty(raw.geometries)))
    if without_place:
        notes[Note.WITHOUT_PLACE] = without_place
    geometries = _in_cgcs2000(shapely.force_2d(raw.geometries), raw.numbers, way=way, file=file)
    features = tuple(
        Feature(number=number, geometry=geometry, properties=properties)
        for number, geometry, properties in zip(raw.numbers, geometries, raw.properties, strict=True)
    )
    return Layer(
        file=file, name=raw.name, kind=kind, system=way.text, stated=stated, features=features, notes=dict(notes)
    )


def _in_cgcs2000(
    geometries: Geometries, numbers: Sequence[int], *, way: WayToCgcs2000, file: str
) -> Sequence[shapely.Geometry | None]:
    corners, owners = shapely.get_coordinates(geometries, return_index=True)
    degrees = way.degrees(corners)
    lons, lats = degrees[:, 0], degrees[:, 1]
    wrong = np.flatnonzero(~(np.isfinite(degrees).all(axis=1) & way.is_expected(lons, lats)))
    if len(wrong):
        first = int(wrong[0])
        raise _why_impossible(corners[first], way=way)(
            file=file,
            feature=int(numbers[int(owners[first])]),
            x=f"{corners[first, 0]:g}",
            y=f"{corners[first, 1]:g}",
            system=way.text,
        )
    found: list[shapely.Geometry | None] = shapely.set_coordinates(geometries.copy(), way.unshifted(degrees)).tolist()
    return found


def _why_impossible(pair: NDArray[np.float64], *, way: WayToCgcs2000) -> type[Refusal]:
    if way.is_projected or not np.isfinite(pair).all():
        return CoordinatesImpossible
    x, y = np.abs(pair).tolist()
    if max(x, y) > _SURELY_METRES:
        return CoordinatesInMetres
    return CoordinatesSwapped if x <= 90 < y <= 180 else CoordinatesImpossible
