"""Kinds of reports, the channels they come by, and how far their answer is."""

from __future__ import annotations

from enum import StrEnum


class ReportKind(StrEnum):
    """What somebody wants (诉求类型).

    Source: the hotline's work-sheet types.
    """

    CONSULT = "consult"
    HELP = "help"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    REPORT = "report"
    THANKS = "thanks"

    @property
    def needs_action(self) -> bool:
        """Whether such a report opens a case."""
        return self not in _ENDS_IN_A_REPLY


_ENDS_IN_A_REPLY = frozenset({ReportKind.CONSULT, ReportKind.SUGGESTION, ReportKind.THANKS})


class Channel(StrEnum):
    """The way a report came in."""

    PORTAL = "portal"
    PHONE = "phone"
    COUNTER = "counter"
    CHAT = "chat"
    HOTLINE_SHEET = "hotline_sheet"
    POLICE_110 = "police_110"
    LETTER = "letter"
    MESSAGE_BOARD = "message_board"
    MEDIA = "media"
    PATROL = "patrol"
    LEADER = "leader"
    VIDEO = "video"
    SENSOR = "sensor"
    OPEN311 = "open311"
    API = "api"


class ReportState(StrEnum):
    """How far a report is."""

    RECEIVED = "received"
    ANSWERED = "answered"
    SETTLED = "settled"
