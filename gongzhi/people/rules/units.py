"""Units above and below one another, what they still hold, and how long a contract runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import UnitKind

DEEPEST_LEVEL = 3
"""Units of the first, second and third level stand under the bureaus of the city and of its districts."""
MOST_NAMED = 5


class UnitEnded(Refusal):
    """The unit does not exist any more at this time."""

    code = "unit-ended"


class UnitTooDeep(Refusal):
    """Under the city and its districts stand three levels of units, and no fourth."""

    code = "unit-too-deep"


class UnitBelowContractor(Refusal):
    """A contractor is hired as one; no unit of ours stands below it."""

    code = "unit-below-contractor"


class ContractMisplaced(Refusal):
    """Only a contractor has a contract."""

    code = "contract-misplaced"


class ContractOver(Refusal):
    """The contract has run out: nothing goes to this contractor any more."""

    code = "contract-over"


class UnitStillHolds(Refusal):
    """The unit still holds what somebody must answer for: it ends only with a successor."""

    code = "unit-still-holds"


class UnitSucceedsItself(Refusal):
    """A unit cannot take over from itself, nor from one that took over from it."""

    code = "unit-succeeds-itself"


class MemberStillHolds(Refusal):
    """The member still has work in hand: somebody must be named who takes it over."""

    code = "member-still-holds"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a unit or a member still has in hand: a kind of thing, how many, and some of them by their numbers."""

    thing: str
    count: int
    some: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it in short: `case 3 (2026-000001, 2026-000002)`."""
        named = ", ".join(self.some[:MOST_NAMED])
        return f"{self.thing} {self.count} ({named})" if named else f"{self.thing} {self.count}"


def in_short(holdings: Iterable[Holding]) -> str:
    """Return holdings as one line.

    Example:
        >>> in_short([Holding("case", 2, ("2026-000001",)), Holding("visit", 1)])
        'case 2 (2026-000001); visit 1'
    """
    return "; ".join(str(one) for one in holdings)


def levels(units: Mapping[str, tuple[str, str | None]]) -> dict[str, int]:
    """Return the level of each unit: how far it stands below the nearest bureau. Bureaus are of level 0.

    Args:
        units: kind of each unit and the code of the one above it.

    Example:
        >>> levels({"city": ("bureau", None), "brigade": ("brigade", "city"), "squadron": ("squadron", "brigade")})
        {'city': 0, 'brigade': 1, 'squadron': 2}
    """
    return {code: _level(code, units) for code in units}


def require_place_below(kind: str, *, above: str, units: Mapping[str, tuple[str, str | None]]) -> None:
    """Refuse a unit where none can stand. Raises: UnitBelowContractor, UnitTooDeep."""
    if units[above][0] == UnitKind.CONTRACTOR:
        raise UnitBelowContractor(unit=above)
    level = _level(above, units) + 1
    if kind != UnitKind.BUREAU and level > DEEPEST_LEVEL:
        raise UnitTooDeep(unit=above, level=level, most=DEEPEST_LEVEL)


def is_contract_over(until_at: datetime | None, *, at: datetime) -> bool:
    """Whether a contract has run out; one without an end never does."""
    return until_at is not None and until_at <= at


def _level(code: str, units: Mapping[str, tuple[str, str | None]]) -> int:
    level, seen = 0, {code}
    kind, above = units[code]
    while kind != UnitKind.BUREAU:
        level += 1
        if above is None or above not in units or above in seen:
            break
        seen.add(above)
        kind, above = units[above]
    return level
