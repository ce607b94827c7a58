"""Where a point lies, and what the city's divisions are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely
from django.db.models import Q, QuerySet

from gongzhi.audit.models import RecordedRow
from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import edition as last_number
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.base.queries import first_row
from gongzhi.kernel.geo import Bounds, ImpossiblePoint, Point, cell_int
from gongzhi.kernel.refusals import NotFound
from gongzhi.places.facts import STREAM
from gongzhi.places.models import Division, PlacesVersion
from gongzhi.places.rules import BETWEEN_CODES, Area, Atlas, Located, area_class_at
from gongzhi.places.states import AreaClass, DivisionLevel

SnapshotRow = tuple[str | bool | None, ...]


class NoSuchDivision(NotFound):
    """No division has this code."""

    code = "no-such-division"


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionRow:
    """A division as other rooms see it. `area_class` is in force there, whether it or one above it states it."""

    code: str
    level: DivisionLevel
    name_zh: str
    name_en: str
    parent: str | None
    path: str
    from_on: date
    until_on: date | None
    is_schematic: bool
    has_outline: bool
    area_class: AreaClass


@dataclass
class _Shelf:
    """The map this process made last, beside the digest of the divisions it was made from.

    The two are set as one value: threads read them while another sets them.
    """

    kept: tuple[str, Atlas] | None = None


_shelf = _Shelf()


def edition() -> int:
    """Return the number of the last change of the divisions, 0 before the first: what an import takes as `seen`."""
    return last_number(STREAM)


def locate(point: Point, *, division: str = "", on: date) -> Located:
    """Return the deepest division around a point on a day, with its path and the distance to the nearest border.

    Args:
        point: where.
        division: code of a division that the source names. It is taken where it lies in the one that the map finds;
            otherwise the map is believed.
        on: the day.
    """
    drawn = _atlas().index(on=on).locate(point)
    if not division or drawn.path is None:
        return drawn
    below = Division.objects.filter(_in_force(on), code=division, path__startswith=drawn.path + BETWEEN_CODES)
    named = below.values_list("path", flat=True).first()
    if named is None:
        return drawn
    managed = area_class_at(named, stated=_stated(named.split(BETWEEN_CODES)))
    return replace(drawn, division=division, path=named, border_m=None, area_class=managed)


def city_bounds(*, on: date) -> Bounds | None:
    """Return the box around the city on a day, for telling swapped coordinates; None when nothing is drawn."""
    return _atlas().index(on=on).bounds()


def division(code: str) -> DivisionRow:
    """Return one division, in force or ended.

    Raises: NoSuchDivision.
    """
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise NoSuchDivision(division=code)
    return _row(found, stated=_stated(found.path.split(BETWEEN_CODES)))


def divisions(*, on: date, level: DivisionLevel | None = None) -> list[DivisionRow]:
    """Return the divisions in force on a day, each after its parent."""
    found = Division.objects.filter(_in_force(on))
    if level is not None:
        found = found.filter(level=level.value)
    return _rows(found)


def outline(code: str) -> str | None:
    """Return a division's outline as GeoJSON (MultiPolygon, CGCS2000 degrees), or None where it has none.

    Raises: NoSuchDivision.
    """
    found = Division.objects.filter(code=code).values_list("outline", flat=True)
    if not found:
        raise NoSuchDivision(division=code)
    return found[0]


def wrong_cells(rows: QuerySet[Any]) -> Iterator[Finding]:
    """Compute the cell of each row that has `lon_e7`, `lat_e7` and `cell` again, and name what differs."""
    stored = rows.filter(~Q(lon_e7=None) | ~Q(cell=None)).values_list("pk", "lon_e7", "lat_e7", "cell")
    for pk, lon_e7, lat_e7, cell in stored.iterator(chunk_size=4000):
        try:
            expected = None if lon_e7 is None else cell_int(Point(lon_e7, lat_e7))
        except (ImpossiblePoint, TypeError):
            detail = "the coordinates are nowhere on Earth"
        else:
            detail = "" if expected == cell else "cell does not belong to the coordinates"
        if detail:
            yield Finding(Damage.ROW_ALTERED, _stream_of(rows.model, pk), None, detail)


def _stream_of(model: type[RecordedRow], pk: int) -> str:
    """Return a row's stream, or the row where somebody altered what should be its id."""
    try:
        return model._base_manager.only("uid").get(pk=pk).stream
    except ValueError:
        return f"{model.stream_kind} in row {pk}"


def snapshot_rows() -> Iterator[SnapshotRow]:
    """Yield every column of every row of this room, in the order of the codes."""
    yield from division_rows(Division.objects.all())
    for digest in PlacesVersion.objects.values_list("digest", flat=True):
        yield version_row(digest)


def version_row(digest: str) -> SnapshotRow:
    """Return the row of the digest, for hashing."""
    return ("version", digest)


def division_rows(found: Iterable[Division]) -> Iterator[SnapshotRow]:
    """Yield divisions as plain rows in the order of their codes, for hashing.

    A division that states no class of area gives the row it gave before there were any: what was recorded then still
    agrees with the tables.
    """
    for one in sorted(found, key=lambda division: division.code):
        yield (
            "division",
            one.code,
            one.level,
            one.name_zh,
            one.name_en,
            one.parent_id,
            one.path,
            one.outline,
            one.from_on.isoformat(),
            None if one.until_on is None else one.until_on.isoformat(),
            one.is_schematic,
            *([one.area_class] if one.area_class else []),
        )


def _atlas() -> Atlas:
    """Return the map, made anew when the divisions have changed since. Costs one small query while they have not."""
    version = first_row("SELECT digest FROM places_placesversion")
    digest = None if version is None else str(version[0])
    kept = _shelf.kept
    if kept is not None and kept[0] == digest:
        return kept[1]
    found = list(Division.objects.all())
    stated = {one.code: AreaClass(one.area_class) for one in found if one.area_class}
    atlas = Atlas(_area(one, stated=stated) for one in found if one.outline is not None)
    # Another process may have changed the rows between the two reads: only a map of known content is kept.
    if digest is not None and digest == rows_digest(division_rows(found)):
        _shelf.kept = (digest, atlas)
    return atlas


def _area(one: Division, *, stated: Mapping[str, AreaClass]) -> Area:
    return Area(
        code=one.code,
        level=DivisionLevel(one.level),
        path=one.path,
        outline=shapely.from_geojson(one.outline),
        from_on=one.from_on,
        until_on=one.until_on,
        area_class=area_class_at(one.path, stated=stated),
    )


def _stated(codes: Sequence[str] | None = None) -> dict[str, AreaClass]:
    """Return the classes of area that divisions state themselves, of all of them or of a few."""
    found = Division.objects.exclude(area_class=AreaClass.ANY.value)
    if codes is not None:
        found = found.filter(code__in=codes)
    return {code: AreaClass(said) for code, said in found.values_list("code", "area_class")}


def _in_force(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _rows(found: QuerySet[Division]) -> list[DivisionRow]:
    stated = _stated()
    return [_row(one, stated=stated) for one in found.order_by("path")]


def _row(one: Division, *, stated: Mapping[str, AreaClass]) -> DivisionRow:
    return DivisionRow(
        code=one.code,
        level=DivisionLevel(one.level),
        name_zh=one.name_zh,
        name_en=one.name_en,
        parent=one.parent_id,
        path=one.path,
        from_on=one.from_on,
        until_on=one.until_on,
        is_schematic=one.is_schematic,
        has_outline=one.outline is not None,
        area_class=area_class_at(one.path, stated=stated),
    )
