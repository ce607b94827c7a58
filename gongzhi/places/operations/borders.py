"""Near a border: both sides see a matter, the first receiver acts (首接负责), a ruling settles the credit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
    there see it, and those that its position does not reach any more do not. Once it was received the same ones go on,
    on whichever of their sides it lies; put where its position reaches none of them, it waits anew to be received.

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
    known = {one.area: one for one in row.areas.all()} if row.version else {}
    seeing = {path for path, one in known.items() if one.left_at is None}
    if row.state != BorderState.SEEN:
        if not located.seen_by or seeing.intersection(located.seen_by):
            return border_row(row)
        _leave(row, known.values(), by=by, at=at)
    elif row.version and (not located.seen_by or (seeing == {*located.seen_by} and row.home == (located.path or ""))):
        return border_row(row)
    areas = _reached(row, known, located, at=at)
    row.error_m, row.home = math.ceil(error_m), located.path or ""
    told = {
        "subject": subject,
        "areas": [path for path in located.seen_by if path not in seeing],
        "left": sorted(seeing.difference(located.seen_by)),
    }
    audit.record(row, facts.BORDER_SHARED, by=by, at=at, facts=told, also=areas)
    return border_row(row)


def hold(subject: str) -> None:
    """Let nobody receive a matter near a border until the caller's change is done, so that who acts stays as it is."""
    Border.locked(subject=subject)


@one_change
def receive_at_home(subject: str, *, by: Actor, at: datetime) -> BorderRow | None:
    """Whoever accepts a matter where it lies has received it for that division, unless another one was first.

    Part of accepting it, so it asks for no power. None where there is no border, or the matter lies in no division.
    """
    row = Border.locked(subject=subject)
    if row is None:
        return None
    home = row.areas.filter(area=row.home, left_at=None).first()
    if row.state == BorderState.SEEN and home is not None:
        _take(row, home, by=by, at=at)
    return border_row(row)


@one_change
def receive(border: UUID, *, area: str, seen: int, by: Actor, at: datetime) -> BorderRow:
    """Take a matter near a border: the area that does so first acts, whatever the map says later.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, AreaNotConcerned, AlreadyReceived, MoveNotAllowed.
    """
    row = _locked(border, "receive", area=area, seen=seen, by=by, at=at)
    areas = {one.area: one for one in row.areas.filter(left_at=None)}
    if area not in areas:
        raise AreaNotConcerned(area=area, areas=", ".join(sorted(areas)))
    if row.state == BorderState.TAKEN:
        raise AlreadyReceived(area=row.taken_by)
    _take(row, areas[area], by=by, at=at)
    return border_row(row)


@one_change
def settle(border: UUID, *, area: str, grounds: str, seen: int, by: Actor, at: datetime) -> BorderRow:
    """Rule to which area a matter near a border counts, once one has received it. Who acts does not change with it.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, BorderGroundsMissing, AreaNotConcerned, MoveNotAllowed.
    """
    row = _locked(border, "settle", area=area, seen=seen, by=by, at=at)
    seeing = row.areas.filter(left_at=None).order_by("area").values_list("area", flat=True)
    named = BorderFacts(tuple(seeing), area, grounds)
    step = BORDER.check(row.state, "settle", facts=named)
    row.state, row.counts_to = step.to.value, area
    audit.record(row, step, by=by, at=at, facts={"area": area}, held={"grounds": grounds})
    return border_row(row)


def _reached(row: Border, known: Mapping[str, BorderArea], located: Located, *, at: datetime) -> list[BorderArea]:
    """Return the divisions that begin or cease to see a matter, or are at another distance from it now."""
    distances = {one.path: coarse_m(one.distance_m) for one in located.others_within}
    changed = []
    for path in located.seen_by:
        one = known.get(path) or BorderArea(border_id=row.uid, area=path)
        one.left_at, one.distance_m = None, distances.get(path, 0)
        changed.append(one)
    for path, one in known.items():
        if one.left_at is None and path not in located.seen_by:
            one.left_at = at
            changed.append(one)
    return changed


def _leave(row: Border, areas: Iterable[BorderArea], *, by: Actor, at: datetime) -> None:
    """Let nobody have received a matter any more: it lies where none of those that had it can act."""
    step = BORDER.check(row.state, "leave")
    row.state, row.taken_by, row.counts_to = step.to.value, "", ""
    received = [one for one in areas if one.received_at is not None]
    for one in received:
        one.received_at = None
    audit.record(row, step, by=by, at=at, also=received)


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
