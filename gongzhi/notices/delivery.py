"""Carrying messages out of the product: one attempt at a time, under a lease, never inside a transaction.

A process that is killed keeps its lease until it runs out; then another one tries again with the same id, so that a
provider that got the message before does not deliver it twice. What fails too often, or for good, stands in a list
until a person clears it; until then it is tried again, and its failure told again, once in a while.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import override, pgettext

from gongzhi.audit import operations as audit
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.refusals import Outage
from gongzhi.notices import carriers, failures, queries, registry, rules
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.lifecycle import MESSAGE
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.rules import Recipient, recipient_of
from gongzhi.notices.states import Carrier, DropReason, MessageState, RecipientKind, Timing, Wish

log = logging.getLogger("gongzhi.notices")

LEASE = timedelta(minutes=5)
AT_MOST_S = 5.0
MOST_GATHERED = 50
_LONGEST_FAULT = 120


class NobodyThere(Exception):
    """There is nobody to send a message to, for a reason."""

    def __init__(self, reason: DropReason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class Leased:
    """Messages that go out in one parcel: one, or what was gathered for one recipient by one carrier."""

    sendings: tuple[tuple[UUID, int], ...]
    messages: tuple[Message, ...]
    worker: str

    def only(self, uids: Collection[UUID]) -> Leased | None:
        """Return the lease with some of its messages only; None without any."""
        sendings = tuple(one for one in self.sendings if one[0] in uids)
        messages = tuple(one for one in self.messages if one.uid in uids)
        return replace(self, sendings=sendings, messages=messages) if messages else None

    @property
    def recipient(self) -> Recipient:
        """Who they are for."""
        return recipient_of(self.messages[0].recipient)

    @property
    def carrier(self) -> Carrier:
        """By which way they go."""
        return Carrier(self.messages[0].carrier)

    @property
    def parcel_id(self) -> str:
        """The id of the parcel: the message's own, or one that the same messages give each time."""
        if len(self.messages) == 1:
            return str(self.messages[0].uid)
        uids = "".join(sorted(str(one.uid) for one in self.messages))
        return str(UUID(bytes=hashlib.sha256(uids.encode()).digest()[:16]))


@dataclass
class _Resting:
    """Who failed in this round, so that the others need not wait for them, nor use up their attempts."""

    carriers: set[str] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)

    def add(self, leased: Leased) -> None:
        """Leave a carrier alone for the rest of the round; of webhooks the one that failed."""
        if leased.carrier is Carrier.WEBHOOK:
            self.recipients.add(leased.recipient.text)
        else:
            self.carriers.add(leased.carrier.value)

    def left_out(self) -> Q:
        """The messages that are left for the next round."""
        return Q(message__carrier__in=self.carriers) | Q(
            message__carrier=Carrier.WEBHOOK.value, message__recipient__in=self.recipients
        )


def tick(at: datetime, *, worker: str | None = None, at_most_s: float = AT_MOST_S) -> int:
    """Carry what is due, for a few seconds at most, and remind of what failed; return how many parcels were tried.

    Args:
        at: the instant now.
        worker: a name that is unique among running workers; it marks leases.
        at_most_s: no further attempt begins after so many seconds.
    """
    failures.remind(at)
    name = worker or f"{socket.gethostname()}:{os.getpid()}"[:80]
    resting = _Resting()
    began, tried = time.monotonic(), 0
    while time.monotonic() - began < at_most_s:
        leased = _lease_next(worker=name, at=at, resting=resting)
        if leased is None:
            break
        _carry(leased, at=at, resting=resting)
        tried += 1
    return tried


def _lease_next(*, worker: str, at: datetime, resting: _Resting) -> Leased | None:
    """Lease the next message that is due and whose recipient may be disturbed now, with what is gathered with it."""
    while True:
        due = _due(at).exclude(resting.left_out())
        if not due.exists():  # so that an idle worker never asks for the write lock
            return None
        with transaction.atomic():
            first = _for_us(due).first()
            if first is None:
                return None
            wakes_at = _wakes_at(first.message, at=at)
            if wakes_at is None:
                together = _together_with(first, due)
                for one in together:
                    one.leased_until, one.leased_by, one.attempts = at + LEASE, worker, one.attempts + 1
                Sending.objects.bulk_update(together, ["leased_until", "leased_by", "attempts"])
                messages = tuple(one.message for one in together)
                return Leased(tuple((one.message_id, one.attempts) for one in together), messages, worker)
            first.next_at = wakes_at
            first.save(update_fields=["next_at"])


