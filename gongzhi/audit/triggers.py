"""Triggers with which the database itself refuses to change or delete what was recorded.

They stop a slip, not somebody who owns the database and may drop them: that one is found by verification.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("audit_entry", "audit_position", "audit_seal")

# On SQLite, INSERT OR REPLACE deletes without firing a DELETE trigger; so a second row in the same place is refused.
_SAME = {
    "audit_entry": "id = NEW.id OR (stream = NEW.stream AND seq = NEW.seq)",
    "audit_position": "position = NEW.position OR (stream = NEW.stream AND seq = NEW.seq)",
    "audit_seal": "number = NEW.number",
}

_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, '{table}: what was recorded is never changed or deleted'); END"
    for table in GUARDED
    for act in ("update", "delete")
] + [
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608 - our own names
    f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
    f" BEGIN SELECT RAISE(ABORT, '{table}: what was recorded is never replaced'); END"
    for table, same in _SAME.items()
]
_SQLITE_DROP = [
    f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in GUARDED for act in ("update", "delete", "replace")
]
_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '%: what was recorded is never changed or deleted', TG_TABLE_NAME; END $$",
    *(
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for table in GUARDED
    ),
]
_POSTGRESQL_DROP = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in GUARDED),
    "DROP FUNCTION IF EXISTS audit_refuse()",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse UPDATE and DELETE (and TRUNCATE where it exists) of the record."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away again; only tests and a reversed migration do this."""
    _run(connection, _POSTGRESQL_DROP if connection.vendor == "postgresql" else _SQLITE_DROP)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
