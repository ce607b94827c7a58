"""Messages, how somebody is reached, and the rules by which they are told."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import ClockTime, In, Instant, Out, Words
from gongzhi.api.shapes.times import LocalTime
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier, Timing, Wish

TopicName = Annotated[Words, Field(min_length=1, max_length=60)]
AudienceCode = Annotated[
    Words,
    Field(min_length=1, max_length=60, examples=["desk", "post:shift_leader"], description="whom a line is about"),
]
OneCarrier = Annotated[Carrier, Field(strict=False)]
MOST_CARRIERS = len(Carrier)


class InboxMessageOut(Out):
    """A message in the reader's own inbox, in the reader's language. An erased part of it shows as a dash."""

    id: UUID
    topic: str
    about: str
    title: str
    text: str
    urgent: bool
    told_at: Instant
    read_at: Instant | None


class UnreadOut(Out):
    """How many messages in the reader's own inbox were not read yet."""

    unread: int


class WishOut(Out):
    """What somebody wants of a topic by a carrier."""

    topic: str
    carrier: str
    wish: str


class ReachOut(Out):
    """By which carriers somebody can be reached, in which language, and not at which hours. Never an address.

    Without hours of their own (null) the city's quiet hours hold; an empty language is the city's.
    """

    owner: str
    version: int
    carriers: list[str]
    language: str
    quiet_from: ClockTime | None
    quiet_until: ClockTime | None
    wishes: list[WishOut]


class KeptAddressOut(ReachOut):
    """An address is kept. `secret` signs what we send to a webhook, and is shown this once; null for other carriers."""

    secret: str | None


class AddressIn(In):
    """Where a carrier finds somebody."""

    carrier: OneCarrier
    address: Annotated[Words, Field(min_length=1, max_length=500)]


class EraseAddressesIn(In):
    """Of which carriers the addresses are erased for ever."""

    carriers: Annotated[list[OneCarrier], Field(min_length=1, max_length=MOST_CARRIERS)]


class QuietHoursIn(In):
    """When one does not want to be disturbed. From and until alike means at no hour, both null the city's hours."""

    from_time: LocalTime | None
    until_time: LocalTime | None


class LanguageIn(In):
    """In which language messages are written."""

    language: Literal["zh-hans", "en"]


class WishIn(In):
    """What one wants of a topic by a carrier."""

    topic: TopicName
    carrier: OneCarrier
    wish: Annotated[Wish, Field(strict=False)]


class TopicOut(Out):
    """What somebody can be told about. What may not wait goes out at night as well and cannot be declined."""

    name: str
    title: str
    may_wait: bool


class NoticeRuleOut(Out):
    """One line of who is told what; `is_default`: the city has set none for this topic."""

    topic: str
    audience: str
    carrier: str
    timing: str
    from_at: Instant | None
    is_default: bool


class NoticeRulesOut(Out):
    """The topics, the lines that hold now, and the edition of the rules."""

    edition: int
    topics: list[TopicOut]
    rules: list[NoticeRuleOut]


class NoticeRuleIn(In):
    """A line as it shall stand from now on."""

    topic: TopicName
    audience: AudienceCode
    carrier: OneCarrier
    timing: Annotated[Timing, Field(strict=False)] = Timing.IMMEDIATE

    def line(self) -> Line:
        """Return the line as the city keeps it."""
        return Line(self.audience, self.carrier, self.timing)


class EndNoticeRuleIn(In):
    """The line that ends."""

    topic: TopicName
    audience: AudienceCode
    carrier: OneCarrier


class MessageOut(Out):
    """What became of a message; neither its words nor the address it went to. `recipient` is an id."""

    id: UUID
    topic: str
    recipient: str
    carrier: str
    about: str
    urgent: bool
    state: str
    told_at: Instant
    due_at: Instant
    attempts: int
    last_fault: str
    failed_at: Instant | None
    ended_at: Instant | None
    read_at: Instant | None
    version: int


class FailedOut(Out):
    """How many messages failed and wait for somebody, and the oldest failures among them."""

    count: int
    messages: list[MessageOut]


class ClearingIn(In):
    """Why a message need not arrive any more."""

    grounds: Annotated[Words, Field(min_length=1, max_length=2000)]
