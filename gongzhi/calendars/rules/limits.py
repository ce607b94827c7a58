"""When one limit runs out, how much of it was used, and by how much it was passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from gongzhi.calendars.rules.table import HOUR_US, SECOND_US, WorkingTime, from_us, to_us
from gongzhi.kernel.units import ClockUnit, Limit

WORKING_UNITS = frozenset({ClockUnit.WORK_HOUR, ClockUnit.WORK_DAY})


@dataclass(frozen=True, slots=True)
class Span:
    """A stage limit given in seconds, such as thirty minutes for a check: within working time, or day and night."""

    length_s: int
    in_working_time: bool

    def __post_init__(self) -> None:
        if self.length_s < 1:
            message = f"a span of {self.length_s} s is no limit"
            raise ValueError(message)

    @property
    def unit(self) -> ClockUnit:
        """The clock that the span runs on."""
        return ClockUnit.WORK_HOUR if self.in_working_time else ClockUnit.URGENT_HOUR

    @property
    def text(self) -> str:
        """The span as the record spells it, such as `work_second:1800`."""
        return f"{'work_second' if self.in_working_time else 'second'}:{self.length_s}"


TimeLimit: TypeAlias = Limit | Span


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from one instant until another (挂账); `until` is None while nobody has resumed."""

    from_: datetime
    until: datetime | None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.from_:
            message = f"a pause cannot end at {self.until.isoformat()}, before it begins"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit runs out.

    `due_at` is None as long as an open pause holds it (`on_hold`). `provisional` says that it depends on days that
    nobody has confirmed yet and may still move.
    """

    due_at: datetime | None
    provisional: bool

    @property
    def on_hold(self) -> bool:
        """Whether the clock stands still, so that there is no deadline for now."""
        return self.due_at is None


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause as microseconds. `until_us` is None while it is open."""

    from_us: int
    until_us: int | None


def deadline(
    working_time: WorkingTime,
    limit: TimeLimit,
    *,
    start: datetime,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[TimeLimit] = (),
) -> Deadline:
    """Return when a limit that begins at `start` runs out.

    Urgent hours run day and night. Working hours begin with the next working moment and consume working time; a limit
    that is used up with the end of a period ends there, not at the next morning. A working-day limit ends at the same
    clock time so many working days on, moved into working time; a night shift is one working day, that of its
    evening. Natural days end at the same clock time of the city's wall clock.

    A pause that begins before the limit has run out shifts its end by the working time that lies in the pause (by all
    of it, for limits that run day and night). An extension begins where the limit before it ends.

    Raises: CalendarTooShort when the calendar lacks a day that the limit needs.
    Source: clock types 紧急工作时, 工作时, 工作日, 自然日; hold 挂账 and extension 延期.
    """
    due_us, provisional, holds = to_us(start), False, merged(pauses)
    for part in (limit, *extensions):
        found_us = _end_us(working_time, part, start_us=due_us, holds=holds)
        if found_us is None:
            return Deadline(due_at=None, provisional=False)
        due_us = found_us
        provisional |= part.unit in WORKING_UNITS and due_us > working_time.confirmed_until_us
    return Deadline(due_at=from_us(due_us), provisional=provisional)


def used_s(
    working_time: WorkingTime,
    unit: ClockUnit,
    *,
    start: datetime,
    until: datetime,
    pauses: Sequence[Pause] = (),
) -> int:
    """Return the whole seconds that ran on a unit's clock between two instants, pauses left out.

    Raises: CalendarTooShort.
    """
    from_, to = to_us(start), to_us(until)
    if to <= from_:
        return 0
    working = unit in WORKING_UNITS
    if working:
        working_time.require_known(from_)
        working_time.require_known(to)
    used_us = elapsed_us(working_time, from_, to, working=working)
    for hold in merged(pauses):
        ends = to if hold.until_us is None else min(hold.until_us, to)
        used_us -= max(0, elapsed_us(working_time, max(hold.from_us, from_), ends, working=working))
    return used_us // SECOND_US


