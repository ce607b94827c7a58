"""Who is told what, what stands in an inbox, what failed, and how somebody can be reached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import override, pgettext

from gongzhi.audit import queries as audit
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import Fact, NotFound
from gongzhi.notices import registry, rules
from gongzhi.notices.models import Message, NoticeRule, Reachability, TopicWish
from gongzhi.notices.rules import Audience, Line, QuietHours, Recipient
from gongzhi.notices.states import Carrier, MessageState, Timing, Wish
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.models import Appointment, Member, Unit
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post

STREAM = "config:notices"
PRIVATE = "private"
GROUNDS = "grounds"
WEBHOOK_SECRET = "webhook-secret"  # noqa: S105 - the name under which a secret is held
DEFAULT_LANGUAGE = "zh-hans"
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One line of who is told what, and since when; `is_default`: the city set none for this topic."""

    topic: str
    line: Line
    from_at: datetime | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic, with its title in the language that is active; what only each message knows shows as dots."""

    name: str
    title: str
    may_wait: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as its readers get it. `version` is what an operation takes as `seen`."""

    uid: UUID
    version: int
    topic: str
    recipient: str
    carrier: Carrier
    about: str
    urgent: bool
    state: MessageState
    told_at: datetime
    due_at: datetime
    attempts: int
    last_fault: str
    failed_at: datetime | None
    ended_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message in somebody's inbox, in words. An erased part of it shows as a dash."""

    message: MessageRow
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReachRow:
    """How somebody can be reached: by which carriers, in which language, not at which hours. Never an address."""

    owner: str
    version: int
    carriers: frozenset[Carrier]
    language: str
    quiet: QuietHours | None
    wishes: Mapping[tuple[str, Carrier], Wish]

    def wish(self, topic: str, carrier: Carrier) -> Wish:
        """Return what they want of a topic by a carrier."""
        return self.wishes.get((topic, carrier), Wish.AS_RULED)


@dataclass(frozen=True, slots=True)
class Words:
    """A message in a language."""

    title: str
    text: str


def edition() -> int:
    """Return the edition of the rules: what an operation that changes them takes as `seen`."""
    return audit.edition(STREAM)


def topics() -> list[TopicRow]:
    """Return all topics, by name."""
    return [
        TopicRow(one.name, str(one.title).format_map(dict.fromkeys(one.facts_named(), "…")), one.may_wait)
        for one in registry.topics()
    ]


def rules_in_force(*, at: datetime) -> list[RuleRow]:
    """Return every line that holds at an instant, by topic."""
    return [row for topic in registry.topics() for row in _lines_of(topic.name, at=at)]


def lines_of(topic: str, *, at: datetime) -> list[Line]:
    """Return the lines of a topic that hold at an instant."""
    return [row.line for row in _lines_of(topic, at=at)]


def lines_for(topic: str, audience: Audience, *, at: datetime) -> list[Line]:
    """Return the lines by which an audience of a topic is told at an instant."""
    return rules.closest_lines(lines_of(topic, at=at), audience)


def recipients_of(audience: Audience, *, at: datetime) -> list[Recipient]:
    """Return everybody in an audience at an instant, each once."""
    if audience.kind == "member":
        return [Recipient("member", audience.who)]
    if audience.kind == "post":
        return _holders(audience.post, unit=audience.who or None, areas=audience.areas, at=at)
    if audience.kind == "desk":
        desk = _holders(Post.DEPARTMENT_DESK, unit=audience.who, areas=None, at=at)
        return [*desk, Recipient("unit", audience.who)]
    registry.resolver(audience.kind)  # an audience that nobody could ever find is a bug, seen here and not at night
    return [Recipient(audience.kind, audience.who)]


def require_to_reach(owner: Recipient, *, by: Actor, at: datetime) -> None:
    """Refuse whoever may neither read nor change how somebody is reached: members their own, others with the power.

    Raises: NotFound, NotPermitted.
    """
    require_owner(owner)
    if not is_own(owner.text, by=by):
        people.require(by, "notice.change_reach", Matter(), at=at)


