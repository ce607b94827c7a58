"""Defining calendars, entering the days of a year, correcting and confirming them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import chinese_calendar

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.calendars import facts
from gongzhi.calendars.models import Calendar, CalendarDay, CalendarEdition, CalendarPeriod, PastEdition
from gongzhi.calendars.queries import (
    CalendarRow,
    CalendarUnknown,
    DaysNotEntered,
    EditionNotKept,
    calendar,
    edition,
    snapshot_rows,
)
from gongzhi.calendars.rules import (
    CalendarTooShort,
    Day,
    Period,
    Season,
    SeasonFaulty,
    SeasonMissing,
    pack,
    require_whole_year,
    weekday_rule,
)
from gongzhi.calendars.states import STATUTORY, STREAM, DayKind, DaySource
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.people import queries as people

OFFICE_HOURS = (Season("01-01", "01-01", (Period(time(8), time(12)), Period(time(14), time(18)))),)
"""08:00–12:00 and 14:00–18:00, the default working periods of digital urban management."""

OFFICE_HOURS_WITH_SUMMER = (
    Season("05-01", "10-01", (Period(time(8), time(12)), Period(time(15), time(18)))),
    *OFFICE_HOURS,
)
STREET_HOURS = (Season("01-01", "01-01", (Period(time(7), time(21)),)),)
DAY_AND_NIGHT = (Season("01-01", "01-01", (Period(time(0), time(0)),)),)


class YearNotPublished(Refusal):
    """The library does not know this year: the State Council's notice is not out, or the library is older than it."""

    code = "year-not-published"


class YearNotEntered(Refusal):
    """A year can be confirmed only when each of its days is entered."""

    code = "year-not-entered"


class NoticeMissing(Refusal):
    """A year is confirmed against a published notice, and the notice must be named."""

    code = "notice-missing"


@one_change
def define_calendar(
    key: str,
    *,
    name_zh: str,
    name_en: str,
    seasons: Sequence[Season],
    day_table: str = STATUTORY,
    seen: int,
    by: Actor,
    at: datetime,
) -> CalendarRow:
    """Define a named calendar, or change the one of this name; defining the same again changes nothing.

    Args:
        key: such as `office`, `street`, `continuous`.
        name_zh: its Chinese name.
        name_en: its English name.
        seasons: working periods; the first season that holds a day counts, and together they cover the year.
        day_table: the table of days it follows; empty when every day is worked.
        seen: the `edition` of the calendars on which the change was decided.
        by: who defines it.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, SeasonMissing, DaysNotEntered for a table of days that nobody has begun.
    """
    lock = _locked(by, "calendars.define", seen=seen, at=at)
    require_whole_year(seasons)
    _require_days(day_table, calendar=key)
    wanted = CalendarRow(key, name_zh, name_en, day_table, tuple(seasons))
    if Calendar.objects.filter(key=key).exists() and calendar(key) == wanted:
        return wanted
    _keep_edition(seen)
    row, _ = Calendar.objects.update_or_create(
        key=key, defaults={"name_zh": name_zh, "name_en": name_en, "day_table": day_table}
    )
    row.periods.all().delete()
    CalendarPeriod.objects.bulk_create(
        CalendarPeriod(
            calendar=row,
            season=number,
            from_month_day=season.from_month_day,
            until_month_day=season.until_month_day,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
        )
        for number, season in enumerate(seasons)
        for period in season.periods
    )
    _recorded(lock, facts.CALENDAR_DEFINED, seen=seen, by=by, at=at, told={"calendar": key})
    return wanted


@one_change
def define_usual_calendars(*, seen: int, by: Actor, at: datetime, summer: bool = False) -> list[CalendarRow]:
    """Define the three calendars that a bureau begins with: office, street shift, and day and night.

    Args:
        seen: the `edition` of the calendars on which the change was decided.
        by: who defines them.
        at: when.
        summer: whether the office's afternoon begins at 15:00 from May to September.
    """
    office = OFFICE_HOURS_WITH_SUMMER if summer else OFFICE_HOURS
    usual = (
        ("office", "机关作息", "Office hours", office, STATUTORY),
        ("street", "街面勤务", "Street shift", STREET_HOURS, ""),
        ("continuous", "全天候", "Day and night", DAY_AND_NIGHT, ""),
    )
    defined = []
    for key, name_zh, name_en, seasons, day_table in usual:
        said = {"name_zh": name_zh, "name_en": name_en, "day_table": day_table}
        defined.append(define_calendar(key, **said, seasons=seasons, seen=seen, by=by, at=at))
        seen = edition()
    return defined


@one_change
def seed_days(
    years: Iterable[int],
    *,
    seen: int,
    by: Actor,
    at: datetime,
    library: DaySource = DaySource.LIBRARY,
    day_table: str = STATUTORY,
) -> int:
    """Enter the days of some years that are not entered yet; days that are there stay as they are.

    Args:
        years: the years to enter.
        seen: the `edition` of the calendars on which the change was decided.
        by: who enters them.
        at: when.
        library: from where: the library of State Council notices, or the weekday rule for a city without a table.
        day_table: the table they go into.

    Returns: how many days were entered. They count as confirmed only after `confirm_years`.

    Raises: NotPermitted, ChangedMeanwhile, YearNotPublished.
    """
    lock = _locked(by, "calendars.enter_days", seen=seen, at=at)
    wanted = sorted(set(years))
    days = {on: _DAY_OF[library](on) for year in wanted for on in _days_of(year)}
    there = set(CalendarDay.objects.filter(day_table=day_table, day__year__in=wanted).values_list("day", flat=True))
    missing = {on: one for on, one in days.items() if on not in there}
    if not missing:
        return 0
    _keep_edition(seen)
    CalendarDay.objects.bulk_create(
        (
            CalendarDay(
                day_table=day_table,
                day=on,
                kind=one.kind.value,
                name_zh=one.name_zh,
                name_en=one.name_en,
                source=library.value,
            )
            for on, one in missing.items()
        ),
        batch_size=500,
    )
    told = {"years": wanted, "library": library.value, "day_table": day_table, "entered": len(missing)}
    _recorded(lock, facts.DAYS_SEEDED, seen=seen, by=by, at=at, told=told)
    return len(missing)


