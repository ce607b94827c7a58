"""Closing, and how the timing is judged."""

import pytest

from gongzhi.cases import queries
from gongzhi.cases.rules import ClosingUnconfirmed
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case, rework_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_checked_case_is_closed_by_the_shift_leader(checked_case, shift_leader):
    closed = moves.close(checked_case)
    assert (closed.state, closed.closing_type) == (CaseState.CLOSED, ClosingType.NORMAL)
    assert closed.ended_at == checked_case.moved_at + moves.A_STEP
    assert closed.hands["case.close"] == (shift_leader.id,)
    assert all(one.ended_at is not None for one in queries.stages(closed.uid))


def test_a_case_is_not_closed_before_its_closing_condition_is_confirmed(checked_case):
    with pytest.raises(ClosingUnconfirmed):
        moves.close(checked_case, closing_confirmed=False)


DISPATCHED = local("2026-11-23 09:20")
"""Two working hours: due at 11:20."""


def closed(*, confirmed_at, checked_at):
    case = moves.acknowledge(dispatched_case(dispatched_at=DISPATCHED))
    case = moves.order_check(moves.handle(case, at=confirmed_at))
    return moves.close(moves.check(case, at=checked_at))


@pytest.mark.parametrize(
    ("confirmed_at", "closing", "overtime_hundredths"),
    [
        ("2026-11-23 09:40", ClosingType.NORMAL, 0),
        ("2026-11-23 11:20", ClosingType.NORMAL, 0),  # in the last moment
        ("2026-11-23 11:21", ClosingType.LATE, 1),
        ("2026-11-23 12:20", ClosingType.LATE, 33),  # 12:00 to 14:00 is no working time
        ("2026-11-23 14:20", ClosingType.LATE, 50),
        ("2026-11-23 15:20", ClosingType.LATE, 100),
        ("2026-11-24 09:20", ClosingType.LATE, 300),  # a whole working day is eight hours
    ],
)
def test_the_unit_is_late_when_its_confirmed_result_comes_after_the_limit(confirmed_at, closing, overtime_hundredths):
    case = closed(confirmed_at=local(confirmed_at), checked_at=None)
    assert (case.closing_type, case.is_late) == (closing, closing is ClosingType.LATE)
    assert case.overtime_hundredths == overtime_hundredths


def test_a_check_that_comes_late_does_not_make_the_unit_late():
    case = closed(confirmed_at=local("2026-11-23 11:00"), checked_at=local("2026-11-25 16:00"))
    assert (case.closing_type, case.overtime_hundredths) == (ClosingType.NORMAL, 0)


def reworked(*, confirmed_again_at):
    """Confirmed with twenty minutes of the limit left, checked in the afternoon, and not good enough."""
    case = rework_case(dispatched_at=DISPATCHED, handled_at=local("2026-11-23 11:00"))
    return moves.close(moves.check(moves.order_check(moves.handle(case, at=confirmed_again_at))))


def test_waiting_for_review_and_check_does_not_count_for_the_unit():
    case = moves.order_check(
        moves.handle(moves.acknowledge(dispatched_case(dispatched_at=DISPATCHED)), at=local("2026-11-23 11:00"))
    )
    back = moves.check(case, passed=False, at=local("2026-11-23 16:00"))
    assert back.due_at == local("2026-11-23 16:20"), "the twenty minutes that were left"

    in_time = moves.check(moves.order_check(moves.handle(back, at=local("2026-11-23 16:20"))))
    assert moves.close(in_time).closing_type == ClosingType.NORMAL


def test_a_rework_that_takes_longer_than_what_was_left_is_late():
    case = reworked(confirmed_again_at=local("2026-11-23 11:50"))
    # used 1:40 before and 0:40 since the check at 11:10, allowed were 2:00
    assert (case.closing_type, case.overtime_hundredths) == (ClosingType.LATE, 17)


def test_the_tables_of_the_city_count_what_was_closed_in_time_and_late():
    closed(confirmed_at=local("2026-11-23 09:40"), checked_at=None)
    closed(confirmed_at=local("2026-11-23 14:20"), checked_at=None)
    rework_case()
    (unit,) = queries.tally_by_unit()
    assert unit.key == moves.SIMING_BUREAU
    assert (unit.filed, unit.closed, unit.on_time, unit.late, unit.rework, unit.open) == (3, 2, 1, 1, 1, 1)
    (district,) = queries.tally_by_division()
    assert (district.key, district.filed) == ("350203", 3)
    assert queries.state_counts() == {"closed": 2, "rework": 1}
