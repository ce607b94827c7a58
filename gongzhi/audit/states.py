"""Where an entry came from, and how far its delivery is."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """How a change came into the record. Outward subscribers (messages to people) skip what is not live."""

    LIVE = "live"
    IMPORT = "import"
    REPLAY = "replay"
    SEED = "seed"


class DeliveryState(StrEnum):
    """How far one fact is with one subscriber. What is done leaves the table."""

    WAITING = "waiting"
    DEAD = "dead"


class Damage(StrEnum):
    """What verification found."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    HELD_ALTERED = "held-altered"
    HELD_MISSING = "held-missing"
    ROW_ALTERED = "row-altered"
    ROW_MISSING = "row-missing"
    ROW_UNRECORDED = "row-unrecorded"
    SNAPSHOT_ALTERED = "snapshot-altered"
    FILE_ALTERED = "file-altered"
    FILE_MISSING = "file-missing"
    FILE_SWAPPED = "file-swapped"
    POSITION_BROKEN = "position-broken"
    SEAL_BROKEN = "seal-broken"
    SEAL_MISSING = "seal-missing"
    ANCHOR_MISSING = "anchor-missing"
    TAIL_CUT = "tail-cut"
    RECORD_GONE = "record-gone"
    HISTORY_REWRITTEN = "history-rewritten"
    EXPORT_INCOMPLETE = "export-incomplete"
    CHECK_FAILED = "check-failed"
