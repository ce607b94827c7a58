"""The life of a file and the part it plays."""

from __future__ import annotations

from enum import StrEnum


class FileState(StrEnum):
    """Stored: uploaded, belongs to nothing yet. Claimed: proves something. Swept: unclaimed too long, bytes gone."""

    STORED = "stored"
    CLAIMED = "claimed"
    SWEPT = "swept"


class FileRole(StrEnum):
    """What a file shows: the report, the place before and after disposal, a verification, a check."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"
    VERIFY = "verify"
    CHECK = "check"


PHOTOGRAPHS = frozenset({FileRole.AFTER, FileRole.VERIFY, FileRole.CHECK})
"""What shows the place as somebody saw it, so that nothing but a photograph will do."""
