"""Acting for another: for a time, in the other's post, under both names, and with the hands of both."""

from __future__ import annotations

from uuid import UUID

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of, held_by_entry
from gongzhi.audit.verify import verify
from gongzhi.intake.states import Channel
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import (
    AdministratorNotSubstituted,
    EndsBeforeItBegins,
    GroundsNeeded,
    MemberEnded,
    NameTooLong,
    NotAppointed,
    NotPermitted,
    OwnPowers,
    OwnSubstitute,
    SamePerson,
    SubstitutionOutside,
)
from gongzhi.people.rules import Matter
from gongzhi.people.states import ADMINISTRATORS, Post, Scope, Why
from gongzhi.people.tests.persons import A_DAY, add, substitute
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import moves, staff
from gongzhi.testing.cases import accepted_case
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def post(city):
    """The post of a shift leader who will be away."""
    return queries.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)[0]


@pytest.fixture
def lin(city):
    return add("8001")


def acting(uid):
    return queries.substitution(uid).actor()


def allowed(by, *, at=MONDAY_9AM, hands=None):
    return queries.allow(by, "case.close", Matter(hands=hands or {}), at=at)


def test_a_substitute_has_the_power_of_the_post_for_that_time_only(post, lin):
    by = acting(substitute(post.uid, lin, from_at=MONDAY_9AM + A_DAY, until_at=MONDAY_9AM + 3 * A_DAY))
    assert [allowed(by, at=MONDAY_9AM + days * A_DAY) for days in range(4)] == [False, True, True, False]
    with pytest.raises(NotAppointed):
        queries.require(by, "case.close", Matter(), at=MONDAY_9AM)


def test_whoever_is_away_keeps_the_post(post, lin):
    substitute(post.uid, lin)
    assert allowed(post.actor())
    assert [one.member for one in queries.in_post(Post.SHIFT_LEADER, unit=post.unit, at=MONDAY_9AM)][-1] == lin
    assert post in queries.in_post(Post.SHIFT_LEADER, at=MONDAY_9AM)


def test_a_substitute_acts_in_the_record_under_both_names(post, lin):
    by = acting(substitute(post.uid, lin))
    case = moves.file(accepted_case(), by=by)
    actor = entries_of(case.stream)[-1].actor
    assert (actor.id, actor.on_behalf_of, actor.post) == (str(lin), str(post.member), Post.SHIFT_LEADER)
    assert verify().intact


def test_an_acceptors_substitute_enters_what_a_caller_says(lin):
    held = queries.appointments(at=MONDAY_9AM, post=Post.ACCEPTOR)[0]
    by = acting(substitute(held.uid, lin))
    receipt = moves.report(channel=Channel.PHONE, by=by)
    assert entries_of(f"report:{receipt.report}")[0].actor.on_behalf_of == str(held.member)


def test_the_hands_of_both_are_kept_apart(post, lin):
    by = acting(substitute(post.uid, lin))
    for earlier in (str(lin), str(post.member)):
        with pytest.raises(SamePerson):
            queries.require(by, "case.close", Matter(hands={"case.pass_check": (earlier,)}), at=MONDAY_9AM)
    assert allowed(by, hands={"case.pass_check": ("somebody else",)})


def test_a_substitution_says_why_and_the_words_enter_as_a_commitment(post, lin):
    substitute(post.uid, lin, grounds="因病住院")
    told = entries_of(f"member:{lin}")[-1]
    assert (told.type, told.facts["instead_of"]) == ("member.substitution-made", str(post.member))
    assert "因病" not in str(told)
    assert held_by_entry(told.stream, names=["grounds"])[told.seq] == {"grounds": "因病住院"}
    with pytest.raises(GroundsNeeded):
        substitute(post.uid, lin, grounds=" \u200b")


def test_it_ends_when_it_is_ended_when_the_post_ends_and_when_the_substitute_leaves(post, lin):
    one = substitute(post.uid, lin)
    by, at = acting(one), MONDAY_9AM + A_DAY
    people.end_substitution(one, seen=queries.member_version(lin), by=GIVES_POWERS, at=at)
    assert [allowed(by, at=MONDAY_9AM), allowed(by, at=at)] == [True, False]
    with pytest.raises(NotFound):
        people.end_substitution(one, seen=queries.member_version(lin), by=GIVES_POWERS, at=at)

    again = acting(substitute(post.uid, lin, from_at=at, at=at))
    staff.end_appointment(post.uid, at=at + A_DAY)
    assert [allowed(again, at=at), allowed(again, at=at + A_DAY)] == [True, False]

    other = queries.appointments(at=at, post=Post.DISPATCHER)[0]
    third = substitute(other.uid, lin, from_at=at, at=at)
    people.end_member(lin, seen=queries.member_version(lin), by=FOUNDER, at=at + A_DAY)
    assert queries.substitution(third).until_at == at + A_DAY
    assert verify().intact


def test_one_that_has_not_begun_is_called_off(post, lin):
    one = substitute(post.uid, lin, from_at=MONDAY_9AM + 2 * A_DAY)
    people.end_substitution(one, seen=queries.member_version(lin), by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert not [held for days in range(9) for held in queries.substitutions(at=MONDAY_9AM + days * A_DAY)]
    assert verify().intact


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"until_at": MONDAY_9AM}, EndsBeforeItBegins),
        ({"from_at": MONDAY_9AM - A_DAY}, EndsBeforeItBegins),
        ({"by": FOUNDER}, NotPermitted),
    ],
)
def test_a_substitution_that_cannot_be_is_refused(post, lin, said, refusal):
    with pytest.raises(refusal):
        substitute(post.uid, lin, **said)
    assert queries.substitutions(at=MONDAY_9AM) == []


