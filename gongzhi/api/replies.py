"""What follows on a report: call, write, approve, send, extend, call back, decide; and the reporter's own turns."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongzhi.api import operations
from gongzhi.api.description import CHANGES_A_VERSION, OF_A_CITIZEN
from gongzhi.api.door import MemberRequest, Token, decided, now, seen_version
from gongzhi.api.reports import answer_with, show_followed
from gongzhi.api.shapes import PublicId, RowLimit, shown
from gongzhi.api.shapes import replies as shapes
from gongzhi.api.shapes.reports import FollowedOut, FollowIn, ReportOut
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.rules import CODE_HOLDER, GivenFile
from gongzhi.people import queries as people
from gongzhi.web.door import sender_of
from gongzhi.web.reading import words_sight

router = Router(tags=["replies"])
OF_ITS_REPORTER = {**OF_A_CITIZEN, **CHANGES_A_VERSION}


@router.get("/replies/due", response=list[shapes.DueOut], auth=Token())
def list_replies_due(
    request: MemberRequest, before: GivenInstant | None = None, limit: RowLimit = 50
) -> list[shapes.DueOut]:
    """List the answers that are still to be sent, the one that is due first first, as far as the reader may read."""
    sight = people.sight(request.auth, "report.read", at=now())
    found = queries.replies_due(before=before, limit=limit)
    matters = queries.seen_matters((report.uid, report.area) for report, _ in found)
    return [
        shown(shapes.DueOut, report, report=report.uid, reply=shown(shapes.ReplyOut, reply))
        for report, reply in found
        if sight.reaches(matters[report.uid])
    ]


@router.get("/reports/{report}/turns", response=shapes.TurnsOut, auth=Token())
def list_turns(request: MemberRequest, report: PublicId) -> shapes.TurnsOut:
    """Read everything that followed on a report: answers and their dates, calls, satisfaction, objections."""
    row, at = queries.report(report), now()
    matter = queries.seen_matter(row)
    people.require(request.auth, "report.read", matter, at=at)
    reads_words = words_sight(request.auth, at=at).reaches(matter)
    return shapes.TurnsOut(
        replies=[shown(shapes.ReplyOut, one) for one in queries.replies_of(row.uid)],
        contacts=[shown(shapes.ContactAttemptOut, one) for one in queries.attempts_of(row.uid)],
        ratings=[shown(shapes.RatingOut, one) for one in queries.ratings_of(row.uid)],
        objections=[
            shown(shapes.ObjectionOut, one, decision=one.decision if reads_words else None)
            for one in queries.objections_of(row.uid)
        ],
        supplements=_supplements(row) if reads_words else None,
    )


@router.post("/reports/{report}/contacts", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def record_contact(
    request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.ContactAttemptIn
) -> ReportOut:
    """Keep that somebody tried to speak to the reporter, and what came of it."""
    row = intake.record_contact(report, way=said.way, outcome=said.outcome, words=said.words, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/reply/draft", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def draft_reply(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.DraftIn) -> ReportOut:
    """Write the answer, or write it anew."""
    row = intake.draft_reply(report, words=said.words, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/reply/approve", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def approve_reply(request: MemberRequest, response: HttpResponse, report: PublicId) -> ReportOut:
    """Let a written answer go out; nobody approves their own words."""
    row = intake.approve_reply(report, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/reply/refuse", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def refuse_draft(
    request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.RefuseDraftIn
) -> ReportOut:
    """Send a written answer back to be written anew."""
    row = intake.refuse_draft(report, grounds=said.grounds, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/reply/send", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def send_reply(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.SendIn) -> ReportOut:
    """Send the approved answer: the report is answered, and a neighbour who sent it has the result."""
    row = intake.send_reply(report, way=said.way, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/reply/extension", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def ask_reply_extension(
    request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.ExtensionIn
) -> ReportOut:
    """Ask whoever set the outer date for a later one."""
    row = intake.ask_reply_extension(report, until=said.until, words=said.words, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post(
    "/reports/{report}/reply/extension/decide", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION
)
def decide_reply_extension(
    request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.ExtensionDecisionIn
) -> ReportOut:
    """Keep what was decided on an extension that was asked for, where it was told by another way than a message."""
    row = intake.decide_reply_extension(report, granted=said.granted, words=said.words, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/{report}/call-back", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION)
def call_back(request: MemberRequest, response: HttpResponse, report: PublicId, said: shapes.CallBackIn) -> ReportOut:
    """Keep what came of calling a reporter back who was answered."""
    row = intake.call_back(
        report,
        outcome=said.outcome,
        result=said.result,
        service=said.service,
        words=said.words,
        **decided(request),
    )
    return answer_with(row, request=request, response=response)


@router.post(
    "/reports/{report}/objections/{case}/decide", response=ReportOut, auth=Token(), openapi_extra=CHANGES_A_VERSION
)
def decide_objection(
    request: MemberRequest,
    response: HttpResponse,
    report: PublicId,
    case: PublicId,
    said: shapes.ObjectionDecisionIn,
) -> ReportOut:
    """Decide on a reporter's objection; upheld, the case is back where it was reported."""
    row = intake.decide_objection(report, case_id=case, upheld=said.upheld, grounds=said.grounds, **decided(request))
    return answer_with(row, request=request, response=response)


