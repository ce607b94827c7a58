"""Promising a reporter to call back by an instant, and keeping it: the city's word, which no shift forgets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.intake import rules
from gongzhi.intake.models import PromisedCall
from gongzhi.intake.operations.steps import checked, open_promise, promises_ended
from gongzhi.intake.queries import ReportRow, report_row
from gongzhi.intake.states import ContactOutcome
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.text import says_something
from gongzhi.parameters.queries import parameter


@one_change
def promise_call(report_id: UUID, *, until: datetime, words: str = "", seen: int, by: Actor, at: datetime) -> ReportRow:
    """Promise a reporter who left a number to call back by an instant; a later promise takes the place of an open one.

    Args:
        report_id: the report.
        until: by when.
        words: what about.
        seen: the report's version.
        by: who promises.
        at: when.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, NobodyToCall, PromisedInThePast, TextTooLong,
        TextUnreadable.
    """
    rules.require_text("words", words, limit=parameter("report_text_limit", at=at))
    row, step = checked(report_id, "promise_call", seen=seen, by=by, at=at)
    rules.require_promise(can_be_called=row.phone_index != "", until=until, at=at, report=row.number)
    before = promises_ended(row, outcome="", at=at)
    promise = PromisedCall(report_id=row.uid, due_at=until, promised_at=at, promised_by=by.id)
    held = {"promise_words": words if says_something(words) else None}
    audit.record(row, step, by=by, at=at, held=held, also=[*before, promise])
    return report_row(row)


@one_change
def keep_promise(
    report_id: UUID, *, outcome: ContactOutcome, words: str = "", seen: int, by: Actor, at: datetime
) -> ReportRow:
    """Call back as promised. Whoever does not answer is still to be called; every other outcome ends the promise.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, NothingPromised, TextTooLong, TextUnreadable.
    """
    rules.require_text("words", words, limit=parameter("answer_text_limit", at=at))
    row, step = checked(report_id, "keep_promise", seen=seen, by=by, at=at)
    promise = open_promise(row)
    if promise is None:
        raise rules.NothingPromised(report=row.number)
    promise.attempts += 1
    ended = promises_ended(row, outcome=outcome.value, at=at, promise=promise)
    held = {"contact_words": words if says_something(words) else None}
    audit.record(row, step, by=by, at=at, facts={"outcome": outcome.value}, held=held, also=ended or [promise])
    return report_row(row)
