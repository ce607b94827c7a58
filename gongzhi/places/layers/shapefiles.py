"""A Shapefile: several files of one name, packed into one."""

from __future__ import annotations

import io
import struct
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import shapely
import shapely.geometry

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.archives import Allowance, Archive, LayerDamaged, require_at_most
from gongzhi.places.layers.raw import GeometryUnreadable, Note, RawLayer, chosen
from gongzhi.places.layers.systems import Statement
from gongzhi.places.layers.tables import Cell
from gongzhi.places.layers.texts import TextUnreadable, encodings_to_try

_NEEDED: Final = (".shp", ".dbf")
_HEADER: Final = struct.Struct(">7i")
_HEADER_BYTES: Final = 100
_FILE_CODE: Final = 9994


class ArchiveIncomplete(Refusal):
    """A packed Shapefile lacks one of its parts."""

    code = "archive-incomplete"


def raw_layer(archive: Archive, *, file: str, name: str, allowed: Allowance) -> RawLayer:
    """Read a Shapefile. Its texts are strict UTF-8, else in the encoding of its `.cpg`, else GB18030.

    Raises: ArchiveIncomplete, SeveralLayers, LayerUnknown, LayerDamaged, LayerTooLarge, TextUnreadable; as `Archive`.
    """
    parts = _parts(archive, file=file, name=name)
    shp, dbf = archive.read(parts[".shp"]), archive.read(parts[".dbf"])
    _require_whole(shp, file=file, part=parts[".shp"])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # texts are decoded and geometries judged by us
            shapes, records, deleted = _shapes_and_records(shp, dbf, file=file, allowed=allowed)
    except _faults() as fault:
        raise LayerDamaged(file=file, reason=f"{type(fault).__name__}: {fault}") from fault
    stated_encoding = archive.read(parts[".cpg"]).decode("ascii", "replace") if ".cpg" in parts else ""
    texts, encoding = _decoded(records, stated=stated_encoding, file=file)
    notes = {Note.DELETED_LEFT_OUT: deleted} if deleted else {}
    if encoding == "gb18030":
        notes[Note.NOT_UTF8] = 0
    geometries = np.empty(len(shapes), dtype=object)
    for place, shape in enumerate(shapes):
        geometries[place] = _geometry(shape, file=file, number=place + 1)
    return RawLayer(
        name=PurePosixPath(parts[".shp"]).stem,
        geometries=geometries,
        properties=texts,
        numbers=range(1, len(shapes) + 1),
        stated=_stated(archive, parts),
        notes=notes,
    )


def _parts(archive: Archive, *, file: str, name: str) -> dict[str, str]:
    """Return the parts of the layer that is meant, by their endings in small letters."""
    shapes = _by_shortest_name([one for one in archive.names if one.lower().endswith(".shp")])
    if not shapes:
        raise ArchiveIncomplete(file=file, missing=".shp")
    stem = shapes[chosen(name, among=list(shapes), file=file)][: -len(".shp")].lower()
    parts = {PurePosixPath(one).suffix.lower(): one for one in archive.names if one.lower().rpartition(".")[0] == stem}
    for ending in _NEEDED:
        if ending not in parts:
            raise ArchiveIncomplete(file=file, missing=ending)
    return parts


def _by_shortest_name(paths: Sequence[str]) -> dict[str, str]:
    """Return entries by their names without folder and ending, with the folder where two have the same name."""
    stems = Counter(PurePosixPath(one).stem for one in paths)
    named = {}
    for one in paths:
        path = PurePosixPath(one)
        named[path.stem if stems[path.stem] == 1 else str(path.with_suffix(""))] = one
    return named


def _require_whole(shp: bytes, *, file: str, part: str) -> None:
    """Refuse geometry that breaks off: the head of the file tells its length in words of two bytes."""
    if len(shp) < _HEADER_BYTES:
        raise LayerDamaged(file=file, reason=f"{part}: {len(shp)} B")
    code, *_, words = _HEADER.unpack_from(shp)
    if code != _FILE_CODE or words * 2 > len(shp):
        raise LayerDamaged(file=file, reason=f"{part}: {len(shp)} B / {words * 2} B")


def _shapes_and_records(
    shp: bytes, dbf: bytes, *, file: str, allowed: Allowance
) -> tuple[list[Any], list[dict[str, Any]], int]:
    import shapefile

    # Every byte is a letter in Latin-1, so that the bytes come back unharmed to be decoded afterwards.
    reader = shapefile.Reader(shp=io.BytesIO(shp), dbf=io.BytesIO(dbf), encoding="latin-1")
    require_at_most(reader.numRecords or 0, most=allowed.features, what="features", file=file)
    names = [field.name for field in reader.fields if field.name != "DeletionFlag"]
    shapes, records, deleted = [], [], 0
    drawn = list(reader.iterShapes())
    if len(drawn) != reader.numRecords:
        raise LayerDamaged(file=file, reason=f"{len(drawn)} .shp / {reader.numRecords} .dbf")
    for number, shape in enumerate(drawn):
        record = reader.record(number)
        if record is None:
            deleted += 1
            continue
        shapes.append(shape)
        records.append(dict(zip(names, record, strict=True)))
    return shapes, records, deleted


def _faults() -> tuple[type[Exception], ...]:
    import shapefile

    return (shapefile.ShapefileException, struct.error, ValueError, LookupError, TypeError, OSError, OverflowError)


def _decoded(records: list[dict[str, Any]], *, stated: str, file: str) -> tuple[list[dict[str, Cell]], str]:
    """Return the records with their texts decoded, all in the one encoding that fits them all."""
    encodings = list(encodings_to_try(stated))
    for encoding in encodings:
        try:
            return [dict(_in_encoding(record, encoding)) for record in records], encoding
        except UnicodeDecodeError:
            continue
    raise TextUnreadable(file=file, tried=", ".join(encodings))


def _in_encoding(record: dict[str, Any], encoding: str) -> Iterator[tuple[str, Cell]]:
    for name, value in record.items():
        heading = name.encode("latin-1").decode(encoding).strip()
        match value:
            case str():
                yield heading, value.encode("latin-1").decode(encoding).strip(" \x00") or None
            case bool() | int() | float() | None:
                yield heading, value
            case _:
                yield heading, str(value)


def _geometry(shape: Any, *, file: str, number: int) -> shapely.Geometry | None:
    if shape is None or not shape.points:
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(shape.__geo_interface__))
    except (shapely.GEOSException, ValueError, TypeError, IndexError) as fault:
        raise GeometryUnreadable(file=file, feature=number, reason=str(fault)) from fault


def _stated(archive: Archive, parts: dict[str, str]) -> Statement | None:
    if ".prj" not in parts:
        return None
    words = archive.read(parts[".prj"]).decode("utf-8", "replace").strip()
    return Statement(words) if words else None
