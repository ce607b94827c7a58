"""The stages of a case: which one follows, who holds it and until when, and how the disposal is judged in the end.

Nothing is saved here: an operation saves what it gets, together with the case, as one change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort, Pause
from gongzhi.cases import clocks, rules, turns
from gongzhi.cases.clocks import Clock
from gongzhi.cases.models import Case, CaseStage
from gongzhi.cases.queries import case_row, pauses_of
from gongzhi.cases.states import STAGE_OF, UNIT_STAGES, CaseState, ClosingType
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import Refusal
from gongzhi.norms.rules import StageLimitUnknown
from gongzhi.norms.states import Stage
from gongzhi.people.states import Post

POST_OF_STAGE = {
    Stage.ACCEPT: Post.ACCEPTOR,
    Stage.VERIFY: Post.COLLECTOR,
    Stage.FILE: Post.SHIFT_LEADER,
    Stage.DISPATCH: Post.DISPATCHER,
    Stage.ACKNOWLEDGE: Post.DEPARTMENT_DESK,
    Stage.DECIDE_RETURN: Post.DISPATCHER,
    Stage.DISPOSE: Post.DEPARTMENT_DESK,
    Stage.HOLD: Post.DEPARTMENT_DESK,
    Stage.REVIEW: Post.DISPATCHER,
    Stage.CHECK: Post.CHECKER,
    Stage.REWORK: Post.DEPARTMENT_DESK,
    Stage.CLOSE: Post.SHIFT_LEADER,
}
_AT_THE_UNIT = UNIT_STAGES | {Stage.HOLD}


def opened(row: Case, *, at: datetime) -> tuple[CaseStage, Refusal | None]:
    """Return the acceptor's stage of a new case, and why it has no limit where the city's norms or calendars give none.

    A stage without a limit is marked provisional.
    """
    try:
        return _begun(row, Stage.ACCEPT, at=at, order=1), None
    except (StageLimitUnknown, CalendarUnknown, DaysNotEntered, CalendarTooShort) as unclear:
        return _held(row, Stage.ACCEPT, at=at, order=1, due_provisional=True), unclear


def turned(row: Case, step: Step, *, by: Actor, at: datetime, clock_from: datetime | None) -> list[CaseStage]:
    """End the open stage and begin the one of the new state; return both, or nothing where the state stays.

    A case that was at an end has no open stage; the new one follows the last.
    """
    if step.to is step.from_:
        return []
    last = _last(row)
    ended = [_ended(last, by=by, at=at)] if last.ended_at is None else []
    next_stage = STAGE_OF.get(CaseState(step.to))
    if next_stage is None:
        return ended
    return [*ended, _begun(row, next_stage, at=at, order=last.order + 1, clock_from=clock_from)]


def escalated(row: Case, *, by: Actor, at: datetime) -> list[CaseStage]:
    """End the open stage of a holder who stayed silent, and begin it anew in the shift leader's hands; return both."""
    silent = _last(row)
    following = _begun(row, Stage(silent.stage), at=at, order=silent.order + 1)
    following.holder_post = Post.SHIFT_LEADER
    return [_ended(silent, by=by, at=at), following]


def disposal(row: Case) -> Clock:
    """Return the clock of the case's disposal, on the calendars under which its deadline was computed.

    It is the condition's limit, or for an urgent case the one of urgent cases, or after a reopening that of rework.
    """
    calendar_key = row.clock_calendar_key or row.calendar_key
    return clocks.read_clock(row.clock_text or row.limit_text, calendar_key=calendar_key, edition=row.due_edition)


def start_clock(row: Case, clock: Clock, *, at: datetime) -> None:
    """Let the disposal clock begin with the whole of a limit."""
    row.clock_text, row.clock_calendar_key, row.clock_from_at = clock.text, clock.calendar_key, at
    row.extensions_granted, row.extension_asked_at = 0, None
    set_due(row)


def stop_clock(row: Case) -> None:
    """Take the disposal clock away: no unit has the case any more."""
    row.clock_text, row.clock_calendar_key, row.clock_from_at = "", "", None
    row.due_at, row.due_provisional, row.due_edition = None, False, None


def set_due(row: Case, *, pauses: Sequence[Pause] = ()) -> None:
    """Compute when the disposal is due, on the calendars as they stand now, and keep which edition that was."""
    clock = disposal(row).as_of_today()
    due = clock.due(start=counts_from(row), pauses=pauses, extensions=row.extensions_granted)
    row.due_at, row.due_provisional, row.due_edition = due.due_at, due.provisional, clock.edition


def come_back(row: Case, *, at: datetime) -> None:
    """Give the unit back the time in which the work did not lie with it: the work comes back to it now."""
    set_due(row, pauses=pauses_of(row.uid, since=counts_from(row), back_at=at))


def counts_from(row: Case) -> datetime:
    """Return the instant at which the disposal clock began."""
    begun = row.clock_from_at or row.dispatched_at
    if begun is None:
        raise AssertionError(f"{row} has no disposal clock yet")
    return begun


def rework_clock(row: Case, *, at: datetime) -> Clock:
    """Return the clock of a rework of this case."""
    return _stage_clock(row, Stage.REWORK, at=at)


