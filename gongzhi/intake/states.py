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
    """How far a report is.

    Attributes:
        RECEIVED: the city is at it.
        ANSWERED: its reporter has an answer.
        SETTLED: all of its cases have ended, and no answer was owed.
        WITHDRAWN: its reporter took it back.
        HANDED_BACK: it came from a neighbour and is not ours: the neighbour has it again.
    """

    RECEIVED = "received"
    ANSWERED = "answered"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    HANDED_BACK = "handed_back"


class ReplyState(StrEnum):
    """How far the answer to a report is.

    Attributes:
        OWED: nobody has written it yet.
        DRAFTED: it waits for somebody else to approve it.
        APPROVED: it may go out.
        SENT: the reporter has it.
        DROPPED: nobody waits for it any more.
    """

    OWED = "owed"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    DROPPED = "dropped"


class ReplyWay(StrEnum):
    """How somebody is spoken to, or an answer reaches its reporter."""

    PHONE = "phone"
    SMS = "sms"
    LETTER = "letter"
    IN_PERSON = "in_person"
    ONLINE = "online"
    NEIGHBOUR = "neighbour"


class ContactOutcome(StrEnum):
    """What came of an attempt to reach a reporter."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"


class RatedThrough(StrEnum):
    """Who asked how satisfied a reporter is: nobody, we by calling back, or the neighbour that sent the sheet."""

    REPORTER = "reporter"
    CALL_BACK = "call_back"
    NEIGHBOUR = "neighbour"


class ObjectionState(StrEnum):
    """How far a reporter's objection is: their matter was not accepted."""

    MADE = "made"
    UPHELD = "upheld"
    REFUSED = "refused"


class SheetState(StrEnum):
    """How far a work sheet is, between the neighbour that sent it and us.

    Attributes:
        RECEIVED: it is here, and nobody has said yet that it is ours.
        ACKNOWLEDGED: it is ours.
        RETURNED: it is not ours, and the neighbour was told.
        ANSWERED: the neighbour has the result.
        CLOSED: the neighbour is done with it.
    """

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"


class SheetMessageKind(StrEnum):
    """What neighbours say to each other about a work sheet.

    Source: the hotline's service standard (GB/T 33358): handling, supervision, call-back.
    """

    CREATE = "create"
    ACKNOWLEDGE = "acknowledge"
    RETURN = "return"
    EXTEND_REQUEST = "extend-request"
    EXTEND_ANSWER = "extend-answer"
    PROGRESS = "progress"
    RESULT = "result"
    SUPERVISE = "supervise"
    VISIT = "visit"
    CLOSE = "close"


class SheetMessageState(StrEnum):
    """How far one of our messages to a neighbour is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Urgency(StrEnum):
    """How much haste the neighbour sees."""

    ORDINARY = "ordinary"
    URGENT = "urgent"
    CRITICAL = "critical"


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
