"""Work sheets of neighbours (12345, 110): their signed messages, what staff do with them, a day's reconciliation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from gongzhi.api import rules
from gongzhi.api.description import CHANGES_A_VERSION, SIGNED_BY_A_NEIGHBOUR
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, Cursor, Page, PublicId, RowLimit, after, page_of, shown
from gongzhi.api.shapes import worksheets as shapes
from gongzhi.api.shapes.times import Day
from gongzhi.api.shapes.worksheets import SheetOut
from gongzhi.intake import neighbours
from gongzhi.intake import operations as intake
from gongzhi.intake.queries import seen_matters, sheets
from gongzhi.intake.queries.sheets import Reconciliation, SheetView, Theirs
from gongzhi.intake.rules.sheets import read_sheet, schema
from gongzhi.intake.states import SheetState
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

router = Router(tags=["work sheets"])


def _signed(request: HttpRequest) -> bool:
    """Let in what a neighbour signed with its key, before anything of it is read.

    Raises: NeighbourUnknown, SignatureWrong.
    """
    found = request.resolver_match
    neighbours.require_signed(
        "" if found is None else str(found.kwargs["neighbour"]),
        id_=request.headers.get("webhook-id", ""),
        stamp=request.headers.get("webhook-timestamp", ""),
        given=request.headers.get("webhook-signature", ""),
        body=request.body,
        at=now(),
    )
    return True


@router.post(
    "/neighbours/{neighbour}/messages",
    response={200: shapes.SheetReceiptOut, 201: shapes.SheetReceiptOut},
    auth=_signed,
    openapi_extra=SIGNED_BY_A_NEIGHBOUR,
)
def take_message(request: HttpRequest, neighbour: Code, said: shapes.WorkSheetIn) -> Status[shapes.SheetReceiptOut]:
    """Take a neighbour's message about a work sheet; 200 instead of 201 says that the same one came before."""
    at = now()
    sheet = read_sheet(said.said(), zone=city().zone)
    by = intake.neighbour_actor(neighbour)
    receipt = intake.take_message(sheet, neighbour=neighbour, by=by, at=at)
    return Status(200 if receipt.repeated else 201, shown(shapes.SheetReceiptOut, receipt))


@router.post(
    "/neighbours/{neighbour}/reconciliation",
    response=shapes.ReconciliationOut,
    auth=_signed,
    openapi_extra=SIGNED_BY_A_NEIGHBOUR,
)
def compare_day(request: HttpRequest, neighbour: Code, said: shapes.TheirDayIn) -> shapes.ReconciliationOut:
    """Compare the neighbour's list of a day with ours, and name every work sheet on which they disagree."""
    theirs = [Theirs(one.sheet_no, one.version, one.state) for one in said.sheets]
    return _day(sheets.reconciliation(neighbour, on=said.on, at=now(), theirs=theirs))


@router.get("/work-sheet-schema", response=dict[str, Any])
def read_sheet_schema(request: HttpRequest) -> dict[str, Any]:
    """Read the JSON schema of a work sheet in canonical form."""
    return schema()


@router.get("/work-sheets", response=Page[SheetOut], auth=Token())
def list_sheets(
    request: MemberRequest,
    cursor: Cursor | None = None,
    limit: RowLimit = 50,
    neighbour: Code | None = None,
    state: SheetState | None = None,
    on: Day | None = None,
) -> Page[SheetOut]:
    """List the work sheets that the reader may read, in the order in which they came."""
    sight = people.sight(request.auth, "sheet.read", at=now())
    rows = sheets.sheets_page(
        neighbour=neighbour, state=state, on=on, after=after(cursor), limit=limit + 1, sight=sight
    )
    return page_of(rows, limit=limit, show=_show, uid=lambda row: row.uid)


@router.get("/work-sheets/{sheet}", response=SheetOut, auth=Token())
def read_work_sheet(request: MemberRequest, response: HttpResponse, sheet: PublicId) -> SheetOut:
    """Read one work sheet."""
    return _answer(_readable(request, sheet), response=response)


@router.get("/work-sheets/{sheet}/messages", response=list[shapes.SheetMessageOut], auth=Token())
def list_sheet_messages(request: MemberRequest, sheet: PublicId) -> list[shapes.SheetMessageOut]:
    """List our messages to the neighbour about a work sheet, and how far each is."""
    row = _readable(request, sheet)
    return [shown(shapes.SheetMessageOut, one, id=one.uid) for one in sheets.messages(sheet=row.uid)]


@router.post("/work-sheets/{sheet}/acknowledge", response=SheetOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def acknowledge_sheet(request: MemberRequest, response: HttpResponse, sheet: PublicId) -> SheetOut:
    """Say that a work sheet is ours."""
    return _answer(intake.acknowledge_sheet(sheet, **decided(request)), response=response)


@router.post("/work-sheets/{sheet}/return", response=SheetOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def return_sheet(request: MemberRequest, response: HttpResponse, sheet: PublicId, said: shapes.ReturnIn) -> SheetOut:
    """Give a work sheet back that is not ours, within its time and before anything of it is filed."""
    return _answer(intake.return_sheet(sheet, reason=said.reason, **decided(request)), response=response)


@router.post("/work-sheets/{sheet}/progress", response=SheetOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def tell_progress(request: MemberRequest, response: HttpResponse, sheet: PublicId, said: shapes.ProgressIn) -> SheetOut:
    """Tell the neighbour how far a work sheet is."""
    return _answer(intake.tell_progress(sheet, words=said.words, **decided(request)), response=response)


@router.post("/work-sheet-messages/{message}/send-anew", response=shapes.SheetMessageOut, auth=Token())
def send_message_anew(request: MemberRequest, message: PublicId) -> shapes.SheetMessageOut:
    """Have a message tried again from the beginning that did not reach the neighbour."""
    intake.send_message_anew(message, by=request.auth, at=now())
    row = sheets.message(message)
    return shown(shapes.SheetMessageOut, row, id=row.uid)


@router.get("/work-sheet-days/{neighbour}", response=shapes.ReconciliationOut, auth=Token())
def read_sheet_day(request: MemberRequest, neighbour: Code, on: Day) -> shapes.ReconciliationOut:
    """Read what the work sheets of a day came to with one neighbour."""
    at = now()
    people.require(request.auth, "sheet.read", Matter(), at=at)
    return _day(sheets.reconciliation(neighbour, on=on, at=at))


def _readable(request: MemberRequest, uid: PublicId) -> SheetView:
    row = sheets.sheet(uid)
    matter = seen_matters([(row.report, row.area)])[row.report]
    people.require(request.auth, "sheet.read", matter, at=now())
    return row


def _answer(row: SheetView, *, response: HttpResponse) -> SheetOut:
    response["ETag"] = rules.etag(row.version)
    return _show(row)


def _show(row: SheetView) -> SheetOut:
    return shown(SheetOut, row, id=row.uid)


def _day(found: Reconciliation) -> shapes.ReconciliationOut:
    differences = [shown(shapes.DifferenceOut, one) for one in found.differences]
    return shown(shapes.ReconciliationOut, found, differences=differences)
