"""What is wrong with a set of outlines, and what only looks odd: a report with tolerances in metres.

Real outlines do not share every corner, and cut off shores. Errors are what would put a matter into two areas, or into
the wrong one; warnings are what a surveyor should see. Nothing is repaired.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.geo import Point
from gongzhi.places.layers.bordering import OutlineIndex
from gongzhi.places.layers.charts import Chart, areas_m2

Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]

STORED_STEP_M: Final = 0.03
"""Narrower than this is only the rounding to 1e-7 degree."""

_MOST_OF_A_KIND: Final = 200
_PLACE_IN_REASON: Final = re.compile(r"\[(\S+) (\S+?)\]")
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})


class FindingKind(StrEnum):
    """What is found.

    Attributes:
        EMPTY: a feature without geometry.
        NO_AREA: a point or a line where an area is wanted.
        CROSSES_ITSELF: inside and outside cannot be told apart.
        DUPLICATE_CODE: one code for two features.
        OVERLAP: two areas share ground wider than the tolerance.
        OUTSIDE_PARENT: an area reaches into another parent, or further out of its own than any shore.
        OVERLAP_SLIVER: two areas share ground, narrower than the tolerance.
        GAP: ground between the areas that belongs to none, narrower than the tolerance.
        HOLE: the same, wider: a lake, or ground that was forgotten.
        UNSHARED_BORDER: neighbours that do not have the same corners along their border.
        BEYOND_PARENT: an area reaches out of its parent by less than the tolerance.
        SHORE_CUT_OFF: ground or a known place beyond the outline where no other area begins.
        FAR_OUTSIDE: a known place that lies in no area and near none.
    """

    EMPTY = "empty"
    NO_AREA = "no-area"
    CROSSES_ITSELF = "crosses-itself"
    DUPLICATE_CODE = "duplicate-code"
    OVERLAP = "overlap"
    OUTSIDE_PARENT = "outside-parent"
    OVERLAP_SLIVER = "overlap-sliver"
    GAP = "gap"
    HOLE = "hole"
    UNSHARED_BORDER = "unshared-border"
    BEYOND_PARENT = "beyond-parent"
    SHORE_CUT_OFF = "shore-cut-off"
    FAR_OUTSIDE = "far-outside"

    @property
    def is_error(self) -> bool:
        """Whether a layer with such a finding may not be taken over."""
        return self in _ERRORS


_ERRORS: Final = frozenset(
    {
        FindingKind.EMPTY,
        FindingKind.NO_AREA,
        FindingKind.CROSSES_ITSELF,
        FindingKind.DUPLICATE_CODE,
        FindingKind.OVERLAP,
        FindingKind.OUTSIDE_PARENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feature to be examined.

    Attributes:
        geometry: in degrees of CGCS2000.
        number: its place in the file.
        parent: code of the area it should lie in.
    """

    code: str
    geometry: shapely.Geometry | None
    number: int
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A place known to lie in the city."""

    name: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """From which width on something is an error, in metres.

    Attributes:
        overlap_m: width of ground that two areas share.
        gap_m: width of ground between areas that belongs to none; wider is a hole.
        parent_m: how far an area may reach into the parent of another.
        shore_m: how far beyond an outline the sea may begin.
    """

    overlap_m: float = 5.0
    gap_m: float = 5.0
    parent_m: float = 5.0
    shore_m: float = 1_000.0


USUAL_TOLERANCES: Final = Tolerances()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding, with its place.

    Attributes:
        place: a point of it; None where there is none.
        codes: of the features concerned; a landmark stands by its name.
        numbers: of the features concerned, in the file.
        size_m: width of the ground; length of the border; distance of the landmark.
        size_m2: area of the ground.
    """

    kind: FindingKind
    place: Point | None
    codes: tuple[str, ...]
    numbers: tuple[int, ...]
    size_m: float | None = None
    size_m2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was found, the gravest first.

    Attributes:
        findings: at most 200 of a kind, the largest.
        counts: of each kind, all of them.
        examined: how many features.
    """

    findings: tuple[Finding, ...]
    counts: Mapping[FindingKind, int]
    examined: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid taking the layer over."""
        return tuple(finding for finding in self.findings if finding.kind.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that a surveyor should see."""
        return tuple(finding for finding in self.findings if not finding.kind.is_error)


def examined(
    outlines: Sequence[Outline],
    *,
    parents: Mapping[str, shapely.Geometry] | None = None,
    landmarks: Sequence[Landmark] = (),
    tolerances: Tolerances = USUAL_TOLERANCES,
    may_overlap: bool = False,
) -> Report:
    """Examine a set of outlines of one level.

    Args:
        outlines: all areas of the level; those that have no sound area are named and left out of the rest.
        parents: outlines of the level above, by code; a child whose parent has none here is not compared.
        landmarks: places known to lie in the city, for finding where its shore is cut off.
        tolerances: in metres.
        may_overlap: whether areas may lie in one another, as a station in a development zone: then only each one by
            itself is examined.
    """
    findings = [*_duplicates(outlines), *_unsound(outlines)]
    sound = _Sound.of([one for one in outlines if _is_sound(one.geometry)])
    if len(sound.outlines) and not may_overlap:
        findings += _overlaps(sound, tolerances)
        findings += _gaps(sound, tolerances)
        findings += _unshared(sound, tolerances)
        findings += _outside_parents(sound, parents or {}, tolerances)
        findings += _beyond_the_shore(sound, landmarks, tolerances)
    order = list(FindingKind)
    findings.sort(
        key=lambda one: (order.index(one.kind), -(one.size_m2 or 0.0), -(one.size_m or 0.0), one.codes, one.numbers)
    )
    counts: Counter[FindingKind] = Counter()
    kept = []
    for finding in findings:
        counts[finding.kind] += 1
        if counts[finding.kind] <= _MOST_OF_A_KIND:
            kept.append(finding)
    return Report(findings=tuple(kept), counts=dict(counts), examined=len(outlines))


@dataclass(frozen=True, slots=True)
class _Sound:
    """The outlines that are areas, in degrees and drawn flat in metres."""

    outlines: Sequence[Outline]
    degrees: Geometries
    metres: Geometries
    chart: Chart

    @classmethod
    def of(cls, outlines: Sequence[Outline]) -> _Sound:
        degrees: Geometries = np.empty(len(outlines), dtype=object)
        degrees[:] = [one.geometry for one in outlines]
        chart = Chart.around(degrees)
        return cls(outlines, degrees, chart.metres(degrees), chart)

    def finding(self, kind: FindingKind, places: Sequence[int], at: shapely.Geometry, *, size_m: float) -> Finding:
        """Return a finding about ground that was drawn in metres."""
        spot = shapely.point_on_surface(at)
        return Finding(
            kind=kind,
            place=self.chart.point(shapely.get_x(spot), shapely.get_y(spot)),
            codes=tuple(self.outlines[place].code for place in places),
            numbers=tuple(self.outlines[place].number for place in places),
            size_m=round(size_m, 2),
            size_m2=round(float(areas_m2([self.chart.degrees(at)])[0]), 1) if shapely.area(at) else None,
        )


def _is_sound(geometry: shapely.Geometry | None) -> bool:
    return bool(
        geometry is not None
        and geometry.geom_type in _AREAS
        and not shapely.is_empty(geometry)
        and shapely.is_valid(geometry)
    )


def _duplicates(outlines: Sequence[Outline]) -> list[Finding]:
    by_code: dict[str, list[Outline]] = {}
    for outline in outlines:
        by_code.setdefault(outline.code, []).append(outline)
    return [
        Finding(
            kind=FindingKind.DUPLICATE_CODE,
            place=_middle(those[0].geometry),
            codes=(code,),
            numbers=tuple(one.number for one in those),
        )
        for code, those in by_code.items()
        if len(those) > 1
    ]


def _unsound(outlines: Sequence[Outline]) -> list[Finding]:
    return [
        Finding(kind=kind, place=place, codes=(outline.code,), numbers=(outline.number,))
        for outline in outlines
        if not _is_sound(outline.geometry)
        for kind, place in [_why_unsound(outline.geometry)]
    ]


def _why_unsound(geometry: shapely.Geometry | None) -> tuple[FindingKind, Point | None]:
    if geometry is None or shapely.is_empty(geometry):
        return FindingKind.EMPTY, None
    if geometry.geom_type not in _AREAS:
        return FindingKind.NO_AREA, _middle(geometry)
    at = _PLACE_IN_REASON.search(str(shapely.is_valid_reason(geometry)))
    place = _middle(geometry) if at is None else Point.from_degrees(float(at[1]), float(at[2]))
    return FindingKind.CROSSES_ITSELF, place


def _middle(geometry: shapely.Geometry | None) -> Point | None:
    middle = None if geometry is None else shapely.centroid(geometry)
    return None if middle is None or middle.is_empty else Point.from_degrees(middle.x, middle.y)


def _overlaps(sound: _Sound, tolerances: Tolerances) -> list[Finding]:
    first, second = shapely.STRtree(sound.metres).query(sound.metres, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.intersection(sound.metres[first], sound.metres[second])
    wide = np.flatnonzero(_least_widths_m(shared) > STORED_STEP_M)
    return [
        sound.finding(
            FindingKind.OVERLAP if width_m > tolerances.overlap_m else FindingKind.OVERLAP_SLIVER,
            (int(first[pair]), int(second[pair])),
            shared[pair],
            size_m=width_m,
        )
        for pair in wide.tolist()
        for width_m in [_width_m(shared[pair])]
    ]


def _gaps(sound: _Sound, tolerances: Tolerances) -> list[Finding]:
    """Find ground that the areas enclose and none covers."""
    whole = shapely.get_parts(shapely.union_all(sound.metres))
    rings = [ring for part in whole for ring in shapely.get_rings(part)[1:]]
    holes = shapely.polygons(np.array(rings, dtype=object))
    holes = holes[_least_widths_m(holes) > STORED_STEP_M]
    own = {ring.normalize().wkb for part in shapely.get_parts(sound.metres) for ring in part.interiors}
    tree = shapely.STRtree(sound.metres)
    findings = []
    for hole in holes:
        around = sorted(tree.query(hole, predicate="intersects").tolist())
        if len(around) == 1 and hole.exterior.normalize().wkb in own:
            continue  # drawn so by the one area around it: a lake
        width_m = _width_m(hole)
        kind = FindingKind.HOLE if width_m > tolerances.gap_m else FindingKind.GAP
        findings.append(sound.finding(kind, around, hole, size_m=width_m))
    return findings


def _unshared(sound: _Sound, tolerances: Tolerances) -> list[Finding]:
    """Find the stretches of border along which neighbours do not have the same corners."""
    parts, owners = shapely.get_parts(sound.metres, return_index=True)
    stretches = shapely.coverage_invalid_edges(parts, gap_width=tolerances.gap_m)
    found: dict[int, list[shapely.Geometry]] = {}
    for part in np.flatnonzero(~shapely.is_empty(stretches)).tolist():
        found.setdefault(int(owners[part]), []).append(stretches[part])
    return [
        sound.finding(FindingKind.UNSHARED_BORDER, (place,), lines[0], size_m=float(np.sum(shapely.length(lines))))
        for place, lines in found.items()
    ]


def _outside_parents(sound: _Sound, parents: Mapping[str, shapely.Geometry], tolerances: Tolerances) -> list[Finding]:
    codes = sorted(code for code, geometry in parents.items() if _is_sound(geometry))
    place_of = {code: place for place, code in enumerate(codes)}
    drawn: Geometries = np.empty(len(codes), dtype=object)
    drawn[:] = [parents[code] for code in codes]
    drawn = sound.chart.metres(drawn)
    children = [place for place, one in enumerate(sound.outlines) if one.parent in place_of]
    if not children:
        return []
    own = np.array([place_of[str(sound.outlines[child].parent)] for child in children])
    shapely.prepare(drawn)
    is_out = ~shapely.covers(drawn[own], sound.metres[children])
    children, own = [child for child, out in zip(children, is_out, strict=True) if out], own[is_out]
    outside = shapely.difference(sound.metres[children], drawn[own])
    reaching = np.flatnonzero(_least_widths_m(outside) > STORED_STEP_M)
    tree = shapely.STRtree(drawn)
    findings = []
    for turn in reaching.tolist():
        others = [int(place) for place in tree.query(outside[turn], predicate="intersects") if place != own[turn]]
        across = shapely.intersection(outside[turn], shapely.union_all(drawn[others]))
        findings += _across_the_border(sound, children[turn], across, tolerances)
        beyond = shapely.difference(outside[turn], across)
        findings += _out_at_sea(sound, children[turn], beyond, parent=drawn[own[turn]], tolerances=tolerances)
    return findings


def _across_the_border(sound: _Sound, child: int, across: shapely.Geometry, tolerances: Tolerances) -> list[Finding]:
    width_m = _width_m(across)
    if width_m <= STORED_STEP_M:
        return []
    kind = FindingKind.OUTSIDE_PARENT if width_m > tolerances.parent_m else FindingKind.BEYOND_PARENT
    return [sound.finding(kind, (child,), across, size_m=width_m)]


def _out_at_sea(
    sound: _Sound, child: int, beyond: shapely.Geometry, *, parent: shapely.Geometry, tolerances: Tolerances
) -> list[Finding]:
    """Judge the ground beyond the parent that is in no other one: its shore was cut off, or the area is elsewhere."""
    if _width_m(beyond) <= STORED_STEP_M:
        return []
    reach_m = float(np.max(shapely.distance(parent, shapely.points(shapely.get_coordinates(beyond)))))
    if reach_m <= tolerances.parent_m:
        kind = FindingKind.BEYOND_PARENT
    elif reach_m <= tolerances.shore_m:
        kind = FindingKind.SHORE_CUT_OFF
    else:
        kind = FindingKind.OUTSIDE_PARENT
    return [sound.finding(kind, (child,), beyond, size_m=reach_m)]


def _beyond_the_shore(sound: _Sound, landmarks: Sequence[Landmark], tolerances: Tolerances) -> list[Finding]:
    if not landmarks:
        return []
    index = OutlineIndex({str(place): geometry for place, geometry in enumerate(sound.degrees)})
    findings = []
    for landmark in landmarks:
        placed = index.placed(landmark.point, shore_m=tolerances.shore_m)
        if placed is None:
            findings.append(
                Finding(kind=FindingKind.FAR_OUTSIDE, place=landmark.point, codes=(landmark.name,), numbers=())
            )
        elif placed.is_shore:
            near = sound.outlines[int(placed.code)]
            findings.append(
                Finding(
                    kind=FindingKind.SHORE_CUT_OFF,
                    place=landmark.point,
                    codes=(near.code, landmark.name),
                    numbers=(near.number,),
                    size_m=round(placed.distance_m, 1),
                )
            )
    return findings


def _least_widths_m(geometries: Geometries) -> NDArray[np.float64]:
    """Return a width that each piece of ground surely has somewhere: twice its area over the length of its border."""
    around = shapely.length(geometries)
    widths: NDArray[np.float64] = 2 * shapely.area(geometries) / np.where(around > 0, around, 1.0)
    return widths


def _width_m(geometry: shapely.Geometry) -> float:
    """Return the width of ground: the widest circle that fits into any part of it."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in _AREAS and part.area > 0]
    if not parts:
        return 0.0
    widths = []
    for part in parts:
        fine_m = max(STORED_STEP_M / 2, math.sqrt(part.area) / 100)
        widths.append(2 * shapely.length(shapely.maximum_inscribed_circle(part, tolerance=fine_m)))
    return float(max(widths))
