"""The rows: whether the tables hold just what the entries say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models

from gongzhi.audit.models import Entry, RecordedRow
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import spelling
from gongzhi.audit.verify.fold import Columns, Folded
from gongzhi.audit.verify.positions import Lost
from gongzhi.audit.verify.stored import fetched, in_batches, quoted
from gongzhi.audit.verify.values import NOTHING_KEPT, Kept, holds
from gongzhi.base.queries import as_stored

_OWNERS = "SELECT {owner}, {key} FROM {table}"
_ROWS = "SELECT {columns} FROM {table} WHERE {owner} IN ({owners})"


class Rows:
    """The recorded tables, compared group by group. `compared` counts the rows that the entries speak of."""

    def __init__(self, tables: Mapping[str, type[RecordedRow]]) -> None:
        """Begin with the recorded tables by their name in the record."""
        self.compared = 0
        self._tables = tables
        self._met: dict[str, int] = {}

    def compare(self, group: Sequence[Folded], kept: Kept) -> Iterator[Finding]:
        """Find the rows of a group of streams that are altered, missing, or not in the record."""
        wanted: dict[str, dict[str, Folded]] = {}
        for folded in group:
            for label, _ in folded.rows:
                wanted.setdefault(label, {})[folded.stream] = folded
        for label, streams in wanted.items():
            table = self._tables.get(label)
            if table is None:
                for stream in streams:
                    yield Finding(Damage.ROW_MISSING, stream, None, f"there is no table {label}")
            else:
                yield from self._compare_table(table, streams, kept)

    def _compare_table(self, table: type[RecordedRow], streams: Mapping[str, Folded], kept: Kept) -> Iterator[Finding]:
        label = table.record_label()
        found, json_columns = _rows_of(table, streams), _json_columns(table)
        self._met[label] = self._met.get(label, 0) + len(found)
        for stream, folded in streams.items():
            for said_label, key in folded.rows:
                if said_label != label:
                    continue
                self.compared += 1
                row, said = found.pop((stream, key), None), folded.rows[label, key]
                if row is None:
                    yield Finding(Damage.ROW_MISSING, stream, None, f"{label} {key}")
                elif row != said or not all(spelling.spelled_alike(row[name], said[name]) for name in json_columns):
                    yield from _compare_row(table, folded, key, row, kept)
        for stream, key in found:
            if not streams[stream].unsure:
                yield Finding(Damage.ROW_UNRECORDED, stream, None, f"{label} {key}")

    def unrecorded(self, *, lost: Lost) -> Iterator[Finding]:
        """Find, after all groups, rows whose whole stream does not exist; those of `lost` streams are known."""
        for label, table in self._tables.items():
            if table._base_manager.count() == self._met.get(label, 0):
                continue
            for some in in_batches(_places_of(table)):
                streams = {stream for stream, _ in some}
                known = set(Entry.objects.filter(stream__in=streams).values_list("stream", flat=True).distinct())
                for stream, key in some:
                    if stream not in known and stream not in lost:
                        yield Finding(Damage.ROW_UNRECORDED, stream, None, f"{label} {key}")


def _compare_row(table: type[RecordedRow], folded: Folded, key: str, row: Columns, kept: Kept) -> Iterator[Finding]:
    """Look at a row that is not just what the entries say: with committed, younger or altered columns."""
    label = table.record_label()
    said = folded.rows[label, key]
    for column in table.folded_fields():
        name = column.attname
        value = row[name]
        if name not in said and folded.unsure:
            continue
        expected: Any = said[name] if name in said else spelling.default_of(column)
        if value == expected and spelling.spelled_alike(value, expected):
            continue
        place = f"{label}/{key}/{name}"
        if place in folded.in_row:
            seq = folded.in_row[place]
            salt = kept.get((folded.stream, seq, place), NOTHING_KEPT).salt
            if salt and not holds(expected["held"], salt, value):
                detail = f"{label} {key}: {name} is not what was recorded"
                yield Finding(Damage.ROW_ALTERED, folded.stream, seq, detail)
        else:
            detail = f"{label} {key}: {name} is {value!r}, the record says {expected!r}"
            yield Finding(Damage.ROW_ALTERED, folded.stream, folded.last, detail)


def _rows_of(table: type[RecordedRow], streams: Iterable[str]) -> dict[tuple[str, str], Columns]:
    """Return the rows of some streams by stream and key, each column spelled as the record spells it."""
    owners = [stream.partition(":")[2] for stream in streams if stream.startswith(f"{table.stream_kind}:")]
    fields = table.folded_fields()
    names = [field.attname for field in fields]
    owner = next(field for field in fields if field.attname == table.stream_column)
    spellers = [spelling.speller_of(field) for field in fields]
    to_spell = [(place, how) for place, how in enumerate(spellers) if how is not None]
    found = {}
    with connection.cursor() as cursor:
        query = _ROWS.format(
            columns=", ".join(as_stored(quoted(field.column)) for field in fields),
            table=quoted(table._meta.db_table),
            owner=quoted(owner.column),
            owners=", ".join(["%s"] * len(owners)),
        )
        cursor.execute(query, list(_prepared(owner, owners)))
        for row in cursor.fetchall():
            values = list(row)
            try:
                for place, how in to_spell:
                    if values[place] is not None:
                        values[place] = how(values[place])
            except spelling.UNSPELLABLE:
                values = [spelling.spell(value, how) for value, how in zip(row, spellers, strict=True)]
            columns = dict(zip(names, values, strict=True))
            stream = f"{table.stream_kind}:{columns[table.stream_column]}"
            found[stream, str(columns[table.key_column])] = columns
    return found


def _prepared(owner: models.Field[Any, Any], names: Iterable[str]) -> Iterator[Any]:
    """Yield the owners as the column keeps them, leaving out names that no row can bear."""
    if connection.vendor == "sqlite" and spelling.kind_of(owner) == "UUIDField":
        yield from (name.replace("-", "") for name in names)  # any other text is borne by no row, and no fault
        return
    for name in names:
        with contextlib.suppress(ValidationError):
            yield owner.get_db_prep_value(name, connection)


def _places_of(table: type[RecordedRow]) -> Iterator[tuple[str, str]]:
    """Yield stream and key of every row of a table, however damaged."""
    fields = {field.attname: field for field in table.folded_fields()}
    columns = [fields[name] for name in (table.stream_column, table.key_column)]
    owner, key = (as_stored(quoted(field.column)) for field in columns)
    spellers = [spelling.speller_of(field) for field in columns]
    for row in fetched(_OWNERS.format(owner=owner, key=key, table=quoted(table._meta.db_table))):
        said = [spelling.spell(value, how) for value, how in zip(row, spellers, strict=True)]
        yield f"{table.stream_kind}:{said[0]}", str(said[1])


@cache
def _json_columns(table: type[RecordedRow]) -> list[str]:
    return [field.attname for field in table.folded_fields() if spelling.kind_of(field) == "JSONField"]
