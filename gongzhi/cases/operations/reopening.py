"""Ends that were none: an upheld objection, a reporter who still sees the problem, a shift leader who opens again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.audit import queries as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import facts, stages
from gongzhi.cases.models import Case
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, step
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import AppealState
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people

_UNDECIDED = (AppealState.ASKED.value, AppealState.REVIEWED.value)


@one_change
def uphold_objection(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader agrees with a reporter whose matter was not accepted: the acceptor has it again.

    Raises: GroundsMissing, SamePerson.
    """
    row, made = checked(case_id, "uphold_objection", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = None
    return keep(row, made, by=by, at=at, grounds=grounds)


@one_change
def reopen_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader opens a closed case again: its unit has it for rework, with a limit of its own.

    Raises: SelfHandledEnds, PlaceErased, GroundsMissing, UnitEnded.
    """
    row, made = checked(case_id, "reopen", seen=seen, by=by, at=at, grounds=grounds)
    _begin_anew(row, at=at)
    return keep(row, made, by=by, at=at, grounds=grounds)


@one_change
def reopen_by_reporter(case_id: UUID, *, report: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The reporter says that the problem is not solved: the first time, and soon enough, nobody else decides.

    Only `intake` calls this, which knows the reporter by the query code and lets them act in the reporter's post. The
    case tells by which report it was reopened and none of the words: those stand with the report, where who may read
    them is asked for and where they are erased.

    Raises: SelfHandledEnds, PlaceErased, ReopeningUsedUp, ReopeningTooLate, UnitEnded.
    """
    row = locked(case_id)
    days = timedelta(days=parameter("reopen_free_days", at=at))
    known = replace(
        facts_of(row, at=at),
        has_been_reopened_by_reporter=_was_reopened_by(report, row),
        reopen_until_at=None if row.ended_at is None else row.ended_at + days,
    )
    made = step(row, "reopen_by_reporter", seen=seen, by=by, at=at, known=known)
    _begin_anew(row, at=at)
    return keep(row, made, by=by, at=at, told={"report": report})


def _was_reopened_by(report: str, row: Case) -> bool:
    """Whether the reporter of this very report opened the case again before."""
    if "case.reopen_by_reporter" not in row.hands:
        return False
    opened = (one for one in audit.entries_of(row.stream) if one.type == facts.CASE_REOPENED_BY_REPORTER.name)
    return any(one.facts.get("report", report) == report for one in opened)


def _begin_anew(row: Case, *, at: datetime) -> None:
    """Give the case back to its unit, or to the one that took over. Its closing is open again, its proof stays.

    What was late so far stays on record beside what is judged anew.
    """
    if row.is_late:
        row.earlier_late_count += 1
        row.earlier_exempted_count += row.late_exempted
    row.unit_code = people.working_unit(people.answering_unit(row.unit_code, at=at), at=at).code
    row.reopen_count += 1
    row.rework_count += 1
    row.ended_at = row.handled_at = row.result_at = None
    row.supervised_at = row.supervision_due_at = None
    row.check_photos = 0
    row.closing_type = row.special_ground = ""
    row.is_late = row.late_exempted = False
    row.overtime_hundredths = 0
    if row.appeal in _UNDECIDED:
        row.appeal = ""
    stages.start_clock(row, stages.rework_clock(row, at=at), at=at)
