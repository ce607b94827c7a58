"""What the operations of this room share: a locked and checked report, its links, its reply, its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gongzhi.audit import operations as audit
from gongzhi.calendars import queries as calendars
from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort, deadline
from gongzhi.cases import queries as case_queries
from gongzhi.cases.clocks import USUAL_CALENDAR
from gongzhi.intake.lifecycle import REPLY, REPORT
from gongzhi.intake.models import PromisedCall, Reply, Report, ReportCase, Sheet
from gongzhi.intake.queries import HeldBy, acting_matter, holder_now, links, open_reply
from gongzhi.intake.states import Channel, ContactOutcome, ReplyState, ReportKind, ReportState
from gongzhi.kernel.actor import TIMER, Actor
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.units import ClockUnit, Limit
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people

_FROM_NEIGHBOURS = frozenset({Channel.HOTLINE_SHEET, Channel.POLICE_110})


def locked(report_id: UUID) -> Report:
    """Return a report, locked. Raises: NotFound."""
    row = Report.locked(uid=report_id)
    if row is None:
        raise NotFound(thing="report", code=str(report_id))
    return row


def require_seen(row: Report | Sheet, seen: int | None) -> None:
    """Refuse what was decided on an older state; `seen` is None where nothing is decided on what somebody saw.

    Ask for the power first: nobody else is told how far a matter is. Raises: ChangedMeanwhile.
    """
    if seen is not None:
        audit.require_version(row, seen)


def checked(report_id: UUID, act: str, *, seen: int | None, by: Actor, at: datetime) -> tuple[Report, Step]:
    """Return a locked report in the state to which an act leads, and the step.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    row = locked(report_id)
    return row, step_of(row, act, seen=seen, by=by, at=at)


