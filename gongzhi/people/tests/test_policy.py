"""The policy table changes line by line, in the hands of the security administrator, and never without an entry."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.models import Entry, OutboxItem
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts, queries, registry
from gongzhi.people import operations as people
from gongzhi.people.models import PolicyGrant
from gongzhi.people.operations import (
    BeyondAdministration,
    NameBlank,
    NameTooLong,
    NotPermitted,
    OwnPowers,
    PowersApart,
    TableLocked,
)
from gongzhi.people.rules import ADMINISTRATION, Grant, Matter
from gongzhi.people.states import AccountKind, Post, Scope, Why
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import moves, staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)


def put(post, act, scope=Scope.CITY, *, by=GIVES_POWERS):
    people.put_grant(post, act, scope, seen=queries.edition(), by=by, at=MONDAY_9AM)


def end(post, act, *, by=GIVES_POWERS):
    people.end_grant(post, act, seen=queries.edition(), by=by, at=MONDAY_9AM)


def seed(*, by=GIVES_POWERS):
    return people.seed_policy(seen=queries.edition(), by=by, at=MONDAY_9AM)


def test_a_city_gives_a_post_of_its_own_a_power_and_takes_it_again():
    clerk = people.add_member("8001", name="陈", by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(clerk, post="night_clerk", unit="centre", at=MONDAY_9AM)
    (held,) = queries.appointments(at=MONDAY_9AM, post="night_clerk")
    assert not queries.allow(held.actor(), "case.accept", Matter(), at=MONDAY_9AM)
    put("night_clerk", "case.accept")
    assert queries.allow(held.actor(), "case.accept", Matter(), at=MONDAY_9AM)
    end("night_clerk", "case.accept")
    assert not queries.allow(held.actor(), "case.accept", Matter(), at=MONDAY_9AM)
    told = [one.facts for one in entries_of(queries.POLICY)[-2:]]
    assert [(one["post"], one["act"], one["scope"]) for one in told] == [
        ("night_clerk", "case.accept", "city"),
        ("night_clerk", "case.accept", None),
    ]
    assert verify().intact


def test_a_power_is_made_to_reach_otherwise():
    put(Post.HANDLER, "case.submit_result", Scope.CITY)
    (line,) = [one for one in queries.grants() if (one.post, one.act) == (Post.HANDLER, "case.submit_result")]
    assert line == Grant(Post.HANDLER, "case.submit_result", Scope.CITY)
    assert verify().intact


@pytest.mark.parametrize("by", [FOUNDER, member], ids=["system administrator", "acceptor"])
def test_only_the_security_administrator_changes_the_table(by):
    hands = by(Post.ACCEPTOR) if callable(by) else by
    with pytest.raises(NotPermitted):
        put("night_clerk", "case.accept", by=hands)
    with pytest.raises(NotPermitted):
        end(Post.ACCEPTOR, "case.accept", by=hands)
    with pytest.raises(NotPermitted):
        seed(by=hands)


def test_the_table_is_changed_on_what_was_seen():
    seen = queries.edition()
    put("night_clerk", "case.accept")
    with pytest.raises(ChangedMeanwhile):
        people.put_grant("night_clerk", "case.close", Scope.CITY, seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(ChangedMeanwhile):
        people.end_grant("night_clerk", "case.accept", seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(ChangedMeanwhile):
        people.seed_policy(seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)
    assert [one.act for one in queries.grants() if one.post == "night_clerk"] == ["case.accept"]


def test_nobody_gives_a_power_to_the_own_post():
    with pytest.raises(OwnPowers):
        put(Post.SECURITY_ADMINISTRATOR, "case.close", by=member(Post.SECURITY_ADMINISTRATOR))


@pytest.mark.parametrize(("owner", "act"), ADMINISTRATION)
def test_an_act_of_administration_goes_to_no_other_post(owner, act):
    for post in {Post.SYSTEM_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR, Post.LEADER, "night_clerk"} - {owner}:
        with pytest.raises(PowersApart):
            put(post, act)


def test_what_one_administrator_does_another_one_does_not():
    with pytest.raises(PowersApart):
        put(Post.SYSTEM_ADMINISTRATOR, "record.read")
    with pytest.raises(PowersApart):
        put(Post.AUDIT_ADMINISTRATOR, "parameter.set")


@pytest.mark.parametrize(
    ("post", "act", "owner"),
    [
        (Post.SHIFT_LEADER, "report.erase", Post.AUDIT_ADMINISTRATOR),
        (Post.SHIFT_LEADER, "parameter.set", Post.SYSTEM_ADMINISTRATOR),
        (Post.LEADER, "record.read", Post.AUDIT_ADMINISTRATOR),
        ("night_clerk", "places.import", Post.SYSTEM_ADMINISTRATOR),
        ("night_clerk", "calendars.set_day", Post.SYSTEM_ADMINISTRATOR),
        ("night_clerk", "norms.put", Post.SYSTEM_ADMINISTRATOR),
        ("night_clerk", "dispatch.put_rules", Post.SYSTEM_ADMINISTRATOR),
        ("night_clerk", "notice.put_rule", Post.SYSTEM_ADMINISTRATOR),
        (Post.DEPARTMENT_DESK, "people.read", Post.AUDIT_ADMINISTRATOR),
        (Post.MACHINE, "parameter.set", Post.SYSTEM_ADMINISTRATOR),
    ],
)
def test_what_only_administrators_do_goes_to_no_post_at_work(post, act, owner):
    with pytest.raises(PowersApart) as refused:
        put(post, act)
    assert refused.value.facts == {"post": post, "act": act, "owner": owner}


@pytest.mark.parametrize("post", [Post.SYSTEM_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR])
@pytest.mark.parametrize("act", ["case.close", "visit.report", "report.reveal_contact", "report.read_files"])
def test_an_administrator_takes_no_part_in_the_work(post, act):
    with pytest.raises(BeyondAdministration):
        put(post, act)


def test_what_administrators_share_with_the_work_a_city_gives_to_others_and_to_no_further_administrator():
    put("night_clerk", "case.read")
    put(Post.AUDIT_ADMINISTRATOR, "case.read")
    with pytest.raises(BeyondAdministration):
        put(Post.SYSTEM_ADMINISTRATOR, "case.read")


def test_seeding_ends_lines_that_an_earlier_version_allowed():
    lines = [
        ("night_clerk", "parameter.set"),
        (Post.SYSTEM_ADMINISTRATOR, "case.close"),
        ("night_clerk", "case.accept"),
        ("night_clerk", "bridge.close"),
    ]
    with transaction.atomic():
        PolicyGrant.objects.bulk_create(PolicyGrant(post=post, act=act, scope="city") for post, act in lines)
        audit.record_snapshot(queries.POLICY, facts.POLICY_CHANGED, by=FOUNDER, at=MONDAY_9AM, facts={"added": 4})
    seed()
    left = {(one.post, one.act) for one in queries.grants()}
    assert [line in left for line in lines] == [False, False, True, True], "nobody knows what closing a bridge is"
    assert entries_of(queries.POLICY)[-1].facts["ended"] == 2


@pytest.mark.parametrize(("post", "refusal"), [("\u3000", NameBlank), ("x" * 41, NameTooLong)])
def test_a_post_has_a_name(post, refusal):
    with pytest.raises(refusal):
        put(post, "case.accept")


def test_an_act_that_no_room_knows_is_given_to_nobody():
    with pytest.raises(NotFound):
        put(Post.LEADER, "case.colse")


def test_a_line_that_is_not_there_cannot_end():
    with pytest.raises(NotFound):
        end(Post.LEADER, "case.accept")


def test_the_line_that_changes_the_table_stays():
    with pytest.raises(TableLocked):
        end(Post.SECURITY_ADMINISTRATOR, "people.put_grant")
    put("night_clerk", "case.accept")


def test_nobody_gives_a_power_to_any_post_of_their_own():
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    staff.appoint(UUID(keeper.id), post="night_clerk", unit="centre", at=MONDAY_9AM)
    staff.appoint(UUID(keeper.id), post="day_clerk", unit="centre", at=MONDAY_9AM + A_DAY)
    for post in ("night_clerk", "day_clerk"):
        with pytest.raises(OwnPowers):
            put(post, "case.close", by=keeper)
    put("dawn_clerk", "case.close", by=keeper)


def test_seeding_again_brings_acts_that_are_new_and_not_what_the_city_ended(monkeypatch):
    assert seed() == 0
    end(Post.SHIFT_LEADER, "case.void")
    end(Post.DISPATCHER, "case.dispatch")
    put("night_clerk", "case.dispatch")
    monkeypatch.setattr(registry, "_grants", dict(registry._grants))
    registry.register_acts([(Post.LEADER, "bridge.close")])
    seed()
    table = {(one.post, one.act) for one in queries.grants()}
    assert (Post.LEADER, "bridge.close") in table
    assert (Post.DISPATCHER, "case.dispatch") not in table
    assert (Post.SHIFT_LEADER, "case.void") not in table
    assert entries_of(queries.POLICY)[-1].facts["acts"] == ["bridge.close"]
    assert verify().intact


def test_what_the_city_ended_before_the_record_told_which_acts_were_seeded_stays_ended(monkeypatch):
    end(Post.SHIFT_LEADER, "case.void")
    told = entries_of(queries.POLICY)
    untold = [replace(one, facts={name: fact for name, fact in one.facts.items() if name != "acts"}) for one in told]
    monkeypatch.setattr(audit_queries, "entries_of", lambda stream: untold)
    assert seed() == 0


@pytest.fixture
def older_table(city):
    """The policy table as the first version of the program founded it, when nobody could change it yet."""
    everybody_gives = ("appoint", "end_appointment", "make_token", "end_token")
    PolicyGrant.objects.filter(act__startswith="people.").exclude(act__in=OLDER).delete()
    PolicyGrant.objects.bulk_create(
        PolicyGrant(post=Post.SYSTEM_ADMINISTRATOR, act=f"people.{act}", scope="city") for act in everybody_gives
    )
    Entry.objects.filter(stream=queries.POLICY).delete()
    OutboxItem.objects.filter(stream=queries.POLICY).delete()
    with transaction.atomic():
        audit.record_snapshot(queries.POLICY, facts.POLICY_CHANGED, by=FOUNDER, at=MONDAY_9AM, facts={"added": 1})


OLDER = [
    f"people.{act}"
    for act in ("add_unit", "end_unit", "add_member", "appoint", "end_appointment", "make_token", "end_token")
]


@pytest.mark.usefixtures("older_table")
def test_the_security_administrator_seeds_a_table_that_could_not_be_changed_yet():
    with pytest.raises(NotPermitted):
        put("night_clerk", "case.accept")
    for by in (FOUNDER, member(Post.SYSTEM_ADMINISTRATOR), member(Post.ACCEPTOR)):
        with pytest.raises(NotPermitted):
            seed(by=by)
    assert seed(by=member(Post.SECURITY_ADMINISTRATOR)) > 0
    table = {(one.post, one.act) for one in queries.grants()}
    assert set(ADMINISTRATION) <= table
    put("night_clerk", "case.accept")
    assert verify().intact


@pytest.mark.usefixtures("older_table")
def test_seeding_takes_from_an_administrator_what_now_belongs_to_another_one():
    assert queries.allow(FOUNDER, "people.appoint", Matter(), at=MONDAY_9AM)
    seed()
    assert not queries.allow(FOUNDER, "people.appoint", Matter(), at=MONDAY_9AM)
    assert entries_of(queries.POLICY)[-1].facts["ended"] == 4
    assert verify().intact


# --- why ------------------------------------------------------------------------------------------------------------


ANYWHERE = Matter()


def why(act, *, matter=ANYWHERE, post=None):
    return {
        (one.post, one.unit): (one.reaches, one.why)
        for one in queries.powers(act, matter=matter, at=MONDAY_9AM, post=post)
    }


def test_the_table_says_who_may_act_for_a_unit_and_who_only_for_another():
    told = why("case.submit_result", matter=Matter(unit=moves.SIMING_BUREAU))
    assert told[Post.HANDLER, moves.SIMING_BUREAU] == (True, Why.WITH_ITS_UNIT)
    assert told[Post.HANDLER, moves.HULI_BUREAU] == (False, Why.WITH_ANOTHER_UNIT)


def test_the_table_says_whose_power_ends_at_the_border():
    staff.grant("warden", "case.locate", Scope.AREA, at=MONDAY_9AM)
    warden = people.add_member("8001", name="陈", by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(warden, post="warden", unit=moves.SIMING_BUREAU, at=MONDAY_9AM)
    for area, reaches, because in (
        ("350200/350203/350203001", True, Why.IN_ITS_AREA),
        ("350200/350206", False, Why.OUTSIDE_ITS_AREA),
        ("", False, Why.OUTSIDE_ITS_AREA),
    ):
        told = why("case.locate", matter=Matter(area=area), post="warden")
        assert told == {("warden", moves.SIMING_BUREAU): (reaches, because)}


def test_what_the_table_says_is_what_is_decided():
    matter = Matter(area="350200/350203", unit=moves.SIMING_BUREAU)
    for act in sorted({one.act for one in queries.grants()}):
        for one in queries.powers(act, matter=matter, at=MONDAY_9AM):
            held = [
                each
                for each in queries.appointments(at=MONDAY_9AM, post=one.post, unit=one.unit)
                if each.member == one.member
            ]
            assert queries.allow(held[0].actor(), act, matter, at=MONDAY_9AM) == one.reaches


def test_whose_account_is_closed_may_do_nothing_and_the_table_says_why():
    chen = people.add_member_with_account(
        "8001", name="陈", username="chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )
    staff.appoint(chen, post="night_clerk", unit="centre", at=MONDAY_9AM)
    put("night_clerk", "case.accept")
    assert why("case.accept", post="night_clerk") == {("night_clerk", "centre"): (True, Why.EVERYWHERE)}
    account = queries.account_named("chen")
    people.close_account(account.uid, seen=account.version, by=GIVES_POWERS, at=MONDAY_9AM)
    assert why("case.accept", post="night_clerk") == {("night_clerk", "centre"): (False, Why.ACCOUNT_CLOSED)}


def test_the_units_are_read_once_however_many_answer(django_assert_num_queries):
    assert len({unit for _, unit in why("case.submit_result")}) > 2
    with django_assert_num_queries(6):  # the edition, posts, substitutions, members, units, nights
        why("case.submit_result")


def test_an_act_that_nobody_knows_is_not_explained():
    with pytest.raises(NotFound):
        why("case.fly")


def test_an_act_without_a_line_is_in_nobodys_power():
    assert why("case.accept", post=Post.HANDLER) == {}


def test_a_paper_that_a_new_act_needs_keeps_nobody_from_getting_the_act(monkeypatch):
    lines = [*registry.default_grants(), Grant(Post.LEADER, "bridge.close", Scope.CITY)]
    monkeypatch.setattr(registry, "default_grants", lambda: lines)
    people.put_credential_need("bridge.close", "enforcement", seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM)
    assert seed() == 1
    assert (Post.LEADER, "bridge.close") in {(one.post, one.act) for one in queries.grants()}
