"""What this room announces."""

from gongzhi.kernel.facts import FactType

CALENDAR_DEFINED = FactType("calendars.calendar-defined")
DAYS_SEEDED = FactType("calendars.days-seeded")
DAY_SET = FactType("calendars.day-set")
YEAR_CONFIRMED = FactType("calendars.year-confirmed")
