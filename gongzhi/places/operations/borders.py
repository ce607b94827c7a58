"""Near a border: both sides see a matter, the first receiver acts (首接负责), a ruling settles the credit."""

from __future__ import annotations

import math
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import facts
from gongzhi.places.lifecycle import BORDER
from gongzhi.places.models import Border, BorderArea
from gongzhi.places.queries.borders import BorderRow, border_row
from gongzhi.places.rules.borders import AlreadyReceived, AreaNotConcerned, BorderFacts
from gongzhi.places.rules.ground import Located
from gongzhi.places.states import BorderState


@one_change
def share(subject: str, located: Located, *, error_m: float, by: Actor, at: datetime) -> BorderRow | None:
    """Let every division that a matter's position reaches see it. Part of taking a matter in, so it asks for no power.

    Args:
        subject: the stream of the matter, such as `report:<id>`.
        located: where its position lies, looked up with that error.
        error_m: how far the position may be wrong.
        by: who takes it in.
        at: when.

    Returns: the matter near a border, as it was made the first time; None where its place is exact enough.
    """
    known = Border.objects.filter(subject=subject).first()
    if known is not None:
        return border_row(known)
    if len(located.seen_by) + (located.path is None) < 2:
        return None
    row = Border(subject=subject, state=BORDER.initial.value, error_m=math.ceil(error_m), home=located.path or "")
    distances = {one.path: one.distance_m for one in located.others_within}
    areas = [BorderArea(border_id=row.uid, area=path, distance_m=distances.get(path, 0)) for path in located.seen_by]
    told = {"subject": subject, "areas": [one.area for one in areas]}
    audit.record(row, facts.BORDER_SHARED, by=by, at=at, facts=told, also=areas)
    return border_row(row)


@one_change
def receive(border: UUID, *, area: str, seen: int, by: Actor, at: datetime) -> BorderRow:
    """Take a matter near a border: the area that does so first acts, whatever the map says later.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, AreaNotConcerned, AlreadyReceived, MoveNotAllowed.
    """
    row = _locked(border, "receive", area=area, seen=seen, by=by, at=at)
    areas = {one.area: one for one in row.areas.all()}
    if area not in areas:
        raise AreaNotConcerned(area=area, areas=", ".join(sorted(areas)))
    if row.state == BorderState.TAKEN:
        raise AlreadyReceived(area=row.taken_by)
    step = BORDER.check(row.state, "receive")
    row.state, row.taken_by = step.to.value, area
    areas[area].received_at = at
    audit.record(row, step, by=by, at=at, facts={"area": area}, also=[areas[area]])
    return border_row(row)


@one_change
def settle(border: UUID, *, area: str, grounds: str, seen: int, by: Actor, at: datetime) -> BorderRow:
    """Rule to which area a matter near a border counts. Who acts does not change with it.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, BorderGroundsMissing, AreaNotConcerned, MoveNotAllowed.
    """
    row = _locked(border, "settle", area=area, seen=seen, by=by, at=at)
    named = BorderFacts(tuple(row.areas.order_by("area").values_list("area", flat=True)), area, grounds)
    step = BORDER.check(row.state, "settle", facts=named)
    row.state, row.counts_to = step.to.value, area
    audit.record(row, step, by=by, at=at, facts={"area": area}, held={"grounds": grounds})
    return border_row(row)


def _locked(border: UUID, act: str, *, area: str, seen: int, by: Actor, at: datetime) -> Border:
    """Return a matter, locked, for one who may do the act; nobody else learns of it, of its version or its areas.

    Raises: NotPermitted, NotFound, ChangedMeanwhile.
    """
    people.require(by, f"border.{act}", Matter(area=area), at=at)
    row = Border.objects.select_for_update().filter(uid=border).first()
    if row is None:
        raise NotFound(thing="border", code=str(border))
    audit.require_version(row, seen)
    return row