def require_owner(owner: Recipient) -> None:
    """Refuse to keep addresses of anybody but our own members and units.

    Raises: NotFound.
    """
    if owner.kind == "unit":
        people.unit(owner.who)
    elif owner.kind != "member" or not is_id(owner.who) or not Member.objects.filter(uid=owner.who).exists():
        raise NotFound(thing=owner.kind, code=owner.who)


def is_own(owner: str, *, by: Actor) -> bool:
    """Whether somebody is the member whom a message or an address belongs to."""
    return by.kind is ActorKind.MEMBER and owner == f"member:{by.id}"


def is_with_us(recipient: Recipient, *, at: datetime) -> bool:
    """Whether a member holds any post, or a unit exists, at an instant."""
    if recipient.kind == "unit":
        return any(one.code == recipient.who for one in people.units(at=at))
    held = Appointment.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)
    return held.filter(member__uid=recipient.who).exists()


def told_by(key: str, recipients: Iterable[str]) -> set[tuple[str, str]]:
    """Return which of some recipients were told a piece of news, and by which carrier."""
    found = Message.objects.filter(key=key, recipient__in=list(recipients))
    return set(found.values_list("recipient", "carrier"))


def is_told(key: str) -> bool:
    """Whether anybody was told a piece of news."""
    return bool(told([key]))


def told(keys: Collection[str]) -> set[str]:
    """Return of which of some pieces of news anybody was told."""
    asked = list(keys)
    some = (asked[start : start + _ASKED_AT_ONCE] for start in range(0, len(asked), _ASKED_AT_ONCE))
    return {key for each in some for key in Message.objects.filter(key__in=each).values_list("key", flat=True)}


def reach_of(owner: str) -> ReachRow:
    """Return how a member or a unit can be reached; somebody who never said anything has the usual of everything."""
    found = Reachability.objects.filter(owner=owner).first()
    if found is None:
        return ReachRow(owner, 0, frozenset(), "", None, {})
    wishes = TopicWish.objects.filter(reach__uid=found.uid)
    return _reach_row(found, {(one.topic, Carrier(one.carrier)): Wish(one.wish) for one in wishes})


def address_of(owner: str, carrier: Carrier) -> str:
    """Return where a carrier finds a member or a unit, empty where it does not. Only for the moment of sending."""
    return _held_of(owner, carrier.value)


def private_of(message: str) -> Mapping[str, object]:
    """Return what a message says to its addressee alone, empty once it is erased. Only for the moment of sending."""
    held = audit.held_values([message], names=[PRIVATE]).get(message, {}).get(PRIVATE)
    return held if isinstance(held, dict) else {}


def webhook_secret_of(owner: str) -> str:
    """Return the secret with which we sign what goes to a unit's system. Only for the moment of sending."""
    return _held_of(owner, WEBHOOK_SECRET)


def quiet_end(recipient: Recipient, reach: ReachRow, *, at: datetime) -> datetime | None:
    """Return when a recipient's quiet hours end, or None at an hour at which they may be disturbed.

    A unit's mailbox and its system never sleep.
    """
    if recipient.kind == "unit":
        return None
    return rules.quiet_until(at, hours=reach.quiet or _quiet_hours(at), zone=city().zone)


def due_at(recipient: Recipient, reach: ReachRow, *, timing: Timing, urgent: bool, at: datetime) -> datetime:
    """Return when a message that is told now is to go out."""
    if urgent:
        return at
    due = at
    if timing is Timing.DIGEST:
        daily = rules.time_of(parameter("notice_digest_min", at=at))
        due = rules.next_digest(at, daily=daily, zone=city().zone)
    return quiet_end(recipient, reach, at=due) or due


def repeat_every(at: datetime) -> timedelta:
    """Return after which time a failed message is tried again and its failure told again."""
    return timedelta(hours=parameter("notice_failed_repeat_h", at=at))


