"""What a report must and may say, and which query code belongs to it. Pure functions."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.places.states import PositionSource

CLOCK_TOLERANCE = timedelta(minutes=5)
LONGEST_SOURCE = 80
LONGEST_KEY = 200
_MOBILE_DIGITS = 11
_CITIZENS_CHANNELS = frozenset({Channel.PORTAL, Channel.CHAT, Channel.OPEN311, Channel.API})
_FROM_DEVICES = frozenset({Channel.PATROL, Channel.VIDEO, Channel.SENSOR})
PATROL, OBSERVE, ENTER = "report.patrol", "report.observe", "report.enter"
"""Reporting what one finds on the spot, what cameras and devices show, and what somebody else said."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters or digits that are mistaken for one another


class NothingSaid(Refusal):
    """The report holds neither words nor a file."""

    code = "nothing-said"


class TextTooLong(Refusal):
    """The text is longer than the city takes in one report."""

    code = "text-too-long"


class TextUnreadable(Refusal):
    """The text holds characters that are no text (half a surrogate pair, for instance)."""

    code = "text-unreadable"


class ReceivedInFuture(Refusal):
    """A report cannot have been received after now."""

    code = "received-in-future"


class CoordinatesSwapped(Refusal):
    """Longitude and latitude look exchanged: the other way round the point lies in the city."""

    code = "coordinates-swapped"


class HalfAPoint(Refusal):
    """Only one of longitude and latitude was given."""

    code = "half-a-point"


class PositionErrorAbsurd(Refusal):
    """A position cannot be wrong by less than nothing, nor by so much that it names no place."""

    code = "position-error-absurd"


class SourceKeyUnusable(Refusal):
    """The key that names the report at its source, or the source's own name, is empty, too long or no text."""

    code = "source-key-unusable"


class AnswerMissing(Refusal):
    """An answer needs words."""

    code = "answer-missing"


class ChannelNotOpen(Refusal):
    """A citizen cannot report as a patrol, a hotline or a leader."""

    code = "channel-not-open"


class TooManyFiles(Refusal):
    """A report comes with more files than the city takes with one."""

    code = "too-many-files"


class WordsSecret(Refusal):
    """A neighbour's work sheet says that the matter is secret: its words are released to nobody."""

    code = "report-words-secret"


class ContactMissing(Refusal):
    """The reporter left no contact, or it was erased."""

    code = "contact-missing"


class ReasonMissing(Refusal):
    """Whoever looks at a reporter's contact, or erases something, says why."""

    code = "reason-missing"


class MatterIsOver(Refusal):
    """The case that somebody wants to join has ended meanwhile: what is there again is a matter of its own."""

    code = "matter-is-over"


