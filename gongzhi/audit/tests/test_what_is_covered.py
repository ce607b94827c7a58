"""What verification never looks at is said in docs/record.md, table by table and column by column."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.audit.queries import recorded_models
from gongzhi.audit.verify import verify
from gongzhi.base.tests.other_process import ROOT


@pytest.fixture(scope="module")
def not_looked_at() -> str:
    """The part of the page that lists what verification does not look at."""
    page = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
    _, _, after = page.partition("It does not look at\n")
    part, _, _ = after.partition("\n## ")
    assert part, "the page no longer has this list"
    return part


def unread_tables() -> Iterator[str]:
    """The tables that a verification does not even ask for."""
    with CaptureQueriesContext(connection) as asked:
        assert verify().intact
    statements = "\n".join(one["sql"] for one in asked.captured_queries)
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if not any(spelled in statements for spelled in (f'"{table}"', f" {table} ")):
            yield table


@pytest.mark.usefixtures("officer", "city")
def test_every_table_that_is_not_read_is_listed(not_looked_at):
    unread = set(unread_tables())
    assert "django_session" in unread
    assert "people_member" not in unread
    assert sorted(table for table in unread if f"`{table}`" not in not_looked_at) == []


@pytest.mark.usefixtures("officer", "city")
def test_no_table_that_is_read_is_listed(not_looked_at):
    read = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - set(unread_tables())
    assert sorted(table for table in read if f"`{table}`" in not_looked_at) == []


def test_every_column_that_does_not_enter_the_record_is_listed(not_looked_at):
    left_out = [
        f"{model._meta.db_table}.{column}" for model in recorded_models().values() for column in model.not_folded
    ]
    assert left_out, "no column is left out: the walk is broken"
    assert [column for column in left_out if f"`{column}`" not in not_looked_at] == []
