"""Noticing that a layer lies in another coordinate system than was declared.

In Xiamen the systems of the web maps lie some 580 m and 1,200 m off. A layer declared wrongly looks right on its own;
beside something known it lies off by the same distance everywhere. Each system is tried, and the one that brings the
layer onto the known is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gongzhi.kernel.geo import Crs, degrees_from, degrees_in
from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.charts import Chart, middles

Floats = NDArray[np.float64]
Measure = Callable[[Floats], Floats]

CLOSE_M: Final = 100.0
_CLEARLY_BETTER: Final = 0.5
_FEWEST: Final = 3
_HALF: Final = 0.5
_MOST_COUNT: Final = 0.9


class LayerInAnotherSystem(Refusal):
    """A layer lies where another coordinate system than the declared one would put it."""

    code = "layer-in-another-system"


class LayerShifted(Refusal):
    """A layer lies off by the same distance everywhere, and none of the known systems explains it."""

    code = "layer-shifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well a layer lies on the known when its coordinates are taken as those of a system.

    Attributes:
        off_m: metres by which half of the places are off at most (nine in ten where areas are compared).
        share: of the places that lie within the tolerance, from 0 to 1.
    """

    crs: Crs
    off_m: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found when each system was tried.

    Attributes:
        declared: the fit of the declared system.
        best: the system that fits best; the declared one unless another is clearly better.
        compared: how many places were compared.
        east_m, north_m: by how much the layer lies east and north of the known, as declared; None where only distances
            are known.
        spread_m: how far half of the places at most are from that; None likewise.
    """

    declared: Fit
    best: Fit
    fits: tuple[Fit, ...]
    compared: int
    tolerance_m: float
    east_m: float | None = None
    north_m: float | None = None
    spread_m: float | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether another system explains where the layer lies."""
        return self.best.crs is not self.declared.crs

    @property
    def is_shifted(self) -> bool:
        """Whether the layer is off by the same distance everywhere, and no system explains it."""
        if self.is_elsewhere or self.spread_m is None or self.compared < _FEWEST:
            return False
        return self.declared.off_m > self.tolerance_m and self.spread_m < self.declared.off_m / 4


def judged_by_twins(
    layer: Mapping[str, shapely.Geometry],
    known: Mapping[str, shapely.Geometry],
    *,
    declared: Crs,
    tolerance_m: float = CLOSE_M,
) -> Judgement | None:
    """Compare the middles of features with those of the known features of the same code or name.

    Args:
        layer: as it was read under the declaration, in CGCS2000.
        known: in CGCS2000.
        declared: the system the layer was read in.
        tolerance_m: up to which a place counts as in the right place.

    Returns: None where nothing can be compared.
    """
    keys = sorted(layer.keys() & known.keys())
    if not keys:
        return None
    ours, theirs = middles([layer[key] for key in keys]), middles([known[key] for key in keys])
    there = np.isfinite(ours).all(axis=1) & np.isfinite(theirs).all(axis=1)
    if not there.any():
        return None
    ours, theirs = ours[there], theirs[there]
    chart = Chart.around(shapely.points(theirs))
    goal_m = chart.offset_m(theirs[:, 0], theirs[:, 1])

    def shift_m(degrees: Floats) -> Floats:
        return chart.offset_m(degrees[:, 0], degrees[:, 1]) - goal_m

    fits = _fits(ours, declared=declared, off_m=lambda found: np.hypot(*shift_m(found).T), tolerance_m=tolerance_m)
    shifts = shift_m(ours)
    middle = np.median(shifts, axis=0)
    return Judgement(
        declared=fits[declared],
        best=_best(fits, declared=declared, tolerance_m=tolerance_m),
        fits=tuple(fits.values()),
        compared=len(ours),
        tolerance_m=tolerance_m,
        east_m=float(middle[0]),
        north_m=float(middle[1]),
        spread_m=float(np.median(np.hypot(*(shifts - middle).T))),
    )


def judged_by_borders(
    layer: Sequence[shapely.Geometry],
    known: Sequence[shapely.Geometry],
    *,
    declared: Crs,
    tolerance_m: float = CLOSE_M,
) -> Judgement | None:
    """Compare the corners of outlines with the nearest border of known outlines that have no codes in common with them.

    Args:
        layer: outlines as they were read under the declaration, in CGCS2000.
        known: outlines in CGCS2000 that share most of their borders with the layer.
        declared: the system the layer was read in.
        tolerance_m: up to which a corner counts as on a border.

    Returns: None where nothing can be compared.
    """
    corners = shapely.get_coordinates(np.asarray(layer, dtype=object))
    chart = Chart.around(np.asarray(known, dtype=object))
    borders = chart.metres(shapely.union_all(shapely.boundary(np.asarray(known, dtype=object))))
    if not len(corners) or borders is None or borders.is_empty:
        return None
    sides = shapely.STRtree(_sides(borders))

    def off_m(degrees: Floats) -> Floats:
        spots = shapely.points(chart.offset_m(degrees[:, 0], degrees[:, 1]))
        asked, distances = sides.query_nearest(spots, return_distance=True, all_matches=False)
        found: Floats = np.empty(len(spots))
        found[asked[0]] = distances
        return found

    fits = _fits(corners, declared=declared, off_m=off_m, tolerance_m=tolerance_m)
    return Judgement(
        declared=fits[declared],
        best=_best(fits, declared=declared, tolerance_m=tolerance_m),
        fits=tuple(fits.values()),
        compared=len(corners),
        tolerance_m=tolerance_m,
    )


