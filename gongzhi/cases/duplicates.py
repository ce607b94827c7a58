"""Likely duplicates: cases of one class that were reported near a place, not long before or after an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection

from gongzhi.base.queries import as_stored, instant_of
from gongzhi.cases.states import CaseState
from gongzhi.kernel.geo import Point, cells_within, distance_m, distances_m
from gongzhi.parameters.queries import parameter, parameters
from gongzhi.people.rules import Matter, Sight
from gongzhi.places import queries as places

MOST_CANDIDATES = 20
"""More than these nobody compares by eye."""

_NEWEST_OF_A_CELL = 50
_A_PILE = 10
"""So many of the newest of a cell at one spot hide what else lies in the cell."""
_NEWEST_BEHIND_A_PILE = 1_000
_CELLS_AT_ONCE = 100
_FETCHED_AT_ONCE = MOST_CANDIDATES + 5
_CHART_ERROR_M = 0.01
_NEWEST = """
SELECT id, lon_e7, lat_e7, cell, {reported_at} FROM (
    SELECT id, lon_e7, lat_e7, cell, reported_at FROM cases_case
    WHERE cell = %s AND class_key = %s AND reported_at BETWEEN %s AND %s
    ORDER BY reported_at DESC LIMIT %s
) AS newest
"""
_TOLD = """
SELECT id, uid, number, state, area, unit_code, reported_at, lon_e7, lat_e7 FROM cases_case
WHERE id IN ({rows}) AND state <> %s
"""
_BEHIND_A_PILE = "{newest} WHERE NOT (lon_e7 = %s AND lat_e7 = %s) LIMIT %s"


class _Found(NamedTuple):
    """A row of the table, where it lies in 1e-7 degrees and in which cell, and when as the database spells it."""

    row: int
    lon_e7: int
    lat_e7: int
    cell: int
    reported_at: Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be about the same thing."""

    uid: UUID
    number: str | None
    state: CaseState
    area: str
    unit_code: str
    reported_at: datetime
    distance_m: float
    point: Point | None


def candidates(
    point: Point,
    *,
    class_key: str,
    at: datetime,
    besides: UUID | None = None,
    sight: Sight | None = None,
    most: int = MOST_CANDIDATES,
) -> list[Candidate]:
    """Return the cases that may be about the same thing, the nearest first and of equally near ones the latest.

    How near and how long before or after, the city says (`duplicate_radius_m`, `duplicate_window_h`). What was merged
    is left out: the case it was merged into answers for it. Where very many stand at one spot, as at an address
    that an office enters for want of a better one, the latest of them stand for all, and the answer takes no longer.

    Args:
        point: where the matter lies.
        class_key: its class.
        at: when it was reported.
        besides: a case that is not its own duplicate.
        sight: what the reader may read; None for everything.
        most: how many at most.
    """
    asked = parameters("duplicate_radius_m", "duplicate_window_h", at=at)
    radius_m, window = asked["duplicate_radius_m"], timedelta(hours=asked["duplicate_window_h"])
    found = _found(cells_within(point, radius_m), class_key, at - window, at + window)
    told: list[Candidate] = []
    near = _by_distance(point, found, within_m=radius_m)
    for first in range(0, len(near), _FETCHED_AT_ONCE):
        far = {
            one.row: distance_m(point, Point(one.lon_e7, one.lat_e7)) for one in near[first : first + _FETCHED_AT_ONCE]
        }
        found_here = _candidates([row for row, apart_m in far.items() if apart_m <= radius_m], far)
        told += [one for one in _seen(found_here, sight=sight) if one.uid != besides]
        if len(told) >= most:
            break
    return sorted(told, key=lambda one: one.distance_m)[:most]


def _by_distance(point: Point, found: Sequence[_Found], *, within_m: float) -> list[_Found]:
    """Return what lies within a distance, the nearest first and of equally near ones the latest.

    As far as the flat chart can tell, which is fast where hundreds stand together: the distance that is told, and the
    last word on what is within it, are the ellipsoid's.
    """
    if not found:
        return []
    latest_first = sorted(found, key=lambda one: one.reported_at, reverse=True)
    apart_m = distances_m(point, [one.lon_e7 for one in latest_first], [one.lat_e7 for one in latest_first])
    order = np.argsort(apart_m, kind="stable")
    return [latest_first[number] for number in order[apart_m[order] <= within_m + _CHART_ERROR_M].tolist()]


