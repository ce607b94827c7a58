"""Where a case is, where it came from, and how it ended."""

from __future__ import annotations

from enum import StrEnum

from gongzhi.norms.states import Stage


class CaseState(StrEnum):
    """The states of the main line.

    Source: recommended states of digital urban management practice (stages 1 to 8).
    """

    REPORTED = "reported"
    VERIFYING = "verifying"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    HANDLED = "handled"
    CHECKING = "checking"
    REWORK = "rework"
    CHECK_PASSED = "check_passed"
    CLOSED = "closed"
    VOID = "void"


ENDS = (CaseState.NOT_ACCEPTED, CaseState.CLOSED, CaseState.VOID)


UNIT_WORKS = (CaseState.DISPATCHED, CaseState.HANDLING, CaseState.REWORK)
"""The unit's clock runs."""
UNIT_WAITS = (CaseState.HANDLED, CaseState.CHECKING, CaseState.CHECK_PASSED)
"""The unit confirmed a result: its clock stands still while others review, check and close."""


class CaseSource(StrEnum):
    """How the problem became known (问题来源)."""

    COLLECTOR = "collector"
    APPRAISAL = "appraisal"
    HOTLINE = "hotline"
    LEADER = "leader"
    MEDIA = "media"
    INTERNET = "internet"
    VIDEO = "video"
    AI = "ai"
    INSPECTION = "inspection"
    TRANSFER = "transfer"
    LETTERS = "letters"


STAGE_OF: dict[CaseState, Stage] = {
    CaseState.REPORTED: Stage.ACCEPT,
    CaseState.VERIFYING: Stage.VERIFY,
    CaseState.ACCEPTED: Stage.FILE,
    CaseState.FILED: Stage.DISPATCH,
    CaseState.DISPATCHED: Stage.ACKNOWLEDGE,
    CaseState.HANDLING: Stage.DISPOSE,
    CaseState.HANDLED: Stage.REVIEW,
    CaseState.CHECKING: Stage.CHECK,
    CaseState.REWORK: Stage.REWORK,
    CaseState.CHECK_PASSED: Stage.CLOSE,
}


class ClosingType(StrEnum):
    """How a case ended (结案类型). Timing follows the disposal, not the desk that closes."""

    NORMAL = "normal"
    LATE = "late"
