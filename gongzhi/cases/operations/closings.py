"""Endings beside the main line: solved by the finder, cancelled by review, specially closed, closed in error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import rules, stages
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, step
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ClosingType, SpecialGround
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import Actor


@one_change
def close_self_handled(
    case_id: UUID,
    *,
    before_photos: Sequence[UUID],
    after_photos: Sequence[UUID],
    seen: int,
    by: Actor,
    at: datetime,
    words: str = "",
) -> CaseRow:
    """A collector solved a small problem on the spot and shows the place before and after. Counted apart.

    Raises: PlaceMissing, NotACollectorsFind, FoundByAnother, ClassMissing, BothPhotosMissing, and what claiming a file
        refuses.
    """
    row = locked(case_id)
    shown = replace(facts_of(row, at=at), before_photos=len(before_photos), after_photos=len(after_photos))
    made = step(row, "close_self_handled", seen=seen, by=by, at=at, known=shown)
    if row.found_by != by.id:
        raise rules.FoundByAnother
    evidence.claim_files(list(before_photos), for_stream=row.stream, role=FileRole.BEFORE, by=by, at=at)
    evidence.claim_files(list(after_photos), for_stream=row.stream, role=FileRole.AFTER, by=by, at=at)
    row.after_photos += len(after_photos)
    row.handler_id, row.ended_at = by.id, at
    row.closing_type = ClosingType.SELF_HANDLED.value
    return keep(row, made, by=by, at=at, words=words)


@one_change
def propose_void(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher proposes to cancel a case that a unit is handling already. It lapses when the case moves on.

    Raises: FiledAndReworked, GroundsMissing.
    """
    row, made = checked(case_id, "propose_void", seen=seen, by=by, at=at, grounds=grounds)
    row.void_proposed_at = at
    return keep(row, made, by=by, at=at, grounds=grounds)


@one_change
def void_by_review(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader cancels a case that a unit is handling, as somebody else proposed.

    Raises: FiledAndReworked, VoidNotProposed, GroundsMissing, SamePerson.
    """
    row, made = checked(case_id, "void_by_review", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = at
    return keep(row, made, by=by, at=at, grounds=grounds)


@one_change
def propose_special_closing(
    case_id: UUID, *, ground: SpecialGround, seen: int, by: Actor, at: datetime, words: str = ""
) -> CaseRow:
    """Propose to close a case that cannot be solved here, or was solved otherwise. It lapses when the case moves on.

    Raises: WordsMissing where the ground says nothing by itself.
    """
    row = locked(case_id)
    known = replace(facts_of(row, at=at), special_ground=ground, words=words)
    made = step(row, "propose_special_closing", seen=seen, by=by, at=at, known=known)
    row.closing_proposed_at, row.special_ground = at, ground.value
    return keep(row, made, by=by, at=at, words=words, told={"ground": ground.value})


@one_change
def force_close(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader closes a case specially, on the ground that somebody else proposed.

    Raises: NotFiledYet, ClosingNotProposed, GroundsMissing, SamePerson.
    """
    row = locked(case_id)
    proposed = row.special_ground
    stages.settle_unfinished(row, at=at)
    made = step(row, "force_close", seen=seen, by=by, at=at, known=replace(facts_of(row, at=at), grounds=grounds))
    stages.settle_refusals(row)
    row.special_ground = proposed
    row.ended_at, row.extension_asked_at = at, None
    return keep(row, made, by=by, at=at, grounds=grounds, told={"ground": proposed})


@one_change
def correct_closing(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader puts on record that a case was closed erroneously; it is opened again by a move of its own.

    Whether the disposal was late stays visible, and that it was closed in error stays counted.

    Raises: ClosingCorrected, SelfHandledEnds, GroundsMissing.
    """
    row, made = checked(case_id, "correct_closing", seen=seen, by=by, at=at, grounds=grounds)
    row.erroneous_count += 1
    row.closing_type = ClosingType.ERRONEOUS.value
    return keep(row, made, by=by, at=at, grounds=grounds)