def extended(row: Case, *, at: datetime) -> CaseStage:
    """Return the stage of the disposal with the end that an extension gives it, and late only beyond that end."""
    held = CaseStage.objects.filter(case__uid=row.uid, stage=Stage.DISPOSE.value).order_by("-order").first()
    if held is None:
        raise AssertionError(f"{row} is extended and was never handled")
    clock, begun = disposal(row), counts_from(row)
    pauses = pauses_of(row.uid, since=begun)
    if held.ended_at is not None:  # what came after the stage lengthens the disposal, but not this stage of it
        pauses = [one for one in pauses if one.from_ < held.ended_at]
    due = clock.due(start=begun, pauses=pauses, extensions=row.extensions_granted)
    held.due_at, held.due_provisional, held.due_edition = due.due_at, due.provisional, clock.edition
    held.is_late = due.due_at is not None and (held.ended_at or at) > due.due_at
    return held


def settle_timing(row: Case) -> None:
    """Judge the disposal by the confirmed result that was finally accepted."""
    if row.handled_at is None or row.due_at is None:
        raise AssertionError(f"{row} closes without a disposal")
    clock, begun = disposal(row), counts_from(row)
    pauses = pauses_of(row.uid, since=begun)
    used = clock.used_s(start=begun, until=row.handled_at, pauses=pauses)
    allowed = clock.used_s(start=begun, until=row.due_at, pauses=pauses)
    row.is_late = row.handled_at > row.due_at
    row.overtime_hundredths = rules.overtime_hundredths(used, allowed) if row.is_late and allowed else 0
    row.closing_type = (ClosingType.LATE if row.is_late else ClosingType.NORMAL).value


def settle_unfinished(row: Case, *, at: datetime) -> None:
    """Keep of a disposal that nobody checked whether its limit had run out; what it used is not judged."""
    row.is_late, row.overtime_hundredths = case_row(row).is_overdue(at=at), 0
    row.closing_type = ClosingType.SPECIAL.value


def settle_refusals(row: Case) -> None:
    """Count as buck-passing the returns of the very unit that was responsible in the end.

    What it returned before the case was put right was another matter, and rightly returned.

    Source: practice of digital urban management, 推诿数; that the same unit is finally confirmed is our test for it.
    """
    row.refusal_count = sum(one.unit == row.unit_code for one in turns.returns_in_dispute(row.uid))


def _last(row: Case) -> CaseStage:
    found = CaseStage.locked(case_id=row.uid, ended_at=None)
    if found is None:
        found = CaseStage.objects.filter(case__uid=row.uid).order_by("-order").first()
    if found is None:
        raise AssertionError(f"{row} was in no stage")
    return found


def _ended(held: CaseStage, *, by: Actor, at: datetime) -> CaseStage:
    held.ended_at = at
    held.ended_by = by.id
    if held.stage != Stage.HOLD:
        held.is_late = held.is_late or (held.due_at is not None and at > held.due_at)
    return held


def _begun(row: Case, stage: Stage, *, at: datetime, order: int, clock_from: datetime | None = None) -> CaseStage:
    held = _held(row, stage, at=at, order=order, due_provisional=row.due_provisional)
    if stage is Stage.HOLD:
        held.due_at, held.due_provisional = row.hold_until_at, False
        return held
    if stage is Stage.DISPOSE:
        clock, held.due_at = disposal(row), row.due_at
    else:
        clock = _stage_clock(row, stage, at=at).as_of_today()
        start, pauses = _accepting_since(row, at=at) if stage is Stage.ACCEPT else (max(at, clock_from or at), [])
        due = clock.due(start=start, pauses=pauses)
        held.due_at, held.due_provisional = due.due_at, due.provisional
    held.limit_text, held.calendar_key, held.due_edition = clock.text, clock.calendar_key, clock.edition
    return held


def _accepting_since(row: Case, *, at: datetime) -> tuple[datetime, list[Pause]]:
    """Return since when the acceptor has had the case that comes back now, and the verifications for which it was away.

    Source: while a verification is out, the acceptor's clock is paused.
    """
    since = at
    pauses: list[Pause] = []
    before = iter(CaseStage.objects.filter(case__uid=row.uid).order_by("-order"))
    for away, held in zip(before, before, strict=False):
        if (away.stage, held.stage) != (Stage.VERIFY, Stage.ACCEPT):
            break
        pauses.insert(0, Pause(away.started_at, away.ended_at or at))
        since = held.started_at
    return since, pauses


def _held(row: Case, stage: Stage, *, at: datetime, order: int, due_provisional: bool) -> CaseStage:
    return CaseStage(
        case_id=row.uid,
        order=order,
        stage=stage.value,
        holder_post=POST_OF_STAGE[stage],
        holder_unit=row.unit_code if stage in _AT_THE_UNIT else "",
        started_at=at,
        due_provisional=due_provisional,
    )


def _stage_clock(row: Case, stage: Stage, *, at: datetime) -> Clock:
    """Return the clock of a stage; a share is taken of the condition's limit, before filing of the urgent one."""
    text, calendar_key = row.limit_text or row.clock_text, row.calendar_key or row.clock_calendar_key
    whole = clocks.read_clock(text, calendar_key=calendar_key, edition=row.due_edition) if text else None
    return clocks.stage_clock(stage.value, at=at, area_class=row.area_class, disposal=whole)
