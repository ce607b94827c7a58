"""Two administrators act on the same member, account or table at once: one wins, the other is told."""

from datetime import timedelta

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import Refusal
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.rules import LastKeeper, Matter
from gongzhi.people.states import AccountKind, Post, ReviewOutcome, Scope
from gongzhi.people.tests.persons import AN_HOUR, SIMING, certify, duty_leader, in_post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import races, staff
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chen(transactional_db):
    put_city()
    return people.add_member_with_account(
        "8001", name="陈小明", username="chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )


def one_wins(got):
    """Whether of all that was tried exactly one came about and the others were told that something changed."""
    refused = [one for one in got if isinstance(one, Refusal)]
    return len(refused) == len(got) - 1 and all(isinstance(one, ChangedMeanwhile) for one in refused)


def test_one_person_does_not_become_two_administrators_at_once(chen):
    def appoint(post):
        return lambda: people.appoint(chen, post=post, unit="bureau", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)

    assert one_wins(races.at_once(*map(appoint, (Post.SYSTEM_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR))))
    assert [one.member for one in queries.appointments(at=MONDAY_9AM)].count(chen) == 1
    assert verify().intact


def test_an_account_is_closed_or_given_a_password_and_not_both_unseen(chen):
    account = queries.account_named("chen").uid

    def close():
        people.close_account(account, seen=1, by=GIVES_POWERS, at=MONDAY_9AM)

    def set_password():
        people.set_password(account, "八月桂花香满园2026", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)

    assert one_wins(races.at_once(close, set_password))
    assert queries.account(account).version == 2
    assert verify().intact


def test_two_lines_of_the_policy_table_are_not_written_over_each_other(chen):
    seen = queries.edition()

    def put(act):
        return lambda: people.put_grant("night_clerk", act, Scope.CITY, seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)

    assert one_wins(races.at_once(*map(put, ("case.accept", "case.close"))))
    assert len([one for one in queries.grants() if one.post == "night_clerk"]) == 1
    assert verify().intact


def test_the_table_is_not_changed_while_another_change_is_about_to_be_kept(chen):
    seen = queries.edition()

    def put(act):
        return lambda: people.put_grant("night_clerk", act, Scope.CITY, seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)

    first, second = races.while_the_first_has_not_finished(put("case.accept"), put("case.close"))
    assert not isinstance(first, Refusal)
    assert isinstance(second, ChangedMeanwhile)
    assert [one.act for one in queries.grants() if one.post == "night_clerk"] == ["case.accept"]
    assert verify().intact


def test_the_last_two_security_administrators_do_not_end_each_other(chen):
    staff.appoint(chen, post=Post.SECURITY_ADMINISTRATOR, unit="bureau", at=MONDAY_9AM)
    both = queries.appointments(at=MONDAY_9AM, post=Post.SECURITY_ADMINISTRATOR)
    later = MONDAY_9AM + timedelta(days=1)

    def end(one):
        seen = queries.member_version(one.member)
        return lambda: people.end_appointment(one.uid, seen=seen, by=GIVES_POWERS, at=later)

    first, second = races.while_the_first_has_not_finished(*map(end, both))
    assert not isinstance(first, Refusal)
    assert isinstance(second, LastKeeper)
    assert len(queries.appointments(at=later, post=Post.SECURITY_ADMINISTRATOR)) == 1
    assert verify().intact


def night():
    """Declare a night duty that begins now."""
    return people.declare_night_duty(
        SIMING,
        from_at=MONDAY_9AM,
        until_at=MONDAY_9AM + AN_HOUR,
        grounds="台风",
        by=duty_leader(),
        at=MONDAY_9AM,
    )


def test_two_acts_of_one_night_are_both_told(chen):
    held, by = night(), member(Post.SHIFT_LEADER)
    matter = Matter(area=SIMING, urgent=True, hands={"case.pass_check": (by.id,)})
    permission = queries.require(by, "case.close", matter, at=MONDAY_9AM)

    def close(about):
        return lambda: people.tell_relaxed(permission, about=about, by=by, at=MONDAY_9AM)

    got = races.at_once(close("case:1"), close("case:2"))
    assert got == [{"relaxed": f"night_duty:{held}"}] * 2
    assert sorted(one.about for one in queries.relaxed_acts()) == ["case:1", "case:2"]
    assert verify().intact


def test_a_night_is_reviewed_once(chen):
    held = night()
    reviewers = [in_post("9201", Post.CONDUCT_INSPECTOR, "bureau"), member(Post.LEADER)]

    def review(by):
        return lambda: people.review_night_duty(
            held, outcome=ReviewOutcome.PROPER, words="处置得当", seen=1, by=by, at=MONDAY_9AM + 2 * AN_HOUR
        )

    assert one_wins(races.at_once(*map(review, reviewers)))
    assert queries.night_duty_of(held).version == 2
    assert verify().intact


def test_a_substitute_is_arranged_once_on_one_picture(chen):
    post = queries.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)[0]
    seen = queries.member_version(chen)

    def arrange():
        return people.substitute(
            post.uid,
            by_member=chen,
            from_at=MONDAY_9AM,
            until_at=MONDAY_9AM + AN_HOUR,
            grounds="年休假",
            seen=seen,
            by=GIVES_POWERS,
            at=MONDAY_9AM,
        )

    assert one_wins(races.at_once(arrange, arrange))
    assert len(queries.substitutions(at=MONDAY_9AM)) == 1
    assert verify().intact


def test_a_paper_is_taken_once(chen):
    held = certify(chen)
    seen = queries.member_version(chen)

    def take(how):
        return lambda: how(held, grounds="年审未通过", seen=seen, by=GIVES_POWERS, at=MONDAY_9AM)

    assert one_wins(races.at_once(take(people.suspend_credential), take(people.withdraw_credential)))
    assert verify().intact
