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
    """The acceptor decides. An upheld appeal exempts the timeout from the figures; that it happened stays visible.

    Raises: AppealNotReviewed, GroundsMissing, SamePerson.
    """
    row, made = checked(case_id, "decide_appeal", seen=seen, by=by, at=at, grounds=grounds)
    row.appeal = (AppealState.UPHELD if upheld else AppealState.REFUSED).value
    row.late_exempted = upheld
    return keep(row, made, by=by, at=at, grounds=grounds, told={"upheld": upheld})
