"""What passes with time: answers, acknowledgements and decisions that are late, each held against whoever had it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone, one_change
from gongzhi.intake import facts
from gongzhi.intake.models import Objection, Reply, Sheet
from gongzhi.intake.operations.steps import locked, mark_reply_late, reply_of
from gongzhi.intake.states import ObjectionState, ReplyState, SheetState
from gongzhi.kernel.actor import TIMER
from gongzhi.people.states import Post

log = logging.getLogger(__name__)

_told: set[str] = set()
"""Of what this process has told already that it cannot be marked."""


def tick(at: datetime, *, limit: int = 500) -> int:
    """Mark what became late: answers, acknowledgements of work sheets, decisions on objections; return how many.

    Each is a change of its own, attributed to whoever had the matter in hand at that moment. What cannot be marked
    keeps no other from it, and is told to the log once by each process.
    """
    unsent = Reply.objects.filter(sent_at=None).exclude(state=ReplyState.DROPPED.value)
    passed = Q(due_at__lt=at, late_at=None) | Q(outer_due_at__lt=at, outer_late_at=None)
    replies = unsent.filter(passed).order_by("id").values_list("report__uid", flat=True)
    objections = Objection.objects.filter(state=ObjectionState.MADE.value, is_late=False, due_at__lt=at).order_by("id")
    sheets = Sheet.objects.filter(
        state=SheetState.RECEIVED.value, acknowledged_late=False, acknowledge_due_at__lt=at
    ).order_by("id")
    marks = {
        **{f"reply of {uid}": partial(_mark_reply, uid, at=at) for uid in replies[:limit]},
        **{
            f"objection {uid}": partial(_mark_objection, report, uid, at=at)
            for report, uid in objections.values_list("report__uid", "uid")[:limit]
        },
        **{f"sheet {uid}": partial(_mark_sheet, uid, at=at) for uid in sheets.values_list("uid", flat=True)[:limit]},
    }
    return each_alone(marks.values(), when_failed=partial(_tell_once, marks), log=log)


def _tell_once(marks: Mapping[str, object], failed: object, fault: Exception) -> None:
    """Tell the log of what cannot be marked, but not again in every round until somebody mends it."""
    (name,) = (one for one, mark in marks.items() if mark is failed)
    if name not in _told:
        _told.add(name)
        log.error("the %s cannot be marked as late and is tried again in every round", name, exc_info=fault)


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
