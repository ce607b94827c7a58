"""Telling somebody something, once, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.notices import carriers, facts, queries, registry, rules
from gongzhi.notices.lifecycle import MESSAGE
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.queries import PRIVATE, MessageRow, ReachRow, message_row
from gongzhi.notices.rules import Audience, Line, Recipient
from gongzhi.notices.states import Carrier, RecipientKind


class NotYourMessage(Refusal):
    """The message stands in somebody else's inbox."""

    code = "not-your-message"


@one_change
def tell(
    topic: str,
    *,
    audience: Audience,
    about: str,
    facts: Mapping[str, object],
    key: str,
    private: Mapping[str, object] | None = None,
    urgent: bool = False,
    by: Actor,
    at: datetime,
) -> list[UUID]:
    """Tell an audience something, once for each recipient and carrier however often it is told.

    It joins the caller's change; what leaves the product goes out after that is kept, never before. Only what happens
    now goes out: whoever tells in a subscription does so in `recording_as(entry.origin)`.

    Args:
        topic: a registered topic.
        audience: who is to be told.
        about: the stream of the matter, such as `case:<id>`; when that is erased, so is what is private here.
        facts: what the words need and every carrier may show, the record included; an instant is shown in local time.
        key: what makes this piece of news the same one when it is told again, such as `case:<id>#7`.
        private: what the inbox alone shows, such as a reporter's words, and an addressee's own matter to themselves;
            held apart and erasable.
        urgent: it goes out at any hour. What a topic says may not wait always does.
        by: whose doing it is.
        at: when.

    Returns: the messages that are new.
    """
    declared = registry.topic(topic)
    told = rules.spelled(facts, zone=queries.zone())
    _require_facts(declared, told, private or {})
    if len(key) > rules.LONGEST_KEY:
        raise ValueError(f"a key of {len(key)} characters: {key[:20]}…")
    lines = _usable_lines(declared, audience, at=at)
    hurried = urgent or not declared.may_wait
    made = []
    for recipient, line in _not_told_yet(key, queries.recipients_of(audience, at=at), lines):
        reach = queries.reach_of(recipient.text)
        timing = rules.timing_for(line, wish=reach.wish(topic, line.carrier), waits=not hurried)
        if timing is None or not _reaches(line.carrier, recipient, reach):
            continue
        row = Message(
            topic=topic,
            recipient=recipient.text,
            carrier=line.carrier.value,
            about=about,
            key=key,
            facts=told,
            urgent=hurried,
            timing=timing.value,
            told_at=at,
            due_at=queries.due_at(recipient, reach, timing=timing, urgent=hurried, at=at),
        )
        if _told_now(row, private=private or {}, by=by, at=at):
            made.append(row.uid)
    return made


@one_change
def read_message(message: UUID, *, by: Actor, at: datetime) -> MessageRow:
    """Note that somebody has read a message in their inbox. Reading it again changes nothing.

    Raises: NotFound, NotYourMessage.
    """
    row = Message.locked(uid=message)
    if row is None or row.carrier != Carrier.INBOX:
        raise NotFound(thing="message", code=str(message))
    if not queries.is_own(row.recipient, by=by):
        raise NotYourMessage(message=str(message))
    if row.read_at is None:
        step = MESSAGE.check(row.state, "read")
        row.read_at = at
        audit.record(row, step, by=by, at=at)
    return message_row(row)


@one_change
def erase_private(about: str, *, rule: str, by: Actor, at: datetime) -> int:
    """Erase the private facts of every message about a matter; return how many messages that were.

    Only the room that erases the matter itself calls this; it asks for the power to erase.
    """
    erased = 0
    for uid in Message.objects.filter(about=about).order_by("id").values_list("uid", flat=True):
        row = Message.locked(uid=uid)
        targets = [] if row is None else audit_queries.erasable(row.stream, names=[PRIVATE])
        if row is not None and targets:
            audit.erase(row, targets, rule=rule, by=by, at=at)
            erased += 1
    return erased


def _require_facts(declared: registry.Topic, told: Mapping[str, object], private: Mapping[str, object]) -> None:
    """Crash when the words need a fact that is not given, or when one name means two things: that is a bug."""
    if missing := declared.facts_named() - told.keys() - private.keys():
        raise ValueError(f"{declared.name}: the words need {sorted(missing)}")
    if doubled := told.keys() & private.keys():
        raise ValueError(f"{declared.name}: {sorted(doubled)} cannot be private and not")


def _usable_lines(declared: registry.Topic, audience: Audience, *, at: datetime) -> list[Line]:
    """Return the lines that hold for an audience, by carriers that are set up and open to what is told now."""
    usable = rules.carriers_for(audit.origin()) & carriers.set_up()
    return [one for one in queries.lines_for(declared.name, audience, at=at) if one.carrier in usable]


def _not_told_yet(key: str, recipients: Iterable[Recipient], lines: Iterable[Line]) -> Iterator[tuple[Recipient, Line]]:
    """Yield for each recipient the lines by whose carriers they were not told this piece of news before."""
    wanted = [(recipient, line) for recipient in recipients for line in lines]
    known = queries.told_by(key, {recipient.text for recipient, _ in wanted})
    for recipient, line in wanted:
        if (recipient.text, line.carrier.value) not in known:
            yield recipient, line


def _reaches(carrier: Carrier, recipient: Recipient, reach: ReachRow) -> bool:
    """Whether a carrier finds a recipient; where an addressee can be reached is known only when it is sent."""
    if carrier not in rules.CARRIERS_OF[recipient.sort]:
        return False
    known_later = carrier is Carrier.INBOX or recipient.sort is RecipientKind.ADDRESSEE
    return known_later or carrier in reach.carriers


def _told_now(row: Message, *, private: Mapping[str, object], by: Actor, at: datetime) -> bool:
    """Keep a new message; return False when another transaction told it at this moment."""
    try:
        with transaction.atomic():
            _keep(row, private=private, by=by, at=at)
    except IntegrityError:
        if Message.objects.filter(key=row.key, recipient=row.recipient, carrier=row.carrier).exists():
            return False
        raise
    return True


def _keep(row: Message, *, private: Mapping[str, object], by: Actor, at: datetime) -> None:
    """Keep a message, with what is private where its carrier may show it: to members in the inbox, else to addressees.

    The inbox needs nobody to carry: the message has arrived with the change that tells it.
    """
    in_inbox = row.carrier == Carrier.INBOX
    shown = in_inbox or rules.recipient_of(row.recipient).sort is RecipientKind.ADDRESSEE
    held = {PRIVATE: rules.spelled(private, zone=queries.zone())} if private and shown else {}
    if in_inbox:
        step = MESSAGE.check(row.state, "send")
        row.state, row.ended_at = step.to.value, at
        audit.record(row, step, by=by, at=at, held=held)
    else:
        audit.record(row, facts.TOLD, by=by, at=at, held=held)
        Sending.objects.create(message=row, next_at=row.due_at)
