"""Reading reports."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import Finding
from gongzhi.base.crypto import keyed_digest
from gongzhi.cases import queries as cases
from gongzhi.cases.facts import CASE_NOT_ACCEPTED
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ENDS, CaseState
from gongzhi.intake import rules
from gongzhi.intake.models import ContactAttempt, Objection, Rating, Reply, Report, ReportCase, StuckMark
from gongzhi.intake.states import ObjectionState, ReplyState, ReportKind, ReportState
from gongzhi.kernel.geo import Point
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices.registry import Found
from gongzhi.notices.rules import AddressUnusable, require_address
from gongzhi.notices.states import Carrier, RecipientKind
from gongzhi.people.rules import Matter, Sight
from gongzhi.places import queries as places

HELD_NAMES = ("topic", "text", "address", "answer", "draft")
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
    round: int
    reply_due_at: datetime | None
    replied_at: datetime | None
    received_at: datetime
    ended_at: datetime | None

    @property
    def stream(self) -> str:
        """The report's stream in the record."""
        return f"report:{self.uid}"


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """The duty to answer a report, and how it was met: ours and the neighbour's date, and who held it when one ran out.

    `late_post` and `outer_late_post` are empty while nothing is late.
    """

    round: int
    state: ReplyState
    due_at: datetime | None
    outer_due_at: datetime | None
    asked_until: datetime | None
    extensions: int
    drafted_at: datetime | None
    approved_at: datetime | None
    sent_at: datetime | None
    way: str
    late_at: datetime | None
    late_post: str
    late_unit: str
    outer_late_at: datetime | None
    outer_late_post: str
    outer_late_unit: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One attempt to speak to a reporter, without what was said."""

    round: int
    way: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RatingRow:
    """How satisfied a reporter is, from one to five; None where they did not say."""

    round: int
    through: str
    result: int | None
    service: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection to a refused matter, and what was said to it once it is decided."""

    uid: UUID
    case: UUID
    state: ObjectionState
    made_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    is_late: bool
    decision: str | None


@dataclass(frozen=True, slots=True)
class StuckMarkRow:
    """What no timer could mark as late: since when, how often it was tried, what stops it."""

    what: str
    of: UUID
    since: datetime
    next_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class HeldBy:
    """The post, and the unit where it is one of many, that has something in hand."""

    post: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reporter sees with number and query code: plain progress, no staff names, no free text of others.

    The one exception is `not_accepted_because`: why a case of theirs was not accepted, by the case's id.
    """

    uid: UUID
    version: int
    number: str
    kind: ReportKind
    state: ReportState
    received_at: datetime
    reply_due_at: datetime | None
    answer: str | None
    cases: list[CaseRow]
    not_accepted_because: dict[UUID, str]
    objections: list[ObjectionRow]
    rating: RatingRow | None


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
        found = found.filter(in_sight(sight))
    if after is not None:
        found = found.filter(uid__gt=after)
    if state is not None:
        found = found.filter(state=state.value)
    if kind is not None:
        found = found.filter(kind=kind.value)
    return [report_row(one) for one in found[:limit]]


def matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return who sees several reports, by id. No unit answers for a report."""
    return seen_matters(Report.objects.filter(uid__in=list(uids)).values_list("uid", "area"))


def seen_matters(areas: Iterable[tuple[UUID, str]]) -> dict[UUID, Matter]:
    """Return what a power to read several reports looks at, by id: where each lies, and who sees it beyond a border.

    A report of which a case was made is seen by whoever sees the case near a border.
    """
    known = dict(areas)
    cases_of_report: dict[UUID, list[UUID]] = {}
    for uid, case in links().filter(report__uid__in=list(known)).values_list("report__uid", "case__uid"):
        cases_of_report.setdefault(uid, []).append(case)
    asked = [*known, *(case for its_cases in cases_of_report.values() for case in its_cases)]
    beyond = places.areas_that_see(asked)
    return {
        uid: Matter(
            area=area,
            beyond=tuple(path for one in (uid, *cases_of_report.get(uid, ())) for path in beyond.get(one, ())),
        )
        for uid, area in known.items()
    }


def seen_matter(row: ReportRow) -> Matter:
    """Return what a power to read one report looks at."""
    return seen_matters([(row.uid, row.area)])[row.uid]


def acting_matter(uid: UUID, area: str) -> Matter:
    """Return what a power to act on a report looks at: near a border the division that received it first acts.

    Of a report with several cases that is the one that received any of them first.
    """
    taken = places.taken_by([uid, *links().filter(report__uid=uid).values_list("case__uid", flat=True)])
    return Matter(area=next(iter(taken.values()), area))


