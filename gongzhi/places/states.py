"""Levels of the city's divisions, how strictly they are managed, and how well a place is known."""

from __future__ import annotations

from enum import StrEnum


class DivisionLevel(StrEnum):
    """The steps from the city down to the neighbourhood, widest first.

    Source: GB/T 2260 (districts), GB/T 10114 (streets and towns); communities by the statistical codes.
    """

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"

    @property
    def depth(self) -> int:
        """How many levels lie above this one."""
        return list(DivisionLevel).index(self)


class AreaClass(StrEnum):
    """How strictly a part of the city is managed; limits and filing conditions may differ by it.

    Attributes:
        ANY: nothing is said. For a division: as the one above it. For a condition or limit: it holds everywhere.

    Source: the sets of limits in CJ/T 315 and its successors; classes A core, B general, C fringe as cities use them.
    """

    ANY = ""
    CORE = "A"
    GENERAL = "B"
    FRINGE = "C"


class PlaceState(StrEnum):
    """How well the place of a report is known.

    Attributes:
        LOCATED: the point lies in a division of the city.
        OUTSIDE: the point is on Earth, and not in the city: off the coast, in the next city, or where no outline is.
        IMPOSSIBLE: the coordinates are nowhere on Earth; they are kept as they came and there is no point.
        IN_WORDS: there is only the text of an address.
        UNKNOWN: nothing was said about the place.
        ERASED: it was known, and was erased by a rule; only the division is left.
    """

    LOCATED = "located"
    OUTSIDE = "outside"
    IMPOSSIBLE = "impossible"
    IN_WORDS = "in_words"
    UNKNOWN = "unknown"
    ERASED = "erased"


class KnownLayer(StrEnum):
    """The layers that the product itself reads. A city names further layers as it likes; they are kept and searched.

    Attributes:
        UNIT_GRIDS: the cells of about a hectare into which communities are cut, by their 15-digit code 单元网格.
        RESPONSIBILITY_GRIDS: groups of unit grids that somebody answers for 责任网格.
        OVERLAYS: areas that outrank the tree of divisions: islands, stations, airports, development zones.
        BUILDINGS: buildings with their floors and rooms.
        NAMES: the city's own list of names of places, former names included.
    """

    UNIT_GRIDS = "unit-grids"
    RESPONSIBILITY_GRIDS = "responsibility-grids"
    OVERLAYS = "overlays"
    BUILDINGS = "buildings"
    NAMES = "names"


class OverlayKind(StrEnum):
    """What an area is that outranks the tree."""

    ISLAND = "island"
    STATION = "station"
    AIRPORT = "airport"
    PORT = "port"
    DEVELOPMENT_ZONE = "development_zone"
    OTHER = "other"


class BuildingPart(StrEnum):
    """What of a building a feature is, the whole first."""

    BUILDING = "building"
    FLOOR = "floor"
    ROOM = "room"

    @property
    def depth(self) -> int:
        """How many parts this one lies in."""
        return list(BuildingPart).index(self)


class PositionSource(StrEnum):
    """How the position of a report came about: it tells how far it may be wrong.

    Attributes:
        SURVEYED: measured, or read off a component of the city whose place is known.
        DEVICE: the satellite position of a device on the spot.
        PINNED: somebody put a pin on a map.
        WORDS: found from the words of an address.
        UNSAID: nobody said.
    """

    SURVEYED = "surveyed"
    DEVICE = "device"
    PINNED = "pinned"
    WORDS = "words"
    UNSAID = "unsaid"


class BorderState(StrEnum):
    """How far a matter near a border is.

    Attributes:
        SEEN: every area within reach of its position sees it, and none has taken it.
        TAKEN: the area that received it first acts (首接负责).
        SETTLED: a ruling says to which area it counts.
    """

    SEEN = "seen"
    TAKEN = "taken"
    SETTLED = "settled"


class PlateState(StrEnum):
    """Whether a place code 位置码 still stands for its place.

    Attributes:
        IN_USE: whoever scans it reports from there.
        ENDED: its plate is gone or wrong; the code is never given out again.
    """

    IN_USE = "in_use"
    ENDED = "ended"


class PlateKind(StrEnum):
    """Where the plate of a place code hangs."""

    STOP = "stop"
    GATE = "gate"
    SHOP = "shop"
    SITE = "site"
    INDOOR = "indoor"
    POLE = "pole"
    OTHER = "other"


class PlateEnding(StrEnum):
    """Why a place code ended.

    Attributes:
        REMOVED: the plate was taken down.
        MOVED: the shop, the site or the stop is elsewhere now.
        LOST: the plate was lost or broken; another code hangs there.
        WRONG: the code stood for another place than the one where the plate hangs.
    """

    REMOVED = "removed"
    MOVED = "moved"
    LOST = "lost"
    WRONG = "wrong"
