"""Cases: the list, one of them, and everything that explains it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gongzhi.api import rules
from gongzhi.api.description import MAY_BE_TOO_EARLY
from gongzhi.api.door import MemberRequest, Token, now
from gongzhi.api.files import show_file
from gongzhi.api.ground import show_answering, show_border
from gongzhi.api.record import show_actor
from gongzhi.api.reports import show_reports
from gongzhi.api.shapes import Code, Cursor, Page, PublicId, RowLimit, after, geo, page_of, shown
from gongzhi.api.shapes import cases as shapes
from gongzhi.api.shapes.cases import CaseOut
from gongzhi.api.shapes.files import FileOut
from gongzhi.api.shapes.reports import ReportOut
from gongzhi.audit import queries as audit
from gongzhi.audit.registry import EntryRow
from gongzhi.calendars.rules import WalkStep
from gongzhi.cases import duplicates, queries
from gongzhi.cases.labels import ACTS
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import queries as dispatch
from gongzhi.intake import queries as intake
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.web.reading import files_of_case

router = Router(tags=["cases"])
_GIVEN_REASONS = ("grounds", "words")


@router.get("/cases", response=Page[CaseOut], auth=Token())
def list_cases(
    request: MemberRequest, wanted: Query[shapes.CaseFilters], cursor: Cursor | None = None, limit: RowLimit = 50
) -> Page[CaseOut]:
    """List the cases that the reader may read, in the order in which they were opened."""
    at = now()
    rows = queries.page(
        after=after(cursor),
        limit=limit + 1,
        states=wanted.state or None,
        unit=wanted.unit,
        class_key=wanted.class_key,
        area=wanted.area,
        late=wanted.late,
        placed=wanted.placed,
        unreceived=wanted.unreceived,
        sight=people.sight(request.auth, "case.read", at=at),
        at=at,
    )
    return page_of(rows, limit=limit, show=lambda row: _show(row, at=at), uid=lambda row: row.uid)


@router.get("/cases/by-number/{number}", response=CaseOut, auth=Token())
def read_case_by_number(request: MemberRequest, response: HttpResponse, number: Code) -> CaseOut:
    """Read the case with this number."""
    return answer_case(_allowed(queries.find(number), request), response=response)


@router.get("/cases/{case}", response=CaseOut, auth=Token())
def read_case(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """Read one case; its ETag is what a move needs as If-Match."""
    return answer_case(_readable(request, case), response=response)


@router.get("/cases/{case}/stages", response=list[shapes.StageOut], auth=Token())
def list_stages(request: MemberRequest, case: PublicId) -> list[shapes.StageOut]:
    """List the stages that the case went through: who held it, until when, and whether it was late there."""
    rows = queries.stages(_readable(request, case).uid)
    return [shown(shapes.StageOut, one, limit=one.limit_text) for one in rows]


@router.get("/cases/{case}/deadline", response=shapes.DeadlineOut, auth=Token(), openapi_extra=MAY_BE_TOO_EARLY)
def explain_deadline(request: MemberRequest, case: PublicId) -> shapes.DeadlineOut:
    """Explain the deadline of the disposal as a walk over the calendar."""
    found = queries.explain_deadline(str(_readable(request, case).uid))
    steps = [_step(one) for one in found.steps]
    return shown(shapes.DeadlineOut, found, case=found.case.uid, limit=found.limit_text, steps=steps)


@router.get("/cases/{case}/moves", response=list[shapes.MoveOut], auth=Token())
def list_open_moves(request: MemberRequest, case: PublicId) -> list[shapes.MoveOut]:
    """List the moves that the reader can make on the case now, as far as post and hands decide."""
    found = queries.open_moves(_readable(request, case), by=request.auth, at=now())
    return [
        shapes.MoveOut(act=one.act, name=str(ACTS[one.act]), to=None if one.target is None else one.target.value)
        for one in found
    ]


@router.get("/cases/{case}/history", response=list[shapes.HistoryOut], auth=Token())
def read_history(request: MemberRequest, case: PublicId) -> list[shapes.HistoryOut]:
    """Read the case's entries in the record, with the grounds and words that were given."""
    row = _readable(request, case)
    reasons = audit.held_by_entry(row.stream, names=_GIVEN_REASONS)
    return [_told(one, reasons.get(one.seq, {})) for one in audit.entries_of(row.stream)]


