"""Delivering facts: each subscriber gets each fact it wants at least once, under a lease, in the order of its stream.

A failure is tried again with back-off and ends in a dead-letter list that a person sees; the later facts of its stream
then go on without it. A worker that dies keeps its leases until they run out; then another takes over.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from gongzhi.audit.models import Delivery
from gongzhi.audit.queries import entry
from gongzhi.audit.registry import Subscriber, subscribers
from gongzhi.audit.seals import place_entries
from gongzhi.audit.states import DeliveryState
from gongzhi.kernel.refusals import NotFound, Refusal

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
_LEASED_AT_ONCE = 20

log = logging.getLogger("gongzhi.audit.delivery")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A fact that a subscriber failed on too often; a person looks at it and may have it tried again."""

    id: int
    subscriber: str
    stream: str
    seq: int
    position: int
    attempts: int
    last_error: str


def deliver_due(*, worker: str, clock: Callable[[], datetime], limit: int = 500) -> int:
    """Place new entries, then hand out deliveries that are due; return how many were handed out, failures included.

    Args:
        worker: a name that is unique among running workers; it marks leases.
        clock: the instant now; in a replay this is virtual time.
        limit: how many deliveries at most.
    """
    while place_entries(at=clock()):
        pass
    handed_out = 0
    while handed_out < limit:
        leased = _lease_due(worker=worker, at=clock(), limit=min(_LEASED_AT_ONCE, limit - handed_out))
        if not leased:
            break
        for one in leased:
            _hand_over(one, worker=worker, clock=clock)
        handed_out += len(leased)
    return handed_out


def deliver_all(*, clock: Callable[[], datetime], worker: str = "in-process") -> int:
    """Deliver until nothing is due, including what the handlers themselves set off."""
    total = 0
    while (handled := deliver_due(worker=worker, clock=clock)) > 0:
        total += handled
    return total


def retry_dead(delivery_id: int, *, at: datetime) -> None:
    """Put a dead delivery back into the queue.

    Raises: NotFound.
    """
    revived = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.DEAD.value).update(
        state=DeliveryState.WAITING.value, attempts=0, next_at=at, leased_until=None, leased_by=""
    )
    if not revived:
        raise NotFound(thing="dead delivery", code=str(delivery_id))


def dead_letters() -> list[DeadLetter]:
    """Return the deliveries that failed too often, oldest first."""
    dead = Delivery.objects.filter(state=DeliveryState.DEAD.value).order_by("position", "id")
    return [
        DeadLetter(one.pk, one.subscriber, one.stream, one.seq, one.position, one.attempts, one.last_error)
        for one in dead
    ]


def _lease_due(*, worker: str, at: datetime, limit: int) -> list[Delivery]:
    """Lease deliveries that are due, at most one for each subscriber and stream: the earliest that is still waiting."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        stream=OuterRef("stream"),
        seq__lt=OuterRef("seq"),
        state=DeliveryState.WAITING.value,
    )
    due = Delivery.objects.filter(free, ~Exists(earlier), state=DeliveryState.WAITING.value, next_at__lte=at)
    due = due.order_by("position", "id")
    if not due.exists():  # so that an idle worker never asks for the write lock
        return []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        leased = list(due[:limit])
        for one in leased:
            one.leased_until, one.leased_by = at + LEASE, worker
            one.attempts += 1
        Delivery.objects.bulk_update(leased, ["leased_until", "leased_by", "attempts"])
    return leased


def _hand_over(leased: Delivery, *, worker: str, clock: Callable[[], datetime]) -> None:
    """Let the subscriber handle one fact, and strike the delivery off, in one transaction.

    It is struck off first: that locks it, so that nobody else takes it over while a slow handler is still at work.
    """
    try:
        with transaction.atomic():
            mine, _ = Delivery.objects.filter(pk=leased.pk, leased_by=worker, attempts=leased.attempts).delete()
            if mine:
                _handle(leased)
    except Exception as fault:  # noqa: BLE001 - any failure of a handler is kept, counted and in the end shown to a person
        told = _told(fault)
        log.error("subscriber %s failed on %s#%s: %s", leased.subscriber, leased.stream, leased.seq, told)  # noqa: TRY400 - without the error's own words
        _postpone(leased, told, worker=worker, at=clock())


def _handle(leased: Delivery) -> None:
    subscriber: Subscriber | None = subscribers().get(leased.subscriber)
    if subscriber is None:
        log.warning("nobody listens as %s any more: dropped %s#%s", leased.subscriber, leased.stream, leased.seq)
        return
    told = entry(leased.stream, leased.seq)
    if told is None:
        raise NotFound(thing="entry", code=f"{leased.stream}#{leased.seq}")
    if subscriber.hears(told.type, origin=told.origin):
        subscriber.handle(told)


def _postpone(leased: Delivery, told: str, *, worker: str, at: datetime) -> None:
    dead = leased.attempts >= MOST_ATTEMPTS
    Delivery.objects.filter(pk=leased.pk, leased_by=worker, attempts=leased.attempts).update(
        state=(DeliveryState.DEAD if dead else DeliveryState.WAITING).value,
        next_at=at + FIRST_WAIT * 2 ** (leased.attempts - 1),
        leased_until=None,
        leased_by="",
        last_error=told,
    )


def _told(fault: Exception) -> str:
    """Return what failed and where, without the error's own words: they may hold personal values."""
    where = traceback.extract_tb(fault.__traceback__)[-1]
    what = str(fault) if isinstance(fault, Refusal) else type(fault).__name__
    return f"{what} at {where.name}, line {where.lineno}"
