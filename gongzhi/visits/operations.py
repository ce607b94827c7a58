"""Ordering a visit and reporting what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import TIMER, Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import CheckingWindow, next_opening
from gongzhi.notices.news import of_fact
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.visits import facts, news, rules
from gongzhi.visits import queries as visit_queries
from gongzhi.visits.lifecycle import VISIT
from gongzhi.visits.models import Visit
from gongzhi.visits.queries import VisitRow, visit_row
from gongzhi.visits.states import VisitKind, VisitResult, VisitState


@one_change
def order_verification(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> VisitRow:
    """Send somebody to look before a report is accepted."""
    cases.send_to_verify(case_id, seen=seen, by=by, at=at)
    return _ordered(VisitKind.VERIFY, case_id, not_before=at, by=by, at=at)


@one_change
def order_check(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> VisitRow:
    """Send somebody to check a disposal, at hours in which the matter shows itself."""
    row = case_queries.case(case_id)
    opens = next_opening(_window(row), at=at, zone=city().zone)
    cases.send_to_check(case_id, not_before=opens, seen=seen, by=by, at=at)
    return _ordered(VisitKind.CHECK, case_id, not_before=opens, by=by, at=at)


@one_change
def report_verification(
    visit_id: UUID,
    *,
    confirmed: bool,
    photos: Sequence[UUID],
    seen: int,
    by: Actor,
    at: datetime,
    words: str = "",
) -> VisitRow:
    """Report what a verification saw. Confirmed, the case is accepted; otherwise the acceptor decides.

    Raises: WrongVisit, MoveNotAllowed, VisitPhotoMissing, HappenedBefore, and what claiming a file refuses.
    """
    row = _locked(visit_id)
    case = case_queries.case(row.case_id)
    step = _reported(row, case, kind=VisitKind.VERIFY, photos=photos, seen=seen, by=by, at=at)
    tell = cases.confirm_verified if confirmed else cases.report_unconfirmed
    tell(row.case_id, seen=case.version, by=by, at=at)
    evidence.claim_files(list(photos), for_stream=case.stream, role=FileRole.VERIFY, by=by, at=at)
    result = VisitResult.CONFIRMED if confirmed else VisitResult.NOT_CONFIRMED
    return _done(row, step, result, shown=len(photos), words=words, by=by, at=at)


@one_change
def report_check(
    visit_id: UUID,
    *,
    passed: bool,
    photos: Sequence[UUID],
    seen: int,
    by: Actor,
    at: datetime,
    words: str = "",
) -> VisitRow:
    """Report what a check saw: it passes, or the case goes back for rework with these words as grounds.

    Raises: WrongVisit, OutsideCheckingHours, VisitPhotoMissing, SamePerson, GroundsMissing, and what claiming a file
        refuses.
    """
    row = _locked(visit_id)
    case = case_queries.case(row.case_id)
    step = _reported(row, case, kind=VisitKind.CHECK, photos=photos, seen=seen, by=by, at=at)
    rules.require_checking_hour(_window(case), at=at, zone=city().zone)
    if passed:
        cases.pass_check(row.case_id, check_photos=photos, seen=case.version, by=by, at=at)
    else:
        cases.fail_check(row.case_id, grounds=words, check_photos=photos, seen=case.version, by=by, at=at)
    result = VisitResult.PASSED if passed else VisitResult.FAILED
    return _done(row, step, result, shown=len(photos), words=words, by=by, at=at)


@one_change
def cancel_visits_of(case_id: UUID, *, at: datetime) -> int:
    """Call back the visit of a case that ended, or to which a unit goes at once; return how many were called back.

    A visit that was ordered after that instant, for a case that was taken up again, stays.
    """
    out = Visit.objects.filter(case__uid=case_id, state=VisitState.ORDERED.value, ordered_at__lte=at)
    cancelled = 0
    for row in out.select_for_update():
        step = VISIT.check(row.state, "cancel")
        row.state = step.to.value
        audit.record(row, step, by=TIMER, at=at)
        cancelled += 1
    return cancelled


def tell_of_visit(visit_id: UUID, *, fact: str, cause: str, at: datetime) -> int:
    """Tell those who look on the spot that a visit was ordered or called back; return how many sorts were new.

    Args:
        visit_id: the visit.
        fact: what happened.
        cause: the place of the fact in the record: telling it again tells nobody.
        at: when it happened.
    """
    visit = visit_queries.visit(visit_id)
    case = case_queries.case(visit.case)
    told, is_urgent = news.Told(visit, case), case.urgent_at is not None
    sorts = of_fact(news.NEWS, fact)
    return sum(one.tell(told, about=case.stream, key=cause, urgent=is_urgent, at=at) for one in sorts)


def _ordered(kind: VisitKind, case_id: UUID, *, not_before: datetime, by: Actor, at: datetime) -> VisitRow:
    """Order a visit. One that is still out from before the case ended and was taken up again is called back first."""
    cancel_visits_of(case_id, at=at)
    row = Visit(
        kind=kind.value, case_id=case_id, state=VISIT.initial.value, ordered_at=at, not_before=max(at, not_before)
    )
    audit.record(row, facts.VISIT_ORDERED, by=by, at=at, facts={"case": str(case_id), "kind": kind.value})
    return visit_row(row)


def _locked(visit_id: UUID) -> Visit:
    row = Visit.objects.select_for_update().filter(uid=visit_id).first()
    if row is None:
        raise NotFound(thing="visit", code=str(visit_id))
    return row


def _reported(
    row: Visit, case: CaseRow, *, kind: VisitKind, photos: Sequence[UUID], seen: int, by: Actor, at: datetime
) -> Step:
    """Check that this visit may be reported now by this person, with its proof."""
    people.require(by, "visit.report", case_queries.acting_matter(case), at=at)
    audit.require_version(row, seen)
    if row.kind != kind:
        raise rules.WrongVisit(wanted=kind.value, found=row.kind)
    step = VISIT.check(row.state, "report")
    if not photos:
        raise rules.VisitPhotoMissing(wanted=1, found=0)
    return step


def _done(row: Visit, step: Step, result: VisitResult, *, shown: int, words: str, by: Actor, at: datetime) -> VisitRow:
    row.state = step.to.value
    row.result, row.done_at, row.done_by, row.photos = result.value, at, by.id, shown
    told = {"case": str(row.case_id), "result": result.value}
    audit.record(row, step, by=by, at=at, facts=told, held={"words": words or None})
    return visit_row(row)


def _window(case: CaseRow) -> CheckingWindow | None:
    if not case.condition_code or case.filed_at is None:
        return None
    filed_on = local_date(case.filed_at, city().zone)
    return norms.filing_condition(case.condition_code, on=filed_on).window
