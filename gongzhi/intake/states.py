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


class Part(StrEnum):
    """What of a report can be erased by itself.

    Attributes:
        CONTACT: name and number.
        WORDS: what was said, and what was answered.
        PLACE: point and address; division and area stay, since the city counts by them.
        FILES: what was shown.
    """

    CONTACT = "contact"
    WORDS = "words"
    PLACE = "place"
    FILES = "files"


class ErasureRule(StrEnum):
    """On which ground of the law something is erased.

    Attributes:
        PURPOSE_REACHED: what it was kept for is done, or cannot be done, or needs it no more.
        STORAGE_ENDED: the time for which the city keeps such things is over.
        CONSENT_WITHDRAWN: the person took the consent back.
        UNLAWFUL: it should never have been taken.

    Source: 个人信息保护法, art. 47 (and art. 19 for the time of storage).
    """

    PURPOSE_REACHED = "purpose_reached"
    STORAGE_ENDED = "storage_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
