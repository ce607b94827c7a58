"""When the public may read about a case, and where a citizen stands in reporting."""

from __future__ import annotations

from enum import StrEnum

from gongzhi.norms.states import Publication as Publication


class Step(StrEnum):
    """The steps of a report, in order; each is a page."""

    WORDS = "words"
    PLACE = "place"
    KIND = "kind"
    SEND = "send"


class Standing(StrEnum):
    """How a case stands on the public map; "closed" and "fixed" are told apart.

    Attributes:
        AVOID: open, and people must keep clear of it.
        OPEN: accepted and not closed yet.
        FIXED: closed, and somebody went there and saw it solved.
        CLOSED: closed otherwise: only photographs were looked at, or the case was closed specially.
    """

    AVOID = "avoid"
    OPEN = "open"
    FIXED = "fixed"
    CLOSED = "closed"


class MonthlyFigure(StrEnum):
    """What the city tells of a month; the first seven are what cases reached."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    FILED = "filed"
    CLOSED = "closed"
    FIXED = "fixed"
    ON_TIME = "on_time"
    REOPENED = "reopened"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
