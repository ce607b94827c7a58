"""What goes in and out, as types: the API's description is made from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from gongzhi.api.rules import cursor_after, read_cursor
from gongzhi.cases.states import CaseState
from gongzhi.intake.rules import Contact, Draft, GivenPlace
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.geo import Crs, Point
from gongzhi.kernel.ids import is_id

MOST_ROWS = 100
MOST_FILES = 20

Item = TypeVar("Item")
Shape = TypeVar("Shape", bound=BaseModel)
Row = TypeVar("Row")


def _writable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds the character U+0000, which is no text")
    return text


def _spelled_as_id(given: object) -> object:
    if isinstance(given, str) and not is_id(given):
        raise ValueError("is no id as they are given out")
    return given


Words = Annotated[str, AfterValidator(_writable)]
Code = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_writable)]
PublicId = Annotated[UUID, Field(strict=False), BeforeValidator(_spelled_as_id)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Instant = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
ClockTime = Annotated[str, Field(pattern="^[0-2][0-9]:[0-5][0-9]$", description="local time of day")]
Photos = Annotated[list[PublicId], Field(max_length=MOST_FILES)]
RowLimit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Cursor = Annotated[str, Field(max_length=40, description="`next` of the page before; leave it out for the first page")]


class In(BaseModel):
    """What somebody sends: no unknown fields, and no value of another type, however well meant."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True)


class Page(Out, Generic[Item]):
    """A part of a list. Rows that are added while somebody reads come on later pages; none comes twice."""

    items: list[Item]
    next: str | None = Field(description="the cursor of the following page; null on the last one")


def shown(shape: type[Shape], row: object, **more: Any) -> Shape:
    """Return a row in its shape: attributes of the same name, and what is said besides."""
    alike = {name: getattr(row, name) for name in shape.model_fields if name not in more}
    return shape(**alike, **more)


def page_of(rows: Sequence[Row], *, limit: int, show: Callable[[Row], Item], uid: Callable[[Row], UUID]) -> Page[Item]:
    """Return a page of at most `limit` rows; one row more than that tells that there is a next page."""
    kept = rows[:limit]
    more = len(rows) > limit
    return Page(items=[show(one) for one in kept], next=cursor_after(uid(kept[-1])) if more else None)


def after(cursor: str | None) -> UUID | None:
    """Return the row after which a page begins. Raises: CursorUnreadable."""
    return None if cursor is None else read_cursor(cursor)


class Fault(Out):
    """One field that is wrong: where the request holds it, and the JSON pointer or name by which it is found there."""

    source: Literal["body", "query", "path", "header", "form", "file"]
    pointer: str
    code: str
    detail: str


class Problem(Out):
    """What went wrong, by RFC 9457. `code` never changes; `title` and `detail` are in the reader's language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    facts: dict[str, str | int | bool | None]
    errors: list[Fault]


class GeoPoint(Out):
    """A GeoJSON point: longitude first, CGCS2000 degrees, seven decimals at most."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


def geo(point: Point | None) -> GeoPoint | None:
    """Return a point as GeoJSON."""
    return None if point is None else GeoPoint(coordinates=(point.lon, point.lat))


# reports


class PlaceIn(In):
    """Where: a point in the system in which it was measured, words, both or nothing."""

    lon: Degrees | None = None
    lat: Degrees | None = None
    crs: Annotated[Crs, Field(strict=False)] = Crs.WGS84
    address: Words = ""


