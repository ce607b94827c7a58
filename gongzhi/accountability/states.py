"""States of a complaint about the service, and what its inquiry may find."""

from __future__ import annotations

from enum import StrEnum


class ComplaintState(StrEnum):
    """How far a complaint about the service is."""

    RECEIVED = "received"
    UNDER_INQUIRY = "under-inquiry"
    ANSWERED = "answered"
    REFERRED = "referred"


class Outcome(StrEnum):
    """What an inquiry found."""

    SUBSTANTIATED = "substantiated"
    PARTLY = "partly"
    UNSUBSTANTIATED = "unsubstantiated"
    UNCLEAR = "unclear"


ENDS = frozenset({ComplaintState.ANSWERED, ComplaintState.REFERRED})
