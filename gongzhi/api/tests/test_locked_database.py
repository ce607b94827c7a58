"""A database that nobody can read: told as such, also where it is met first, while the token is looked up."""

import contextlib
import sqlite3
import threading

import pytest
from django.db import connection, transaction

from gongzhi.api.tests.callers import Caller, caller, problem_of

pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def nobody_can_read(table):
    """Have somebody else hold the database so that not even a reader gets in."""
    hold = held_by_another_server if connection.vendor == "postgresql" else held_by_another_process
    with hold(table):
        yield


@contextlib.contextmanager
def held_by_another_process(table):
    """SQLite: a connection that locks the whole file, as one does that must first recover it."""
    name, options = connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"]
    connection.close()
    patience, options["timeout"] = options["timeout"], 0.2
    other = sqlite3.connect(name, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute(f"SELECT count(*) FROM {table}")
    try:
        yield
    finally:
        other.close()
        connection.close()
        options["timeout"] = patience


@contextlib.contextmanager
def held_by_another_server(table):
    """PostgreSQL: a transaction that locks the table even for readers, as a change of its columns does."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            held.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    other.start()
    held.wait(30)
    try:
        yield
    finally:
        done.set()
        other.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_a_token_that_cannot_be_looked_up_now_is_worth_trying_again(city):
    acceptor = caller("acceptor")
    with nobody_can_read("people_accesstoken"):
        response = acceptor.get("/me")
    assert problem_of(response) == (503, "store-busy")
    assert response["Retry-After"] == "1"
    assert acceptor.get("/me").status_code == 200


def test_health_says_that_the_database_does_not_answer(city):
    with nobody_can_read("parameters_city"):
        assert problem_of(Caller().get("/health")) == (503, "store-busy")
    assert Caller().get("/health").status_code == 200
