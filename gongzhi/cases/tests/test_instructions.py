"""Supervision, and what leaders order."""

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.audit.queries import held_by_entry
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases.rules import EndNotAhead, GroundsMissing, InstructionReported, SupervisedAlready, WordsMissing
from gongzhi.cases.turns import instructions
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import NotPermitted
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import filed_case, handling_case, reported_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def supervise(case, *, by=None, post=Post.LEADER, due_at=None, grounds="多次投诉"):
    said = {"seen": case.version, "by": by or moves.member(post), "at": case.moved_at}
    return cases.supervise(case.uid, due_at=due_at or case.moved_at + timedelta(days=1), grounds=grounds, **said)


@pytest.mark.parametrize("post", [Post.LEADER, Post.SHIFT_LEADER])
def test_a_case_is_put_under_supervision_with_a_due_of_its_own(post):
    case = filed_case()
    with pytest.raises(GroundsMissing):
        supervise(case, post=post, grounds="")
    with pytest.raises(EndNotAhead):
        supervise(case, post=post, due_at=case.moved_at)
    watched = supervise(case, post=post)
    assert (watched.state, watched.supervised_at) == (case.state, case.moved_at)
    assert watched.supervision_due_at == case.moved_at + timedelta(days=1)
    with pytest.raises(SupervisedAlready):
        supervise(watched, post=post)
    assert verify().intact


def test_a_reopened_case_may_be_supervised_anew():
    case = supervise(handling_case())
    closed = moves.close(moves.check(moves.order_check(moves.handle(case))))
    assert closed.supervised_at is not None
    assert supervise(turns.reopen(closed)).supervised_at > closed.supervised_at


def test_a_desk_supervises_nobody(handling_case):
    with pytest.raises(NotPermitted):
        supervise(handling_case, by=moves.desk_of(handling_case))


def test_leaders_give_several_instructions_and_each_is_reported_on():
    case = turns.instruct(turns.instruct(handling_case()), words="请书面说明")
    first, second = instructions(case.uid)
    assert first.report_due_at > first.given_at
    reported = turns.report_back(case)
    assert [one.reported_at for one in instructions(case.uid)] == [None, reported.moved_at]
    with pytest.raises(InstructionReported):
        turns.report_back(reported)
    assert not second.is_late(at=second.report_due_at)
    assert first.is_late(at=first.report_due_at + timedelta(seconds=1)), "nobody reported on it"
    words = [one["words"] for one in held_by_entry(case.stream, names=["words"]).values() if "words" in one]
    assert words[-3:] == ["请当日办结", "请书面说明", "已办结"]
    assert verify().intact


def test_an_instruction_says_something_and_ends_ahead(handling_case):
    with pytest.raises(WordsMissing):
        turns.instruct(handling_case, words="")
    with pytest.raises(EndNotAhead):
        turns.instruct(handling_case, report_due_at=handling_case.moved_at)
    given = turns.instruct(handling_case)
    with pytest.raises(WordsMissing):
        turns.report_back(given, words="")
    said: dict[str, Any] = {"seen": given.version, "by": moves.desk_of(given), "at": given.moved_at}
    with pytest.raises(NotFound):
        cases.report_back(given.uid, instruction=new_id(), words="已办结", **said)


def test_a_report_may_come_after_the_case_was_closed():
    case = turns.instruct(handling_case())
    closed = moves.close(moves.check(moves.order_check(moves.handle(case))))
    assert turns.report_back(closed).state is closed.state


def test_before_a_unit_has_the_case_the_shift_leader_reports():
    case = turns.instruct(reported_case())
    with pytest.raises(NotPermitted):
        turns.report_back(case, by=moves.member(Post.DEPARTMENT_DESK, moves.SIMING_BUREAU))
    turns.report_back(case, by=moves.member(Post.SHIFT_LEADER))


def test_an_instruction_of_another_case_is_not_reported_on_here():
    other = turns.instruct(handling_case())
    case = handling_case()
    said: dict[str, Any] = {"seen": case.version, "by": moves.desk_of(case), "at": case.moved_at}
    with pytest.raises(NotFound):
        cases.report_back(case.uid, instruction=instructions(other.uid)[0].uid, words="已办结", **said)


def test_what_a_leader_ordered_is_reported_on_however_the_case_ended():
    for end in (moves.void, moves.refuse, lambda case: turns.merge(case, reported_case())):
        case = end(turns.instruct(reported_case()))
        turns.report_back(case, by=moves.member(Post.SHIFT_LEADER), words="已另案办理")
        assert instructions(case.uid)[0].reported_at is not None