class ContactIn(In):
    """How to reach the reporter; kept encrypted, and may be left out."""

    name: Words = ""
    phone: Words = ""


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

    def draft(self) -> Draft:
        """Return the report as the city takes it."""
        return Draft(
            kind=self.kind,
            channel=self.channel,
            text=self.text,
            topic=self.topic,
            place=GivenPlace(self.place.lon, self.place.lat, self.place.crs, self.place.address),
            contact=Contact(self.contact.name, self.contact.phone),
            class_key=self.class_key,
            reply_wanted=self.reply_wanted,
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

    number: str | None
    state: str
    unit_code: str
    filed_at: Instant | None
    due_at: Instant | None
    ended_at: Instant | None
    not_accepted_because: str | None


class FollowedOut(Out):
    """How far a report is, for the one who made it."""

    number: str
    kind: str
    state: str
    received_at: Instant
    reply_due_at: Instant | None
    answer: str | None
    cases: list[FollowedCase]


class ReportWords(Out):
    """A report's own words; null where they were never said or were erased."""

    topic: str | None = None
    text: str | None = None
    address: str | None = None
    answer: str | None = None


class ReportOut(Out):
    """A report as staff see it. `words` is null for a post that may not read them."""

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
    reply_due_at: Instant | None
    replied_at: Instant | None
    received_at: Instant
    ended_at: Instant | None
    words: ReportWords | None


class LinkIn(In):
    """The case that a report belongs to as well."""

    case: PublicId


class AnswerIn(In):
    """What the reporter is told."""

    words: Words


# cases


class CaseOut(Out):
    """A case. `version` is also its ETag."""

    id: UUID
    version: int
    number: str | None
    state: str
    source: str
    needs_verification: bool
    place_state: str
    point: GeoPoint | None
    division: str
    area: str
    area_class: str
    class_key: str
    condition_code: str
    limit: str
    needs_visit: bool
    unit_code: str
    handler_id: str
    reported_at: Instant
    accepted_at: Instant | None
    filed_at: Instant | None
    dispatched_at: Instant | None
    handled_at: Instant | None
    ended_at: Instant | None
    moved_at: Instant
    due_at: Instant | None
    due_provisional: bool
    rework_count: int
    closing_type: str
    is_late: bool
    overtime_hundredths: int


class CaseFilters(BaseModel):
    """Which cases are wanted; what is left out does not narrow the list."""

    state: list[CaseState] = Field([], description="any of these states")
    unit: Code | None = Field(None, description="the responsible unit's code")
    class_key: Code | None = None
    area: Code | None = Field(None, description="a path of division codes, such as 350200/350203")
    late: bool | None = Field(None, description="whether its disposal was late, or is overdue now")
    placed: bool | None = Field(None, description="false asks for the queue that needs a location")


class StageOut(Out):
    """A span of a case's life that one holder answered for."""

    order: int
    stage: str
    holder_post: str
    holder_unit: str
    limit: str
    started_at: Instant
    due_at: Instant | None
    due_provisional: bool
    ended_at: Instant | None
    is_late: bool


class WalkStepOut(Out):
    """One step of the walk from the start of a limit to its end."""

    kind: str
    on: date
    from_at: Instant
    until_at: Instant | None
    limit: str
    consumed_s: int
    left_s: int
    name_zh: str
    name_en: str
    provisional: bool


class DeadlineOut(Out):
    """A deadline and how it comes about."""

    case: UUID
    calendar_key: str
    limit: str
    started_at: Instant
    due_at: Instant | None
    provisional: bool
    steps: list[WalkStepOut]


class MoveOut(Out):
    """A move that the reader can make on the case now, as far as post and hands decide, and its name in words."""

    act: str
    name: str
    to: str | None


class ActorOut(Out):
    """Who did it."""

    id: str
    kind: str
    post: str | None
    unit: str | None
    on_behalf_of: str | None


class EntryOut(Out):
    """An entry of the record. Personal values and free text are in it only as commitments."""

    stream: str
    seq: int
    type: str
    v: int
    at: Instant
    recorded_at: Instant
    origin: str
    actor: ActorOut
    facts: dict[str, Any]
    hash: str
    prev: str


class HistoryOut(EntryOut):
    """An entry of a case, with the grounds and words that were given for it."""

    grounds: str | None
    words: str | None


class SuggestionOut(Out):
    """The unit that answers for a case, by which rule or norm, and what was weighed, best first."""

    unit_code: str
    by: str
    source: str
    weighed: list[str]


class LocateIn(In):
    """Where the matter lies."""

    lon: Degrees
    lat: Degrees
    crs: Annotated[Crs, Field(strict=False)] = Crs.WGS84


class ClassifyIn(In):
    """The class of the catalogue."""

    class_key: Code


class GroundsIn(In):
    """Why; the move is refused without."""

    grounds: Words


class FileIn(In):
    """The filing condition, which brings limit, closing condition and way of checking."""

    condition_code: Code


class DispatchIn(In):
    """The unit that a dispatcher chose; left out, the city's rules choose."""

    unit_code: Code | None = None


class ResultIn(In):
    """What the handler did, shown by photographs of the place afterwards."""

    after_photos: Photos = []
    words: Words = ""


class CloseIn(In):
    """That the closing condition is met, confirmed by the one who closes."""

    closing_confirmed: bool
    grounds: Words = ""


# visits


class VisitOut(Out):
    """A visit on the spot: `verify` before filing, `check` after disposal."""

    id: UUID
    version: int
    kind: str
    case: UUID
    state: str
    ordered_at: Instant
    not_before: Instant
    done_at: Instant | None
    result: str
    photos: int


class VerificationIn(In):
    """What a verification saw."""

    confirmed: bool
    photos: Photos
    words: Words = ""


class CheckIn(In):
    """What a check saw; when it fails, the words are the grounds."""

    passed: bool
    photos: Photos
    words: Words = ""


# files


class FileOut(Out):
    """A stored file: what it is, and what it proves."""

    id: UUID
    state: str
    sha256: str
    size_bytes: int
    content_type: str
    name: str
    stored_at: Instant
    for_stream: str
    role: str | None
    claimed_at: Instant | None


# the city


class ClassOut(Out):
    """A class of the catalogue."""

    key: str
    standard_ref: str
    kind: str
    code: str
    major_code: str
    major_zh: str
    major_en: str
    zh: str
    en: str
    is_local_extension: bool


class ConditionOut(Out):
    """A filing condition: when to file, how long it may take, when it is done, and how that is checked."""

    code: str
    class_key: str
    number: int
    area_class: str
    zh: str
    en: str
    closing_zh: str
    closing_en: str
    limit: str
    grade: str
    unit_code: str
    unit_hint_zh: str
    unit_hint_en: str
    checking_mode: str
    check_from: ClockTime | None
    check_until: ClockTime | None
    calendar: str
    legal_basis: str
    source: str


class DivisionOut(Out):
    """A district, street or community."""

    code: str
    level: str
    name_zh: str
    name_en: str
    parent: str | None
    path: str
    is_schematic: bool


class PlaceOut(Out):
    """Where a point lies. `border_m` tells how far the nearest border is, in whole metres."""

    point: GeoPoint
    state: str
    division: str | None
    path: str | None
    border_m: int | None


class UnitOut(Out):
    """A unit, and the divisions it answers for."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    areas: list[str]


class TallyOut(Out):
    """The counts of one district or unit."""

    key: str
    filed: int
    closed: int
    on_time: int
    late: int
    rework: int
    open: int


class PlacedEntryOut(Out):
    """An entry at its position in the one order of all entries."""

    position: int
    entry: EntryOut


class EntriesOut(Out):
    """Entries after a position. `last` is where the next request goes on, also when nothing came."""

    items: list[PlacedEntryOut]
    last: int


class SealOut(Out):
    """A signed Merkle root over positions; keep it where the server cannot reach it."""

    number: int
    first: int
    last: int
    count: int
    root: str
    previous_root: str
    at: str
    public_key: str
    signature: str


class MeOut(ActorOut):
    """The member behind the token, in the post that the token acts in, and what that post may do."""

    acts: list[str]


class HealthOut(Out):
    """Whether the product works."""

    status: Literal["ok"]
    version: str
    city: str


class Levels(StrEnum):
    """By what figures are counted."""

    DISTRICT = "district"
    UNIT = "unit"
