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
from gongzhi.places.queries.borders import BorderRow, border_row, matter_of
from gongzhi.places.rules.borders import AlreadyReceived, AreaNotConcerned, BorderFacts, coarse_m
from gongzhi.places.rules.ground import Located
from gongzhi.places.states import BorderState


@one_change
def share(subject: str, located: Located, *, error_m: float, by: Actor, at: datetime) -> BorderRow | None:
    """Let every division that a matter's position reaches see it. Part of taking a matter in, so it asks for no power.

    It has the public id of the matter. Where the matter is put elsewhere before anybody received it, the divisions
    there see it as well; those that saw it once go on seeing it.

    Args:
        subject: the stream of the matter, such as `report:<id>`.
        located: where its position lies, looked up with that error.
        error_m: how far the position may be wrong.
        by: who takes it in.
        at: when.

    Returns: the matter near a border; None where its place is exact enough.
    """
    row = Border.locked(subject=subject)
    if row is None:
        if len(located.seen_by) + (located.path is None) < 2:
            return None
        row = Border(uid=matter_of(subject), subject=subject, state=BORDER.initial.value)
    elif row.state != BorderState.SEEN:
        return border_row(row)
    known = set(row.areas.values_list("area", flat=True)) if row.version else set()
    distances = {one.path: coarse_m(one.distance_m) for one in located.others_within}
    fresh = [path for path in located.seen_by if path not in known]
    if row.version and not fresh and row.home == (located.path or ""):
        return border_row(row)
    row.error_m, row.home = math.ceil(error_m), located.path or ""
    areas = [BorderArea(border_id=row.uid, area=path, distance_m=distances.get(path, 0)) for path in fresh]
    told = {"subject": subject, "areas": fresh}
    audit.record(row, facts.BORDER_SHARED, by=by, at=at, facts=told, also=areas)
    return border_row(row)


@one_change
def receive_at_home(subject: str, *, by: Actor, at: datetime) -> BorderRow | None:
    """Whoever accepts a matter where it lies has received it for that division, unless another one was first.

    Part of accepting it, so it asks for no power. None where there is no border, or the matter lies in no division.
    """
    row = Border.locked(subject=subject)
    if row is None:
        return None
    home = row.areas.filter(area=row.home).first()
    if row.state == BorderState.SEEN and home is not None:
        _take(row, home, by=by, at=at)
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
    _take(row, areas[area], by=by, at=at)
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


def _take(row: Border, area: BorderArea, *, by: Actor, at: datetime) -> None:
    """Let a division act. Raises: MoveNotAllowed."""
    step = BORDER.check(row.state, "receive")
    row.state, row.taken_by = step.to.value, area.area
    area.received_at = at
    audit.record(row, step, by=by, at=at, facts={"area": area.area}, also=[area])


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
