"""Reading reports."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import Finding
from gongzhi.base.crypto import keyed_digest
from gongzhi.cases import queries as cases
from gongzhi.cases.facts import CASE_NOT_ACCEPTED
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState
from gongzhi.intake import rules
from gongzhi.intake.models import Report, ReportCase
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.geo import Point
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.rules import Matter, Sight
from gongzhi.places import queries as places

HELD_NAMES = ("topic", "text", "address", "answer")
CONTACT_NAMES = ("contact_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as readers get it. `version` is what an operation takes as `seen`."""

    uid: UUID
    version: int
    number: str
    kind: ReportKind
    channel: str
    state: ReportState
    class_key: str
    place_state: str
    point: Point | None
    division: str
    area: str
    is_anonymous: bool
    is_released: bool
    reply_owed: bool
    reply_due_at: datetime | None
    replied_at: datetime | None
    received_at: datetime
    ended_at: datetime | None

    @property
    def stream(self) -> str:
        """The report's stream in the record."""
        return f"report:{self.uid}"


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reporter sees with number and query code: plain progress, no staff names, no free text of others.

    The one exception is `not_accepted_because`: why a case of theirs was not accepted, by the case's id.
    """

    number: str
    kind: ReportKind
    state: ReportState
    received_at: datetime
    reply_due_at: datetime | None
    answer: str | None
    cases: list[CaseRow]
    not_accepted_because: dict[UUID, str]


def report(uid: UUID | str) -> ReportRow:
    """Return a report.

    Raises: NotFound.
    """
    found = Report.objects.filter(uid=uid).first() if isinstance(uid, UUID) or is_id(uid) else None
    if found is None:
        raise NotFound(thing="report", code=str(uid))
    return report_row(found)


def page(
    *,
    after: UUID | None = None,
    limit: int = 50,
    state: ReportState | None = None,
    kind: ReportKind | None = None,
    sight: Sight | None = None,
) -> list[ReportRow]:
    """Return up to `limit` reports in the order in which they came in, after a given one, as far as sight reaches."""
    found = Report.objects.order_by("uid")
    if sight is not None and not sight.everywhere:
        found = found.filter(_in_sight(sight))
    if after is not None:
        found = found.filter(uid__gt=after)
    if state is not None:
        found = found.filter(state=state.value)
    if kind is not None:
        found = found.filter(kind=kind.value)
    return [report_row(one) for one in found[:limit]]


def matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return where several reports come from, by id. No unit answers for a report."""
    found = Report.objects.filter(uid__in=list(uids)).values_list("uid", "area")
    return {uid: Matter(area=area) for uid, area in found}


def words_of(reports: Iterable[ReportRow]) -> dict[UUID, dict[str, str]]:
    """Return the private words of reports: topic, text, address, answer. The caller has checked its reader's right."""
    rows = list(reports)
    held = audit.held_values([row.stream for row in rows], names=HELD_NAMES)
    return {row.uid: {name: str(value) for name, value in held.get(row.stream, {}).items()} for row in rows}


def masked_contacts_of(reports: Iterable[ReportRow]) -> dict[UUID, rules.Contact]:
    """Return who can be reached, with most of name and number hidden. Who left no contact is not among them.

    In clear a contact is shown by the operation `reveal_contact` alone.
    """
    rows = list(reports)
    held = audit.held_values([row.stream for row in rows], names=CONTACT_NAMES)
    return {
        row.uid: rules.Contact(
            name=rules.masked_name(str(kept.get("contact_name", ""))),
            phone=rules.masked_phone(str(kept.get("contact_phone", ""))),
        )
        for row in rows
        if (kept := held.get(row.stream))
    }


def cases_of(uid: UUID) -> list[CaseRow]:
    """Return the cases a report belongs to."""
    return cases.cases_of(ReportCase.objects.filter(report__uid=uid).values_list("case__uid", flat=True))


def cases_by_source_key(source: str) -> dict[str, UUID]:
    """Return the case that each report of a source opened or belongs to first, by the source's own key."""
    links = ReportCase.objects.filter(report__source=source).order_by("-id")
    return dict(links.values_list("report__source_key", "case__uid"))


def reports_of(case: UUID) -> list[ReportRow]:
    """Return the reports that belong to a case, first received first."""
    uids = ReportCase.objects.filter(case__uid=case).values_list("report__uid", flat=True)
    return [report_row(one) for one in Report.objects.filter(uid__in=uids).order_by("received_at", "id")]


def code_of(uid: UUID) -> str:
    """Return the query code of a report. It is derived, so it is kept nowhere."""
    return rules.query_code(keyed_digest(str(uid), purpose="query-code"))


def follow(number: str, *, code: str) -> Followed:
    """Return a report's progress for the person who holds its query code.

    Raises: NotFound for a wrong number and for a wrong code alike.
    """
    found = Report.objects.filter(number=rules.as_typed(number)).first()
    given = rules.as_typed(code).encode("utf-8", "replace")
    if found is None or not hmac.compare_digest(code_of(found.uid).encode(), given):
        raise NotFound(thing="report", code=number)
    row = report_row(found)
    answer = words_of([row])[row.uid].get("answer")
    its_cases = cases_of(row.uid)
    return Followed(
        number=row.number,
        kind=row.kind,
        state=row.state,
        received_at=row.received_at,
        reply_due_at=row.reply_due_at,
        answer=answer,
        cases=its_cases,
        not_accepted_because={one.uid: grounds for one in its_cases if (grounds := _why_not_accepted(one)) is not None},
    )


def _why_not_accepted(case: CaseRow) -> str | None:
    """Return the grounds that were given when a case was not accepted, and no words of any other entry."""
    if case.state is not CaseState.NOT_ACCEPTED:
        return None
    seq = [one.seq for one in audit.entries_of(case.stream) if one.type == CASE_NOT_ACCEPTED.name][-1]
    grounds = audit.held_by_entry(case.stream, names=["grounds"]).get(seq, {}).get("grounds")
    return None if grounds is None else str(grounds)


def counts_by_kind() -> dict[str, int]:
    """Return how many reports of each kind there are."""
    return dict(Report.objects.values_list("kind").annotate(Count("id")).order_by("kind"))


def check_cells() -> Iterator[Finding]:
    """Compute every report's cell again from its coordinates."""
    return places.wrong_cells(Report._base_manager.all())


def _in_sight(sight: Sight) -> Q:
    """Return what lies in an actor's areas. No unit answers for a report, so a power over units shows none."""
    seen = Q(pk__in=[])
    for area in sight.areas:
        seen |= Q(area=area) | Q(area__startswith=f"{area}/")
    return seen


def report_row(one: Report) -> ReportRow:
    """Return a report's plain row."""
    return ReportRow(
        uid=one.uid,
        version=one.version,
        number=one.number,
        kind=ReportKind(one.kind),
        channel=one.channel,
        state=ReportState(one.state),
        class_key=one.class_key,
        place_state=one.place_state,
        point=None if one.lon_e7 is None or one.lat_e7 is None else Point(one.lon_e7, one.lat_e7),
        division=one.division,
        area=one.area,
        is_anonymous=one.is_anonymous,
        is_released=one.is_released,
        reply_owed=one.reply_owed,
        reply_due_at=one.reply_due_at,
        replied_at=one.replied_at,
        received_at=one.received_at,
        ended_at=one.ended_at,
    )
