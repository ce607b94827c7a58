"""What passes with time: answers, acknowledgements and decisions that are late, each held against whoever had it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone, one_change
from gongzhi.intake import facts
from gongzhi.intake.models import Objection, Reply, Sheet, StuckMark
from gongzhi.intake.operations.steps import locked, mark_reply_late, reply_of
from gongzhi.intake.states import ObjectionState, ReplyState, SheetState
from gongzhi.kernel.actor import TIMER
from gongzhi.people.states import Post

log = logging.getLogger(__name__)

_SET_ASIDE_FOR = timedelta(minutes=1)
_SET_ASIDE_AT_MOST = timedelta(days=1)
_Mark = tuple[str, UUID]
"""What is to be marked, as a word and its id."""


def tick(at: datetime, *, limit: int = 500) -> int:
    """Mark what became late: answers, acknowledgements of work sheets, decisions on objections; return how many.

    Each is a change of its own, attributed to whoever had the matter in hand at that moment. What cannot be marked is
    told to the log once, set aside for a while that grows, and keeps no other from it: see `stuck_marks`.
    """
    aside = StuckMark.objects.filter(next_at__gt=at).values("of")
    unsent = Reply.objects.filter(sent_at=None).exclude(state=ReplyState.DROPPED.value)
    passed = Q(due_at__lt=at, late_at=None) | Q(outer_due_at__lt=at, outer_late_at=None)
    replies = unsent.filter(passed).exclude(uid__in=aside).order_by("id").values_list("uid", "report__uid")
    made = Objection.objects.filter(state=ObjectionState.MADE.value, is_late=False, due_at__lt=at)
    objections = made.exclude(uid__in=aside).order_by("id").values_list("uid", "report__uid")
    waiting = Sheet.objects.filter(state=SheetState.RECEIVED.value, acknowledged_late=False, acknowledge_due_at__lt=at)
    sheets = waiting.exclude(uid__in=aside).order_by("id").values_list("uid", flat=True)
    marks: dict[_Mark, Callable[[], bool]] = {
        **{("reply", uid): partial(_mark_reply, report, at=at) for uid, report in replies[:limit]},
        **{("objection", uid): partial(_mark_objection, report, uid, at=at) for uid, report in objections[:limit]},
        **{("sheet", uid): partial(_mark_sheet, uid, at=at) for uid in sheets[:limit]},
    }
    marked = each_alone(marks.values(), when_failed=partial(_set_aside, marks, at=at), log=log)
    if len(marks) < limit:  # so that nothing was left for the next round
        _forget_mended(at)
    return marked


def _set_aside(marks: Mapping[_Mark, object], failed: object, fault: Exception, *, at: datetime) -> None:
    """Leave what could not be marked alone: for a minute, then twice as long each time, a day at most."""
    ((what, uid),) = (name for name, mark in marks.items() if mark is failed)
    stuck = StuckMark.objects.filter(of=uid).first() or StuckMark(of=uid, what=what, since=at, attempts=0)
    if stuck.attempts == 0:
        log.error("the %s %s cannot be marked as late and is set aside", what, uid, exc_info=fault)
    stuck.attempts += 1
    stuck.next_at = at + min(_SET_ASIDE_FOR * 2 ** min(stuck.attempts - 1, 20), _SET_ASIDE_AT_MOST)
    stuck.error = f"{type(fault).__name__}: {fault}"[:300]
    stuck.save()


def _forget_mended(at: datetime) -> None:
    """Let go of what was due to be tried again and was not found any more: it was marked, or is done."""
    mended = StuckMark.objects.filter(next_at__lte=at)
    if mended.exists():
        mended.delete()


@one_change
def _mark_reply(report_id: UUID, *, at: datetime) -> bool:
    row = locked(report_id)
    reply = reply_of(row, at=at)
    if reply.sent_at is not None or reply.state == ReplyState.DROPPED:
        return False
    passed = mark_reply_late(row, reply, at=at)
    if passed:
        audit.record(row, facts.REPLY_LATE, by=TIMER, at=at, facts={"which": passed}, also=[reply])
    return bool(passed)


@one_change
def _mark_objection(report_id: UUID, uid: UUID, *, at: datetime) -> bool:
    row = locked(report_id)
    objection = Objection.objects.get(uid=uid)
    if objection.state != ObjectionState.MADE or objection.is_late:
        return False
    objection.is_late = True
    told = {"holder_post": Post.SHIFT_LEADER}
    audit.record(row, facts.OBJECTION_LATE, by=TIMER, at=at, facts=told, also=[objection])
    return True


@one_change
def _mark_sheet(uid: UUID, *, at: datetime) -> bool:
    sheet = Sheet.locked(uid=uid)
    if sheet is None or sheet.state != SheetState.RECEIVED or sheet.acknowledged_late:
        return False
    sheet.acknowledged_late = True
    audit.record(sheet, facts.SHEET_LATE, by=TIMER, at=at, facts={"holder_post": Post.ACCEPTOR})
    return True
