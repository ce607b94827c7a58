"""The life of a file and the part it plays."""

from __future__ import annotations

from enum import StrEnum


class FileState(StrEnum):
    """How far a file is.

    Attributes:
        STORED: uploaded, belongs to nothing yet.
        CLAIMED: proves something.
        SWEPT: nobody claimed it in time; its bytes are gone.
        ERASED: it proved something, and was erased by a rule; its bytes and its name are gone, the entries stay.
    """

    STORED = "stored"
    CLAIMED = "claimed"
    SWEPT = "swept"
    ERASED = "erased"


class FileRole(StrEnum):
    """What a file shows: the report, the place before and after disposal, a verification, a check."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"
    VERIFY = "verify"
    CHECK = "check"


GONE = frozenset({FileState.SWEPT, FileState.ERASED})
"""States of a file whose bytes are no longer kept."""

PHOTOGRAPHS = frozenset({FileRole.AFTER, FileRole.VERIFY, FileRole.CHECK})
"""What shows the place as somebody saw it, so that nothing but a photograph will do."""
