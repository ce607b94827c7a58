"""Reading while others write."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction


@contextlib.contextmanager
def as_of_one_instant() -> Iterator[None]:
    """Let everything that is read inside agree with itself while others go on writing. Nothing may be written inside.

    Inside a transaction nothing is added to what that one sees.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        _execute("BEGIN DEFERRED")  # not `atomic`: that would take the write lock for as long as the reading lasts
        try:
            yield
        finally:
            _execute("ROLLBACK")


def first_row(statement: str, *values: object) -> tuple[Any, ...] | None:
    """Return the first row of a statement, or None: for the few questions that every operation asks.

    Asking them through the object mapper takes ten times as long as the database does, and an operation asks a dozen.
    Instants come back as the database keeps them: see `instant_of`.
    """
    adapted: list[Any] = [
        connection.ops.adapt_datetimefield_value(one) if isinstance(one, datetime) else one for one in values
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, adapted)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def as_stored(column: str) -> str:
    """Return how to ask for a column as it lies in the database: no driver parses it.

    SQLite's spends longer on an instant than on the rest of its row, and stumbles over what is no instant at all.
    """
    return f"+{column}" if connection.vendor == "sqlite" else column


def instant_of(kept: datetime) -> datetime:
    """Return an instant that `first_row` found: SQLite keeps it in UTC without saying so."""
    return kept.replace(tzinfo=UTC) if kept.tzinfo is None else kept.astimezone(UTC)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