def judged_by_parents(
    layer: Sequence[shapely.Geometry],
    parents: Sequence[shapely.Geometry | None],
    *,
    declared: Crs,
    tolerance_m: float = CLOSE_M,
) -> Judgement | None:
    """Compare where features lie with the known areas that they belong to: few may lie outside.

    A tenth of the features may lie off without saying anything, for shores are cut off; `off_m` is how far the
    remaining ones lie outside at most. Only areas not much larger than the shift can tell it.

    Args:
        layer: features as they were read under the declaration, in CGCS2000.
        parents: in the same order, the known area that each belongs to; None where nobody knows.
        declared: the system the layer was read in.
        tolerance_m: up to which a place counts as in the right area.

    Returns: None where nothing can be compared.
    """
    there = [place for place, parent in enumerate(parents) if parent is not None]
    ours = middles([layer[place] for place in there]) if there else np.empty((0, 2))
    finite = np.flatnonzero(np.isfinite(ours).all(axis=1))
    if not len(finite):
        return None
    known = np.empty(len(finite), dtype=object)
    known[:] = [parents[there[place]] for place in finite.tolist()]
    chart = Chart.around(known)
    areas = chart.metres(known)

    def off_m(degrees: Floats) -> Floats:
        metres: Floats = shapely.distance(areas, shapely.points(chart.offset_m(degrees[:, 0], degrees[:, 1])))
        return metres

    fits = _fits(ours[finite], declared=declared, off_m=off_m, tolerance_m=tolerance_m, reckoned=_MOST_COUNT)
    return Judgement(
        declared=fits[declared],
        best=_best(fits, declared=declared, tolerance_m=tolerance_m),
        fits=tuple(fits.values()),
        compared=len(finite),
        tolerance_m=tolerance_m,
    )


def require_declared_system(judgement: Judgement | None) -> None:
    """Refuse a layer that lies elsewhere than was declared; one that could not be compared passes.

    Raises: LayerInAnotherSystem, LayerShifted.
    """
    if judgement is None:
        return
    if judgement.is_elsewhere:
        raise LayerInAnotherSystem(
            declared=judgement.declared.crs.value,
            off_m=round(judgement.declared.off_m),
            fits=judgement.best.crs.value,
            left_m=round(judgement.best.off_m),
            share_percent=round(judgement.best.share * 100),
        )
    if judgement.is_shifted:
        raise LayerShifted(
            declared=judgement.declared.crs.value,
            off_m=round(judgement.declared.off_m),
            east_m=round(judgement.east_m or 0),
            north_m=round(judgement.north_m or 0),
        )


def _fits(
    degrees: Floats, *, declared: Crs, off_m: Measure, tolerance_m: float, reckoned: float = _HALF
) -> dict[Crs, Fit]:
    """Take back the declared reading and read the coordinates as each system would."""
    given = degrees_in(degrees[:, 0], degrees[:, 1], crs=declared)
    fits = {}
    for crs in (declared, *_others(declared)):
        metres = off_m(degrees if crs is declared else np.column_stack(degrees_from(*given, crs=crs)))
        fits[crs] = Fit(
            crs=crs, off_m=float(np.quantile(metres, reckoned)), share=float(np.mean(metres <= tolerance_m))
        )
    return fits


def _others(declared: Crs) -> tuple[Crs, ...]:
    """The systems that would put a layer elsewhere; CGCS2000 and WGS-84 put it in the same place."""
    return tuple(
        crs
        for crs in (Crs.CGCS2000, Crs.GCJ02, Crs.BD09)
        if crs is not declared and {crs, declared} != {Crs.CGCS2000, Crs.WGS84}
    )


def _best(fits: Mapping[Crs, Fit], *, declared: Crs, tolerance_m: float) -> Fit:
    as_declared = fits[declared]
    best = min(fits.values(), key=lambda fit: fit.off_m)
    is_clear = best.off_m < _CLEARLY_BETTER * as_declared.off_m and best.share > as_declared.share
    return best if is_clear and as_declared.off_m > tolerance_m and best.off_m <= tolerance_m else as_declared


def _sides(lines: shapely.Geometry) -> NDArray[np.object_]:
    """Return every side of lines on its own, so that the nearest one is found by the tree."""
    corners, owners = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = owners[1:] == owners[:-1]
    sides: NDArray[np.object_] = shapely.linestrings(np.stack([corners[:-1][same], corners[1:][same]], axis=1))
    return sides
