"""Writing copies in bulk, behind the record's back: entries, held values, rows, and positions in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db import connection, models, transaction

from benchmarks._copies import Copied, columns_of
from gongzhi.audit.models import Entry, HeldValue, Position
from gongzhi.audit.queries import last_position


class Writer:
    """Writes copies. Entries wait for their positions until all that happened before them are there."""

    def __init__(self) -> None:
        """Begin after the last position there is."""
        self.entries = 0
        self._position = last_position()
        self._order = count()
        self._waiting: list[tuple[str, int, str, int, str]] = []

    def write(self, copies: Sequence[Copied], *, until: str | None = None) -> None:
        """Write some copies, and give positions to all entries before an instant; to all there are without one."""
        rows: dict[type[models.Model], list[list[Any]]] = {}
        for one in copies:
            for table, row in one.rows:
                rows.setdefault(table, []).append(row)
            for at, (stream, seq, _, hashed, _, _) in one.entries:
                heapq.heappush(self._waiting, (at, next(self._order), stream, seq, hashed))
        self.entries += sum(len(one.entries) for one in copies)
        with transaction.atomic():
            _insert(Entry, [entry for one in copies for _, entry in one.entries])
            _insert(HeldValue, [held for one in copies for held in one.held])
            for table, those in rows.items():
                _insert(table, those)
            _insert(Position, self._placed(until))

    def _placed(self, until: str | None) -> list[tuple[int, str, int, str]]:
        placed = []
        while self._waiting and (until is None or self._waiting[0][0] < until):
            _, _, stream, seq, hashed = heapq.heappop(self._waiting)
            self._position += 1
            placed.append((self._position, stream, seq, hashed))
        return placed


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
