"""Reading what lies in the database as it lies there: after somebody's hand it may be of any kind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

FETCHED_AT_ONCE = 2000

One = TypeVar("One")


def fetched(query: str, values: Sequence[str | int] = ()) -> Iterator[Any]:
    """Yield a query's rows without ever holding all of them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(FETCHED_AT_ONCE):
            yield from rows


def quoted(name: str) -> str:
    """Return a table's or column's name as the database wants it written."""
    return connection.ops.quote_name(name)


def name_of(stored: object) -> str:
    """Return what stands where a name belongs, as a text."""
    return stored if isinstance(stored, str) else repr(stored)


def number_of(stored: object) -> int | None:
    """Return what stands where a number belongs, None when it is none."""
    return stored if type(stored) is int else None


def in_batches(items: Iterable[One]) -> Iterator[list[One]]:
    """Yield the items in lists of a bearable length."""
    remaining = iter(items)
    while batch := list(islice(remaining, FETCHED_AT_ONCE)):
        yield batch


@contextlib.contextmanager
def reading_any_text() -> Iterator[None]:
    """Let SQLite hand out as a text even what is none; every such text differs from the one that was recorded."""
    if connection.vendor != "sqlite":  # PostgreSQL never stores one
        yield
        return
    connection.ensure_connection()
    stored = connection.connection
    before = stored.text_factory
    stored.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    try:
        yield
    finally:
        stored.text_factory = before
