"""Near a border: how far a position may be wrong, who acts, and to whom the matter counts in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.places.states import PositionSource

ERROR_M: Final[Mapping[PositionSource, float]] = {
    PositionSource.SURVEYED: 1.0,
    PositionSource.DEVICE: 15.0,
    PositionSource.PINNED: 30.0,
    PositionSource.WORDS: 150.0,
    PositionSource.UNSAID: 50.0,
}
"""How far a position may be wrong where the one who gives it does not say: configured defaults.

Satellite receivers of phones are good to some 5 to 15 m under open sky and worse between tall houses.
"""

MOST_ERROR_M: Final = 2_000.0
"""A position that may be wrong by more than this names a quarter, not a place; it is taken as this much."""


_STEP_M: Final = 50


class AreaNotConcerned(Refusal):
    """The area is none of those that see the matter."""

    code = "border-area-not-concerned"


class BorderGroundsMissing(Refusal):
    """A ruling needs its grounds in words."""

    code = "border-grounds-missing"


class AlreadyReceived(Refusal):
    """Another area received the matter first, and acts."""

    code = "border-already-received"


@dataclass(frozen=True, slots=True)
class BorderFacts:
    """What a ruling looks at: the areas that see the matter, the one it names, and its grounds."""

    areas: tuple[str, ...]
    area: str
    grounds: str


def position_error_m(said_m: float | None, *, source: PositionSource) -> float:
    """Return how far a position may be wrong: as its source says, or as positions of its kind usually are.

    Example:
        >>> position_error_m(None, source=PositionSource.WORDS), position_error_m(8.0, source=PositionSource.DEVICE)
        (150.0, 8.0)
    """
    if said_m is None or not said_m >= 0:
        return ERROR_M[source]
    return min(said_m, MOST_ERROR_M)


def coarse_m(distance_m: int) -> int:
    """Return a distance as it may be kept in clear: rounded up to 50 m, for several exact ones would tell the place.

    Example:
        >>> coarse_m(0), coarse_m(12), coarse_m(50), coarse_m(51)
        (0, 50, 50, 100)
    """
    return -(-distance_m // _STEP_M) * _STEP_M


def grounds_given(facts: BorderFacts) -> None:
    """Refuse a ruling without grounds. Raises: BorderGroundsMissing."""
    if not says_something(facts.grounds):
        raise BorderGroundsMissing()


def area_is_concerned(facts: BorderFacts) -> None:
    """Refuse an area that does not see the matter. Raises: AreaNotConcerned."""
    if facts.area not in facts.areas:
        raise AreaNotConcerned(area=facts.area, areas=", ".join(facts.areas))
