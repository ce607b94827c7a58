"""Unit grids where none are surveyed, and responsibility grids that group them.

A community's built-up ground is cut along a lattice; what remains at its border and is too small for a cell of its own
joins a neighbour. Such grids are schematic (示意): they follow no road and no wall. A surveyed grid is always better.

Source: GB/T 30428.1 (unit grid of about 10,000 m2 within one community; code of 15 digits: community 12, sequence 3,
from west to east and from north to south).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.charts import Chart, areas_m2
from gongzhi.places.states import AreaClass

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_IN_A_COMMUNITY: Final = 999
"""The sequence has three digits."""

CELL_M: Final[Mapping[AreaClass, int]] = {
    AreaClass.CORE: 100,
    AreaClass.GENERAL: 150,
    AreaClass.FRINGE: 250,
    AreaClass.ANY: 150,
}
"""Sides of the cells unless others are asked for: about one hectare in the core, more where there is less to see."""

_SMALLEST_CELL_M: Final = 10
_LARGEST_CELL_M: Final = 5_000
_ROUND_UP_TO_M: Final = 10
_REMAINDER_SHARE: Final = 0.25
_STEP_DEGREES: Final = 1e-7
_COMMUNITY_CODE: Final = re.compile(r"\d{12}")
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})


class GridTooFine(Refusal):
    """A community would get more cells than its three digits can count."""

    code = "grid-too-fine"


class CellSizeImpossible(Refusal):
    """A cell of this size is no unit grid."""

    code = "grid-cell-size"


class CommunityCodeUnusable(Refusal):
    """A community has no 12-digit code, so its cells cannot be coded."""

    code = "grid-community-code"


class GroundUnusable(Refusal):
    """The outline of a community, or its built-up ground, is no sound area."""

    code = "grid-ground-unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A community that is to be cut into cells.

    Attributes:
        community: its 12-digit code.
        outline: in degrees of CGCS2000.
        built_up: built-up areas, which may reach beyond the community; None where the whole of it counts.
        cell_m: side of its cells, where it shall differ from that of its class.
    """

    community: str
    outline: shapely.Geometry
    area_class: AreaClass = AreaClass.ANY
    built_up: shapely.Geometry | None = None
    cell_m: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCell:
    """A unit grid that was made, not surveyed.

    Attributes:
        code: 15 digits.
        outline: in degrees of CGCS2000 to 1e-7; one piece.
    """

    code: str
    community: str
    outline: shapely.Geometry
    area_m2: int
    is_schematic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityGroup:
    """Neighbouring cells of one community that one person answers for.

    Attributes:
        number: counted from 1 within the community, in the order of its first cell.
        cells: codes, ascending.
    """

    community: str
    number: int
    cells: tuple[str, ...]


def made_grid(grounds: Iterable[Ground], *, cell_m: Mapping[AreaClass, int] = CELL_M) -> list[MadeCell]:
    """Cut communities into unit grids: the same ground always gives the same cells.

    The sequence runs row by row from the north, and in each row from the west. A cell counts in the row of its largest
    piece. Communities without built-up ground get none.

    Raises: CommunityCodeUnusable, GroundUnusable, CellSizeImpossible, GridTooFine.
    """
    cells: list[MadeCell] = []
    for ground in sorted(grounds, key=lambda one: one.community):
        cells += _cells_of(ground, side_m=ground.cell_m or cell_m.get(ground.area_class, cell_m[AreaClass.ANY]))
    return cells


def responsibility_groups(cells: Mapping[str, shapely.Geometry], *, about: int) -> list[ResponsibilityGroup]:
    """Group cells of each community into responsibility grids of about so many neighbouring cells.

    Groups grow from the first cell that is still free, over shared borders, nearest cells first, so that they stay
    round; what is left over joins the smallest neighbouring group. Cells that touch no other stay alone.

    Args:
        cells: unit grids by their 15-digit code, in degrees.
        about: how many cells a group should have; at least 1.
    """
    codes = sorted(cells)
    by_community: dict[str, list[str]] = {}
    for code in codes:
        by_community.setdefault(code[:12], []).append(code)
    return [
        ResponsibilityGroup(community=community, number=number, cells=tuple(group))
        for community, own in by_community.items()
        for number, group in enumerate(_groups(own, cells, about=max(1, about)), start=1)
    ]


