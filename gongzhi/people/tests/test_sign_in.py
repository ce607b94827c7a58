"""Signing in: what opens the door, what does not, and what of it stands in the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.models import FailedSignIn, SecondFactor
from gongzhi.people.operations import (
    CodeWrong,
    GroundsNeeded,
    KeyOfAnAdministrator,
    NotPermitted,
    PasswordUnchanged,
    PasswordWeak,
    PasswordWrong,
    Pending,
    SeatNotYours,
    SecondFactorKept,
    SecondFactorMissing,
    SessionOver,
    SignInFailed,
    SignInShut,
    Wanted,
)
from gongzhi.people.rules import DEMO_PASSWORD
from gongzhi.people.states import Post, SessionEnd
from gongzhi.people.tests import persons
from gongzhi.people.tests.persons import A_DAY, AN_HOUR
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import moves, staff
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

PASSWORD, ANOTHER = "八月桂花香满园2026", "白鹭洲公园夜灯三千盏"
HERE, ELSEWHERE = "203.0.113.9", "203.0.113.77"
HALF_A_MINUTE = timedelta(seconds=30)


def nobody_needs_a_second_factor():
    seen = parameter_queries.edition()
    parameters.set_parameter("second_factor_for", 0, seen=seen, by=FOUNDER, at=MONDAY_9AM)


def account(name="8001"):
    return queries.account_named(name)


def give_password(name="8001", *, password=PASSWORD, by=GIVES_POWERS, at=MONDAY_9AM):
    row = account(name)
    people.set_password(row.uid, password, seen=row.version, by=by, at=at)


def signed_in(name="8001", password=PASSWORD, *, sender=HERE, at=MONDAY_9AM):
    return people.sign_in(name, password, sender=sender, at=at)


def facts_of(stream):
    return [one.type for one in entries_of(stream)]


def code_at(secret, at):
    return pyotp.TOTP(secret).at(at)


def add_factor(session, secret, *, password=PASSWORD, at=MONDAY_9AM):
    people.add_second_factor(session, secret, code_at(secret, at), password=password, sender=HERE, at=at)


@pytest.fixture
def chen(city):
    """An acceptor at the centre whom the security administrator gave a password; no second factor is asked for."""
    nobody_needs_a_second_factor()
    actor = persons.in_post("8001", Post.ACCEPTOR, "centre")
    give_password()
    return actor


def test_who_signs_in_acts_in_their_only_post_and_all_of_it_is_on_record(chen):
    session = signed_in()
    row = queries.session(session, at=MONDAY_9AM)
    assert row.actor == chen
    assert (row.username, row.unit_zh, row.must_change_password) == ("8001", queries.unit("centre").name_zh, True)
    (begun,) = entries_of(f"session:{session}")
    assert (begun.actor, begun.facts["account"], begun.facts["second_factor"]) == (chen, str(account().uid), False)
    people.sign_out(session, at=MONDAY_9AM + AN_HOUR)
    people.sign_out(session, at=MONDAY_9AM + 2 * AN_HOUR)
    assert queries.session(session, at=MONDAY_9AM + AN_HOUR) is None
    assert facts_of(f"session:{session}") == ["session.begun", "session.ended"]
    assert verify().findings == []


def test_nobody_is_told_whether_a_name_has_an_account(chen):
    row = account()
    people.close_account(row.uid, seen=row.version, by=GIVES_POWERS, at=MONDAY_9AM)
    told = set()
    for name, password in (("8001", PASSWORD), ("8001", "wrong"), ("nobody", "wrong"), ("desk-water", "wrong")):
        for _ in range(5):
            with pytest.raises(SignInFailed) as refused:
                signed_in(name, password, sender=f"{name}{password}", at=MONDAY_9AM + 7 * A_DAY * len(told))
            told.add((refused.value.code, str(refused.value.facts)))
            FailedSignIn.objects.update(count=0, shut_until_at=None)
    assert told == {("sign-in-failed", "{}")}


@pytest.mark.parametrize("name", ["8001", "nobody"])
def test_after_too_many_failures_a_name_is_shut_out_and_only_an_account_gets_an_entry(chen, name):
    before = facts_of(f"account:{account().uid}")
    for _ in range(5):
        with pytest.raises(SignInFailed):
            signed_in(name, "wrong")
    for password in (PASSWORD, "wrong"):
        with pytest.raises(SignInShut) as refused:
            signed_in(name, password)
        assert refused.value.facts == {"minutes": 15}
    assert facts_of(f"account:{account().uid}") == [*before, *(["account.shut-out"] if name == "8001" else [])]
    later = MONDAY_9AM + timedelta(minutes=15)
    if name == "8001":
        assert queries.session(signed_in(at=later), at=later) is not None


def test_nobody_is_kept_out_by_what_somebody_else_fails_elsewhere(chen):
    seen = parameter_queries.edition()
    parameters.set_parameter("sign_in_failures_per_name", 10, seen=seen, by=FOUNDER, at=MONDAY_9AM)

    def fails(*, sender, times=5, browser=""):
        for _ in range(times):
            with pytest.raises(SignInFailed):
                people.sign_in("8001", "wrong", sender=sender, browser=browser, at=MONDAY_9AM)

    fails(sender=ELSEWHERE)
    assert not isinstance(signed_in(), Pending), "five wrong passwords shut a name out where they came from only"
    for number in (1, 2):
        fails(sender=f"198.51.100.{number}")
    with pytest.raises(SignInShut):
        signed_in(sender="198.51.100.3")

    def in_a_known_browser(password):
        at = {"sender": "198.51.100.3", "browser": "one that 8001 signed in with before"}
        session = people.sign_in("8001", password, **at, at=MONDAY_9AM)
        return None if isinstance(session, Pending) else queries.session(session, at=MONDAY_9AM)

    assert in_a_known_browser(PASSWORD) is not None, "many shut it out everywhere but where its owner is known"
    fails(sender=ELSEWHERE, browser="one that 8001 signed in with before")
    with pytest.raises(SignInShut):
        in_a_known_browser(PASSWORD)
    give_password(password=ANOTHER)
    assert in_a_known_browser(ANOTHER) is not None, "a new password lifts all of it"
    assert not isinstance(signed_in(password=ANOTHER, sender="198.51.100.2"), Pending)


def test_an_address_is_shut_out_too_and_another_is_not(chen):
    seen = parameter_queries.edition()
    parameters.set_parameter("sign_in_failures_per_address", 5, seen=seen, by=FOUNDER, at=MONDAY_9AM)
    for number in range(5):
        with pytest.raises(SignInFailed):
            signed_in(f"nobody-{number}", "wrong")
    with pytest.raises(SignInShut):
        signed_in()
    assert isinstance(signed_in(sender=ELSEWHERE), type(account().uid))


def test_who_signs_in_begins_anew_and_a_new_password_lifts_what_shut_them_out(chen):
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(SignInFailed):
                signed_in(password="wrong")
        signed_in()
    for _ in range(5):
        with pytest.raises(SignInFailed):
            signed_in(password="wrong")
    give_password(password=ANOTHER)
    assert queries.session(signed_in(password=ANOTHER), at=MONDAY_9AM).actor == chen


def test_names_that_failed_long_ago_are_forgotten():
    with pytest.raises(SignInFailed):
        signed_in("nobody", "wrong")
    assert people.forget_old_attempts(MONDAY_9AM + A_DAY) == 0
    assert people.forget_old_attempts(MONDAY_9AM + 3 * A_DAY) == 3


def test_who_must_have_an_authenticator_sets_one_up_and_signs_in_with_each_code_once(city):
    persons.in_post("8001", Post.ACCEPTOR, "centre")
    give_password()
    pending = signed_in()
    assert (type(pending), pending.wanted) == (Pending, Wanted.NEW_FACTOR)
    secret = people.new_secret()
    with pytest.raises(CodeWrong):
        people.sign_in_with_new_factor(pending, secret, "000000", sender=HERE, at=MONDAY_9AM)
    first = code_at(secret, MONDAY_9AM)
    session = people.sign_in_with_new_factor(pending, secret, first, sender=HERE, at=MONDAY_9AM)
    assert queries.session(session, at=MONDAY_9AM) is not None
    assert secret.encode() not in bytes(SecondFactor.objects.get().sealed or b"")

    waiting = signed_in()
    assert waiting.wanted is Wanted.CODE
    with pytest.raises(CodeWrong):
        people.sign_in_with_code(waiting, first, sender=HERE, at=MONDAY_9AM)
    later = MONDAY_9AM + HALF_A_MINUTE
    again = people.sign_in_with_code(waiting, code_at(secret, later), sender=HERE, at=later)
    with pytest.raises(CodeWrong):
        people.sign_in_with_code(waiting, code_at(secret, later), sender=HERE, at=later)
    (begun,) = entries_of(f"session:{again}")
    assert begun.facts["second_factor"] is True
    with pytest.raises(SecondFactorKept):
        add_factor(again, secret, at=later + HALF_A_MINUTE)
    assert verify().findings == []


def test_wrong_codes_shut_out_like_wrong_passwords_and_a_password_that_is_right_does_not_help(city):
    persons.in_post("8001", Post.ACCEPTOR, "centre")
    give_password()
    secret = people.new_secret()
    people.sign_in_with_new_factor(signed_in(), secret, code_at(secret, MONDAY_9AM), sender=HERE, at=MONDAY_9AM)
    for _ in range(5):
        with pytest.raises(CodeWrong):
            people.sign_in_with_code(signed_in(), "000000", sender=HERE, at=MONDAY_9AM)
    with pytest.raises(SignInShut):
        signed_in()
    assert facts_of(f"account:{account().uid}")[-1] == "account.shut-out"


def test_a_password_that_was_right_is_worth_nothing_once_it_is_another(city):
    persons.in_post("8001", Post.ACCEPTOR, "centre")
    give_password()
    pending = signed_in()
    give_password(password=ANOTHER)
    secret = people.new_secret()
    with pytest.raises(SignInFailed):
        people.sign_in_with_new_factor(pending, secret, code_at(secret, MONDAY_9AM), sender=HERE, at=MONDAY_9AM)
    assert not queries.has_second_factor(account().uid)


def test_the_security_administrator_takes_a_lost_authenticator_away(chen):
    session = signed_in()
    secret = people.new_secret()
    with pytest.raises(PasswordWrong):
        add_factor(session, secret, password="wrong")
    add_factor(session, secret)
    row = account()
    said = {"grounds": "手机遗失", "seen": row.version, "at": MONDAY_9AM}
    security = moves.member(Post.SECURITY_ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        people.end_second_factor(row.uid, **said, by=chen)
    with pytest.raises(GroundsNeeded):
        people.end_second_factor(row.uid, **{**said, "grounds": " "}, by=security)
    people.end_second_factor(row.uid, **said, by=security)
    assert queries.session(session, at=MONDAY_9AM) is None
    assert SecondFactor.objects.get().sealed is None
    assert facts_of(f"account:{row.uid}")[-1] == "account.second-factor-ended"
    with pytest.raises(SecondFactorMissing):
        people.end_second_factor(row.uid, **{**said, "seen": account().version}, by=security)
    assert not isinstance(signed_in(), Pending)
    assert verify().findings == []


def test_the_authenticator_of_an_administrator_is_taken_away_at_the_terminal_only(city):
    row = account("audit_administrator")
    said = {"grounds": "手机遗失", "seen": row.version, "at": MONDAY_9AM}
    with pytest.raises(KeyOfAnAdministrator):
        people.end_second_factor(row.uid, **said, by=moves.member(Post.SECURITY_ADMINISTRATOR))
    with pytest.raises(SecondFactorMissing):
        people.end_second_factor(row.uid, **said, by=GIVES_POWERS)


def test_a_session_ends_with_its_hours_its_account_its_member_and_its_post(chen):
    session = signed_in()
    assert queries.session(session, at=MONDAY_9AM + 12 * AN_HOUR - HALF_A_MINUTE) is not None
    assert queries.session(session, at=MONDAY_9AM + 12 * AN_HOUR) is None
    row = account()
    people.close_account(row.uid, seen=row.version, by=GIVES_POWERS, at=MONDAY_9AM + AN_HOUR)
    people.reopen_account(row.uid, seen=row.version + 1, by=GIVES_POWERS, at=MONDAY_9AM + 2 * AN_HOUR)
    assert queries.session(session, at=MONDAY_9AM + 2 * AN_HOUR) is None
    (_, ended) = entries_of(f"session:{session}")
    assert ended.facts["why"] == SessionEnd.ACCOUNT_CLOSED

    at = MONDAY_9AM + 3 * AN_HOUR
    another = signed_in(at=at)
    (post,) = queries.appointments_of_account(row.uid, at=at)
    staff.end_appointment(post.uid, at=at + AN_HOUR)
    assert queries.session(another, at=at + HALF_A_MINUTE).actor == chen
    assert queries.session(another, at=at + AN_HOUR).actor is None
    staff_member = queries.member_uid("8001")
    seen = queries.member_version(staff_member)
    people.end_member(staff_member, seen=seen, by=FOUNDER, at=at + 2 * AN_HOUR)
    assert queries.session(another, at=at + 2 * AN_HOUR) is None
    assert verify().findings == []


def test_a_member_with_several_posts_chooses_and_a_substitute_acts_for_the_one_who_is_away(chen):
    away = persons.in_post("8002", Post.SHIFT_LEADER, "centre")
    (post,) = queries.appointments_of_account(account("8002").uid, at=MONDAY_9AM)
    arranged = persons.substitute(post.uid, queries.member_uid("8001"), until_at=MONDAY_9AM + AN_HOUR)
    session = signed_in()
    assert queries.session(session, at=MONDAY_9AM).actor is None
    own, other = queries.seats(account().uid, at=MONDAY_9AM)
    people.take_seat(session, other.uid, at=MONDAY_9AM)
    acting = queries.session(session, at=MONDAY_9AM).actor
    assert acting == replace(away, id=chen.id, on_behalf_of=away.id)
    assert other.uid == arranged
    assert queries.session(session, at=MONDAY_9AM + AN_HOUR).actor is None
    with pytest.raises(SeatNotYours):
        people.take_seat(session, other.uid, at=MONDAY_9AM + AN_HOUR)
    with pytest.raises(SeatNotYours):
        people.take_seat(session, post.uid, at=MONDAY_9AM)
    people.take_seat(session, own.uid, at=MONDAY_9AM + AN_HOUR)
    assert queries.session(session, at=MONDAY_9AM + AN_HOUR).actor == chen
    people.sign_out(session, at=MONDAY_9AM + AN_HOUR)
    with pytest.raises(SessionOver):
        people.take_seat(session, own.uid, at=MONDAY_9AM + 2 * AN_HOUR)
    assert facts_of(f"session:{session}").count("session.post-taken") == 2
    assert verify().findings == []


def test_changing_ones_own_password_ends_the_other_sessions_and_needs_the_old_one(chen):
    here, there = signed_in(), signed_in()
    change = people.change_own_password
    for old, new, refusal in (
        ("wrong", ANOTHER, PasswordWrong),
        (PASSWORD, PASSWORD, PasswordUnchanged),
        (PASSWORD, "12345", PasswordWeak),
    ):
        with pytest.raises(refusal):
            change(here, old, new, sender=HERE, at=MONDAY_9AM)
    change(here, PASSWORD, ANOTHER, sender=HERE, at=MONDAY_9AM)
    assert queries.session(there, at=MONDAY_9AM) is None
    assert queries.session(here, at=MONDAY_9AM).must_change_password is False
    entry = entries_of(f"account:{account().uid}")[-1]
    assert (entry.type, entry.actor) == ("account.password-changed", chen)
    with pytest.raises(SessionOver):
        change(there, ANOTHER, PASSWORD, sender=HERE, at=MONDAY_9AM)
    with pytest.raises(SignInFailed):
        signed_in()
    assert verify().findings == []


def test_guessing_the_old_password_in_a_session_left_open_shuts_out_as_well(chen):
    session = signed_in()
    for _ in range(5):
        with pytest.raises(PasswordWrong):
            people.change_own_password(session, "wrong", ANOTHER, sender=HERE, at=MONDAY_9AM)
    with pytest.raises(SignInShut):
        people.change_own_password(session, PASSWORD, ANOTHER, sender=HERE, at=MONDAY_9AM)


def test_invented_accounts_open_with_the_known_password_in_a_demo_and_never_in_production(city, settings):
    assert "dispatcher" in queries.demo_names()
    assert not isinstance(signed_in("dispatcher", DEMO_PASSWORD), Pending)
    give_password("dispatcher")
    assert "dispatcher" not in queries.demo_names()
    session = signed_in("dispatcher", PASSWORD)
    (post,) = queries.appointments_of_account(account("dispatcher").uid, at=MONDAY_9AM)
    token = staff.token(post.uid, at=MONDAY_9AM)
    assert queries.actor_of_token(token, at=MONDAY_9AM) == queries.session(session, at=MONDAY_9AM).actor
    settings.GONGZHI_MODE = "production"
    assert queries.actor_of_token(token, at=MONDAY_9AM) is None
    assert queries.session(session, at=MONDAY_9AM) is None
    for name, password in (("dispatcher", PASSWORD), ("acceptor", DEMO_PASSWORD)):
        with pytest.raises(SignInFailed):
            signed_in(name, password)


def test_who_holds_no_post_may_sign_in_and_do_nothing(city):
    nobody_needs_a_second_factor()
    persons.add("8001")
    give_password()
    session = queries.session(signed_in(), at=MONDAY_9AM)
    assert session.actor is None
    assert queries.seats(account().uid, at=MONDAY_9AM) == []
