"""Ends that were none: an upheld objection, a reporter who still sees the problem, a shift leader who opens again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import stages
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
def reopen_by_reporter(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The reporter says that the problem is not solved: the first time, and soon enough, nobody else decides.

    Only `intake` calls this, which knows the reporter by the query code and lets them act in the reporter's post.

    Raises: SelfHandledEnds, PlaceErased, ReopeningUsedUp, ReopeningTooLate, UnitEnded.
    """
    row = locked(case_id)
    days = timedelta(days=parameter("reopen_free_days", at=at))
    known = replace(
        facts_of(row, at=at),
        has_been_reopened_by_reporter="case.reopen_by_reporter" in row.hands,
        reopen_until_at=None if row.ended_at is None else row.ended_at + days,
    )
    made = step(row, "reopen_by_reporter", seen=seen, by=by, at=at, known=known)
    _begin_anew(row, at=at)
    return keep(row, made, by=by, at=at, grounds=grounds)


def _begin_anew(row: Case, *, at: datetime) -> None:
    """Give the case back to its unit, or to the one that took over. Its closing is open again, its proof stays."""
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
