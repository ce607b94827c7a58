"""Cases, what explains them, and what each of their moves takes."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from gongzhi.api.shapes import Code, Degrees, GeoPoint, In, Instant, Out, Photos, PositionError, Words
from gongzhi.api.shapes.ground import AnsweringOut, BorderOut
from gongzhi.api.shapes.record import EntryOut
from gongzhi.cases.states import CaseState
from gongzhi.kernel.geo import Crs


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
    overdue: bool = Field(description="whether the limit of its disposal has run out, as it stands at this request")
    is_late: bool = Field(description="whether its disposal was late; settled at closing")
    overtime_hundredths: int


class CaseFilters(BaseModel):
    """Which cases are wanted; what is left out does not narrow the list."""

    state: list[CaseState] = Field([], description="any of these states")
    unit: Code | None = Field(None, description="the responsible unit's code")
    class_key: Code | None = None
    area: Code | None = Field(None, description="a path of division codes, such as 350200/350203")
    late: bool | None = Field(None, description="whether its disposal was late, or is overdue now")
    placed: bool | None = Field(None, description="false asks for the queue that needs a location")
    unreceived: bool | None = Field(None, description="true: near a border, and no division has received it yet")


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


class HistoryOut(EntryOut):
    """An entry of a case, with the grounds and words that were given for it."""

    grounds: str | None
    words: str | None


class CandidateOut(Out):
    """A case that may be about the same thing, and how far from it in metres."""

    id: UUID
    number: str | None
    state: CaseState
    area: str
    unit_code: str
    reported_at: Instant
    distance_m: float


class RulingOut(Out):
    """That units disputed such a matter hereabouts before, in which case, and which of them it was given to."""

    precedent: UUID
    number: str
    unit_code: str
    decided_at: Instant


class SuggestionOut(Out):
    """The unit that answers for a case, by which overlay area, rule or norm, and what was weighed, best first.

    `ruling` is the nearest precedent; it binds nobody until it is made a rule. `ground` tells the grids and the overlay
    area around it today, and who keeps them; null where nobody knows its point.
    """

    unit_code: str
    by: str
    source: str
    weighed: list[str]
    ruling: RulingOut | None
    ground: AnsweringOut | None


class CaseGroundOut(Out):
    """On which ground a case lies: the grids and overlay area of the day of its report, and who answers there now.

    `answering` is null where nobody knows its point; `border` where its place is exact enough.
    """

    case: UUID
    answering: AnsweringOut | None
    border: BorderOut | None


class LocateIn(In):
    """Where the matter lies, and how far the position may be wrong."""

    lon: Degrees
    lat: Degrees
    crs: Annotated[Crs, Field(strict=False)] = Crs.WGS84
    position_error_m: PositionError | None = None


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
    """The unit that a dispatcher chose; left out, the city's rules choose.

    `grounds` say why a unit gets back what it sent back.
    """

    unit_code: Code | None = None
    grounds: Words = ""


class ResultIn(In):
    """What the handler did, shown by photographs of the place afterwards."""

    after_photos: Photos = []
    words: Words = ""


class CloseIn(In):
    """That the closing condition is met, confirmed by the one who closes."""

    closing_confirmed: bool
    grounds: Words = ""


class Levels(StrEnum):
    """By what figures are counted."""

    DISTRICT = "district"
    UNIT = "unit"


class TallyOut(Out):
    """The counts of one district or unit."""

    key: str
    filed: int
    closed: int
    on_time: int
    late: int
    rework: int
    open: int
