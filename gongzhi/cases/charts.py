"""Cases by place and by how they stand, for maps and the lists beside them: counted in one query, read page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from gongzhi.cases.models import Case
from gongzhi.cases.queries import CaseRow, case_row
from gongzhi.cases.states import CLOSINGS, CaseState, ClosingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Cases that a map may show: of some classes, in some states, perhaps only in some cells or below a division.

    Attributes:
        classes: their keys.
        states: where they are.
        seen_solved: whether somebody went there and saw the matter solved; None for both.
        cells: the only fine cells in which they lie.
        area: path of the only division in which they lie.
        has_cell: whether they have a point at all; None for both.
    """

    classes: Sequence[str]
    states: Sequence[CaseState]
    seen_solved: bool | None = None
    cells: Sequence[int] | None = None
    area: str = ""
    has_cell: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """How many cases of a class lie in a fine cell of a division in one state."""

    area: str
    cell: int | None
    class_key: str
    state: CaseState
    seen_solved: bool
    count: int


class Milestone(StrEnum):
    """What a case reaches, each on a day of its own.

    Attributes:
        REPORTED: it became known.
        ACCEPTED: an acceptor accepted it.
        FILED: a shift leader filed it.
        CLOSED: it was closed, in whatever way.
        FIXED: it was closed, and somebody went there and saw it solved.
        ON_TIME: it was closed, and its disposal was not late.
        REOPENED: it was opened again, the last time on that day.
    """

    REPORTED = "reported"
    ACCEPTED = "accepted"
    FILED = "filed"
    CLOSED = "closed"
    FIXED = "fixed"
    ON_TIME = "on_time"
    REOPENED = "reopened"


SEEN_SOLVED = Q(needs_visit=True) | Q(closing_type=ClosingType.SELF_HANDLED.value)
"""A checker went there, or a collector solved it on the spot: elsewhere only photographs were looked at."""


def is_seen_solved(row: CaseRow) -> bool:
    """Whether somebody on the spot saw a closed case solved."""
    return row.needs_visit or row.closing_type == ClosingType.SELF_HANDLED.value


def groups(*, states: Iterable[CaseState], since: datetime) -> list[Group]:
    """Count the cases in some states that moved since an instant, by place, class and state."""
    found = (
        _moved(states, since)
        .values_list("area", "cell", "class_key", "state", "needs_visit", "closing_type")
        .annotate(Count("id"))
        .order_by()
    )
    return [
        Group(area, cell, key, CaseState(state), visited or closing == ClosingType.SELF_HANDLED.value, count)
        for area, cell, key, state, visited, closing, count in found
    ]


def newest(any_of: Iterable[Wanted], *, since: datetime, first: int, most: int) -> list[CaseRow]:
    """Return the cases that fit any of what is wanted, those that moved last first, from the `first`th on."""
    wanted = list(any_of)
    fits = Q(pk__in=[])
    for one in wanted:
        fits |= _fits(one)
    states = {state for one in wanted for state in one.states}
    found = _moved(states, since).filter(fits).order_by("-moved_at", "-id")
    return [case_row(one) for one in found[first : first + most]]


def milestones(*, from_at: datetime, until_at: datetime) -> list[tuple[str, str, dict[Milestone, int]]]:
    """Count what cases reached in a span, by division path and class: one query, which reads the whole table."""
    reached = {one: _reached(one, from_at, until_at) for one in Milestone}
    any_of = Q(pk__in=[])
    for fits in reached.values():
        any_of |= fits
    counts = {one.value: Count("id", filter=fits) for one, fits in reached.items()}
    found = Case.objects.filter(any_of).values("area", "class_key").annotate(**counts).order_by()
    return [(row["area"], row["class_key"], {one: row[one.value] for one in Milestone}) for row in found]


def reached(
    what: Milestone,
    *,
    from_at: datetime,
    until_at: datetime,
    area: str = "",
    classes: Sequence[str],
    first: int,
    most: int,
) -> list[CaseRow]:
    """Return the cases of some classes that reached something in a span, as they were opened, from the `first`th on."""
    found = Case.objects.filter(_reached(what, from_at, until_at), class_key__in=list(classes)).order_by("uid")
    if area:
        found = found.filter(Q(area=area) | Q(area__startswith=f"{area}/"))
    return [case_row(one) for one in found[first : first + most]]


def _reached(what: Milestone, from_at: datetime, until_at: datetime) -> Q:
    def on(column: str) -> Q:
        return Q(**{f"{column}__gte": from_at, f"{column}__lt": until_at})

    ended = on("ended_at") & Q(state__in=[one.value for one in CLOSINGS])
    match what:
        case Milestone.REPORTED:
            return on("reported_at") & ~Q(state=CaseState.VOID.value)
        case Milestone.ACCEPTED:
            return on("accepted_at")
        case Milestone.FILED:
            return on("filed_at")
        case Milestone.CLOSED:
            return ended
        case Milestone.FIXED:
            return on("ended_at") & Q(state=CaseState.CLOSED.value) & SEEN_SOLVED
        case Milestone.ON_TIME:
            return on("ended_at") & Q(state=CaseState.CLOSED.value) & (Q(is_late=False) | Q(late_exempted=True))
        case Milestone.REOPENED:
            return on("clock_from_at") & Q(reopen_count__gt=0)


def _moved(states: Iterable[CaseState], since: datetime) -> QuerySet[Case]:
    return Case.objects.filter(state__in=sorted(one.value for one in states), moved_at__gte=since)


def _fits(one: Wanted) -> Q:
    fits = Q(class_key__in=list(one.classes), state__in=[state.value for state in one.states])
    if one.seen_solved is not None:
        fits &= SEEN_SOLVED if one.seen_solved else ~SEEN_SOLVED
    if one.cells is not None:
        fits &= Q(cell__in=list(one.cells))
    if one.area:
        fits &= Q(area=one.area) | Q(area__startswith=f"{one.area}/")
    if one.has_cell is not None:
        fits &= Q(cell__isnull=not one.has_cell)
    return fits
