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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import orjson

from benchmarks._stores import Result, peak_mib, run_inside, tell

GOAL_PER_S = 50_000
ENTRIES, QUICK_ENTRIES = 200_000, 20_000
RECORDED_STREAMS = 100
ENTRIES_AT_ONCE = 5_000
ROUNDS = 3
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


@dataclass(frozen=True)
class _Stream:
    """A recorded stream to copy: its texts that must differ, its entries, held values and rows."""

    uids: list[str]
    number: str
    bodies: list[bytes]
    held: list[tuple[int, str, bool, bytes]]
    rows: list[Any]


def _build(wanted: int) -> None:
    from django.db import transaction

    from gongzhi.audit.models import Entry, HeldValue, Position
    from gongzhi.audit.queries import last_position
    from gongzhi.audit.seals import place_entries

    recorded = _record_some()
    while place_entries(at=BEGAN_AT):
        pass
    number, left = 0, wanted - Entry.objects.count()
    while left > 0:
        entries: list[Entry] = []
        held: list[HeldValue] = []
        members: list[Any] = []
        appointments: list[Any] = []
        while left > 0 and len(entries) < ENTRIES_AT_ONCE:
            number += 1
            one = recorded[number % len(recorded)]
            left -= len(one.bodies)
            member, *posts = _copy(one, f"C{number:08d}", entries, held)
            members.append(member)
            appointments.extend(posts)
        with transaction.atomic():
            first = last_position() + 1
            Entry.objects.bulk_create(entries)
            HeldValue.objects.bulk_create(held)
            Position.objects.bulk_create(
                Position(position=place, stream=entry.stream, seq=entry.seq, hash=entry.hash)
                for place, entry in enumerate(entries, start=first)
            )
            for rows in (members, appointments):  # behind the back of the record, which would write an entry for each
                type(rows[0])._base_manager.bulk_create(rows)


def _record_some() -> list[_Stream]:
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
        number = f"R{index:08d}"
        uid = add_member(number, name=f"队员{index}", by=clerk, at=at)
        posts = [
            appoint(uid, post=post, unit="bureau", seen=hour + 1, by=clerk, at=at + timedelta(hours=hour))
            for hour, post in enumerate(POSTS)
        ]
        for day, post in enumerate(posts, start=1):
            end_appointment(post, seen=len(posts) + day, by=clerk, at=at + timedelta(days=day))
        for day in range(2):
            tell(uid, "左边的邻居说，晚上八点以后还在施工。" * (1 + day), at=at + timedelta(days=9 + day))
        streams.append(_read(f"member:{uid}", [str(uid), *map(str, posts)], number))
    return streams


def _read(stream: str, uids: list[str], number: str) -> _Stream:
    from gongzhi.audit.models import Entry, HeldValue
    from gongzhi.base import crypto
    from gongzhi.people.models import Appointment, Member

    kept = HeldValue.objects.filter(stream=stream).order_by("seq")
    return _Stream(
        uids=uids,
        number=number,
        bodies=[bytes(one.body) for one in Entry.objects.filter(stream=stream).order_by("seq")],
        held=[
            (one.seq, one.name, one.in_row, crypto.decrypt(bytes(one.sealed or b""), bound_to=f"{one}")) for one in kept
        ],
        rows=[Member.objects.get(uid=uids[0]), *Appointment.objects.filter(member_id=uids[0]).order_by("id")],
    )


def _copy(one: _Stream, number: str, entries: list[Any], held: list[Any]) -> list[Any]:
    """Copy a stream under other ids and another number, chained, hashed and encrypted anew; return its rows."""
    from gongzhi.audit import rules
    from gongzhi.audit.models import Entry, HeldValue
    from gongzhi.base import crypto
    from gongzhi.kernel.ids import new_id

    other = {**{uid: str(new_id()) for uid in one.uids}, one.number: number}

    def renamed(text: str) -> str:
        for old, new in other.items():
            text = text.replace(old, new)
        return text

    stream, prev = f"member:{other[one.uids[0]]}", rules.FIRST
    for seq, body in enumerate(one.bodies, start=1):
        said = orjson.loads(renamed(body.decode())) | {"prev": prev}
        copied = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        prev = rules.digest(copied, alg="sha256")
        entries.append(Entry(stream=stream, seq=seq, type=said["type"], hash=prev, alg="sha256", body=copied))
    for seq, name, in_row, value in one.held:
        sealed = crypto.encrypt(value, bound_to=f"{stream}#{seq}/{renamed(name)}")
        held.append(HeldValue(stream=stream, seq=seq, name=renamed(name), sealed=sealed, in_row=in_row))
    return [_copied_row(row, other) for row in one.rows]


def _copied_row(row: Any, other: dict[str, str]) -> Any:
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del columns["id"]
    return type(row)(**{name: other.get(str(value), value) for name, value in columns.items()})


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Entries verified per second, including the fold.")
    reader.add_argument("--quick", action="store_true", help="a small size")
    reader.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = reader.parse_args()
    tell(json.dumps((_inside if given.inside else run)(quick=given.quick)))
