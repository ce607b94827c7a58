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


class FileKind(StrEnum):
    """What a file is for the people who look at it; each kind has its own largest size."""

    PHOTO = "photo"
    VIDEO = "video"
    SOUND = "sound"
    DOCUMENT = "document"


class FileRole(StrEnum):
    """What a file shows: the report, the place before and after disposal, a verification, a check.

    Attributes:
        MASKED: another photograph with faces and number plates made unrecognisable by a person.
        PAPER: an official paper as it was printed.
        SCAN: the sealed sheet of an official paper, scanned.
    """

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"
    VERIFY = "verify"
    CHECK = "check"
    MASKED = "masked"
    PAPER = "paper"
    SCAN = "scan"


class Publication(StrEnum):
    """Whether the public may see a file. What nobody looked at is private.

    Attributes:
        PRIVATE: nobody decided yet.
        RELEASED: somebody looked at it and lets the public see its display copy.
        WITHHELD: somebody looked at it and keeps it from the public.
    """

    PRIVATE = "private"
    RELEASED = "released"
    WITHHELD = "withheld"


class DisplayState(StrEnum):
    """How far the copies are that pages show instead of the original.

    Attributes:
        NONE: there is nothing to show: no photograph, or not on file yet.
        WAITING: they are being made.
        MADE: they are there.
        FAILED: the photograph could not be decoded; a person looks at the original.
    """

    NONE = "none"
    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


class CopyKind(StrEnum):
    """A copy made for looking: upright, re-encoded, without anything that the camera wrote into the original."""

    DISPLAY = "display"
    THUMBNAIL = "thumbnail"


GONE = frozenset({FileState.SWEPT, FileState.ERASED})
"""States of a file whose bytes are no longer kept."""

NEVER_PUBLIC = frozenset({FileRole.MASKED, FileRole.PAPER, FileRole.SCAN})
"""Files on which nobody decides whether the public sees them: a masked copy goes with its photograph, a paper never."""

PHOTOGRAPHS = frozenset({FileRole.AFTER, FileRole.VERIFY, FileRole.CHECK, FileRole.MASKED})
"""What shows the place as somebody saw it, so that nothing but a photograph will do."""
