"""Places on the Earth: points, coordinate systems, distances and cells.

Inside the house there is one system, CGCS2000, taken as equal to WGS-84 (they differ by centimetres to decimetres,
which matters to surveyors and not to a case). The shifted systems of Chinese web maps are converted at the door that
receives them: in Xiamen the shift is about 580 m, enough to put a case into another street.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Final, TypeVar

import numpy as np
from h3.api import basic_int, basic_str
from numpy.typing import ArrayLike, NDArray

from gongzhi.kernel.refusals import Refusal

Degrees = tuple[float, float]
"""Longitude, latitude."""

DegreesOfMany = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Longitudes and latitudes, of the same shape."""

E7: Final = 10_000_000
"""Coordinates are stored in units of 1e-7 degree (about 1 cm), so that rows and hashes agree."""

SEMI_MAJOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
SEMI_MINOR_M: Final = SEMI_MAJOR_M * (1 - FLATTENING)
MEAN_RADIUS_M: Final = 6_371_008.8

NEAR_RESOLUTION: Final = 10
"""H3 resolution of the cell column that answers "near": cells of about 1.5 ha."""

BLOCK_RESOLUTION: Final = 9
"""H3 resolution in which the public may see where a matter was solved: cells of about 10 ha, a few blocks of houses."""

COARSE_RESOLUTION: Final = 7
"""H3 resolution of the only place that enters the record in clear: cells of about 5 km2, home to thousands."""


