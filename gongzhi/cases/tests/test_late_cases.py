"""Which cases are late: the closed ones whose disposal was, and the open ones whose limit has run out."""

from datetime import timedelta

import pytest

from gongzhi.cases import queries
from gongzhi.cases.states import UNIT_WAITS, UNIT_WORKS
from gongzhi.testing import moves
from gongzhi.testing.cases import MAKERS, dispatched_case, handled_case, handling_case, rework_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DISPATCHED = local("2026-11-23 09:20")
LIMIT = local("2026-11-23 11:20")
A_MOMENT = timedelta(seconds=1)


def late_ones(*, late, at):
    return [one.uid for one in queries.page(late=late, at=at)]


@pytest.mark.parametrize("make", [dispatched_case, handling_case])
def test_an_open_case_is_late_once_its_limit_has_run_out(make):
    case = make(dispatched_at=DISPATCHED)
    for at, late in ((LIMIT, False), (LIMIT + A_MOMENT, True)):
        assert case.is_overdue(at=at) is late
        assert late_ones(late=late, at=at) == [case.uid]
        assert late_ones(late=not late, at=at) == []
    assert not moves.now(case).is_late, "nothing is final before closing"


@pytest.mark.parametrize(("handled_at", "late"), [(LIMIT, False), (LIMIT + A_MOMENT, True)])
def test_while_others_review_the_units_result_its_own_time_decides(handled_at, late):
    case = handled_case(dispatched_at=DISPATCHED, handled_at=handled_at)
    a_day_later = LIMIT + timedelta(days=1)
    assert case.is_overdue(at=a_day_later) is late
    assert late_ones(late=late, at=a_day_later) == [case.uid]
    assert late_ones(late=not late, at=a_day_later) == []


def test_a_reworked_case_is_late_when_what_was_left_of_its_limit_is_over():
    case = rework_case(dispatched_at=DISPATCHED, handled_at=local("2026-11-23 11:00"))
    over_at = local("2026-11-23 11:30")  # the check at 11:10 left the twenty minutes of the first time
    assert not case.is_overdue(at=over_at)
    assert case.is_overdue(at=over_at + A_MOMENT)
    assert late_ones(late=True, at=over_at + A_MOMENT) == [case.uid]


def test_what_is_not_dispatched_or_has_ended_is_never_overdue():
    shown = [make() for state, make in MAKERS.items() if state not in {*UNIT_WORKS, *UNIT_WAITS}]
    at = LIMIT + timedelta(days=100)
    assert not any(one.is_overdue(at=at) for one in shown)
    assert late_ones(late=True, at=at) == []
    assert {one.uid for one in shown} <= set(late_ones(late=False, at=at))


def test_a_case_closed_late_stays_late():
    case = handled_case(dispatched_at=DISPATCHED, handled_at=LIMIT + A_MOMENT)
    closed = moves.close(moves.check(moves.order_check(case)))
    a_day_later = LIMIT + timedelta(days=1)
    assert not closed.is_overdue(at=a_day_later)
    assert late_ones(late=True, at=a_day_later) == [closed.uid]
    assert [one.uid for one in queries.page(late=True)] == [closed.uid]
