"""SQLite has one writer: the threads of a process queue for it without knowing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper as PlainWrapper

from gongzhi.base.sqlite import base
from gongzhi.config.environment import database_settings


@pytest.fixture
def connect(tmp_path, django_db_blocker):
    """Make connections to one file, as each thread of the product has its own; the lock is free before and after."""
    made = []

    def connect(*, timeout_s: float = 20.0) -> base.DatabaseWrapper:
        store = database_settings("", home=tmp_path, timeout_s=timeout_s, pool=False)
        defaults = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
        wrapper = base.DatabaseWrapper({**defaults, "TIME_ZONE": None, **store}, alias="default")
        wrapper.inc_thread_sharing()
        made.append(wrapper)
        return wrapper

    assert is_free()
    with django_db_blocker.unblock():
        with connect().cursor() as cursor:
            cursor.execute("CREATE TABLE tally (number INTEGER)")
        yield connect
        for wrapper in made:
            wrapper.close()
    assert is_free()


def is_free() -> bool:
    free = base._write_lock.acquire(blocking=False)
    if free:
        base._write_lock.release()
    return free


def begin(wrapper: base.DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(wrapper: base.DatabaseWrapper, *, kept: bool) -> None:
    wrapper.commit() if kept else wrapper.rollback()
    wrapper.set_autocommit(True)


def test_threads_queue_and_none_is_turned_away(connect):
    def add_ten(number: int) -> None:
        wrapper = connect()
        for _ in range(10):
            begin(wrapper)
            with wrapper.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM tally")
                cursor.execute("INSERT INTO tally VALUES (%s)", [number])
            end(wrapper, kept=True)
        wrapper.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_ten, range(8)))
    with connect().cursor() as cursor:
        cursor.execute("SELECT number, count(*) FROM tally GROUP BY number ORDER BY number")
        assert cursor.fetchall() == [(number, 10) for number in range(8)]


def test_only_one_transaction_is_open_at_a_time(connect):
    first, second = connect(), connect()
    begin(first)
    entered = threading.Event()

    def enter() -> None:
        begin(second)
        entered.set()
        end(second, kept=False)

    waiting = threading.Thread(target=enter)
    waiting.start()
    assert not entered.wait(0.2)
    end(first, kept=True)
    assert entered.wait(5)
    waiting.join()


@pytest.mark.parametrize("kept", [True, False])
def test_the_lock_is_free_after_a_commit_and_after_a_rollback(connect, kept):
    wrapper = connect()
    begin(wrapper)
    assert not is_free()
    end(wrapper, kept=kept)
    assert is_free()


def test_the_lock_is_free_after_a_connection_was_closed_inside_a_transaction(connect):
    wrapper = connect()
    begin(wrapper)
    wrapper.close()
    assert is_free()


def test_the_lock_is_free_after_a_transaction_that_could_not_begin(connect):
    wrapper = connect(timeout_s=0.1)
    outsider = PlainWrapper(wrapper.settings_dict)
    with outsider.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        begin(wrapper)
    assert is_free()
    outsider.close()


def test_a_thread_that_waits_too_long_is_told_that_the_store_is_locked(connect):
    first, second = connect(), connect(timeout_s=0.1)
    begin(first)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    assert time.monotonic() - began < 5
    end(first, kept=True)


def test_reading_does_not_wait_for_a_writer(connect):
    writer, reader = connect(), connect()
    begin(writer)
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tally")
        assert cursor.fetchone() == (0,)
    end(writer, kept=True)
