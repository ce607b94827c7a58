"""What a reporter does with their report after it was received: add to it, take it back, judge it, object, reopen it.

Each turn is made with the query code (`rules.CODE_HOLDER`), or entered by the acceptor for somebody who calls again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import BEFORE_FILING, CLOSINGS, CaseState
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.intake import rules
from gongzhi.intake.lifecycle import OBJECTION
from gongzhi.intake.models import Objection, Rating, Report
from gongzhi.intake.operations.sheet_messages import tell_of_report
from gongzhi.intake.operations.steps import (
    case_ids_of,
    checked,
    drop_reply,
    followed,
    locked,
    require_seen,
    take_up_again,
    work_days_after,
)
from gongzhi.intake.queries import ReportRow, acting_matter, decision_name, links, report_row
from gongzhi.intake.rules import GivenFile
from gongzhi.intake.states import ContactOutcome, RatedThrough, ReportState
from gongzhi.kernel.actor import TIMER, Actor, ActorKind
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.text import says_something
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people

WITHDRAWN = "反映人撤回了所反映的事项。"
"""Why a case is void whose only reporter took the report back; it stands in the case's record."""


@one_change
def supplement_report(
    report_id: UUID,
    *,
    words: str,
    files: Sequence[GivenFile] = (),
    seen: int | None,
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Add words and files to a report while the city is at it. What was said before stays as it was said.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, NothingSaid, TextTooLong, TextUnreadable,
        TooManyFiles, and what claiming a file refuses.
    """
    row, step = checked(report_id, "supplement", seen=seen, by=by, at=at)
    _require_said(words, files, at=at)
    shown = _claim(row, files, by=by, at=at)
    audit.record(row, step, by=_hand(by), at=at, facts=shown, held={"supplement": _said(words)})
    return report_row(row)


@one_change
def withdraw_report(report_id: UUID, *, words: str = "", seen: int, by: Actor, at: datetime) -> ReportRow:
    """Take a report back. A case that nobody else reported, and that is not filed yet, is void with it.

    What was filed goes on: it is the city's matter by then.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, TextTooLong, TextUnreadable.
    """
    rules.require_text("words", words, limit=parameter("report_text_limit", at=at))
    row, step = checked(report_id, "withdraw", seen=seen, by=by, at=at)
    row.ended_at = at
    voided = [one.uid for one in _held_cases(row) if void_with_its_report(one, row, grounds=WITHDRAWN, at=at)]
    told = {"voided": [str(uid) for uid in voided]}
    audit.record(
        row, step, by=_hand(by), at=at, facts=told, held={"withdrawal": _said(words)}, also=drop_reply(row, at=at)
    )
    tell_of_report(row, "answer", words=WITHDRAWN, told={"withdrawn": True}, by=by, at=at)
    return report_row(row)


@one_change
def rate_report(
    report_id: UUID,
    *,
    result: int | None,
    service: int | None,
    words: str = "",
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Say how satisfied one is, with the result and with the service apart, from one to five; once for each answer.

    Raises: NotFound, MoveNotAllowed, NotPermitted, RatingOffScale, RatingMissing, RatedBefore, TextTooLong,
        TextUnreadable.
    """
    row, step = checked(report_id, "rate", seen=None, by=by, at=at)
    if result is None and service is None:
        raise rules.RatingMissing(report=row.number)
    rating = new_rating(row, RatedThrough.REPORTER, result=result, service=service, at=at)
    audit.record(row, step, by=by, at=at, held={"rating_words": _readable(words, at=at)}, also=[rating])
    return report_row(row)


@one_change
def call_back(
    report_id: UUID,
    *,
    outcome: ContactOutcome,
    result: int | None = None,
    service: int | None = None,
    words: str = "",
    seen: int,
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Call a reporter who was answered and ask how satisfied they are; whoever was not reached has said nothing.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, RatingOffScale, RatingMissing, RatedBefore,
        TextTooLong, TextUnreadable.
    """
    row, step = checked(report_id, "call_back", seen=seen, by=by, at=at)
    was_asked = outcome is ContactOutcome.REACHED
    if was_asked == (result is None and service is None):
        raise rules.RatingMissing(report=row.number)
    ratings = [new_rating(row, RatedThrough.CALL_BACK, result=result, service=service, at=at)] if was_asked else []
    held = {"rating_words": _readable(words, at=at)}
    audit.record(row, step, by=by, at=at, facts={"outcome": outcome.value}, held=held, also=ratings)
    return report_row(row)


@one_change
def reopen_report(report_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """The reporter says that it is not solved: their closed cases go back to their units, and an answer is owed again.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, NothingToReopen, and what the case
        refuses: it is free once, within the city's days.
    """
    rules.require_reason(grounds, limit=parameter("report_text_limit", at=at))
    row, step = checked(report_id, "reopen", seen=seen, by=by, at=at)
    closed = [one for one in _held_cases(row) if one.state in CLOSINGS]
    if not closed:
        raise rules.NothingToReopen(report=row.number)
    for one in closed:
        cases.reopen_by_reporter(one.uid, report=row.number, seen=one.version, by=rules.CODE_HOLDER, at=at)
    again = take_up_again(row, at=at)
    told = {"cases": [str(one.uid) for one in closed]}
    audit.record(row, step, by=_hand(by), at=at, facts=told, held={"reopening": grounds}, also=again)
    tell_of_report(row, "take_up_again", words="", told={}, by=by, at=at)
    return report_row(row)


@one_change
def object_to_refusal(report_id: UUID, *, case_id: UUID, grounds: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Object: the matter was not accepted and should have been. Once for each case, within the city's days.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, NothingToObjectTo,
        ObjectionMadeBefore, ObjectionTooLate, TextTooLong, TextUnreadable.
    """
    rules.require_reason(grounds, limit=parameter("report_text_limit", at=at))
    row, step = checked(report_id, "object", seen=seen, by=by, at=at)
    refused = next((one for one in _held_cases(row) if one.uid == case_id), None)
    if refused is None or refused.state is not CaseState.NOT_ACCEPTED:
        raise rules.NothingToObjectTo(report=row.number)
    if Objection.objects.filter(report__uid=row.uid, case__uid=case_id).exists():
        raise rules.ObjectionMadeBefore(report=row.number)
    rules.require_in_time(refused.ended_at, within_days=parameter("objection_days", at=at), at=at)
    objection = Objection(
        report_id=row.uid,
        case_id=case_id,
        state=OBJECTION.initial.value,
        made_at=at,
        due_at=work_days_after(parameter("objection_decision_work_days", at=at), at=at)[0],
    )
    told = {"case": str(case_id)}
    audit.record(row, step, by=_hand(by), at=at, facts=told, held={"objection": grounds}, also=[objection])
    return report_row(row)


@one_change
def decide_objection(
    report_id: UUID, *, case_id: UUID, upheld: bool, grounds: str, seen: int, by: Actor, at: datetime
) -> ReportRow:
    """Decide on an objection, in words that the reporter reads. Upheld, the case is back where it was reported.

    Whoever did not accept the matter decides neither way.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, SamePerson, ReasonMissing, TextTooLong,
        TextUnreadable.
    """
    rules.require_text("grounds", grounds, limit=parameter("report_text_limit", at=at))
    row, act = locked(report_id), "uphold" if upheld else "refuse"
    objection = Objection.objects.filter(report__uid=row.uid, case__uid=case_id).first()
    hands = {} if objection is None else case_queries.hold(case_id).hands
    people.require(by, f"objection.{act}", replace(acting_matter(row.uid, row.area), hands=hands), at=at)
    require_seen(row, seen)
    if objection is None:
        raise NotFound(thing="objection", code=str(case_id))
    step = OBJECTION.check(objection.state, act, facts=rules.Grounds(grounds))
    objection.state, objection.decided_at, objection.decided_by = step.to.value, at, by.id
    objection.is_late = objection.is_late or (objection.due_at is not None and at > objection.due_at)
    held = {decision_name(objection): grounds}
    audit.record(row, step, by=by, at=at, facts={"case": str(case_id)}, held=held, also=[objection])
    if upheld:
        refused = case_queries.hold(case_id)
        cases.uphold_objection(case_id, grounds=grounds, seen=refused.version, by=by, at=at)
        if row.state in {ReportState.ANSWERED, ReportState.SETTLED}:
            again = followed(row, "take_up_again")
            audit.record(row, again, by=TIMER, at=at, also=take_up_again(row, at=at))
            tell_of_report(row, "take_up_again", words="", told={}, by=by, at=at)
    return report_row(row)


def new_rating(row: Report, through: RatedThrough, *, result: int | None, service: int | None, at: datetime) -> Rating:
    """Return the rating of a report's present answer; the caller saves it with the report.

    Raises: RatingOffScale, RatedBefore.
    """
    rules.require_on_scale(result, service)
    if Rating.objects.filter(report__uid=row.uid, round=row.round, through=through.value).exists():
        raise rules.RatedBefore(report=row.number)
    return Rating(report_id=row.uid, round=row.round, through=through.value, result=result, service=service, at=at)


def neighbours_rating(row: Report, *, result: int | None, service: int | None, at: datetime) -> Rating:
    """Return the rating of a report's present answer that a neighbour heard; what it heard last stands.

    Raises: RatingOffScale.
    """
    rules.require_on_scale(result, service)
    earlier = Rating.objects.filter(report__uid=row.uid, round=row.round, through=RatedThrough.NEIGHBOUR.value).first()
    if earlier is None:
        return new_rating(row, RatedThrough.NEIGHBOUR, result=result, service=service, at=at)
    earlier.result = earlier.result if result is None else result
    earlier.service = earlier.service if service is None else service
    earlier.at = at
    return earlier


def _held_cases(row: Report) -> list[CaseRow]:
    """Return the cases of a locked report, held in the order in which everybody holds them."""
    return [case_queries.hold(uid) for uid in case_ids_of(row)]


def void_with_its_report(case: CaseRow, row: Report, *, grounds: str, at: datetime) -> bool:
    """Make a case void that was never filed and that nobody else stands by; return whether it was."""
    others = links().filter(case__uid=case.uid).exclude(report__uid=row.uid)
    stands = others.exclude(report__state__in=[ReportState.WITHDRAWN.value, ReportState.HANDED_BACK.value]).exists()
    if case.state not in BEFORE_FILING or case.number is not None or stands:
        return False
    cases.void_case(case.uid, grounds=grounds, seen=case.version, by=TIMER, at=at)
    return True


def _require_said(words: str, files: Sequence[GivenFile], *, at: datetime) -> None:
    rules.require_text("text", words, limit=parameter("report_text_limit", at=at))
    if not (says_something(words) or files):
        raise rules.NothingSaid
    most = parameter("report_files_limit", at=at)
    if len(files) > most:
        raise rules.TooManyFiles(most=most, found=len(files))


def _claim(row: Report, files: Sequence[GivenFile], *, by: Actor, at: datetime) -> dict[str, object]:
    """Claim what a reporter shows besides, and return what the record tells of it."""
    codes = {one.id: one.code for one in files}
    shown = evidence.claim_files(
        [one.id for one in files], for_stream=row.stream, role=FileRole.REPORT, codes=codes, by=by, at=at
    )
    return {"files": [{"id": str(one.uid), "sha256": one.sha256} for one in shown]} if shown else {}


def _said(words: str) -> str | None:
    return words if says_something(words) else None


def _readable(words: str, *, at: datetime) -> str | None:
    """Return what was said beside a rating. Raises: TextTooLong, TextUnreadable."""
    rules.require_text("words", words, limit=parameter("report_text_limit", at=at))
    return _said(words)


def _hand(by: Actor) -> Actor:
    """Return whose turn it is: a member who enters what a reporter says does it on that one's behalf."""
    return replace(by, on_behalf_of=ActorKind.REPORTER.value) if by.kind is ActorKind.MEMBER else by
