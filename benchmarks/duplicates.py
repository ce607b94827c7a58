"""How long it takes to find the likely duplicates of a report among very many cases, also where they pile up.

The cases lie over 180 days and an invented city of hot and quiet places, in classes of uneven weight. Questions are
asked of three kinds: at drawn cases, at one default address that holds 10,000 of all the cases, and at the same
address when all 10,000 came in one class within one day. A sample of the answers is compared with the plain search
through all rows of the class. Everything lies in a home folder of its own, or in a database of its own on the server
that GONGZHI_DATABASE_URL names. Run `gongzhi bench duplicates [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import time as stopwatch
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks._stores import Result, peak_mib, run_inside, tell

CASES, QUICK_CASES = 1_000_000, 50_000
PILE, QUICK_PILE = 10_000, 2_000
QUESTIONS, QUICK_QUESTIONS = 2_000, 500
JUDGED = 60
RADIUS_M = 50
FEW = 50
"""Where no more cases of the class were reported in the window, the answer is exact; else the latest count."""
GOAL_MS = {"sqlite": 1.0, "postgresql": 2.0}
DAYS = 180
CLASSES = 60
HOT_PLACES = 400
BEGAN_AT = datetime(2026, 1, 5, tzinfo=UTC)
WEST, SOUTH, WIDE, HIGH = 118.0, 24.42, 0.28, 0.22
OFFICE = (118.0893, 24.4797)
SEED = 20_260_105
ROWS_AT_ONCE = 2_000


class Mismatch(Exception):
    """The search and the plain look at all rows do not agree: the figure would be worthless."""


@dataclass(frozen=True)
class Drawn:
    """Cases as columns: where, of which class, when."""

    lons: Any
    lats: Any
    classes: Any
    seconds: Any

    def __len__(self) -> int:
        """Return how many."""
        return len(self.lons)


def run(*, quick: bool) -> Result:
    """Build the cases in a store of their own, ask, and return the figure."""
    return run_inside("benchmarks.duplicates", quick=quick)


def _inside(*, quick: bool) -> Result:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    _found_city()
    begun = stopwatch.perf_counter()
    pile = QUICK_PILE if quick else PILE
    cases = drawn(QUICK_CASES if quick else CASES, pile=pile)
    _put(cases)
    tell(f"{len(cases):,} cases on {connection.vendor} in {stopwatch.perf_counter() - begun:.1f} s")
    chance = np.random.default_rng(SEED + 1)
    asked = QUICK_QUESTIONS if quick else QUESTIONS
    spread = _asked(cases, chance.integers(0, len(cases) - 2 * pile, asked))
    address = _asked(cases, chance.integers(len(cases) - 2 * pile, len(cases) - pile, asked))
    one_day = _asked(cases, chance.integers(len(cases) - pile, len(cases), asked))
    p95 = {name: _p95_ms(those, name) for name, those in _named(spread, address, one_day)}
    judged = _judge([*spread[:JUDGED], *address[:JUDGED]])
    goal_ms = GOAL_MS[connection.vendor]
    return {
        "name": "duplicates",
        "figure": max(p95.values()),
        "unit": "ms, p95",
        "goal": goal_ms,
        "reached": max(p95.values()) <= goal_ms,
        "database": connection.vendor,
        "cases": len(cases),
        "at_one_address": pile,
        **{f"{name}_p95_ms": value for name, value in p95.items()},
        "judged": judged,
        "mismatches": 0,
        "resident_mib_peak": peak_mib(),
        "quick": quick,
    }


def drawn(wanted: int, *, pile: int) -> Drawn:
    """Draw cases: most at hot places, some anywhere; then the address over all the days; then all in a day there."""
    chance = np.random.default_rng(SEED)
    spread = wanted - 2 * pile
    hot = np.column_stack([WEST + WIDE * chance.random(HOT_PLACES), SOUTH + HIGH * chance.random(HOT_PLACES)])
    at = hot[np.minimum(chance.zipf(1.3, spread) - 1, HOT_PLACES - 1)] + chance.normal(0, 0.0004, (spread, 2))
    anywhere = chance.random(spread) < 0.4
    at[anywhere] = np.column_stack([WEST + WIDE * chance.random(spread), SOUTH + HIGH * chance.random(spread)])[
        anywhere
    ]
    at = np.vstack([at, np.tile(OFFICE, (2 * pile, 1))])
    weights = 1 / np.arange(1, CLASSES + 1)
    classes = chance.choice(CLASSES, len(at), p=weights / weights.sum())
    seconds = chance.integers(0, DAYS * 86_400, len(at))
    classes[-pile:] = 0
    seconds[-pile:] = DAYS * 86_400 + chance.integers(0, 86_400, pile)
    return Drawn(at[:, 0], at[:, 1], classes, seconds)


def _found_city() -> None:
    from gongzhi.scenarios import founding, packs

    founding.found(packs.load("xiamen"), at=BEGAN_AT, with_people=False)


def _put(cases: Drawn) -> None:
    """Write bare rows: what is measured is the search, not the record behind it."""
    from django.db import connection, transaction

    from gongzhi.cases.models import Case

    rows = _rows(cases)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        with transaction.atomic():
            Case._base_manager.bulk_create(some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rows(cases: Drawn) -> Iterator[Any]:
    from gongzhi.cases.models import Case
    from gongzhi.kernel.geo import Point, cell_int

    for number in range(len(cases)):
        point = Point.from_degrees(float(cases.lons[number]), float(cases.lats[number]))
        yield Case(
            uid=UUID(int=number),
            version=1,
            state="closed",
            closing_type="special",
            source="internet",
            place_state="located",
            lon_e7=point.lon_e7,
            lat_e7=point.lat_e7,
            cell=cell_int(point),
            class_key=_class_key(cases, number),
            reported_at=_instant(cases, number),
            moved_at=BEGAN_AT,
            ended_at=BEGAN_AT,
            due_at=BEGAN_AT,
        )


def _asked(cases: Drawn, numbers: Any) -> list[dict[str, Any]]:
    from gongzhi.kernel.geo import Point

    return [
        {
            "point": Point.from_degrees(float(cases.lons[number]), float(cases.lats[number])),
            "class_key": _class_key(cases, number),
            "at": _instant(cases, number),
            "besides": UUID(int=int(number)),
        }
        for number in numbers
    ]


def _named(spread: Any, address: Any, one_day: Any) -> list[tuple[str, Any]]:
    return [("spread", spread), ("address", address), ("address_in_one_day", one_day)]


def _class_key(cases: Drawn, number: int) -> str:
    return f"bench:event:{cases.classes[number]:04d}"


def _instant(cases: Drawn, number: int) -> datetime:
    return BEGAN_AT + timedelta(seconds=int(cases.seconds[number]))


def _p95_ms(questions: list[dict[str, Any]], name: str) -> float:
    from gongzhi.cases.duplicates import candidates

    taken: list[float] = []
    told = 0
    for one in questions:
        begun = stopwatch.perf_counter()
        told += len(candidates(one["point"], class_key=one["class_key"], at=one["at"], besides=one["besides"]))
        taken.append((stopwatch.perf_counter() - begun) * 1_000)
    middle, high = (round(float(np.percentile(taken, share)), 3) for share in (50, 95))
    tell(
        f"{name}: {len(questions):,} questions, {told / len(questions):.1f} candidates each, {middle} ms, p95 {high} ms"
    )
    return high


def _judge(questions: list[dict[str, Any]]) -> int:
    """Compare with a plain look at all rows of the class in the window, by the exact distance.

    Where very many stand together, as many as there should be must be told, all of them near.

    Raises: Mismatch.
    """
    from gongzhi.cases.duplicates import MOST_CANDIDATES, candidates
    from gongzhi.cases.models import Case
    from gongzhi.kernel.geo import Point, distance_m

    for one in questions:
        rows = Case.objects.filter(
            class_key=one["class_key"],
            reported_at__gte=one["at"] - timedelta(hours=24),
            reported_at__lte=one["at"] + timedelta(hours=24),
        ).exclude(uid=one["besides"])
        apart = sorted(
            distance_m(one["point"], Point(lon_e7, lat_e7))
            for lon_e7, lat_e7 in rows.values_list("lon_e7", "lat_e7")
            if lon_e7 is not None and lat_e7 is not None
        )
        expected = [far for far in apart if far <= RADIUS_M][:MOST_CANDIDATES]
        told = candidates(one["point"], class_key=one["class_key"], at=one["at"], besides=one["besides"])
        found = [row.distance_m for row in told]
        if len(apart) <= FEW and found != expected:
            raise Mismatch(f"{one}: {found} is not {expected}")
        if len(found) != len(expected) or not set(found) <= set(apart) or max(found, default=0) > RADIUS_M:
            raise Mismatch(f"{one}: {found} are not {len(expected)} of {apart}")
    return len(questions)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Milliseconds to find the likely duplicates of a report.")
    reader.add_argument("--quick", action="store_true", help="a small size")
    reader.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = reader.parse_args()
    tell(json.dumps((_inside if given.inside else run)(quick=given.quick)))