class Crs(StrEnum):
    """The system in which a pair of degrees was given."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class ImpossiblePoint(Refusal):
    """No place on Earth has these coordinates: not a number, infinite, or out of range."""

    code = "impossible-point"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in CGCS2000 degrees, kept as integers of 1e-7 degree.

    Raises: ImpossiblePoint when it lies beyond 180 degrees of longitude or 90 of latitude.
    """

    lon_e7: int
    lat_e7: int

    def __post_init__(self) -> None:
        """Refuse a point that is nowhere on Earth."""
        if abs(self.lon_e7) > 180 * E7 or abs(self.lat_e7) > 90 * E7:
            raise ImpossiblePoint(lon=str(self.lon), lat=str(self.lat))

    @property
    def lon(self) -> float:
        """Degrees east of Greenwich."""
        return self.lon_e7 / E7

    @property
    def lat(self) -> float:
        """Degrees north of the equator."""
        return self.lat_e7 / E7

    @property
    def is_null_island(self) -> bool:
        """Whether this is 0,0, which a device sends when it knows no place. Callers treat it as none."""
        return self.lon_e7 == 0 and self.lat_e7 == 0

    @classmethod
    def from_degrees(cls, lon: float, lat: float) -> Point:
        """Return the point at a longitude and latitude given in CGCS2000 or WGS-84.

        Example:
            >>> Point.from_degrees(118.0894, 24.4798)
            Point(lon_e7=1180894000, lat_e7=244798000)
        """
        _require_possible(lon, lat)
        return cls(lon_e7=round(lon * E7), lat_e7=round(lat * E7))


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box of degrees, its edges included. It does not cross the date line."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lon: float, lat: float) -> bool:
        """Whether a longitude and latitude lie in the box."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


SHIFTED_AREA: Final = Bounds(west=72.004, south=0.8293, east=137.8347, north=55.8271)
"""Where GCJ-02 and BD-09 are shifted; elsewhere they are taken as equal to WGS-84."""


def to_point(lon: float, lat: float, *, crs: Crs) -> Point:
    """Return the place that a pair of degrees means in the system it was given in.

    Exact to 1e-10 degree before rounding. Within about 1 km of the edge of `SHIFTED_AREA`, where the shift begins in
    one step, a pair may mean two places; the pair's own side of the edge decides.

    Raises: ImpossiblePoint for a pair that is not a number, infinite or out of range.

    Example:
        >>> to_point(118.0943771, 24.4771532, crs=Crs.GCJ02)
        Point(lon_e7=1180894000, lat_e7=244798000)
    """
    _require_possible(lon, lat)
    return Point.from_degrees(*_unshifted(lon, lat, crs=crs))


def from_point(point: Point, *, crs: Crs) -> Degrees:
    """Return the degrees by which another system names a place.

    Example:
        >>> lon, lat = from_point(Point.from_degrees(118.0894, 24.4798), crs=Crs.GCJ02)
        >>> f"{lon:.7f} {lat:.7f}"
        '118.0943771 24.4771532'
    """
    if not SHIFTED_AREA.contains(point.lon, point.lat):
        return point.lon, point.lat
    match crs:
        case Crs.CGCS2000 | Crs.WGS84:
            return point.lon, point.lat
        case Crs.GCJ02:
            return _gcj02_from_wgs84(point.lon, point.lat)
        case Crs.BD09:
            return _bd09_from_wgs84(point.lon, point.lat)


def degrees_from(lons: ArrayLike, lats: ArrayLike, *, crs: Crs) -> DegreesOfMany:
    """Return what many pairs of degrees mean in CGCS2000: `to_point` for a whole layer, not rounded.

    Args:
        lons: longitudes as the system `crs` gives them; finite numbers that lie on Earth.
        lats: their latitudes, same shape.
    """
    return _for_many(lons, lats, crs=crs, towards_cgcs2000=True)


def degrees_in(lons: ArrayLike, lats: ArrayLike, *, crs: Crs) -> DegreesOfMany:
    """Return the degrees by which another system names many places: `from_point` for a whole layer."""
    return _for_many(lons, lats, crs=crs, towards_cgcs2000=False)


def looks_swapped(lon: float, lat: float, *, bounds: Bounds) -> bool:
    """Whether latitude and longitude were given the wrong way round.

    True when the pair lies outside the box and the swapped pair inside it.

    Example:
        >>> looks_swapped(24.48, 118.09, bounds=Bounds(117.8, 24.3, 118.5, 25.0))
        True
    """
    return not bounds.contains(lon, lat) and bounds.contains(lat, lon)


def distance_m(a: Point, b: Point) -> float:
    """Return the length of the shortest way between two places along the ellipsoid.

    Vincenty's inverse formula on WGS-84, good to 0.5 mm. Within about half a degree of the opposite side of the Earth,
    where it does not settle, the great circle on the mean sphere answers, good to 0.6 %.

    Source: T. Vincenty, Survey Review XXIII (176), 1975.

    Example:
        >>> round(distance_m(Point.from_degrees(0, 0), Point.from_degrees(1, 0)), 3)
        111319.491
    """
    if a == b:
        return 0.0
    reduced_a = math.atan((1 - FLATTENING) * math.tan(math.radians(a.lat)))
    reduced_b = math.atan((1 - FLATTENING) * math.tan(math.radians(b.lat)))
    sin_a, cos_a = math.sin(reduced_a), math.cos(reduced_a)
    sin_b, cos_b = math.sin(reduced_b), math.cos(reduced_b)
    lon_apart = math.radians(_lon_apart(b.lon - a.lon))
    turned = lon_apart
    for _ in range(_MOST_ROUNDS):
        sin_turned, cos_turned = math.sin(turned), math.cos(turned)
        sin_sigma = math.hypot(cos_b * sin_turned, cos_a * sin_b - sin_a * cos_b * cos_turned)
        cos_sigma = sin_a * sin_b + cos_a * cos_b * cos_turned
        if sin_sigma == 0:
            break
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_azimuth = cos_a * cos_b * sin_turned / sin_sigma
        cos2_azimuth = 1 - sin_azimuth**2
        cos_2mid = cos_sigma - 2 * sin_a * sin_b / cos2_azimuth if cos2_azimuth > _ON_THE_EQUATOR else 0.0
        c = FLATTENING / 16 * cos2_azimuth * (4 + FLATTENING * (4 - 3 * cos2_azimuth))
        before = turned
        turned = lon_apart + (1 - c) * FLATTENING * sin_azimuth * (
            sigma + c * sin_sigma * (cos_2mid + c * cos_sigma * (2 * cos_2mid**2 - 1))
        )
        if abs(turned) > math.pi:
            break
        if abs(turned - before) < _SETTLED_RAD:
            return _arc_length_m(sigma, sin_sigma, cos_sigma, cos_2mid, cos2_azimuth)
    return _great_circle_m(a, b)


def distances_m(origin: Point, lon_e7: ArrayLike, lat_e7: ArrayLike) -> NDArray[np.float64]:
    """Return the distances from one place to many nearby, for sorting candidates.

    The flat chart at the mean latitude, with the ellipsoid's own scales there: within 5 mm of `distance_m` at 10 km and
    within 0.5 m at 50 km, up to 65 degrees of latitude. Use `distance_m` for what is decided or recorded.

    Args:
        origin: the one place.
        lon_e7: longitudes of the others, in units of 1e-7 degree.
        lat_e7: their latitudes, same shape.
    """
    lon_apart = (np.asarray(lon_e7, dtype=np.float64) - origin.lon_e7) / E7
    lon_apart = (lon_apart + 180) % 360 - 180
    lat_apart = (np.asarray(lat_e7, dtype=np.float64) - origin.lat_e7) / E7
    mid_lat = np.radians(origin.lat + lat_apart / 2)
    squared = 1 - _ECCENTRICITY2 * np.sin(mid_lat) ** 2
    east_m = np.radians(lon_apart) * np.cos(mid_lat) * SEMI_MAJOR_M / np.sqrt(squared)
    north_m = np.radians(lat_apart) * SEMI_MAJOR_M * (1 - _ECCENTRICITY2) / squared**1.5
    distances: NDArray[np.float64] = np.hypot(east_m, north_m)
    return distances


def cell(point: Point, *, resolution: int = NEAR_RESOLUTION) -> str:
    """Return the H3 cell of a place, in its usual spelling.

    Example:
        >>> cell(Point.from_degrees(118.0894, 24.4798), resolution=7)
        '8741a54f4ffffff'
    """
    return str(basic_str.latlng_to_cell(point.lat, point.lon, resolution))


def cell_int(point: Point, *, resolution: int = NEAR_RESOLUTION) -> int:
    """Return the H3 cell of a place as the number a column stores: it fits into 63 bits."""
    return int(basic_int.latlng_to_cell(point.lat, point.lon, resolution))


def cells_within(point: Point, radius_m: float, *, resolution: int = NEAR_RESOLUTION) -> tuple[int, ...]:
    """Return cells that together hold every place within a radius; they reach somewhat further.

    From inside one cell the ring around it reaches one edge of a cell, each further ring one and a half more.

    Example:
        >>> len(cells_within(Point.from_degrees(118.0894, 24.4798), 50))
        7
    """
    edge_m = _SHORTEST_EDGE * basic_int.average_hexagon_edge_length(resolution, unit="m")
    rings = 1 + max(0, math.ceil((radius_m / edge_m - 1) / 1.5))
    return tuple(basic_int.grid_disk(cell_int(point, resolution=resolution), rings))


def wider_cell(cell_of_column: int, *, resolution: int) -> int:
    """Return the cell of a coarser resolution in which a stored cell lies.

    Example:
        >>> near = cell_int(Point.from_degrees(118.0894, 24.4798))
        >>> near in cells_inside(wider_cell(near, resolution=BLOCK_RESOLUTION))
        True
    """
    return int(basic_int.cell_to_parent(cell_of_column, resolution))


def cells_inside(wide_cell: int, *, resolution: int = NEAR_RESOLUTION) -> tuple[int, ...]:
    """Return the finer cells of which a cell is made; of one that is fine already, itself."""
    return tuple(basic_int.cell_to_children(wide_cell, resolution))


def centre_of_cell(number: int) -> Point:
    """Return the middle of a cell. Raises: ImpossiblePoint for a number that names none.

    Example:
        >>> centre_of_cell(cell_int(Point.from_degrees(118.0894, 24.4798)))
        Point(lon_e7=1180897838, lat_e7=244799026)
    """
    if not basic_int.is_valid_cell(number):
        raise ImpossiblePoint(lon=str(number), lat="")
    lat, lon = basic_int.cell_to_latlng(number)
    return Point.from_degrees(lon, lat)


def coarse_cell(point: Point) -> str:
    """Return the wide cell that may stand in the record in clear: it names a quarter, not a house."""
    return cell(point, resolution=COARSE_RESOLUTION)


Number = TypeVar("Number", float, NDArray[np.float64])

_SHORTEST_EDGE: Final = 0.68
"""The shortest edge of a cell anywhere on Earth, as a share of the average one of its resolution."""

_ECCENTRICITY2: Final = FLATTENING * (2 - FLATTENING)
_MOST_ROUNDS: Final = 200
_SETTLED_RAD: Final = 1e-12
_ON_THE_EQUATOR: Final = 1e-15
_SETTLED_DEGREES: Final = 1e-11

_KRASOVSKY_SEMI_MAJOR_M: Final = 6_378_245.0
_KRASOVSKY_ECCENTRICITY2: Final = 0.00669342162296594323
_BD09_WAVE: Final = math.pi * 3000 / 180


def _require_possible(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ImpossiblePoint(lon=str(lon), lat=str(lat))


def _unshifted(lon: float, lat: float, *, crs: Crs) -> Degrees:
    if not SHIFTED_AREA.contains(lon, lat):
        return lon, lat
    match crs:
        case Crs.CGCS2000 | Crs.WGS84:
            return lon, lat
        case Crs.GCJ02:
            return _solved(_gcj02_from_wgs84, lon, lat)
        case Crs.BD09:
            return _solved(_bd09_from_wgs84, lon, lat)


def _for_many(lons: ArrayLike, lats: ArrayLike, *, crs: Crs, towards_cgcs2000: bool) -> DegreesOfMany:
    lon, lat = np.array(lons, dtype=np.float64), np.array(lats, dtype=np.float64)
    if crs in (Crs.CGCS2000, Crs.WGS84):
        return lon, lat
    area = SHIFTED_AREA
    shifted = (area.west <= lon) & (lon <= area.east) & (area.south <= lat) & (lat <= area.north)
    forward = _gcj02_from_wgs84 if crs is Crs.GCJ02 else _bd09_from_wgs84
    given_lon, given_lat = lon[shifted], lat[shifted]
    if not towards_cgcs2000:
        lon[shifted], lat[shifted] = forward(given_lon, given_lat, np)
        return lon, lat
    guess_lon, guess_lat = given_lon.copy(), given_lat.copy()
    for _ in range(_MOST_ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat, np)
        guess_lon -= there_lon - given_lon
        guess_lat -= there_lat - given_lat
        if not np.any(np.maximum(abs(there_lon - given_lon), abs(there_lat - given_lat)) >= _SETTLED_DEGREES):
            break
    lon[shifted], lat[shifted] = guess_lon, guess_lat
    return lon, lat


def _solved(forward: Callable[[float, float], Degrees], lon: float, lat: float) -> Degrees:
    """Find the pair that `forward` takes to the given one; each round shrinks the error at least tenfold."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_MOST_ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon -= there_lon - lon
        guess_lat -= there_lat - lat
        if max(abs(there_lon - lon), abs(there_lat - lat)) < _SETTLED_DEGREES:
            break
    return guess_lon, guess_lat


