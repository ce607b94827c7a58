"""Where a point lies: in which divisions, unit grid and overlay area, who answers for it, and who else may see it."""

from __future__ import annotations

import bisect
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.geo import Bounds, Point, distance_m
from gongzhi.places.layers.bordering import OutlineIndex
from gongzhi.places.layers.charts import areas_m2
from gongzhi.places.layers.locating import CellIndex
from gongzhi.places.rules.divisions import BETWEEN_CODES, area_class_at
from gongzhi.places.states import AreaClass, DivisionLevel, OverlayKind, PlaceState

SHORE_M: Final = 200.0
"""How far outside every outline a point is still taken into the city, flagged: outlines cut off shores and piers."""

_SAME_DISTANCE_M: Final = 1.0
_COMMUNITY_DIGITS: Final = 12


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
class Overlay:
    """An area that outranks the tree of divisions.

    Attributes:
        unit: who answers for it: the code of a unit, or its name where it is none of ours.
        division: code of the division to which all of it counts; empty where each part counts to its own.
    """

    code: str
    kind: OverlayKind
    name_zh: str
    name_en: str = ""
    unit: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """A post, and perhaps a member, that answers for a responsibility grid; `until_on` is the first day after it."""

    grid: str
    post: str
    unit: str
    from_on: date
    member: UUID | None = None
    until_on: date | None = None

    def is_in_force(self, *, on: date) -> bool:
        """Whether they answer for it on a day."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """A division beside the point that the point may lie in, for its position is not exact."""

    division: str
    path: str
    distance_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a point lies.

    Attributes:
        division: code of the deepest division around the point; None outside the city.
        path: the codes from the city down to it.
        border_m: whole metres to the border of that division, or to the city when the point lies outside. None when
            the city has no outline on that day, or the division around the point was named and has none.
        area_class: how strictly the place is managed; `ANY` outside the city and where no division says.
        grid: code of the unit grid around the point; None where there is none.
        responsibility_grid: the responsibility grid that its unit grid belongs to.
        responsible: the posts and members that answer for the responsibility grid on that day.
        overlay: the area around the point that outranks the tree; of several the smallest.
        others_within: divisions that the point may as well lie in, nearest first: the error of its position reaches
            across their border.
        is_shore: whether the point lies outside every outline and was taken into the nearest one.
    """

    state: PlaceState
    division: str | None = None
    path: str | None = None
    border_m: int | None = None
    area_class: AreaClass = AreaClass.ANY
    grid: str | None = None
    responsibility_grid: str | None = None
    responsible: tuple[Keeper, ...] = ()
    overlay: Overlay | None = None
    others_within: tuple[Across, ...] = ()
    is_shore: bool = False

    @property
    def chain(self) -> tuple[str, ...]:
        """Codes of all divisions around the point, the city first."""
        return () if self.path is None else tuple(self.path.split(BETWEEN_CODES))

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Paths of all divisions that see what happens here: the one around the point, then those across a border."""
        own = () if self.path is None else (self.path,)
        return (*own, *self.across)

    @property
    def across(self) -> tuple[str, ...]:
        """Paths of the divisions across a border in which the point may as well lie."""
        return tuple(one.path for one in self.others_within)


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
        self._by_code = {area.code: area for area in self._areas}

    @cached_property
    def _near(self) -> OutlineIndex:
        return OutlineIndex({area.code: area.outline for area in self._areas})

    def locate(self, point: Point, *, shore_m: float = 0.0) -> Located:
        """Return the deepest division around a point; on a common border, the one with the lowest code.

        `border_m` is good to a metre within 50 km of the border and to 1 % within 1,000 km; further out it is an upper
        bound.

        Args:
            point: where.
            shore_m: how far outside every outline a point is taken into the nearest one.
        """
        around = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        if len(around) == 0:
            border_m = self._metres_to(point, self._outermost)
            beached = border_m is not None and border_m <= shore_m
            outside = Located(state=PlaceState.OUTSIDE, border_m=border_m)
            return self._beached(point, shore_m=shore_m, otherwise=outside) if beached else outside
        deepest = min(around.tolist(), key=lambda number: (-self._areas[number].level.depth, self._areas[number].code))
        area = self._areas[deepest]
        return _located(area, border_m=self._metres_to(point, [deepest]))

    def across(self, point: Point, *, error_m: float, home: str | None) -> tuple[Across, ...]:
        """Return the divisions that a point may as well lie in, nearest first, each the deepest of its branch.

        Args:
            point: where.
            error_m: how far the position may be wrong; a border further away is safe.
            home: path of the division that it is taken to lie in; None where it lies in none.
        """
        own = set() if home is None else set(_paths_down_to(home))
        near = [
            (self._by_code[one.code], 0.0 if one.is_inside else one.border_m)
            for one in self._near.areas_within(point, radius_m=error_m)
            if one.is_inside or one.border_m < error_m
        ]
        others = [(area, metres) for area, metres in near if area.path not in own]
        above = {path for area, _ in others for path in _paths_down_to(area.path)[:-1]}
        found = [
            Across(division=area.code, path=area.path, distance_m=round(metres))
            for area, metres in others
            if area.path not in above
        ]
        return tuple(sorted(found, key=lambda one: (one.distance_m, one.path)))

    def deepest(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> list[str | None]:
        """Return the code of the deepest division around each of many points; None outside the city."""
        ranks = sorted(range(len(self._areas)), key=lambda one: (-self._areas[one].level.depth, self._areas[one].code))
        rank_of = np.empty(len(ranks), dtype=np.int64)
        rank_of[ranks] = np.arange(len(ranks))
        points, around = self._tree.query(shapely.points(lons, lats), predicate="intersects")
        best = np.full(len(lons), len(ranks))
        np.minimum.at(best, points, rank_of[around])
        return [self._areas[ranks[rank]].code if rank < len(ranks) else None for rank in best.tolist()]

    def bounds(self) -> Bounds | None:
        """Return the box around the whole city, or None when nothing is drawn."""
        if not self._areas:
            return None
        west, south, east, north = shapely.total_bounds([area.outline for area in self._areas]).tolist()
        return Bounds(west=west, south=south, east=east, north=north)

    @cached_property
    def outlines(self) -> Mapping[str, shapely.Geometry]:
        """The outlines by the codes of their divisions."""
        return {code: area.outline for code, area in self._by_code.items()}

    def _beached(self, point: Point, *, shore_m: float, otherwise: Located) -> Located:
        """Take a point on a shore that the outlines cut off into the deepest of the nearest divisions."""
        near = self._near.areas_within(point, radius_m=shore_m + _SAME_DISTANCE_M)
        if not near:
            return otherwise
        as_near = [one for one in near if one.border_m <= near[0].border_m + _SAME_DISTANCE_M]
        areas = [self._by_code[one.code] for one in as_near]
        deepest = min(areas, key=lambda area: (-area.level.depth, area.code))
        return replace(_located(deepest, border_m=otherwise.border_m), is_shore=True)

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
        self.changes_on = sorted({area.from_on for area in self._areas} | ends)
        self._indexes: dict[int, AreaIndex] = {}

    def index(self, *, on: date) -> AreaIndex:
        """Return the index of the divisions in force on a day."""
        period = bisect.bisect_right(self.changes_on, on)
        if period not in self._indexes:
            self._indexes[period] = AreaIndex(area for area in self._areas if area.is_in_force(on=on))
        return self._indexes[period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The unit grids in force at one time.

    Attributes:
        is_schematic: whether they were made, not surveyed: then they follow the outlines and decide nothing.
    """

    index: CellIndex
    is_schematic: bool


