"""What verification never looks at is said in docs/record.md, table by table and column by column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.audit.queries import recorded_models
from gongzhi.audit.verify import verify
from gongzhi.base.tests.other_process import ROOT
from gongzhi.places import operations as grounds
from gongzhi.places import queries as places
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM

JANUARY, TODAY = date(2026, 1, 1), date(2026, 11, 23)


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


@pytest.fixture
def city(db):
    """A whole city, with unit grids in one community, so that verification has a layer to look at."""
    put_city()
    community = places.division("350203001901")
    cut = grounds.plan_made_grid(within=community.path, cell_m=200, from_on=JANUARY, on=TODAY)
    grounds.import_layer(cut, seen=places.edition(), by=FOUNDER, at=MONDAY_9AM)


@pytest.mark.usefixtures("city")
def test_every_table_that_is_not_read_is_listed(not_looked_at):
    unread = set(unread_tables())
    assert "django_session" in unread
    assert "people_member" not in unread
    assert sorted(table for table in unread if f"`{table}`" not in not_looked_at) == []


@pytest.mark.usefixtures("city")
def test_no_table_that_is_read_is_listed(not_looked_at):
    read = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - set(unread_tables())
    assert sorted(table for table in read if f"`{table}`" in not_looked_at) == []


def test_every_column_that_does_not_enter_the_record_is_listed(not_looked_at):
    left_out = [
        f"{model._meta.db_table}.{column}" for model in recorded_models().values() for column in model.not_folded
    ]
    assert left_out, "no column is left out: the walk is broken"
    assert [column for column in left_out if f"`{column}`" not in not_looked_at] == []
