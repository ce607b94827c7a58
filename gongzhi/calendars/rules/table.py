"""Working time laid out as a table of periods with a running total, so that any instant is found by halving."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from gongzhi.calendars.states import DayKind
from gongzhi.kernel.clock import require_aware, utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.units import LONGEST, ClockUnit

IntArray: TypeAlias = npt.NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
_MONTH_DAY = re.compile(r"\d\d-\d\d", re.ASCII)
_A_LEAP_YEAR = 2024
_SATURDAY = 6


class CalendarTooShort(Refusal):
    """The limit begins before the first day of the calendar or would run past its last: days must be entered first."""

    code = "calendar-too-short"


class SeasonFaulty(Refusal):
    """A season names no real day of the year, has no periods, or its periods overlap."""

    code = "season-faulty"


class SeasonMissing(Refusal):
    """On this day of the year no season says when work begins and ends."""

    code = "season-missing"


@dataclass(frozen=True, slots=True)
class Period:
    """Work between two times of day. An end at or before the start lies on the next day; 00:00–00:00 is all day."""

    starts_at: time
    ends_at: time

    @property
    def start_us(self) -> int:
        """Microseconds from midnight to the start, on the clock of the wall."""
        return _since_midnight_us(self.starts_at)

    @property
    def end_us(self) -> int:
        """Microseconds from the midnight before the start to the end, on the clock of the wall."""
        end = _since_midnight_us(self.ends_at)
        return end if end > self.start_us else end + DAY_US


@dataclass(frozen=True, slots=True)
class Season:
    """The working periods of a part of the year, given as month and day: `until` is the first day after it.

    The same day twice means the whole year. A season may run over New Year. Of several seasons that hold a day, the
    first in the calendar's list counts.

    Raises: SeasonFaulty.

    Example:
        >>> summer = Season("05-01", "10-01", (Period(time(8), time(12)), Period(time(15), time(18))))
        >>> summer.holds("09-30"), summer.holds("10-01")
        (True, False)
    """

    from_month_day: str
    until_month_day: str
    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        for month_day in (self.from_month_day, self.until_month_day):
            if not _is_month_day(month_day):
                raise SeasonFaulty(why="month-day", value=month_day)
        if not self.periods:
            raise SeasonFaulty(why="no-periods", value=self.from_month_day)
        for before, after in zip(self.periods, self.periods[1:], strict=False):
            if after.start_us < before.end_us:
                raise SeasonFaulty(why="overlap", value=after.starts_at.isoformat("minutes"))

    def holds(self, month_day: str) -> bool:
        """Whether a day of the year, such as `02-29`, lies in the season."""
        if self.from_month_day < self.until_month_day:
            return self.from_month_day <= month_day < self.until_month_day
        return month_day >= self.from_month_day or month_day < self.until_month_day


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar and why it is what it is: the holiday's name on a holiday and on its make-up workday."""

    kind: DayKind
    name_zh: str = ""
    name_en: str = ""

    @property
    def is_working(self) -> bool:
        """Whether people work on the day."""
        return self.kind is DayKind.WORKING


EVERY_DAY = Day(DayKind.WORKING)
WEEKEND = Day(DayKind.REST)


def weekday_rule(on: date) -> Day:
    """Return what a day is where no notice says otherwise: Saturday and Sunday are rest days.

    Example:
        >>> weekday_rule(date(2026, 2, 14)).kind.value
        'rest'
    """
    return WEEKEND if on.isoweekday() >= _SATURDAY else EVERY_DAY


@dataclass(frozen=True, eq=False, slots=True)
class CityClock:
    """When the city's wall clock was put forward or back, as arrays: instant of each change and the offset after it."""

    changed_us: IntArray
    local_changed_us: IntArray
    offset_us: IntArray

    def local_us(self, instants_us: IntArray) -> IntArray:
        """Return what the wall clock shows, as microseconds since 1970-01-01 00:00 on that clock."""
        return instants_us + self.offset_us[np.searchsorted(self.changed_us, instants_us, side="right")]

    def instants_us(self, local_us: IntArray) -> IntArray:
        """Return the instants at which the wall clock shows these times.

        A time that is shown twice means the first; one that is skipped is moved forward by as much as the clock was.
        """
        return local_us - self.offset_us[np.searchsorted(self.local_changed_us, local_us, side="right")]


