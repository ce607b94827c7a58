"""Neighbours' work sheets as they come over the API, and as staff see them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import Code, Degrees, In, Instant, Out, Words
from gongzhi.api.shapes.times import Day, GivenInstant
from gongzhi.intake.states import ReportKind, SheetMessageKind, SheetState, Urgency
from gongzhi.kernel.geo import Crs

Short = Annotated[str, Field(max_length=400)]
Listed = Annotated[list[Short], Field(max_length=50)]
Scale = Annotated[int, Field(ge=1, le=5)]


class WorkSheetIn(In):
    """A message about a work sheet in canonical form; what it does not speak of is left out (docs/worksheets.md)."""

    sheet_no: Annotated[str, Field(min_length=1, max_length=80)]
    version: Annotated[int, Field(ge=1, le=999_999)] = 1
    message: Annotated[SheetMessageKind, Field(strict=False)] = SheetMessageKind.CREATE
    query_code: Short = ""
    channel: Short = ""
    type: Annotated[ReportKind, Field(strict=False)] | None = None
    title: Words = ""
    content: Words = ""
    caller_name: Short = ""
    phone: Short = ""
    secret_flag: bool = False
    reply_required: bool = True
    address: Short = ""
    lon: Degrees | None = None
    lat: Degrees | None = None
    crs: Annotated[Crs, Field(strict=False)] = Crs.WGS84
    district: Short = ""
    street: Short = ""
    community: Short = ""
    category: Short = ""
    urgency: Annotated[Urgency, Field(strict=False)] = Urgency.ORDINARY
    linkage_no: Short = ""
    received_at: GivenInstant | None = None
    deadline: GivenInstant | None = None
    lead_unit: Short = ""
    support_units: Listed = []
    attachments: Listed = []
    return_reason: Words = ""
    granted: bool | None = None
    words: Words = ""
    result_text: Words = ""
    result_attachments: Listed = []
    replied_at: GivenInstant | None = None
    reply_way: Short = ""
    visit_result: Short = ""
    satisfaction_result: Scale | None = None
    satisfaction_service: Scale | None = None
    arrived_at: GivenInstant | None = None
    fed_back_at: GivenInstant | None = None

    def said(self) -> dict[str, Any]:
        """Return what the message speaks of, by field."""
        return self.model_dump(mode="json", exclude_unset=True)


class SheetReceiptOut(Out):
    """What a neighbour gets: our number for the report, and whether the same message came before."""

    sheet: UUID
    sheet_no: str
    version: int
    state: str
    report_number: str
    query_code: str
    repeated: bool


class SheetOut(Out):
    """A work sheet as staff see it; what the caller said is read with the report."""

    id: UUID
    version: int
    neighbour: str
    sheet_no: str
    edition: int
    report: UUID
    report_number: str
    state: str
    type: str
    urgency: str
    is_secret: bool
    linkage_no: str
    category: str
    received_at: Instant
    deadline_at: Instant | None
    acknowledge_due_at: Instant | None
    acknowledged_at: Instant | None
    acknowledged_late: bool
    returned_at: Instant | None
    returns: int
    answered_at: Instant | None
    supervised_at: Instant | None
    supervisions: int
    visit_result: str
    closed_at: Instant | None


class SheetMessageOut(Out):
    """One of our messages to the neighbour, and how far it is."""

    id: UUID
    number: int
    kind: str
    state: str
    made_at: Instant
    attempts: int
    last_fault: str
    sent_at: Instant | None


class ReturnIn(In):
    """Why the work sheet is not ours."""

    reason: Words


class ProgressIn(In):
    """How far it is."""

    words: Words


class TheirSheetIn(In):
    """A work sheet as it stands in the neighbour's own list."""

    sheet_no: Code
    version: Annotated[int, Field(ge=1, le=999_999)] | None = None
    state: Annotated[SheetState, Field(strict=False)] | None = None


class TheirDayIn(In):
    """The neighbour's list of the work sheets that it sent us on a day."""

    on: Day
    sheets: Annotated[list[TheirSheetIn], Field(max_length=10_000)]


class DifferenceOut(Out):
    """One work sheet on which two lists disagree."""

    sheet_no: str
    what: str
    ours: str
    theirs: str


class ReconciliationOut(Out):
    """What the work sheets of one day came to by now."""

    neighbour: str
    on: date
    received: int
    acknowledged: int
    returned: int
    answered: int
    closed: int
    late: int
    waiting_messages: int
    failed_messages: int
    differences: list[DifferenceOut]
