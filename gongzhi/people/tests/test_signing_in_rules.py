"""The rules of signing in, as tables: who is shut out when, which codes are accepted, who needs one, when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from gongzhi.people.rules import (
    Patience,
    SignInShut,
    Tally,
    accepted_step,
    counted,
    is_idle,
    needs_second_factor,
    uncounted,
)
from gongzhi.people.states import Post, SecondFactorFor

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
THREE = Patience(most=3, within=timedelta(minutes=15), shut_for=timedelta(minutes=20))
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of the test vectors of RFC 6238, appendix B, in base32."""


def minutes(count):
    return NINE + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("at_minutes", "shut_from_the_last"),
    [
        ([0, 1, 2], 20),  # the third within the time shuts the name out, and says for how long
        ([0, 1, 14], 20),
        ([0, 1, 15], None),  # the first is forgotten: it begins anew
        ([0, 14, 15, 16], None),
        ([0, 1, 2, 22], None),  # the time of being shut out is over, and it begins anew
        ([0], None),
    ],
)
def test_too_many_failures_within_a_time_shut_a_name_out(at_minutes, shut_from_the_last):
    tally = None
    for one in at_minutes:
        tally = counted(tally, THREE, at=minutes(one))
    last = minutes(at_minutes[-1])
    shut = tally.shut_until_at
    assert (None if shut is None else (shut - last) // timedelta(minutes=1)) == shut_from_the_last


def test_who_is_shut_out_learns_for_how_long_and_trying_on_makes_it_no_longer():
    tally = None
    for one in (0, 0, 0):
        tally = counted(tally, THREE, at=minutes(one))
    for late, left in ((0, 20), (1, 19), (19, 1)):
        with pytest.raises(SignInShut) as refused:
            counted(tally, THREE, at=minutes(late))
        assert refused.value.facts == {"minutes": left}
    assert counted(tally, THREE, at=minutes(20)).count == 1


def test_an_attempt_that_was_good_is_taken_off_again_even_if_it_was_the_last_one_allowed():
    last = counted(counted(counted(None, THREE, at=NINE), THREE, at=NINE), THREE, at=NINE)
    assert last.shut_until_at is not None
    left = uncounted(last)
    assert left == Tally(2, NINE)
    assert uncounted(Tally(1, NINE)) is None


def test_the_codes_of_the_standard_are_those_we_accept():
    vectors = {59: "94287082", 1111111109: "07081804", 1234567890: "89005924", 2000000000: "69279037"}
    for seconds, digits in vectors.items():
        at = datetime.fromtimestamp(seconds, UTC)
        assert accepted_step(SECRET, digits[-6:], last=None, at=at) == seconds // 30


@pytest.mark.parametrize(
    ("made_s_ago", "last", "is_accepted"),
    [
        (0, None, True),
        (30, None, True),  # a telephone that is slow by half a minute
        (-30, None, True),
        (60, None, False),
        (-60, None, False),
        (0, 0, False),  # used before
        (30, 0, False),  # older than one that was used
        (0, -1, True),
        (-30, 0, True),
    ],
)
def test_a_code_counts_for_half_a_minute_with_one_before_and_after_and_only_once(made_s_ago, last, is_accepted):
    now = int(NINE.timestamp()) // 30
    code = pyotp.TOTP(SECRET).at(NINE - timedelta(seconds=made_s_ago))
    used = None if last is None else now + last
    assert (accepted_step(SECRET, code, last=used, at=NINE) is not None) is is_accepted


@pytest.mark.parametrize("said", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "-12345", "12 34 5"])
def test_what_is_no_six_digits_is_no_code(said):
    assert accepted_step(SECRET, said, last=None, at=NINE) is None


def test_a_code_may_be_typed_with_the_space_that_authenticators_show():
    code = pyotp.TOTP(SECRET).at(NINE)
    assert accepted_step(SECRET, f" {code[:3]} {code[3:]} ", last=None, at=NINE) is not None


@pytest.mark.parametrize(
    ("wanted", "posts", "is_demo", "needed"),
    [
        (SecondFactorFor.STAFF, [Post.ACCEPTOR], False, True),
        (SecondFactorFor.STAFF, [], False, True),
        (SecondFactorFor.STAFF, [Post.ACCEPTOR], True, False),
        (SecondFactorFor.ADMINISTRATORS, [Post.ACCEPTOR], False, False),
        (SecondFactorFor.ADMINISTRATORS, [Post.ACCEPTOR, Post.AUDIT_ADMINISTRATOR], False, True),
        (SecondFactorFor.NOBODY, [Post.SECURITY_ADMINISTRATOR], False, False),
    ],
)
def test_who_must_sign_in_with_an_authenticator(wanted, posts, is_demo, needed):
    assert needs_second_factor(wanted, posts=posts, is_demo=is_demo) is needed


@pytest.mark.parametrize(("idle_min", "is_over"), [(0, False), (29, False), (30, True), (-4, False), (-6, True)])
def test_a_session_ends_when_nobody_asks_for_anything(idle_min, is_over):
    assert is_idle(NINE, at=minutes(idle_min), most=timedelta(minutes=30)) is is_over
