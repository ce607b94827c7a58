"""Telling somebody something, the rules by which that is done, and looking after what could not be delivered."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound, Outage, Refusal
from gongzhi.notices import carriers, facts, queries, registry, rules
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.lifecycle import MESSAGE
from gongzhi.notices.models import Message, NoticeRule, Reachability, Sending, TopicWish
from gongzhi.notices.queries import PRIVATE, STREAM, MessageRow, ReachRow, message_row
from gongzhi.notices.rules import (
    AddressUnusable,
    Audience,
    CarrierNotForThem,
    ClearingGroundsMissing,
    InboxNotDeclined,
    Line,
    QuietHoursIncomplete,
    Recipient,
)
from gongzhi.notices.states import Carrier, RecipientKind, Wish
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotPermitted

CARRIER_TRIED = "notices.carrier-tried"
_SECRET_BYTES = 24


class TopicUnknown(NotFound):
    """There is no such topic."""

    code = "topic-unknown"


class NotYourMessage(Refusal):
    """The message stands in somebody else's inbox."""

    code = "not-your-message"


class RuleNotInForce(Refusal):
    """There is no such line in the rules at this moment."""

    code = "notice-rule-not-in-force"


class CarrierNotSetUp(Refusal):
    """This installation has not set the carrier up."""

    code = "carrier-not-set-up"


class LanguageUnknown(Refusal):
    """The product does not speak this language."""

    code = "language-unknown"


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
        about: the stream of the matter, such as `case:<id>`.
        facts: what the words need and every carrier may show, the record included; an instant is shown in local time.
        key: what makes this piece of news the same one when it is told again, such as `case:<id>#7`.
        private: what the inbox alone shows, such as a reporter's words; held apart and erasable.
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
    if by.kind is not ActorKind.MEMBER or row.recipient != f"member:{by.id}":
        raise NotYourMessage(message=str(message))
    if row.read_at is None:
        step = MESSAGE.check(row.state, "read")
        row.read_at = at
        audit.record(row, step, by=by, at=at)
    return message_row(row)


@one_change
def retry_message(message: UUID, *, seen: int, by: Actor, at: datetime) -> MessageRow:
    """Put a failed message back to the beginning of its attempts.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, MoveNotAllowed.
    """
    row = _locked(message, seen=seen)
    step = MESSAGE.check(row.state, "retry")
    people.require(by, "notice.retry", Matter(), at=at)
    row.state, row.failed_at, row.attempts = step.to.value, None, 0
    audit.record(row, step, by=by, at=at)
    Sending.objects.update_or_create(
        message=row, defaults={"next_at": at, "attempts": 0, "leased_until": None, "leased_by": ""}
    )
    return message_row(row)


