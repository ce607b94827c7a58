"""An operation is kept as a whole or not at all, and says so when the store is busy or full."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from gongzhi.base.models import Sequence
from gongzhi.base.operations import StoreBusy, StoreFull, next_number, one_change, store_refusal
from gongzhi.base.tests import other_process
from gongzhi.kernel.refusals import Conflict

HOLDS_THE_STORE = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
    cursor.execute("UPDATE base_sequence SET last = last + 1")
    print("held", flush=True)
    input()
    cursor.execute("COMMIT")
print("released", flush=True)
"""

FILLS_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from gongzhi.audit import operations as audit
from gongzhi.audit.verify import verify
from gongzhi.base.operations import StoreFull
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.clock import from_utc_text
from gongzhi.people.models import Unit
from gongzhi.people.operations import add_unit

call_command("migrate", verbosity=0, interactive=False)
at = from_utc_text("2026-11-23T01:00:00.000000Z")
home = Path(settings.GONGZHI_HOME)
limit = sys.argv[1]
if limit == "size of files":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(path.stat().st_size for path in home.iterdir()) + 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
else:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0] + 50
        cursor.execute(f"PRAGMA max_page_count = {pages}")
added = 0
try:
    while True:
        add_unit(f"u{added}", kind="street", name_zh="x" * 100, name_en="x" * 150, by=TIMER, at=at)
        added += 1
except StoreFull:
    print("full", flush=True)
connection.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert added > 10, "the limit was reached before the story began"
assert Unit.objects.count() == added, (Unit.objects.count(), added)
found = verify(files=False)
assert (found.findings, found.entries) == ([], added), found
add_unit("one-more", kind="street", name_zh="x", name_en="x", by=TIMER, at=at)
print("whole", flush=True)
"""


@pytest.fixture
def impatient():
    """A store that waits a tenth of a second for others instead of twenty seconds."""
    statements = {"sqlite": ["PRAGMA busy_timeout = {}"], "postgresql": ["SET lock_timeout = {}"]}[connection.vendor]

    def wait(milliseconds: int) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(milliseconds))

    wait(100)
    yield
    wait({"sqlite": 20_000, "postgresql": 0}[connection.vendor])


@one_change
def count_up(name: str) -> int:
    return next_number(name)


@pytest.mark.django_db(transaction=True)
def test_a_store_that_another_process_holds_is_a_refusal_and_nothing_is_written(impatient):
    count_up("case")
    other = other_process.start(HOLDS_THE_STORE)
    other_process.wait_for(other, "held")
    with pytest.raises(StoreBusy):
        count_up("case")
    other_process.tell(other, "go")
    other_process.wait_for(other, "released")
    assert other.wait(timeout=30) == 0
    assert Sequence.objects.get(name="case").last == 2
    assert count_up("case") == 3


@pytest.mark.parametrize("limit", ["size of files", "number of pages"])
def test_a_full_disk_is_a_refusal_and_leaves_nothing_half_written(tmp_path, limit):
    done = subprocess.run(
        [sys.executable, "-c", other_process.PRELUDE + FILLS_THE_DISK, limit],
        env={**os.environ, "GONGZHI_HOME": str(tmp_path), "GONGZHI_DATABASE_URL": ""},
        cwd=other_process.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["full", "whole"]


@pytest.mark.django_db(transaction=True)
def test_an_operation_that_fails_leaves_nothing_behind():
    @one_change
    def count_and_fail() -> None:
        next_number("case")
        raise RuntimeError("after the change")

    with pytest.raises(RuntimeError):
        count_and_fail()
    assert not Sequence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_code_that_was_taken_at_the_same_moment_is_a_conflict():
    @one_change
    def take() -> None:
        Sequence.objects.create(name="case")

    take()
    with pytest.raises(Conflict):
        take()


@pytest.mark.django_db(transaction=True)
def test_any_other_fault_of_the_database_is_a_bug_and_crashes():
    @one_change
    def forget_the_count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO base_sequence (name, last) VALUES ('case', NULL)")

    with pytest.raises(IntegrityError):
        forget_the_count()


@pytest.mark.django_db
def test_an_operation_inside_another_belongs_to_its_transaction():
    with transaction.atomic():
        count_up("case")
        transaction.set_rollback(True)
    assert not Sequence.objects.exists()


class Cause(Exception):
    def __init__(self, *, sqlstate: str | None = None, sqlite_errorname: str | None = None) -> None:
        self.sqlstate = sqlstate
        self.sqlite_errorname = sqlite_errorname


@pytest.mark.parametrize(
    ("cause", "refusal"),
    [
        (Cause(sqlstate="55P03"), StoreBusy),
        (Cause(sqlstate="40P01"), StoreBusy),
        (Cause(sqlstate="53100"), StoreFull),
        (Cause(sqlstate="23505"), Conflict),
        (Cause(sqlite_errorname="SQLITE_BUSY"), StoreBusy),
        (Cause(sqlite_errorname="SQLITE_FULL"), StoreFull),
        (Cause(sqlite_errorname="SQLITE_CONSTRAINT_UNIQUE"), Conflict),
    ],
)
def test_each_store_says_in_its_own_code_that_it_is_busy_or_full(cause, refusal):
    fault = DatabaseError()
    fault.__cause__ = cause
    assert type(store_refusal(fault)) is refusal


def test_a_fault_that_merely_mentions_the_word_full_stays_a_fault():
    fault = OperationalError("column fullness does not exist")
    assert store_refusal(fault) is fault
