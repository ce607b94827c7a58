"""A flat chart of the city in metres, and true areas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gongzhi.kernel.geo import FLATTENING, SEMI_MAJOR_M, Point

Geometries = NDArray[np.object_]
_ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)


class Chart:
    """A flat chart around a middle: straight lines stay straight, and what touches goes on touching.

    Both scales are those of the middle: a city 60 km across is drawn true to 0.3 % at its edge, which is enough for
    tolerances and reaches. Areas that people read come from `areas_m2`.
    """

    def __init__(self, *, lon: float, lat: float) -> None:
        """Lay the chart around a middle."""
        squared = 1 - _ECCENTRICITY2 * math.sin(math.radians(lat)) ** 2
        meridian_m = SEMI_MAJOR_M * (1 - _ECCENTRICITY2) / squared**1.5
        parallel_m = SEMI_MAJOR_M / math.sqrt(squared) * math.cos(math.radians(lat))
        self._middle = np.array([lon, lat])
        self._metres = np.radians([1.0, 1.0]) * np.array([parallel_m, meridian_m])

    @classmethod
    def around(cls, geometries: ArrayLike) -> Chart:
        """Return the chart around the middle of what is to be drawn; nothing at all is drawn around 0,0."""
        drawn = np.asarray(geometries, dtype=object)
        west, south, east, north = shapely.total_bounds(drawn).tolist() if drawn.size else [math.nan] * 4
        if math.isnan(west):
            return cls(lon=0.0, lat=0.0)
        return cls(lon=(west + east) / 2, lat=(south + north) / 2)

    def metres(self, geometries: Any) -> Any:
        """Return one geometry or an array of them, from degrees to metres from the middle."""
        return shapely.transform(geometries, lambda corners: (corners - self._middle) * self._metres)

    def degrees(self, geometries: Any) -> Any:
        """Return one geometry or an array of them, from metres to degrees to 1e-7."""
        return shapely.transform(geometries, lambda corners: np.round(corners / self._metres + self._middle, 7))

    def offset_m(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.float64]:
        """Return pairs of degrees as rows of metres east and north of the middle."""
        pairs: NDArray[np.float64] = np.column_stack([np.asarray(lons), np.asarray(lats)])
        metres: NDArray[np.float64] = (pairs - self._middle) * self._metres
        return metres

    def point(self, east_m: float, north_m: float) -> Point:
        """Return the place so many metres east and north of the middle."""
        lon, lat = (np.array([east_m, north_m]) / self._metres + self._middle).tolist()
        return Point.from_degrees(lon, lat)


def middles(geometries: ArrayLike) -> NDArray[np.float64]:
    """Return the middle of each geometry as a row of longitude and latitude; not a number where there is none."""
    centres = shapely.centroid(np.asarray(geometries, dtype=object))
    there = ~(shapely.is_missing(centres) | shapely.is_empty(centres))
    found = np.full((centres.size, 2), math.nan)
    found[there] = shapely.get_coordinates(centres[there])
    return found


def areas_m2(geometries: ArrayLike) -> NDArray[np.float64]:
    """Return areas of geometries given in degrees, each by the scales at its own latitude.

    Good to 1e-5 for anything up to the size of a district.

    Example:
        >>> round(float(areas_m2([shapely.box(118.0, 24.0, 118.001, 24.001)])[0]))
        11270
    """
    drawn = np.asarray(geometries, dtype=object)
    phi = np.radians(np.nan_to_num(middles(drawn)[:, 1]))
    squared = 1 - _ECCENTRICITY2 * np.sin(phi) ** 2
    per_square_degree = np.radians(1.0) ** 2 * SEMI_MAJOR_M**2 * (1 - _ECCENTRICITY2) * np.cos(phi) / squared**2
    areas: NDArray[np.float64] = shapely.area(drawn) * per_square_degree
    return areas