def step_of(row: Report, act: str, *, seen: int | None, by: Actor, at: datetime) -> Step:
    """Check policy, version and table, and set the state.

    Raises: NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    people.require(by, f"report.{act}", acting_matter(row.uid, row.area), at=at)
    require_seen(row, seen)
    return followed(row, act)


def followed(row: Report, act: str) -> Step:
    """Let a report make a move that follows from another one, for which the power was asked. Raises: MoveNotAllowed."""
    step = REPORT.check(row.state, act)
    row.state = step.to.value
    return step


def lock_reports_of(cases: Iterable[UUID]) -> list[Report]:
    """Return the reports of some cases, locked in the order in which everybody locks them."""
    uids = links().filter(case__uid__in=list(cases)).values_list("report__uid", flat=True)
    return list(Report.objects.select_for_update().filter(uid__in=list(uids)).order_by("id"))


def case_ids_of(row: Report) -> list[UUID]:
    """Return the cases a report belongs to, first opened first."""
    return list(links().filter(report__uid=row.uid).order_by("case__id").values_list("case__uid", flat=True))


def cases_have_ended(row: Report) -> bool:
    """Whether nothing is left to do in any case of a report."""
    return case_queries.have_all_ended(case_ids_of(row))


def link_to(row: Report, case_id: UUID, *, at: datetime, merged_from: UUID | None = None) -> ReportCase:
    """Return the link between a report and a case: a new one, the one that stands, or an ended one that holds again."""
    found = ReportCase.objects.filter(report__uid=row.uid, case__uid=case_id).first()
    if found is None:
        return ReportCase(report_id=row.uid, case_id=case_id, linked_at=at, merged_from=merged_from)
    if found.ended_at is not None:
        found.ended_at, found.linked_at, found.merged_from = None, at, merged_from
    return found


def settle(row: Report, *, at: datetime) -> bool:
    """End a locked report unless an answer is owed or one of its cases goes on; return whether it ended now."""
    if row.state != ReportState.RECEIVED or row.reply_owed or not cases_have_ended(row):
        return False
    step = followed(row, "settle")
    row.ended_at = at
    audit.record(row, step, by=TIMER, at=at)
    return True


def take_up_again(row: Report, *, at: datetime, outer_due_at: datetime | None = None) -> list[Reply]:
    """Begin a further round of a locked report whose matter goes on: it may be answered and rated once more.

    The caller records it with the step that leads there. Returns the rows that change with it.
    """
    row.ended_at, row.replied_at = None, None
    row.round += 1
    if not row.reply_owed:
        return []
    row.reply_due_at, row.reply_provisional = reply_due(ReportKind(row.kind), at=at)
    return [new_reply(row, at=at, outer_due_at=outer_due_at)]


def reply_due(kind: ReportKind, *, at: datetime) -> tuple[datetime | None, bool]:
    """Return when an answer is due by our own rule. Where the calendar gives no date, it is provisional."""
    name = "reply_consult_work_days" if kind is ReportKind.CONSULT else "reply_other_work_days"
    return work_days_after(parameter(name, at=at), at=at)


def outer_due(kind: ReportKind, channel: Channel, *, at: datetime) -> datetime | None:
    """Return when a neighbour wants its answer where it named no date; None where no neighbour sent the report."""
    if channel not in _FROM_NEIGHBOURS:
        return None
    name = "hotline_consult_work_days" if kind is ReportKind.CONSULT else "hotline_other_work_days"
    return work_days_after(parameter(name, at=at), at=at)[0]


def work_days_after(days: int, *, at: datetime) -> tuple[datetime | None, bool]:
    """Return the end of so many working days, and whether it is provisional; None where the calendar gives no date.

    Nobody is refused because the city's calendars are not in order.
    """
    try:
        working_time = calendars.working_time(USUAL_CALENDAR, zone=city().zone)
        due = deadline(working_time, Limit(ClockUnit.WORK_DAY, days), start=at)
    except (CalendarUnknown, DaysNotEntered, CalendarTooShort):
        return None, True
    return due.due_at, due.provisional


def new_reply(row: Report, *, at: datetime, outer_due_at: datetime | None = None) -> Reply:
    """Return the duty to answer a report in its present round; the caller saves it with the report."""
    return Reply(
        report_id=row.uid,
        round=row.round,
        state=REPLY.initial.value,
        due_at=row.reply_due_at,
        outer_due_at=outer_due_at or outer_due(ReportKind(row.kind), Channel(row.channel), at=at),
    )


def reply_of(row: Report, *, at: datetime) -> Reply:
    """Return the reply of a locked report in its present round, a new one where none was owed."""
    return open_reply(row.uid, round_=row.round) or new_reply(row, at=at)


def set_outer_date(reply: Reply, due_at: datetime | None, *, at: datetime) -> None:
    """Set the date that somebody outside wants the answer by, None where nobody waits there any more.

    An answer that is not sent is judged with the date that stands in the end: what was late under an earlier one, and
    is not under this, was not late.
    """
    reply.outer_due_at = due_at
    if due_at is None:
        reply.asked_until = None
    elif reply.outer_late_at is not None and at <= due_at:
        reply.outer_late_at, reply.outer_late_post, reply.outer_late_unit = None, "", ""


def drop_reply(row: Report, *, at: datetime) -> list[Reply | PromisedCall]:
    """Let go of an answer and of a call that nobody waits for any more; return the rows that change."""
    dropped: list[Reply | PromisedCall] = [*promises_ended(row, outcome="", at=at)]
    reply = open_reply(row.uid, round_=row.round)
    row.reply_owed = False
    if reply is None or reply.state in {ReplyState.SENT, ReplyState.DROPPED}:
        return dropped
    reply.state = REPLY.check(reply.state, "drop").to.value
    return [reply, *dropped]


def open_promise(row: Report) -> PromisedCall | None:
    """Return the promise to call a reporter back that nobody kept yet."""
    return PromisedCall.objects.filter(report__uid=row.uid, ended_at=None).first()


def promises_ended(
    row: Report, *, outcome: str, at: datetime, promise: PromisedCall | None = None
) -> list[PromisedCall]:
    """End the open promise of a locked report, unless nobody answered; return the rows that change.

    An empty outcome says that nobody waits for the call any more.
    """
    found = promise or open_promise(row)
    if found is None or outcome == ContactOutcome.NO_ANSWER:
        return []
    found.ended_at, found.outcome = at, outcome
    return [found]


def mark_reply_late(row: Report, reply: Reply, *, at: datetime) -> list[str]:
    """Mark an unsent reply whose dates ran out, and who held the matter then; return which dates: own, outer."""
    passed = []
    holder: HeldBy | None = None
    if reply.due_at is not None and reply.late_at is None and at > reply.due_at:
        holder = holder_now(row, ReplyState(reply.state))
        reply.late_at, reply.late_post, reply.late_unit = reply.due_at, holder.post, holder.unit
        passed.append("own")
    if reply.outer_due_at is not None and reply.outer_late_at is None and at > reply.outer_due_at:
        holder = holder or holder_now(row, ReplyState(reply.state))
        reply.outer_late_at, reply.outer_late_post = reply.outer_due_at, holder.post
        reply.outer_late_unit = holder.unit
        passed.append("outer")
    return passed


def reports_named(uids: Iterable[UUID]) -> QuerySet[Report]:
    """Return some reports, to be locked in the order in which everybody locks them."""
    return Report.objects.select_for_update().filter(uid__in=list(uids)).order_by("id")
