"""When a message is due, when it is tried again, how long it may be, and what an address may look like."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from gongzhi.audit.states import Origin
from gongzhi.kernel.clock import require_aware
from gongzhi.kernel.refusals import Fact, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.notices.states import Carrier, RecipientKind, Timing, Wish
from gongzhi.people.rules import within_area
from gongzhi.people.states import Post

T = TypeVar("T")

POWERS = tuple(
    (Post.SYSTEM_ADMINISTRATOR, f"notice.{act}")
    for act in ("put_rule", "end_rule", "change_reach", "test_carrier", "read_log")
)
"""Who sets the rules, keeps the addresses of units and members, tests a carrier, and sees what was sent to whom."""

BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""The waits between the attempts. After the last one a person is needed."""

MOST_ATTEMPTS = len(BACK_OFF) + 1

CARRIERS_OF: Mapping[RecipientKind, frozenset[Carrier]] = {
    RecipientKind.MEMBER: frozenset({Carrier.INBOX, Carrier.EMAIL, Carrier.SMS, Carrier.WECOM}),
    RecipientKind.UNIT: frozenset({Carrier.EMAIL, Carrier.WEBHOOK}),
    RecipientKind.ADDRESSEE: frozenset({Carrier.EMAIL, Carrier.SMS}),
}
"""A member has an inbox and a telephone, a unit a mailbox and a system of its own, a citizen what they gave us."""

SMS_CHARACTERS = 70
SMS_CHARACTERS_OF_A_PART = 67
WECOM_BYTES = 2048
SUBJECT_CHARACTERS = 120
LONGEST_KEY = 160
LANGUAGES = ("zh-hans", "en")

_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\Z")
_PHONE = re.compile(r"\+?[0-9]{5,15}\Z")
_WECOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}\Z")


class AddressUnusable(Refusal):
    """The text is no address of this carrier."""

    code = "address-unusable"


class CarrierNotForThem(Refusal):
    """This carrier does not reach recipients of this kind."""

    code = "carrier-not-for-them"


class QuietHoursIncomplete(Refusal):
    """Quiet hours need both a beginning and an end."""

    code = "quiet-hours-incomplete"


class InboxNotDeclined(Refusal):
    """What stands in the inbox cannot be declined: it is how the product tells its members their work."""

    code = "inbox-not-declined"


class ClearingGroundsMissing(Refusal):
    """A failed message is cleared by somebody who says why it need not arrive."""

    code = "clearing-grounds-missing"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to be told: a code that rules name, and who exactly.

    `post` names the post where all its holders are meant; `who` is the member's id, the unit's code (empty: everywhere)
    or the id behind the addressee; `areas` are where the matter lies, so that of a post those are meant who are closest
    to each; None where that does not matter.
    """

    kind: str
    who: str
    post: str = ""
    areas: tuple[str, ...] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes by which rules name this audience, the closest first."""
        return (f"{self.kind}:{self.post}", self.kind) if self.post else (self.kind,)


def a_member(member: UUID) -> Audience:
    """One member."""
    return Audience("member", str(member))


def holders_of(post: str, *, unit: str = "") -> Audience:
    """Everybody who holds a post in a unit, or in the whole city."""
    return Audience("post", unit, post)


def holders_at(post: str, *areas: str) -> Audience:
    """Those who hold a post closest to a place: in a unit that answers for the smallest area around it.

    Near a border that is so in each of the areas.
    """
    return Audience("post", "", post, areas)


def desk_of(unit: str) -> Audience:
    """A unit's desk: those who hold the desk's post there, and the unit's own mailbox and system."""
    return Audience("desk", unit)


def addressee(kind: str, who: str) -> Audience:
    """Whoever stands behind a matter of an upper room, such as the citizen behind a report."""
    return Audience(kind, who)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who is told: a member, a unit, or an addressee of an upper room. Never an address."""

    kind: str
    who: str

    @property
    def text(self) -> str:
        """How the recipient is written down."""
        return f"{self.kind}:{self.who}"

    @property
    def sort(self) -> RecipientKind:
        """What kind of recipient this is, for the carriers that reach it."""
        known = {RecipientKind.MEMBER.value, RecipientKind.UNIT.value}
        return RecipientKind(self.kind) if self.kind in known else RecipientKind.ADDRESSEE


def recipient_of(text: str) -> Recipient:
    """Read a recipient back.

    Example:
        >>> recipient_of("unit:bureau-350203").who
        'bureau-350203'
    """
    kind, _, who = text.partition(":")
    return Recipient(kind, who)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rules: who of a topic's audiences is told by which carrier, at once or gathered."""

    audience: str
    carrier: Carrier
    timing: Timing = Timing.IMMEDIATE


def closest_lines(lines: Iterable[Line], audience: Audience) -> list[Line]:
    """Return the lines that hold for an audience: those that name its post, otherwise those for any post.

    Example:
        >>> lines = [Line("post", Carrier.INBOX), Line("post:checker", Carrier.SMS)]
        >>> [line.carrier.value for line in closest_lines(lines, holders_of("checker"))]
        ['sms']
    """
    kept = list(lines)
    for code in audience.codes:
        if found := [one for one in kept if one.audience == code]:
            return sorted(found, key=lambda one: one.carrier)
    return []


