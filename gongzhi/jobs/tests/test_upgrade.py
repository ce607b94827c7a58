"""A city of an earlier version is brought up to date: nothing is lost, the record is intact, nobody is locked out."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.core.management import call_command
from django.db import connection, transaction

from gongzhi.audit import operations as audit
from gongzhi.audit.models import Entry, HeldValue, OutboxItem
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.jobs.founding_commands import init
from gongzhi.jobs.people_commands import people, policy
from gongzhi.people import facts, queries
from gongzhi.people.models import PolicyGrant
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.city import FOUNDED_AT

NEWER_ROOMS = ("calendars.", "norms.", "places.", "notice.")
OLDER_ACTS = ("add_unit", "end_unit", "add_member", "appoint", "end_appointment", "make_token", "end_token")


def typed(command, *words: str) -> str:
    result = CliRunner().invoke(command, words, catch_exceptions=True)
    assert result.exit_code == 0, f"{result.output}{result.exception}"
    return result.output.strip()


def accounts() -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid, username, password, kind FROM people_account")
        return {tuple(str(one) for one in row) for row in cursor.fetchall()}


@pytest.fixture
def city_of_the_first_version(transactional_db, city):
    """The tables, the accounts and the policy table as the first version of the program left them."""
    PolicyGrant.objects.filter(act__startswith="people.").exclude(
        act__in=[f"people.{act}" for act in OLDER_ACTS]
    ).delete()
    for room in NEWER_ROOMS:
        PolicyGrant.objects.filter(act__startswith=room).delete()
    for table in (Entry, OutboxItem, HeldValue):
        table.objects.filter(stream__startswith="account:").delete()
        table.objects.filter(stream=queries.POLICY).delete()
    with transaction.atomic():
        audit.record_snapshot(queries.POLICY, facts.POLICY_CHANGED, by=FOUNDER, at=FOUNDED_AT, facts={"added": 1})
    call_command("migrate", "people", "0001", verbosity=0)
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("city_of_the_first_version")
def test_a_city_of_the_first_version_is_brought_up_to_date():
    before = accounts()
    assert f"{len(before)} 个账号" in typed(init)
    assert accounts() == before
    members = [one.account.uid for one in queries.members(at=FOUNDED_AT) if one.account is not None]
    assert {entries_of(f"account:{uid}")[0].type for uid in members} == {"account.taken-over"}
    assert verify().intact

    assert int(typed(policy, "seed")) > 0
    typed(policy, "put", "night_clerk", "case.accept", "city")
    typed(people, "add-member", "9001", "陈小明")
    typed(people, "end-member", "9001")
    edition = queries.edition()
    assert "个账号" not in typed(init)
    assert typed(policy, "seed") == "0"
    assert (queries.edition(), verify().intact) == (edition, True)