def acting_matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return where several reports lie for whoever acts, by id, as `acting_matter` does for one."""
    areas = dict(Report.objects.filter(uid__in=list(uids)).values_list("uid", "area"))
    of_report: dict[UUID, set[UUID]] = {uid: {uid} for uid in areas}
    for uid, case in links().filter(report__uid__in=list(areas)).values_list("report__uid", "case__uid"):
        of_report[uid].add(case)
    taken = places.taken_by({one for its in of_report.values() for one in its})
    return {
        uid: Matter(area=next((path for one, path in taken.items() if one in of_report[uid]), area))
        for uid, area in areas.items()
    }


def areas_to_tell(row: ReportRow) -> tuple[str, ...]:
    """Return the paths of the divisions whose people are told of a report: of the one that acts.

    Near a border, while none has received it, those of every division that sees it.
    """
    its_cases = links().filter(report__uid=row.uid).values_list("case__uid", flat=True)
    return places.areas_to_tell([row.uid, *its_cases], row.area)


def words_of(reports: Iterable[ReportRow]) -> dict[UUID, dict[str, str]]:
    """Return the private words of reports: topic, text, address, answer. The caller has checked its reader's right."""
    rows = list(reports)
    held = audit.held_values([row.stream for row in rows], names=HELD_NAMES)
    return {row.uid: {name: str(value) for name, value in held.get(row.stream, {}).items()} for row in rows}


def where_to_reach(report: str, at: datetime) -> Found | None:
    """Return the number that a reporter left; None when it was erased. Only for the moment at which a message goes out.

    A number that no message reaches counts as none.
    """
    kept = audit.held_values([f"report:{report}"], names=["contact_phone"]).get(f"report:{report}")
    if not kept:
        return None
    try:
        phone = require_address(Carrier.SMS, str(kept["contact_phone"]), whose=RecipientKind.ADDRESSEE)
    except AddressUnusable:
        phone = ""
    return Found(phone=phone)


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


def links() -> QuerySet[ReportCase]:
    """Return the links between reports and cases that hold."""
    return ReportCase.objects.filter(ended_at=None)


def open_reply(report: UUID, *, round_: int) -> Reply | None:
    """Return the reply of a report in a round, for the operations of this room."""
    return Reply.objects.filter(report__uid=report, round=round_).first()


def replies_of(report: UUID) -> list[ReplyRow]:
    """Return the duties to answer a report, one for each round, the present one last."""
    return [reply_row(one) for one in Reply.objects.filter(report__uid=report).order_by("round")]


def replies_due(*, before: datetime | None = None, limit: int = 50) -> list[tuple[ReportRow, ReplyRow]]:
    """Return the answers that are still to be sent, the one that is due first first; with a date, only those until it.

    What is due is the earlier of our own date and the neighbour's.
    """
    unsent = [ReplyState.OWED.value, ReplyState.DRAFTED.value, ReplyState.APPROVED.value]
    found = Reply.objects.filter(state__in=unsent).select_related("report")
    if before is not None:
        found = found.filter(Q(due_at__lte=before) | Q(outer_due_at__lte=before))
    return [(report_row(one.report), reply_row(one)) for one in found.order_by("due_at", "id")[:limit]]


def supplements_of(report: UUID) -> list[tuple[datetime, str]]:
    """Return what was added to a report, and when, in order. The caller has checked its reader's right."""
    return _said_by_turn(report, "supplement")


def reopenings_of(report: UUID) -> list[tuple[datetime, str]]:
    """Return why a reporter wanted it reopened, and when, in order. The caller has checked its reader's right."""
    return _said_by_turn(report, "reopening")


def _said_by_turn(report: UUID, name: str) -> list[tuple[datetime, str]]:
    stream = f"report:{report}"
    said = audit.held_by_entry(stream, names=[name])
    if not said:
        return []
    return [(one.at, str(said[one.seq][name])) for one in audit.entries_of(stream) if one.seq in said]


def attempts_of(report: UUID) -> list[ContactRow]:
    """Return the attempts to speak to a reporter, in order."""
    found = ContactAttempt.objects.filter(report__uid=report).order_by("id")
    return [ContactRow(round=one.round, way=one.way, outcome=one.outcome, at=one.at) for one in found]


def ratings_of(report: UUID) -> list[RatingRow]:
    """Return how a reporter judged result and service, in order."""
    found = Rating.objects.filter(report__uid=report).order_by("id")
    return [
        RatingRow(round=one.round, through=one.through, result=one.result, service=one.service, at=one.at)
        for one in found
    ]


def objections_of(report: UUID) -> list[ObjectionRow]:
    """Return a reporter's objections, each with the words of its decision."""
    found = list(Objection.objects.filter(report__uid=report).order_by("id"))
    said = {} if not found else audit.held_values([f"report:{report}"], names=[decision_name(one) for one in found])
    words = said.get(f"report:{report}", {})
    return [
        ObjectionRow(
            uid=one.uid,
            case=one.case_id,
            state=ObjectionState(one.state),
            made_at=one.made_at,
            due_at=one.due_at,
            decided_at=one.decided_at,
            is_late=one.is_late,
            decision=None if (kept := words.get(decision_name(one))) is None else str(kept),
        )
        for one in found
    ]


