"""Erasing where a case lay, once nobody needs to go there any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.base.operations import one_change
from gongzhi.cases.models import Case
from gongzhi.cases.states import ENDS
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.places.states import PlaceState


class CaseNotEnded(Refusal):
    """Somebody still has to find the place: it is erased when the case has ended."""

    code = "case-not-ended"


@one_change
def erase_place(case_id: UUID, *, rule: str, by: Actor, at: datetime) -> bool:
    """Erase a case's coordinates, earlier ones included, and the cell; return whether there were any.

    Division and area stay: the city counts by them. Only `intake` calls this, which asks for the power to erase.

    Raises: NotFound, CaseNotEnded.
    """
    row = Case.locked(uid=case_id)
    if row is None:
        raise NotFound(thing="case", code=str(case_id))
    if row.state not in ENDS:
        raise CaseNotEnded(case=row.number, state=row.state)
    names = [f"{row.record_label()}/{row.record_key}/{column}" for column in sorted(row.committed)]
    targets = audit_queries.erasable(row.stream, names=names)
    if not targets:
        return False
    row.cell, row.place_state = None, PlaceState.ERASED.value
    audit.erase(row, targets, rule=rule, by=by, at=at)
    return True
