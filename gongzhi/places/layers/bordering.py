"""Near a border: which areas see a matter whose position is not exact, and who acts; and shores that a map cuts off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely

from gongzhi.kernel.geo import Point
from gongzhi.places.layers.charts import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An area around or near a point.

    Attributes:
        border_m: metres to its border, from whichever side.
    """

    code: str
    is_inside: bool
    border_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The area that a point is taken to lie in.

    Attributes:
        is_shore: whether it lies in none and was taken into the nearest one, for the shore of the map is cut off.
        distance_m: metres from the area; 0 inside.
    """

    code: str
    is_shore: bool
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderCase:
    """The areas that see one matter.

    Attributes:
        areas: their codes, the nearest first.
        home: the one its point lies in; None where it lies in none.
    """

    areas: tuple[str, ...]
    home: str | None

    @property
    def is_shared(self) -> bool:
        """Whether more than one area sees it."""
        return len(self.areas) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That an area received a matter, and when."""

    area: str
    received_at: datetime


class OutlineIndex:
    """The outlines of areas of one level, prepared for asking what lies near a point."""

    def __init__(self, outlines: Mapping[str, shapely.Geometry]) -> None:
        """Prepare the outlines, given by code in degrees of CGCS2000; one index serves any number of threads."""
        self._codes = sorted(outlines)
        drawn = np.empty(len(self._codes), dtype=object)
        drawn[:] = [outlines[code] for code in self._codes]
        self._chart = Chart.around(drawn)
        self._areas = self._chart.metres(drawn)
        self._borders = shapely.boundary(self._areas)
        shapely.prepare(self._areas)
        shapely.prepare(self._borders)
        self._tree = shapely.STRtree(self._areas)

    def areas_within(self, point: Point, *, radius_m: float) -> tuple[Nearby, ...]:
        """Return the areas around a point, and those that come within a radius of it, the nearest first."""
        spot = shapely.Point(*self._chart.offset_m(point.lon, point.lat)[0])
        places = self._tree.query(spot, predicate="dwithin", distance=radius_m)
        inside = shapely.intersects(self._areas[places], spot)
        border_m = shapely.distance(self._borders[places], spot)
        found = [
            Nearby(code=self._codes[place], is_inside=bool(within), border_m=float(metres))
            for place, within, metres in zip(places.tolist(), inside, border_m, strict=True)
        ]
        return tuple(sorted(found, key=lambda one: (not one.is_inside, one.border_m, one.code)))

    def placed(self, point: Point, *, shore_m: float) -> Placed | None:
        """Return the area a point lies in, or else, flagged as shore, the nearest one within `shore_m`; None beyond it.

        On a common border the lowest code counts, as everywhere.
        """
        near = self.areas_within(point, radius_m=shore_m)
        inside = [one.code for one in near if one.is_inside]
        if inside:
            return Placed(code=min(inside), is_shore=False, distance_m=0.0)
        if not near:
            return None
        return Placed(code=near[0].code, is_shore=True, distance_m=near[0].border_m)


def border_case(nearby: Iterable[Nearby], *, error_m: float) -> BorderCase:
    """Tell which areas see a matter: the one around it, and each whose border is nearer than the position may be wrong.

    Example:
        >>> home = Nearby(code="A", is_inside=True, border_m=12.0)
        >>> across = Nearby(code="B", is_inside=False, border_m=12.0)
        >>> border_case([home, across], error_m=30.0).areas, border_case([home, across], error_m=12.0).areas
        (('A', 'B'), ('A',))
    """
    near = sorted(nearby, key=lambda one: (not one.is_inside, one.border_m, one.code))
    seen = [one for one in near if one.is_inside or one.border_m < error_m]
    home = min((one.code for one in seen if one.is_inside), default=None)
    return BorderCase(areas=tuple(one.code for one in seen), home=home)


def first_receiver(case: BorderCase, receipts: Iterable[Receipt]) -> str | None:
    """Tell who acts: of the areas that see the matter the one that received it first (首接负责); None while none has.

    Where two received it at the same instant, the one it lies in acts, or else the nearest.
    """
    counted = [receipt for receipt in receipts if receipt.area in case.areas]
    first = min(
        counted, key=lambda one: (one.received_at, one.area != case.home, case.areas.index(one.area)), default=None
    )
    return None if first is None else first.area
