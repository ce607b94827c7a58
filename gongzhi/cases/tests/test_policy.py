"""Who may move a case: the post, the unit, and the hands it went through."""

import pytest

from gongzhi.cases import operations as cases
from gongzhi.cases.lifecycle import ACCEPTED_BY, CASE, CHECKED_BY, HANDLED_BY, SEPARATIONS
from gongzhi.cases.tests.attempts import ATTEMPTS
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.people import queries
from gongzhi.people.operations import NotAppointed, NotPermitted, SamePerson
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import accepted_case, checking_case, dispatched_case, handling_case, reported_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

FOLLOWS = [(one.act, earlier) for one in SEPARATIONS for earlier in sorted(one.not_after)]
POST_OF = {f"case.{one.act}": one.by[0] for one in CASE.moves}


def test_the_hands_that_handle_check_and_close_are_kept_apart_both_ways():
    apart = {one.act: one.not_after for one in SEPARATIONS}
    assert all(apart[act] >= CHECKED_BY for act in HANDLED_BY)
    assert all(apart[act] >= HANDLED_BY for act in CHECKED_BY)
    assert apart["case.close"] >= HANDLED_BY | CHECKED_BY | ACCEPTED_BY


@pytest.mark.parametrize(("act", "earlier"), FOLLOWS)
def test_whoever_did_the_earlier_act_may_not_do_the_later_one(act, earlier, jack_of_all_posts, monday_9am):
    by = jack_of_all_posts(POST_OF[act])
    other = Matter(unit=moves.SIMING_BUREAU, hands={earlier: ("somebody else",)})
    queries.require(by, act, other, at=monday_9am)
    own = Matter(unit=moves.SIMING_BUREAU, hands={earlier: ("somebody else", by.id)})
    with pytest.raises(SamePerson) as refused:
        queries.require(by, act, own, at=monday_9am)
    assert refused.value.facts == {"act": act, "earlier": earlier}


@pytest.mark.parametrize("seen", [1, 99])
def test_no_refusal_tells_a_unit_how_far_the_case_of_another_unit_is(handling_case, seen):
    stranger = moves.member(Post.DEPARTMENT_DESK, moves.HULI_BUREAU)
    for attempt in ATTEMPTS.values():
        with pytest.raises(NotPermitted) as refused:
            attempt(handling_case, {"seen": seen, "by": stranger, "at": handling_case.moved_at})
        assert not {"seen", "now", "state"} & set(refused.value.facts)


def test_the_handler_of_a_case_cannot_check_it(jack_of_all_posts):
    case = moves.submit(handling_case(), by=jack_of_all_posts(Post.HANDLER))
    case = moves.order_check(moves.confirm(case))
    with pytest.raises(SamePerson):
        moves.check(case, by=jack_of_all_posts(Post.CHECKER))
    with pytest.raises(SamePerson):
        moves.check(case, by=jack_of_all_posts(Post.CHECKER), passed=False)
    moves.check(case)


def test_the_checker_of_a_case_cannot_close_it(jack_of_all_posts):
    case = moves.check(checking_case(), by=jack_of_all_posts(Post.CHECKER))
    with pytest.raises(SamePerson):
        moves.close(case, by=jack_of_all_posts(Post.SHIFT_LEADER))
    moves.close(case)


def test_a_checker_who_failed_a_case_does_not_then_handle_it(jack_of_all_posts):
    case = moves.check(checking_case(), by=jack_of_all_posts(Post.CHECKER), passed=False)
    with pytest.raises(SamePerson):
        moves.submit(case, by=jack_of_all_posts(Post.HANDLER))
    moves.submit(case)


def test_the_acceptor_of_a_case_cannot_close_it(jack_of_all_posts):
    case = moves.verify(moves.order_verification(reported_case(), by=jack_of_all_posts(Post.ACCEPTOR)))
    case = moves.check(moves.order_check(moves.handle(moves.acknowledge(moves.dispatch(moves.file(case))))))
    with pytest.raises(SamePerson):
        moves.close(case, by=jack_of_all_posts(Post.SHIFT_LEADER))
    moves.close(case)


def test_whoever_looked_and_so_accepted_a_case_cannot_close_it(jack_of_all_posts):
    case = moves.verify(moves.order_verification(reported_case()), by=jack_of_all_posts(Post.COLLECTOR))
    case = moves.check(moves.order_check(moves.handle(moves.acknowledge(moves.dispatch(moves.file(case))))))
    with pytest.raises(SamePerson):
        moves.close(case, by=jack_of_all_posts(Post.SHIFT_LEADER))
    moves.close(case)


def test_the_desk_and_the_handlers_of_another_unit_do_not_touch_a_case():
    case = dispatched_case()
    assert case.unit_code == moves.SIMING_BUREAU
    with pytest.raises(NotPermitted):
        moves.acknowledge(case, by=moves.member(Post.DEPARTMENT_DESK, moves.HULI_BUREAU))
    case = moves.acknowledge(case)
    with pytest.raises(NotPermitted):
        moves.submit(case, by=moves.member(Post.HANDLER, moves.HULI_BUREAU))
    case = moves.submit(case)
    with pytest.raises(NotPermitted):
        moves.confirm(case, by=moves.member(Post.DEPARTMENT_DESK, moves.HULI_BUREAU))


def test_a_post_has_only_the_powers_of_the_table(handler):
    with pytest.raises(NotPermitted):
        moves.file(accepted_case(), by=handler)


def test_a_post_that_somebody_does_not_hold_gives_no_power(acceptor):
    pretended = Actor(id=acceptor.id, kind=ActorKind.MEMBER, post=Post.SHIFT_LEADER, unit="centre")
    with pytest.raises(NotAppointed):
        moves.file(accepted_case(), by=pretended)


def test_nobody_acts_without_a_post(acceptor):
    without = Actor(id=acceptor.id, kind=ActorKind.MEMBER)
    case = accepted_case()
    with pytest.raises(NotPermitted):
        cases.file_case(case.uid, condition_code=moves.VENDOR_BY_DAY, seen=case.version, by=without, at=case.moved_at)
