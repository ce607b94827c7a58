"""A deadline replayed step by step, so that anybody can check it against a calendar on the wall.

The walk goes forward through days and periods one by one; it shares no arithmetic of running totals with `deadline`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gongzhi.calendars.rules.limits import WORKING_UNITS, Hold, Pause, TimeLimit, amount_us, merged
from gongzhi.calendars.rules.table import MICROSECOND, WorkingTime, from_us, to_us
from gongzhi.calendars.states import StepKind
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.units import ClockUnit, Limit

RowValue = str | int | bool | None


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One step: what happened to the clock on a day, from one instant until another.

    `limit` is the limit that was running, such as `work_hour:4`; `name_zh` and `name_en` name the holiday of a rest
    day or of a make-up workday. `consumed` ran in this step and `left` is still to run, on the limit's own clock.
    """

    kind: StepKind
    on: date
    from_: datetime
    until: datetime | None
    limit: str
    consumed: timedelta
    left: timedelta
    name_zh: str = ""
    name_en: str = ""
    provisional: bool = False

    def as_row(self) -> dict[str, RowValue]:
        """Return the step free of any language: codes, UTC instants, whole seconds."""
        return {
            "kind": self.kind.value,
            "on": self.on.isoformat(),
            "from": utc_text(self.from_),
            "until": None if self.until is None else utc_text(self.until),
            "limit": self.limit,
            "consumed_s": self.consumed // timedelta(seconds=1),
            "left_s": self.left // timedelta(seconds=1),
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "provisional": self.provisional,
        }


def explain(
    working_time: WorkingTime,
    limit: TimeLimit,
    *,
    start: datetime,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[TimeLimit] = (),
) -> list[WalkStep]:
    """Return the walk from the start of a limit to its deadline.

    Returns: steps in order of time. The last is `due`, and its `until` is the instant that `deadline` gives; or it is
        `held`, with no end, while an open pause holds the clock.

    Raises: CalendarTooShort.
    """
    holds = merged(pauses)
    leg = _Leg(working_time, limit, to_us(start), holds)
    steps = list(leg.walk(StepKind.STARTED))
    for extension in extensions:
        if steps[-1].kind is StepKind.HELD:
            break
        leg = _Leg(working_time, extension, leg.cursor_us, holds)
        steps += leg.walk(StepKind.EXTENDED)
    if steps[-1].kind is StepKind.HELD:
        return steps
    steps.append(replace(leg.step(StepKind.DUE), provisional=any(one.provisional for one in steps)))
    return steps


