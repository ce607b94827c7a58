"""Issuing place codes and ending them. A code is never given out again: its plate may still hang somewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import shapely

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Point
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import facts
from gongzhi.places.lifecycle import CODE
from gongzhi.places.models import PlaceCode
from gongzhi.places.queries.codes import PlateRow, plate_row, plates_of
from gongzhi.places.queries.ground import locate
from gongzhi.places.queries.layers import FeatureRow, NoSuchFeature, NoSuchLayer, feature
from gongzhi.places.rules.codes import (
    ALPHABET,
    ISSUE,
    LETTERS,
    NoSuchCode,
    PlateDraft,
    PlateNowhere,
    PlateOtherwise,
    PlatePartUnknown,
    refuse_twice,
    require_sound,
)
from gongzhi.places.states import BuildingPart, KnownLayer, PlateEnding, PlateState

_AT_ONCE = 100
"""So many entries are written in one change: others shall not wait for a long list."""


@dataclass(frozen=True, slots=True)
class _Plate:
    """A plate with its place found."""

    draft: PlateDraft
    point: Point
    area: str


def issue_codes(drafts: Iterable[PlateDraft], *, on: date, by: Actor, at: datetime) -> list[PlateRow]:
    """Issue place codes for a list of plates, in its order; one that is issued already just as it stands stays so.

    The whole list is judged before the first code is issued. It is then written part by part: broken off, it is taken
    again from its beginning.

    Args:
        drafts: the plates.
        on: the day whose ground says in which division they hang.
        by: who issues them.
        at: when.

    Raises: NotPermitted, CodeUnusable, PlateWordsFaulty, PlateNowhere, PlatePartUnknown, PlateTwice, PlateOtherwise.
    """
    wanted = list(drafts)
    refuse_twice(wanted)
    found = [_placed(one, on=on) for one in wanted]
    for area in {one.area for one in found}:
        people.require(by, ISSUE, Matter(area=area), at=at)
    known = _known(found)
    issued: list[PlateRow] = []
    for first in range(0, len(found), _AT_ONCE):
        issued += _issue(found[first : first + _AT_ONCE], known=known, by=by, at=at)
    return issued


@one_change
def end_code(code: str, *, reason: PlateEnding, seen: int, by: Actor, at: datetime) -> PlateRow:
    """End a place code: whoever scans it from now on is told so, and reports without it.

    Raises: NoSuchCode, NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    row = PlaceCode.locked(code=code)
    if row is None:
        raise NoSuchCode(found=code[:40])
    people.require(by, "code.end", Matter(area=row.area), at=at)
    audit.require_version(row, seen)
    step = CODE.check(row.state, "end", facts=None)
    row.state, row.ended_at, row.ended_for = step.to.value, at, reason.value
    audit.record(row, step, by=by, at=at)
    return plate_row(row)


@one_change
def _issue(found: Sequence[_Plate], *, known: dict[str, PlateRow], by: Actor, at: datetime) -> list[PlateRow]:
    return [known.get(one.draft.code) or _issued(one, by=by, at=at) for one in found]


def _issued(one: _Plate, *, by: Actor, at: datetime) -> PlateRow:
    row = PlaceCode(
        code=one.draft.code or _free_code(),
        state=CODE.initial.value,
        kind=one.draft.kind.value,
        words=one.draft.words,
        words_en=one.draft.words_en,
        lon_e7=one.point.lon_e7,
        lat_e7=one.point.lat_e7,
        feature=one.draft.feature,
        area=one.area,
        issued_at=at,
    )
    audit.record(row, facts.CODE_ISSUED, by=by, at=at)
    return plate_row(row)


def _free_code() -> str:
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
        if not PlaceCode.objects.filter(code=made).exists():
            return made


def _known(found: Sequence[_Plate]) -> dict[str, PlateRow]:
    """Return the codes that are issued already. Raises: PlateOtherwise for one that stands for something else."""
    by_code = {one.draft.code: one for one in found if one.draft.code}
    known = {row.code: row for row in plates_of(by_code)}
    for code, row in known.items():
        draft = by_code[code].draft
        same = replace(draft, point=by_code[code].point)
        there = PlateDraft(
            row=draft.row,
            kind=row.kind,
            words=row.words,
            words_en=row.words_en,
            code=row.code,
            point=row.point,
            feature=row.feature,
        )
        if row.state is not PlateState.IN_USE or same != there:
            raise PlateOtherwise(row=draft.row, found=code, words=row.words)
    return known


def _placed(draft: PlateDraft, *, on: date) -> _Plate:
    if draft.feature and not draft.words:
        draft = replace(draft, words=_called(draft, on=on))
    require_sound(draft)
    point = draft.point or _point_of(draft, on=on)
    if draft.feature:
        _part(draft, draft.feature, on=on)
    return _Plate(draft, point, locate(point, on=on).path or "")


def _called(draft: PlateDraft, *, on: date) -> str:
    """Return what a part of a building is called, the building first."""
    return "".join(one.name_zh or one.code for one in reversed(_upward(draft, on=on)))


def _point_of(draft: PlateDraft, *, on: date) -> Point:
    """Return a point of the part of a building, or of what it lies in. Raises: PlateNowhere, PlatePartUnknown."""
    drawn = next((one.outline for one in _upward(draft, on=on) if one.outline is not None), None)
    if drawn is None:
        raise PlateNowhere(row=draft.row)
    inside = shapely.point_on_surface(drawn)
    return Point.from_degrees(shapely.get_x(inside), shapely.get_y(inside))


def _upward(draft: PlateDraft, *, on: date) -> list[FeatureRow]:
    """Return the part of a building and what it lies in: room, floor, building."""
    found: list[FeatureRow] = []
    code = draft.feature
    while code and len(found) < len(BuildingPart):
        found.append(_part(draft, code, on=on))
        code = "" if found[-1].kind == BuildingPart.BUILDING else found[-1].parent
    return found


def _part(draft: PlateDraft, code: str, *, on: date) -> FeatureRow:
    try:
        return feature(KnownLayer.BUILDINGS, code, on=on)
    except (NoSuchLayer, NoSuchFeature) as fault:
        raise PlatePartUnknown(row=draft.row, found=code) from fault
