"""A founded city for every test that wants one: founded once in a process, which takes a second.

An ordinary test is lent a second database in which the city stands already, in a transaction that is undone. A test
with transactions of its own has the city put into its database row by row. Both hold exactly what founding wrote,
entries of the record included, so a test starts in no state that the product cannot reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gongzhi.scenarios import founding, packs

FOUNDED_AT = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
"""Midnight at the beginning of 2026 in the city's zone."""

_YEARS = range(2025, 2027)


@dataclass(frozen=True, slots=True)
class _Content:
    """All rows of one table, ready to be written."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


_founded: list[_Content] = []


class FoundedCity:
    """A database beside that of the tests in which the city was founded, lent to one test after the other."""

    _SUFFIX = "city"

    def __init__(self) -> None:
        """Copy the empty database of the tests and found the city in it. Call it between two tests."""
        connection.close()  # SQLite has all that was written in the file, PostgreSQL copies no database in use
        connection.creation.clone_test_db(self._SUFFIX, verbosity=0)
        connection.ensure_connection()
        self._there: BaseDatabaseWrapper = connection.copy()
        self._there.settings_dict = connection.creation.get_test_db_clone_settings(self._SUFFIX)
        self._there.connect()
        with self._instead():
            put_city()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let a test that runs in one transaction find the city in its database, and undo what it does there."""
        with self._instead():
            self._begin()
            try:
                yield
                if not connection.needs_rollback:
                    connection.check_constraints()
            finally:
                self._there.connection.rollback()
                self._end()

    def remove(self) -> None:
        """Remove the database."""
        self._there.close()
        connection.creation.destroy_test_db(suffix=self._SUFFIX, verbosity=0)

    @contextmanager
    def _instead(self) -> Iterator[None]:
        own, connection.connection = connection.connection, self._there.connection
        try:
            yield
        finally:
            connection.connection = own

    def _begin(self) -> None:
        """Begin a transaction as Django did in the test's own database, where it stays open meanwhile."""
        if connection.vendor == "postgresql":
            self._there.connection.autocommit = False
        else:
            self._there.connection.execute("BEGIN IMMEDIATE")

    def _end(self) -> None:
        if connection.vendor == "postgresql":
            self._there.connection.autocommit = True


def put_city() -> None:
    """Put the founded city into the empty database of a test. Call it where a test may write."""
    if not _founded:
        _founded.extend(_found_and_forget())
    with transaction.atomic():
        for content in _founded:
            _put(content)
        _continue_numbering()


def _found_and_forget() -> list[_Content]:
    """Found the city, read everything that this wrote, and undo it."""
    pack = packs.load("xiamen")
    lean = replace(pack, years=_YEARS, confirmed_years=tuple(_YEARS))
    with transaction.atomic():
        founding.found(lean, at=FOUNDED_AT, with_people=True)
        written = [content for model in _models() if (content := _read(model)).rows]
        transaction.set_rollback(True)
    return written


def _models() -> list[type[models.Model]]:
    return [one for one in apps.get_models() if one.__module__.startswith("gongzhi.")]


def _read(model: type[models.Model]) -> _Content:
    fields = model._meta.concrete_fields
    rows = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
        for row in model._base_manager.values_list(*(field.attname for field in fields))
    ]
    return _Content(model._meta.db_table, tuple(field.column or field.attname for field in fields), rows)


def _put(content: _Content) -> None:
    names = ", ".join(connection.ops.quote_name(one) for one in content.columns)
    table = connection.ops.quote_name(content.table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in content.rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(content.columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", content.rows)


def _continue_numbering() -> None:
    """Let the database number new rows after the ones put back."""
    filled = {content.table for content in _founded}
    statements = connection.ops.sequence_reset_sql(
        no_style(), [one for one in _models() if one._meta.db_table in filled]
    )
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("\n".join(statements))