def lying_between(
    south_west: Point, north_east: Point, *, class_key: str, at: datetime, most: int = MOST_CANDIDATES
) -> list[Candidate]:
    """Return the cases of a class in a block that were reported lately, the latest first.

    The answer tells of the block and of nothing finer: it is the same for whoever asks from anywhere in it, and a case
    lies in one block alone. The northern and the eastern side belong to the next ones.

    Args:
        south_west: the corner that belongs to the block.
        north_east: the corner opposite.
        class_key: the class.
        at: when it is asked; how long before, the city says (`duplicate_window_h`).
        most: how many at most.
    """
    window = timedelta(hours=parameter("duplicate_window_h", at=at))
    middle = Point((south_west.lon_e7 + north_east.lon_e7) // 2, (south_west.lat_e7 + north_east.lat_e7) // 2)
    cells = cells_within(middle, distance_m(south_west, north_east) / 2)
    inside = [
        one
        for one in _found(cells, class_key, at - window, at + window)
        if south_west.lon_e7 <= one.lon_e7 < north_east.lon_e7 and south_west.lat_e7 <= one.lat_e7 < north_east.lat_e7
    ]
    far = {one.row: distance_m(middle, Point(one.lon_e7, one.lat_e7)) for one in inside}
    found = _candidates([one.row for one in inside], far)
    return sorted(found, key=lambda one: (one.reported_at, one.uid), reverse=True)[:most]


def _seen(found: list[Candidate], *, sight: Sight | None) -> list[Candidate]:
    """Return those that the reader may read, near a border also from its other side."""
    if sight is None or sight.everywhere:
        return found
    beyond = places.areas_that_see(one.uid for one in found)
    return [
        one
        for one in found
        if sight.reaches(Matter(area=one.area, unit=one.unit_code or None, beyond=beyond.get(one.uid, ())))
    ]


def _candidates(rows: Sequence[int], far: Mapping[int, float]) -> list[Candidate]:
    if not rows:
        return []
    with connection.cursor() as cursor:  # by hand: putting a query together would take longer than all the rest
        cursor.execute(_TOLD.format(rows=", ".join(["%s"] * len(rows))), [*rows, CaseState.MERGED.value])
        told = cursor.fetchall()
    found = {
        row: Candidate(
            uid=uid if isinstance(uid, UUID) else UUID(uid),
            number=number,
            state=CaseState(state),
            area=area,
            unit_code=unit_code,
            reported_at=instant_of(reported_at),
            distance_m=far[row],
            point=_point(lon_e7, lat_e7),
        )
        for row, uid, number, state, area, unit_code, reported_at, lon_e7, lat_e7 in told
    }
    return [found[row] for row in rows if row in found]


def _point(lon_e7: int | None, lat_e7: int | None) -> Point | None:
    return None if lon_e7 is None or lat_e7 is None else Point(lon_e7, lat_e7)


def _found(cells: Sequence[int], class_key: str, since: datetime, until: datetime) -> list[_Found]:
    span = [str(connection.ops.adapt_datetimefield_value(one)) for one in (since, until)]
    newest = _NEWEST.format(reported_at=as_stored("reported_at"))
    found: list[_Found] = []
    for first in range(0, len(cells), _CELLS_AT_ONCE):
        these = cells[first : first + _CELLS_AT_ONCE]
        given: list[int | str] = []
        for cell in these:
            given += [cell, class_key, *span, _NEWEST_OF_A_CELL]
        found += _rows(" UNION ALL ".join([newest] * len(these)), given)
    for cell, count in Counter(one.cell for one in found).items():
        if count >= _NEWEST_OF_A_CELL:
            spots = Counter((one.lon_e7, one.lat_e7) for one in found if one.cell == cell)
            (lon_e7, lat_e7), piled = spots.most_common(1)[0]
            if piled < _A_PILE:
                continue
            behind: list[int | str] = [cell, class_key, *span, _NEWEST_BEHIND_A_PILE, lon_e7, lat_e7, _NEWEST_OF_A_CELL]
            found += _rows(_BEHIND_A_PILE.format(newest=newest), behind)
    return found


def _rows(sql: str, given: Sequence[int | str]) -> list[_Found]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [_Found(*row) for row in cursor.fetchall()]
