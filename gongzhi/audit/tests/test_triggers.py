"""The database itself refuses to change or delete what was recorded."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from gongzhi.audit import triggers
from gongzhi.audit.models import Entry
from gongzhi.people.operations import add_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded(placed):
    from gongzhi.audit.seals import _seal_new_positions

    assert _seal_new_positions(at=placed_at()) is not None
    triggers.install(connection)
    yield
    triggers.remove(connection)


def placed_at():
    from gongzhi.audit.tests.conftest import MONDAY

    return MONDAY


@pytest.mark.parametrize("table", triggers.GUARDED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "UPDATE {} SET {key} = {key}", "DELETE FROM {}"])
def test_what_was_recorded_is_never_changed_or_deleted(guarded, sql, table, statement):
    key = {"audit_entry": "seq", "audit_position": "position", "audit_seal": "number"}[table]
    statement = statement.replace("hash", "root") if table == "audit_seal" else statement
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        sql(statement.format(table, key=key))


def test_a_table_of_the_record_is_never_emptied_at_once(guarded, sql):
    emptied = {"sqlite": "DELETE FROM {}", "postgresql": "TRUNCATE {}"}[connection.vendor]
    for table in triggers.GUARDED:
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            sql(emptied.format(table))


def test_what_was_recorded_is_never_replaced(guarded, sql):
    key = {"audit_entry": "id", "audit_position": "position", "audit_seal": "number"}
    replaced = {
        "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
        "postgresql": "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT ({1}) DO UPDATE SET {1} = EXCLUDED.{1}",
    }[connection.vendor]
    for table in triggers.GUARDED:
        with pytest.raises(DatabaseError, match="what was recorded is never"), transaction.atomic():
            sql(replaced.format(table, key[table]))


def test_new_entries_are_still_written(guarded, clerk, hours):
    before = Entry.objects.count()
    add_unit("brigade", kind="brigade", name_zh="大队", name_en="Brigade", by=clerk, at=hours())
    assert Entry.objects.count() == before + 1


def test_installing_them_twice_and_removing_them_leaves_an_ordinary_table(guarded, sql):
    triggers.install(connection)
    triggers.remove(connection)
    sql("UPDATE audit_entry SET type = 'x'")
    assert set(Entry.objects.values_list("type", flat=True)) == {"x"}