@lru_cache(maxsize=32)
def city_clock(zone: ZoneInfo, *, first_on: date, until_on: date) -> CityClock:
    """Return the changes of a city's wall clock between two days."""
    step = timedelta(days=1)
    before = datetime.combine(first_on, time(), UTC) - step
    last = datetime.combine(until_on, time(), UTC) + step
    offsets, changes = [_offset_us(before, zone)], []
    while before < last:
        after = before + step
        if _offset_us(after, zone) != offsets[-1]:
            changes.append(to_us(_change_between(before, after, zone)))
            offsets.append(_offset_us(after, zone))
        before = after
    changed, offset = np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)
    return CityClock(changed, changed + np.maximum(offset[:-1], offset[1:]), offset)


@dataclass(frozen=True, eq=False, slots=True)
class WorkingTime:
    """A calendar ready for use: every working period of every day as instants, with the working time before each.

    `days` begins with `first_on`. Days from `confirmed_until_on` on are not certain yet: what depends on them is
    provisional. Made by `prepare`.
    """

    key: str
    zone: ZoneInfo
    first_on: date
    confirmed_until_on: date
    days: tuple[Day, ...]
    clock: CityClock
    opens_us: IntArray
    closes_us: IntArray
    worked_us: IntArray
    day_of_slot: IntArray
    rank_of_day: IntArray
    working_days: IntArray

    @property
    def until_on(self) -> date:
        """The first day that the calendar no longer knows."""
        return self.first_on + timedelta(days=len(self.days))

    @property
    def from_us(self) -> int:
        """The instant at which the calendar begins."""
        return to_us(self.midnight(self.first_on))

    @property
    def until_us(self) -> int:
        """The instant at which the calendar ends."""
        return to_us(self.midnight(self.until_on))

    @property
    def confirmed_until_us(self) -> int:
        """The instant from which days are not certain."""
        return to_us(self.midnight(self.confirmed_until_on))

    @property
    def total_us(self) -> int:
        """All the working time that the calendar holds."""
        return int(self.worked_us[-1])

    def midnight(self, on: date) -> datetime:
        """Return the instant at which a day begins in the city."""
        return datetime.combine(on, time(), self.zone).astimezone(UTC)

    def day(self, on: date) -> Day:
        """Return a day of the calendar."""
        return self.days[(on - self.first_on).days]

    def slot_from(self, instant_us: int) -> int:
        """Return the number of the working period that holds an instant, or else of the next one.

        Raises: CalendarTooShort.
        """
        slot = bisect.bisect_right(self.closes_us, instant_us)
        if slot == len(self.closes_us):
            raise self.too_short(instant_us)
        return slot

    def aligned_us(self, instant_us: int) -> int:
        """Return the instant itself within working time, otherwise the next working moment.

        Raises: CalendarTooShort.
        """
        return max(instant_us, int(self.opens_us[self.slot_from(instant_us)]))

    def worked_before_us(self, instant_us: int) -> int:
        """Return the working time from the beginning of the calendar to an instant."""
        slot = bisect.bisect_right(self.opens_us, instant_us) - 1
        if slot < 0:
            return 0
        return int(self.worked_us[slot]) + min(instant_us, int(self.closes_us[slot])) - int(self.opens_us[slot])

    def reached_us(self, worked_us: int) -> int:
        """Return the first instant before which so much working time has passed: at the end of a period, its end.

        Raises: CalendarTooShort.
        """
        if worked_us > self.total_us:
            raise self.too_short(self.until_us)
        slot = max(bisect.bisect_left(self.worked_us, worked_us) - 1, 0)
        return int(self.opens_us[slot]) + worked_us - int(self.worked_us[slot])

    def require_known(self, instant_us: int) -> None:
        """Refuse an instant outside the calendar.

        Raises: CalendarTooShort.
        """
        if not self.from_us <= instant_us < self.until_us:
            raise self.too_short(instant_us)

    def too_short(self, instant_us: int) -> CalendarTooShort:
        """Return the refusal that names the calendar's days and the instant it could not hold."""
        return CalendarTooShort(
            calendar=self.key,
            first_on=self.first_on.isoformat(),
            until_on=self.until_on.isoformat(),
            needed_at=utc_text(from_us(instant_us)),
        )