@one_change
def clear_message(message: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> MessageRow:
    """Take a failed message off the list, with the reason why it need not arrive any more.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, MoveNotAllowed, ClearingGroundsMissing.
    """
    said = rules.require_grounds(grounds)
    row = _locked(message, seen=seen)
    step = MESSAGE.check(row.state, "clear")
    people.require(by, "notice.clear", Matter(), at=at)
    row.state, row.ended_at = step.to.value, at
    audit.record(row, step, by=by, at=at, held={queries.GROUNDS: said})
    Sending.objects.filter(message__uid=row.uid).delete()
    return message_row(row)


@one_change
def erase_private(about: str, *, rule: str, by: Actor, at: datetime) -> int:
    """Erase the private facts of every message about a matter; return how many messages that were.

    Only the room that erases the matter itself calls this; it asks for the power to erase.
    """
    erased = 0
    told = Message.objects.filter(about=about, carrier=Carrier.INBOX.value).order_by("id")
    for uid in told.values_list("uid", flat=True):
        row = Message.locked(uid=uid)
        targets = [] if row is None else audit_queries.erasable(row.stream, names=[PRIVATE])
        if row is not None and targets:
            audit.erase(row, targets, rule=rule, by=by, at=at)
            erased += 1
    return erased


@one_change
def seed_rules(*, by: Actor, at: datetime) -> int:
    """Write down the lines that each topic starts with, where the city has none for it; return how many were added."""
    people.require_administration(by, "notice.put_rule", at=at)
    known = set(NoticeRule.objects.values_list("topic", flat=True))
    fresh = [
        _rule(topic.name, line, at=at) for topic in registry.topics() if topic.name not in known for line in topic.lines
    ]
    NoticeRule.objects.bulk_create(fresh)
    if fresh:
        audit.record_snapshot(STREAM, facts.RULES_SEEDED, by=by, at=at, facts={"added": len(fresh)})
    return len(fresh)


@one_change
def put_rule(topic: str, line: Line, *, seen: int, by: Actor, at: datetime) -> None:
    """Let an audience of a topic be told by a carrier from now on, at once or gathered. The line before it ends.

    Args:
        topic: what they are told about.
        line: who, by which carrier, at once or gathered.
        seen: the edition of the rules on which this is built.
        by: who changes the rules.
        at: from when on.

    Raises: NotPermitted, TopicUnknown, ChangedMeanwhile.
    """
    people.require(by, "notice.put_rule", Matter(), at=at)
    audit.require_edition(STREAM, seen)
    _own_lines(topic, at=at)
    open_line = NoticeRule.objects.filter(
        topic=topic, audience=line.audience, carrier=line.carrier.value, until_at=None
    ).first()
    if open_line is not None:
        if open_line.timing == line.timing:
            return
        _end(open_line, at=at)
    _rule(topic, line, at=at).save(force_insert=True)
    told = {"topic": topic, "audience": line.audience, "carrier": line.carrier.value, "timing": line.timing.value}
    audit.record_snapshot(STREAM, facts.RULE_PUT, by=by, at=at, facts=told, seen=seen)


@one_change
def end_rule(topic: str, *, audience: str, carrier: Carrier, seen: int, by: Actor, at: datetime) -> None:
    """Stop telling an audience of a topic by a carrier from now on.

    Raises: NotPermitted, TopicUnknown, RuleNotInForce, ChangedMeanwhile.
    """
    people.require(by, "notice.end_rule", Matter(), at=at)
    audit.require_edition(STREAM, seen)
    _own_lines(topic, at=at)
    row = NoticeRule.objects.filter(topic=topic, audience=audience, carrier=carrier.value, until_at=None).first()
    if row is None:
        raise RuleNotInForce(topic=topic, audience=audience, carrier=carrier.value)
    _end(row, at=at)
    told = {"topic": topic, "audience": audience, "carrier": carrier.value}
    audit.record_snapshot(STREAM, facts.RULE_ENDED, by=by, at=at, facts=told, seen=seen)


@one_change
def change_address(
    owner: Recipient, carrier: Carrier, address: str, *, seen: int, by: Actor, at: datetime
) -> tuple[ReachRow, str]:
    """Keep where a carrier finds a member or a unit, encrypted; the address before it is erased.

    Members keep their own; the system administrator keeps everybody's. A new webhook gets a secret, with which we sign
    what we send there; it is shown this once.

    Returns: how they can be reached now, and the secret of a webhook, empty for every other carrier.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, AddressUnusable, CarrierNotForThem.
    """
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    held = {carrier.value: rules.require_address(carrier, address, whose=owner.sort)}
    secret = ""
    if carrier is Carrier.WEBHOOK:
        secret = "whsec_" + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()
        held[queries.WEBHOOK_SECRET] = secret
    outdated = audit_queries.erasable(row.stream, names=held)
    row.carriers = sorted({*row.carriers, carrier.value})
    audit.record(row, facts.ADDRESSES_CHANGED, by=by, at=at, facts={"carrier": carrier.value}, held=held)
    if outdated:
        audit.erase(row, outdated, rule="replaced", by=by, at=at)
    return queries.reach_of(owner.text), secret


@one_change
def erase_addresses(
    owner: Recipient, *, rule: str, seen: int, by: Actor, at: datetime, only: Iterable[Carrier] = tuple(Carrier)
) -> ReachRow:
    """Erase where carriers find a member or a unit, all of them or some.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, NothingToErase.
    """
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    gone = {one.value for one in only}
    names = gone | ({queries.WEBHOOK_SECRET} if Carrier.WEBHOOK.value in gone else set())
    targets = audit_queries.erasable(row.stream, names=names)
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name="address")
    row.carriers = sorted(set(row.carriers) - gone)
    audit.erase(row, targets, rule=rule, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def change_quiet_hours(
    owner: Recipient, *, from_: time | None, until: time | None, seen: int, by: Actor, at: datetime
) -> ReachRow:
    """Give a member quiet hours of their own; without any the city's hold. From and until alike means none at all.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, QuietHoursIncomplete.
    """
    if (from_ is None) != (until is None):
        raise QuietHoursIncomplete
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    row.quiet_from_min = None if from_ is None else rules.minute_of(from_)
    row.quiet_until_min = None if until is None else rules.minute_of(until)
    audit.record(row, facts.HOURS_CHANGED, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def change_language(owner: Recipient, language: str, *, seen: int, by: Actor, at: datetime) -> ReachRow:
    """Let messages to a member or a unit be written in a language.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, LanguageUnknown.
    """
    if language not in rules.LANGUAGES:
        raise LanguageUnknown(language=language)
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    row.language = language
    audit.record(row, facts.LANGUAGE_CHANGED, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def put_wish(
    owner: Recipient, *, topic: str, carrier: Carrier, wish: Wish, seen: int, by: Actor, at: datetime
) -> ReachRow:
    """Keep what somebody wants of a topic by a carrier: at once, gathered, not at all, or as the rules say.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, TopicUnknown, InboxNotDeclined.
    """
    _require_topic(topic)
    if carrier is Carrier.INBOX:
        raise InboxNotDeclined(topic=topic)
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    kept = None if row._state.adding else TopicWish.locked(reach_id=row.uid, topic=topic, carrier=carrier.value)
    kept = kept or TopicWish(reach_id=row.uid, topic=topic, carrier=carrier.value)
    kept.wish = wish.value
    told = {"topic": topic, "carrier": carrier.value, "wish": wish.value}
    audit.record(row, facts.WISH_PUT, by=by, at=at, facts=told, also=[kept])
    return queries.reach_of(owner.text)


def try_carrier(carrier: Carrier, address: str, *, by: Actor, at: datetime) -> str:
    """Send a harmless message to an address and keep in the record that this was done; return the carrier's reference.

    Call it outside any transaction: a carrier may take its time.

    Raises: NotPermitted, CarrierNotForThem, AddressUnusable, CarrierNotSetUp, Outage.
    """
    people.require(by, "notice.test_carrier", Matter(), at=at)
    whose = RecipientKind.UNIT if carrier is Carrier.WEBHOOK else RecipientKind.MEMBER
    to = rules.require_address(carrier, address, whose=whose)
    if carrier not in carriers.set_up():
        raise CarrierNotSetUp(carrier=carrier.value)
    try:
        reference = carriers.carriage(carrier).send(_trial(to, at=at), at=at)
    except Outage as fault:
        _record_trial(carrier, str(fault), by=by, at=at)
        raise
    _record_trial(carrier, "sent", by=by, at=at)
    return reference


@one_change
def _record_trial(carrier: Carrier, outcome: str, *, by: Actor, at: datetime) -> None:
    told = {"carrier": carrier.value, "outcome": outcome}
    audit.record_snapshot(STREAM, facts.CARRIER_TESTED, by=by, at=at, facts=told)


def _trial(to: str, *, at: datetime) -> Parcel:
    told = rules.spelled({"at": at}, zone=queries.zone())
    words = queries.words_of(CARRIER_TRIED, told, private=None, language=queries.DEFAULT_LANGUAGE)
    news = News(CARRIER_TRIED, about=STREAM, facts=told, told_at=at, title=words.title, text=words.text)
    return Parcel(id=str(new_id()), to=to, title=words.title, text=words.text, news=(news,))


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
            if row.carrier == Carrier.INBOX:
                _put_into_inbox(row, private=private, by=by, at=at)
            else:
                audit.record(row, facts.TOLD, by=by, at=at)
                Sending.objects.create(message=row, next_at=row.due_at)
    except IntegrityError:
        if Message.objects.filter(key=row.key, recipient=row.recipient, carrier=row.carrier).exists():
            return False
        raise
    return True


def _put_into_inbox(row: Message, *, private: Mapping[str, object], by: Actor, at: datetime) -> None:
    """The inbox needs nobody to carry: the message has arrived with the change that tells it."""
    step = MESSAGE.check(row.state, "send")
    row.state, row.ended_at = step.to.value, at
    held = {PRIVATE: rules.spelled(private, zone=queries.zone())} if private else {}
    audit.record(row, step, by=by, at=at, held=held)


def _locked(message: UUID, *, seen: int) -> Message:
    row = Message.locked(uid=message)
    if row is None:
        raise NotFound(thing="message", code=str(message))
    audit.require_version(row, seen)
    return row


def _require_topic(name: str) -> None:
    if name not in {one.name for one in registry.topics()}:
        raise TopicUnknown(topic=name)


def _own_lines(topic: str, *, at: datetime) -> None:
    """Write a topic's first lines down as the city's own, so that changing one of them leaves the others in force."""
    _require_topic(topic)
    if not NoticeRule.objects.filter(topic=topic).exists():
        NoticeRule.objects.bulk_create([_rule(topic, line, at=at) for line in registry.topic(topic).lines])


def _rule(topic: str, line: Line, *, at: datetime) -> NoticeRule:
    return NoticeRule(
        topic=topic, audience=line.audience, carrier=line.carrier.value, timing=line.timing.value, from_at=at
    )


def _end(row: NoticeRule, *, at: datetime) -> None:
    """End a line; one that begins at this very instant, or later, never holds."""
    row.until_at = max(at, row.from_at)
    row.save(update_fields=["until_at"])


def _reach_to_change(owner: Recipient, *, seen: int, by: Actor, at: datetime) -> Reachability:
    """Return the row of somebody's addresses and wishes, new where there is none, to one who may change it."""
    queries.require_owner(owner)
    theirs = by.kind is ActorKind.MEMBER and owner.text == f"member:{by.id}"
    if not theirs:
        people.require(by, "notice.change_reach", Matter(), at=at)
    row = Reachability.locked(owner=owner.text) or Reachability(owner=owner.text)
    audit.require_version(row, seen)
    return row


__all__ = [
    "AddressUnusable",
    "CarrierNotForThem",
    "CarrierNotSetUp",
    "ChangedMeanwhile",
    "ClearingGroundsMissing",
    "InboxNotDeclined",
    "LanguageUnknown",
    "NotPermitted",
    "NotYourMessage",
    "NothingToErase",
    "QuietHoursIncomplete",
    "RuleNotInForce",
    "TopicUnknown",
    "change_address",
    "change_language",
    "change_quiet_hours",
    "clear_message",
    "end_rule",
    "erase_addresses",
    "erase_private",
    "put_rule",
    "put_wish",
    "read_message",
    "retry_message",
    "seed_rules",
    "tell",
    "try_carrier",
]
