"""Visits on the spot: the list, one of them, and what was seen. They are ordered by a move of the case."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from gongzhi.api import rules
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Cursor, Page, PublicId, RowLimit, after, page_of, shown
from gongzhi.api.shapes import visits as shapes
from gongzhi.api.shapes.visits import VisitOut
from gongzhi.cases import queries as cases
from gongzhi.people import queries as people
from gongzhi.visits import operations, queries
from gongzhi.visits.queries import VisitRow
from gongzhi.visits.states import VisitState

router = Router(tags=["visits"], auth=Token())


@router.get("/visits", response=Page[VisitOut])
def list_visits(
    request: MemberRequest,
    cursor: Cursor | None = None,
    limit: RowLimit = 50,
    state: VisitState | None = None,
    case: PublicId | None = None,
) -> Page[VisitOut]:
    """List the visits that the reader may read, in the order in which they were ordered."""
    sight = people.sight(request.auth, "visit.read", at=now())
    rows = queries.page(after=after(cursor), limit=limit + 1, state=state, case=case, sight=sight)
    return page_of(rows, limit=limit, show=_show, uid=lambda row: row.uid)


@router.get("/visits/{visit}", response=VisitOut)
def read_visit(request: MemberRequest, response: HttpResponse, visit: PublicId) -> VisitOut:
    """Read one visit."""
    row = queries.visit(visit)
    people.require(request.auth, "visit.read", cases.matters_of([row.case])[row.case], at=now())
    return answer_visit(row, response=response)


@router.post("/visits/{visit}/verification", response=VisitOut, openapi_extra=CHANGES_A_VERSION)
def report_verification(
    request: MemberRequest, response: HttpResponse, visit: PublicId, said: shapes.VerificationIn
) -> VisitOut:
    """Report what a verification saw: confirmed, the case is accepted; otherwise the acceptor decides."""
    row = operations.report_verification(
        visit,
        confirmed=said.confirmed,
        photos=said.photos,
        words=said.words,
        **decided(request),
    )
    return answer_visit(row, response=response)


@router.post("/visits/{visit}/check", response=VisitOut, openapi_extra=CHANGES_A_VERSION)
def report_check(request: MemberRequest, response: HttpResponse, visit: PublicId, said: shapes.CheckIn) -> VisitOut:
    """Report what a check saw: it passes, or the case goes back for rework with these words as grounds."""
    row = operations.report_check(
        visit,
        passed=said.passed,
        photos=said.photos,
        words=said.words,
        **decided(request),
    )
    return answer_visit(row, response=response)


def answer_visit(row: VisitRow, *, response: HttpResponse) -> VisitOut:
    """Return a visit with its version as ETag."""
    response["ETag"] = rules.etag(row.version)
    return _show(row)


def _show(row: VisitRow) -> VisitOut:
    return shown(VisitOut, row, id=row.uid)
