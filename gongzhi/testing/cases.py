"""Cases brought to each state by the moves that lead there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState
from gongzhi.testing import moves, turns

CaseMaker = Callable[..., CaseRow]


def reported_case(**said: Any) -> CaseRow:
    """Somebody reported it; takes what `moves.report` takes."""
    return moves.case_of(moves.report(**said))


def verifying_case(**said: Any) -> CaseRow:
    """A collector is on the way to look."""
    return moves.order_verification(reported_case(**said))


def accepted_case(**said: Any) -> CaseRow:
    """A collector saw that it is so."""
    return moves.verify(verifying_case(**said))


def filed_case(*, condition: str = moves.VENDOR_BY_DAY, **said: Any) -> CaseRow:
    """It has its number, condition and limit."""
    return moves.file(accepted_case(**said), condition=condition)


def dispatched_case(*, unit: str | None = None, dispatched_at: datetime | None = None, **said: Any) -> CaseRow:
    """A unit has it, and the disposal clock runs."""
    return moves.dispatch(filed_case(**said), unit=unit, at=dispatched_at)


def handling_case(**said: Any) -> CaseRow:
    """The unit acknowledged it."""
    return moves.acknowledge(dispatched_case(**said))


def handled_case(*, handled_at: datetime | None = None, **said: Any) -> CaseRow:
    """The unit confirmed its handler's result."""
    return moves.handle(handling_case(**said), at=handled_at)


def checking_case(**said: Any) -> CaseRow:
    """A checker is on the way."""
    return moves.order_check(handled_case(**said))


def rework_case(**said: Any) -> CaseRow:
    """A check failed, and the unit has it again."""
    return moves.check(checking_case(**said), passed=False)


def checked_case(**said: Any) -> CaseRow:
    """A check passed."""
    return moves.check(checking_case(**said))


def closed_case(**said: Any) -> CaseRow:
    """It is closed."""
    return moves.close(checked_case(**said))


def not_accepted_case(**said: Any) -> CaseRow:
    """It was not accepted."""
    return moves.refuse(reported_case(**said))


def voided_case(**said: Any) -> CaseRow:
    """It was cancelled."""
    return moves.void(reported_case(**said))


def merged_case(**said: Any) -> CaseRow:
    """It went into another case of the same matter."""
    other = reported_case(**said)
    return turns.merge(reported_case(**said), other)


def returned_case(**said: Any) -> CaseRow:
    """Its unit sent it back and named another one."""
    return turns.send_away(dispatched_case(**said))


def suspended_case(**said: Any) -> CaseRow:
    """It is on hold for a week."""
    return turns.approve_hold(turns.ask_hold(handling_case(**said)))


def force_closed_case(**said: Any) -> CaseRow:
    """It was closed specially."""
    return turns.force_close(turns.propose_closing(handling_case(**said)))


MAKERS: dict[CaseState, CaseMaker] = {
    CaseState.REPORTED: reported_case,
    CaseState.VERIFYING: verifying_case,
    CaseState.NOT_ACCEPTED: not_accepted_case,
    CaseState.MERGED: merged_case,
    CaseState.ACCEPTED: accepted_case,
    CaseState.FILED: filed_case,
    CaseState.DISPATCHED: dispatched_case,
    CaseState.RETURNED: returned_case,
    CaseState.HANDLING: handling_case,
    CaseState.SUSPENDED: suspended_case,
    CaseState.HANDLED: handled_case,
    CaseState.CHECKING: checking_case,
    CaseState.REWORK: rework_case,
    CaseState.CHECK_PASSED: checked_case,
    CaseState.CLOSED: closed_case,
    CaseState.FORCE_CLOSED: force_closed_case,
    CaseState.VOID: voided_case,
}
"""How a case comes into each state."""
