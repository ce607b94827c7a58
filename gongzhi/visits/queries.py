"""Reading visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongzhi.cases import queries as cases
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.rules import Matter, Sight
from gongzhi.places import queries as places
from gongzhi.visits.models import Visit
from gongzhi.visits.states import VisitKind, VisitState


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as readers get it."""

    uid: UUID
    version: int
    kind: VisitKind
    case: UUID
    state: VisitState
    ordered_at: datetime
    not_before: datetime
    done_at: datetime | None
    result: str
    photos: int


def visit(uid: UUID | str) -> VisitRow:
    """Return a visit.

    Raises: NotFound.
    """
    found = Visit.objects.filter(uid=uid).first() if isinstance(uid, UUID) or is_id(uid) else None
    if found is None:
        raise NotFound(thing="visit", code=str(uid))
    return visit_row(found)


def page(
    *,
    after: UUID | None = None,
    limit: int = 50,
    state: VisitState | None = None,
    case: UUID | None = None,
    sight: Sight | None = None,
) -> list[VisitRow]:
    """Return up to `limit` visits, of one case or of all, in the order in which they were made, after a given one.

    A list shows the visits of the cases that sight reaches.
    """
    found = Visit.objects.order_by("uid")
    if sight is not None and not sight.everywhere:
        found = found.filter(_in_sight(sight))
    if after is not None:
        found = found.filter(uid__gt=after)
    if state is not None:
        found = found.filter(state=state.value)
    if case is not None:
        found = found.filter(case__uid=case)
    return [visit_row(one) for one in found[:limit]]


def matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return who sees the cases of several visits, by the visit's id."""
    found = dict(Visit.objects.filter(uid__in=list(uids)).values_list("uid", "case__uid"))
    matters = cases.matters_of(found.values())
    return {uid: matters[case] for uid, case in found.items()}


def _in_sight(sight: Sight) -> Q:
    seen = Q(case__unit_code__in=sorted(sight.units - {""}))
    for area in sight.areas:
        seen |= Q(case__area=area) | Q(case__area__startswith=f"{area}/")
    if sight.areas:
        seen |= Q(case__uid__in=places.subjects_seen_from(sight.areas, kind="case"))
    return seen


def visit_row(one: Visit) -> VisitRow:
    """Return a visit's plain row."""
    return VisitRow(
        uid=one.uid,
        version=one.version,
        kind=VisitKind(one.kind),
        case=one.case_id,
        state=VisitState(one.state),
        ordered_at=one.ordered_at,
        not_before=one.not_before,
        done_at=one.done_at,
        result=one.result,
        photos=one.photos,
    )
