"""Reports: receive, follow, read, link, answer, release, see whom to reach, erase."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from gongzhi.api import operations, rules
from gongzhi.api.description import (
    CHANGES_A_VERSION,
    MAY_BE_NAMED_BY_A_CITIZEN,
    NAMED_BY_ITS_SENDER,
    OF_A_CITIZEN,
    WITHOUT_A_TOKEN_TOO,
)
from gongzhi.api.door import (
    MemberRequest,
    Token,
    TokenOrCitizen,
    citizens_key,
    decided,
    now,
    wanted_key,
)
from gongzhi.api.files import UPLOAD, show_file, upload_of
from gongzhi.api.shapes import Cursor, Page, PublicId, RowLimit, after, geo, page_of, shown
from gongzhi.api.shapes import reports as shapes
from gongzhi.api.shapes.files import FileOut, UploadedOut
from gongzhi.api.shapes.reports import ReportOut
from gongzhi.evidence.queries import claim_code
from gongzhi.intake import erasure, queries
from gongzhi.intake import operations as intake
from gongzhi.intake.queries import Followed, ReportRow
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.people import queries as people
from gongzhi.web.door import sender_of
from gongzhi.web.reading import files_of_report, words_sight

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
        key = rules.unguessable_key(key)
        receipt = operations.receive_from_citizen(said.draft(), key=key, sender=sender_of(request), at=at)
    else:
        receipt = operations.receive_from_member(said.draft(), key=key, by=request.auth, at=at)
    return Status(200 if receipt.repeated else 201, shown(shapes.ReceiptOut, receipt))


@router.post(
    "/reports/files",
    response={201: UploadedOut},
    openapi_extra={**MAY_BE_NAMED_BY_A_CITIZEN, **UPLOAD, **OF_A_CITIZEN},
)
def store_file_of_citizen(request: HttpRequest) -> UploadedOut:
    """Upload one file without a token, to be named in a report with its claim code; after a day it is cleared away."""
    row = operations.store_file_of_citizen(
        upload_of(request), key=citizens_key(request), sender=sender_of(request), at=now()
    )
    return shown(UploadedOut, row, id=row.uid, claim_code=claim_code(row.uid))


@router.post("/reports/follow", response=shapes.FollowedOut, openapi_extra=OF_A_CITIZEN)
def follow_report(request: HttpRequest, said: shapes.FollowIn) -> shapes.FollowedOut:
    """Tell the holder of a query code how far the report is. The code travels in the body: addresses are logged."""
    return show_followed(operations.follow_report(said.number, code=said.code, sender=sender_of(request), at=now()))


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
    told = {one.id: one for one in show_reports(rows[:limit], by=request.auth)}
    return page_of(rows, limit=limit, show=lambda row: told[row.uid], uid=lambda row: row.uid)


@router.get("/reports/{report}", response=ReportOut, auth=Token())
def read_report(request: MemberRequest, response: HttpResponse, report: PublicId) -> ReportOut:
    """Read one report."""
    row = queries.report(report)
    people.require(request.auth, "report.read", queries.seen_matter(row), at=now())
    return answer_with(row, request=request, response=response)


@router.get("/reports/{report}/files", response=list[FileOut], auth=Token())
def list_files_of_report(request: MemberRequest, report: PublicId) -> list[FileOut]:
    """List what the report came with. Names that the reporter gave are left out for a post that may not read words."""
    row, at = queries.report(report), now()
    people.require(request.auth, "report.read", queries.seen_matter(row), at=at)
    return [show_file(one) for one in files_of_report(row, by=request.auth, at=at)]


@router.post("/reports/{report}/link", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def link_report(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.LinkIn) -> ReportOut:
    """Let a report belong to one more case."""
    row = intake.link_report(report, case_id=said.case, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/answer", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def answer_report(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.AnswerIn) -> ReportOut:
    """Answer the reporter."""
    row = intake.answer_report(report, words=said.words, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/release", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def release_report(request: MemberRequest, response: HttpResponse, report: PublicId) -> ReportOut:
    """Release a report's words for the public."""
    row = intake.release_report(report, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/contact", response=shapes.ContactOut, auth=Token())
def reveal_contact(
    request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.LookIn
) -> shapes.ContactOut:
    """See the reporter's name and number in clear, for a reason that is kept in the record with the look."""
    look = intake.reveal_contact(report, grounds=said.grounds, by=request.auth, at=now())
    response["ETag"] = rules.etag(look.report.version)
    response["Cache-Control"] = "no-store"
    return shown(shapes.ContactOut, look.contact)


@router.post("/reports/{report}/erase", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def erase_report(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.EraseIn) -> ReportOut:
    """Erase parts of a report for ever, on a ground of the law; the record tells that, when and by whom."""
    row = erasure.erase_report(report, parts=said.parts, rule=said.rule, grounds=said.grounds, **decided(request))
    return answer_with(row, request=request, response=response)


def show_followed(found: Followed) -> shapes.FollowedOut:
    """Return how far a report is, as its reporter may see it."""
    because = found.not_accepted_because
    cases = [
        shown(shapes.FollowedCase, one, id=one.uid, not_accepted_because=because.get(one.uid)) for one in found.cases
    ]
    objections = [shown(shapes.FollowedObjection, one) for one in found.objections]
    rating = None if found.rating is None else shown(shapes.FollowedRating, found.rating)
    return shown(shapes.FollowedOut, found, cases=cases, objections=objections, rating=rating)


def show_reports(rows: list[ReportRow], *, by: Actor) -> list[ReportOut]:
    """Return reports as a member may see them: words of all or of released ones, whom to reach always masked."""
    sight = words_sight(by, at=now())
    matters = queries.seen_matters((row.uid, row.area) for row in rows)
    open_to_reader = {row.uid for row in rows if sight.reaches(matters[row.uid])}
    words = queries.words_of(row for row in rows if row.is_released or row.uid in open_to_reader)
    contacts = queries.masked_contacts_of(row for row in rows if row.uid in open_to_reader)
    return [
        shown(
            ReportOut,
            row,
            id=row.uid,
            point=geo(row.point),
            words=_words(words[row.uid], reads_all=row.uid in open_to_reader) if row.uid in words else None,
            contact=shown(shapes.MaskedContact, contacts[row.uid]) if row.uid in contacts else None,
        )
        for row in rows
    ]


def answer_with(row: ReportRow, *, request: MemberRequest, response: HttpResponse) -> ReportOut:
    """Return a report with its version as ETag."""
    response["ETag"] = rules.etag(row.version)
    return show_reports([row], by=request.auth)[0]


def _words(said: dict[str, str], *, reads_all: bool) -> shapes.ReportWords:
    """Return a report's words; of released ones the address stays with those who need it for their work."""
    return shapes.ReportWords(**{name: said.get(name) for name in said if reads_all or name in _RELEASED})