def closest_to(area: str, answering_for: Mapping[T, Iterable[str]]) -> list[T]:
    """Return those who answer for the smallest area around a place; where there is none, those tied to no area.

    Whoever answers for other areas alone is not among them. A matter whose place is not known concerns whoever answers
    for most.

    Args:
        area: the path of divisions in which the matter lies, empty where that is not known.
        answering_for: the areas that each answers for.

    Example:
        >>> closest_to("3502/350203/350203001", {"city": ["3502"], "siming": ["3502/350203"], "huli": ["3502/350206"]})
        ['siming']
        >>> closest_to("", {"siming": ["3502/350203"], "city": ["3502"]})
        ['city']
        >>> closest_to("3502/350205", {"siming": ["3502/350203"], "huli": ["3502/350206"]})
        []
    """
    areas_of = {one: tuple(areas) for one, areas in answering_for.items()}
    depths = {
        one: max((each.count("/") + 1 for each in areas if not area or within_area(area, [each])), default=0)
        for one, areas in areas_of.items()
    }
    known = [depth for depth in depths.values() if depth]
    if not known:
        return [one for one, areas in areas_of.items() if not areas]
    wanted = max(known) if area else min(known)
    return [one for one, depth in depths.items() if depth == wanted]


def timing_for(line: Line, *, wish: Wish, waits: bool) -> Timing | None:
    """Return when a recipient gets what a line promises: at once, gathered, or not at all.

    What may not wait, and the inbox, follow the rules alone.
    """
    if not waits:
        return Timing.IMMEDIATE
    if line.carrier is Carrier.INBOX:
        return Timing.IMMEDIATE
    if wish is Wish.OFF:
        return None
    return line.timing if wish is Wish.AS_RULED else Timing(wish.value)


def carriers_for(origin: Origin) -> frozenset[Carrier]:
    """Return the carriers that what came into the record in this way may use.

    Only what happens now reaches people outside; an invented city fills its own inboxes; what is replayed or imported
    happened long ago and is news to nobody.
    """
    if origin is Origin.LIVE:
        return frozenset(Carrier)
    return frozenset({Carrier.INBOX}) if origin is Origin.SEED else frozenset()


NEWSWORTHY = frozenset(origin for origin in Origin if carriers_for(origin))
"""The origins of what is news to anybody: whoever tells people of a fact listens to no others."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody wants to be disturbed, on the city's clocks; from and until alike means never."""

    from_: time
    until: time


def quiet_until(at: datetime, *, hours: QuietHours, zone: ZoneInfo) -> datetime | None:
    """Return the end of the quiet hours in which an instant lies, or None when it lies in none.

    Example:
        >>> night = QuietHours(time(22), time(7))
        >>> at = datetime.fromisoformat("2026-11-23T15:30:00+00:00")  # half past eleven at night in the city
        >>> quiet_until(at, hours=night, zone=ZoneInfo("Asia/Shanghai")).isoformat()
        '2026-11-23T23:00:00+00:00'
    """
    if hours.from_ == hours.until:
        return None
    at = require_aware(at)
    today = at.astimezone(zone).date()
    overnight = timedelta(days=1 if hours.until <= hours.from_ else 0)
    for day in (today - timedelta(days=1), today):
        begins = require_aware(datetime.combine(day, hours.from_, tzinfo=zone))
        ends = require_aware(datetime.combine(day + overnight, hours.until, tzinfo=zone))
        if begins <= at < ends:
            return ends
    return None


def next_digest(at: datetime, *, daily: time, zone: ZoneInfo) -> datetime:
    """Return the next instant after `at` at which gathered messages go out.

    Example:
        >>> at = datetime.fromisoformat("2026-11-23T01:00:00+00:00")  # nine in the morning in the city
        >>> next_digest(at, daily=time(9), zone=ZoneInfo("Asia/Shanghai")).isoformat()
        '2026-11-24T01:00:00+00:00'
    """
    at = require_aware(at)
    day = at.astimezone(zone).date()
    due = require_aware(datetime.combine(day, daily, tzinfo=zone))
    return due if due > at else require_aware(datetime.combine(day + timedelta(days=1), daily, tzinfo=zone))


def time_of(minute_of_day: int) -> time:
    """Return a time of day from its minute.

    Example:
        >>> time_of(1320).isoformat("minutes")
        '22:00'
    """
    return time(*divmod(minute_of_day, 60))


