"""Codes of the catalogue, of filing conditions and of stages."""

from __future__ import annotations

from enum import StrEnum

STREAM = "config:norms"
FIRST_LOCAL_MINOR = 801


class ClassKind(StrEnum):
    """The two catalogues: things that stand in the city, and matters that happen there.

    The same five digits may occur in both.
    """

    COMPONENT = "component"
    EVENT = "event"


class CheckingMode(StrEnum):
    """How it is found out that the closing condition is met."""

    VISIT = "visit"
    PHOTO = "photo"
    NONE = "none"


class Grade(StrEnum):
    """How pressing a filing condition is: A urgent 紧急, B major 重大, C general 一般."""

    URGENT = "A"
    MAJOR = "B"
    GENERAL = "C"


class Stage(StrEnum):
    """A span of a case's life that one holder answers for, each with its own clock and limit."""

    ACCEPT = "accept"
    VERIFY = "verify"
    FILE = "file"
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    DISPOSE = "dispose"
    REVIEW = "review"
    CHECK = "check"
    REWORK = "rework"
    CLOSE = "close"


class StageClock(StrEnum):
    """Whether the seconds of a stage limit run day and night or only in the working time of its calendar."""

    CONTINUOUS = "continuous"
    WORKING = "working"
