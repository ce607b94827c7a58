"""Where things happen in a seeded city: at hot places again and again, elsewhere anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

import shapely

from benchmarks._copies import Spot
from gongzhi.intake import operations as intake
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, cell_int, coarse_cell
from gongzhi.parameters.queries import city
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel, PlaceState

HOT_PLACES = 40
ANYWHERE_SHARE = 0.4
AT_THE_SPOT_SHARE = 0.3
SPREAD_DEGREES = 0.0003
ADDRESSES = 1000
"""So many addresses in each district and class of area, hot places and their neighbours apart."""
NEAR_EACH = 12
LEAST_DIVISIONS = 3
FROM_BORDERS_M = 60.0


class Spots:
    """Draws places by district and class of area, so that whoever answered there answers here, too."""

    def __init__(self, *, at: datetime, chance: Random) -> None:
        """Begin with the districts as they are at an instant."""
        self._at_instant = at
        self._chance = chance
        on = local_date(at, city().zone)
        districts = [one.code for one in places.divisions(on=on, level=DivisionLevel.DISTRICT) if one.has_outline]
        self._boxes = {code: shapely.from_geojson(places.outline(code)).bounds for code in districts}
        self._known: dict[tuple[str, str, str], list[Spot]] = {}
        self._weights = [1 / rank for rank in range(1, HOT_PLACES + 1)]

    def anywhere(self) -> Spot:
        """Draw a place in a district drawn by lot."""
        while True:
            district = self._chance.choice(list(self._boxes))
            if (found := self._in_box(district)) is not None:
                return found

    def like(self, spot: Spot) -> Spot:
        """Draw an address in the same district and class of area: a hot place, one near it, or one anywhere."""
        hot = self._addresses("hot", like=spot, most=HOT_PLACES, draw=self._in_district)
        chosen = self._chance.choices(hot, self._weights[: len(hot)])[0]
        roll = self._chance.random()
        if roll < ANYWHERE_SHARE:
            return self._chance.choice(self._addresses("anywhere", like=spot, most=ADDRESSES, draw=self._in_district))
        if roll < ANYWHERE_SHARE + AT_THE_SPOT_SHARE:
            return chosen
        around = f"around {chosen.lon_e7} {chosen.lat_e7}"
        return self._chance.choice(self._addresses(around, like=chosen, most=NEAR_EACH, draw=self._near))

    def _addresses(self, sort: str, *, like: Spot, most: int, draw: Callable[[Spot], Spot | None]) -> list[Spot]:
        """Return the addresses of a sort, one more than the last time until there are enough; never none."""
        known = self._known.setdefault((_district(like), like.area_class, sort), [])
        if len(known) < most:
            drawn = draw(like)
            if drawn is not None and _alike(drawn, like):
                known.append(drawn)
        return known or [like]

    def _near(self, spot: Spot) -> Spot | None:
        lon, lat = (value / 1e7 + self._chance.gauss(0, SPREAD_DEGREES) for value in (spot.lon_e7, spot.lat_e7))
        return self._at(lon, lat)

    def _in_district(self, spot: Spot) -> Spot | None:
        return self._in_box(_district(spot))

    def _in_box(self, district: str) -> Spot | None:
        west, south, east, north = self._boxes[district]
        return self._at(self._chance.uniform(west, east), self._chance.uniform(south, north))

    def _at(self, lon: float, lat: float) -> Spot | None:
        """Return a place that the map knows well enough to find who answers, far from any border; None elsewhere."""
        found = intake.place_at(lon, lat, crs=Crs.CGCS2000, at=self._at_instant, error_m=FROM_BORDERS_M)
        if found.state is not PlaceState.LOCATED or found.others or found.point is None:
            return None
        if found.area.count("/") + 1 < LEAST_DIVISIONS:
            return None
        return Spot(
            lon_e7=found.point.lon_e7,
            lat_e7=found.point.lat_e7,
            cell=cell_int(found.point),
            coarse_cell=coarse_cell(found.point),
            division=found.division,
            area=found.area,
            area_class=found.area_class,
        )


def _district(spot: Spot) -> str:
    return spot.area.split("/")[1]


def _alike(one: Spot, other: Spot) -> bool:
    return _district(one) == _district(other) and one.area_class == other.area_class
