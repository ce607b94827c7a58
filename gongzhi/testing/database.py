"""What lies in the database, as whoever holds a copy of it would see it."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection


def everything_stored() -> Iterator[object]:
    """All bytes and texts of all tables, as the database keeps them."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                for value in row:
                    yield bytes(value) if isinstance(value, memoryview) else value
