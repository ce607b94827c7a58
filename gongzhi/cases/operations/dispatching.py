"""Giving a case to a unit, and what happens when the unit sends it back: return, correction, ruling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.calendars.rules.limits import WORKING_UNITS
from gongzhi.cases import clocks, stages, turns
from gongzhi.cases.models import Case, CaseReturn
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, permitted, step
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.rules import CaseFacts
from gongzhi.cases.states import ReturnGround, ReturnOutcome
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people


@one_change
def dispatch_case(
    case_id: UUID,
    *,
    unit_code: str,
    seen: int,
    by: Actor,
    at: datetime,
    grounds: str = "",
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Give the case to its responsible unit; the disposal clock starts now.

    After a return this decides on it. Another unit: the return is upheld, and that unit has its full limit. The same
    unit again: the return is refused, which needs grounds; the clock goes on where it stood when the case came back.

    Raises: UnitMissing, UnitEnded, ArbitrationNeeded, GroundsMissing; NotFound when there is no such unit.
    """
    return _to_a_unit(case_id, "dispatch", unit_code=unit_code, grounds=grounds, seen=seen, by=by, at=at, told=told)


@one_change
def decide_return(case_id: UUID, *, unit_code: str, grounds: str = "", seen: int, by: Actor, at: datetime) -> CaseRow:
    """Give a returned case to a unit in place of a dispatcher who did not decide on it in time.

    Raises: NotEscalated, UnitMissing, UnitEnded, ArbitrationNeeded, GroundsMissing; NotFound when there is no such
        unit.
    """
    return _to_a_unit(case_id, "decide_return", unit_code=unit_code, grounds=grounds, seen=seen, by=by, at=at)


@one_change
def return_case(
    case_id: UUID,
    *,
    ground: ReturnGround,
    proposed_unit: str = "",
    words: str = "",
    seen: int,
    by: Actor,
    at: datetime,
) -> CaseRow:
    """The unit sends the case back, before it acknowledges and within its window: it is not the one, or it is no case.

    Args:
        case_id: the case.
        ground: why, as a code.
        proposed_unit: the unit that answers instead, where the ground says that there is one.
        words: why, in words; needed where the code says too little.
        seen: the version on which this was decided.
        by: the unit's desk.
        at: when.

    Raises: RulingStands, ReturnTooLate, WordsMissing, ProposalMissing, ReturnToItself, UnitEnded; NotFound for an
        unknown unit.
    """
    row = locked(case_id)
    permitted(row, "return", seen=seen, by=by, at=at)  # before anything is told of its window or the calendars
    known = replace(
        facts_of(row, at=at),
        return_ground=ground,
        proposed_unit=proposed_unit,
        words=words,
        return_until_at=_window_until(row, at=at),
    )
    made = step(row, "return", seen=seen, by=by, at=at, known=known)
    if proposed_unit:
        people.working_unit(proposed_unit, at=at)
    row.return_count += 1
    sent_back = CaseReturn(
        case_id=row.uid,
        unit=row.unit_code,
        ground=ground.value,
        proposed_unit=proposed_unit,
        returned_at=at,
        outcome=ReturnOutcome.OPEN.value,
    )
    told = {"unit": row.unit_code, "ground": ground.value, "proposed_unit": proposed_unit or None}
    return keep(row, made, by=by, at=at, words=words, told=told, also=[sent_back])


