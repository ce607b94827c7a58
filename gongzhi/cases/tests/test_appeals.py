"""The appeal of a unit against the record of a timeout."""

import pytest

from gongzhi.audit.verify import verify
from gongzhi.cases import queries
from gongzhi.cases.rules import (
    AppealNotAsked,
    AppealNotReviewed,
    AppealUsedUp,
    GroundsMissing,
    NotLate,
    WordsMissing,
)
from gongzhi.cases.states import AppealState, CaseState, ClosingType
from gongzhi.people.operations import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import handled_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def closed_late():
    case = handled_case(dispatched_at=local("2026-11-23 09:20"), handled_at=local("2026-11-23 14:20"))
    return moves.close(moves.check(moves.order_check(case)))


def test_an_upheld_appeal_exempts_the_timeout_and_the_timeout_stays_visible(closed_late):
    assert [(one.on_time, one.late) for one in queries.tally_by_unit()] == [(0, 1)]
    asked = turns.appeal(closed_late)
    assert asked.appeal == AppealState.ASKED
    reviewed = turns.review_appeal(asked)
    assert (reviewed.appeal, reviewed.late_exempted) == (AppealState.REVIEWED, False)
    upheld = turns.decide_appeal(reviewed)
    assert (upheld.state, upheld.appeal, upheld.late_exempted) == (CaseState.CLOSED, AppealState.UPHELD, True)
    assert (upheld.is_late, upheld.closing_type) == (True, ClosingType.LATE)
    assert [(one.on_time, one.late) for one in queries.tally_by_unit()] == [(1, 0)]
    assert verify().intact


def test_a_refused_appeal_leaves_the_timeout_in_the_figures(closed_late):
    refused = turns.decide_appeal(turns.review_appeal(turns.appeal(closed_late)), upheld=False)
    assert (refused.appeal, refused.late_exempted) == (AppealState.REFUSED, False)
    assert [one.late for one in queries.tally_by_unit()] == [1]


def test_there_is_one_appeal_and_only_against_a_timeout(closed_late):
    in_time = moves.close(moves.check(moves.order_check(handled_case())))
    with pytest.raises(NotLate):
        turns.appeal(in_time)
    with pytest.raises(WordsMissing):
        turns.appeal(closed_late, words="")
    decided = turns.decide_appeal(turns.review_appeal(turns.appeal(closed_late)), upheld=False)
    with pytest.raises(AppealUsedUp):
        turns.appeal(decided)


def test_an_appeal_is_looked_at_twice_in_order_and_with_reasons(closed_late):
    with pytest.raises(AppealNotAsked):
        turns.review_appeal(closed_late)
    asked = turns.appeal(closed_late)
    with pytest.raises(AppealNotReviewed):
        turns.decide_appeal(asked)
    with pytest.raises(WordsMissing):
        turns.review_appeal(asked, words=" ")
    reviewed = turns.review_appeal(asked, supported=False)
    with pytest.raises(GroundsMissing):
        turns.decide_appeal(reviewed, grounds=" ")
    with pytest.raises(AppealNotAsked):
        turns.review_appeal(reviewed)


def test_only_the_unit_appeals_and_the_two_who_look_are_two(closed_late, jack_of_all_posts):
    with pytest.raises(NotPermitted):
        turns.appeal(closed_late, by=moves.member(Post.DEPARTMENT_DESK, moves.HULI_BUREAU))
    asked = turns.appeal(closed_late)
    reviewed = turns.review_appeal(asked, by=jack_of_all_posts(Post.DISPATCHER))
    with pytest.raises(SamePerson):
        turns.decide_appeal(reviewed, by=jack_of_all_posts(Post.ACCEPTOR))


def test_an_undecided_appeal_lapses_when_the_case_is_opened_again(closed_late):
    assert turns.reopen(turns.appeal(closed_late)).appeal == ""
