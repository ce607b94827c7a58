"""Accounts: who may open the door, on record like everything that gives power."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.db import connection

from gongzhi.audit.models import Entry, HeldValue, OutboxItem, UnrecordedChange
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.base.words import words_of
from gongzhi.config import settings as shipped
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.models import Account
from gongzhi.people.operations import (
    AccountClosed,
    AccountOpen,
    CodeTaken,
    KeyOfAnAdministrator,
    MemberEnded,
    NotPermitted,
    PasswordWeak,
)
from gongzhi.people.states import ADMINISTRATORS, AccountKind, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)
PASSWORD = "八月桂花香满园2026"


@pytest.fixture
def chen(city):
    """A member with an account named chen."""
    return people.add_member_with_account(
        "8001", name="陈小明", username="chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )


@pytest.fixture
def account(chen):
    return queries.account_named("chen")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found():
    return {(one.damage.value, one.stream) for one in verify().findings}


def test_an_account_and_its_user_name_are_on_record_and_the_name_is_a_commitment(account):
    (made,) = entries_of(f"account:{account.uid}")
    assert made.type == "account.made"
    told = made.rows["people.account"][str(account.uid)]
    assert (told["kind"], told["is_active"]) == ("staff", True)
    assert "chen" not in str(made.rows)
    assert verify().intact


def test_only_the_system_administrator_makes_accounts():
    for by in (GIVES_POWERS, member(Post.ACCEPTOR)):
        with pytest.raises(NotPermitted):
            people.make_account("wang", kind=AccountKind.STAFF, by=by, at=MONDAY_9AM)
    people.make_account("wang", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    assert queries.account_named("wang").is_active


def test_a_user_name_belongs_to_one_account_and_an_account_to_one_member(account):
    with pytest.raises(CodeTaken):
        people.make_account("chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(CodeTaken):
        people.add_member("8002", name="林", account=account.uid, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(NotFound):
        people.add_member("8002", name="林", account=new_id(), by=FOUNDER, at=MONDAY_9AM)


# --- what was done by hand ------------------------------------------------------------------------------------------


def test_an_account_that_was_slipped_in_is_named():
    uid = new_id()
    stored = uid.hex if connection.vendor == "sqlite" else str(uid)
    sql(
        "INSERT INTO people_account (uid, username, password, kind, is_active, is_demo, password_is_own, version)"
        " VALUES (%s, 'ghost', '!', 'staff', %s, %s, %s, 1)",
        *(stored, True, False, False),
    )
    assert found() == {("row-unrecorded", f"account:{uid}")}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "machine"),
        ("username", "chenn"),
        ("password", "md5$salt$0123456789abcdef0123456789abcdef"),
        ("is_demo", True),
    ],
)
def test_an_account_that_was_altered_by_hand_is_named(account, column, value):
    sql(f"UPDATE people_account SET {column} = %s WHERE username = 'chen'", value)
    assert found() == {("row-altered", f"account:{account.uid}")}


def test_an_account_that_was_opened_again_by_hand_is_named(account):
    people.close_account(account.uid, seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    assert verify().intact
    sql("UPDATE people_account SET is_active = %s WHERE username = 'chen'", True)
    assert found() == {("row-altered", f"account:{account.uid}")}


def test_a_post_that_was_altered_by_hand_is_named(chen):
    staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    sql("UPDATE people_appointment SET post = %s WHERE post = %s AND member_id = %s", "leader", "acceptor", key(chen))
    assert found() == {("row-altered", f"member:{chen}")}


def key(uid):
    return uid.hex if connection.vendor == "sqlite" else str(uid)


def test_no_account_changes_without_an_entry(account):
    row = Account.objects.get(uid=account.uid)
    row.is_active = False
    with pytest.raises(UnrecordedChange):
        row.save()
    with pytest.raises(UnrecordedChange):
        Account.objects.filter(uid=account.uid).update(is_active=False)
    with pytest.raises(UnrecordedChange):
        Account.signing_in.filter(uid=account.uid).update(is_active=False)


# --- closed and open ------------------------------------------------------------------------------------------------


def test_a_closed_account_opens_nothing_until_it_is_opened_again(chen, account):
    token = staff.token(staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM), at=MONDAY_9AM)
    people.close_account(account.uid, seen=1, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert queries.actor_of_token(token, at=MONDAY_9AM + A_DAY) is None
    with pytest.raises(AccountClosed):
        people.close_account(account.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    people.reopen_account(account.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert queries.actor_of_token(token, at=MONDAY_9AM + A_DAY) is not None
    with pytest.raises(AccountOpen):
        people.reopen_account(account.uid, seen=3, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    told = [one.type for one in entries_of(f"account:{account.uid}")]
    assert told == ["account.made", "account.closed", "account.reopened"]
    assert verify().intact


def test_the_account_of_somebody_who_left_stays_closed(chen, account):
    people.end_member(chen, seen=1, by=FOUNDER, at=MONDAY_9AM + A_DAY)
    with pytest.raises(MemberEnded):
        people.reopen_account(account.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)


@pytest.mark.parametrize("change", [people.close_account, people.reopen_account])
def test_an_account_is_closed_and_opened_by_the_security_administrator_on_what_was_seen(change, account):
    with pytest.raises(NotPermitted):
        change(account.uid, seen=1, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(NotFound):
        change(new_id(), seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(ChangedMeanwhile):
        change(account.uid, seen=7, by=GIVES_POWERS, at=MONDAY_9AM)


# --- passwords ------------------------------------------------------------------------------------------------------


def give(account, password, *, seen=1, by=GIVES_POWERS):
    people.set_password(account.uid, password, seen=seen, by=by, at=MONDAY_9AM)


def test_without_a_password_nobody_signs_in(account):
    assert not Account.objects.get(uid=account.uid).check_password("")


def test_a_password_signs_in_and_the_one_before_no_more(account):
    give(account, PASSWORD)
    assert authenticate(username="chen", password=PASSWORD) is not None
    give(account, "另一个更长的密码9527", seen=2)
    assert authenticate(username="chen", password=PASSWORD) is None
    assert authenticate(username="chen", password="另一个更长的密码9527") is not None
    assert verify().intact


def test_nobody_signs_in_with_a_closed_account(account):
    give(account, PASSWORD)
    people.close_account(account.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM)
    assert authenticate(username="chen", password=PASSWORD) is None


def test_a_password_is_hashed_with_argon2_and_the_record_says_when_it_changed_and_nothing_more(account, settings):
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS  # tests use a faster one otherwise
    give(account, PASSWORD)
    row = Account.objects.get(uid=account.uid)
    assert identify_hasher(row.password or "").algorithm == "argon2"
    told = entries_of(f"account:{account.uid}")[-1]
    assert (told.type, told.at) == ("account.password-set", MONDAY_9AM)
    everything = b"".join(bytes(one.body) for one in Entry.objects.filter(stream=f"account:{account.uid}"))
    assert b"argon2" not in everything
    assert PASSWORD.encode() not in everything


@pytest.mark.parametrize("weak", ["", "short", "password123", "1234567890"])
def test_a_weak_password_is_refused(account, weak):
    with pytest.raises(PasswordWeak):
        give(account, weak)
    assert queries.account(account.uid).version == 1


def test_a_password_that_is_the_user_name_with_a_figure_is_refused():
    uid = people.make_account("lin-xiaoyu-0417", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(PasswordWeak) as refused:
        people.set_password(uid, "lin-xiaoyu-04171", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    assert refused.value.facts == {"reasons": "password_too_similar"}
    assert "password_too_similar" not in words_of(refused.value), "a code is for machines"


@pytest.mark.parametrize("post", sorted(ADMINISTRATORS))
def test_no_administrator_makes_a_key_to_the_post_of_another(chen, account, post):
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    held = staff.appoint(chen, post=post, unit="bureau", at=MONDAY_9AM)
    with pytest.raises(KeyOfAnAdministrator):
        people.make_token(held, name="mine", seen=2, by=keeper, at=MONDAY_9AM)
    with pytest.raises(KeyOfAnAdministrator):
        give(account, PASSWORD, by=keeper)
    give(account, PASSWORD)
    assert staff.token(held, at=MONDAY_9AM), "at the terminal"
    assert verify().intact


def test_the_password_of_somebody_who_will_be_an_administrator_is_an_administrators_already(chen, account):
    staff.appoint(chen, post=Post.AUDIT_ADMINISTRATOR, unit="bureau", at=MONDAY_9AM + A_DAY)
    with pytest.raises(KeyOfAnAdministrator):
        give(account, PASSWORD, by=member(Post.SECURITY_ADMINISTRATOR))


def test_a_security_administrator_makes_tokens_of_their_own_and_of_everybody_else(chen):
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    (own,) = [one.uid for one in queries.appointments(at=MONDAY_9AM) if str(one.member) == keeper.id]
    other = staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    for held, whose in ((own, UUID(keeper.id)), (other, chen)):
        people.make_token(held, name="desk", seen=queries.member_version(whose), by=keeper, at=MONDAY_9AM)


# --- accounts of an earlier version ---------------------------------------------------------------------------------


def forget(account):
    """Leave the account as a version of the program left it that kept accounts outside the record."""
    stream = f"account:{account.uid}"
    for table in (Entry, OutboxItem, HeldValue):
        table.objects.filter(stream=stream).delete()
    sql("UPDATE people_account SET version = 0 WHERE uid = %s", key(account.uid))


def take_over():
    return people.take_over_accounts(by=FOUNDER, at=MONDAY_9AM)


def test_accounts_of_an_earlier_version_are_taken_onto_the_record_once(account):
    everybody = [one.account for one in queries.members(at=MONDAY_9AM) if one.account is not None]
    for one in everybody:
        forget(one)
    assert ("row-unrecorded", f"account:{account.uid}") in found()
    assert take_over() == len(everybody) > 1
    assert verify().intact
    (told,) = entries_of(f"account:{account.uid}")
    assert (told.type, told.actor) == ("account.taken-over", FOUNDER)
    assert "chen" not in str(told.rows)
    give(account, PASSWORD)
    people.close_account(account.uid, seen=2, by=GIVES_POWERS, at=MONDAY_9AM)
    assert take_over() == 0
    assert verify().intact


def test_an_account_that_is_slipped_in_later_is_not_taken_over_and_stays_named(account):
    forget(account)
    assert take_over() == 0
    assert found() == {("row-unrecorded", f"account:{account.uid}")}


def test_a_password_is_given_by_the_security_administrator_on_what_was_seen(account):
    with pytest.raises(NotPermitted):
        give(account, PASSWORD, by=FOUNDER)
    with pytest.raises(ChangedMeanwhile):
        give(account, PASSWORD, seen=3)
    with pytest.raises(NotFound):
        people.set_password(new_id(), PASSWORD, seen=1, by=GIVES_POWERS, at=MONDAY_9AM)


def test_an_account_whose_password_was_erased_lets_nobody_in(account):
    row = Account.objects.get(uid=account.uid)
    row.password = None
    assert not row.check_password("")
