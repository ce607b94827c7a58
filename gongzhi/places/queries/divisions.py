"""What the city's divisions are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gongzhi.audit.queries import edition as last_number
from gongzhi.kernel.refusals import NotFound
from gongzhi.places.facts import STREAM
from gongzhi.places.models import Division
from gongzhi.places.rules import BETWEEN_CODES, area_class_at
from gongzhi.places.states import AreaClass, DivisionLevel

SnapshotRow = tuple[str | int | bool | None, ...]


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


def edition() -> int:
    """Return the number of the last change of the ground, 0 before the first: what an import takes as `seen`."""
    return last_number(STREAM)


def division(code: str) -> DivisionRow:
    """Return one division, in force or ended.

    Raises: NoSuchDivision.
    """
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise NoSuchDivision(division=code)
    return _row(found, stated=stated_classes(found.path.split(BETWEEN_CODES)))


def divisions(*, on: date, level: DivisionLevel | None = None) -> list[DivisionRow]:
    """Return the divisions in force on a day, each after its parent."""
    found = Division.objects.filter(in_force(on))
    if level is not None:
        found = found.filter(level=level.value)
    return _rows(found)


def paths_within(path: str) -> list[str]:
    """Return a division's path and those of all divisions that ever lay within it."""
    found = Division.objects.filter(Q(path=path) | Q(path__startswith=f"{path}{BETWEEN_CODES}"))
    return list(found.order_by("path").values_list("path", flat=True))


def outline(code: str) -> str | None:
    """Return a division's outline as GeoJSON (MultiPolygon, CGCS2000 degrees), or None where it has none.

    Raises: NoSuchDivision.
    """
    found = Division.objects.filter(code=code).values_list("outline", flat=True)
    if not found:
        raise NoSuchDivision(division=code)
    return found[0]


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


def stated_classes(codes: Sequence[str] | None = None) -> dict[str, AreaClass]:
    """Return the classes of area that divisions state themselves, of all of them or of a few."""
    found = Division.objects.exclude(area_class=AreaClass.ANY.value)
    if codes is not None:
        found = found.filter(code__in=codes)
    return {code: AreaClass(said) for code, said in found.values_list("code", "area_class")}


def in_force(on: date) -> Q:
    """Return the condition that a row holds on a day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _rows(found: QuerySet[Division]) -> list[DivisionRow]:
    stated = stated_classes()
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
