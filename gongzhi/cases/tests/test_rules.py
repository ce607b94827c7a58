"""When the disposal clock stands still, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from gongzhi.cases.rules import Held, Standstill, standstills

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def at(hour):
    return None if hour is None else NOON + timedelta(hours=hour)


def with_unit(start, end):
    return Held(at(start), at(end), with_unit=True)


def elsewhere(start, end):
    return Held(at(start), at(end), with_unit=False)


def on_hold(start, end, until):
    return Held(at(start), at(end), with_unit=False, hold_until_at=at(until))


@pytest.mark.parametrize(
    ("stages", "back_at", "still"),
    [
        # acknowledged and handled: nothing stood still
        ([with_unit(0, 1), with_unit(1, 3)], None, []),
        # handled, reviewed, checked, and closed: what comes after the last result is nobody's time
        ([with_unit(0, 2), elsewhere(2, 3), elsewhere(3, 5)], None, []),
        # sent back after review and check
        ([with_unit(0, 2), elsewhere(2, 3), elsewhere(3, 5), with_unit(5, None)], None, [(2, 5)]),
        # it is being sent back at this moment
        ([with_unit(0, 2), elsewhere(2, None)], 4, [(2, 4)]),
        # reworked twice
        (
            [with_unit(0, 2), elsewhere(2, 3), with_unit(3, 4), elsewhere(4, 6), with_unit(6, None)],
            None,
            [(2, 3), (4, 6)],
        ),
        # a hold that ended as granted, earlier, later, and one that is open
        ([with_unit(0, 2), on_hold(2, 5, 5), with_unit(5, None)], None, [(2, 5)]),
        ([with_unit(0, 2), on_hold(2, 4, 5), with_unit(4, None)], None, [(2, 4)]),
        ([with_unit(0, 2), on_hold(2, 7, 5), with_unit(7, None)], None, [(2, 5)]),
        ([with_unit(0, 2), on_hold(2, None, 5)], None, [(2, 5)]),
        # somebody resumes at this moment
        ([with_unit(0, 2), on_hold(2, None, 5)], 3, [(2, 3)]),
        ([with_unit(0, 2), on_hold(2, None, 5)], 6, [(2, 5)]),
        # a hold, then rework
        (
            [with_unit(0, 1), on_hold(1, 2, 2), with_unit(2, 3), elsewhere(3, 4), with_unit(4, None)],
            None,
            [(1, 2), (3, 4)],
        ),
        # closed at 3, opened again at 9: no stage in between
        ([with_unit(0, 2), elsewhere(2, 3), with_unit(9, None)], None, [(2, 9)]),
    ],
)
def test_the_clock_stands_still_while_the_work_does_not_lie_with_the_unit(stages, back_at, still):
    assert standstills(stages, back_at=at(back_at)) == [Standstill(at(from_), at(until)) for from_, until in still]