def _gcj02_from_wgs84(lon: Number, lat: Number, by: ModuleType = math) -> tuple[Number, Number]:
    """Shift a pair as Chinese web maps do. The published formula and its constants; `by` computes one or many."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * by.sin(6 * math.pi * x) + 20 * by.sin(2 * math.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * by.sqrt(abs(x)) + ripple
    north += (20 * by.sin(math.pi * y) + 40 * by.sin(math.pi * y / 3)) * 2 / 3
    north += (160 * by.sin(math.pi * y / 12) + 320 * by.sin(math.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * by.sqrt(abs(x)) + ripple
    east += (20 * by.sin(math.pi * x) + 40 * by.sin(math.pi * x / 3)) * 2 / 3
    east += (150 * by.sin(math.pi * x / 12) + 300 * by.sin(math.pi * x / 30)) * 2 / 3
    phi = by.radians(lat)
    m = 1 - _KRASOVSKY_ECCENTRICITY2 * by.sin(phi) ** 2
    meridian_m = _KRASOVSKY_SEMI_MAJOR_M * (1 - _KRASOVSKY_ECCENTRICITY2) / (m * by.sqrt(m))
    parallel_m = _KRASOVSKY_SEMI_MAJOR_M / by.sqrt(m) * by.cos(phi)
    return lon + by.degrees(east / parallel_m), lat + by.degrees(north / meridian_m)


def _bd09_from_wgs84(lon: Number, lat: Number, by: ModuleType = math) -> tuple[Number, Number]:
    """Shift a pair as Baidu does: GCJ-02, then a further twist and offset."""
    lon, lat = _gcj02_from_wgs84(lon, lat, by)
    radius = by.hypot(lon, lat) + 0.00002 * by.sin(lat * _BD09_WAVE)
    angle = by.atan2(lat, lon) + 0.000003 * by.cos(lon * _BD09_WAVE)
    return radius * by.cos(angle) + 0.0065, radius * by.sin(angle) + 0.006


def _lon_apart(degrees: float) -> float:
    """Take a difference of longitudes the short way round."""
    return (degrees + 180) % 360 - 180


def _arc_length_m(sigma: float, sin_sigma: float, cos_sigma: float, cos_2mid: float, cos2_azimuth: float) -> float:
    u2 = cos2_azimuth * (SEMI_MAJOR_M**2 - SEMI_MINOR_M**2) / SEMI_MINOR_M**2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    inner = cos_sigma * (2 * cos_2mid**2 - 1) - b / 6 * cos_2mid * (4 * sin_sigma**2 - 3) * (4 * cos_2mid**2 - 3)
    return SEMI_MINOR_M * a * (sigma - b * sin_sigma * (cos_2mid + b / 4 * inner))


def _great_circle_m(a: Point, b: Point) -> float:
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(_lon_apart(b.lon - a.lon)) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * MEAN_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))
