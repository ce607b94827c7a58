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
