"""What the operations of this room share: a locked and checked paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.papers.lifecycle import PAPER, make_act
from gongzhi.papers.models import Paper
from gongzhi.papers.queries import matter_of, paper_row, writers_of
from gongzhi.people import queries as people


def locked(paper_id: UUID) -> Paper:
    """Return a paper, locked. Raises: NotFound."""
    row = Paper.locked(uid=paper_id)
    if row is None:
        raise NotFound(thing="paper", code=str(paper_id))
    return row


def checked(
    paper_id: UUID, act: str, *, seen: int, by: Actor, at: datetime, power: str | None = None
) -> tuple[Paper, Step]:
    """Return a locked paper in the state to which an act leads, and the step.

    `power` names what the policy is asked for where that depends on the kind of paper.

    Raises: NotFound, NotAppointed, NotPermitted, SamePerson, ChangedMeanwhile, MoveNotAllowed.
    """
    row = locked(paper_id)
    told = paper_row(row)
    hands = {make_act(told.kind): writers_of(told)}
    people.require(by, power or f"paper.{act}", replace(matter_of(told), hands=hands), at=at)
    audit.require_version(row, seen)
    step = PAPER.check(row.state, act)
    row.state = step.to.value
    return row, step
