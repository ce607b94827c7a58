"""Calendars that the tests, and the clerk who counts minutes, both get from plain descriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongzhi.calendars.rules import Period, Season, WorkingTime, prepare, weekday_rule
from gongzhi.calendars.tests.days import every_day, statutory_day
from gongzhi.calendars.tests.oracle import MinuteClerk

XIAMEN = ZoneInfo("Asia/Shanghai")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
MORNING = (time(8), time(12))
AFTERNOON = (time(14), time(18))
SUMMER_AFTERNOON = (time(15), time(18))
NIGHT = (time(22), time(6))


@dataclass(frozen=True)
class City:
    """A calendar twice: as the rules have it and as the clerk has it."""

    working_time: WorkingTime
    clerk: MinuteClerk
    zone: ZoneInfo

    def at(self, text: str) -> datetime:
        """Read a local time such as `2026-02-13 17:30`; without a year it is 2026."""
        return datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}").replace(tzinfo=self.zone)

    def shown(self, at: datetime | None) -> str:
        """Write an instant as the city's wall clock shows it."""
        return "—" if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"


def _city(zone, day_of, hours, *, first_on, until_on, summer=None, confirmed_until_on=None):
    days = [day_of(first_on + timedelta(days=ahead)) for ahead in range((until_on - first_on).days)]
    seasons = [_season("01-01", "01-01", hours)]
    if summer:
        seasons.insert(0, _season("05-01", "10-01", summer))
    working_time = prepare(
        key="test",
        zone=zone,
        first_on=first_on,
        days=days,
        confirmed_until_on=confirmed_until_on or until_on,
        seasons=seasons,
    )
    clerk = MinuteClerk.with_calendar(
        zone=zone,
        first_on=first_on,
        until_on=until_on,
        works_on=lambda on: day_of(on).is_working,
        hours_on=lambda on: summer if summer and 5 <= on.month <= 9 else hours,
    )
    return City(working_time, clerk, zone)


def _season(from_month_day: str, until_month_day: str, hours: Sequence[tuple[time, time]]) -> Season:
    return Season(from_month_day, until_month_day, tuple(Period(starts, ends) for starts, ends in hours))


YEAR_2026 = {"first_on": date(2025, 12, 1), "until_on": date(2027, 1, 1)}
OFFICE = _city(XIAMEN, statutory_day, [MORNING, AFTERNOON], **YEAR_2026, confirmed_until_on=date(2026, 11, 1))
SUMMER_OFFICE = _city(XIAMEN, statutory_day, [MORNING, AFTERNOON], summer=[MORNING, SUMMER_AFTERNOON], **YEAR_2026)
STREET = _city(XIAMEN, every_day, [(time(7), time(21))], **YEAR_2026)
CONTINUOUS = _city(XIAMEN, every_day, [(time(0), time(0))], **YEAR_2026)
NIGHT_SHIFT = _city(XIAMEN, statutory_day, [NIGHT], **YEAR_2026)
CALIFORNIA = _city(LOS_ANGELES, weekday_rule, [(time(1, 30), time(9)), (time(13), time(17))], **YEAR_2026)
CALIFORNIA_NIGHT = _city(LOS_ANGELES, every_day, [(time(22), time(2, 30))], **YEAR_2026)
