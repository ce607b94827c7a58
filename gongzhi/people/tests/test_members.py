"""People come, bear another name, and leave; with them go their posts, tokens and account."""

from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import (
    AreaUnreadable,
    EndsBeforeItBegins,
    LastKeeper,
    MemberEnded,
    NameBlank,
    NameTooLong,
    NameUnreadable,
    NotPermitted,
)
from gongzhi.people.rules import KEEPERS
from gongzhi.people.states import AccountKind, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)


@pytest.fixture
def chen(city):
    return people.add_member_with_account(
        "8001", name="陈小明", username="chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )


@pytest.fixture
def tokens(chen):
    """One token in each of two posts."""
    posts = [(Post.ACCEPTOR, "centre"), (Post.HANDLER, "water")]
    return [
        staff.token(staff.appoint(chen, post=post, unit=unit, at=MONDAY_9AM), at=MONDAY_9AM) for post, unit in posts
    ]


def test_whoever_leaves_ends_all_posts_tokens_and_the_account_in_one_change(chen, tokens):
    seen = queries.member_version(chen)
    people.end_member(chen, seen=seen, by=FOUNDER, at=MONDAY_9AM + A_DAY)
    told = entries_of(f"member:{chen}")[-1]
    assert (told.seq, told.type, told.facts) == (seen + 1, "member.ended", {"posts": 2, "tokens": 2})
    assert [queries.actor_of_token(one, at=MONDAY_9AM + A_DAY) for one in tokens] == [None, None]
    left = queries.member(chen, at=MONDAY_9AM + A_DAY)
    assert (left.until_at, left.posts) == (MONDAY_9AM + A_DAY, ())
    assert left.account is not None
    assert not left.account.is_active
    assert chen not in [one.uid for one in queries.members(at=MONDAY_9AM + A_DAY)]
    assert verify().intact


def test_what_a_member_did_before_leaving_stays_readable(chen, tokens):
    people.end_member(chen, seen=queries.member_version(chen), by=FOUNDER, at=MONDAY_9AM + A_DAY)
    before = queries.member(chen, at=MONDAY_9AM)
    assert [post.post for post, _ in before.posts] == [Post.ACCEPTOR, Post.HANDLER]


def test_a_post_that_ended_before_ends_no_later_because_its_member_leaves(chen):
    appointment = staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    staff.end_appointment(appointment, at=MONDAY_9AM + A_DAY)
    people.end_member(chen, seen=3, by=FOUNDER, at=MONDAY_9AM + 2 * A_DAY)
    held = queries.member(chen, at=MONDAY_9AM).posts
    assert [post.until_at for post, _ in held] == [MONDAY_9AM + A_DAY]


def test_whoever_left_is_appointed_renamed_and_ended_no_more(chen):
    people.end_member(chen, seen=1, by=FOUNDER, at=MONDAY_9AM + A_DAY)
    for change in (
        lambda: staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM + A_DAY),
        lambda: people.rename_member(chen, "陈", seen=2, by=FOUNDER, at=MONDAY_9AM + A_DAY),
        lambda: people.end_member(chen, seen=2, by=FOUNDER, at=MONDAY_9AM + A_DAY),
    ):
        with pytest.raises(MemberEnded):
            change()


def test_nobody_leaves_before_coming_or_before_a_post_begins(chen):
    with pytest.raises(EndsBeforeItBegins):
        people.end_member(chen, seen=1, by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM + 2 * A_DAY)
    with pytest.raises(EndsBeforeItBegins):
        people.end_member(chen, seen=2, by=FOUNDER, at=MONDAY_9AM + A_DAY)


def test_a_member_bears_another_name_and_the_record_keeps_neither_in_clear(chen):
    people.rename_member(chen, "陈大明", seen=1, by=FOUNDER, at=MONDAY_9AM)
    assert queries.member(chen, at=MONDAY_9AM).name == "陈大明"
    told = entries_of(f"member:{chen}")
    assert told[-1].type == "member.renamed"
    assert "明" not in str(told)
    assert verify().intact


def rename(uid, *, seen, by):
    people.rename_member(uid, "陈", seen=seen, by=by, at=MONDAY_9AM + A_DAY)


def end(uid, *, seen, by):
    people.end_member(uid, seen=seen, by=by, at=MONDAY_9AM + A_DAY)


@pytest.mark.parametrize("change", [rename, end])
def test_members_are_kept_by_the_system_administrator_on_what_was_seen(change, chen):
    with pytest.raises(NotPermitted):
        change(chen, seen=1, by=GIVES_POWERS)
    with pytest.raises(ChangedMeanwhile):
        change(chen, seen=2, by=FOUNDER)
    with pytest.raises(NotFound):
        change(new_id(), seen=1, by=FOUNDER)


