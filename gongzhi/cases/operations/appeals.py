"""The appeal of a unit against the record of a timeout: once per case, looked at by two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases.operations.change import checked, keep
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import AppealState
from gongzhi.kernel.actor import Actor


@one_change
def appeal_timeout(case_id: UUID, *, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The unit appeals against a timeout of a closed case and says why it was none of its doing.

    Raises: AppealUsedUp, NotLate, WordsMissing.
    """
    row, made = checked(case_id, "appeal_timeout", seen=seen, by=by, at=at, words=words)
    row.appeal = AppealState.ASKED.value
    return keep(row, made, by=by, at=at, words=words)


@one_change
def review_appeal(case_id: UUID, *, supported: bool, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher gives the first opinion on an appeal: supported or not, and why.

    Raises: AppealNotAsked, WordsMissing, SamePerson.
    """
    row, made = checked(case_id, "review_appeal", seen=seen, by=by, at=at, words=words)
    row.appeal = AppealState.REVIEWED.value
    return keep(row, made, by=by, at=at, words=words, told={"supported": supported})


@one_change
def decide_appeal(case_id: UUID, *, upheld: bool, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The acceptor decides. Upheld, it exempts the case from the figures of timeouts; that it was late stays visible.

    The one appeal of a case speaks of all its disposals so far.

    Raises: AppealNotReviewed, GroundsMissing, SamePerson.
    """
    row, made = checked(case_id, "decide_appeal", seen=seen, by=by, at=at, grounds=grounds)
    row.appeal = (AppealState.UPHELD if upheld else AppealState.REFUSED).value
    if upheld:
        row.late_exempted, row.earlier_exempted_count = row.is_late, row.earlier_late_count
    return keep(row, made, by=by, at=at, grounds=grounds, told={"upheld": upheld})
