"""Who may do this here, now, and why: the line, who holds the post, and what stops whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import CredentialMissing, SamePerson
from gongzhi.people.rules import Grant, Matter
from gongzhi.people.states import CredentialKind, Post, Scope, Why
from gongzhi.people.tests.persons import A_DAY, AN_HOUR, SIMING, add, certify, duty_leader, in_post, substitute
from gongzhi.scenarios.founding import GIVES_POWERS
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

SUBMIT, CLOSE, CHECK = "case.submit_result", "case.close", "case.pass_check"
HERE = Matter(area=SIMING, unit=moves.SIMING_BUREAU)


def of(explained, member):
    (found,) = [one for one in explained.powers if str(one.member) == str(member)]
    return found


def test_it_names_the_lines_that_give_the_act():
    explained = queries.explain(SUBMIT, matter=HERE, at=MONDAY_9AM)
    assert Grant(Post.HANDLER, SUBMIT, Scope.UNIT) in explained.grants
    assert queries.explain(SUBMIT, matter=HERE, at=MONDAY_9AM, post=Post.CHECKER).grants == ()


def test_it_answers_for_the_hour():
    handler = in_post("8001", Post.HANDLER, moves.SIMING_BUREAU, at=MONDAY_9AM + A_DAY)
    numbers = [
        [one.number for one in queries.powers(SUBMIT, matter=HERE, at=MONDAY_9AM + days * A_DAY)] for days in (0, 1)
    ]
    assert ["8001" in found for found in numbers] == [False, True]
    assert of(queries.explain(SUBMIT, matter=HERE, at=MONDAY_9AM + A_DAY), handler.id).may


def test_a_substitute_is_named_with_the_one_in_whose_place():
    post = queries.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)[0]
    lin = add("8001")
    substitute(post.uid, lin)
    found = of(queries.explain(CLOSE, matter=HERE, at=MONDAY_9AM), lin)
    assert (found.on_behalf_of, found.post, found.why, found.may) == (
        post.member,
        Post.SHIFT_LEADER,
        Why.EVERYWHERE,
        True,
    )
    assert of(queries.explain(CLOSE, matter=HERE, at=MONDAY_9AM), post.member).on_behalf_of is None


def test_it_says_who_lacks_the_paper():
    handler = in_post("8001", Post.HANDLER, moves.SIMING_BUREAU)
    people.put_credential_need(
        SUBMIT, CredentialKind.ENFORCEMENT, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM
    )
    explained = queries.explain(SUBMIT, matter=HERE, at=MONDAY_9AM)
    assert explained.needs == (CredentialKind.ENFORCEMENT,)
    stopped = of(explained, handler.id)
    assert (stopped.reaches, stopped.may, [type(one) for one in stopped.stops]) == (True, False, [CredentialMissing])
    certify(UUID(handler.id))
    assert of(queries.explain(SUBMIT, matter=HERE, at=MONDAY_9AM), handler.id).may


def test_it_says_whose_hands_must_be_separate_and_when_a_night_lets_them_be():
    leader = member(Post.SHIFT_LEADER)
    matter = Matter(area=SIMING, urgent=True, hands={CHECK: (leader.id,)})
    explained = queries.explain(CLOSE, matter=matter, at=MONDAY_9AM)
    assert explained.separation is not None
    assert CHECK in explained.separation.not_after
    (stop,) = of(explained, leader.id).stops
    assert isinstance(stop, SamePerson)
    assert stop.facts == {"act": CLOSE, "earlier": CHECK}
    night = people.declare_night_duty(
        SIMING,
        from_at=MONDAY_9AM,
        until_at=MONDAY_9AM + 8 * AN_HOUR,
        grounds="台风",
        by=duty_leader(),
        at=MONDAY_9AM,
    )
    explained = queries.explain(CLOSE, matter=matter, at=MONDAY_9AM + timedelta(minutes=1))
    assert explained.night_duty is not None
    assert explained.night_duty.uid == night
    assert of(explained, leader.id).may


def test_what_is_explained_is_what_is_decided():
    """For every act, everybody who holds a post, hands that met and a paper that is wanted."""
    leader = member(Post.SHIFT_LEADER)
    post = queries.appointments(at=MONDAY_9AM, post=Post.DISPATCHER)[0]
    substitute(post.uid, UUID(leader.id))
    for act in (SUBMIT, "case.dispatch"):
        people.put_credential_need(
            act, CredentialKind.ENFORCEMENT, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM
        )
    certify(UUID(leader.id))
    hands = {CHECK: (leader.id, str(post.member)), SUBMIT: (member(Post.CHECKER).id,)}
    matter = Matter(area=SIMING, unit=moves.SIMING_BUREAU, hands=hands)
    decided = 0
    for act in sorted({one.act for one in queries.grants()}):
        for one in queries.powers(act, matter=matter, at=MONDAY_9AM):
            (by,) = [
                held.actor()
                for held in queries.in_post(one.post, unit=one.unit, at=MONDAY_9AM)
                if (held.member, getattr(held, "instead_of", None)) == (one.member, one.on_behalf_of)
            ]
            assert queries.allow(by, act, matter, at=MONDAY_9AM) == one.may, (act, one)
            decided += not one.may
    assert decided > 2
