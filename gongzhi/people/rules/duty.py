"""Acting for another, and the nights in which urgent matters may lie in fewer hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.people.rules.powers import Crossing, Matter, within_area
from gongzhi.people.states import ADMINISTRATORS, ReviewOutcome


class OwnSubstitute(Refusal):
    """Nobody stands in for themself."""

    code = "own-substitute"


class SubstitutionOutside(Refusal):
    """The post that is to be taken care of is not held for all of that time."""

    code = "substitution-outside"


class AdministratorNotSubstituted(Refusal):
    """The powers of the three administrators lie with those who were appointed, and with nobody in their place."""

    code = "administrator-not-substituted"


class GroundsNeeded(Refusal):
    """Somebody must say why."""

    code = "grounds-needed"


class NightDutyTooLong(Refusal):
    """A night duty lasts no longer than the city allows."""

    code = "night-duty-too-long"


class NightDutyTooOften(Refusal):
    """Night duties follow one another so closely that hands would be relaxed by day as well."""

    code = "night-duty-too-often"


class NightDutyInThePast(Refusal):
    """A night duty is declared before it begins: nothing is excused afterwards."""

    code = "night-duty-in-the-past"


class NightDutyRunning(Refusal):
    """The night duty is looked back upon when it is over."""

    code = "night-duty-running"


class NightDutyOver(Refusal):
    """The night duty is over already."""

    code = "night-duty-over"


class OwnNightDuty(Refusal):
    """Whoever declared a night duty, or acted under it, does not review it."""

    code = "own-night-duty"


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """What the table of a credential looks at."""

    grounds: str = ""


@dataclass(frozen=True, slots=True)
class NightDutyFacts:
    """What the table of a night duty looks at."""

    until_at: datetime
    at: datetime
    outcome: ReviewOutcome | None = None
    words: str = ""


def grounds_given(facts: CredentialFacts) -> None:
    """Somebody says why. Raises: GroundsNeeded."""
    require_grounds(facts.grounds)


def require_grounds(grounds: str) -> None:
    """Refuse a change for which nobody says why. Raises: GroundsNeeded."""
    if not says_something(grounds):
        raise GroundsNeeded


def night_duty_over(facts: NightDutyFacts) -> None:
    """It is over. Raises: NightDutyRunning."""
    if facts.at < facts.until_at:
        raise NightDutyRunning


def outcome_in_words(facts: NightDutyFacts) -> None:
    """The one who looked back says what was found. Raises: GroundsNeeded."""
    if facts.outcome is None:
        raise GroundsNeeded
    require_grounds(facts.words)


def require_night(from_at: datetime, until_at: datetime, *, at: datetime, most_h: int) -> None:
    """Refuse a night that began before somebody declared it, or that lasts too long.

    Raises: NightDutyInThePast, NightDutyTooLong.
    """
    if from_at < at:
        raise NightDutyInThePast
    if until_at - from_at > timedelta(hours=most_h):
        raise NightDutyTooLong(most_h=most_h)


def require_nights_apart(spans: Iterable[tuple[datetime, datetime]], *, most_h: int) -> None:
    """Refuse nights in one place that cover more than the length of one night in any day and night.

    Example:
        >>> nine, day = datetime(2026, 11, 23, 9), timedelta(days=1)
        >>> night = (nine + day / 2, nine + day)
        >>> require_nights_apart([night, (night[0] + day, night[1] + day)], most_h=12)

    Raises: NightDutyTooOften.
    """
    covered: list[tuple[datetime, datetime]] = []
    for from_at, until_at in sorted(spans):
        if covered and from_at <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(until_at, covered[-1][1]))
        else:
            covered.append((from_at, until_at))
    for _, end in covered:
        begin = end - timedelta(days=1)
        within = [min(until_at, end) - max(from_at, begin) for from_at, until_at in covered if begin < until_at <= end]
        if sum(within, timedelta()) > timedelta(hours=most_h):
            raise NightDutyTooOften(most_h=most_h)


def may_be_relaxed(
    crossings: Iterable[Crossing], *, post: str | None, matter: Matter, area: str, declared_by: str
) -> bool:
    """Whether a night duty in an area lets an urgent matter lie in fewer hands.

    Never in the hands of the one who declared it, never what one of the three administrators does, and never what was
    declared firm, such as the review of an appeal.
    """
    if post in ADMINISTRATORS or any(one.firm or one.person == declared_by for one in crossings):
        return False
    return matter.urgent and bool(matter.area) and within_area(matter.area, [area])
