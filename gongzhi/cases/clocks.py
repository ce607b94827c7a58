"""Which limit a stage or a disposal has, and when it runs out on the city's calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gongzhi.calendars import queries as calendars
from gongzhi.calendars.rules import Deadline, Pause, Span, deadline, used_s
from gongzhi.calendars.rules.table import WorkingTime
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.units import ClockUnit, Limit
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import FixedTime
from gongzhi.norms.states import StageClock
from gongzhi.parameters.queries import city

USUAL_CALENDAR = "office"
DAY_AND_NIGHT = "continuous"


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit with its calendar, ready to be asked when it runs out.

    `edition` is the edition of the calendars on which it counts; None for the one that is present when it is asked.
    """

    limit: Limit | Span
    calendar_key: str
    edition: int | None = None

    @property
    def unit(self) -> ClockUnit:
        """How this clock counts: a span counts like hours, in working time or day and night."""
        if isinstance(self.limit, Limit):
            return self.limit.unit
        return ClockUnit.WORK_HOUR if self.limit.in_working_time else ClockUnit.URGENT_HOUR

    @property
    def text(self) -> str:
        """The limit as the record keeps it: `work_hour:4`, or `span:900:working`."""
        if isinstance(self.limit, Limit):
            return self.limit.text
        return f"span:{self.limit.length_s}:{'working' if self.limit.in_working_time else 'continuous'}"

    def as_of_today(self) -> Clock:
        """Return the clock on the calendars as they stand now, however they change while it is asked."""
        return replace(self, edition=calendars.edition())

    def due(self, *, start: datetime, pauses: Sequence[Pause] = (), extensions: int = 0) -> Deadline:
        """Return when the limit runs out; each extension adds the limit once more."""
        more = [self.limit] * extensions
        return deadline(self.working_time(), self.limit, start=start, pauses=pauses, extensions=more)

    def used_s(self, *, start: datetime, until: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Return the seconds of this clock that passed."""
        return used_s(self.working_time(), self.unit, start=start, until=until, pauses=pauses)

    def working_time(self) -> WorkingTime:
        """Return the calendar's working time."""
        return calendars.working_time(self.calendar_key, zone=city().zone, edition=self.edition)


def read_clock(text: str, *, calendar_key: str, edition: int | None) -> Clock:
    """Read a clock back from the record."""
    if text.startswith("span:"):
        _, length, counted = text.split(":")
        return Clock(Span(int(length), in_working_time=counted == "working"), calendar_key, edition)
    return Clock(Limit.parse(text), calendar_key, edition)


def urgent_clock(hours: int) -> Clock:
    """Return the clock of a disposal that begins before the case is filed: it runs day and night."""
    return Clock(Limit(ClockUnit.URGENT_HOUR, hours), DAY_AND_NIGHT)


def return_window(minutes: int, *, in_working_time: bool) -> Clock:
    """Return the clock within which a unit may send a case back: in working time, or by day and night."""
    span = Span(minutes * 60, in_working_time=in_working_time)
    return Clock(span, USUAL_CALENDAR if in_working_time else DAY_AND_NIGHT)


def disposal_clock(limit: Limit, *, calendar_key: str) -> Clock:
    """Return the clock of a disposal under a filing condition."""
    return Clock(limit, calendar_key or USUAL_CALENDAR)


def stage_clock(stage: str, *, at: datetime, area_class: str, disposal: Clock | None) -> Clock:
    """Return the clock of a stage: seconds of its own, or a share of the case's disposal limit.

    Raises: StageLimitUnknown when the city has no limit for the stage on that day.
    """
    row = norms.stage_limit(stage, on=local_date(at, city().zone), area_class=area_class)
    if isinstance(row.time, FixedTime):
        span = Span(row.time.length_s, in_working_time=row.time.clock is StageClock.WORKING)
        return Clock(span, row.calendar or USUAL_CALENDAR)
    if disposal is None or not isinstance(disposal.limit, Limit):
        raise AssertionError(f"the stage {stage} takes a share of a limit that is not chosen yet")
    return Clock(row.time.of(disposal.limit), row.calendar or disposal.calendar_key)
