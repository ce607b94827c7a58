"""Where a case is, where it came from, how it may turn, and how it ended."""

from __future__ import annotations

from enum import StrEnum

from gongzhi.norms.states import Stage


class CaseState(StrEnum):
    """The states of a case.

    Source: recommended states of digital urban management practice (stages 1 to 8).
    """

    REPORTED = "reported"
    VERIFYING = "verifying"
    NOT_ACCEPTED = "not_accepted"
    MERGED = "merged"
    ACCEPTED = "accepted"
    FILED = "filed"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    HANDLED = "handled"
    CHECKING = "checking"
    REWORK = "rework"
    CHECK_PASSED = "check_passed"
    CLOSED = "closed"
    FORCE_CLOSED = "force_closed"
    VOID = "void"


ENDS = (CaseState.NOT_ACCEPTED, CaseState.MERGED, CaseState.CLOSED, CaseState.FORCE_CLOSED, CaseState.VOID)

BEFORE_FILING = (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED)
"""Somebody still finds out whether this is a matter for the city, where, and of which kind."""
UNIT_WORKS = (CaseState.DISPATCHED, CaseState.HANDLING, CaseState.REWORK)
"""The unit's clock runs."""
UNIT_WAITS = (CaseState.HANDLED, CaseState.CHECKING, CaseState.CHECK_PASSED)
"""The unit confirmed a result: its clock stands still while others review, check and close."""
WITH_A_UNIT = (*UNIT_WORKS, CaseState.SUSPENDED, *UNIT_WAITS)
"""A unit answers for the case, whether it works, is on hold or waits."""
AFTER_FILING = (CaseState.FILED, CaseState.RETURNED, *WITH_A_UNIT)
"""Open cases that have their number and condition, or were dispatched before (urgent ones)."""
CLOSINGS = (CaseState.CLOSED, CaseState.FORCE_CLOSED)
"""Ends that follow a disposal, and from which a case may be opened again."""


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
    CaseState.RETURNED: Stage.DECIDE_RETURN,
    CaseState.HANDLING: Stage.DISPOSE,
    CaseState.SUSPENDED: Stage.HOLD,
    CaseState.HANDLED: Stage.REVIEW,
    CaseState.CHECKING: Stage.CHECK,
    CaseState.REWORK: Stage.REWORK,
    CaseState.CHECK_PASSED: Stage.CLOSE,
}

UNIT_STAGES = frozenset({Stage.ACKNOWLEDGE, Stage.DISPOSE, Stage.REWORK})
"""The stages in which the disposal clock runs."""


class ReturnGround(StrEnum):
    """Why a unit sends a case back (回退原因)."""

    NOT_OURS = "not_ours"
    WRONG_PLACE = "wrong_place"
    NEEDS_LEAD_OF_OTHER = "needs_lead_of_other"
    DUPLICATE = "duplicate"
    NOT_A_MATTER = "not_a_matter"
    OTHER = "other"


ANOTHER_ANSWERS = frozenset({ReturnGround.NOT_OURS, ReturnGround.NEEDS_LEAD_OF_OTHER})
"""Grounds that say another unit answers for the case, and so must name it."""


class ReturnOutcome(StrEnum):
    """What became of a return.

    Attributes:
        OPEN: nobody decided yet.
        UPHELD: another unit got the case.
        REFUSED: the same unit got it again.
        RULED: an arbitration decided who answers for it.
        CORRECTED: the case went back before filing to be put right.
    """

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"
    RULED = "ruled"
    CORRECTED = "corrected"


class ClosingType(StrEnum):
    """How a case ended (结案类型). Timing follows the disposal, not the desk that closes.

    Attributes:
        ERRONEOUS: it was closed and should not have been, or not so; said afterwards.
        SPECIAL: it cannot be solved here, or was solved otherwise.
        SELF_HANDLED: a collector solved it on the spot; counted apart.
    """

    NORMAL = "normal"
    LATE = "late"
    ERRONEOUS = "erroneous"
    SPECIAL = "special"
    SELF_HANDLED = "self_handled"


class SpecialGround(StrEnum):
    """Why a case is closed without a disposal that was checked (特殊结案原因)."""

    BEYOND_CITY = "beyond_city"
    NO_RESPONSIBLE = "no_responsible"
    FORCE_MAJEURE = "force_majeure"
    RESOLVED_OTHERWISE = "resolved_otherwise"
    OTHER = "other"


class AppealState(StrEnum):
    """How far a unit's appeal against the record of a timeout is (超时申诉); a case has one at most."""

    ASKED = "asked"
    REVIEWED = "reviewed"
    UPHELD = "upheld"
    REFUSED = "refused"
