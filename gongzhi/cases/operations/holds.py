"""Holding a case on account: the disposal clock stands still until a day that was granted, then runs on by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.calendars.rules import Pause
from gongzhi.cases import stages
from gongzhi.cases.models import Case
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, step
from gongzhi.cases.queries import CaseRow, pauses_of
from gongzhi.cases.rules import CaseFacts
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.parameters.queries import parameter


@one_change
def request_hold(case_id: UUID, *, until_at: datetime, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The unit asks to hold a problem that cannot be solved now, says why, and until when.

    Raises: WordsMissing, HoldUsedUp, HoldOfOverdueCase, EndNotAhead, HoldTooLong.
    """
    row = locked(case_id)
    known = replace(_known(row, until_at=until_at, at=at), words=words)
    made = step(row, "request_hold", seen=seen, by=by, at=at, known=known)
    row.hold_asked_until_at = until_at
    return keep(row, made, by=by, at=at, words=words, told={"until_at": utc_text(until_at)})


@one_change
def approve_hold(case_id: UUID, *, seen: int, by: Actor, at: datetime, words: str = "") -> CaseRow:
    """The shift leader grants the hold. The clock stands still from now on until the end that was asked for.

    Raises: HoldNotAsked, HoldUsedUp, HoldOfOverdueCase, EndNotAhead, HoldTooLong, SamePerson.
    """
    row = locked(case_id)
    until_at = row.hold_asked_until_at
    made = step(row, "approve_hold", seen=seen, by=by, at=at, known=_known(row, until_at=until_at, at=at))
    if until_at is None:
        raise AssertionError(f"{row} was put on hold without an end")
    row.hold_until_at = until_at
    row.hold_count += 1
    earlier = pauses_of(row.uid, since=stages.counts_from(row))
    stages.set_due(row, pauses=[*earlier, Pause(at, until_at)])
    return keep(row, made, by=by, at=at, words=words, told={"until_at": utc_text(until_at)})


@one_change
def refuse_hold(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader does not grant it; the clock never stood still, and the unit may ask again.

    Raises: HoldNotAsked, GroundsMissing.
    """
    row, made = checked(case_id, "refuse_hold", seen=seen, by=by, at=at, grounds=grounds)
    row.hold_asked_until_at = None
    return keep(row, made, by=by, at=at, grounds=grounds)


@one_change
def resume_case(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The hold ends: the unit has the case again with what was left of its limit.

    Whoever resumes earlier gives the rest of the hold away; a timer that comes later adds nothing to it.
    """
    row, made = checked(case_id, "resume", seen=seen, by=by, at=at)
    stages.come_back(row, at=at)
    return keep(row, made, by=by, at=at)


def _known(row: Case, *, until_at: datetime | None, at: datetime) -> CaseFacts:
    most = parameter("hold_at_most_days", at=at)
    return replace(facts_of(row, at=at), asked_until_at=until_at, hold_at_most_days=most)
