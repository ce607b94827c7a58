"""What single days are, without a database."""

from __future__ import annotations

from datetime import date

import chinese_calendar

from gongzhi.calendars.rules import Day
from gongzhi.calendars.states import DayKind


def statutory_day(on: date) -> Day:
    """Return a day of mainland China, with the name of its holiday."""
    rests, name = chinese_calendar.get_holiday_detail(on)
    kind = DayKind.REST if rests else DayKind.WORKING
    return Day(kind) if name is None else Day(kind, chinese_calendar.Holiday(name).chinese, name)


def every_day(on: date) -> Day:
    """Return a day on which the street is watched like on any other."""
    del on
    return Day(DayKind.WORKING)
