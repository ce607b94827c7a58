"""How divisions hang together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.geo import Crs, ImpossiblePoint, to_point
from gongzhi.kernel.refusals import Refusal
from gongzhi.places.states import AreaClass, DivisionLevel

LONGEST_CODE = 32
BETWEEN_CODES = "/"


class DivisionsUnreadable(Refusal):
    """The file is not a collection of divisions, or one of its features misses what every division has."""

    code = "divisions-unreadable"


class DuplicateDivision(Refusal):
    """One code stands for two divisions in the same file."""

    code = "division-duplicate"


class BadDivisionCode(Refusal):
    """A code is empty, too long, or holds the mark that separates codes in a path."""

    code = "division-bad-code"


class DivisionNameMissing(Refusal):
    """A division has no Chinese name."""

    code = "division-name-missing"


class UnknownParent(Refusal):
    """A division hangs under one that is neither in the file nor known already."""

    code = "division-unknown-parent"


class CyclicParents(Refusal):
    """A division is, over several steps, its own parent."""

    code = "division-cyclic-parents"


class LevelOutOfOrder(Refusal):
    """A division hangs under one that is no wider than itself."""

    code = "division-level-order"


class ParentMissing(Refusal):
    """A division that is no city hangs under none."""

    code = "division-parent-missing"


class EndsBeforeItBegins(Refusal):
    """A division ends on or before the day it begins."""

    code = "division-ends-before-it-begins"


class SecondCity(Refusal):
    """Two cities are in force on one day, and one database is one city."""

    code = "division-second-city"


class OutsideItsParentsTime(Refusal):
    """A division is in force on days when its parent is not."""

    code = "division-outside-its-parents-time"


class OutlineUnreadable(Refusal):
    """An outline is no polygon on Earth."""

    code = "division-outline-unreadable"


class OutlineCrossesItself(Refusal):
    """An outline crosses or overlaps itself, so that inside and outside cannot be told apart."""

    code = "division-outline-crosses-itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionDraft:
    """A division as a source gives it, before it is checked.

    Attributes:
        outline: GeoJSON text of a Polygon or MultiPolygon, in the source's own coordinate system.
        until_on: the first day on which it is no longer in force.
        area_class: how strictly it is managed; `ANY` for as the division above it, None where the source says nothing
            of it, so that what is on file stays.
    """

    code: str
    level: DivisionLevel
    name_zh: str
    from_on: date
    name_en: str = ""
    parent: str | None = None
    outline: str | None = None
    until_on: date | None = None
    is_schematic: bool = False
    area_class: AreaClass | None = None


def drafts_from_geojson(text: bytes) -> list[DivisionDraft]:
    """Read divisions from a GeoJSON file whose features carry code, level, parent, names and dates as properties.

    A feature may carry its `area_class` (`A` core, `B` general, `C` fringe, empty for as the division above).

    Raises: DivisionsUnreadable, naming the feature by its place in the file, counted from 1 (0 is the file itself).
    """
    try:
        features = orjson.loads(text)["features"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as fault:
        raise DivisionsUnreadable(feature=0, reason=str(fault)) from fault
    if not isinstance(features, list) or not features:
        raise DivisionsUnreadable(feature=0, reason="features")
    return [_draft_from_feature(feature, number=number) for number, feature in enumerate(features, start=1)]


def require_unique(drafts: Iterable[DivisionDraft]) -> None:
    """Refuse a file in which one code stands for two divisions.

    Raises: DuplicateDivision.
    """
    seen: set[str] = set()
    for draft in drafts:
        if draft.code in seen:
            raise DuplicateDivision(division=draft.code)
        seen.add(draft.code)


def paths_in_tree(divisions: Mapping[str, DivisionDraft]) -> dict[str, str]:
    """Return each division's path from the city down, after checking that they form one orderly tree.

    Args:
        divisions: by code, all that will be known: those on file and those to come.

    Raises: BadDivisionCode, DivisionNameMissing, EndsBeforeItBegins, UnknownParent, CyclicParents, ParentMissing,
        LevelOutOfOrder, OutsideItsParentsTime, SecondCity.

    Example:
        >>> city = DivisionDraft(code="1", level=DivisionLevel.CITY, name_zh="市", from_on=date(2004, 1, 1))
        >>> part = DivisionDraft(
        ...     code="11", level=DivisionLevel.DISTRICT, name_zh="区", from_on=date(2004, 1, 1), parent="1"
        ... )
        >>> paths_in_tree({"1": city, "11": part})["11"]
        '1/11'
    """
    for division in divisions.values():
        _require_sound(division)
        if division.parent is not None and division.parent not in divisions:
            raise UnknownParent(division=division.code, parent=division.parent)
    paths = {code: BETWEEN_CODES.join(_codes_down_to(code, divisions)) for code in divisions}
    for division in divisions.values():
        if division.parent is not None:
            _require_fits(division, under=divisions[division.parent])
        elif division.level is not DivisionLevel.CITY:
            raise ParentMissing(division=division.code)
    _require_one_city([one for one in divisions.values() if one.level is DivisionLevel.CITY])
    return paths


def area_class_at(path: str, *, stated: Mapping[str, AreaClass]) -> AreaClass:
    """Return how strictly a division is managed: as it states itself, or else the nearest division above that does.

    Args:
        path: the codes from the city down to the division.
        stated: by code, for the divisions that state one.

    Example:
        >>> area_class_at("1/11/111", stated={"1": AreaClass.GENERAL, "11": AreaClass.FRINGE}).name
        'FRINGE'
        >>> area_class_at("1/12", stated={"11": AreaClass.FRINGE}).name
        'ANY'
    """
    codes = reversed(path.split(BETWEEN_CODES))
    return next((stated[code] for code in codes if code in stated), AreaClass.ANY)


def outline_text(draft: DivisionDraft, *, crs: Crs) -> str | None:
    """Return a draft's outline as it is stored: a MultiPolygon in CGCS2000 to 1e-7 degree, or None where it has none.

    Raises: OutlineUnreadable, OutlineCrossesItself.
    """
    if draft.outline is None:
        return None
    try:
        drawn = shapely.force_2d(shapely.from_geojson(draft.outline))
        outline = shapely.transform(drawn, lambda corners: _converted(corners, crs=crs))
    except (shapely.GEOSException, ImpossiblePoint) as fault:
        raise OutlineUnreadable(division=draft.code, reason=str(fault)) from fault
    if outline.geom_type not in ("Polygon", "MultiPolygon") or outline.is_empty:
        raise OutlineUnreadable(division=draft.code, reason=outline.geom_type)
    if not outline.is_valid:
        raise OutlineCrossesItself(division=draft.code, reason=str(shapely.is_valid_reason(outline)))
    polygons = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
    parts = [
        [[list(corner) for corner in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]
    return orjson.dumps({"type": "MultiPolygon", "coordinates": parts}).decode()


def _require_one_city(cities: Sequence[DivisionDraft]) -> None:
    """Refuse a city that begins before the one ahead of it has ended."""
    in_time = sorted(cities, key=lambda one: (one.from_on, one.code))
    for earlier, later in itertools.pairwise(in_time):
        if earlier.until_on is None or later.from_on < earlier.until_on:
            raise SecondCity(division=later.code, city=earlier.code)


def _draft_from_feature(feature: Any, *, number: int) -> DivisionDraft:
    try:
        told = feature["properties"]
        outline = feature.get("geometry")
        until_on = told.get("until_on")
        area_class = told.get("area_class")
        return DivisionDraft(
            code=str(told["code"]),
            level=DivisionLevel(told["level"]),
            name_zh=str(told["name_zh"]),
            name_en=str(told.get("name_en") or ""),
            parent=None if told.get("parent") is None else str(told["parent"]),
            outline=None if outline is None else orjson.dumps(outline).decode(),
            from_on=date.fromisoformat(told["from_on"]),
            until_on=None if until_on is None else date.fromisoformat(until_on),
            is_schematic=bool(told.get("schematic", False)),
            area_class=None if area_class is None else AreaClass(area_class),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise DivisionsUnreadable(feature=number, reason=str(fault)) from fault


def _require_sound(division: DivisionDraft) -> None:
    if not 0 < len(division.code) <= LONGEST_CODE or BETWEEN_CODES in division.code:
        raise BadDivisionCode(division=division.code)
    if not division.name_zh.strip():
        raise DivisionNameMissing(division=division.code)
    if division.until_on is not None and division.until_on <= division.from_on:
        raise EndsBeforeItBegins(
            division=division.code, from_on=division.from_on.isoformat(), until_on=division.until_on.isoformat()
        )


def _codes_down_to(code: str, divisions: Mapping[str, DivisionDraft]) -> list[str]:
    codes = [code]
    parent = divisions[code].parent
    while parent is not None:
        if parent in codes:
            raise CyclicParents(division=code)
        codes.append(parent)
        parent = divisions[parent].parent
    return codes[::-1]


def _require_fits(division: DivisionDraft, *, under: DivisionDraft) -> None:
    if division.level.depth <= under.level.depth:
        raise LevelOutOfOrder(
            division=division.code, level=division.level.value, parent=under.code, parent_level=under.level.value
        )
    if not _is_within_time(division, of=under):
        raise OutsideItsParentsTime(division=division.code, parent=under.code)


def _is_within_time(division: DivisionDraft, *, of: DivisionDraft) -> bool:
    ends_in_time = of.until_on is None or (division.until_on is not None and division.until_on <= of.until_on)
    return of.from_on <= division.from_on and ends_in_time


def _converted(corners: NDArray[np.float64], *, crs: Crs) -> NDArray[np.float64]:
    points = [to_point(lon, lat, crs=crs) for lon, lat in corners.tolist()]
    return np.array([(point.lon, point.lat) for point in points], dtype=np.float64).reshape(-1, 2)