def most_sms_parts(at: datetime) -> int:
    """Return into how many short messages a message may be cut."""
    return parameter("notice_sms_parts", at=at)


def message(uid: UUID) -> MessageRow:
    """Return a message.

    Raises: NotFound.
    """
    found = Message.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="message", code=str(uid))
    return message_row(found)


def inbox(
    member: UUID, *, language: str, unread_only: bool = False, before: UUID | None = None, limit: int = 50
) -> list[InboxRow]:
    """Return what stands in a member's inbox, the latest first, in a language.

    Args:
        member: whose inbox; only they themselves may see it.
        language: the reader's.
        unread_only: leave out what was read.
        before: the last message of the page before.
        limit: how many at most.
    """
    found = Message.objects.filter(recipient=f"member:{member}", carrier=Carrier.INBOX.value).order_by("-id")
    if unread_only:
        found = found.filter(read_at=None)
    if before is not None:
        last = Message.objects.filter(uid=before).values_list("id", flat=True).first()
        found = found.filter(id__lt=last or 0)
    rows = list(found[:limit])
    held = audit.held_values([one.stream for one in rows], names=[PRIVATE])
    return [_in_inbox(one, held.get(one.stream, {}), language=language) for one in rows]


def inbox_message(uid: UUID, *, language: str) -> InboxRow:
    """Return one message in an inbox, in a language; only its recipient may see it.

    Raises: NotFound.
    """
    found = Message.objects.filter(uid=uid, carrier=Carrier.INBOX.value).first()
    if found is None:
        raise NotFound(thing="message", code=str(uid))
    held = audit.held_values([found.stream], names=[PRIVATE])
    return _in_inbox(found, held.get(found.stream, {}), language=language)


def unread(member: UUID) -> int:
    """Return how many messages in a member's inbox were not read yet."""
    return Message.objects.filter(recipient=f"member:{member}", carrier=Carrier.INBOX.value, read_at=None).count()


def failed(*, limit: int = 100) -> list[MessageRow]:
    """Return the messages that failed and that nobody has cleared, the oldest failure first."""
    found = Message.objects.filter(state=MessageState.FAILED.value).order_by("failed_at", "id")
    return [message_row(one) for one in found[:limit]]


def failed_count() -> int:
    """Return how many messages failed and were not cleared."""
    return Message.objects.filter(state=MessageState.FAILED.value).count()


def messages_about(stream: str, *, after: UUID | None = None, limit: int = 200) -> list[MessageRow]:
    """Return who was told what about a matter, in the order in which they were told, after a given message."""
    found = Message.objects.filter(about=stream).order_by("id")
    if after is not None:
        last = Message.objects.filter(uid=after).values_list("id", flat=True).first()
        found = found.filter(id__gt=last or 0)
    return [message_row(one) for one in found[:limit]]


def words_of(topic: str, facts: Mapping[str, object], *, private: Mapping[str, object] | None, language: str) -> Words:
    """Return a message in words.

    Args:
        topic: what it is about.
        facts: the facts that everybody may read.
        private: the facts for the inbox alone; None for a carrier that must not show them.
        language: the recipient's. In English a fact `unit_en` stands for `unit`.
    """
    declared = registry.topic(topic)
    spoken = language or DEFAULT_LANGUAGE
    known = {**facts, **(private or {})}
    with override(spoken):
        hidden = pgettext("notice", "（请登录查看）")
        shown: dict[str, Fact | str] = dict.fromkeys(declared.facts_named(), hidden if private is None else "—")
        for name, value in known.items():
            said = known.get(f"{name}_{spoken}") or value
            shown[name] = "—" if said is None else str(said)
        return Words(str(declared.title).format_map(shown), str(declared.text).format_map(shown))