def amount_us(working_time: WorkingTime, limit: TimeLimit, *, start_us: int) -> int:
    """Return how much of its own clock a limit consumes from an instant on, if nothing pauses it.

    Raises: CalendarTooShort.
    """
    if isinstance(limit, Span):
        return limit.length_s * SECOND_US
    if limit.unit is ClockUnit.NATURAL_DAY:
        return same_clock_time_us(working_time, limit, start_us=start_us) - start_us
    if limit.unit is ClockUnit.WORK_DAY:
        end_us = _working_days_on_us(working_time, limit, start_us=start_us)
        return elapsed_us(working_time, start_us, end_us, working=True)
    return limit.length * HOUR_US


def merged(pauses: Sequence[Pause]) -> list[Hold]:
    """Return the pauses in order, those that touch or overlap as one."""
    holds: list[Hold] = []
    for pause in sorted(pauses, key=lambda one: one.from_):
        from_, until = to_us(pause.from_), None if pause.until is None else to_us(pause.until)
        if from_ == until:
            continue
        if holds and (holds[-1].until_us is None or holds[-1].until_us >= from_):
            before = holds.pop()
            from_ = before.from_us
            until = None if before.until_us is None or until is None else max(before.until_us, until)
        holds.append(Hold(from_, until))
    return holds


def same_clock_time_us(working_time: WorkingTime, limit: Limit, *, start_us: int) -> int:
    """Return the instant so many days on at the same clock time, before it is moved into working time.

    For working days, `start_us` must lie in working time.

    Raises: CalendarTooShort.
    """
    if limit.unit is ClockUnit.NATURAL_DAY:
        working_time.require_known(start_us)
        return _days_on_us(working_time, start_us, limit.length)
    begun = int(working_time.day_of_slot[working_time.slot_from(start_us)])
    rank = int(working_time.rank_of_day[begun]) + limit.length
    if rank >= len(working_time.working_days):
        raise working_time.too_short(working_time.until_us)
    return _days_on_us(working_time, start_us, int(working_time.working_days[rank]) - begun)


def elapsed_us(working_time: WorkingTime, from_: int, until: int, *, working: bool) -> int:
    """Return how much passed on the working clock, or on the wall, between two instants."""
    if working:
        return working_time.worked_before_us(until) - working_time.worked_before_us(from_)
    return until - from_


def _end_us(working_time: WorkingTime, limit: TimeLimit, *, start_us: int, holds: Sequence[Hold]) -> int | None:
    if isinstance(limit, Limit) and limit.unit is ClockUnit.WORK_DAY:
        return _end_of_working_days_us(working_time, limit, start_us=start_us, holds=holds)
    working = limit.unit in WORKING_UNITS
    if working:
        working_time.require_known(start_us)
    begun = working_time.worked_before_us(start_us) if working else start_us
    end = begun + amount_us(working_time, limit, start_us=start_us)
    due_us = working_time.reached_us(end) if working else end
    for hold in _holds_from(start_us, holds):
        if hold.from_us >= due_us:
            break
        if hold.until_us is None:
            return None
        end += elapsed_us(working_time, hold.from_us, hold.until_us, working=working)
        due_us = working_time.reached_us(end) if working else end
    return due_us


def _end_of_working_days_us(
    working_time: WorkingTime, limit: Limit, *, start_us: int, holds: Sequence[Hold]
) -> int | None:
    due_us = _working_days_on_us(working_time, limit, start_us=start_us)
    for hold in _holds_from(start_us, holds):
        if hold.from_us >= due_us:
            break
        if hold.until_us is None:
            return None
        paused_us = elapsed_us(working_time, hold.from_us, hold.until_us, working=True)
        end = working_time.worked_before_us(due_us) + paused_us
        due_us = working_time.aligned_us(working_time.reached_us(end)) if paused_us else due_us
    return due_us


def _working_days_on_us(working_time: WorkingTime, limit: Limit, *, start_us: int) -> int:
    working_time.require_known(start_us)
    begun_us = working_time.aligned_us(start_us)
    return working_time.aligned_us(same_clock_time_us(working_time, limit, start_us=begun_us))


def _holds_from(start_us: int, holds: Sequence[Hold]) -> Iterator[Hold]:
    for hold in holds:
        if hold.until_us is None or hold.until_us > start_us:
            yield Hold(max(hold.from_us, start_us), hold.until_us)


def _days_on_us(working_time: WorkingTime, instant_us: int, days: int) -> int:
    local = from_us(instant_us).astimezone(working_time.zone)
    wanted = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=working_time.zone, fold=0)
    return to_us(wanted)
