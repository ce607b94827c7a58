"""What anybody may see of the city's work: how many reports and cases there are, and which, without a personal word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.cache import cache

from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.clock import local_date
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel

FIGURES_LAST_S = 30
"""How long the figures are shown before they are counted again: counting reads whole tables, and anybody may ask."""
LINES_ON_A_PAGE = 50

_UNPLACED_STATES = (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many reports of each kind and cases in each state there are, and how many cases have no place yet."""

    kinds: dict[str, int]
    states: dict[str, int]
    needs_location: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Line:
    """One report or case of a list. `kind` is the report's; `what` and `where` are None while nobody knows them."""

    uid: UUID
    kind: ReportKind | None
    number: str | None
    what: Named | None
    where: Named | None
    state: CaseState | ReportState
    received_on: date


@dataclass(frozen=True, slots=True)
class PublicList:
    """A page of a list, and after which line the next page begins; None on the last one."""

    lines: list[Line]
    next_after: UUID | None


def figures() -> Figures:
    """Return the figures, counted within the last half minute."""
    return cache.get_or_set("portal-figures", _count, FIGURES_LAST_S) or _count()


def cases_in(state: CaseState | None, *, after: UUID | None, at: datetime) -> PublicList:
    """Return the cases in a state, or in any, oldest first."""
    states = None if state is None else (state,)
    return _list_of(cases.page(states=states, after=after, limit=LINES_ON_A_PAGE + 1), at=at)


def cases_without_a_place(*, after: UUID | None, at: datetime) -> PublicList:
    """Return the cases whose place somebody has to find, oldest first."""
    found = cases.page(states=_UNPLACED_STATES, placed=False, after=after, limit=LINES_ON_A_PAGE + 1)
    return _list_of(found, at=at)


def reports_of(kind: ReportKind | None, *, after: UUID | None, at: datetime) -> PublicList:
    """Return the reports of a kind, or of any, oldest first."""
    return _list_of(intake.page(kind=kind, after=after, limit=LINES_ON_A_PAGE + 1), at=at)


def _count() -> Figures:
    return Figures(intake.counts_by_kind(), cases.state_counts(), cases.needs_location_count())


def _list_of(rows: list[CaseRow] | list[ReportRow], *, at: datetime) -> PublicList:
    zone = city().zone
    names = _Names(local_date(at, zone))
    shown = [
        Line(
            uid=row.uid,
            kind=None if isinstance(row, CaseRow) else row.kind,
            number=row.number,
            what=names.of_class(row.class_key),
            where=names.of_street(row.area),
            state=row.state,
            received_on=local_date(row.reported_at if isinstance(row, CaseRow) else row.received_at, zone),
        )
        for row in rows[:LINES_ON_A_PAGE]
    ]
    return PublicList(shown, shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None)


class _Names:
    """The names of classes, districts and streets as they are today."""

    def __init__(self, on: date) -> None:
        self._classes = {one.key: Named(one.zh, one.en) for one in norms.classes(on=on)}
        levels = (DivisionLevel.DISTRICT, DivisionLevel.STREET)
        divisions = [one for level in levels for one in places.divisions(on=on, level=level)]
        self._divisions = {one.code: Named(one.name_zh, one.name_en) for one in divisions}

    def of_class(self, key: str) -> Named | None:
        return self._classes.get(key)

    def of_street(self, area: str) -> Named | None:
        """Return the street of a division path and its district; never what lies below, where a door could be meant."""
        known = [self._divisions[code] for code in area.split("/") if code in self._divisions]
        if not known:
            return None
        return Named("".join(one.zh for one in known), ", ".join(one.en for one in reversed(known)))