@router.post("/reports/follow/supplement", response=FollowedOut, openapi_extra=OF_A_CITIZEN)
def supplement_report(request: HttpRequest, said: shapes.SupplementIn) -> FollowedOut:
    """Add words and files to one's own report while the city is at it."""
    at = now()
    row = _own(request, said, at=at)
    files = [GivenFile(one.id, one.claim_code) for one in said.files]
    intake.supplement_report(row.uid, words=said.text, files=files, seen=None, by=CODE_HOLDER, at=at)
    return _followed(row, said)


@router.post("/reports/follow/withdraw", response=FollowedOut, openapi_extra=OF_ITS_REPORTER)
def withdraw_report(request: HttpRequest, said: shapes.WithdrawIn) -> FollowedOut:
    """Take one's own report back. What is filed goes on: it is the city's matter by then."""
    seen, at = seen_version(request), now()
    row = _own(request, said, at=at)
    intake.withdraw_report(row.uid, words=said.text, seen=seen, by=CODE_HOLDER, at=at)
    return _followed(row, said)


@router.post("/reports/follow/rate", response=FollowedOut, openapi_extra=OF_A_CITIZEN)
def rate_report(request: HttpRequest, said: shapes.RateIn) -> FollowedOut:
    """Say how satisfied one is, with the result and with the service apart; once for each answer."""
    at = now()
    row = _own(request, said, at=at)
    intake.rate_report(row.uid, result=said.result, service=said.service, words=said.text, by=CODE_HOLDER, at=at)
    return _followed(row, said)


@router.post("/reports/follow/reopen", response=FollowedOut, openapi_extra=OF_ITS_REPORTER)
def reopen_report(request: HttpRequest, said: shapes.ReopenIn) -> FollowedOut:
    """Say that it is not solved: the closed cases go back to their units. Free once, within the city's days."""
    seen, at = seen_version(request), now()
    row = _own(request, said, at=at)
    intake.reopen_report(row.uid, grounds=said.text, seen=seen, by=CODE_HOLDER, at=at)
    return _followed(row, said)


@router.post("/reports/follow/object", response=FollowedOut, openapi_extra=OF_ITS_REPORTER)
def object_to_refusal(request: HttpRequest, said: shapes.ObjectIn) -> FollowedOut:
    """Object to a decision not to accept the matter, once."""
    seen, at = seen_version(request), now()
    row = _own(request, said, at=at)
    intake.object_to_refusal(row.uid, case_id=said.case, grounds=said.text, seen=seen, by=CODE_HOLDER, at=at)
    return _followed(row, said)


def _own(request: HttpRequest, said: FollowIn, *, at: datetime) -> ReportRow:
    """Return the report of whoever holds its code. Raises: NotFound, TooManyAttempts."""
    return operations.held_by_code(said.number, code=said.code, sender=sender_of(request), at=at)


def _followed(row: ReportRow, said: FollowIn) -> FollowedOut:
    return show_followed(queries.follow(row.number, code=said.code))


def _supplements(row: ReportRow) -> list[shapes.SupplementOut]:
    return [shapes.SupplementOut(at=at, words=words) for at, words in queries.supplements_of(row.uid)]