def message_row(found: Message) -> MessageRow:
    """Return what others may know of a message."""
    return MessageRow(
        uid=found.uid,
        version=found.version,
        topic=found.topic,
        recipient=found.recipient,
        carrier=Carrier(found.carrier),
        about=found.about,
        urgent=found.urgent,
        state=MessageState(found.state),
        told_at=found.told_at,
        due_at=found.due_at,
        attempts=found.attempts,
        last_fault=found.last_fault,
        failed_at=found.failed_at,
        ended_at=found.ended_at,
        read_at=found.read_at,
    )


def snapshot_rows() -> Iterator[Sequence[str | int | bool | None]]:
    """Yield every line of the rules for the record."""
    lines = sorted(
        NoticeRule.objects.all(), key=lambda one: (one.topic, one.audience, one.carrier, one.from_at, one.timing)
    )
    for one in lines:
        until = None if one.until_at is None else utc_text(one.until_at)
        yield one.topic, one.audience, one.carrier, one.timing, utc_text(one.from_at), until


def zone() -> ZoneInfo:
    """Return the zone of the city's clocks."""
    return city().zone


def _lines_of(topic: str, *, at: datetime) -> list[RuleRow]:
    """Return a topic's lines: those of the city, or those it starts with where the city never set any."""
    kept = list(NoticeRule.objects.filter(topic=topic).order_by("audience", "carrier", "from_at"))
    if not kept:
        return [RuleRow(topic, line, None, is_default=True) for line in registry.topic(topic).lines]
    return [
        RuleRow(topic, Line(one.audience, Carrier(one.carrier), Timing(one.timing)), one.from_at, is_default=False)
        for one in kept
        if one.from_at <= at and (one.until_at is None or one.until_at > at)
    ]


def _holders(post: str, *, unit: str | None, areas: Iterable[str] | None, at: datetime) -> list[Recipient]:
    """Return who holds a post, and who acts for one of them; those alone who are closest to an area where one is named.

    Where nobody who holds the post answers for the area, the shift leader hears of it, so that somebody does.

    Args:
        post: the post.
        unit: its holders in this unit; None for every unit.
        areas: where the matter lies, several near a border; None where that does not matter.
        at: when.
    """
    held = people.in_post(post, at=at, unit=unit)
    members = [str(one.member) for one in held]
    if areas is not None:
        answering_for = dict(Unit.objects.filter(code__in={one.unit for one in held}).values_list("code", "areas"))
        members = []
        for area in areas:
            closest = set(rules.closest_to(area, answering_for))
            members += [str(one.member) for one in held if one.unit in closest]
            if not closest and post != Post.SHIFT_LEADER:
                leading = _holders(Post.SHIFT_LEADER, unit=None, areas=[area], at=at)
                members += [one.who for one in leading]
    return [Recipient("member", member) for member in dict.fromkeys(members)]


def _quiet_hours(at: datetime) -> QuietHours:
    from_, until = (parameter(f"notice_quiet_{end}_min", at=at) for end in ("from", "until"))
    return QuietHours(rules.time_of(from_), rules.time_of(until))


def _reach_row(found: Reachability, wishes: Mapping[tuple[str, Carrier], Wish]) -> ReachRow:
    quiet = None
    if found.quiet_from_min is not None and found.quiet_until_min is not None:
        quiet = QuietHours(rules.time_of(found.quiet_from_min), rules.time_of(found.quiet_until_min))
    carriers = frozenset(Carrier(one) for one in found.carriers)
    return ReachRow(found.owner, found.version, carriers, found.language, quiet, wishes)


def _held_of(owner: str, name: str) -> str:
    found = Reachability.objects.filter(owner=owner).first()
    if found is None:
        return ""
    return str(audit.held_values([found.stream], names=[name]).get(found.stream, {}).get(name, ""))


def _in_inbox(found: Message, held: Mapping[str, object], *, language: str) -> InboxRow:
    private = held.get(PRIVATE)
    words = words_of(found.topic, found.facts, private=private if isinstance(private, dict) else {}, language=language)
    return InboxRow(message_row(found), words.title, words.text)
