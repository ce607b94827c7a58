"""One matter, reported twice: the later case goes into the earlier one, and comes out again when that was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import facts
from gongzhi.cases.models import Case
from gongzhi.cases.operations.change import facts_of, keep, permitted, step
from gongzhi.cases.queries import CaseRow, case
from gongzhi.cases.rules import Target
from gongzhi.cases.states import CaseState
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound


@one_change
def merge_case(
    case_id: UUID,
    *,
    into: UUID,
    seen: int,
    seen_target: int,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Merge a case that is not filed yet into another open one; both tell it. Its reports are linked by `intake`.

    Args:
        case_id: the case that ends here.
        into: the case that goes on.
        seen: the version of the former on which this was decided.
        seen_target: the version of the latter.
        by: who decided it.
        at: when.
        told: further facts for the record.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MergeIntoItself, TargetMerged, TargetEnded.
    """
    row, target = _both_locked(case_id, into)
    permitted(row, "merge", seen=seen, by=by, at=at)
    permitted(target, "merge", seen=seen_target, by=by, at=at)
    place = Target(name=target.number or str(target.uid), state=CaseState(target.state), is_itself=row is target)
    made = step(row, "merge", seen=seen, by=by, at=at, known=replace(facts_of(row, at=at), target=place))
    row.merged_into_id = target.uid
    row.ended_at = at
    audit.record(target, facts.CASE_TOOK_IN, by=by, at=at, facts={"case": str(row.uid)})
    return keep(row, made, by=by, at=at, told={"into": str(target.uid), **(told or {})})


@one_change
def split_off_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Take a case out again of the one into which it was merged: it is another matter. `intake` takes its reports back.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, GroundsMissing.
    """
    into = case(case_id).merged_into
    row, target = _both_locked(case_id, into or case_id)
    made = step(row, "split_off", seen=seen, by=by, at=at, known=replace(facts_of(row, at=at), grounds=grounds))
    row.merged_into_id = None
    row.ended_at = None
    audit.record(target, facts.CASE_GAVE_BACK, by=by, at=at, facts={"case": str(row.uid)})
    return keep(row, made, by=by, at=at, grounds=grounds, told={"out_of": str(target.uid)})


def _both_locked(case_id: UUID, other: UUID) -> tuple[Case, Case]:
    """Return two cases, locked in one order whoever asks, so that nobody waits for each other."""
    rows = {uid: Case.locked(uid=uid) for uid in sorted({case_id, other})}
    row, target = rows[case_id], rows[other]
    if row is None or target is None:
        raise NotFound(thing="case", code=str(case_id if row is None else other))
    return row, target
