"""Writing values of every kind into a column, past everything but the column's own type."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

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


def columns_of(label: str) -> Iterator[str]:
    model = apps.get_model(label)
    unrecorded = {"id", *getattr(model, "not_folded", {})}
    return (f'"{field.column}"' for field in model._meta.concrete_fields if field.attname not in unrecorded)


def every_column(*labels: str) -> list[tuple[str, str]]:
    return [(label, column) for label in labels for column in columns_of(label)]


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


def stored(model: type[models.Model], column: str) -> list[tuple[str, str]]:
    """What lies in a column, to the byte."""
    spelled = {"sqlite": "typeof({0}), hex(CAST({0} AS BLOB))", "postgresql": "'', {0}::text"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {spelled.format(column)} FROM {model._meta.db_table} ORDER BY 1, 2")
        return [tuple(row) for row in cursor.fetchall()]


def write(model: type[models.Model], column: str, value: str) -> bool:
    """Write a value past every check; False when the database will not hold it, or already held it."""
    table, key = model._meta.db_table, model._meta.pk.column
    before = stored(model, column)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = (SELECT min({key}) FROM {table})")
    except DatabaseError:
        return False
    return stored(model, column) != before


def unnoticed(label: str, column: str) -> list[str]:
    """Write every kind of value into a column, one after the other; return those that verification does not name."""
    model = apps.get_model(label)
    missed, written = [], 0
    for value in EVERY_KIND + ONLY_ON[connection.vendor]:
        with unchecked(), transaction.atomic():
            if write(model, column, value):
                written += 1
                if verify().intact:
                    missed.append(value)
            transaction.set_rollback(True)
    held_by_checks = connection.vendor == "postgresql"  # its CHECKs cannot be switched off and may refuse every value
    assert written or held_by_checks, f"no value could be written into {label}.{column}"
    return missed
