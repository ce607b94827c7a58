"""Reading neighbours' work sheets: one, a list, our messages about them, and what a day came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from gongzhi.audit import queries as audit
from gongzhi.intake.models import Reply, Sheet, SheetMessage
from gongzhi.intake.queries.reports import in_sight
from gongzhi.intake.rules import WorkSheet
from gongzhi.intake.states import ReplyState, ReportKind, SheetMessageKind, SheetMessageState, SheetState, Urgency
from gongzhi.kernel.clock import from_utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import city
from gongzhi.people.rules import Sight

MESSAGE_WORDS = "message_words"
SHEET_NAMES = ("sheet", "supervision", "visit_words", MESSAGE_WORDS)
"""Under which names the record holds what was said about a work sheet."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A work sheet as readers get it; what the caller said is read with its report."""

    uid: UUID
    version: int
    neighbour: str
    sheet_no: str
    edition: int
    report: UUID
    report_number: str
    area: str
    state: SheetState
    type: ReportKind
    urgency: Urgency
    is_secret: bool
    linkage_no: str
    category: str
    received_at: datetime
    deadline_at: datetime | None
    acknowledge_due_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_late: bool
    returned_at: datetime | None
    returns: int
    answered_at: datetime | None
    supervised_at: datetime | None
    supervisions: int
    visit_result: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """One of our messages about a work sheet, without its words."""

    uid: UUID
    sheet: UUID
    neighbour: str
    sheet_no: str
    number: int
    kind: SheetMessageKind
    state: SheetMessageState
    made_at: datetime
    attempts: int
    last_fault: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Theirs:
    """A work sheet as the neighbour has it in its own list for a day."""

    sheet_no: str
    version: int | None = None
    state: SheetState | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One work sheet on which two lists disagree: `missing-here`, `missing-there`, `version` or `state`."""

    sheet_no: str
    what: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a day came to with one neighbour: the work sheets of that day, and what became of them by now.

    `late` counts those whose answer was, or is at `at`, beyond the neighbour's date.
    """

    neighbour: str
    on: date
    received: int
    acknowledged: int
    returned: int
    answered: int
    closed: int
    late: int
    waiting_messages: int
    failed_messages: int
    differences: tuple[Difference, ...]


def sheet(uid: UUID | str) -> SheetView:
    """Return a work sheet. Raises: NotFound."""
    found = Sheet.objects.filter(uid=uid).select_related("report").first()
    if found is None:
        raise NotFound(thing="sheet", code=str(uid))
    return sheet_view(found)


def sheet_numbered(neighbour: str, sheet_no: str) -> SheetView | None:
    """Return a neighbour's work sheet by its own number, or None where we have none."""
    found = Sheet.objects.filter(neighbour=neighbour, sheet_no=sheet_no).select_related("report").first()
    return None if found is None else sheet_view(found)


def sheets_of(report: UUID) -> list[SheetView]:
    """Return the work sheets from which a report came."""
    found = Sheet.objects.filter(report__uid=report).select_related("report").order_by("id")
    return [sheet_view(one) for one in found]


def sheets_page(
    *,
    neighbour: str | None = None,
    state: SheetState | None = None,
    on: date | None = None,
    after: UUID | None = None,
    limit: int = 50,
    sight: Sight | None = None,
) -> list[SheetView]:
    """Return up to `limit` work sheets in the order in which they came, after a given one, as far as sight reaches."""
    found = Sheet.objects.select_related("report").order_by("uid")
    if sight is not None and not sight.everywhere:
        found = found.filter(in_sight(sight, of="report__"))
    if neighbour is not None:
        found = found.filter(neighbour=neighbour)
    if state is not None:
        found = found.filter(state=state.value)
    if on is not None:
        found = found.filter(came_on=on)
    if after is not None:
        found = found.filter(uid__gt=after)
    return [sheet_view(one) for one in found[:limit]]


def messages(
    *, sheet: UUID | None = None, state: SheetMessageState | None = None, limit: int = 100
) -> list[MessageView]:
    """Return our messages to neighbours, oldest first: those about one work sheet, or those in one state."""
    found = SheetMessage.objects.select_related("sheet").order_by("id")
    if sheet is not None:
        found = found.filter(sheet__uid=sheet)
    if state is not None:
        found = found.filter(state=state.value)
    return [message_view(one) for one in found[:limit]]


def messages_of_day(neighbour: str, *, on: date) -> list[MessageView]:
    """Return what we told a neighbour on a day of the city, in order."""
    zone = city().zone
    from_ = datetime.combine(on, time(), tzinfo=zone)
    until = datetime.combine(on + timedelta(days=1), time(), tzinfo=zone)
    found = SheetMessage.objects.filter(sheet__neighbour=neighbour, made_at__gte=from_, made_at__lt=until)
    return [message_view(one) for one in found.select_related("sheet").order_by("id")]


def message(uid: UUID) -> MessageView:
    """Return one of our messages. Raises: NotFound."""
    found = SheetMessage.objects.select_related("sheet").filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="sheet message", code=str(uid))
    return message_view(found)


