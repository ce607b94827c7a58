"""Stages, their limits, and who was late."""

from datetime import timedelta
from itertools import pairwise

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.models import StuckTimer
from gongzhi.cases.operations import timers
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import MAKERS, dispatched_case, handling_case, reported_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "stage", "holder", "minutes"),
    [
        ("reported", "accept", Post.ACCEPTOR, 15),
        ("verifying", "verify", Post.COLLECTOR, 30),
        ("accepted", "file", Post.SHIFT_LEADER, 60),
        ("filed", "dispatch", Post.DISPATCHER, 15),
        ("dispatched", "acknowledge", Post.DEPARTMENT_DESK, 60),
        ("handling", "dispose", Post.DEPARTMENT_DESK, 115),  # two hours since dispatch, five minutes ago
        ("handled", "review", Post.DISPATCHER, 60),
        ("checking", "check", Post.CHECKER, 30),
        ("rework", "rework", Post.DEPARTMENT_DESK, 60),  # half the limit of the condition
        ("check_passed", "close", Post.SHIFT_LEADER, 60),
    ],
)
def test_each_stage_has_a_holder_and_a_limit_and_is_marked_late_once(state, stage, holder, minutes):
    case = MAKERS[state]()
    held = queries.stages(case.uid)[-1]
    assert (held.stage, held.holder_post, held.ended_at) == (stage, holder, None)
    due_at = case.moved_at + timedelta(minutes=minutes)
    assert held.due_at == due_at

    assert cases.tick(due_at) == 0
    assert cases.tick(due_at + A_MINUTE) == 1
    assert cases.tick(due_at + 2 * A_MINUTE) == 0

    assert queries.stages(case.uid)[-1].is_late
    last = entries_of(case.stream)[-1]
    assert (last.type, last.at) == ("case.stage-late", due_at + A_MINUTE)
    assert last.facts == {"stage": stage, "holder_post": holder, "holder_unit": held.holder_unit}
    assert verify().intact


def test_a_stage_that_ends_too_late_is_late_even_if_no_timer_saw_it():
    case = moves.order_verification(reported_case(), at=local("2026-11-23 09:16"))
    accept, verifying = queries.stages(case.uid)
    assert (accept.stage, accept.is_late) == ("accept", True)
    assert (verifying.stage, verifying.is_late) == ("verify", False)


def test_only_the_holder_of_the_slow_stage_is_late():
    case = moves.acknowledge(dispatched_case(), at=local("2026-11-23 10:21"))
    case = moves.order_check(moves.handle(case))
    late = [(one.stage, one.holder_unit) for one in queries.stages(case.uid) if one.is_late]
    assert late == [("acknowledge", moves.SIMING_BUREAU)]


def test_lunch_is_no_time_of_a_working_stage_but_of_one_that_runs_on():
    case = moves.order_check(moves.handle(handling_case(), at=local("2026-11-23 11:20")), at=local("2026-11-23 11:50"))
    review, check = queries.stages(case.uid)[-2:]
    assert review.due_at == local("2026-11-23 14:20")
    assert check.due_at == local("2026-11-23 12:20")


def test_the_stages_of_a_case_follow_one_another_without_a_gap(closed_case):
    stages = queries.stages(closed_case.uid)
    assert [one.order for one in stages] == list(range(1, len(stages) + 1))
    assert stages[0].started_at == closed_case.reported_at
    assert stages[-1].ended_at == closed_case.ended_at
    for one, following in pairwise(stages):
        assert one.ended_at == following.started_at


def test_a_closed_case_is_never_late_again(closed_case):
    assert cases.tick(closed_case.ended_at + timedelta(days=100)) == 0


def test_a_stage_that_cannot_be_marked_holds_up_no_other(monkeypatch, caplog):
    stuck = reported_case(at=local("2026-11-23 09:00"))
    other = reported_case(at=local("2026-11-23 10:00"))
    let_run_out = timers._let_run_out

    def broken_for_one(stage, case_id, *, at):
        marked = let_run_out(stage, case_id, at=at)
        if case_id == stuck.uid:
            raise RuntimeError("the record of this case is damaged")
        return marked

    monkeypatch.setattr(timers, "_let_run_out", broken_for_one)
    assert cases.tick(local("2026-11-23 12:00")) == 1
    assert moves.now(stuck) == stuck, "what failed is undone"
    assert queries.stages(other.uid)[0].is_late
    assert "the record of this case is damaged" in caplog.text


