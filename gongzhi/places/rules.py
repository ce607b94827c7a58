"""How divisions hang together, and which of them a point lies in."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.geo import Bounds, Crs, ImpossiblePoint, Point, distance_m, to_point
from gongzhi.kernel.refusals import Refusal
from gongzhi.places.states import AreaClass, DivisionLevel, PlaceState

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A division that has an outline, as the map knows it."""

    code: str
    level: DivisionLevel
    path: str
    outline: shapely.Geometry
    from_on: date
    until_on: date | None = None
    area_class: AreaClass = AreaClass.ANY

    def is_in_force(self, *, on: date) -> bool:
        """Whether the division exists on a day."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a point lies.

    Attributes:
        division: code of the deepest division with an outline around the point; None outside the city.
        path: the codes from the city down to it.
        border_m: whole metres to the border of that division, or to the city when the point lies outside. None when
            the city has no outline on that day, or the division around the point was named and has none.
        area_class: how strictly the place is managed; `ANY` outside the city and where no division says.
    """

    state: PlaceState
    division: str | None = None
    path: str | None = None
    border_m: int | None = None
    area_class: AreaClass = AreaClass.ANY

    @property
    def chain(self) -> tuple[str, ...]:
        """Codes of all divisions around the point, the city first."""
        return () if self.path is None else tuple(self.path.split(BETWEEN_CODES))


class AreaIndex:
    """The outlines in force at one time, prepared for asking where a point lies."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Prepare the outlines; one index serves any number of threads."""
        self._areas: Sequence[Area] = tuple(areas)
        outlines = np.array([area.outline for area in self._areas], dtype=object)
        shapely.prepare(outlines)
        self._tree = shapely.STRtree(outlines)
        drawn = {area.code for area in self._areas}
        self._outermost = [
            number for number, area in enumerate(self._areas) if drawn.isdisjoint(area.path.split(BETWEEN_CODES)[:-1])
        ]
        self._sides = [_sides_of(area.outline) for area in self._areas]

    def locate(self, point: Point) -> Located:
        """Return the deepest division around a point; on a common border, the one with the lowest code.

        `border_m` is good to a metre within 50 km of the border and to 1 % within 1,000 km; further out it is an upper
        bound.
        """
        around = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        if len(around) == 0:
            return Located(state=PlaceState.OUTSIDE, border_m=self._metres_to(point, self._outermost))
        deepest = min(around.tolist(), key=lambda number: (-self._areas[number].level.depth, self._areas[number].code))
        area = self._areas[deepest]
        return Located(
            state=PlaceState.LOCATED,
            division=area.code,
            path=area.path,
            border_m=self._metres_to(point, [deepest]),
            area_class=area.area_class,
        )

    def bounds(self) -> Bounds | None:
        """Return the box around the whole city, or None when nothing is drawn."""
        if not self._areas:
            return None
        west, south, east, north = shapely.total_bounds([area.outline for area in self._areas]).tolist()
        return Bounds(west=west, south=south, east=east, north=north)

    def _metres_to(self, point: Point, numbers: Sequence[int]) -> int | None:
        if not numbers:
            return None
        sides = np.concatenate([self._sides[number] for number in numbers])
        return round(distance_m(point, _nearest_on(sides, point)))


class Atlas:
    """All outlines of the city over time: one index for each period between two changes, made when first asked for."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Note the days on which something begins or ends."""
        self._areas = tuple(areas)
        ends = {area.until_on for area in self._areas if area.until_on is not None}
        self._changes_on = sorted({area.from_on for area in self._areas} | ends)
        self._indexes: dict[int, AreaIndex] = {}

    def index(self, *, on: date) -> AreaIndex:
        """Return the index of the divisions in force on a day."""
        period = bisect.bisect_right(self._changes_on, on)
        if period not in self._indexes:
            self._indexes[period] = AreaIndex(area for area in self._areas if area.is_in_force(on=on))
        return self._indexes[period]


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


def _sides_of(outline: shapely.Geometry) -> NDArray[np.float64]:
    """Return all sides of an outline, holes included, as rows of lon, lat, lon, lat."""
    corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(outline)), return_index=True)
    same_ring = ring[1:] == ring[:-1]
    sides: NDArray[np.float64] = np.hstack([corners[:-1][same_ring], corners[1:][same_ring]])
    return sides


def _nearest_on(sides: NDArray[np.float64], point: Point) -> Point:
    """Return the nearest place on any of the sides, on a flat chart around the point."""
    squeeze = math.cos(math.radians(point.lat))
    start_x = ((sides[:, 0] - point.lon + 180) % 360 - 180) * squeeze
    start_y = sides[:, 1] - point.lat
    along_x = (sides[:, 2] - sides[:, 0]) * squeeze
    along_y = sides[:, 3] - sides[:, 1]
    squared = along_x**2 + along_y**2
    reach = -(start_x * along_x + start_y * along_y) / np.where(squared > 0, squared, 1.0)
    share = np.clip(reach, 0.0, 1.0)
    nearest = int(np.argmin((start_x + share * along_x) ** 2 + (start_y + share * along_y) ** 2))
    west, south, east, north = sides[nearest].tolist()
    part = float(share[nearest])
    return Point.from_degrees(west + part * (east - west), south + part * (north - south))
