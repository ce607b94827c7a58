"""People come, bear another name, and leave; with them go their posts, tokens and account."""

from datetime import timedelta

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import EndsBeforeItBegins, MemberEnded, NotPermitted
from gongzhi.people.states import AccountKind, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM

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
