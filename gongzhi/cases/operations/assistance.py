"""A leading unit and those that help it: asked, answered, with files of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.cases import rules
from gongzhi.cases.models import CaseAssistance
from gongzhi.cases.operations.change import facts_of, keep, locked, step
from gongzhi.cases.queries import ANSWER_ASSISTANCE, CaseRow, case_row
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people


@one_change
def ask_assistance(case_id: UUID, *, unit_code: str, words: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Ask another unit to help; it may read the case from now on. The leading unit answers for the case as before.

    Raises: WordsMissing, AssistanceByItself, AssistanceOpen, UnitEnded; NotFound for an unknown unit.
    """
    row = locked(case_id)
    is_open = CaseAssistance.locked(case_id=row.uid, unit=unit_code, answered_at=None) is not None
    known = replace(facts_of(row, at=at), words=words, assisting_unit=unit_code, assistance_open=is_open)
    made = step(row, "ask_assistance", seen=seen, by=by, at=at, known=known)
    people.working_unit(unit_code, at=at)
    asked = CaseAssistance(case_id=row.uid, unit=unit_code, asked_at=at)
    told = {"assistance": str(asked.uid), "unit": unit_code}
    return keep(row, made, by=by, at=at, words=words, told=told, also=[asked])


@one_change
def answer_assistance(
    case_id: UUID,
    *,
    assistance: UUID,
    words: str,
    seen: int,
    by: Actor,
    at: datetime,
    photos: Sequence[UUID] = (),
) -> CaseRow:
    """The unit that was asked tells what it did, and shows it. Whoever helped does not check the result.

    Raises: NotFound, AssistanceAnswered, WordsMissing, SamePerson, and what claiming a file refuses.
    """
    row = locked(case_id)
    asked = CaseAssistance.locked(uid=assistance, case_id=row.uid)
    known = replace(facts_of(row, at=at), words=words)
    matter = case_row(row).matter if asked is None else replace(case_row(row).matter, unit=asked.unit)
    made = step(row, ANSWER_ASSISTANCE, seen=seen, by=by, at=at, known=known, matter=matter)
    if asked is None:
        raise NotFound(thing="assistance", code=str(assistance))
    if asked.answered_at is not None:
        raise rules.AssistanceAnswered(case=row.number, unit=asked.unit)
    evidence.claim_files(list(photos), for_stream=row.stream, role=FileRole.AFTER, by=by, at=at)
    asked.answered_at, asked.answered_by = at, by.id
    told = {"assistance": str(asked.uid), "unit": asked.unit}
    return keep(row, made, by=by, at=at, words=words, told=told, also=[asked])
