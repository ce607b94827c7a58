"""The policy table decides: seeds, scopes, tokens."""

from datetime import timedelta

import pytest
from django.db import connection

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases.lifecycle import CASE
from gongzhi.kernel.actor import TIMER, Actor, ActorKind
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.models import AccessToken, PolicyGrant
from gongzhi.people.operations import NotPermitted
from gongzhi.people.rules import Matter, Separation
from gongzhi.people.states import AccountKind, Post, Scope
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS, IMPORTER
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)


def test_the_lifecycle_seeds_the_table():
    table = {(post, act): scope for post, act, scope in queries.policy_rows()}
    for post, act in CASE.seeds():
        unit_only = post in (Post.DEPARTMENT_DESK, Post.HANDLER)
        assert table[post, act] == (Scope.UNIT if unit_only else Scope.CITY)
    assert len(table) == len(registry.default_grants())


def test_acts_kept_apart_by_two_rooms_stay_apart_for_both(monkeypatch):
    monkeypatch.setattr(registry, "_separations", {})
    registry.register_separation("case.close", not_after=["case.submit_result"])
    registry.register_separation("case.close", not_after=["case.file"])
    assert registry.separations() == [Separation("case.close", frozenset({"case.submit_result", "case.file"}))]


def test_a_line_slipped_into_the_table_is_found():
    PolicyGrant.objects.create(post=Post.HANDLER, act="case.close", scope=Scope.CITY.value)
    assert [one.stream for one in verify().findings] == ["config:policy"]


@pytest.mark.parametrize("by", [TIMER, IMPORTER, Actor(id="x", kind=ActorKind.REPORTER)], ids=lambda by: by.kind)
def test_whoever_is_no_member_has_only_the_powers_of_its_post(by):
    with pytest.raises(NotPermitted):
        queries.require(by, "case.classify", Matter(), at=MONDAY_9AM)