def _due(at: datetime) -> QuerySet[Sending]:
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    return Sending.objects.filter(free, next_at__lte=at).select_related("message").order_by("next_at", "id")


def _for_us(due: QuerySet[Sending]) -> QuerySet[Sending]:
    """Leave out what another worker is looking at, where the database can tell."""
    return due.select_for_update(skip_locked=True, of=("self",)) if connection.vendor == "postgresql" else due


def _together_with(first: Sending, due: QuerySet[Sending]) -> list[Sending]:
    """Return a message with those that were gathered for the same recipient and carrier. What failed goes alone."""
    message = first.message
    if message.timing != Timing.DIGEST or message.state != MessageState.WAITING:
        return [first]
    alike = due.filter(
        message__recipient=message.recipient,
        message__carrier=message.carrier,
        message__timing=Timing.DIGEST.value,
        message__state=MessageState.WAITING.value,
    )
    others = [one for one in _for_us(alike)[:MOST_GATHERED] if one.pk != first.pk]
    return [first, *others[: MOST_GATHERED - 1]]


def _wakes_at(message: Message, *, at: datetime) -> datetime | None:
    """Return until when a message must wait because its recipient sleeps; None when it may go."""
    if message.urgent:
        return None
    return queries.quiet_end(recipient_of(message.recipient), queries.reach_of(message.recipient), at=at)


def _carry(leased: Leased, *, at: datetime, resting: _Resting) -> None:
    """Make one attempt and keep its outcome. What was declined since it was told is dropped, each for itself."""
    declined, wanted = _parted(leased)
    if declined is not None:
        _keep_dropped(declined, DropReason.DECLINED, at=at)
    if wanted is not None:
        _attempt(wanted, at=at, resting=resting)


def _parted(leased: Leased) -> tuple[Leased | None, Leased | None]:
    """Return what its recipient does not want any more, and what goes out. An addressee has no wishes."""
    if leased.recipient.sort is RecipientKind.ADDRESSEE:
        return None, leased
    reach = queries.reach_of(leased.recipient.text)
    unwanted = {
        one.uid for one in leased.messages if not one.urgent and reach.wish(one.topic, leased.carrier) is Wish.OFF
    }
    return leased.only(unwanted), leased.only({one.uid for one in leased.messages} - unwanted)


def _attempt(leased: Leased, *, at: datetime, resting: _Resting) -> None:
    try:
        parcel = _parcel(leased, at=at)
        reference = carriers.carriage(leased.carrier).send(parcel, at=at)
    except NobodyThere as nobody:
        _keep_dropped(leased, nobody.reason, at=at)
    except Outage as fault:
        if not fault.permanent:
            resting.add(leased)
        _keep_missed(leased, str(fault), permanent=fault.permanent, at=at)
    except Exception as fault:
        log.exception("a parcel could not be made ready: %s", leased.parcel_id)
        _keep_missed(leased, f"bug: {type(fault).__name__}", permanent=False, at=at)
    else:
        _keep_sent(leased, reference, at=at)


def _parcel(leased: Leased, *, at: datetime) -> Parcel:
    """Make a parcel ready: who is reached where at this very moment, and the words in their language.

    Raises: NobodyThere.
    """
    recipient, carrier = leased.recipient, leased.carrier
    if recipient.sort is RecipientKind.ADDRESSEE:
        to, language = _found(recipient, carrier, at=at)
    else:
        to, language = _own_address(recipient, carrier, at=at)
    news = tuple(_news(one, language=language) for one in leased.messages)
    return Parcel(
        id=leased.parcel_id,
        to=to,
        title=_title(news, language=language),
        text=news[0].text if len(news) == 1 else _gathered(news, carrier),
        news=news,
        secret=queries.webhook_secret_of(recipient.text) if carrier is Carrier.WEBHOOK else "",
        most_parts=queries.most_sms_parts(at),
    )


