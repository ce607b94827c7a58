"""The answer to a report: speak to the reporter, write, have it approved, send; and the dates it must keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.intake import rules
from gongzhi.intake.lifecycle import REPLY
from gongzhi.intake.models import ContactAttempt, Reply, Report
from gongzhi.intake.operations.sheet_messages import tell_of_report
from gongzhi.intake.operations.steps import (
    cases_have_ended,
    checked,
    locked,
    mark_reply_late,
    promises_ended,
    reply_of,
    require_seen,
    set_outer_date,
)
from gongzhi.intake.queries import ReportRow, acting_matter, attempts_of, drafted_words, report_row
from gongzhi.intake.rules import ReplyFacts
from gongzhi.intake.states import ContactOutcome, ReplyState, ReplyWay, ReportKind
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.text import says_something
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people
from gongzhi.people.states import Post

_SPOKEN = frozenset({ReplyWay.PHONE, ReplyWay.IN_PERSON})
"""Ways by which a promise to call back is kept."""


@one_change
def record_contact(
    report_id: UUID,
    *,
    way: ReplyWay,
    outcome: ContactOutcome,
    words: str = "",
    seen: int,
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Keep that somebody tried to speak to the reporter, what came of it, and what was said.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, TextTooLong, TextUnreadable.
    """
    rules.require_text("words", words, limit=parameter("answer_text_limit", at=at))
    row, reply, step = _reply_step(report_id, "contact", seen=seen, by=by, at=at)
    attempt = ContactAttempt(
        report_id=row.uid, round=row.round, way=way.value, outcome=outcome.value, at=at, made_by=by.id
    )
    held = {"contact_words": words if says_something(words) else None}
    kept = promises_ended(row, outcome=outcome.value, at=at) if way in _SPOKEN else []
    audit.record(row, step, by=by, at=at, held=held, also=[reply, attempt, *kept])
    return report_row(row)