class _Leg:
    """The walk along one limit."""

    def __init__(self, working_time: WorkingTime, limit: TimeLimit, start_us: int, holds: Sequence[Hold]) -> None:
        self.working_time = working_time
        self.limit = limit
        self.working = limit.unit in WORKING_UNITS
        self.counts_days = isinstance(limit, Limit) and limit.unit in (ClockUnit.WORK_DAY, ClockUnit.NATURAL_DAY)
        self.holds = [hold for hold in holds if hold.until_us is None or hold.until_us > start_us]
        self.cursor_us = start_us
        if self.working:
            working_time.require_known(start_us)
        self.left_us = amount_us(working_time, limit, start_us=start_us)

    def walk(self, first: StepKind) -> Iterator[WalkStep]:
        yield self.step(first)
        if self.working:
            yield from self._to_working_time(StepKind.ALIGNED, stop_at_hold=False)
        if self.counts_days:
            yield self.step(StepKind.COUNTED)
        while self.left_us:
            if hold := self._hold_at(self.cursor_us):
                yield self._paused(hold)
                if hold.until_us is None:
                    return
            elif self.working and not self._in_working_time():
                yield from self._to_working_time(None, stop_at_hold=True)
            else:
                yield self._consumed()
        if self.limit.unit is ClockUnit.WORK_DAY:
            yield from self._moved_into_working_time()

    def step(
        self, kind: StepKind, *, until_us: int | None = None, on: date | None = None, consumed_us: int = 0
    ) -> WalkStep:
        """Return a step that begins at the cursor, and move the cursor to its end."""
        begun = from_us(self.cursor_us)
        if until_us is not None:
            self.cursor_us = until_us
        self.left_us -= consumed_us
        on = on or begun.astimezone(self.working_time.zone).date()
        name_zh, name_en = self._name_of(on) if kind in _NAMED else ("", "")
        return WalkStep(
            kind=kind,
            on=on,
            from_=begun,
            until=from_us(self.cursor_us),
            limit=self.limit.text,
            consumed=consumed_us * MICROSECOND,
            left=self.left_us * MICROSECOND,
            name_zh=name_zh,
            name_en=name_en,
            provisional=self.working and self.cursor_us > self.working_time.confirmed_until_us,
        )

    def _consumed(self) -> WalkStep:
        ends = [self.cursor_us + self.left_us, *(hold.from_us for hold in self.holds if hold.from_us > self.cursor_us)]
        if not self.working:
            return self.step(StepKind.RAN, until_us=min(ends), consumed_us=min(ends) - self.cursor_us)
        slot = self.working_time.slot_from(self.cursor_us)
        until_us = min(*ends, int(self.working_time.closes_us[slot]))
        on = self._day_of(slot)
        made_up = bool(self.working_time.day(on).name_zh)
        kind = StepKind.MADE_UP if made_up else StepKind.WORKED
        return self.step(kind, until_us=until_us, on=on, consumed_us=until_us - self.cursor_us)

    def _paused(self, hold: Hold) -> WalkStep:
        if hold.until_us is None:
            return replace(self.step(StepKind.HELD), until=None)
        return self.step(StepKind.PAUSED, until_us=hold.until_us)

    def _to_working_time(self, arrival: StepKind | None, *, stop_at_hold: bool) -> Iterator[WalkStep]:
        """Go to the next working moment, naming every rest day on the way; a pause that begins before it stops us."""
        if self._in_working_time():
            return
        slot = self.working_time.slot_from(self.cursor_us)
        target_us = int(self.working_time.opens_us[slot])
        if stop_at_hold:
            target_us = min([target_us, *(hold.from_us for hold in self.holds if hold.from_us > self.cursor_us)])
        yield from self._rest_days_until(target_us)
        if arrival is None:
            self.cursor_us = target_us
        else:
            yield self.step(arrival, until_us=target_us, on=self._day_of(slot))

    def _rest_days_until(self, target_us: int) -> Iterator[WalkStep]:
        zone = self.working_time.zone
        on = from_us(self.cursor_us).astimezone(zone).date()
        while on < self.working_time.until_on and to_us(self.working_time.midnight(on)) < target_us:
            day = self.working_time.day(on)
            ends_us = min(to_us(self.working_time.midnight(on + timedelta(days=1))), target_us)
            if not day.is_working:
                yield self.step(StepKind.HOLIDAY if day.name_zh else StepKind.RESTED, until_us=ends_us, on=on)
            else:
                self.cursor_us = ends_us
            on += timedelta(days=1)

    def _moved_into_working_time(self) -> Iterator[WalkStep]:
        """A working-day limit ends in working time: its end moves on to the next working moment that is not paused."""
        while True:
            slot = self.working_time.slot_from(self.cursor_us)
            target_us = max(self.cursor_us, int(self.working_time.opens_us[slot]))
            hold = next((one for one in self.holds if one.from_us < target_us and not self._is_over(one)), None)
            if hold is None:
                yield from self._to_working_time(StepKind.MOVED, stop_at_hold=False)
                return
            if hold.from_us > self.cursor_us:
                yield from self._rest_days_until(hold.from_us)
                self.cursor_us = hold.from_us
            yield self._paused(hold)
            if hold.until_us is None:
                return

    def _is_over(self, hold: Hold) -> bool:
        return hold.until_us is not None and hold.until_us <= self.cursor_us

    def _hold_at(self, instant_us: int) -> Hold | None:
        return next((one for one in self.holds if one.from_us <= instant_us and not self._is_over(one)), None)

    def _in_working_time(self) -> bool:
        return int(self.working_time.opens_us[self.working_time.slot_from(self.cursor_us)]) <= self.cursor_us

    def _day_of(self, slot: int) -> date:
        return self.working_time.first_on + timedelta(days=int(self.working_time.day_of_slot[slot]))

    def _name_of(self, on: date) -> tuple[str, str]:
        day = self.working_time.day(on)
        return day.name_zh, day.name_en


_NAMED = frozenset({StepKind.HOLIDAY, StepKind.MADE_UP})
