"""Two people act at the same moment; real transactions, each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection

from gongzhi.audit import operations as audit
from gongzhi.audit.models import Entry, OutboxItem, Position
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.seals import place_entries
from gongzhi.audit.tests.verification import named
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.refusals import Conflict
from gongzhi.parameters.operations import found_city
from gongzhi.people.models import Member
from gongzhi.people.operations import add_member, appoint

pytestmark = pytest.mark.django_db(transaction=True)
RENAMED = FactType("member.renamed")


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all works in threads of their own, begun together; return each one's result or what it raised."""
    begun = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> object:
        begun.wait(timeout=10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        done = [threads.submit(do, work) for work in works]
    return [one.exception() or one.result() for one in done]


@pytest.mark.parametrize("locked", [True, False], ids=["under a lock", "without a lock"])
def test_of_two_people_who_saw_the_same_version_one_wins_and_the_other_is_told(officer, clerk, monday_9am, locked):
    @one_change
    def rename(name: str) -> int:
        rows = Member.objects.select_for_update() if locked else Member.objects
        row = rows.get(uid=officer.uid)
        audit.require_version(row, 5)
        row.name = name
        return audit.record(row, RENAMED, by=clerk, at=monday_9am)

    results = at_once(lambda: rename("甲"), lambda: rename("乙"))
    assert sorted(type(one).__name__ for one in results) == ["ChangedMeanwhile", "int"]
    assert Member.objects.get(uid=officer.uid).version == 6
    assert Member.objects.get(uid=officer.uid).name in {"甲", "乙"}
    assert named() == []


def test_two_rows_that_found_the_same_stream_are_not_both_kept(officer, clerk, monday_9am):
    twin = Member(uid=officer.uid, number="0418", name="twin", from_at=monday_9am)

    @one_change
    def add() -> int:
        return audit.record(twin, RENAMED, by=clerk, at=monday_9am)

    with pytest.raises(Conflict):
        add()
    assert named() == []


def test_whoever_waits_for_the_lock_goes_on_after_the_other(officer, clerk, monday_9am):
    @one_change
    def rename(name: str) -> int:
        row = Member.objects.select_for_update().get(uid=officer.uid)
        row.name = name
        return audit.record(row, RENAMED, by=clerk, at=monday_9am)

    works = [lambda name=name: rename(name) for name in ("甲", "乙", "丙", "丁")]
    assert not [one for one in at_once(*works) if isinstance(one, Exception)]
    assert Member.objects.get(uid=officer.uid).version == 9
    assert named() == []


def test_positions_have_no_gap_and_follow_each_stream_while_others_write(bureau, clerk, monday_9am):
    """Four writers on streams of their own and two sealers, all at once."""
    members = [add_member(f"{number}", name="x", by=clerk, at=monday_9am) for number in range(4)]
    finished = threading.Event()

    def write(member: UUID) -> None:
        for number in range(12):
            appoint(member, post=f"p{number}", unit="bureau", seen=number + 1, by=clerk, at=monday_9am)

    def place() -> None:
        while not finished.is_set() or OutboxItem.objects.exists():
            place_entries(at=monday_9am, limit=7)

    def write_all() -> None:
        try:
            faults = at_once(*[lambda member=member: write(member) for member in members])
            assert faults == [None] * 4
        finally:
            finished.set()

    assert at_once(write_all, place, place) == [None] * 3
    positions = list(Position.objects.order_by("position").values_list("position", "stream", "seq"))
    assert [position for position, _, _ in positions] == list(range(1, Entry.objects.count() + 1))
    for member in members:
        seqs = [seq for _, stream, seq in positions if stream == f"member:{member}"]
        assert seqs == list(range(1, 14))
    assert named() == []


def test_an_entry_that_is_committed_later_gets_the_later_position(officer, clerk, monday_9am):
    """Its number in the database was drawn first; who reads by positions must still meet it."""
    drawn, go_on = threading.Event(), threading.Event()

    @one_change
    def slow() -> None:
        row = Member.objects.select_for_update().get(uid=officer.uid)
        audit.record(row, RENAMED, by=clerk, at=monday_9am)
        drawn.set()
        go_on.wait(timeout=10)

    def place_meanwhile() -> int:
        drawn.wait(timeout=10)
        placed: int = 0
        if connection.vendor == "postgresql":  # SQLite has one writer: placing waits there for the slow one
            found(clerk, monday_9am)
            placed = place_entries(at=monday_9am)
        go_on.set()
        return placed

    place_entries(at=monday_9am)
    results = at_once(slow, place_meanwhile)
    assert not [one for one in results if isinstance(one, Exception)]
    place_entries(at=monday_9am)
    last = Position.objects.order_by("-position")[0]
    assert (last.position, last.stream, last.seq) == (Entry.objects.count(), officer.stream, 6)
    assert named() == []


def found(clerk: Actor, at: datetime) -> None:
    found_city("xm", name_zh="厦门", name_en="Xiamen", time_zone="Asia/Shanghai", standard_ref="x", by=clerk, at=at)


def test_a_refused_change_leaves_neither_entry_nor_outbox_item(officer, clerk, monday_9am):
    @one_change
    def fail_after_recording() -> None:
        row = Member.objects.select_for_update().get(uid=officer.uid)
        audit.record(row, RENAMED, by=clerk, at=monday_9am, held={"phone": "13800000000"})
        raise ChangedMeanwhile(thing="member", seen=5, now=6)

    with pytest.raises(ChangedMeanwhile):
        fail_after_recording()
    assert Entry.objects.filter(stream=officer.stream).count() == 5
    assert named() == []
