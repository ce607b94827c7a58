"""Reports: receive, follow, read, link, answer, release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from gongzhi.api import operations, rules, shapes
from gongzhi.api.description import CHANGES_A_VERSION, NAMED_BY_ITS_SENDER, OF_A_CITIZEN, WITHOUT_A_TOKEN_TOO
from gongzhi.api.door import MemberRequest, Token, TokenOrCitizen, now, seen_version, sender_of, wanted_key
from gongzhi.api.shapes import Cursor, FollowedCase, Page, PublicId, ReportOut, RowLimit, after, geo, page_of, shown
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

router = Router(tags=["reports"])
_RELEASED = frozenset({"topic", "text", "answer"})


@router.post(
    "/reports",
    response={200: shapes.ReceiptOut, 201: shapes.ReceiptOut},
    auth=TokenOrCitizen(),
    openapi_extra={**NAMED_BY_ITS_SENDER, **OF_A_CITIZEN, **WITHOUT_A_TOKEN_TOO},
)
def receive_report(request: MemberRequest, said: shapes.ReportIn) -> Status[shapes.ReceiptOut]:
    """Take a report. Citizens need no token; 200 instead of 201 says that this key was answered before."""
    key, at = wanted_key(request), now()
    if request.auth.kind is ActorKind.REPORTER:
        receipt = operations.receive_from_citizen(said.draft(), key=key, sender=sender_of(request), at=at)
    else:
        receipt = operations.receive_from_member(said.draft(), key=key, by=request.auth, at=at)
    return Status(200 if receipt.repeated else 201, shown(shapes.ReceiptOut, receipt))


@router.post("/reports/follow", response=shapes.FollowedOut, openapi_extra=OF_A_CITIZEN)
def follow_report(request: HttpRequest, said: shapes.FollowIn) -> shapes.FollowedOut:
    """Tell the holder of a query code how far the report is. The code travels in the body: addresses are logged."""
    found = operations.follow_report(said.number, code=said.code, sender=sender_of(request), at=now())
    because = found.not_accepted_because
    cases = [shown(FollowedCase, one, not_accepted_because=because.get(one.uid)) for one in found.cases]
    return shown(shapes.FollowedOut, found, cases=cases)


@router.get("/reports", response=Page[ReportOut], auth=Token())
def list_reports(
    request: MemberRequest,
    cursor: Cursor | None = None,
    limit: RowLimit = 50,
    state: ReportState | None = None,
    kind: ReportKind | None = None,
) -> Page[ReportOut]:
    """List the reports that the reader may read, in the order in which they came in."""
    sight = people.sight(request.auth, "report.read", at=now())
    rows = queries.page(after=after(cursor), limit=limit + 1, state=state, kind=kind, sight=sight)
    told = {one.id: one for one in _shown(rows[:limit], by=request.auth)}
    return page_of(rows, limit=limit, show=lambda row: told[row.uid], uid=lambda row: row.uid)


@router.get("/reports/{report}", response=ReportOut, auth=Token())
def read_report(request: MemberRequest, response: HttpResponse, report: PublicId) -> ReportOut:
    """Read one report."""
    row = queries.report(report)
    people.require(request.auth, "report.read", Matter(area=row.area), at=now())
    return _answer(row, request=request, response=response)


@router.post("/reports/{report}/link", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def link_report(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.LinkIn) -> ReportOut:
    """Let a report belong to one more case."""
    row = intake.link_report(report, case_id=said.case, seen=seen_version(request), by=request.auth, at=now())
    return _answer(row, request=request, response=response)


@router.post("/reports/{report}/answer", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def answer_report(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.AnswerIn) -> ReportOut:
    """Answer the reporter."""
    row = intake.answer_report(report, words=said.words, seen=seen_version(request), by=request.auth, at=now())
    return _answer(row, request=request, response=response)


@router.post("/reports/{report}/release", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def release_report(request: MemberRequest, response: HttpResponse, report: PublicId) -> ReportOut:
    """Release a report's words for the public."""
    row = intake.release_report(report, seen=seen_version(request), by=request.auth, at=now())
    return _answer(row, request=request, response=response)


def show_reports(rows: list[ReportRow], *, by: Actor) -> list[ReportOut]:
    """Return reports as a member may see them."""
    return _shown(rows, by=by)


def _answer(row: ReportRow, *, request: MemberRequest, response: HttpResponse) -> ReportOut:
    response["ETag"] = rules.etag(row.version)
    return _shown([row], by=request.auth)[0]


def _shown(rows: list[ReportRow], *, by: Actor) -> list[ReportOut]:
    reads_all = people.allow(by, "report.read_words", Matter(), at=now())
    words = queries.words_of(row for row in rows if reads_all or row.is_released)
    return [
        shown(
            ReportOut,
            row,
            id=row.uid,
            point=geo(row.point),
            words=_words(words[row.uid], reads_all=reads_all) if row.uid in words else None,
        )
        for row in rows
    ]


def _words(said: dict[str, str], *, reads_all: bool) -> shapes.ReportWords:
    """Return a report's words; of released ones the address stays with those who need it for their work."""
    return shapes.ReportWords(**{name: said.get(name) for name in said if reads_all or name in _RELEASED})
