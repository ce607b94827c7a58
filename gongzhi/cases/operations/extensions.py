"""More time for a disposal: the unit asks before the deadline, the dispatcher decides, twice at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import stages
from gongzhi.cases.operations.change import checked, facts_of, keep, locked, step
from gongzhi.cases.queries import CaseRow, pauses_of
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter


@one_change
def request_extension(case_id: UUID, *, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The unit asks for its limit once more, before the deadline, and says why.

    A request that is still open when the limit runs out can be granted afterwards; the disposal is judged with it.

    Raises: WordsMissing, ExtensionTooLate, ExtensionAsked, ExtensionsUsedUp.
    """
    row = locked(case_id)
    known = replace(facts_of(row, at=at), words=words, extensions_at_most=parameter("extensions_at_most", at=at))
    made = step(row, "request_extension", seen=seen, by=by, at=at, known=known)
    row.extension_asked_at = at
    return keep(row, made, by=by, at=at, words=words)


@one_change
def grant_extension(case_id: UUID, *, seen: int, by: Actor, at: datetime, words: str = "") -> CaseRow:
    """The dispatcher grants it: one more limit is added to the end of the one before.

    Raises: ExtensionNotAsked, SamePerson.
    """
    row, made = checked(case_id, "grant_extension", seen=seen, by=by, at=at, words=words)
    row.extension_asked_at = None
    row.extensions_granted += 1
    stages.set_due(row, pauses=pauses_of(row.uid, since=stages.counts_from(row)))
    held = stages.extended(row, at=at)
    return keep(row, made, by=by, at=at, words=words, also=[held])


@one_change
def refuse_extension(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher does not grant it. A refusal uses nothing up: the unit may ask again.

    Raises: ExtensionNotAsked, GroundsMissing.
    """
    row, made = checked(case_id, "refuse_extension", seen=seen, by=by, at=at, grounds=grounds)
    row.extension_asked_at = None
    return keep(row, made, by=by, at=at, grounds=grounds)
