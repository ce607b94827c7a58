"""A city of squares, small enough to draw on a napkin."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.geo import Crs
from gongzhi.places import operations, queries
from gongzhi.places.operations import DivisionDraft, Imported
from gongzhi.places.states import DivisionLevel

SURVEYOR = Actor(id="surveyor", kind=ActorKind.MEMBER, post="administrator", unit="bureau")
IMPORTED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOUNDED_ON = date(2004, 1, 1)


def box(west: float, south: float, east: float, north: float) -> str:
    """Return the GeoJSON of a box."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return f'{{"type":"Polygon","coordinates":[{ring}]}}'


def draft(code: str, level: DivisionLevel, parent: str | None = None, **more) -> DivisionDraft:
    """Return a division with a name and a first day."""
    return DivisionDraft(
        **{"code": code, "level": level, "parent": parent, "name_zh": "区划" + code} | {"from_on": FOUNDED_ON} | more
    )


def napkin_city() -> list[DivisionDraft]:
    """Return a city of two districts side by side; the western one has two streets, one of them with a community.

    Longitudes run from 118.0 over the border at 118.1 to 118.2, latitudes from 24.0 to 24.1.
    """
    return [
        draft("C", DivisionLevel.CITY, outline=box(118.0, 24.0, 118.2, 24.1)),
        draft("W", DivisionLevel.DISTRICT, "C", outline=box(118.0, 24.0, 118.1, 24.1)),
        draft("E", DivisionLevel.DISTRICT, "C", outline=box(118.1, 24.0, 118.2, 24.1)),
        draft("W1", DivisionLevel.STREET, "W", outline=box(118.0, 24.0, 118.1, 24.05)),
        draft("W2", DivisionLevel.STREET, "W"),
        draft("W1a", DivisionLevel.COMMUNITY, "W1"),
    ]


def take_over(*drafts: DivisionDraft, crs: Crs = Crs.CGCS2000) -> Imported:
    """Import divisions as the surveyor."""
    return operations.import_divisions(
        drafts, source="napkin", crs=crs, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT
    )
