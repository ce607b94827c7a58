"""What every part of the demo's story shares: the city, its people, chance, and the time that passes."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import shapely

from gongzhi.evidence import operations as evidence
from gongzhi.intake.rules import Contact, GivenPlace
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Bounds, Point
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import CityRow, city
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel, PlaceState
from gongzhi.scenarios.pictures import picture
from gongzhi.scenarios.virtual_time import VirtualTime

STORY = timedelta(days=21)
SEED = 20261123


@dataclass
class Cast:
    """Who plays: the members of each post, looked up once."""

    at: datetime
    found: dict[tuple[str, str | None], list[Actor]] = field(default_factory=dict)

    def all(self, post: str, unit: str | None = None) -> list[Actor]:
        """Return the members in a post."""
        key = (post, unit)
        if key not in self.found:
            self.found[key] = [one.actor() for one in people.appointments(at=self.at, post=post, unit=unit)]
        return self.found[key]


@dataclass
class Story:
    """One run of the demo's story."""

    start: datetime
    now: datetime
    reports: int
    chance: random.Random
    time: VirtualTime
    cast: Cast
    city: CityRow
    bounds: list[Bounds]

    def one(self, post: str, unit: str | None = None) -> Actor:
        """Return somebody in a post."""
        return self.chance.choice(self.cast.all(post, unit))

    def after(self, at: datetime, *, least_min: float, most_min: float) -> datetime:
        """Return an instant some minutes later."""
        return at + timedelta(minutes=self.chance.uniform(least_min, most_min))

    def class_of(self, code: str) -> str | None:
        """Return the key of an event class in the city's catalogue; None where the city has no such class."""
        found = norms.find_class(self.city.standard_ref, "event", code)
        return None if found is None else found.key

    def place(self) -> GivenPlace:
        """Return a point in the city, in or near a district drawn by lot."""
        bounds = self.chance.choice(self.bounds)
        today = local_date(self.now, self.city.zone)
        while True:
            point = Point.from_degrees(
                self.chance.uniform(bounds.west, bounds.east), self.chance.uniform(bounds.south, bounds.north)
            )
            found = places.locate(point, on=today)
            if found.state is PlaceState.LOCATED and len(found.chain) > 2:
                return GivenPlace(lon=point.lon, lat=point.lat)

    def contact(self) -> Contact:
        """Return an invented name and number."""
        surname = self.chance.choice("陈林黄张李王吴蔡")
        return Contact(name=f"{surname}示例", phone=f"1380000{self.chance.randrange(10_000):04d}")

    def photo(self, by: Actor, at: datetime, *, tidy: bool) -> UUID:
        """Upload an invented photograph, and return its id."""
        data = picture(seed=self.chance.randrange(1 << 30), tidy=tidy)
        name = "处置后.png" if tidy else "现场.png"
        return evidence.store_file(io.BytesIO(data), content_type_declared="image/png", name=name, by=by, at=at).uid


def begin(*, now: datetime, reports: int) -> Story:
    """Return a story that ends now and in which nothing has happened yet."""
    here = city()
    districts = places.divisions(on=local_date(now, here.zone), level=DivisionLevel.DISTRICT)
    return Story(
        start=now - STORY,
        now=now,
        reports=reports,
        chance=random.Random(SEED),  # noqa: S311 - a story, not a secret
        time=VirtualTime(),
        cast=Cast(at=now),
        city=here,
        bounds=[_bounds(one.code) for one in districts if one.has_outline],
    )


def _bounds(code: str) -> Bounds:
    """Return the box around a division's outline."""
    west, south, east, north = shapely.from_geojson(places.outline(code)).bounds
    return Bounds(west=west, south=south, east=east, north=north)