@router.get("/cases/{case}/reports", response=list[ReportOut], auth=Token())
def list_reports_of_case(request: MemberRequest, case: PublicId) -> list[ReportOut]:
    """List the reports that belong to the case."""
    row = _readable(request, case)
    people.require(request.auth, "report.read", queries.matters_of([row.uid])[row.uid], at=now())
    return show_reports(intake.reports_of(row.uid), by=request.auth)


@router.get("/cases/{case}/files", response=list[FileOut], auth=Token())
def list_files_of_case(request: MemberRequest, case: PublicId) -> list[FileOut]:
    """List the files that prove something about the case, and before them what its reports came with."""
    return [show_file(one) for one in files_of_case(_readable(request, case), by=request.auth, at=now())]


@router.get("/cases/{case}/duplicates", response=list[shapes.CandidateOut], auth=Token())
def list_duplicates(request: MemberRequest, case: PublicId) -> list[shapes.CandidateOut]:
    """List cases that may be about the same thing: of the same class, near, reported not long before or after."""
    row = _readable(request, case)
    if row.point is None:
        return []
    found = duplicates.candidates(
        row.point,
        class_key=row.class_key,
        at=row.reported_at,
        besides=row.uid,
        sight=people.sight(request.auth, "case.read", at=now()),
    )
    return [shown(shapes.CandidateOut, one, id=one.uid, distance_m=round(one.distance_m, 1)) for one in found]


@router.get("/cases/{case}/suggestion", response=shapes.SuggestionOut, auth=Token(), openapi_extra=MAY_BE_TOO_EARLY)
def suggest_unit(request: MemberRequest, case: PublicId) -> shapes.SuggestionOut:
    """Suggest the unit that answers for the case, and say why."""
    at = now()
    found = dispatch.suggest(_readable(request, case).uid, at=at)
    ruling = None if found.ruling is None else shown(shapes.RulingOut, found.ruling)
    ground = None if found.ground is None else show_answering(found.ground, at=at)
    return shown(shapes.SuggestionOut, found, ruling=ruling, ground=ground)


@router.get("/cases/{case}/ground", response=shapes.CaseGroundOut, auth=Token())
def read_ground(request: MemberRequest, case: PublicId) -> shapes.CaseGroundOut:
    """Read on which ground the case lies, as it was on the day of its report, and who sees it near a border."""
    row, at = _readable(request, case), now()
    ground, border = queries.ground_of(row), places.border_of(row.stream)
    return shapes.CaseGroundOut(
        case=row.uid,
        answering=None if ground is None else show_answering(ground, at=at),
        border=None if border is None else show_border(border),
    )


@router.get("/figures/{level}", response=list[shapes.TallyOut], tags=["figures"])
def read_figures(request: HttpRequest, level: shapes.Levels) -> list[shapes.TallyOut]:
    """Count filed, closed, late and reworked cases by district or by unit, for everybody."""
    tallies = queries.tally_by_division() if level is shapes.Levels.DISTRICT else queries.tally_by_unit()
    return [shown(shapes.TallyOut, one) for one in tallies]


def answer_case(row: CaseRow, *, response: HttpResponse) -> CaseOut:
    """Return a case with its version as ETag."""
    response["ETag"] = rules.etag(row.version)
    return _show(row, at=now())


def _show(row: CaseRow, *, at: datetime) -> CaseOut:
    overdue = row.is_overdue(at=at)
    return shown(CaseOut, row, id=row.uid, point=geo(row.point), limit=row.limit_text, overdue=overdue)


def _readable(request: MemberRequest, uid: PublicId) -> CaseRow:
    return _allowed(queries.case(uid), request)


def _allowed(row: CaseRow, request: MemberRequest) -> CaseRow:
    queries.require_readable(row, by=request.auth, at=now())
    return row


def _step(one: WalkStep) -> shapes.WalkStepOut:
    return shown(
        shapes.WalkStepOut,
        one,
        kind=one.kind.value,
        from_at=one.from_,
        until_at=one.until,
        consumed_s=int(one.consumed.total_seconds()),
        left_s=int(one.left.total_seconds()),
    )


def _told(one: EntryRow, reasons: dict[str, object]) -> shapes.HistoryOut:
    given = {name: None if reasons.get(name) is None else str(reasons[name]) for name in _GIVEN_REASONS}
    return shown(shapes.HistoryOut, one, actor=show_actor(one.actor), facts=dict(one.facts), **given)
