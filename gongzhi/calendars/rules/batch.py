"""The same deadlines for a million cases at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gongzhi.calendars.rules.table import DAY_US, HOUR_US, IntArray, WorkingTime
from gongzhi.kernel.units import ClockUnit

CodeArray: TypeAlias = npt.NDArray[np.integer]

UNIT_CODES = {unit: code for code, unit in enumerate(ClockUnit)}
"""The number that stands for a unit in an array of units."""

ON_HOLD_US = int(np.iinfo(np.int64).min)
"""Stands for a deadline that an open pause holds; NumPy reads it as "not a time"."""

OPEN_US = int(np.iinfo(np.int64).max)
"""Stands for the end of a pause that is still open."""


@dataclass(frozen=True, eq=False, slots=True)
class Pauses:
    """The pauses of many limits: `owner` is the place of the limit in the batch.

    Ordered by owner, then by time; the pauses of one owner neither touch nor overlap.

    Raises: ValueError when they are not so ordered.
    """

    owner: IntArray
    from_us: IntArray
    until_us: IntArray

    def __post_init__(self) -> None:
        same = self.owner[1:] == self.owner[:-1]
        if (
            np.any(self.owner[1:] < self.owner[:-1])
            or np.any(self.until_us <= self.from_us)
            or np.any(same & (self.from_us[1:] <= self.until_us[:-1]))
        ):
            message = "pauses must be ordered by owner and time, not be empty, and leave time between them"
            raise ValueError(message)


NO_PAUSES = Pauses(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def deadlines(
    working_time: WorkingTime,
    *,
    units: CodeArray,
    lengths: IntArray,
    starts_us: IntArray,
    pauses: Pauses = NO_PAUSES,
) -> IntArray:
    """Return when each limit runs out, in microseconds since 1970: `deadline`, without extensions, for whole arrays.

    Args:
        working_time: the calendar of all of them.
        units: for each limit the code of its unit, from `UNIT_CODES`.
        lengths: for each its length in that unit.
        starts_us: for each its start, in microseconds since 1970.
        pauses: the pauses of any of them.

    Returns: one instant each; `ON_HOLD_US` where an open pause holds the clock. An instant after
        `working_time.confirmed_until_us` is provisional where the unit runs in working time.

    Raises: CalendarTooShort when the calendar lacks a day that one of the limits needs.
    """
    due_us = np.empty(len(starts_us), dtype=np.int64)
    ranked = _by_rank(pauses)
    for unit, code in UNIT_CODES.items():
        chosen = np.flatnonzero(units == code)
        if len(chosen):
            holds = _of(chosen, ranked, count=len(starts_us))
            due_us[chosen] = _ENDS[unit](working_time, lengths[chosen], starts_us[chosen], holds)
    return due_us


def _by_rank(pauses: Pauses) -> list[Pauses]:
    """Return the first pauses of all owners, then the second ones, and so on."""
    if not len(pauses.owner):
        return []
    places = np.arange(len(pauses.owner))
    begins = np.r_[True, pauses.owner[1:] != pauses.owner[:-1]]
    rank = places - np.maximum.accumulate(np.where(begins, places, 0))
    return [
        Pauses(pauses.owner[rank == one], pauses.from_us[rank == one], pauses.until_us[rank == one])
        for one in range(int(rank.max()) + 1)
    ]


def _of(chosen: IntArray, ranked: list[Pauses], *, count: int) -> list[Pauses]:
    place_in_chosen = np.full(count, -1, dtype=np.int64)
    place_in_chosen[chosen] = np.arange(len(chosen))
    found = []
    for pauses in ranked:
        owner = place_in_chosen[pauses.owner]
        ours = owner >= 0
        found.append(Pauses(owner[ours], pauses.from_us[ours], pauses.until_us[ours]))
    return found


def _urgent_hours(working_time: WorkingTime, lengths: IntArray, starts_us: IntArray, holds: list[Pauses]) -> IntArray:
    del working_time  # runs day and night
    return _shifted(starts_us + lengths * HOUR_US, starts_us, holds)


def _natural_days(working_time: WorkingTime, lengths: IntArray, starts_us: IntArray, holds: list[Pauses]) -> IntArray:
    _require_known(working_time, starts_us)
    local_us = working_time.clock.local_us(starts_us) + lengths * DAY_US
    return _shifted(working_time.clock.instants_us(local_us), starts_us, holds)


def _shifted(due_us: IntArray, starts_us: IntArray, holds: list[Pauses]) -> IntArray:
    for pauses in holds:
        owner, from_us, until_us = _still_running(due_us, starts_us, pauses)
        due_us[owner] = np.where(until_us == OPEN_US, ON_HOLD_US, due_us[owner] + (until_us - from_us))
    return due_us


def _work_hours(working_time: WorkingTime, lengths: IntArray, starts_us: IntArray, holds: list[Pauses]) -> IntArray:
    _require_known(working_time, starts_us)
    end = _worked_before(working_time, starts_us) + lengths * HOUR_US
    due_us = _reached(working_time, end)
    for pauses in holds:
        owner, from_us, until_us = _still_running(due_us, starts_us, pauses)
        end[owner] += _worked_before(working_time, until_us) - _worked_before(working_time, from_us)
        due_us[owner] = ON_HOLD_US
        closed = owner[until_us != OPEN_US]
        due_us[closed] = _reached(working_time, end[closed])
    return due_us


def _work_days(working_time: WorkingTime, lengths: IntArray, starts_us: IntArray, holds: list[Pauses]) -> IntArray:
    _require_known(working_time, starts_us)
    slot, aligned_us = _aligned(working_time, starts_us)
    begun = working_time.day_of_slot[slot]
    rank = working_time.rank_of_day[begun] + lengths
    if np.any(rank >= len(working_time.working_days)):
        raise working_time.too_short(working_time.until_us)
    days = working_time.working_days[rank] - begun
    clock = working_time.clock
    _, due_us = _aligned(working_time, clock.instants_us(clock.local_us(aligned_us) + days * DAY_US))
    for pauses in holds:
        owner, from_us, until_us = _still_running(due_us, starts_us, pauses)
        paused = _worked_before(working_time, until_us) - _worked_before(working_time, from_us)
        opened = until_us == OPEN_US
        due_us[owner[opened]] = ON_HOLD_US
        moved = (paused > 0) & ~opened
        end = _worked_before(working_time, due_us[owner[moved]]) + paused[moved]
        _, due_us[owner[moved]] = _aligned(working_time, _reached(working_time, end))
    return due_us


_ENDS = {
    ClockUnit.URGENT_HOUR: _urgent_hours,
    ClockUnit.WORK_HOUR: _work_hours,
    ClockUnit.WORK_DAY: _work_days,
    ClockUnit.NATURAL_DAY: _natural_days,
}


def _still_running(due_us: IntArray, starts_us: IntArray, pauses: Pauses) -> tuple[IntArray, IntArray, IntArray]:
    """Return owner, begin and end of the pauses that lie after the start and begin before the limit has run out."""
    from_us = np.maximum(pauses.from_us, starts_us[pauses.owner])
    counts = (from_us < due_us[pauses.owner]) & (pauses.until_us > from_us)
    return pauses.owner[counts], from_us[counts], pauses.until_us[counts]


def _aligned(working_time: WorkingTime, instants_us: IntArray) -> tuple[IntArray, IntArray]:
    slot = np.searchsorted(working_time.closes_us, instants_us, side="right")
    past = slot == len(working_time.closes_us)
    if np.any(past):
        raise working_time.too_short(int(instants_us[past][0]))
    return slot, np.maximum(instants_us, working_time.opens_us[slot])


def _worked_before(working_time: WorkingTime, instants_us: IntArray) -> IntArray:
    slot = np.searchsorted(working_time.closes_us, instants_us, side="right")
    opens = np.append(working_time.opens_us, OPEN_US)[slot]
    within: IntArray = np.maximum(instants_us - opens, 0)
    return working_time.worked_us[slot] + within


def _reached(working_time: WorkingTime, worked_us: IntArray) -> IntArray:
    if len(worked_us) and int(worked_us.max()) > working_time.total_us:
        raise working_time.too_short(working_time.until_us)
    slot = np.maximum(np.searchsorted(working_time.worked_us, worked_us, side="left") - 1, 0)
    return working_time.opens_us[slot] + worked_us - working_time.worked_us[slot]


def _require_known(working_time: WorkingTime, instants_us: IntArray) -> None:
    outside = (instants_us < working_time.from_us) | (instants_us >= working_time.until_us)
    if np.any(outside):
        raise working_time.too_short(int(instants_us[outside][0]))
