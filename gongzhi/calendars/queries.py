"""Calendars ready for use, and what a day is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from gongzhi.base.queries import first_row
from gongzhi.calendars.models import Calendar, CalendarDay, CalendarEdition, CalendarPeriod
from gongzhi.calendars.rules import Day, Period, Season, WorkingTime, prepare, weekday_rule
from gongzhi.calendars.states import STATUTORY, DayKind, DaySource
from gongzhi.kernel.refusals import NotFound, Refusal

PROVISIONAL_YEARS = 3
"""So many years after the last one entered are assumed by the weekday rule; what needs them is provisional."""

_ALWAYS_FROM, _ALWAYS_UNTIL = date(2000, 1, 1), date(2100, 1, 1)


class CalendarUnknown(NotFound):
    """No calendar has this key."""

    code = "calendar-unknown"


class DaysNotEntered(Refusal):
    """The calendar follows a table of days that holds none yet: a year must be entered first."""

    code = "days-not-entered"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar as other rooms see it. An empty `day_table` means that every day is worked."""

    key: str
    name_zh: str
    name_en: str
    day_table: str
    seasons: tuple[Season, ...]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of a table: what it is, from where that is known, and whether it is confirmed."""

    day: date
    kind: DayKind
    name_zh: str
    name_en: str
    source: DaySource
    notice: str
    confirmed: bool


def calendar(key: str) -> CalendarRow:
    """Return a calendar.

    Raises: CalendarUnknown.
    """
    found = Calendar.objects.filter(key=key).first()
    if found is None:
        raise CalendarUnknown(calendar=key)
    return _row(found)


def calendars() -> list[CalendarRow]:
    """Return all calendars by key."""
    return [_row(found) for found in Calendar.objects.order_by("key")]


def day(on: date, *, day_table: str = STATUTORY) -> DayRow | None:
    """Return what is entered for a day, or None where nothing is."""
    found = CalendarDay.objects.filter(day_table=day_table, day=on).first()
    if found is None:
        return None
    return DayRow(
        found.day,
        DayKind(found.kind),
        found.name_zh,
        found.name_en,
        DaySource(found.source),
        found.notice,
        found.confirmed,
    )


def working_time(key: str, *, zone: ZoneInfo) -> WorkingTime:
    """Return a calendar ready for use in the city's time zone; kept in the process until a calendar changes.

    Years after the last one entered are assumed by the weekday rule, `PROVISIONAL_YEARS` of them.

    Raises: CalendarUnknown, DaysNotEntered.
    """
    edition = first_row("SELECT edition FROM calendars_calendaredition")
    if edition is None:
        raise CalendarUnknown(calendar=key)
    return _prepared(key, zone, str(edition[0]))


def snapshot_rows() -> Iterator[tuple[str | int | bool | None, ...]]:
    """Yield every row of this room's tables, in an order that never changes."""
    for edition in CalendarEdition.objects.order_by("number"):
        yield ("edition", edition.number, str(edition.edition))
    for one in Calendar.objects.order_by("key"):
        yield ("calendar", one.key, one.name_zh, one.name_en, one.day_table)
    for period in CalendarPeriod.objects.select_related("calendar").order_by("calendar__key", "season", "starts_at"):
        yield (
            "period",
            period.calendar.key,
            period.season,
            period.from_month_day,
            period.until_month_day,
            period.starts_at.isoformat(),
            period.ends_at.isoformat(),
        )
    for found in CalendarDay.objects.order_by("day_table", "day"):
        yield (
            "day",
            found.day_table,
            found.day.isoformat(),
            found.kind,
            found.name_zh,
            found.name_en,
            found.source,
            found.notice,
            found.confirmed,
        )


@lru_cache(maxsize=32)
def _prepared(key: str, zone: ZoneInfo, edition: str) -> WorkingTime:
    del edition  # only a part of the name under which the answer is kept: a new edition asks anew
    row = calendar(key)
    if not row.day_table:
        every_day = [Day(DayKind.WORKING)] * (_ALWAYS_UNTIL - _ALWAYS_FROM).days
        return prepare(
            key=key,
            zone=zone,
            first_on=_ALWAYS_FROM,
            days=every_day,
            confirmed_until_on=_ALWAYS_UNTIL,
            seasons=row.seasons,
        )
    entered = {found.day: found for found in CalendarDay.objects.filter(day_table=row.day_table)}
    if not entered:
        raise DaysNotEntered(calendar=key, day_table=row.day_table)
    first_on = min(entered)
    until_on = date(max(entered).year + 1 + PROVISIONAL_YEARS, 1, 1)
    days = [first_on + timedelta(days=ahead) for ahead in range((until_on - first_on).days)]
    return prepare(
        key=key,
        zone=zone,
        first_on=first_on,
        days=[_day(on, entered) for on in days],
        confirmed_until_on=next(on for on in days if on not in entered or not entered[on].confirmed),
        seasons=row.seasons,
    )


def _day(on: date, entered: dict[date, CalendarDay]) -> Day:
    found = entered.get(on)
    return weekday_rule(on) if found is None else Day(DayKind(found.kind), found.name_zh, found.name_en)


def _row(found: Calendar) -> CalendarRow:
    ordered = found.periods.order_by("season", "starts_at")
    seasons = [list(periods) for _, periods in groupby(ordered, key=lambda period: period.season)]
    return CalendarRow(
        key=found.key,
        name_zh=found.name_zh,
        name_en=found.name_en,
        day_table=found.day_table,
        seasons=tuple(
            Season(
                periods[0].from_month_day,
                periods[0].until_month_day,
                tuple(Period(period.starts_at, period.ends_at) for period in periods),
            )
            for periods in seasons
        ),
    )