@one_change
def set_day(
    on: date,
    kind: DayKind,
    *,
    name_zh: str = "",
    name_en: str = "",
    notice: str = "",
    day_table: str = STATUTORY,
    seen: int,
    by: Actor,
    at: datetime,
) -> None:
    """Say what a day is, on a member's word: a holiday, or the workday that makes up for one.

    Whether the day is confirmed does not change; an empty `notice` keeps the one that is there.

    Raises: NotPermitted, ChangedMeanwhile.
    """
    lock = _locked(by, "calendars.set_day", seen=seen, at=at)
    _keep_edition(seen)
    row = CalendarDay.objects.filter(day_table=day_table, day=on).first()
    if row is None:
        row = CalendarDay(day_table=day_table, day=on)
    row.kind, row.name_zh, row.name_en = kind.value, name_zh, name_en
    row.source, row.notice = DaySource.MEMBER.value, notice or row.notice
    row.save()
    told = {"day": on.isoformat(), "kind": kind.value, "day_table": day_table}
    _recorded(lock, facts.DAY_SET, seen=seen, by=by, at=at, told=told)


@one_change
def confirm_years(
    years: Sequence[int], *, notice: str, day_table: str = STATUTORY, seen: int, by: Actor, at: datetime
) -> None:
    """Confirm that the days of years agree with a published notice; deadlines up to their end are certain from then on.

    They are certain only while no earlier day of the table is unconfirmed. All the years are confirmed under one entry,
    or none.

    Args:
        years: the years.
        notice: the number of the notice they were compared with, such as 国办发明电〔2025〕7号.
        day_table: the table of days.
        seen: the `edition` of the calendars that was compared.
        by: the member who compared.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, NoticeMissing, YearNotEntered.
    """
    lock = _locked(by, "calendars.confirm", seen=seen, at=at)
    if not says_something(notice):
        raise NoticeMissing(year=min(years))
    changed = [year for year in sorted(set(years)) if _differs(year, notice=notice, day_table=day_table)]
    if changed:
        _keep_edition(seen)
        days = CalendarDay.objects.filter(day_table=day_table, day__year__in=changed)
        days.update(confirmed=True, notice=notice)
        told = {"years": changed, "notice": notice, "day_table": day_table}
        _recorded(lock, facts.YEAR_CONFIRMED, seen=seen, by=by, at=at, told=told)


def _differs(year: int, *, notice: str, day_table: str) -> bool:
    """Whether a year, all of whose days are entered, is not confirmed by this notice yet."""
    days = CalendarDay.objects.filter(day_table=day_table, day__year=year)
    lacking = len(_days_of(year)) - days.count()
    if lacking:
        raise YearNotEntered(year=year, day_table=day_table, lacking=lacking)
    return days.exclude(confirmed=True, notice=notice).exists()


def _locked(by: Actor, act: str, *, seen: int, at: datetime) -> CalendarEdition:
    """Ask for the power, and lock the one row that every change of a calendar writes: they come one after the other."""
    people.require_administration(by, act, at=at)
    lock, _ = CalendarEdition.objects.select_for_update().get_or_create(
        number=CalendarEdition.ONLY, defaults={"edition": new_id()}
    )
    audit.require_edition(STREAM, seen)
    return lock


def _require_days(day_table: str, *, calendar: str) -> None:
    """Refuse a table that holds no day; the statutory one may be named before its years are entered."""
    if day_table not in ("", STATUTORY) and not CalendarDay.objects.filter(day_table=day_table).exists():
        raise DaysNotEntered(calendar=calendar, day_table=day_table)


def _keep_edition(seen: int) -> None:
    """Keep all calendars as they stand, before the first row of a change is written."""
    if seen:
        PastEdition.objects.create(number=seen, content=pack(snapshot_rows()))


def _recorded(
    lock: CalendarEdition, fact: FactType, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object]
) -> None:
    lock.edition = new_id()
    lock.save(update_fields=["edition"])
    kept = {"kept": seen} if seen else {}
    audit.record_snapshot(STREAM, fact, by=by, at=at, facts={**told, **kept}, seen=seen)


def _published_day(on: date) -> Day:
    try:
        rests, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError as unknown:
        raise YearNotPublished(year=on.year, library=DaySource.LIBRARY.value) from unknown
    kind = DayKind.REST if rests else DayKind.WORKING
    return Day(kind) if name is None else Day(kind, chinese_calendar.Holiday(name).chinese, name)


_DAY_OF = {DaySource.LIBRARY: _published_day, DaySource.WEEKENDS: weekday_rule}


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days)]


__all__ = [
    "DAY_AND_NIGHT",
    "OFFICE_HOURS",
    "OFFICE_HOURS_WITH_SUMMER",
    "STREET_HOURS",
    "CalendarTooShort",
    "CalendarUnknown",
    "DaysNotEntered",
    "EditionNotKept",
    "NoticeMissing",
    "SeasonFaulty",
    "SeasonMissing",
    "YearNotEntered",
    "YearNotPublished",
    "confirm_years",
    "define_calendar",
    "define_usual_calendars",
    "seed_days",
    "set_day",
]
