"""Two visits that must never be mixed up, and how each ends."""

from __future__ import annotations

from enum import StrEnum


class VisitKind(StrEnum):
    """Verify (核实) comes before filing, check (核查) after disposal."""

    VERIFY = "verify"
    CHECK = "check"


class VisitState(StrEnum):
    """How far a visit is."""

    ORDERED = "ordered"
    DONE = "done"
    CANCELLED = "cancelled"


class VisitResult(StrEnum):
    """What was seen."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    PASSED = "passed"
    FAILED = "failed"
