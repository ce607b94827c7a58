"""Levels of the city's divisions, and how well a place is known."""

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


class PlaceState(StrEnum):
    """How well the place of a report is known.

    Attributes:
        LOCATED: the point lies in a division of the city.
        OUTSIDE: the point is on Earth, and not in the city: off the coast, in the next city, or where no outline is.
        IMPOSSIBLE: the coordinates are nowhere on Earth; they are kept as they came and there is no point.
        IN_WORDS: there is only the text of an address.
        UNKNOWN: nothing was said about the place.
    """

    LOCATED = "located"
    OUTSIDE = "outside"
    IMPOSSIBLE = "impossible"
    IN_WORDS = "in_words"
    UNKNOWN = "unknown"
