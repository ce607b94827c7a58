"""Calendars ready for use, and what a day is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import edition as last_number
from gongzhi.audit.queries import entries_of, entry, last_of
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.calendars.models import Calendar, CalendarDay, CalendarEdition, CalendarPeriod, PastEdition
from gongzhi.calendars.rules import DAY, Day, Period, Row, Season, WorkingTime, prepare, unpack, weekday_rule
from gongzhi.calendars.states import STATUTORY, STREAM, DayKind, DaySource
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


class EditionNotKept(NotFound):
    """Nobody knows any more how the calendars stood under this entry: it is older than the keeping of them."""

    code = "calendar-edition-not-kept"


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


def edition() -> int:
    """Return the number of the last change of the calendars, 0 before the first: what the next one takes as `seen`.

    Whoever computes a deadline keeps it beside, to explain it later under the calendars of that day.
    """
    return last_number(STREAM)


def edition_since(number: int) -> datetime | None:
    """Return since when the calendars stood as they do under an edition, or None where there is none of this number."""
    found = entry(STREAM, number)
    return None if found is None else found.at


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


def working_time(key: str, *, zone: ZoneInfo, edition: int | None = None) -> WorkingTime:
    """Return a calendar ready for use in the city's time zone; kept in the process until a calendar changes.

    Years after the last one entered are assumed by the weekday rule, `PROVISIONAL_YEARS` of them.

    Args:
        key: the calendar.
        zone: the city's time zone.
        edition: the edition of all calendars to read it from; None for the present one.

    Raises: CalendarUnknown, DaysNotEntered, EditionNotKept.
    """
    present = last_of(STREAM)
    if present is None:
        raise CalendarUnknown(calendar=key)
    if edition is None or edition == present[0]:
        return _prepared(key, zone, *present)
    past = entry(STREAM, edition)
    if past is None:
        raise EditionNotKept(edition=edition)
    return _prepared(key, zone, past.seq, past.hash)


def check_editions() -> Iterator[Finding]:
    """Compare the past editions of the calendars with the digests in their entries, and name what is not there."""
    entries = {one.seq: one.facts for one in entries_of(STREAM)}
    kept = dict(PastEdition.objects.values_list("number", "content"))
    expected = {number for facts in entries.values() if isinstance(number := facts.get("kept"), int)}
    for number in sorted(expected | kept.keys()):
        if number not in kept:
            yield Finding(Damage.ROW_MISSING, STREAM, number, "the calendars as they stood then are gone")
        elif number not in entries or _digest_of(kept[number]) != entries[number].get("rows_digest"):
            yield Finding(Damage.ROW_ALTERED, STREAM, number, "the calendars as they stood then are not what was kept")


def _digest_of(content: str) -> str | None:
    """Return the digest of a past edition's rows, or None where it is none any more."""
    try:
        return rows_digest(unpack(content))
    except (ValueError, KeyError, TypeError, IndexError):
        return None


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
    told = ("kind", "name_zh", "name_en", "source", "notice", "confirmed")
    for day_table, on, *said in CalendarDay.objects.order_by("day_table", "day").values_list("day_table", "day", *told):
        yield (DAY, day_table, on.isoformat(), *said)


@dataclass(frozen=True, slots=True)
class _Edition:
    """All calendars by key, and by day table what is entered for each day and whether it is confirmed."""

    calendars: Mapping[str, CalendarRow]
    days: Mapping[str, Mapping[date, tuple[Day, bool]]]


@lru_cache(maxsize=32)
def _prepared(key: str, zone: ZoneInfo, number: int, hashed: str) -> WorkingTime:
    content = _edition(number, hashed)
    row = content.calendars.get(key)
    if row is None:
        raise CalendarUnknown(calendar=key)
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
    entered = content.days.get(row.day_table, {})
    if not entered:
        raise DaysNotEntered(calendar=key, day_table=row.day_table)
    first_on = min(entered)
    until_on = date(max(entered).year + 1 + PROVISIONAL_YEARS, 1, 1)
    days = [first_on + timedelta(days=ahead) for ahead in range((until_on - first_on).days)]
    return prepare(
        key=key,
        zone=zone,
        first_on=first_on,
        days=[entered[on][0] if on in entered else weekday_rule(on) for on in days],
        confirmed_until_on=next(on for on in days if on not in entered or not entered[on][1]),
        seasons=row.seasons,
    )


@lru_cache(maxsize=4)
def _edition(number: int, hashed: str) -> _Edition:
    """Return an edition under the entry that made it: from the tables while it is the present one, as kept later."""
    rows: Iterable[Sequence[str | int | bool | None]] | None = None
    if last_of(STREAM) == (number, hashed):
        rows = list(snapshot_rows())
    if rows is None or last_of(STREAM) != (number, hashed):  # replaced, perhaps while the tables were being read
        rows = _past_rows(number)
    return _read(rows)


def _past_rows(number: int) -> list[Row]:
    found = PastEdition.objects.filter(number=number).first()
    if found is None:
        raise EditionNotKept(edition=number)
    return unpack(found.content)


def _read(rows: Iterable[Sequence[str | int | bool | None]]) -> _Edition:
    """Return what the rows of `snapshot_rows` say."""
    heads: list[Any] = []
    seasons: dict[str, dict[tuple[int, str, str], list[Period]]] = {}
    days: dict[str, dict[date, tuple[Day, bool]]] = {}
    told: Any
    for told in rows:
        if told[0] == DAY:
            _, table, on, kind, name_zh, name_en, _, _, confirmed = told
            day = Day(DayKind(kind), name_zh, name_en)
            days.setdefault(table, {})[date.fromisoformat(on)] = (day, bool(confirmed))
        elif told[0] == "calendar":
            heads.append(told)
        elif told[0] == "period":
            _, key, number, from_month_day, until_month_day, starts_at, ends_at = told
            period = Period(time.fromisoformat(starts_at), time.fromisoformat(ends_at))
            found = seasons.setdefault(key, {}).setdefault((number, from_month_day, until_month_day), [])
            found.append(period)
    calendars = {
        key: CalendarRow(
            key,
            name_zh,
            name_en,
            day_table,
            tuple(Season(from_, until, tuple(worked)) for (_, from_, until), worked in seasons.get(key, {}).items()),
        )
        for _, key, name_zh, name_en, day_table in heads
    }
    return _Edition(calendars, days)


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
