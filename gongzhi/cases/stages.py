"""The stages of a case: which one follows, who holds it and until when, and how the disposal is judged in the end.

Nothing is saved here: an operation saves what it gets, together with the case, as one change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort, Pause
from gongzhi.cases import clocks, rules
from gongzhi.cases.clocks import Clock
from gongzhi.cases.models import Case, CaseStage
from gongzhi.cases.queries import waits
from gongzhi.cases.states import STAGE_OF, CaseState, ClosingType
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import Refusal
from gongzhi.norms.rules import StageLimitUnknown
from gongzhi.norms.states import Stage
from gongzhi.people.states import Post

_POST_OF_STAGE = {
    Stage.ACCEPT: Post.ACCEPTOR,
    Stage.VERIFY: Post.COLLECTOR,
    Stage.FILE: Post.SHIFT_LEADER,
    Stage.DISPATCH: Post.DISPATCHER,
    Stage.ACKNOWLEDGE: Post.DEPARTMENT_DESK,
    Stage.DISPOSE: Post.DEPARTMENT_DESK,
    Stage.REVIEW: Post.DISPATCHER,
    Stage.CHECK: Post.CHECKER,
    Stage.REWORK: Post.DEPARTMENT_DESK,
    Stage.CLOSE: Post.SHIFT_LEADER,
}
_AT_THE_UNIT = frozenset({Stage.ACKNOWLEDGE, Stage.DISPOSE, Stage.REWORK})


def opened(row: Case, *, at: datetime) -> tuple[CaseStage, Refusal | None]:
    """Return the acceptor's stage of a new case, and why it has no limit where the city's norms or calendars give none.

    A stage without a limit is marked provisional.
    """
    try:
        return _begun(row, Stage.ACCEPT, at=at, order=1), None
    except (StageLimitUnknown, CalendarUnknown, DaysNotEntered, CalendarTooShort) as unclear:
        return _held(row, Stage.ACCEPT, at=at, order=1, due_provisional=True), unclear


def turned(row: Case, step: Step, *, by: Actor, at: datetime, clock_from: datetime | None) -> list[CaseStage]:
    """End the open stage and begin the one of the new state; return both, or nothing where the state stays."""
    if step.to is step.from_:
        return []
    ending = CaseStage.locked(case_id=row.uid, ended_at=None)
    if ending is None:
        raise AssertionError(f"{row} is in no stage")
    ending.ended_at = at
    ending.ended_by = by.id
    ending.is_late = ending.is_late or (ending.due_at is not None and at > ending.due_at)
    next_stage = STAGE_OF.get(CaseState(step.to))
    if next_stage is None:
        return [ending]
    return [ending, _begun(row, next_stage, at=at, order=ending.order + 1, clock_from=clock_from)]


def disposal(row: Case) -> Clock:
    """Return the clock of the case's disposal, on the calendars under which its deadline was computed."""
    return clocks.read_clock(row.limit_text, calendar_key=row.calendar_key, edition=row.due_edition)


def set_due(row: Case, *, start: datetime, pauses: Sequence[Pause] = ()) -> None:
    """Compute when the disposal is due, on the calendars as they stand now, and keep which edition that was."""
    clock = disposal(row).as_of_today()
    due = clock.due(start=start, pauses=pauses)
    row.due_at, row.due_provisional, row.due_edition = due.due_at, due.provisional, clock.edition


def settle_timing(row: Case) -> None:
    """Judge the disposal by the confirmed result that was finally accepted."""
    if row.dispatched_at is None or row.handled_at is None or row.due_at is None:
        raise AssertionError(f"{row} closes without a disposal")
    clock, pauses = disposal(row), waits(row.uid)
    used = clock.used_s(start=row.dispatched_at, until=row.handled_at, pauses=pauses)
    allowed = clock.used_s(start=row.dispatched_at, until=row.due_at, pauses=pauses)
    row.is_late = row.handled_at > row.due_at
    row.overtime_hundredths = rules.overtime_hundredths(used, allowed) if row.is_late and allowed else 0
    row.closing_type = (ClosingType.LATE if row.is_late else ClosingType.NORMAL).value


def _begun(row: Case, stage: Stage, *, at: datetime, order: int, clock_from: datetime | None = None) -> CaseStage:
    if stage is Stage.DISPOSE:
        clock, due_at, provisional = disposal(row), row.due_at, row.due_provisional
    else:
        clock = _stage_clock(row, stage, at=at).as_of_today()
        due = clock.due(start=max(at, clock_from or at))
        due_at, provisional = due.due_at, due.provisional
    held = _held(row, stage, at=at, order=order, due_provisional=provisional)
    held.limit_text, held.calendar_key = clock.text, clock.calendar_key
    held.due_at, held.due_edition = due_at, clock.edition
    return held


def _held(row: Case, stage: Stage, *, at: datetime, order: int, due_provisional: bool) -> CaseStage:
    return CaseStage(
        case_id=row.uid,
        order=order,
        stage=stage.value,
        holder_post=_POST_OF_STAGE[stage],
        holder_unit=row.unit_code if stage in _AT_THE_UNIT else "",
        started_at=at,
        due_provisional=due_provisional,
    )


def _stage_clock(row: Case, stage: Stage, *, at: datetime) -> Clock:
    chosen = disposal(row) if row.limit_text else None
    return clocks.stage_clock(stage.value, at=at, area_class=row.area_class, disposal=chosen)
