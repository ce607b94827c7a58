"""When the unit's clock stands still, how late it was, and that time runs forward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from gongzhi.kernel.refusals import Refusal


class HappenedBefore(Refusal):
    """A move cannot have happened before the one it follows."""

    code = "happened-before"


@dataclass(frozen=True, slots=True)
class Held:
    """One stage of a case, as far as the disposal clock asks: whether the unit has the work, or is on hold until when.

    Attributes:
        ended_at: None while the stage is open.
        hold_until_at: the granted end of a hold, None for every other stage.
    """

    started_at: datetime
    ended_at: datetime | None
    with_unit: bool
    hold_until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standstill:
    """A span in which the unit's clock stood still."""

    from_: datetime
    until: datetime


def standstills(stages: Iterable[Held], *, back_at: datetime | None = None) -> list[Standstill]:
    """Return the spans in which the work did not lie with the unit, in order.

    So review, check and the decision on a return do not count for the unit, and neither does a hold: until its granted
    end at most, however late somebody resumes. An open hold counts to its granted end.

    Args:
        stages: from the instant at which the disposal clock began, in order.
        back_at: when the work comes back to the unit; None leaves a span that is still open out.

    Source: hold 挂账 shifts the deadline by the paused time; the clock ends when the unit confirms its result.
    """
    spans: list[Standstill] = []
    left_at: datetime | None = None
    for one in stages:
        if one.with_unit:
            if left_at is not None and left_at < one.started_at:
                spans.append(Standstill(left_at, one.started_at))
            left_at = one.ended_at
        elif one.hold_until_at is not None:
            ended_at = one.ended_at or back_at or one.hold_until_at
            spans.append(Standstill(one.started_at, min(ended_at, one.hold_until_at)))
            left_at = None
    if left_at is not None and back_at is not None and left_at < back_at:
        spans.append(Standstill(left_at, back_at))
    return spans


def overtime_hundredths(used_s: int, limit_s: int) -> int:
    """Return the overtime multiple (used − limit) / limit in hundredths, never below zero.

    Source: statistics practice of digital urban management, rounded to two decimals at closing.

    Example:
        >>> overtime_hundredths(used_s=5400, limit_s=3600)
        50
    """
    if used_s <= limit_s:
        return 0
    exact = Decimal(used_s - limit_s) / Decimal(limit_s)
    return int((exact * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def require_order(at: datetime, *, not_before: datetime) -> None:
    """Refuse a move dated before the one it follows. Raises: HappenedBefore."""
    if at < not_before:
        raise HappenedBefore(at=at.isoformat(), not_before=not_before.isoformat())


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before its end somebody is warned of a limit: a share of it, at least and at most so long."""

    share_percent: int
    least: timedelta
    most: timedelta


def is_due_soon(at: datetime, *, started_at: datetime, due_at: datetime, lead: Lead) -> bool:
    """Whether a limit that has not run out ends soon. One too short for a warning of the least length never does.

    Example:
        >>> nine, ten, five_pm = (datetime.fromisoformat(f"2026-11-23T{hour}:00Z") for hour in ("09", "10", "17"))
        >>> lead = Lead(25, least=timedelta(minutes=20), most=timedelta(hours=24))
        >>> for left in (timedelta(hours=3), timedelta(hours=2)):
        ...     is_due_soon(five_pm - left, started_at=nine, due_at=five_pm, lead=lead)
        False
        True
        >>> is_due_soon(ten, started_at=nine, due_at=ten, lead=lead)
        False
    """
    left = min((due_at - started_at) * lead.share_percent / 100, lead.most)
    return left >= lead.least and due_at - left <= at <= due_at
