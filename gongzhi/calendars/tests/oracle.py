"""The slow judge: counts minutes one by one, as a clerk with a calendar and a pencil would.

It shares nothing with the rules but the wording of the law: no running totals, no arrays of periods, no halving.
Everything falls on whole minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongzhi.kernel.units import ClockUnit, Limit

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class MinuteClerk:
    """A clerk with a calendar: one mark per minute, the shift's day where there is work."""

    zone: ZoneInfo
    begins_at: datetime
    marks: Sequence[date | None]
    works_on: Callable[[date], bool]
    until_on: date

    @classmethod
    def with_calendar(
        cls,
        *,
        zone: ZoneInfo,
        first_on: date,
        until_on: date,
        works_on: Callable[[date], bool],
        hours_on: Callable[[date], Iterable[tuple[time, time]]],
    ) -> MinuteClerk:
        """Mark every minute of every working day."""
        begins_at = instant(datetime.combine(first_on, time()), zone)
        ends_at = instant(datetime.combine(until_on, time()), zone)
        marks: list[date | None] = [None] * ((ends_at - begins_at) // MINUTE)
        on = first_on
        while on < until_on:
            for starts, ends in hours_on(on) if works_on(on) else ():
                last_day = on if ends > starts else on + ONE_DAY
                minute = instant(datetime.combine(on, starts), zone)
                closes_at = instant(datetime.combine(last_day, ends), zone)
                while minute < closes_at:
                    place = (minute - begins_at) // MINUTE
                    if place < len(marks) and marks[place] is None:
                        marks[place] = on
                    minute += MINUTE
            on += ONE_DAY
        return cls(zone, begins_at, marks, works_on, until_on)

    def deadline(
        self,
        limit: Limit,
        *,
        start: datetime,
        pauses: Sequence[tuple[datetime, datetime]] = (),
        extensions: Sequence[Limit] = (),
    ) -> datetime:
        """Count until every limit has run out; IndexError when the calendar ends before."""
        due_at = start
        for part in (limit, *extensions):
            due_at = self._end_of(part, due_at, pauses)
        return due_at

    def _end_of(self, limit: Limit, start: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
        if limit.unit is ClockUnit.URGENT_HOUR:
            return self._count(start, 60 * limit.length, pauses, only_work=False)
        if limit.unit is ClockUnit.WORK_HOUR:
            return self._count(start, 60 * limit.length, pauses, only_work=True)
        if limit.unit is ClockUnit.NATURAL_DAY:
            due_at = self._same_clock_time(start, limit.length)
            return self._count(start, (due_at - start) // MINUTE, pauses, only_work=False)
        return self._end_of_working_days(limit.length, start, pauses)

    def _end_of_working_days(
        self, length: int, start: datetime, pauses: Sequence[tuple[datetime, datetime]]
    ) -> datetime:
        first = start
        while self._shift(first) is None:
            first += MINUTE
        day = shift_day = self._shift(first)
        assert day is not None
        assert shift_day is not None
        while length:
            day += ONE_DAY
            if day >= self.until_on:
                raise IndexError
            if self.works_on(day):
                length -= 1
        due_at = self._same_clock_time(first, (day - shift_day).days)
        while self._shift(due_at) is None:
            due_at += MINUTE
        minutes = sum(self._shift(first + n * MINUTE) is not None for n in range((due_at - first) // MINUTE))
        due_at = self._count(start, minutes, pauses, only_work=True)
        while self._shift(due_at) is None or any(from_ < due_at < until for from_, until in pauses):
            due_at += MINUTE
        return due_at

    def _count(
        self, start: datetime, minutes: int, pauses: Sequence[tuple[datetime, datetime]], *, only_work: bool
    ) -> datetime:
        minute = self._number(start)
        paused = [(self._number(from_), self._number(until)) for from_, until in pauses]
        while minutes:
            works = not only_work or self.marks[minute] is not None
            if works and not any(from_ <= minute < until for from_, until in paused):
                minutes -= 1
            minute += 1
        return self.begins_at + minute * MINUTE

    def _number(self, at: datetime) -> int:
        number, rest = divmod(at - self.begins_at, MINUTE)
        assert not rest
        assert number >= 0
        return number

    def _shift(self, minute: datetime) -> date | None:
        return self.marks[self._number(minute)]

    def _same_clock_time(self, at: datetime, days: int) -> datetime:
        return instant(at.astimezone(self.zone).replace(tzinfo=None) + days * ONE_DAY, self.zone)


def instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """Look for the first minute at which the wall clock shows a time; read a skipped time off the clock as it was."""
    before = shown.replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=3)
    for minutes in range(6 * 60):
        minute = before + minutes * MINUTE
        if minute.astimezone(zone).replace(tzinfo=None) == shown:
            return minute
    offset_before = before.astimezone(zone).utcoffset()
    assert offset_before is not None
    return (shown - offset_before).replace(tzinfo=UTC)
