"""Codes of this room."""

from __future__ import annotations

from enum import StrEnum

STREAM = "config:calendars"
STATUTORY = "statutory"
"""The table of days that the State Council's yearly notice fixes (or, elsewhere, that city's own)."""


class DayKind(StrEnum):
    """Whether people work on a day."""

    WORKING = "working"
    REST = "rest"


class DaySource(StrEnum):
    """Where the city knows a day's kind from."""

    LIBRARY = "chinesecalendar"
    WEEKENDS = "weekends"
    MEMBER = "member"


class StepKind(StrEnum):
    """What happened to the clock in one step of a readable walk."""

    STARTED = "started"
    RESTED = "rested"
    HOLIDAY = "holiday"
    ALIGNED = "aligned"
    COUNTED = "counted"
    WORKED = "worked"
    MADE_UP = "made_up"
    RAN = "ran"
    PAUSED = "paused"
    HELD = "held"
    MOVED = "moved"
    EXTENDED = "extended"
    DUE = "due"