def _cells_of(ground: Ground, *, side_m: int) -> list[MadeCell]:
    if not _COMMUNITY_CODE.fullmatch(ground.community):
        raise CommunityCodeUnusable(community=ground.community)
    if not _SMALLEST_CELL_M <= side_m <= _LARGEST_CELL_M:
        raise CellSizeImpossible(
            community=ground.community, cell_m=side_m, least_m=_SMALLEST_CELL_M, most_m=_LARGEST_CELL_M
        )
    land = _land(ground)
    if land.is_empty:
        return []
    pieces = _cut_within_digits(ground.community, land, side_m=side_m)
    areas = areas_m2(pieces)
    return [
        MadeCell(
            code=f"{ground.community}{sequence:03d}",
            community=ground.community,
            outline=outline,
            area_m2=round(float(area)),
        )
        for sequence, (outline, area) in enumerate(zip(pieces, areas, strict=True), start=1)
    ]


def _land(ground: Ground) -> shapely.Geometry:
    """Return the ground to be cut: its areas alone, on the 1e-7 degree that is stored."""
    for drawn in (ground.outline, ground.built_up):
        if drawn is not None and not (drawn.geom_type in _AREAS and shapely.is_valid(drawn)):
            raise GroundUnusable(community=ground.community, reason=str(shapely.is_valid_reason(drawn)))
    whole = ground.outline if ground.built_up is None else shapely.intersection(ground.outline, ground.built_up)
    stored = shapely.set_precision(whole, _STEP_DEGREES)
    parts = [part for part in shapely.get_parts(stored) if part.geom_type in _AREAS and not part.is_empty]
    return shapely.union_all(parts)


def _cut_within_digits(community: str, land: shapely.Geometry, *, side_m: int) -> Geometries:
    area_m2 = float(areas_m2([land])[0])
    if area_m2 / side_m**2 <= 2 * MOST_IN_A_COMMUNITY:
        pieces = _cut(land, side_m=side_m)
        if len(pieces) <= MOST_IN_A_COMMUNITY:
            return pieces
        count = len(pieces)
    else:
        count = math.ceil(area_m2 / side_m**2)
    raise GridTooFine(
        community=community,
        cells=count,
        most=MOST_IN_A_COMMUNITY,
        cell_m=side_m,
        fits_m=_fitting_side_m(land, area_m2=area_m2, than_m=side_m),
    )


def _fitting_side_m(land: shapely.Geometry, *, area_m2: float, than_m: int) -> int:
    """Return the smallest cell, in steps of 10 m, that keeps the community within its digits."""
    smallest_m = max(than_m, math.sqrt(area_m2 / MOST_IN_A_COMMUNITY))
    side_m = math.ceil(smallest_m / _ROUND_UP_TO_M) * _ROUND_UP_TO_M
    while side_m < _LARGEST_CELL_M and len(_cut(land, side_m=side_m)) > MOST_IN_A_COMMUNITY:
        side_m += _ROUND_UP_TO_M
    return side_m