class CasesStillOpen(Refusal):
    """What the reporter complained about is still being handled: an answer now would end the report too early."""

    code = "cases-still-open"


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """What the reporter said about the place: coordinates in a named system, words, both or nothing.

    `division` is the code of a division that the source itself names. It counts where the map knows only a wider
    division around the point, such as a city whose districts have no outlines. `position_error_m` is how far the point
    may be wrong, as its source says; None where it says nothing.
    """

    lon: float | None = None
    lat: float | None = None
    crs: Crs = Crs.WGS84
    address: str = ""
    division: str = ""
    position_error_m: float | None = None

    @property
    def has_point(self) -> bool:
        """Whether coordinates were given; 0,0 is how devices say that they have none."""
        return self.lon is not None and self.lat is not None and (self.lon, self.lat) != (0, 0)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the reporter, held encrypted; all of it may be absent."""

    name: str = ""
    phone: str = ""

    @property
    def is_given(self) -> bool:
        """Whether anybody can be reached."""
        return says_something(self.name) or says_something(self.phone)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that was uploaded before: staff and machines name their own, a citizen shows its claim code."""

    id: UUID
    code: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as it arrives at the door.

    `outer_due_at` is the date a neighbour set for the answer. `joins` is an open case of which the reporter says that
    it is the same matter: then the report belongs to that one and opens none of its own.
    """

    kind: ReportKind
    channel: Channel
    text: str
    topic: str = ""
    place: GivenPlace = field(default_factory=GivenPlace)
    contact: Contact = field(default_factory=Contact)
    class_key: str | None = None
    reply_wanted: bool | None = None
    files: tuple[GivenFile, ...] = ()
    outer_due_at: datetime | None = None
    joins: UUID | None = None

    @property
    def owes_reply(self) -> bool:
        """Whether the city owes an answer: asked for, a question, or somebody who can be reached."""
        if self.reply_wanted is not None:
            return self.reply_wanted
        return self.kind is ReportKind.CONSULT or self.contact.is_given


def require_citizens_channel(channel: Channel) -> None:
    """Refuse a channel that only staff and machines report by. Raises: ChannelNotOpen."""
    if channel not in _CITIZENS_CHANNELS:
        raise ChannelNotOpen(channel=channel.value)


def act_of_channel(channel: Channel) -> str:
    """Return the act that reporting by a channel is, for everybody but citizens.

    Example:
        >>> [act_of_channel(one) for one in (Channel.PATROL, Channel.SENSOR, Channel.PHONE)]
        ['report.patrol', 'report.observe', 'report.enter']
    """
    if channel is Channel.PATROL:
        return PATROL
    return OBSERVE if channel in {Channel.VIDEO, Channel.SENSOR} else ENTER


def require_readable(draft: Draft, *, limit: int, most_files: int) -> None:
    """Refuse what is empty, unreadable, too long or too much.

    Raises: NothingSaid, TextUnreadable, TextTooLong, TooManyFiles, HalfAPoint.
    """
    for name, text in (
        ("text", draft.text),
        ("topic", draft.topic),
        ("address", draft.place.address),
        ("contact_name", draft.contact.name),
        ("contact_phone", draft.contact.phone),
    ):
        require_text(name, text, limit=limit)
    if not (says_something(draft.text) or says_something(draft.topic) or draft.files):
        raise NothingSaid
    if len(draft.files) > most_files:
        raise TooManyFiles(most=most_files, found=len(draft.files))
    if (draft.place.lon is None) != (draft.place.lat is None):
        raise HalfAPoint


def require_position_error(said_m: float | None, *, most_m: float) -> None:
    """Refuse an error that no position has.

    Example:
        >>> require_position_error(12.5, most_m=2000.0)

    Raises: PositionErrorAbsurd.
    """
    if said_m is not None and not 0 <= said_m <= most_m:
        raise PositionErrorAbsurd(most_m=round(most_m))


def position_source(channel: Channel) -> PositionSource:
    """Return how positions that come by a channel came about, which tells how far they usually may be wrong."""
    return PositionSource.DEVICE if channel in _FROM_DEVICES else PositionSource.UNSAID


def require_text(field: str, text: str, *, limit: int) -> None:
    """Refuse text that is too long or no text.

    Raises: TextTooLong, TextUnreadable.
    """
    if len(text) > limit:
        raise TextTooLong(field=field, limit=limit, found=len(text))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise TextUnreadable(field=field, at=fault.start + 1) from fault


def require_reason(reason: str, *, limit: int) -> None:
    """Refuse to look or to erase without a reason in words.

    Raises: ReasonMissing, TextTooLong, TextUnreadable.
    """
    require_text("grounds", reason, limit=limit)
    if not says_something(reason):
        raise ReasonMissing


def require_past(received_at: datetime, *, now: datetime) -> None:
    """Refuse a report from the future; a few minutes of a wrong clock are forgiven.

    Raises: ReceivedInFuture.
    """
    if received_at > now + CLOCK_TOLERANCE:
        raise ReceivedInFuture(received_at=utc_text(received_at), now=utc_text(now))


def require_key(key: str, *, source: str) -> None:
    """Refuse a key, or a name of a source, that names nothing or cannot be kept.

    Raises: SourceKeyUnusable.
    """
    for name, most in ((source, LONGEST_SOURCE), (key, LONGEST_KEY)):
        if not name.strip() or len(name) > most or not _can_be_kept(name):
            raise SourceKeyUnusable(length=len(name), most=most)


def _can_be_kept(name: str) -> bool:
    """Whether a name is text that every database takes: no zero byte, no half of a surrogate pair."""
    return "\0" not in name and name.encode("utf-8", "replace").decode() == name


def as_typed(text: str) -> str:
    """Return a number or a query code as it was given out, however somebody types it.

    Example:
        >>> as_typed(" r2026－0000001 "), as_typed("ｒ２０２６-0000001")
        ('R2026-0000001', 'R2026-0000001')
    """
    return unicodedata.normalize("NFKC", text).strip().upper()


def query_code(digest_hex: str) -> str:
    """Return the code with which a reporter follows the report, from a keyed digest of its public id.

    Eight characters of thirty: short enough to read out, too many to guess behind a rate limit.

    Example:
        >>> len(query_code("ff" * 32)), query_code("00" * 32)
        (8, '22222222')
    """
    number = int(digest_hex, 16)
    letters = []
    for _ in range(8):
        number, left = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[left])
    return "".join(letters)


def masked_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: four places of a mobile number, at least half of a shorter one.

    Example:
        >>> masked_phone("13800001234"), masked_phone("5123456"), masked_phone("110")
        ('138****1234', '5****56', '***')
    """
    digits = phone.strip()
    if len(digits) < 7:
        return "*" * len(digits)
    first, last = (3, 4) if len(digits) >= _MOBILE_DIGITS else (1, 2)
    return f"{digits[:first]}{'*' * (len(digits) - first - last)}{digits[-last:]}"


def masked_name(name: str) -> str:
    """Return a personal name with all but its first character hidden, and a single character altogether.

    Example:
        >>> masked_name("陈小明"), masked_name("陈")
        ('陈**', '*')
    """
    bare = name.strip()
    return "*" if len(bare) == 1 else bare[:1] + "*" * (len(bare) - 1)
