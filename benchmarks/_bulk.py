"""Writing copies in bulk, behind the record's back: entries, held values, rows, and positions in the order of time.

On PostgreSQL whoever made copies writes them; on SQLite, where one alone can write, the one who plans does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import connection, models, transaction

from benchmarks._copies import Copied, columns_of
from gongzhi.audit import triggers
from gongzhi.audit.models import Entry, HeldValue, Position
from gongzhi.audit.queries import last_position

Placed = tuple[str, str, int, str]
Rows = dict[type[models.Model], list[Sequence[Any]]]

_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s"
_POSTGRESQL_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
 WHERE schemaname = current_schema AND tablename = %s
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = quote_ident(indexname)::regclass)
"""
_POSTGRESQL_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = %s AND (conrelid = %s::regclass OR confrelid = %s::regclass)
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some copies: the instant, stream, number and hash of each entry, and the rows that are still to be written."""

    placed: list[Placed]
    rows: Rows = field(default_factory=dict)


def batch_of(copies: Sequence[Copied]) -> Batch:
    """Return some copies by table."""
    placed = [(at, entry[0], entry[1], entry[3]) for one in copies for at, entry in one.entries]
    rows: Rows = {
        Entry: [entry for one in copies for _, entry in one.entries],
        HeldValue: [held for one in copies for held in one.held],
    }
    for one in copies:
        for table, row in one.rows:
            rows.setdefault(table, []).append(row)
    return Batch(placed, rows)


def write_rows(batch: Batch) -> Batch:
    """Write the rows of some copies in one transaction; what is left is to give their entries positions."""
    with transaction.atomic():
        for table, rows in batch.rows.items():
            _insert(table, rows)
    return Batch(batch.placed)


class Positions:
    """Gives positions to copied entries, in the order in which they happened."""

    def __init__(self) -> None:
        """Begin after the last position there is."""
        self.given = 0
        self._last = last_position()
        self._order = count()
        self._waiting: list[tuple[str, int, str, int, str]] = []

    def write(self, placed: Sequence[Placed], *, until: str | None = None) -> None:
        """Take some entries, and give positions to all before an instant; to all there are without one."""
        for at, stream, seq, hashed in placed:
            heapq.heappush(self._waiting, (at, next(self._order), stream, seq, hashed))
        with transaction.atomic():
            _insert(Position, self._placed(until))

    def _placed(self, until: str | None) -> list[tuple[int, str, int, str]]:
        first = self._last + 1
        found = []
        while self._waiting and (until is None or self._waiting[0][0] < until):
            _, _, stream, seq, hashed = heapq.heappop(self._waiting)
            self._last += 1
            found.append((self._last, stream, seq, hashed))
        self.given += self._last + 1 - first
        return found


@contextmanager
def without_indexes(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Leave aside, meanwhile, what makes each written row dearer: indexes, references to other tables, triggers.

    Afterwards everything stands again and holds for all rows, or this raises.
    """
    names = [one._meta.db_table for one in tables]
    triggers.remove(connection)
    drop, restore = _on_sqlite(names) if connection.vendor == "sqlite" else _on_postgresql(names)
    _execute(drop)
    yield
    _execute(restore)
    connection.check_constraints()
    triggers.install(connection)


def _on_sqlite(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what drops the indexes of some tables, and what makes them again."""
    found = [one for name in names for one in _fetched(_SQLITE_INDEXES, [name])]
    drop = [f'DROP INDEX "{name}"' for name, _ in found]
    restore = [*(sql for _, sql in found), "PRAGMA foreign_keys = ON"]
    return ["PRAGMA foreign_keys = OFF", *drop], restore


def _on_postgresql(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what drops indexes and constraints of some tables, and what makes them again, references last."""
    foreign, unique = (
        {one for name in names for one in _fetched(_POSTGRESQL_CONSTRAINTS, [kind, name, name])} for kind in "fu"
    )
    drop = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _ in [*sorted(foreign), *sorted(unique)]]
    add = [
        [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {said}' for table, name, said in sorted(those)]
        for those in (unique, foreign)
    ]
    found = [one for name in names for one in _fetched(_POSTGRESQL_INDEXES, [name])]
    drop += [f'DROP INDEX "{name}"' for name, _ in found]
    return drop, [*add[0], *(said for _, said in found), *add[1]]


def _fetched(query: str, values: Sequence[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [tuple(one) for one in cursor.fetchall()]


def _execute(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _insert(table: type[models.Model], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values are spelled as this database keeps them."""
    quoted = connection.ops.quote_name
    columns = table._meta.concrete_fields if table is Position else columns_of(table)
    names = ", ".join(quoted(one.column) for one in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quoted(table._meta.db_table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        holes = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {quoted(table._meta.db_table)} ({names}) VALUES ({holes})", rows)  # noqa: S608 - names of our own columns
