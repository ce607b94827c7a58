"""The configuration tables: whether each is the one whose digest was recorded last, and spelled as it would be written.

The digest is computed from what Django reads. SQLite keeps whatever it is given, and Django reads a date that is none
as no date at all: so each stored value must also be just what would be written for what is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection, models

from gongzhi.audit import registry
from gongzhi.audit.operations import rows_digest
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.fold import Folded
from gongzhi.audit.verify.rooms import guarded
from gongzhi.audit.verify.spelling import rewriter_of, written_as_it_is
from gongzhi.audit.verify.stored import fetched, in_batches, quoted
from gongzhi.base.queries import as_stored

_ROWS = "SELECT {columns} FROM {table}"


class Snapshots:
    """The digests that were met on the walk; None where a damaged entry may have recorded another one."""

    def __init__(self) -> None:
        """Begin."""
        self._digests: dict[str, str | None] = {}

    def note(self, group: Sequence[Folded]) -> None:
        """Keep the digests that a group of streams recorded."""
        for folded in group:
            if folded.stream in registry.snapshots():
                self._digests[folded.stream] = None if folded.unsure else folded.rows_digest

    def compare(self) -> Iterator[Finding]:
        """Find, after all groups, the tables that are not those that were recorded; none recorded means empty."""
        for stream, rows in registry.snapshots().items():
            yield from compare(stream, rows, recorded=self._digests.get(stream, rows_digest([])))


def compare(stream: str, rows: registry.SnapshotRows, *, recorded: str | None) -> Iterator[Finding]:
    """Find whether a configuration's tables are altered; without a recorded digest only whether they are misspelled."""
    yield from guarded(stream, partial(_misspelled, stream))
    if recorded is not None:
        yield from guarded(stream, partial(_other_rows, stream, rows, recorded))


def _other_rows(stream: str, rows: registry.SnapshotRows, recorded: str) -> Iterator[Finding]:
    if rows_digest(rows()) != recorded:
        yield Finding(Damage.SNAPSHOT_ALTERED, stream, None, "the rows are not those that were recorded")


def _misspelled(stream: str) -> Iterator[Finding]:
    """Name every value of a configuration's tables that is not spelled as it would be written."""
    if connection.vendor != "sqlite":  # elsewhere a column holds nothing of another kind
        return
    for table in registry.snapshot_tables(stream):
        for column, found in _odd_values(table):
            detail = f"{table._meta.db_table}: {column} is {found!r}, which nobody would have written"
            yield Finding(Damage.SNAPSHOT_ALTERED, stream, None, detail)


def _odd_values(table: type[models.Model]) -> Iterator[tuple[str, object]]:
    """Yield each odd value of a table with its column: looked at column by column, and once however often it stands."""
    fields: Sequence[models.Field[Any, Any]] = table._meta.concrete_fields
    columns = ", ".join(as_stored(quoted(field.column)) for field in fields)
    for rows in in_batches(fetched(_ROWS.format(columns=columns, table=quoted(table._meta.db_table)))):
        for field, values in zip(fields, zip(*rows, strict=True), strict=True):
            as_it_is, rewritten = written_as_it_is(field), rewriter_of(field)
            for kind, stored in dict.fromkeys(zip(map(type, values), values, strict=True)):  # to Python, True is 1
                if kind is not as_it_is and stored != rewritten(stored):
                    yield field.column, stored
