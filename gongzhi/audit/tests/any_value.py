"""Writing values of every kind into a column, past everything but the column's own type."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import islice

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from gongzhi.audit.models import RecordedRow
from gongzhi.audit.verify import verify

EVERY_KIND = ("NULL", "5", "-3", "1099511627776", "2.5", "'abc'", "''")
ONLY_ON = {
    "sqlite": ("X'00ff'", "CAST(X'ff' AS TEXT)", "X''"),
    "postgresql": (
        "'018f0000-0000-7000-8000-000000000000'",
        "'2001-01-01T00:00:00Z'",
        "true",
        "false",
        "'[1]'::jsonb",
        "'media'",
        r"'\x00ff'::bytea",
    ),
}
# Where one damaged row is named by its neighbours or by the whole, so that two at once could not be told apart.
ONE_AT_A_TIME = {("audit.Position", '"position"'), ("audit.Seal", None)}


def columns_of(label: str) -> Iterator[str]:
    model = apps.get_model(label)
    unrecorded = {"id", *getattr(model, "not_folded", {})}
    return (f'"{field.column}"' for field in model._meta.concrete_fields if field.attname not in unrecorded)


def every_column(*labels: str) -> list[tuple[str, str]]:
    return [(label, column) for label in labels for column in columns_of(label)]


def every_value() -> tuple[str, ...]:
    return EVERY_KIND + ONLY_ON[connection.vendor]


@contextlib.contextmanager
def unchecked() -> Iterator[None]:
    """Switch off the CHECKs of SQLite, as anybody can who holds the file."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def stored(model: type[models.Model], column: str, key: int | str) -> tuple[str, str]:
    """What lies in a column of a row, to the byte."""
    spelled = {"sqlite": "typeof({0}), hex(CAST({0} AS BLOB))", "postgresql": "'', {0}::text"}[connection.vendor]
    table, pk = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {spelled.format(column)} FROM {table} WHERE {pk} = %s", [key])
        found = cursor.fetchone()
    return found or ("", "gone")


def write(model: type[models.Model], column: str, key: int | str, value: str) -> bool:
    """Write a value past every check; False when the database will not hold it, or already held it."""
    before = stored(model, column, key)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET {column} = {value} WHERE {model._meta.pk.column} = %s", [key]
            )
    except DatabaseError:
        return False
    return stored(model, column, key) != before


def first_of_each_stream(model: type[models.Model]) -> list[tuple[int | str, str]]:
    """The first row of each stream, by its key in the database; a seal belongs to no stream."""
    found: dict[str, int | str] = {}
    for row in model._base_manager.order_by("pk"):
        found.setdefault(row.stream if isinstance(row, RecordedRow) else getattr(row, "stream", "seals"), row.pk)
    return [(key, stream) for stream, key in found.items()]


def tampered(label: str, column: str) -> Iterator[str]:
    """Write every kind of value into a column of the first row, one after the other; yield each while it stands."""
    model = apps.get_model(label)
    key, _ = first_of_each_stream(model)[0]
    for value in every_value():
        with unchecked(), transaction.atomic():
            if write(model, column, key, value):
                yield value
            transaction.set_rollback(True)


def unnoticed(label: str, column: str) -> list[str]:
    """Write every kind of value into a column; return those that verification does not name.

    Each value is written into a row of another stream, so that verification must name all those streams at once. Where
    there are fewer streams than values, or damage is not named by its stream, several verifications are needed.
    """
    model = apps.get_model(label)
    rows = first_of_each_stream(model)
    if ONE_AT_A_TIME & {(label, column), (label, None)}:
        rows = rows[:1]
    missed: list[str] = []
    written = 0
    values = iter(every_value())
    while some := list(islice(values, len(rows))):
        with unchecked(), transaction.atomic():
            done = [
                (value, stream)
                for value, (key, stream) in zip(some, rows, strict=False)
                if write(model, column, key, value)
            ]
            written += len(done)
            if done:
                missed += _missed(done)
            transaction.set_rollback(True)
    held_by_checks = connection.vendor == "postgresql"  # its CHECKs cannot be switched off and may refuse every value
    assert written or held_by_checks, f"no value could be written into {label}.{column}"
    return missed


def _missed(done: Sequence[tuple[str, str]]) -> list[str]:
    """The values, written into rows of these streams, of which verification says nothing."""
    found = verify().findings
    if len(done) == 1:
        return [] if found else [done[0][0]]
    streams = {one.stream for one in found}
    return [value for value, stream in done if stream not in streams]