def stuck_marks() -> list[StuckMarkRow]:
    """Return what no timer could mark as late, the longest stuck first."""
    found = StuckMark.objects.order_by("since", "of")
    return [StuckMarkRow(one.what, one.of, one.since, one.next_at, one.attempts, one.error) for one in found]


def drafted_words(stream: str) -> str:
    """Return the words of the answer that was written last; empty where none is."""
    return str(audit.held_values([stream], names=["draft"]).get(stream, {}).get("draft", ""))


def decision_name(objection: Objection) -> str:
    """Return the name under which the decision on an objection is held, so that each keeps its own."""
    return f"decision/{objection.uid}"


def holder_now(row: Report, state: ReplyState) -> HeldBy:
    """Return who has a report's answer in hand: whoever holds its first open case, else whoever writes or approves."""
    for one in cases_of(row.uid):
        if one.state not in ENDS:
            stages = [stage for stage in cases.stages(one.uid) if stage.ended_at is None]
            return HeldBy(stages[-1].holder_post, stages[-1].holder_unit)
    return HeldBy(rules.holder_of(state))


def cases_of(uid: UUID) -> list[CaseRow]:
    """Return the cases a report belongs to."""
    return cases.cases_of(links().filter(report__uid=uid).values_list("case__uid", flat=True))


def cases_by_source_key(source: str) -> dict[str, UUID]:
    """Return the case that each report of a source opened or belongs to first, by the source's own key."""
    found = links().filter(report__source=source).order_by("-id")
    return dict(found.values_list("report__source_key", "case__uid"))


def reports_of(case: UUID) -> list[ReportRow]:
    """Return the reports that belong to a case, first received first."""
    uids = links().filter(case__uid=case).values_list("report__uid", flat=True)
    return [report_row(one) for one in Report.objects.filter(uid__in=uids).order_by("received_at", "id")]


def code_of(uid: UUID) -> str:
    """Return the query code of a report. It is derived, so it is kept nowhere."""
    return rules.query_code(keyed_digest(str(uid), purpose="query-code"))


def follow(number: str, *, code: str) -> Followed:
    """Return a report's progress for the person who holds its query code.

    Raises: NotFound for a wrong number and for a wrong code alike.
    """
    row = held_by_code(number, code=code)
    answer = words_of([row])[row.uid].get("answer")
    its_cases = cases_of(row.uid)
    rated = ratings_of(row.uid)
    return Followed(
        uid=row.uid,
        version=row.version,
        number=row.number,
        kind=row.kind,
        state=row.state,
        received_at=row.received_at,
        reply_due_at=row.reply_due_at,
        answer=answer,
        cases=its_cases,
        not_accepted_because={one.uid: grounds for one in its_cases if (grounds := _why_not_accepted(one)) is not None},
        objections=objections_of(row.uid),
        rating=rated[-1] if rated else None,
    )


def held_by_code(number: str, *, code: str) -> ReportRow:
    """Return the report of whoever holds its query code.

    Raises: NotFound for a wrong number and for a wrong code alike.
    """
    found = Report.objects.filter(number=rules.as_typed(number)).first()
    given = rules.as_typed(code).encode("utf-8", "replace")
    if found is None or not hmac.compare_digest(code_of(found.uid).encode(), given):
        raise NotFound(thing="report", code=number)
    return report_row(found)


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


def in_sight(sight: Sight, *, of: str = "") -> Q:
    """Return what lies in or near an actor's areas. No unit answers for a report: a power over units shows none.

    `of` is the path to the report from the table that is searched, such as `report__`.
    """
    seen = Q(pk__in=[])
    for area in sight.areas:
        seen |= Q(**{f"{of}area": area}) | Q(**{f"{of}area__startswith": f"{area}/"})
    if sight.areas:
        of_cases = links().filter(case__uid__in=places.subjects_seen_from(sight.areas, kind="case"))
        seen |= Q(**{f"{of}uid__in": places.subjects_seen_from(sight.areas, kind="report")})
        seen |= Q(**{f"{of}uid__in": of_cases.values("report__uid")})
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
        round=one.round,
        reply_due_at=one.reply_due_at,
        replied_at=one.replied_at,
        received_at=one.received_at,
        ended_at=one.ended_at,
    )


def reply_row(one: Reply) -> ReplyRow:
    """Return a reply's plain row."""
    return ReplyRow(
        round=one.round,
        state=ReplyState(one.state),
        due_at=one.due_at,
        outer_due_at=one.outer_due_at,
        asked_until=one.asked_until,
        extensions=one.extensions,
        drafted_at=one.drafted_at,
        approved_at=one.approved_at,
        sent_at=one.sent_at,
        way=one.way,
        late_at=one.late_at,
        late_post=one.late_post,
        late_unit=one.late_unit,
        outer_late_at=one.outer_late_at,
        outer_late_post=one.outer_late_post,
        outer_late_unit=one.outer_late_unit,
    )
