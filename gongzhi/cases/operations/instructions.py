"""What stands above a case: supervision with a due of its own, and a leader's instructions that want a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import rules
from gongzhi.cases.models import CaseInstruction
from gongzhi.cases.operations.change import facts_of, keep, locked, step
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound


@one_change
def supervise(case_id: UUID, *, due_at: datetime, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Put a case under supervision until it is closed; whether that happens by `due_at` is scored apart.

    Raises: SupervisedAlready, GroundsMissing, EndNotAhead.
    """
    row = locked(case_id)
    known = replace(facts_of(row, at=at), grounds=grounds, asked_until_at=due_at)
    made = step(row, "supervise", seen=seen, by=by, at=at, known=known)
    row.supervised_at, row.supervision_due_at = at, due_at
    return keep(row, made, by=by, at=at, grounds=grounds, told={"due_at": utc_text(due_at)})


@one_change
def instruct(case_id: UUID, *, words: str, report_due_at: datetime, seen: int, by: Actor, at: datetime) -> CaseRow:
    """A leader says what is to be done, and by when somebody reports back. A case may have several instructions.

    Raises: WordsMissing, EndNotAhead.
    """
    row = locked(case_id)
    known = replace(facts_of(row, at=at), words=words, asked_until_at=report_due_at)
    made = step(row, "instruct", seen=seen, by=by, at=at, known=known)
    given = CaseInstruction(case_id=row.uid, given_by=by.id, given_at=at, report_due_at=report_due_at)
    told = {"instruction": str(given.uid), "report_due_at": utc_text(report_due_at)}
    return keep(row, made, by=by, at=at, words=words, told=told, also=[given])


@one_change
def report_back(case_id: UUID, *, instruction: UUID, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Tell the leader what came of an instruction, also after the case was closed.

    Raises: NotFound, InstructionReported, WordsMissing.
    """
    row = locked(case_id)
    made = step(row, "report_back", seen=seen, by=by, at=at, known=replace(facts_of(row, at=at), words=words))
    given = CaseInstruction.locked(uid=instruction, case_id=row.uid)
    if given is None:
        raise NotFound(thing="instruction", code=str(instruction))
    if given.reported_at is not None:
        raise rules.InstructionReported(case=row.number)
    given.reported_at = at
    told = {"instruction": str(given.uid)}
    return keep(row, made, by=by, at=at, words=words, told=told, also=[given])