@pytest.fixture
def broken(monkeypatch):
    """Return the set of cases whose stages cannot be marked, to be filled and emptied."""
    cannot = set()
    let_run_out = timers._let_run_out

    def unless_broken(stage, case_id, *, at):
        if case_id in cannot:
            raise RuntimeError("the record of this case is damaged")
        return let_run_out(stage, case_id, at=at)

    monkeypatch.setattr(timers, "_let_run_out", unless_broken)
    return cannot


def test_stages_that_fail_again_and_again_do_not_starve_the_others(broken):
    stuck = [reported_case(at=local("2026-11-23 09:00")) for _ in range(3)]
    other = reported_case(at=local("2026-11-23 10:00"))
    broken.update(one.uid for one in stuck)
    noon = local("2026-11-23 12:00")
    assert [cases.tick(noon + 20 * n * timedelta(seconds=1), limit=2) for n in range(2)] == [0, 1]
    assert queries.stages(other.uid)[0].is_late


def test_a_stage_that_cannot_be_marked_is_told_once_shown_and_tried_less_and_less_often(broken, caplog):
    case = reported_case(at=local("2026-11-23 09:00"))
    broken.add(case.uid)
    noon = local("2026-11-23 12:00")
    for minute in range(8):
        assert cases.tick(noon + minute * A_MINUTE) == 0
    (shown,) = queries.stuck_timers()
    assert (shown.case, shown.stage, shown.since) == (str(case.uid), "accept", noon)
    assert (shown.attempts, shown.next_at) == (4, noon + 15 * A_MINUTE), "after one minute, three and seven"
    assert shown.error == "RuntimeError: the record of this case is damaged"
    assert caplog.text.count("is set aside") == 1

    broken.clear()
    assert cases.tick(noon + 14 * A_MINUTE) == 0
    assert cases.tick(noon + 15 * A_MINUTE) == 1
    assert queries.stuck_timers() == []
    assert verify().intact


def test_a_stuck_stage_that_ends_is_shown_and_kept_no_more(broken):
    case = reported_case(at=local("2026-11-23 09:00"))
    broken.add(case.uid)
    assert cases.tick(local("2026-11-23 12:00")) == 0
    moves.order_verification(case, at=local("2026-11-23 12:01"))
    assert queries.stuck_timers() == []
    assert not StuckTimer.objects.exists()


def test_a_stage_stays_set_aside_when_another_case_moves(broken):
    stuck, other = (reported_case(at=local("2026-11-23 09:00")) for _ in range(2))
    broken.add(stuck.uid)
    assert cases.tick(local("2026-11-23 12:00")) == 1
    moves.order_verification(moves.now(other), at=local("2026-11-23 12:01"))
    assert [one.case for one in queries.stuck_timers()] == [str(stuck.uid)]


def test_a_stuck_stage_is_tried_at_least_once_a_day(broken):
    case = reported_case(at=local("2026-11-23 09:00"))
    broken.add(case.uid)
    at = local("2026-11-23 12:00")
    for attempts in range(1, 41):
        cases.tick(at)
        (shown,) = queries.stuck_timers()
        assert shown.attempts == attempts
        assert at < shown.next_at <= at + timedelta(days=1)
        at = shown.next_at


def test_a_timer_takes_the_stages_that_ran_out_first():
    later = reported_case(at=local("2026-11-23 10:00"))
    first = reported_case(at=local("2026-11-23 09:00"))
    assert cases.tick(local("2026-11-23 12:00"), limit=1) == 1
    assert queries.stages(first.uid)[0].is_late
    assert not queries.stages(later.uid)[0].is_late
    assert cases.tick(local("2026-11-23 12:00")) == 1