def told_by(message: UUID) -> WorkSheet:
    """Return what a message of ours says, in canonical form. Words that were erased meanwhile are left out.

    Raises: NotFound.
    """
    found = SheetMessage.objects.select_related("sheet").filter(uid=message).first()
    if found is None:
        raise NotFound(thing="sheet message", code=str(message))
    row, kind = found.sheet, SheetMessageKind(found.kind)
    words = str(audit.held_by_entry(row.stream, names=[MESSAGE_WORDS]).get(found.entry, {}).get(MESSAGE_WORDS, ""))
    return WorkSheet(
        sheet_no=row.sheet_no,
        version=found.number,
        message=kind,
        type=ReportKind(row.type),
        linkage_no=row.linkage_no,
        return_reason=words if kind is SheetMessageKind.RETURN else "",
        result_text=words if kind is SheetMessageKind.RESULT else "",
        words=words if kind not in {SheetMessageKind.RETURN, SheetMessageKind.RESULT} else "",
        reply_way=str(found.facts.get("reply_way", "")),
        deadline=_instant(found, "until"),
        replied_at=_instant(found, "replied_at"),
        arrived_at=_instant(found, "arrived_at"),
        fed_back_at=_instant(found, "fed_back_at"),
    )


def reconciliation(neighbour: str, *, on: date, at: datetime, theirs: Iterable[Theirs] | None = None) -> Reconciliation:
    """Return what the work sheets of a day came to, and where the neighbour's own list says something else.

    Args:
        neighbour: with whom.
        on: the day on which they came, in the city.
        at: the instant at which open ones are judged.
        theirs: the neighbour's list for that day; None where there is none to compare with.
    """
    rows = list(Sheet.objects.filter(neighbour=neighbour, came_on=on).order_by("sheet_no"))
    reports = {one.report_id for one in rows}
    overdue = Q(outer_late_at__isnull=False) | Q(sent_at=None, outer_due_at__lt=at)
    wanted = Reply.objects.filter(overdue, report__uid__in=reports).exclude(state=ReplyState.DROPPED.value)
    late = set(wanted.values_list("report__uid", flat=True))
    ours = SheetMessage.objects.filter(sheet__neighbour=neighbour, sheet__came_on=on)
    return Reconciliation(
        neighbour=neighbour,
        on=on,
        received=len(rows),
        acknowledged=sum(one.acknowledged_at is not None for one in rows),
        returned=sum(one.state == SheetState.RETURNED for one in rows),
        answered=sum(one.answered_at is not None for one in rows),
        closed=sum(one.closed_at is not None for one in rows),
        late=len(late),
        waiting_messages=ours.filter(state=SheetMessageState.WAITING.value).count(),
        failed_messages=ours.filter(state=SheetMessageState.FAILED.value).count(),
        differences=() if theirs is None else tuple(_differences(rows, list(theirs))),
    )


def _differences(rows: list[Sheet], theirs: list[Theirs]) -> list[Difference]:
    """Return where two lists of one day disagree, by sheet number."""
    ours, listed = {one.sheet_no: one for one in rows}, {one.sheet_no: one for one in theirs}
    found = []
    for sheet_no in sorted({*ours, *listed}):
        mine, other = ours.get(sheet_no), listed.get(sheet_no)
        if mine is None:
            found.append(Difference(sheet_no, "missing-here", "", sheet_no))
        elif other is None:
            found.append(Difference(sheet_no, "missing-there", sheet_no, ""))
        else:
            if other.version is not None and other.version != mine.edition:
                found.append(Difference(sheet_no, "version", str(mine.edition), str(other.version)))
            if other.state is not None and other.state.value != mine.state:
                found.append(Difference(sheet_no, "state", mine.state, other.state.value))
    return found


def _instant(message: SheetMessage, name: str) -> datetime | None:
    """Return an instant that a message tells, or None where it tells none of this name."""
    told = message.facts.get(name)
    return None if told is None else from_utc_text(told)


def sheet_view(one: Sheet) -> SheetView:
    """Return a work sheet's plain row."""
    return SheetView(
        uid=one.uid,
        version=one.version,
        neighbour=one.neighbour,
        sheet_no=one.sheet_no,
        edition=one.edition,
        report=one.report_id,
        report_number=one.report.number,
        area=one.report.area,
        state=SheetState(one.state),
        type=ReportKind(one.type),
        urgency=Urgency(one.urgency),
        is_secret=one.is_secret,
        linkage_no=one.linkage_no,
        category=one.category,
        received_at=one.received_at,
        deadline_at=one.deadline_at,
        acknowledge_due_at=one.acknowledge_due_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_late=one.acknowledged_late,
        returned_at=one.returned_at,
        returns=one.returns,
        answered_at=one.answered_at,
        supervised_at=one.supervised_at,
        supervisions=one.supervisions,
        visit_result=one.visit_result,
        closed_at=one.closed_at,
    )


def message_view(one: SheetMessage) -> MessageView:
    """Return a message's plain row."""
    return MessageView(
        uid=one.uid,
        sheet=one.sheet_id,
        neighbour=one.sheet.neighbour,
        sheet_no=one.sheet.sheet_no,
        number=one.number,
        kind=SheetMessageKind(one.kind),
        state=SheetMessageState(one.state),
        made_at=one.made_at,
        attempts=one.attempts,
        last_fault=one.last_fault,
        sent_at=one.sent_at,
    )
