"""The times that a file does not have, invented by a stated rule. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongzhi.scenarios.replay.profile import Assumed, AssumedMove

CLOSE = "close"


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A move of a replayed case, and whether its instant is assumed or told by the file."""

    act: str
    at: datetime
    is_assumed: bool = True


def moves(assumed: Assumed, *, opened_at: datetime, closed_at: datetime | None, until: datetime) -> list[PlannedMove]:
    """Return the moves of a case after its opening, in order.

    A closed request has the whole way to its closing. An open one stays with the unit that is handling it, and the span
    in which its first moves are placed ends with the file.

    Args:
        assumed: the rule.
        opened_at: when the request was opened, as the file tells it.
        closed_at: when it was closed, or None.
        until: the last instant that the file tells of.

    Example:
        >>> from datetime import UTC
        >>> rule = Assumed([AssumedMove("accept", 100, 600)], [AssumedMove("confirm_result", 100, 60)])
        >>> opened, closed = datetime(2018, 1, 1, 9, tzinfo=UTC), datetime(2018, 1, 1, 10, tzinfo=UTC)
        >>> [(one.act, f"{one.at:%H:%M}") for one in moves(rule, opened_at=opened, closed_at=closed, until=closed)]
        [('accept', '09:06'), ('confirm_result', '09:59'), ('close', '10:00')]
    """
    span = (closed_at or until) - opened_at
    planned = [PlannedMove(act, opened_at + away) for act, away in _away(assumed.after_opening, span=span)]
    if closed_at is None:
        return planned
    planned += [PlannedMove(act, closed_at - away) for act, away in _away(assumed.before_closing, span=span)]
    return [*planned, PlannedMove(CLOSE, closed_at, is_assumed=False)]


def _away(rule: Sequence[AssumedMove], *, span: timedelta) -> Iterator[tuple[str, timedelta]]:
    """Yield each act with its distance from the end it is counted from, in whole seconds."""
    span_s = int(span.total_seconds())
    for one in rule:
        yield one.act, timedelta(seconds=min(span_s * one.permille // 1000, one.at_most_s))
