"""When limits run out: pure rules on a prepared table of working time."""

from gongzhi.calendars.rules.batch import ON_HOLD_US, OPEN_US, UNIT_CODES, Pauses, deadlines
from gongzhi.calendars.rules.limits import (
    Deadline,
    Pause,
    Span,
    TimeLimit,
    deadline,
    overtime_multiple,
    used_s,
)
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
    "ON_HOLD_US",
    "OPEN_US",
    "UNIT_CODES",
    "CalendarTooShort",
    "Day",
    "Deadline",
    "Pause",
    "Pauses",
    "Period",
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
    "overtime_multiple",
    "prepare",
    "require_whole_year",
    "used_s",
    "weekday_rule",
]
