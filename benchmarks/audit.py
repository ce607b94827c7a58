"""Entries verified per second: chains, fold, rows, held values and seals, on a record of many streams.

Some hundred streams are recorded as the product records them. The rest are their copies under other ids, numbers and
names, chained, hashed and encrypted anew, so that each looks as if it had been recorded, too. Everything lies in
a home folder of its own, or in a database of its own on the server that GONGZHI_DATABASE_URL names.
Run `gongzhi bench audit [--quick]`, or `python -m benchmarks.audit [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import time as stopwatch
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from benchmarks._stores import Result, peak_mib, run_inside, tell

GOAL_PER_S = 50_000
ENTRIES, QUICK_ENTRIES = 200_000, 20_000
RECORDED_STREAMS = 100
ENTRIES_AT_ONCE = 5_000
ROUNDS = 3
SEED = 20_260_105
BEGAN_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
POSTS = ("collector", "checker", "acceptor", "dispatcher")


class NotIntact(Exception):
    """The record that was built does not verify: the figure would be worthless."""


def run(*, quick: bool) -> Result:
    """Build the record in a process of its own, verify it, and return the figure."""
    return run_inside("benchmarks.audit", quick=quick)


def _inside(*, quick: bool) -> Result:
    """Build and verify: Django knows the store of this process only."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from gongzhi.audit import seals
    from gongzhi.audit.verify import Verified, verify

    call_command("migrate", verbosity=0, interactive=False)
    begun = stopwatch.perf_counter()
    wanted = QUICK_ENTRIES if quick else ENTRIES
    _build(wanted)
    seals.seal(at=BEGAN_AT + timedelta(days=1))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    tell(f"built {wanted:,} entries on {connection.vendor} in {stopwatch.perf_counter() - begun:.1f} s")
    before_mib = peak_mib()
    seconds: list[float] = []
    verified = Verified()
    for _ in range(ROUNDS):
        begun = stopwatch.perf_counter()
        verified = verify()
        seconds.append(stopwatch.perf_counter() - begun)
        if not verified.intact:
            raise NotIntact(str(verified.findings[:5]))
    tell(f"verified: {', '.join(f'{one:.2f} s' for one in seconds)}; median counts")
    rate = round(verified.entries / median(seconds))
    return {
        "name": "audit",
        "figure": rate,
        "unit": "entries/s",
        "goal": GOAL_PER_S,
        "reached": rate >= GOAL_PER_S,
        "database": connection.vendor,
        "entries": verified.entries,
        "streams": verified.streams,
        "rows": verified.rows,
        "held": verified.held,
        "resident_mib_before": before_mib,
        "resident_mib_peak": peak_mib(),
        "quick": quick,
    }


def _build(wanted: int) -> None:
    from benchmarks._bulk import Positions, batch_of, write_rows
    from benchmarks._copies import Original, Other, Shape, ascending_ids
    from gongzhi.audit.models import Entry
    from gongzhi.audit.seals import place_entries

    shape = Shape(names={"people.member/number": ("number", "")})
    recorded = [Original([stream], shape=shape) for stream in _record_some()]
    while place_entries(at=BEGAN_AT):
        pass
    chance, positions = Random(SEED), Positions()  # noqa: S311 - ids of a benchmark, not secrets
    number, left = 0, wanted - Entry.objects.count()
    while left > 0:
        copies = []
        enough = max(0, left - ENTRIES_AT_ONCE)
        while left > enough:
            number += 1
            one = recorded[number % len(recorded)]
            uids = ascending_ids(len(one.uids), at=BEGAN_AT, chance=chance)
            copies.append(one.copy(Other(timedelta(0), uids, [f"C{number:08d}" for _ in one.names])))
            left -= len(copies[-1].entries)
        positions.write(write_rows(batch_of(copies)).placed)


def _record_some() -> list[str]:
    """Record members with their posts through the operations, with held notes: eleven entries a stream."""
    from gongzhi.audit import operations as audit
    from gongzhi.base.operations import one_change
    from gongzhi.kernel.actor import Actor, ActorKind
    from gongzhi.kernel.facts import FactType
    from gongzhi.people.models import Member
    from gongzhi.people.operations import add_member, add_unit, appoint, end_appointment

    clerk = Actor(id="01970000-0000-7000-8000-000000000001", kind=ActorKind.MEMBER, post="clerk", unit="bureau")
    add_unit("bureau", kind="bureau", name_zh="市城管执法局", name_en="City bureau", by=clerk, at=BEGAN_AT)

    @one_change
    def tell(uid: Any, note: str, *, at: datetime) -> None:
        row = Member.objects.select_for_update().get(uid=uid)
        audit.record(row, FactType("member.told"), by=clerk, at=at, facts={"channel": "phone"}, held={"note": note})

    streams = []
    for index in range(RECORDED_STREAMS):
        at = BEGAN_AT + timedelta(minutes=index)
        uid = add_member(f"R{index:08d}", name=f"队员{index}", by=clerk, at=at)
        posts = [
            appoint(uid, post=post, unit="bureau", seen=hour + 1, by=clerk, at=at + timedelta(hours=hour))
            for hour, post in enumerate(POSTS)
        ]
        for day, post in enumerate(posts, start=1):
            end_appointment(post, seen=len(posts) + day, by=clerk, at=at + timedelta(days=day))
        for day in range(2):
            tell(uid, "左边的邻居说，晚上八点以后还在施工。" * (1 + day), at=at + timedelta(days=9 + day))
        streams.append(f"member:{uid}")
    return streams


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Entries verified per second, including the fold.")
    reader.add_argument("--quick", action="store_true", help="a small size")
    reader.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = reader.parse_args()
    tell(json.dumps((_inside if given.inside else run)(quick=given.quick)))