class Overlays:
    """The overlay areas in force at one time, the smallest first."""

    def __init__(self, areas: Sequence[tuple[Overlay, shapely.Geometry]]) -> None:
        """Prepare the outlines; one index serves any number of threads."""
        sizes = areas_m2([outline for _, outline in areas]) if areas else np.empty(0)
        order = sorted(range(len(areas)), key=lambda place: (sizes[place], areas[place][0].code))
        self._overlays = [areas[place][0] for place in order]
        outlines = np.empty(len(order), dtype=object)
        outlines[:] = [areas[place][1] for place in order]
        shapely.prepare(outlines)
        self._tree = shapely.STRtree(outlines)

    def around(self, point: Point) -> Overlay | None:
        """Return the smallest overlay area around a point."""
        found = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        return self._overlays[int(found.min())] if len(found) else None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """All that is in force on one day: what `places.queries.locate` asks.

    Attributes:
        divisions: those that have an outline.
        paths: of all divisions, by code, with or without an outline.
        stated: the classes of area that divisions state themselves.
        cells: the unit grids; None where there are none.
        group_of: the responsibility grid of each unit grid.
        keepers: who answers for each responsibility grid.
        overlays: the areas that outrank the tree; None where there are none.
    """

    divisions: AreaIndex
    paths: Mapping[str, str]
    stated: Mapping[str, AreaClass]
    cells: Cells | None = None
    group_of: Mapping[str, str] | None = None
    keepers: Mapping[str, Sequence[Keeper]] | None = None
    overlays: Overlays | None = None

    def locate(
        self, point: Point, *, on: date, named: str = "", error_m: float = 0.0, shore_m: float = SHORE_M
    ) -> Located:
        """Return where a point lies.

        An overlay area outranks a surveyed unit grid, that outranks the outlines of divisions, and those outrank a
        division that the source names; a schematic grid and a named division only go on where the outlines stop.

        Args:
            point: where.
            on: the day, for who answers.
            named: code of a division that the source names.
            error_m: how far the position may be wrong.
            shore_m: how far outside every outline a point is taken into the nearest one.
        """
        found = self._in_cell(point, self.divisions.locate(point, shore_m=shore_m))
        found = self._in_named(named, found)
        found = self._in_overlay(point, found)
        if found.grid is not None and self.group_of is not None:
            group = self.group_of.get(found.grid)
            found = replace(found, responsibility_grid=group, responsible=self._keepers_of(group, on=on))
        if error_m > 0:
            found = replace(found, others_within=self.divisions.across(point, error_m=error_m, home=found.path))
        return found

    def class_at(self, path: str) -> AreaClass:
        """Return how strictly a division is managed."""
        return area_class_at(path, stated=self.stated)

    def deepest_drawn(self, code: str) -> str | None:
        """Return the code of a division, or of the nearest one above it that has an outline; None where none has."""
        path = self.paths.get(code)
        drawn = self.divisions.outlines
        codes = [] if path is None else path.split(BETWEEN_CODES)[::-1]
        return next((one for one in codes if one in drawn), None)

    def _in_cell(self, point: Point, drawn: Located) -> Located:
        code = None if self.cells is None else self.cells.index.locate(point.lon, point.lat)
        if code is None or self.cells is None:
            return drawn
        found = replace(drawn, grid=code, is_shore=False)
        path = self.paths.get(code[:_COMMUNITY_DIGITS])
        if path is None or path == drawn.path:
            return found
        contradicts = drawn.path is not None and not _lies_below(path, drawn.path)
        return found if contradicts and self.cells.is_schematic else self._moved(found, path)

    def _in_named(self, named: str, drawn: Located) -> Located:
        path = self.paths.get(named)
        return self._moved(drawn, path) if path is not None and _lies_below(path, drawn.path) else drawn

    def _in_overlay(self, point: Point, drawn: Located) -> Located:
        overlay = None if self.overlays is None else self.overlays.around(point)
        if overlay is None:
            return drawn
        found = replace(drawn, overlay=overlay)
        path = self.paths.get(overlay.division)
        if path is None or path == drawn.path or _lies_below(drawn.path or "", path):
            return found
        return replace(self._moved(found, path), is_shore=False)

    def _moved(self, found: Located, path: str) -> Located:
        """Return a place in another division than its outlines say; how far the border is then nobody knows."""
        return replace(
            found,
            state=PlaceState.LOCATED,
            division=path.rpartition(BETWEEN_CODES)[2],
            path=path,
            border_m=None,
            area_class=self.class_at(path),
        )

    def _keepers_of(self, group: str | None, *, on: date) -> tuple[Keeper, ...]:
        if group is None or self.keepers is None:
            return ()
        return tuple(one for one in self.keepers.get(group, ()) if one.is_in_force(on=on))


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The ground as it is, and as it would be after an import that nobody has made yet.

    Attributes:
        on: the day on which both are looked at: the first on which the new one holds, or today where that is later.
    """

    before: Ground
    after: Ground
    on: date

    def changes(self, point: Point) -> frozenset[str]:
        """Return what would change for a point: `division`, `grid`, `responsibility-grid`, `overlay`, `outside`."""
        was, will = self.before.locate(point, on=self.on), self.after.locate(point, on=self.on)
        told = {
            "division": was.path != will.path,
            "grid": was.grid != will.grid,
            "responsibility-grid": was.responsibility_grid != will.responsibility_grid,
            "overlay": was.overlay != will.overlay,
            "outside": was.path is not None and will.path is None,
        }
        return frozenset(name for name, changed in told.items() if changed)

    def count(self, points: Iterable[Point]) -> dict[str, int]:
        """Count points by what would change for them; `all` counts those that were looked at."""
        counted: Counter[str] = Counter({"all": 0})
        for point in points:
            counted.update(["all", *self.changes(point)])
        return dict(counted)


Effect = Callable[[Proposed], Mapping[str, int]]
"""Counts, for a room above this one, what of its open matters a proposed ground would change."""


def _located(area: Area, *, border_m: int | None) -> Located:
    return Located(
        state=PlaceState.LOCATED, division=area.code, path=area.path, border_m=border_m, area_class=area.area_class
    )


def _paths_down_to(path: str) -> list[str]:
    """Return a path and all those above it, the city first."""
    codes = path.split(BETWEEN_CODES)
    return [BETWEEN_CODES.join(codes[: depth + 1]) for depth in range(len(codes))]


def _lies_below(path: str, other: str | None) -> bool:
    return other is not None and path.startswith(other + BETWEEN_CODES)


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
