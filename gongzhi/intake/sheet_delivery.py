"""Carrying our messages to neighbours: one attempt at a time, under a lease, never inside a transaction.

The messages about one work sheet go in their order, and while one is tried again the later ones wait for it. What fails
too often, or for good, stands in a list until a person has it sent anew; it holds the later ones up no more, so that a
result comes in time although a word on the way was refused.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from gongzhi.audit import operations as audit
from gongzhi.intake import facts, neighbours
from gongzhi.intake.models import Sheet, SheetMessage, SheetSending
from gongzhi.intake.queries.sheets import told_by
from gongzhi.intake.rules import NeighbourUnknown
from gongzhi.intake.rules.sheets import told
from gongzhi.intake.states import SheetMessageState
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.refusals import Outage
from gongzhi.notices.rules import BACK_OFF

log = logging.getLogger("gongzhi.sheets")

LEASE = timedelta(minutes=5)
MOST_AT_ONCE = 50
_LONGEST_FAULT = 120


@dataclass(frozen=True, slots=True)
class Leased:
    """A message on its way: which, about whose work sheet, and the how manieth attempt this is."""

    message: UUID
    neighbour: str
    sheet_no: str
    number: int
    kind: str
    attempts: int
    worker: str


def tick(at: datetime, *, limit: int = MOST_AT_ONCE) -> int:
    """Try what is due; return how many attempts were made."""
    worker = f"{socket.gethostname()}:{os.getpid()}"[:64]
    tried = 0
    while tried < limit and (leased := _lease(worker, at=at)) is not None:
        _carry(leased, at=at)
        tried += 1
    return tried


def _lease(worker: str, *, at: datetime) -> Leased | None:
    """Lease the message that is due first and has no earlier one of its work sheet before it."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    earlier = SheetSending.objects.filter(
        message__sheet=OuterRef("message__sheet"), message__number__lt=OuterRef("message__number")
    )
    due = SheetSending.objects.filter(free, ~Exists(earlier), next_at__lte=at).order_by("next_at", "message__id")
    if not due.exists():  # so that an idle worker never asks for the write lock
        return None
    with transaction.atomic():
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True, of=("self",))
        found = due.first()
        if found is None:
            return None
        found.leased_until, found.leased_by, found.attempts = at + LEASE, worker, found.attempts + 1
        found.save(update_fields=["leased_until", "leased_by", "attempts"])
        message = SheetMessage.objects.select_related("sheet").get(uid=found.message_id)
    return Leased(
        message.uid,
        message.sheet.neighbour,
        message.sheet.sheet_no,
        message.number,
        message.kind,
        found.attempts,
        worker,
    )


def _carry(leased: Leased, *, at: datetime) -> None:
    """Make one attempt and keep its outcome."""
    try:
        to = neighbours.neighbour(leased.neighbour)
        body = orjson.dumps(told(told_by(leased.message)), option=orjson.OPT_SORT_KEYS)
        neighbours.hand_over(to, id_=str(leased.message), file=_file_name(leased), body=body, at=at)
    except Outage as fault:
        _keep_missed(leased, str(fault), permanent=fault.permanent, at=at)
    except NeighbourUnknown as fault:
        _keep_missed(leased, str(fault), permanent=True, at=at)
    except Exception as fault:
        log.exception("the message %s could not be made ready", leased.message)
        _keep_missed(leased, f"bug: {type(fault).__name__}", permanent=False, at=at)
    else:
        _keep_sent(leased, at=at)


def _file_name(leased: Leased) -> str:
    """Return the name of a message dropped as a file; of the neighbour's number only what is harmless in a name."""
    harmless = re.sub(r"[^0-9A-Za-z_-]+", "_", leased.sheet_no)[:60]
    return f"{harmless}-{leased.number:04d}-{leased.kind}-{leased.message}.json"


def _keep_sent(leased: Leased, *, at: datetime) -> None:
    with transaction.atomic():
        found = _still_ours(leased)
        if found is None:
            return
        sheet, message, sending = found
        message.state, message.sent_at = SheetMessageState.SENT.value, at
        message.attempts, message.last_fault = sending.attempts, ""
        told_of_it = {"number": message.number, "kind": message.kind}
        audit.record(sheet, facts.SHEET_MESSAGE_SENT, by=TIMER, at=at, facts=told_of_it, also=[message])
        sending.delete()


def _keep_missed(leased: Leased, fault: str, *, permanent: bool, at: datetime) -> None:
    """Keep that an attempt failed: it is tried again after a while, or stands in the list of what a person must see."""
    with transaction.atomic():
        found = _still_ours(leased)
        if found is None:
            return
        sheet, message, sending = found
        if permanent or sending.attempts > len(BACK_OFF):
            message.state = SheetMessageState.FAILED.value
            message.attempts, message.last_fault = sending.attempts, fault[:_LONGEST_FAULT]
            told_of_it = {"number": message.number, "kind": message.kind}
            audit.record(sheet, facts.SHEET_MESSAGE_FAILED, by=TIMER, at=at, facts=told_of_it, also=[message])
            sending.delete()
            log.error("a message to %s failed for good: %s", leased.neighbour, fault)
        else:
            sending.next_at = at + BACK_OFF[sending.attempts - 1]
            sending.leased_until, sending.leased_by = None, ""
            sending.save(update_fields=["next_at", "leased_until", "leased_by"])


def _still_ours(leased: Leased) -> tuple[Sheet, SheetMessage, SheetSending] | None:
    """Return a leased message with its work sheet, locked, unless another worker took it over meanwhile."""
    sheet = Sheet.objects.select_for_update().filter(messages__uid=leased.message).first()
    ours = SheetSending.objects.select_for_update().filter(
        message__uid=leased.message, leased_by=leased.worker, attempts=leased.attempts
    )
    sending = ours.first()
    message = SheetMessage.locked(uid=leased.message)
    if sheet is None or sending is None or message is None:
        return None
    return sheet, message, sending
