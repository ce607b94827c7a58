"""Time limits: how long, on which of the four clocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class ClockUnit(StrEnum):
    """The clock on which a limit runs.

    Source: the clock types of digital urban management (紧急工作时, 工作时, 工作日, 自然日).
    """

    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"


# A year of hours and of working days, ten years of days. A longer limit is a slip of the pen.
LONGEST = {
    ClockUnit.URGENT_HOUR: 24 * 366,
    ClockUnit.WORK_HOUR: 24 * 366,
    ClockUnit.WORK_DAY: 366,
    ClockUnit.NATURAL_DAY: 3660,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit, such as four working hours.

    Raises: ValueError when the length is below one or longer than any limit can be.

    Example:
        >>> Limit(ClockUnit.WORK_HOUR, 4).text
        'work_hour:4'
        >>> Limit(ClockUnit.WORK_DAY, 0)
        Traceback (most recent call last):
            ...
        ValueError: a limit of 0 work_day lies outside 1..366
    """

    unit: ClockUnit
    length: int

    def __post_init__(self) -> None:
        if not 1 <= self.length <= LONGEST[self.unit]:
            message = f"a limit of {self.length} {self.unit} lies outside 1..{LONGEST[self.unit]}"
            raise ValueError(message)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a limit as tables spell it.

        Raises: ValueError when the unit is unknown or the length is no whole number.

        Example:
            >>> Limit.parse("natural_day:2").length
            2
            >>> Limit.parse("fortnight:1")
            Traceback (most recent call last):
                ...
            ValueError: 'fortnight:1' is no limit: write unit:length, such as work_hour:4
        """
        unit, _, length = text.partition(":")
        if unit not in set(ClockUnit) or not (length.isascii() and length.isdecimal()):
            message = f"{text!r} is no limit: write unit:length, such as work_hour:4"
            raise ValueError(message)
        return cls(ClockUnit(unit), int(length))

    @property
    def text(self) -> str:
        """The limit as tables spell it, readable by `parse`."""
        return f"{self.unit}:{self.length}"