def _found(recipient: Recipient, carrier: Carrier, *, at: datetime) -> tuple[str, str]:
    """Ask the room above for an addressee's address; we keep none."""
    found = registry.resolver(recipient.kind)(recipient.who, at)
    if found is None:
        raise NobodyThere(DropReason.ERASED)
    to = found.phone if carrier is Carrier.SMS else found.email
    if not to:
        raise NobodyThere(DropReason.NO_ADDRESS)
    return to, found.language


def _own_address(recipient: Recipient, carrier: Carrier, *, at: datetime) -> tuple[str, str]:
    """Return where a member or a unit is reached, unless they left or took the address back meanwhile."""
    reach = queries.reach_of(recipient.text)
    if not queries.is_with_us(recipient, at=at):
        raise NobodyThere(DropReason.LEFT)
    to = queries.address_of(recipient.text, carrier)
    if not to:
        raise NobodyThere(DropReason.NO_ADDRESS)
    return to, reach.language


def _news(message: Message, *, language: str) -> News:
    private = None
    if recipient_of(message.recipient).sort is RecipientKind.ADDRESSEE:
        private = queries.private_of(message.stream)
    words = queries.words_of(message.topic, message.facts, private=private, language=language)
    return News(message.topic, message.about, message.facts, message.told_at, words.title, words.text)


def _title(news: Sequence[News], *, language: str) -> str:
    if len(news) == 1:
        return news[0].title
    with override(language or queries.DEFAULT_LANGUAGE):
        return pgettext("notice", "您有 {count} 条消息").format(count=len(news))


def _gathered(news: Sequence[News], carrier: Carrier) -> str:
    """Return several messages as one text; a short message has room for their titles only."""
    if carrier is Carrier.SMS:
        return "；".join(one.title for one in news)
    return "\n\n".join(f"{one.title}\n{one.text}" for one in news)


def _keep_sent(leased: Leased, reference: str, *, at: datetime) -> None:
    with transaction.atomic():
        for row, sending in _still_ours(leased):
            step = MESSAGE.check(row.state, "send")
            row.state, row.ended_at, row.failed_at = step.to.value, at, None
            row.attempts, row.reference = sending.attempts, reference[:_LONGEST_FAULT]
            audit.record(row, step, by=TIMER, at=at)
            sending.delete()


def _keep_dropped(leased: Leased, reason: DropReason, *, at: datetime) -> None:
    with transaction.atomic():
        for row, sending in _still_ours(leased):
            step = MESSAGE.check(row.state, "drop")
            row.state, row.ended_at, row.failed_at = step.to.value, at, None
            audit.record(row, step, by=TIMER, at=at, facts={"reason": reason.value})
            sending.delete()


def _keep_missed(leased: Leased, fault: str, *, permanent: bool, at: datetime) -> None:
    """Keep that an attempt failed: it is tried again after a while, or stands in the list of what a person must see."""
    with transaction.atomic():
        for row, sending in _still_ours(leased):
            wait = None if permanent or row.state == MessageState.FAILED else rules.wait_after(sending.attempts)
            fails = wait is None and row.state == MessageState.WAITING
            step = MESSAGE.check(row.state, "fail" if fails else "miss")
            row.state, row.attempts, row.last_fault = step.to.value, sending.attempts, fault[:_LONGEST_FAULT]
            if fails:
                row.failed_at = at
            audit.record(row, step, by=TIMER, at=at)
            sending.next_at = at + (wait or queries.repeat_every(at))
            sending.leased_until, sending.leased_by = None, ""
            sending.save(update_fields=["next_at", "leased_until", "leased_by"])


def _still_ours(leased: Leased) -> list[tuple[Message, Sending]]:
    """Return the messages, locked, of which nobody has taken the lease over since, and that nobody has cleared."""
    kept = []
    for uid, attempts in sorted(leased.sendings):
        row = Message.locked(uid=uid)
        ours = Sending.objects.select_for_update().filter(message__uid=uid, leased_by=leased.worker, attempts=attempts)
        sending = ours.first()
        if row is not None and sending is not None:
            kept.append((row, sending))
    return kept
