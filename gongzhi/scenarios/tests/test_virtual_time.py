"""Virtual time takes turns at the store, and what happens does not depend on how long a turn is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gongzhi.scenarios.virtual_time import Clocks, TimeRunsForward, VirtualTime

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
TURN_S = 10.0


def day(number: int) -> datetime:
    return NEW_YEAR + timedelta(days=number)


class Stopwatch:
    """A stopwatch that runs only while somebody works."""

    def __init__(self) -> None:
        self.shows_s = 0.0

    def __call__(self) -> float:
        return self.shows_s

    def work(self, seconds: float) -> None:
        self.shows_s += seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


def limits(days: list[int], stopwatch: Stopwatch, ticked: list[datetime], *, takes_s: float) -> Clocks:
    """Clocks that run out on some days, each tick of which takes a while."""
    left = [day(one) for one in days]

    def tick(at: datetime) -> int:
        due = [one for one in left if one <= at]
        for one in due:
            left.remove(one)
            stopwatch.work(takes_s)
        ticked.extend(due)
        return len(due)

    return Clocks(next_at=lambda _: min(left, default=None), tick=tick)


def test_a_turn_ends_when_its_time_is_up(stopwatch):
    time = VirtualTime(clocks=(), turn_s=TURN_S, stopwatch=stopwatch)
    for number in range(7):
        time.plan(day(number), lambda _: stopwatch.work(4))
    turns: list[int] = []
    assert time.run(progress=turns.append) == 7
    assert turns == [3, 3, 1]


def test_a_turn_makes_one_move_however_long_it_takes(stopwatch):
    time = VirtualTime(clocks=(), turn_s=TURN_S, stopwatch=stopwatch)
    for number in range(3):
        time.plan(day(number), lambda _: stopwatch.work(60))
    turns: list[int] = []
    time.run(progress=turns.append)
    assert turns == [1, 1, 1]


def test_a_turn_takes_no_more_moves_than_it_may(stopwatch):
    time = VirtualTime(clocks=(), moves_at_once=2, stopwatch=stopwatch)
    for number in range(5):
        time.plan(day(number), lambda _: None)
    turns: list[int] = []
    time.run(progress=turns.append)
    assert turns == [2, 2, 1]


@pytest.mark.parametrize("takes_s", [0, 6, 60])
def test_every_limit_runs_out_before_the_next_move_however_long_that_takes(stopwatch, takes_s):
    happened: list[datetime] = []
    clocks = limits([1, 2, 3, 8, 9], stopwatch, happened, takes_s=takes_s)
    time = VirtualTime(clocks=(clocks,), turn_s=TURN_S, stopwatch=stopwatch)
    time.plan(day(5), happened.append)
    assert time.run(until=day(10)) == 1
    assert happened == [day(one) for one in (1, 2, 3, 5, 8, 9)]


def test_a_clock_that_is_due_and_does_nothing_is_a_bug(stopwatch):
    never_done = Clocks(next_at=lambda _: day(1), tick=lambda _: 0)
    with pytest.raises(TimeRunsForward):
        VirtualTime(clocks=(never_done,), stopwatch=stopwatch).run(until=day(2))