def prepare(
    *,
    key: str,
    zone: ZoneInfo,
    first_on: date,
    days: Sequence[Day],
    confirmed_until_on: date,
    seasons: Sequence[Season],
) -> WorkingTime:
    """Lay out a calendar's working time. Periods that reach into each other over midnight count once.

    Args:
        key: the calendar's key, for refusals.
        zone: the city's time zone.
        first_on: the first day.
        days: one after the other from the first day.
        confirmed_until_on: the first day that nobody has confirmed yet.
        seasons: the first that holds a day gives its periods.

    Raises: SeasonMissing.
    """
    require_whole_year(seasons)
    clock = city_clock(
        zone, first_on=first_on, until_on=first_on + timedelta(days=len(days) + LONGEST[ClockUnit.NATURAL_DAY])
    )
    working = np.array([one.is_working for one in days], dtype=bool)
    season_of_day = _season_of_day(first_on, len(days), seasons)
    local_midnight = (np.arange(len(days), dtype=np.int64) + (first_on - EPOCH.date()).days) * DAY_US
    opens, closes, owners = [], [], []
    for number, season in enumerate(seasons):
        chosen = np.flatnonzero(working & (season_of_day == number))
        for period in season.periods:
            opens.append(clock.instants_us(local_midnight[chosen] + period.start_us))
            closes.append(clock.instants_us(local_midnight[chosen] + period.end_us))
            owners.append(chosen)
    opens_us, closes_us, day_of_slot = _in_order(
        np.concatenate(opens), np.concatenate(closes), np.concatenate(owners).astype(np.int64)
    )
    return WorkingTime(
        key=key,
        zone=zone,
        first_on=first_on,
        confirmed_until_on=confirmed_until_on,
        days=tuple(days),
        clock=clock,
        opens_us=opens_us,
        closes_us=closes_us,
        worked_us=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(closes_us - opens_us)]),
        day_of_slot=day_of_slot,
        rank_of_day=np.cumsum(working, dtype=np.int64) - working,
        working_days=np.flatnonzero(working).astype(np.int64),
    )


def require_whole_year(seasons: Sequence[Season]) -> None:
    """Refuse seasons that leave a day of the year without working periods.

    Raises: SeasonMissing.
    """
    for month_day in _days_of_the_year():
        if not any(season.holds(month_day) for season in seasons):
            raise SeasonMissing(month_day=month_day)


def to_us(at: datetime) -> int:
    """Return an instant as microseconds since 1970 in UTC, exactly.

    Example:
        >>> to_us(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
        1000005
    """
    return (require_aware(at) - EPOCH) // MICROSECOND


def from_us(instant_us: int) -> datetime:
    """Return the instant in UTC that so many microseconds since 1970 mean."""
    return EPOCH + timedelta(microseconds=instant_us)


def _in_order(opens: IntArray, closes: IntArray, owners: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    order = np.argsort(opens, kind="stable")
    opens, closes, owners = opens[order], closes[order], owners[order]
    if len(opens):
        opens[1:] = np.maximum(opens[1:], np.maximum.accumulate(closes)[:-1])
    kept = closes > opens
    return opens[kept], closes[kept], owners[kept]


def _season_of_day(first_on: date, count: int, seasons: Sequence[Season]) -> IntArray:
    number_of = {
        month_day: next(number for number, season in enumerate(seasons) if season.holds(month_day))
        for month_day in _days_of_the_year()
    }
    days = (first_on + timedelta(days=ahead) for ahead in range(count))
    return np.fromiter((number_of[f"{on.month:02}-{on.day:02}"] for on in days), dtype=np.int64, count=count)


def _days_of_the_year() -> Iterator[str]:
    first = date(_A_LEAP_YEAR, 1, 1)
    return (f"{first + timedelta(days=ahead):%m-%d}" for ahead in range(366))


def _is_month_day(text: str) -> bool:
    return _MONTH_DAY.fullmatch(text) is not None and text in set(_days_of_the_year())


def _since_midnight_us(at: time) -> int:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond) // MICROSECOND


def _offset_us(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return (offset or timedelta()) // MICROSECOND


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    earlier = _offset_us(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset_us(middle, zone) == earlier:
            before = middle
        else:
            after = middle
    return after