def test_the_desk_of_a_unit_answers_for_the_units_below_it():
    bureau = people.add_member("8001", name="陈", by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(bureau, post=Post.DEPARTMENT_DESK, unit="bureau", at=MONDAY_9AM)
    above = Actor(id=str(bureau), kind=ActorKind.MEMBER, post=Post.DEPARTMENT_DESK, unit="bureau")
    below = member(Post.DEPARTMENT_DESK, "bureau-350203")
    assert queries.allow(above, "case.acknowledge", Matter(unit="bureau-350203"), at=MONDAY_9AM)
    assert not queries.allow(below, "case.acknowledge", Matter(unit="bureau"), at=MONDAY_9AM)


def test_an_area_power_ends_at_the_border():
    staff.grant("warden", "case.locate", Scope.AREA, at=MONDAY_9AM)
    warden = people.add_member("8001", name="陈", by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(warden, post="warden", unit="bureau-350203", at=MONDAY_9AM)
    by = Actor(id=str(warden), kind=ActorKind.MEMBER, post="warden", unit="bureau-350203")
    allowed = [
        queries.allow(by, "case.locate", Matter(area=area), at=MONDAY_9AM)
        for area in ("350200/350203/350203001", "350200/350206", "")
    ]
    assert allowed == [True, False, False]


# --- tokens ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(city):
    account = people.make_account("clerk", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    person = people.add_member("8001", name="陈", account=account, by=FOUNDER, at=MONDAY_9AM)
    return staff.appoint(person, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)


def test_a_token_acts_in_its_appointment(clerk):
    token = staff.token(clerk, name="desk", at=MONDAY_9AM)
    by = queries.actor_of_token(token, at=MONDAY_9AM)
    assert by is not None
    assert (by.post, by.unit, by.kind) == (Post.ACCEPTOR, "centre", ActorKind.MEMBER)
    assert queries.allow(by, "case.accept", Matter(), at=MONDAY_9AM)


@pytest.mark.parametrize("token", ["", "x", "不存在"])
def test_an_unknown_token_is_nobody(token, clerk):
    assert queries.actor_of_token(token, at=MONDAY_9AM) is None


def test_a_token_ends_with_its_time_and_with_its_appointment(clerk):
    short = staff.token(clerk, name="a day", at=MONDAY_9AM, until_at=MONDAY_9AM + A_DAY)
    long = staff.token(clerk, name="for good", at=MONDAY_9AM)
    assert queries.actor_of_token(short, at=MONDAY_9AM + A_DAY) is None
    assert queries.actor_of_token(long, at=MONDAY_9AM + A_DAY) is not None
    assert queries.actor_of_token(long, at=MONDAY_9AM - A_DAY) is None
    staff.end_appointment(clerk, at=MONDAY_9AM + 2 * A_DAY)
    assert queries.actor_of_token(long, at=MONDAY_9AM + 2 * A_DAY) is None


def test_a_token_is_kept_nowhere_in_clear(clerk):
    token = staff.token(clerk, name="desk", at=MONDAY_9AM)
    assert token not in str(list(AccessToken.objects.values()))


def test_a_token_needs_an_account():
    person = people.add_member("8001", name="陈", by=FOUNDER, at=MONDAY_9AM)
    appointment = staff.appoint(person, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    with pytest.raises(NotFound):
        staff.token(appointment, name="desk", at=MONDAY_9AM)


def test_a_machines_token_acts_as_a_machine_and_only_while_it_is_appointed():
    machine = people.add_member_with_account(
        "9001", name="监测平台", username="sensors", kind=AccountKind.MACHINE, by=FOUNDER, at=MONDAY_9AM
    )
    appointment = staff.appoint(machine, post=Post.MACHINE, unit="centre", at=MONDAY_9AM)
    token = staff.token(appointment, name="sensors", at=MONDAY_9AM)
    by = queries.actor_of_token(token, at=MONDAY_9AM)
    assert by is not None
    assert by.kind is ActorKind.MACHINE
    assert queries.allow(by, "report.observe", Matter(), at=MONDAY_9AM)
    staff.end_appointment(appointment, at=MONDAY_9AM + A_DAY)
    assert not queries.allow(by, "report.observe", Matter(), at=MONDAY_9AM + A_DAY)


def test_an_ended_token_opens_nothing_and_both_are_in_the_record(clerk):
    token = staff.token(clerk, name="desk", at=MONDAY_9AM)
    row = AccessToken.objects.get(appointment__uid=clerk, name="desk")
    staff.end_token(row.uid, at=MONDAY_9AM + A_DAY)
    assert queries.actor_of_token(token, at=MONDAY_9AM + A_DAY) is None
    told = entries_of(row.stream)[-2:]
    assert [one.type for one in told] == ["member.token-made", "member.token-ended"]
    assert {one.facts["token"] for one in told} == {str(row.uid)}
    assert token not in str(told)
    assert verify().intact
    with pytest.raises(NotFound):
        people.end_token(
            row.uid, seen=queries.member_version(row.member_id), by=GIVES_POWERS, at=MONDAY_9AM + 2 * A_DAY
        )


def test_a_token_that_was_altered_behind_the_record_is_found(clerk):
    staff.token(clerk, name="desk", at=MONDAY_9AM)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_accesstoken SET hash = %s WHERE name = %s", ["0" * 64, "desk"])
    assert not verify().intact


def test_only_administrators_give_powers(clerk):
    acceptor = member(Post.ACCEPTOR)
    with pytest.raises(NotPermitted):
        people.make_token(clerk, name="mine", seen=2, by=acceptor, at=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        people.end_appointment(clerk, seen=2, by=acceptor, at=MONDAY_9AM + A_DAY)


def test_a_token_is_made_and_ended_on_what_was_seen(clerk):
    with pytest.raises(ChangedMeanwhile):
        people.make_token(clerk, name="desk", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    held = queries.token(staff.token(clerk, at=MONDAY_9AM))
    with pytest.raises(ChangedMeanwhile):
        people.end_token(held.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert AccessToken.objects.get(uid=held.uid).until_at is None


def test_no_token_is_made_for_a_post_that_is_over(clerk):
    staff.end_appointment(clerk, at=MONDAY_9AM + A_DAY)
    with pytest.raises(NotFound):
        staff.token(clerk, at=MONDAY_9AM + A_DAY)