def _cut(land: shapely.Geometry, *, side_m: int) -> Geometries:
    """Cut ground into cells, in the order in which they are counted."""
    lattice = _Lattice.over(land, side_m=side_m)
    lines = shapely.union_all([land.boundary, *lattice.lines()], grid_size=_STEP_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    shapely.prepare(land)
    faces = faces[shapely.contains_properly(land, shapely.point_on_surface(faces))]
    rows, columns = lattice.places(shapely.point_on_surface(faces))
    owners = _with_remainders_joined(
        faces, least_m2=_REMAINDER_SHARE * side_m**2, nearest=rows * lattice.columns + columns
    )
    cells, row_of, west_of, north_of = [], [], [], []
    for owner in np.unique(owners).tolist():
        members = np.flatnonzero(owners == owner)
        cell = faces[owner] if len(members) == 1 else shapely.coverage_union_all(faces[members])
        middle = shapely.centroid(cell)
        cells.append(cell)
        row_of.append(int(rows[owner]))
        west_of.append(shapely.get_x(middle))
        north_of.append(-shapely.get_y(middle))
    order = np.lexsort((north_of, west_of, row_of))
    found: Geometries = np.empty(len(cells), dtype=object)
    found[:] = cells
    return found[order]


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Lines across a piece of ground, from its north-western corner."""

    xs: Floats
    ys: Floats

    @classmethod
    def over(cls, land: shapely.Geometry, *, side_m: int) -> _Lattice:
        west, south, east, north = land.bounds
        chart = Chart(lon=(west + east) / 2, lat=(south + north) / 2)
        (west_m, south_m), (east_m, north_m) = chart.offset_m([west, east], [south, north]).tolist()
        across = max(1, math.ceil((east_m - west_m) / side_m))
        down = max(1, math.ceil((north_m - south_m) / side_m))
        step_x, step_y = side_m * (east - west) / (east_m - west_m), side_m * (north - south) / (north_m - south_m)
        return cls(
            np.round(west + step_x * np.arange(across + 1), 7), np.round(north - step_y * np.arange(down + 1), 7)
        )

    @property
    def columns(self) -> int:
        return len(self.xs)

    def lines(self) -> Geometries:
        north, south, west, east = self.ys[0], self.ys[-1], self.xs[0], self.xs[-1]
        upright = np.stack([np.column_stack([self.xs, np.full_like(self.xs, at)]) for at in (north, south)], axis=1)
        level = np.stack([np.column_stack([np.full_like(self.ys, at), self.ys]) for at in (west, east)], axis=1)
        lines: Geometries = shapely.linestrings(np.concatenate([upright[1:-1], level[1:-1]]))
        return lines

    def places(self, points: Geometries) -> tuple[Ints, Ints]:
        """Return row, from the north, and column, from the west, of points."""
        rows = np.searchsorted(-self.ys, -shapely.get_y(points), side="right") - 1
        columns = np.searchsorted(self.xs, shapely.get_x(points), side="right") - 1
        return rows, columns


def _with_remainders_joined(faces: Geometries, *, least_m2: float, nearest: Ints) -> Ints:
    """Return for each piece the one it joins: itself, or for a remainder the neighbour with the longest common border.

    Remainders are taken from the smallest up; one that has grown large enough stays. So do pieces without neighbours.
    """
    areas = areas_m2(faces)
    borders = _common_borders(faces)
    owner = np.arange(len(faces))
    size = areas.copy()
    members: dict[int, list[int]] = {place: [place] for place in range(len(faces))}
    for place in np.lexsort((nearest, np.round(areas, 1))).tolist():
        own = int(owner[place])
        if size[own] >= least_m2:
            continue
        along: Counter[int] = Counter()
        for member in members[own]:
            for other, length in borders[member].items():
                if owner[other] != own:
                    along[int(owner[other])] += length
        if not along:
            continue
        longest = max(along, key=lambda other: (along[other], -int(nearest[other]), -other))
        head, tail = (longest, own) if areas[longest] >= areas[own] else (own, longest)
        owner[members[tail]] = head
        members[head] += members.pop(tail)
        size[head] += size[tail]
    return owner


def _common_borders(faces: Geometries) -> list[dict[int, int]]:
    """Return for each piece the pieces that share a border with it, with its length in units of 1e-9 degree."""
    first, second = shapely.STRtree(faces).query(faces, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    lengths = np.round(shapely.length(shapely.intersection(faces[first], faces[second])) * 1e9).astype(np.int64)
    borders: list[dict[int, int]] = [{} for _ in range(len(faces))]
    for one, other, length in zip(first.tolist(), second.tolist(), lengths.tolist(), strict=True):
        if length > 0:
            borders[one][other] = borders[other][one] = length
    return borders


def _groups(codes: Sequence[str], cells: Mapping[str, shapely.Geometry], *, about: int) -> list[list[str]]:
    outlines: Geometries = np.empty(len(codes), dtype=object)
    outlines[:] = [cells[code] for code in codes]
    borders = _common_borders(outlines)
    middles = shapely.get_coordinates(shapely.centroid(Chart.around(outlines).metres(outlines)))
    group_of = np.full(len(codes), -1)
    groups: list[list[int]] = []
    for seed in range(len(codes)):
        if group_of[seed] < 0:
            group_of[seed] = len(groups)
            groups.append(_grown(seed, borders, middles, group_of, about=about))
    for number in sorted(range(len(groups)), key=lambda one: (len(groups[one]), one)):
        _join_if_small(number, groups, borders, group_of, about=about)
    return sorted([sorted(codes[place] for place in group) for group in groups if group])


def _grown(
    seed: int, borders: Sequence[Mapping[int, int]], middles: Floats, group_of: Ints, *, about: int
) -> list[int]:
    """Let a group grow from its first cell, always by the free neighbour nearest to its middle."""
    group = [seed]
    beside = {other for other in borders[seed] if group_of[other] < 0}
    while beside and len(group) < about:
        middle = middles[group].mean(axis=0)
        nearest = min(beside, key=lambda place: (round(float(np.hypot(*(middles[place] - middle))), 1), place))
        group_of[nearest] = group_of[seed]
        group.append(nearest)
        beside |= set(borders[nearest])
        beside = {other for other in beside if group_of[other] < 0}
    return group


def _join_if_small(
    number: int, groups: list[list[int]], borders: Sequence[Mapping[int, int]], group_of: Ints, *, about: int
) -> None:
    """Let a group of less than half the wished size join the smallest of its neighbours."""
    group = groups[number]
    if not group or 2 * len(group) >= about:
        return
    beside = {int(group_of[other]) for place in group for other in borders[place]} - {number}
    if beside:
        into = min(beside, key=lambda other: (len(groups[other]), other))
        groups[into] += group
        group_of[group] = into
        groups[number] = []
