"""Whatever somebody writes into a configuration table, verification names it, also where Django would read nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from django.apps import apps
from django.db import connection, models

from gongzhi.audit import registry
from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import recorded_models
from gongzhi.audit.tests.any_value import columns_of, tampered
from gongzhi.audit.tests.verification import named
from gongzhi.audit.verify.snapshots import compare
from gongzhi.calendars.models import CalendarDay
from gongzhi.dispatch import queries as dispatch
from gongzhi.dispatch.operations import put_rules
from gongzhi.dispatch.rules import Rule
from gongzhi.norms.models import FilingCondition, LegacyCode, ManagedClass, StageLimit
from gongzhi.norms.operations import put_publication
from gongzhi.norms.states import Publication
from gongzhi.notices.models import NoticeRule
from gongzhi.papers import queries as papers
from gongzhi.papers.operations import put_template
from gongzhi.papers.states import PaperKind
from gongzhi.people import queries as people
from gongzhi.people.models import PolicyGrant
from gongzhi.people.operations import put_credential_need
from gongzhi.people.states import Post
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.places.rules import Keeper
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db

STREAMS = (
    *(
        "config:calendars",
        "config:dispatch",
        "config:duties",
        "config:norms",
        "config:notices",
        "config:paper-templates",
    ),
    *("config:places", "config:policy", "config:publication"),
)
NOT_CONFIGURATION = {
    *("calendars.PastEdition", "cases.StuckTimer", "cases.Warned", "notices.Sending", "places.LayerFeature"),
    *("evidence.DisplayTask", "evidence.Upload", "evidence.UploadPiece", "intake.SheetSending", "intake.StuckMark"),
    *(
        "dispatch.PrecedentTerm",
        "people.FailedSignIn",
        "people.UsedCode",
        "portal.MonthCount",
        "portal.ReportDraft",
        "web.AttemptCount",
    ),
    *("web.KeptForm", "desk.SavedView", "intake.ReportTerm"),
}
"""Compared with digests in entries or with the rows they follow from, or named in docs/record.md as nobody's word."""
KEPT_ROWS = 3


@pytest.fixture
def a_few_rows(city) -> None:
    """Have something in every configuration table, and of each no more than a few rows."""
    night = Rule(code="night", unit_code="bureau", from_on=MONDAY_9AM.date())
    put_rules([night], seen=dispatch.edition(), by=FOUNDER, at=MONDAY_9AM)
    NoticeRule.objects.create(
        topic="case-dispatched", audience="unit", carrier="inbox", timing="immediate", from_at=MONDAY_9AM
    )
    text = papers.template_text(PaperKind.RECEIPT, at=MONDAY_9AM)
    put_template(PaperKind.RECEIPT, text, seen=papers.edition(), by=FOUNDER, at=MONDAY_9AM)
    some = ManagedClass.objects.order_by("key").first()
    put_publication(some.key, Publication.NEVER, grounds="试点", seen=0, by=FOUNDER, at=MONDAY_9AM)
    put_credential_need("case.close", "enforcement", seen=people.edition(), by=GIVES_POWERS, at=MONDAY_9AM)
    a_grid_that_somebody_answers_for()
    for table in (FilingCondition, StageLimit, CalendarDay, PolicyGrant, LegacyCode):
        kept = list(table.objects.order_by("pk").values_list("pk", flat=True)[:KEPT_ROWS])
        table.objects.exclude(pk__in=kept).delete()
    named = LegacyCode.objects.exclude(managed_class=None).values("managed_class_id")
    ManagedClass.objects.filter(conditions=None).exclude(key__in=named).delete()


def a_grid_that_somebody_answers_for() -> None:
    day, at = MONDAY_9AM.date(), MONDAY_9AM
    path = places.division("350203001901").path
    for planned in (
        partial(ground.plan_made_grid, within=path, cell_m=200),
        partial(ground.plan_made_groups, about=6),
    ):
        ground.import_layer(planned(from_on=day, on=day), seen=places.edition(), by=FOUNDER, at=at)
    keeper = Keeper(grid="350203001901R001", post=Post.COLLECTOR, unit="centre", from_on=day)
    ground.put_duties([keeper], from_on=day, seen=places.duties_edition(), by=FOUNDER, at=at)


def execute(statement: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])


def missed_in(stream: str) -> Sequence[tuple[str, str, str]]:
    rows = registry.snapshots()[stream]
    recorded = rows_digest(rows())
    assert list(compare(stream, rows, recorded=recorded)) == []
    missed = []
    for table in registry.snapshot_tables(stream):
        written = 0
        for column in columns_of(table._meta.label):
            for value in tampered(table._meta.label, column):
                written += 1
                if not list(compare(stream, rows, recorded=recorded)) and not named_elsewhere(table, but=stream):
                    missed.append((table._meta.label, column, value))
        assert written, f"nothing could be written into {table._meta.label}"
    return missed


def named_elsewhere(table: type[models.Model], *, but: str) -> bool:
    """Whether another stream that watches the same table names what was written into it."""
    others = {stream for stream in STREAMS if stream != but and table in registry.snapshot_tables(stream)}
    return any(stream in others for _, stream, _ in named()) if others else False


@pytest.mark.usefixtures("a_few_rows")
@pytest.mark.parametrize("stream", STREAMS)
def test_whatever_is_written_into_a_configuration_table_is_named(stream):
    assert missed_in(stream) == []


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("table", "stream"),
    [
        ("norms_filingcondition", "config:norms"),
        ("norms_managedclass", "config:norms"),
        ("norms_stagelimit", "config:norms"),
        ("places_division", "config:places"),
    ],
)
@pytest.mark.parametrize("end", ["2099-01-01 ", "2099-01-01 00:00:00"])
def test_an_end_that_django_would_read_as_none_is_named(table, stream, end):
    assert named() == []
    execute(f"UPDATE {table} SET until_on = %s WHERE id = (SELECT min(id) FROM {table})", end)
    assert ("snapshot-altered", stream, None) in named()


@pytest.mark.usefixtures("city")
def test_a_day_spelled_in_another_way_is_named_although_it_reads_the_same():
    spelled = "20260101" if connection.vendor == "sqlite" else "2031-01-01"
    execute("UPDATE calendars_calendarday SET day = %s WHERE day = '2026-01-01'", spelled)
    assert ("snapshot-altered", "config:calendars", None) in named()


def test_every_table_that_is_edited_as_a_whole_is_under_the_records_watch():
    assert set(STREAMS) == set(registry.snapshots())
    watched = {table for stream in registry.snapshots() for table in registry.snapshot_tables(stream)}
    others = {
        table
        for table in apps.get_models()
        if table.__module__.startswith("gongzhi.")
        and table._meta.app_label not in ("audit", "base", "api")
        and table not in recorded_models().values()
        and table._meta.label not in NOT_CONFIGURATION
    }
    assert others == watched
