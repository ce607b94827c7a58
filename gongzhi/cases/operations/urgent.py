"""The urgent track: a unit goes there at once, and the case is filed later; 110 wants arrival and feedback told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import clocks, stages
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, step
from gongzhi.cases.operations.main_line import put_under_condition
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people


@one_change
def mark_urgent(case_id: UUID, *, linkage_no: str = "", seen: int, by: Actor, at: datetime) -> CaseRow:
    """Somebody sees danger: the case may be handled before it is filed. Marked again, it keeps the first time.

    Args:
        case_id: the case.
        linkage_no: the number under which 110 keeps the matter, empty where it did not come from there.
        seen: the version on which this was decided.
        by: who marks it.
        at: when.
    """
    row, made = checked(case_id, "mark_urgent", seen=seen, by=by, at=at)
    row.urgent_at, row.linkage_no = row.urgent_at or at, linkage_no or row.linkage_no
    return keep(row, made, by=by, at=at, told={"linkage_no": linkage_no or None})


@one_change
def dispatch_urgent(case_id: UUID, *, unit_code: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Send a unit at once, before filing. Its clock runs day and night, with the limit of urgent cases.

    Raises: NotUrgent, UnitMissing, UnitEnded; NotFound for an unknown unit.
    """
    row = locked(case_id)
    row.unit_code = unit_code
    made = step(row, "dispatch_urgent", seen=seen, by=by, at=at)
    people.working_unit(unit_code, at=at)
    row.accepted_at = row.accepted_at or at
    row.dispatched_at = at
    stages.start_clock(row, clocks.urgent_clock(parameter("urgent_limit_h", at=at)), at=at)
    return keep(row, made, by=by, at=at)


@one_change
def file_later(case_id: UUID, *, condition_code: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """File an urgent case after its unit was sent: it gets number, condition and way of checking. Its clock runs on.

    Raises: FiledAlready, PlaceMissing, ClassMissing, ConditionMissing, ConditionUnknown, ConditionOfOtherClass,
        ConditionOfOtherArea, CalendarUnknown, DaysNotEntered.
    """
    row = locked(case_id)
    known = replace(facts_of(row, at=at), condition_code=condition_code or None)
    made = step(row, "file_later", seen=seen, by=by, at=at, known=known)
    source = put_under_condition(row, condition_code, at=at)
    return keep(row, made, by=by, at=at, told={"cited": source})


@one_change
def arrive(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The unit tells that it has arrived; the first time counts.

    Raises: NotUrgent, ArrivedAlready.
    """
    row, made = checked(case_id, "arrive", seen=seen, by=by, at=at)
    row.arrived_at = at
    return keep(row, made, by=by, at=at)


@one_change
def feed_back(case_id: UUID, *, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The unit tells how it stands there. It may do so again; the first time counts.

    Raises: NotUrgent, WordsMissing.
    """
    row, made = checked(case_id, "feed_back", seen=seen, by=by, at=at, words=words)
    row.fed_back_at = row.fed_back_at or at
    return keep(row, made, by=by, at=at, words=words)
