"""Reports, as they come in and as staff and their reporters see them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import MOST_FILES, Code, Degrees, GeoPoint, In, Instant, Out, PositionError, PublicId, Words
from gongzhi.intake.rules import Contact, Draft, GivenFile, GivenPlace
from gongzhi.intake.states import Channel, ErasureRule, Part, ReportKind
from gongzhi.kernel.geo import Crs


class PlaceIn(In):
    """Where: a point in the system in which it was measured, words, both or nothing."""

    lon: Degrees | None = None
    lat: Degrees | None = None
    crs: Annotated[Crs, Field(strict=False)] = Crs.WGS84
    address: Words = ""
    position_error_m: PositionError | None = None

    def given(self) -> GivenPlace:
        """Return the place as the city takes it."""
        return GivenPlace(self.lon, self.lat, self.crs, self.address, position_error_m=self.position_error_m)


class ContactIn(In):
    """How to reach the reporter; kept encrypted, and may be left out."""

    name: Words = ""
    phone: Words = ""


class ReportFileIn(In):
    """A file that was uploaded before. Without a token it needs its claim code; members name what they uploaded."""

    id: PublicId
    claim_code: Annotated[str, Field(max_length=120)] = ""


class ReportIn(In):
    """What somebody tells the city."""

    kind: Annotated[ReportKind, Field(strict=False)]
    channel: Annotated[Channel, Field(strict=False)] = Channel.API
    text: Words = ""
    topic: Words = ""
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    class_key: Code | None = None
    reply_wanted: bool | None = None
    files: Annotated[list[ReportFileIn], Field(max_length=MOST_FILES)] = []

    def draft(self) -> Draft:
        """Return the report as the city takes it."""
        return Draft(
            kind=self.kind,
            channel=self.channel,
            text=self.text,
            topic=self.topic,
            place=self.place.given(),
            contact=Contact(self.contact.name, self.contact.phone),
            class_key=self.class_key,
            reply_wanted=self.reply_wanted,
            files=tuple(GivenFile(one.id, one.claim_code) for one in self.files),
        )


class ReceiptOut(Out):
    """The reporter's proof: the number, and the code with which anybody who holds it follows the report."""

    report: UUID
    number: str
    query_code: str
    case: UUID | None
    place_state: str
    repeated: bool


class FollowIn(In):
    """What a reporter holds."""

    number: Code
    code: Code


class FollowedCase(Out):
    """How far a matter is, without names; of all words only why it was not accepted."""

    id: UUID
    number: str | None
    state: str
    unit_code: str
    filed_at: Instant | None
    due_at: Instant | None
    ended_at: Instant | None
    not_accepted_because: str | None


class FollowedRating(Out):
    """How satisfied the reporter said to be."""

    result: int | None
    service: int | None
    at: Instant


class FollowedObjection(Out):
    """The reporter's objection, and what was said to it."""

    case: UUID
    state: str
    made_at: Instant
    decided_at: Instant | None
    decision: str | None


class FollowedOut(Out):
    """How far a report is, for the one who made it. `version` is what its next turn is decided on."""

    version: int
    number: str
    kind: str
    state: str
    received_at: Instant
    reply_due_at: Instant | None
    answer: str | None
    cases: list[FollowedCase]
    objections: list[FollowedObjection]
    rating: FollowedRating | None


class ReportWords(Out):
    """A report's own words; null where they were never said or were erased."""

    topic: str | None = None
    text: str | None = None
    address: str | None = None
    answer: str | None = None
    draft: str | None = None


class MaskedContact(Out):
    """Who can be reached, with most of name and number hidden."""

    name: str
    phone: str


class ReportOut(Out):
    """A report as staff see it. `words` and `contact` are null for a post that may not read a report's words.

    The contact is always masked; `contact` is null as well where none was left.
    """

    id: UUID
    version: int
    number: str
    kind: str
    channel: str
    state: str
    class_key: str
    place_state: str
    point: GeoPoint | None
    division: str
    area: str
    is_anonymous: bool
    is_released: bool
    reply_owed: bool
    round: int
    reply_due_at: Instant | None
    replied_at: Instant | None
    received_at: Instant
    ended_at: Instant | None
    words: ReportWords | None
    contact: MaskedContact | None


class LinkIn(In):
    """The case that a report belongs to as well."""

    case: PublicId


class AnswerIn(In):
    """What the reporter is told."""

    words: Words


class LookIn(In):
    """Why somebody has to see the reporter's name and number; it is kept in the record with the look."""

    grounds: Words


class ContactOut(Out):
    """A reporter's name and number in clear; empty where only the other was left."""

    name: str
    phone: str


class EraseIn(In):
    """What of a report is erased, on which ground of the law, and why."""

    parts: Annotated[list[Annotated[Part, Field(strict=False)]], Field(min_length=1, max_length=len(Part))]
    rule: Annotated[ErasureRule, Field(strict=False)]
    grounds: Words
