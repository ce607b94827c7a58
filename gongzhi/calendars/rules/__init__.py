"""When limits run out: pure rules on a prepared table of working time."""

from gongzhi.calendars.rules.batch import ON_HOLD_US, OPEN_US, UNIT_CODES, Pauses, deadlines
from gongzhi.calendars.rules.editions import DAY, Cell, Row, pack, unpack
from gongzhi.calendars.rules.limits import Deadline, Pause, Span, TimeLimit, deadline, used_s
from gongzhi.calendars.rules.table import (
    CalendarTooShort,
    Day,
    Period,
    Season,
    SeasonFaulty,
    SeasonMissing,
    WorkingTime,
    prepare,
    require_whole_year,
    weekday_rule,
)
from gongzhi.calendars.rules.walk import WalkStep, explain

__all__ = [
    "DAY",
    "ON_HOLD_US",
    "OPEN_US",
    "UNIT_CODES",
    "CalendarTooShort",
    "Cell",
    "Day",
    "Deadline",
    "Pause",
    "Pauses",
    "Period",
    "Row",
    "Season",
    "SeasonFaulty",
    "SeasonMissing",
    "Span",
    "TimeLimit",
    "WalkStep",
    "WorkingTime",
    "deadline",
    "deadlines",
    "explain",
    "pack",
    "prepare",
    "require_whole_year",
    "unpack",
    "used_s",
    "weekday_rule",
]