@one_change
def escalate_return(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Nobody decided on a return in time: the dispatcher was late, and the shift leader has to see to it now."""
    row, made = checked(case_id, "escalate_return", seen=seen, by=by, at=at)
    row.escalation_count += 1
    handed_on = stages.escalated(row, by=by, at=at)
    told = {"unit": row.unit_code, "holder_post": handed_on[-1].holder_post}
    return keep(row, made, by=by, at=at, told=told, also=handed_on)


@one_change
def send_for_correction(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Send a case back before filing, where place, class or condition is wrong. Its number stays its own.

    Until it is filed anew it has no limit: what was chosen stays to be looked at, and binds nobody.

    Raises: GroundsMissing, ArbitrationNeeded.
    """
    return _to_be_put_right(case_id, "send_for_correction", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def correct_return(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Send a case back before filing in place of a dispatcher who did not decide on its return in time.

    Raises: NotEscalated, GroundsMissing, ArbitrationNeeded.
    """
    return _to_be_put_right(case_id, "correct_return", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def arbitrate_case(
    case_id: UUID,
    *,
    unit_code: str,
    grounds: str,
    seen: int,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Rule which unit answers for a case that units send to one another. What is ruled is not returned again.

    Raises: UnitMissing, NothingInDispute, GroundsMissing, SamePerson, UnitEnded; NotFound for an unknown unit.
    """
    row = locked(case_id)
    returned = _open_return(row)
    known = replace(_dispute(row, returned, grounds=grounds, at=at), unit=unit_code or None)
    made = step(row, "arbitrate", seen=seen, by=by, at=at, known=known)
    people.working_unit(unit_code, at=at)
    row.unit_code, row.arbitrated_at = unit_code, at
    decided = _given(row, returned, at=at, outcome=ReturnOutcome.RULED)
    ruling = {"unit": unit_code, "in_dispute": list(known.disputed_units), **(told or {})}
    return keep(row, made, by=by, at=at, grounds=grounds, told=ruling, also=decided)


def _to_a_unit(
    case_id: UUID,
    act: str,
    *,
    unit_code: str,
    grounds: str,
    seen: int,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    row = locked(case_id)
    returned = _open_return(row)
    row.unit_code = unit_code
    made = step(row, act, seen=seen, by=by, at=at, known=_dispute(row, returned, grounds=grounds, at=at))
    people.working_unit(unit_code, at=at)
    decided = _given(row, returned, at=at, outcome=None)
    return keep(row, made, by=by, at=at, grounds=grounds, told=told, also=decided)


def _to_be_put_right(case_id: UUID, act: str, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    row = locked(case_id)
    returned = _open_return(row)
    made = step(row, act, seen=seen, by=by, at=at, known=_dispute(row, returned, grounds=grounds, at=at))
    row.unit_code, row.dispatched_at = "", None
    row.filed_at = row.condition_from_on = None
    row.limit_text, row.calendar_key, row.needs_visit = "", "", True
    stages.stop_clock(row)
    decided = _decided(returned, ReturnOutcome.CORRECTED, at=at)
    return keep(row, made, by=by, at=at, grounds=grounds, also=decided)


def _given(row: Case, returned: CaseReturn | None, *, at: datetime, outcome: ReturnOutcome | None) -> list[CaseReturn]:
    """Give the case to its unit; return the return that this decides.

    A unit that gets back what it sent back has no new limit, but the time in which others decided does not count.
    Any other has the whole of it: of the limit that ran before, or of the condition's.
    """
    if returned is not None and returned.unit == row.unit_code:
        stages.come_back(row, at=at)
        return _decided(returned, outcome or ReturnOutcome.REFUSED, at=at)
    row.dispatched_at = at
    stages.start_clock(row, stages.disposal(row), at=at)
    return _decided(returned, outcome or ReturnOutcome.UPHELD, at=at)


def _window_until(row: Case, *, at: datetime) -> datetime | None:
    """Return until when the unit may send the case back since it was dispatched to it.

    The window is one of working time, unless the case's own clock runs day and night.
    """
    if row.dispatched_at is None:
        return None
    in_working_time = stages.disposal(row).unit in WORKING_UNITS
    window = clocks.return_window(parameter("return_window_work_minutes", at=at), in_working_time=in_working_time)
    return window.due(start=row.dispatched_at).due_at


def _dispute(row: Case, returned: CaseReturn | None, *, grounds: str, at: datetime) -> CaseFacts:
    known = replace(facts_of(row, at=at), grounds=grounds)
    if returned is None:
        return known
    return replace(
        known,
        returned_by=returned.unit,
        returns=len(turns.returns_in_dispute(row.uid)),
        escalated=turns.is_escalated(row.uid),
        disputed_units=turns.units_in_dispute(row.uid),
        arbitrate_after=parameter("arbitration_after_returns", at=at),
    )


def _open_return(row: Case) -> CaseReturn | None:
    return CaseReturn.locked(case_id=row.uid, outcome=ReturnOutcome.OPEN.value)


def _decided(returned: CaseReturn | None, outcome: ReturnOutcome, *, at: datetime) -> list[CaseReturn]:
    if returned is None:
        return []
    returned.outcome, returned.decided_at = outcome.value, at
    return [returned]