def test_a_page_of_members_goes_on_where_the_one_before_ended():
    everybody = queries.members(at=MONDAY_9AM)
    first = queries.members_page(after=None, limit=3, at=MONDAY_9AM)
    rest = queries.members_page(after=first[-1].uid, limit=1000, at=MONDAY_9AM)
    assert {one.uid for one in everybody} == {one.uid for one in (*first, *rest)}
    assert len(everybody) == len(first) + len(rest)


# --- posts that are never empty -------------------------------------------------------------------------------------


def leave(uid):
    people.end_member(uid, seen=queries.member_version(uid), by=FOUNDER, at=MONDAY_9AM + A_DAY)


@pytest.mark.parametrize("post", sorted(KEEPERS))
def test_the_last_keeper_of_people_or_powers_leaves_only_after_a_successor(chen, post):
    (held,) = queries.appointments(at=MONDAY_9AM, post=post)
    with pytest.raises(LastKeeper):
        staff.end_appointment(held.uid, at=MONDAY_9AM + A_DAY)
    with pytest.raises(LastKeeper) as refused:
        leave(held.member)
    assert refused.value.facts == {"post": post, "member": queries.member(held.member, at=MONDAY_9AM).number}
    assert queries.appointments(at=MONDAY_9AM + A_DAY, post=post) == [held]
    staff.appoint(chen, post=post, unit="bureau", at=MONDAY_9AM)
    leave(held.member)
    assert [one.member for one in queries.appointments(at=MONDAY_9AM + A_DAY, post=post)] == [chen]
    with pytest.raises(LastKeeper):
        leave(chen)
    assert verify().intact


def test_who_holds_the_post_for_a_shorter_time_or_with_a_closed_account_is_no_successor(chen):
    keeper = UUID(member(Post.SECURITY_ADMINISTRATOR).id)
    staff.appoint(chen, post=Post.SECURITY_ADMINISTRATOR, unit="bureau", at=MONDAY_9AM, until_at=MONDAY_9AM + 9 * A_DAY)
    with pytest.raises(LastKeeper):
        leave(keeper)
    staff.appoint(chen, post=Post.SECURITY_ADMINISTRATOR, unit="centre", at=MONDAY_9AM)
    account = queries.account_named("chen")
    people.close_account(account.uid, seen=account.version, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(LastKeeper):
        leave(keeper)


def test_the_audit_administrator_may_leave_before_a_successor_comes():
    leave(UUID(member(Post.AUDIT_ADMINISTRATOR).id))
    assert queries.appointments(at=MONDAY_9AM + A_DAY, post=Post.AUDIT_ADMINISTRATOR) == []


# --- names and codes ------------------------------------------------------------------------------------------------

UNIT = {"code": "u1", "name_zh": "中队", "name_en": "Squadron"}


def add_unit(**given):
    said = UNIT | given
    people.add_unit(said.pop("code"), kind="squadron", **said, by=FOUNDER, at=MONDAY_9AM)


def add(number="8002", *, name="林"):
    people.add_member(number, name=name, by=FOUNDER, at=MONDAY_9AM)


def make_account(username):
    people.make_account(username, kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)


NAMED = [
    ("unit.code", 40, lambda chen, name: add_unit(code=name)),
    ("unit.name_zh", 100, lambda chen, name: add_unit(name_zh=name)),
    ("unit.name_en", 150, lambda chen, name: add_unit(name_en=name)),
    ("member.number", 40, lambda chen, name: add(name)),
    ("member.name", 80, lambda chen, name: add(name=name)),
    ("account.username", 80, lambda chen, name: make_account(name)),
    ("member.name", 80, lambda chen, name: people.rename_member(chen, name, seen=1, by=FOUNDER, at=MONDAY_9AM)),
    ("appointment.post", 40, lambda chen, name: staff.appoint(chen, post=name, unit="centre", at=MONDAY_9AM)),
    (
        "accesstoken.name",
        80,
        lambda chen, name: staff.token(
            staff.appoint(chen, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM), name=name, at=MONDAY_9AM
        ),
    ),
]


@pytest.mark.parametrize(("named", "longest", "give"), NAMED)
def test_names_and_codes_show_something_and_have_room(chen, named, longest, give):
    for blank in ("", " ", "\u3000", "\u200b\ufeff"):
        with pytest.raises(NameBlank) as refused:
            give(chen, blank)
        assert refused.value.facts == {"named": named}
    for unreadable in ("a\0", "a\ud800"):
        with pytest.raises(NameUnreadable):
            give(chen, unreadable)
    with pytest.raises(NameTooLong) as too_long:
        give(chen, "x" * (longest + 1))
    assert too_long.value.facts == {"named": named, "limit": longest, "found": longest + 1}
    give(chen, "x" * longest)
    assert verify().intact


@pytest.mark.parametrize(
    "area", ["nonsense", "", "350200/", "/350200", "350200//350203", "350200/ 350203", "３５０２", "9" * 33]
)
def test_an_area_is_a_path_of_division_codes(area):
    with pytest.raises(AreaUnreadable):
        add_unit(areas=["350200", area])
    add_unit(areas=["350200", "350200/350203/350203001"])