def minute_of(time_of_day: time) -> int:
    """Return the minute of the day of a time.

    Example:
        >>> minute_of(time(22, 30))
        1350
    """
    return time_of_day.hour * 60 + time_of_day.minute


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None when a person must look.

    Example:
        >>> wait_after(1), wait_after(MOST_ATTEMPTS)
        (datetime.timedelta(seconds=30), None)
    """
    return BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def reminder_number(at: datetime, *, every: timedelta) -> int:
    """Return the number of the span of time in which an instant lies; each span reminds once.

    Example:
        >>> at = datetime.fromisoformat("1970-01-03T12:00:00+00:00")
        >>> reminder_number(at, every=timedelta(days=1))
        2
    """
    return int(require_aware(at).timestamp() // every.total_seconds())


def require_address(carrier: Carrier, text: str, *, whose: RecipientKind) -> str:
    """Return an address in its usual spelling.

    Raises: CarrierNotForThem, AddressUnusable.

    Example:
        >>> require_address(Carrier.SMS, " 138-0000 1234 ", whose=RecipientKind.MEMBER)
        '13800001234'
    """
    if carrier is Carrier.INBOX or carrier not in CARRIERS_OF[whose]:
        raise CarrierNotForThem(carrier=carrier.value)
    address = text.strip()
    if carrier is Carrier.SMS:
        address = re.sub(r"[\s-]", "", address)
    if not _is_address(carrier, address):
        raise AddressUnusable(carrier=carrier.value)
    return address


def _is_address(carrier: Carrier, address: str) -> bool:
    if carrier is Carrier.WEBHOOK:
        return _is_web_address(address)
    wanted = {Carrier.EMAIL: _EMAIL, Carrier.SMS: _PHONE, Carrier.WECOM: _WECOM}[carrier]
    return wanted.match(address) is not None


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    named = bool(parts.hostname) and parts.username is None and port != 0
    return parts.scheme in {"https", "http"} and named and text.isascii() and text.isprintable() and " " not in text


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def may_connect(address: str, *, tls: bool, also: Iterable[Network] = ()) -> bool:
    """Whether our own machine may open a connection to an address that somebody else gave us.

    To public addresses only, and encrypted, or a webhook could be turned on our own network; `also` are networks that
    the installation has opened, where it need not be encrypted.

    Example:
        >>> [may_connect(one, tls=True) for one in ("1.1.1.1", "127.0.0.1", "10.0.0.8", "::ffff:10.0.0.8")]
        [True, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in network for network in also):
        return True
    return tls and found.is_global and not found.is_multicast


def sms_length(text: str) -> int:
    """Return the length of a text as a mobile network counts it: in UTF-16, a rare character is two.

    Example:
        >>> sms_length("案件已办结"), sms_length("𠮷")
        (5, 2)
    """
    return len(text.encode("utf-16-le")) // 2


def sms_parts(text: str) -> int:
    """Return into how many short messages a text is cut.

    Example:
        >>> sms_parts("案" * 70), sms_parts("案" * 71)
        (1, 2)
    """
    length = sms_length(text)
    return 1 if length <= SMS_CHARACTERS else -(-length // SMS_CHARACTERS_OF_A_PART)


def fitted_sms(text: str, *, most_parts: int) -> str:
    """Return a text cut so that it goes into so many short messages; three dots show that something is missing.

    Example:
        >>> sms_length(fitted_sms("案" * 80, most_parts=1))
        70
    """
    most = SMS_CHARACTERS if most_parts == 1 else SMS_CHARACTERS_OF_A_PART * most_parts
    if sms_length(text) <= most:
        return text
    kept, room = [], most - 1
    for letter in text:
        room -= sms_length(letter)
        if room < 0:
            break
        kept.append(letter)
    return f"{''.join(kept)}…"


def fitted_bytes(text: str, *, most: int) -> str:
    """Return a text cut to so many bytes of UTF-8, never within a character.

    Example:
        >>> fitted_bytes("立案派遣", most=9)
        '立案…'
    """
    raw = text.encode()
    return text if len(raw) <= most else f"{raw[: most - len('…'.encode())].decode(errors='ignore')}…"


def one_line(text: str, *, most: int = SUBJECT_CHARACTERS) -> str:
    r"""Return a text as one line of so many characters, for a subject.

    Example:
        >>> one_line("案件\r\nBcc: someone@example.org")
        '案件 Bcc: someone@example.org'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def require_grounds(grounds: str) -> str:
    """Return the grounds without blanks around them.

    Raises: ClearingGroundsMissing.
    """
    if not says_something(grounds):
        raise ClearingGroundsMissing
    return grounds.strip()


def spelled(facts: Mapping[str, object], *, zone: ZoneInfo) -> dict[str, Fact]:
    """Return the facts of a message as its readers see them: an instant as the city's clocks show it.

    Raises: TypeError for a value that is no text, number, truth or instant.

    Example:
        >>> due = datetime.fromisoformat("2026-11-23T06:05:00+00:00")
        >>> spelled({"due": due}, zone=ZoneInfo("Asia/Shanghai"))
        {'due': '2026-11-23 14:05'}
    """
    told: dict[str, Fact] = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            told[name] = f"{require_aware(value).astimezone(zone):%Y-%m-%d %H:%M}"
        elif value is None or isinstance(value, str | int | bool):
            told[name] = value
        else:
            raise TypeError(f"{name}: {type(value).__name__} cannot be shown in a message")
    return told
