"""Codes of the catalogue, of filing conditions and of stages."""

from __future__ import annotations

from enum import StrEnum

STREAM = "config:norms"
PUBLICATION = "config:publication"
FIRST_LOCAL_MINOR = 801
LEGACY_STANDARD = "CJ/T 214"
"""The oldest generation of codes, which running systems still send."""


class ClassKind(StrEnum):
    """The catalogues: things that stand in the city, matters that happen there, and services that people ask for.

    The same five digits may occur in each.
    """

    COMPONENT = "component"
    EVENT = "event"
    SERVICE = "service"


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
    DECIDE_RETURN = "decide_return"
    DISPOSE = "dispose"
    HOLD = "hold"
    REVIEW = "review"
    CHECK = "check"
    REWORK = "rework"
    CLOSE = "close"


STAGES_WITH_A_LIMIT = tuple(one for one in Stage if one is not Stage.HOLD)
"""A hold has no limit of its own: it ends when it was granted to end, and nobody is late in it."""


class StageClock(StrEnum):
    """Whether the seconds of a stage limit run day and night or only in the working time of its calendar."""

    CONTINUOUS = "continuous"
    WORKING = "working"


class Publication(StrEnum):
    """When the public may read more of a case than that there is one.

    Of a class that is told at all, whoever reports such a matter is also told that one is open nearby, so that
    they follow it instead of reporting it again: from all such answers nobody learns less than its block of 200 m.

    Attributes:
        NEVER: only that there is a case, its state and its day: homes, persons, illegal buildings.
        AFTER_CLOSING: until it ends its class, street, state and day; then also who solved it, and photographs.
        AT_ONCE: all of that from the beginning, for what people must keep clear of.
    """

    NEVER = "never"
    AFTER_CLOSING = "after_closing"
    AT_ONCE = "at_once"