@one_change
def draft_reply(report_id: UUID, *, words: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Write the answer, or write it anew. Whoever left a number has been called before.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, AnswerMissing, TextTooLong, TextUnreadable,
        CallerNotContacted.
    """
    rules.require_text("answer", words, limit=parameter("answer_text_limit", at=at))
    row, reply, step = _reply_step(report_id, "draft", words=words, seen=seen, by=by, at=at)
    reply.drafted_by, reply.drafted_at = by.id, at
    audit.record(row, step, by=by, at=at, held={"draft": words}, also=[reply])
    return report_row(row)


@one_change
def approve_reply(report_id: UUID, *, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Let a written answer go out. Nobody approves their own words.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, SamePerson.
    """
    row, reply, step = _reply_step(report_id, "approve", seen=seen, by=by, at=at)
    reply.approved_by, reply.approved_at = by.id, at
    audit.record(row, step, by=by, at=at, also=[reply])
    return report_row(row)


@one_change
def refuse_draft(report_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Send a written answer back to be written anew, saying why.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, TextTooLong, TextUnreadable.
    """
    rules.require_text("grounds", grounds, limit=parameter("report_text_limit", at=at))
    row, reply, step = _reply_step(report_id, "refuse_draft", grounds=grounds, seen=seen, by=by, at=at)
    audit.record(row, step, by=by, at=at, held={"grounds": grounds}, also=[reply])
    return report_row(row)


@one_change
def send_reply(report_id: UUID, *, way: ReplyWay, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Send the approved answer: the report is answered, and the neighbour who sent it has the result.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, AnswerMissing, ReplyNotApproved, CasesStillOpen.
    """
    row, step = checked(report_id, "answer", seen=seen, by=by, at=at)
    return _answered(row, step, words=drafted_words(row.stream), way=way, by=by, at=at)


@one_change
def answer_report(
    report_id: UUID, *, words: str, way: ReplyWay = ReplyWay.PHONE, seen: int, by: Actor, at: datetime
) -> ReportRow:
    """Answer at once, where the city asks for no approval: a report that ends in a reply, or one whose cases are done.

    An importer tells what another system answered long ago, so it may tell it of cases that still stand in our queue.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, AnswerMissing, TextTooLong, TextUnreadable,
        CasesStillOpen, ReplyNotApproved.
    """
    rules.require_text("answer", words, limit=parameter("answer_text_limit", at=at))
    if not says_something(words):
        raise rules.AnswerMissing
    row, step = checked(report_id, "answer", seen=seen, by=by, at=at)
    return _answered(row, step, words=words, way=way, by=by, at=at)


@one_change
def ask_reply_extension(
    report_id: UUID, *, until: datetime, words: str, seen: int, by: Actor, at: datetime
) -> ReportRow:
    """Ask whoever set the outer date for a later one; a neighbour who sent a work sheet is asked by a message.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, NoOuterDeadline, ExtensionTooLate,
        ExtensionOpen, ExtensionsUsedUp, ExtensionNotLater, TextTooLong, TextUnreadable.
    """
    rules.require_reason(words, limit=parameter("report_text_limit", at=at))
    row, reply, step = _reply_step(report_id, "ask_extension", seen=seen, by=by, at=at)
    rules.require_extensible(
        reply.outer_due_at,
        until=until,
        asked_until=reply.asked_until,
        granted=reply.extensions,
        most=parameter("reply_extensions_most", at=at),
        at=at,
    )
    reply.asked_until, reply.asked_by = until, by.id
    audit.record(row, step, by=by, at=at, held={"extension_words": words}, also=[reply])
    tell_of_report(row, "ask_extension", words=words, told={"until": utc_text(until)}, by=by, at=at)
    return report_row(row)


@one_change
def decide_reply_extension(
    report_id: UUID,
    *,
    granted: bool,
    until: datetime | None = None,
    words: str = "",
    seen: int | None,
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Keep what was decided on an extension: by the neighbour, or by the shift leader who heard it from there.

    What is granted is the date that was asked for, unless `until` names another one.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, SamePerson, NoExtensionOpen, ExtensionNotLater,
        TextTooLong, TextUnreadable.
    """
    rules.require_text("words", words, limit=parameter("report_text_limit", at=at))
    act = "grant_extension" if granted else "refuse_extension"
    row, reply, step = _reply_step(report_id, act, seen=seen, by=by, at=at)
    if reply.asked_until is None:
        raise rules.NoExtensionOpen(report=row.number)
    if granted:
        later = rules.require_later(reply.outer_due_at, until=until or reply.asked_until)
        set_outer_date(reply, later, at=at)
        reply.extensions += 1
    reply.asked_until, reply.asked_by = None, ""
    held = {"extension_words": words if says_something(words) else None}
    audit.record(row, step, by=by, at=at, held=held, also=[reply])
    return report_row(row)


def _answered(row: Report, step: Step, *, words: str, way: ReplyWay, by: Actor, at: datetime) -> ReportRow:
    """End a report with an answer, and judge whether it kept its dates."""
    reply = reply_of(row, at=at)
    known = _facts(row, reply, words=words, at=at)
    if by.post == Post.IMPORTER:
        known = ReplyFacts(report=row.number, needs_approval=False, words=words)
    sent = REPLY.check(reply.state, "send", facts=known)
    mark_reply_late(row, reply, at=at)
    reply.state, reply.sent_at, reply.way = sent.to.value, at, way.value
    row.replied_at = at
    row.ended_at = row.ended_at or at
    kept = promises_ended(row, outcome=ContactOutcome.REACHED.value, at=at) if way in _SPOKEN else []
    audit.record(row, step, by=by, at=at, held={"answer": words}, also=[reply, *kept])
    tell_of_report(row, "answer", words=words, told={"reply_way": way.value}, by=by, at=at)
    return report_row(row)


def _reply_step(
    report_id: UUID,
    act: str,
    *,
    words: str = "",
    grounds: str = "",
    seen: int | None,
    by: Actor,
    at: datetime,
) -> tuple[Report, Reply, Step]:
    """Check policy, version and table of a reply, and set its state.

    Raises: NotFound, NotPermitted, SamePerson, ChangedMeanwhile, MoveNotAllowed, and what the guards raise.
    """
    row = locked(report_id)
    reply = reply_of(row, at=at)
    by_act = {"reply.draft": reply.drafted_by, "reply.ask_extension": reply.asked_by}
    hands = {done: (person,) for done, person in by_act.items() if person}
    people.require(by, f"reply.{act}", replace(acting_matter(row.uid, row.area), hands=hands), at=at)
    require_seen(row, seen)
    step = REPLY.check(reply.state, act, facts=_facts(row, reply, words=words, grounds=grounds, at=at))
    reply.state = step.to.value
    return row, reply, step


def _facts(row: Report, reply: Reply, *, words: str = "", grounds: str = "", at: datetime) -> ReplyFacts:
    opens_cases = ReportKind(row.kind).needs_action
    return ReplyFacts(
        report=row.number,
        is_approved=reply.state == ReplyState.APPROVED and words == drafted_words(row.stream),
        can_be_called=row.phone_index != "",
        attempts=sum(one.round == row.round for one in attempts_of(row.uid)),
        contact_first=parameter("reply_contact_first", at=at) == 1,
        needs_approval=rules.needs_approval(parameter("reply_approval", at=at), opens_cases=opens_cases),
        cases_open=opens_cases and not cases_have_ended(row),
        words=words,
        grounds=grounds,
    )