def test_it_lies_within_the_time_of_the_post(lin):
    other = add("8002")
    short = staff.appoint(other, post=Post.CHECKER, unit="centre", at=MONDAY_9AM, until_at=MONDAY_9AM + 3 * A_DAY)
    with pytest.raises(SubstitutionOutside):
        substitute(short, lin)
    with pytest.raises(NotFound):
        substitute(new_id(), lin)
    substitute(short, lin, until_at=MONDAY_9AM + 3 * A_DAY)


def test_nobody_stands_in_for_themself_nor_arranges_it_for_themself(post):
    with pytest.raises(OwnSubstitute):
        substitute(post.uid, post.member)
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    with pytest.raises(OwnPowers):
        substitute(post.uid, UUID(keeper.id), by=keeper)


@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
def test_nobody_stands_in_for_one_of_the_three_administrators(lin, administrator):
    held = queries.appointments(at=MONDAY_9AM, post=administrator)[0]
    with pytest.raises(AdministratorNotSubstituted):
        substitute(held.uid, lin)


def test_whoever_left_stands_in_for_nobody(post, lin):
    people.end_member(lin, seen=1, by=FOUNDER, at=MONDAY_9AM + A_DAY)
    with pytest.raises(MemberEnded):
        substitute(post.uid, lin, from_at=MONDAY_9AM + 2 * A_DAY, at=MONDAY_9AM + 2 * A_DAY)


def test_a_substitution_is_arranged_on_what_was_seen(post, lin):
    substitute(post.uid, lin)
    with pytest.raises(ChangedMeanwhile):
        people.substitute(
            post.uid,
            by_member=lin,
            from_at=MONDAY_9AM,
            until_at=MONDAY_9AM + A_DAY,
            grounds="年休假",
            seen=1,
            by=GIVES_POWERS,
            at=MONDAY_9AM,
        )


def test_a_substitutes_token_acts_for_the_other_and_ends_with_the_substitution(post, lin):
    one = substitute(post.uid, lin)
    token = people.make_substitutes_token(
        one, name="desk", seen=queries.member_version(lin), by=GIVES_POWERS, at=MONDAY_9AM
    )
    by = queries.actor_of_token(token, at=MONDAY_9AM)
    assert by == acting(one)
    assert queries.actor_of_token(token, at=MONDAY_9AM + 7 * A_DAY) is None
    people.end_substitution(one, seen=queries.member_version(lin), by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert queries.actor_of_token(token, at=MONDAY_9AM + A_DAY) is None
    assert token not in str(entries_of(f"member:{lin}"))
    with pytest.raises(NotFound):
        people.make_substitutes_token(
            one, name="desk", seen=queries.member_version(lin), by=GIVES_POWERS, at=MONDAY_9AM + A_DAY
        )
    assert verify().intact


def test_a_token_needs_an_account(post):
    someone = people.add_member("8003", name="林", by=FOUNDER, at=MONDAY_9AM)
    one = substitute(post.uid, someone)
    with pytest.raises(NotFound):
        people.make_substitutes_token(one, name="desk", seen=2, by=GIVES_POWERS, at=MONDAY_9AM)


def test_who_acts_for_whom_is_found_by_either(post, lin):
    one = substitute(post.uid, lin)
    for asked in ({"member": lin}, {"instead_of": post.member}, {"post": Post.SHIFT_LEADER}, {"unit": post.unit}):
        assert [held.uid for held in queries.substitutions(at=MONDAY_9AM, **asked)] == [one]
    assert queries.substitutions(at=MONDAY_9AM, member=post.member) == []
    with pytest.raises(NotFound):
        queries.substitution(new_id())


def test_nobody_gives_a_power_to_a_post_that_they_take_care_of(post):
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    substitute(post.uid, UUID(keeper.id), from_at=MONDAY_9AM + A_DAY)
    with pytest.raises(OwnPowers):
        people.put_grant(Post.SHIFT_LEADER, "case.accept", Scope.CITY, seen=queries.edition(), by=keeper, at=MONDAY_9AM)


def test_a_substitute_whose_account_is_closed_may_do_nothing_and_whoever_is_away_may(post, lin):
    substitute(post.uid, lin)
    account = queries.account_named("8001")
    people.close_account(account.uid, seen=account.version, by=GIVES_POWERS, at=MONDAY_9AM)
    found = {
        one.member: (one.may, one.why)
        for one in queries.powers("case.close", matter=Matter(), at=MONDAY_9AM, post=Post.SHIFT_LEADER)
    }
    assert (found[post.member], found[lin]) == ((True, Why.EVERYWHERE), (False, Why.ACCOUNT_CLOSED))


def test_a_substitutes_token_has_a_name_with_room_for_it(post, lin):
    one = substitute(post.uid, lin)
    with pytest.raises(NameTooLong):
        people.make_substitutes_token(one, name="x" * 81, seen=2, by=GIVES_POWERS, at=MONDAY_9AM)
