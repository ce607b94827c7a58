"""What anybody may see of the city's work, without a personal word; and what a device has written and not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache

from gongzhi.base.crypto import decrypt, keyed_digest
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.clock import local_date
from gongzhi.parameters.queries import city
from gongzhi.portal.models import MonthCount, ReportDraft
from gongzhi.portal.names import Named, Names
from gongzhi.portal.publication import policies_of
from gongzhi.portal.rules import DraftUnknown, Sketch, read
from gongzhi.portal.states import Publication

FIGURES_LAST_S = 30
"""How long the figures are shown before they are counted again: counting reads whole tables, and anybody may ask."""
LINES_ON_A_PAGE = 50
DRAFT_LASTS = timedelta(days=1)
"""As long as an upload waits for somebody to claim it."""

_UNPLACED_STATES = (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many reports of each kind and cases in each state there are, and how many cases have no place yet."""

    kinds: dict[str, int]
    states: dict[str, int]
    needs_location: int


@dataclass(frozen=True, slots=True)
class Line:
    """One report or case of a list.

    Attributes:
        kind: the report's.
        what: its class; None while nobody knows it, or where it is nobody's business.
        where: its street; None likewise.
        is_secret: whether class and place are never published.
        has_page: whether anybody may read more of it than this line.
    """

    uid: UUID
    kind: ReportKind | None
    number: str | None
    what: Named | None
    where: Named | None
    state: CaseState | ReportState
    received_on: date
    is_secret: bool
    has_page: bool


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
    names, policies = Names(local_date(at, zone)), policies_of((row.class_key for row in rows), at=at)
    never = {key for key, policy in policies.items() if policy is Publication.NEVER}
    shown = [
        Line(
            uid=row.uid,
            kind=None if isinstance(row, CaseRow) else row.kind,
            number=row.number,
            what=None if (secret := row.class_key in never) else names.of_class(row.class_key),
            where=None if secret else names.of_street(row.area),
            state=row.state,
            received_on=local_date(row.reported_at if isinstance(row, CaseRow) else row.received_at, zone),
            is_secret=secret,
            has_page=isinstance(row, CaseRow) and row.class_key in policies.keys() - never,
        )
        for row in rows[:LINES_ON_A_PAGE]
    ]
    return PublicList(shown, shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None)


def months_counted(*, most: int, with_figures: bool = False) -> list[date]:
    """Return the months that were counted, the latest first, or only those in which anything happened."""
    found = MonthCount.objects.exclude(figures={}) if with_figures else MonthCount.objects.all()
    return list(found.order_by("-month").values_list("month", flat=True)[:most])


def month_count(month: date) -> tuple[datetime, dict[str, list[int]]] | None:
    """Return when a month was last counted, and its figures by `district|class`; None where nobody counted it."""
    found = MonthCount.objects.filter(month=month).first()
    return None if found is None else (found.counted_at, found.figures)


def draft(key: str, *, secret: str, at: datetime) -> Sketch:
    """Return what this device has told so far. Raises: DraftUnknown."""
    token = draft_token(key, secret=secret)
    row = ReportDraft.objects.filter(token=token, from_at__gt=at - DRAFT_LASTS).first() if secret else None
    if row is None:
        raise DraftUnknown(draft=key)
    return sketch_of(row)


def sketch_of(row: ReportDraft) -> Sketch:
    """Return what a draft holds."""
    return read(decrypt(bytes(row.sealed), bound_to=bound_to(row.token)))


def draft_token(key: str, *, secret: str) -> str:
    """Return under what a draft is kept: neither its address nor the table tells what the device holds."""
    return keyed_digest([key, secret], purpose="report-draft")


def bound_to(token: str) -> str:
    """Return the place to which the values of a draft are bound."""
    return f"report-draft/{token}"
