from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.units import Limit
from gongzhi.norms.rules import (
    CheckingWindow,
    CheckingWindowNeedsVisit,
    ClassCodeFaulty,
    ClassNameMissing,
    FilingConditionRow,
    FixedTime,
    LocalCodeForNationalClass,
    NationalCodeForLocalClass,
    Period,
    PeriodInverted,
    ShareOfLimit,
    StageLimitRow,
    chosen_conditions,
    chosen_stage_limit,
    may_check_at,
    next_opening,
    require_period,
    require_sound_condition,
    require_sound_line,
)
from gongzhi.norms.states import CheckingMode, Grade, StageClock
from gongzhi.norms.tests.factories import draft, line
from gongzhi.places.states import AreaClass

XIAMEN = ZoneInfo("Asia/Shanghai")
SAN_FRANCISCO = ZoneInfo("America/Los_Angeles")
EVENING = CheckingWindow(time(18), time(22))
NIGHT = CheckingWindow(time(22), time(1))


@pytest.mark.parametrize(
    ("first", "second", "share_a_day"),
    [
        ((date(2026, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), None), False),
        ((date(2026, 1, 1), date(2026, 7, 2)), (date(2026, 7, 1), None), True),
        ((date(2026, 1, 1), None), (date(2030, 1, 1), None), True),
        ((date(2026, 1, 1), date(2026, 2, 1)), (date(2026, 3, 1), date(2026, 4, 1)), False),
        ((date(2026, 1, 1), date(2026, 12, 1)), (date(2026, 3, 1), date(2026, 4, 1)), True),
    ],
)
def test_two_periods_overlap_when_they_share_a_day(first, second, share_a_day):
    assert Period(*first).overlaps(Period(*second)) is share_a_day
    assert Period(*second).overlaps(Period(*first)) is share_a_day


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
periods = st.builds(
    lambda start, length: Period(start, None if length is None else start + timedelta(days=length)),
    days,
    st.none() | st.integers(1, 40),
)


@given(periods, periods)
def test_overlap_is_exactly_a_day_that_both_periods_hold(first, second):
    shared = any(first.holds(day) and second.holds(day) for day in (first.from_on, second.from_on))
    assert first.overlaps(second) is shared


def test_a_period_cannot_end_on_the_day_it_begins(july):
    with pytest.raises(PeriodInverted) as refused:
        require_period(july, july)
    assert refused.value.facts == {"from_on": "2026-07-01", "until_on": "2026-07-01"}


@pytest.mark.parametrize(
    ("window", "at", "open_then"),
    [
        (EVENING, time(10), False),
        (EVENING, time(17, 59, 59), False),
        (EVENING, time(18), True),
        (EVENING, time(21, 59, 59), True),
        (EVENING, time(22), False),
        (NIGHT, time(21, 59), False),
        (NIGHT, time(22), True),
        (NIGHT, time(0), True),
        (NIGHT, time(0, 59), True),
        (NIGHT, time(1), False),
    ],
)
def test_a_checking_window_holds_its_first_moment_and_not_its_last(window, at, open_then):
    assert window.holds(at) is open_then


def test_a_checking_window_without_time_is_refused():
    with pytest.raises(ValueError, match="holds no time"):
        CheckingWindow(time(18), time(18))


def test_an_evening_vendor_is_not_checked_at_ten_in_the_morning_but_at_seven_in_the_evening():
    assert not may_check_at(EVENING, at=datetime(2026, 11, 23, 10, tzinfo=XIAMEN), zone=XIAMEN)
    assert may_check_at(EVENING, at=datetime(2026, 11, 23, 19, tzinfo=XIAMEN), zone=XIAMEN)


def test_the_hours_are_those_of_the_city_not_of_the_server():
    nine_utc_is_five_in_the_afternoon = datetime(2026, 11, 23, 9, 59, tzinfo=UTC)
    assert not may_check_at(EVENING, at=nine_utc_is_five_in_the_afternoon, zone=XIAMEN)
    assert may_check_at(EVENING, at=datetime(2026, 11, 23, 10, tzinfo=UTC), zone=XIAMEN)


def test_a_condition_without_hours_may_be_checked_at_any_time():
    at = datetime(2026, 11, 23, 3, tzinfo=XIAMEN)
    assert may_check_at(None, at=at, zone=XIAMEN)
    assert next_opening(None, at=at, zone=XIAMEN) == at


@pytest.mark.parametrize(
    ("window", "zone", "at", "opens"),
    [
        (EVENING, XIAMEN, "2026-11-23T10:00", "2026-11-23T10:00Z"),
        (EVENING, XIAMEN, "2026-11-23T19:00", "2026-11-23T11:00Z"),
        (EVENING, XIAMEN, "2026-11-23T22:00", "2026-11-24T10:00Z"),
        (NIGHT, XIAMEN, "2026-11-23T23:30", "2026-11-23T15:30Z"),
        (NIGHT, XIAMEN, "2026-11-24T00:30", "2026-11-23T16:30Z"),
        (NIGHT, XIAMEN, "2026-11-24T01:00", "2026-11-24T14:00Z"),
        # Clocks go forward at 02:00 on 2026-03-08: the hour from two to three does not exist.
        (CheckingWindow(time(2), time(3)), SAN_FRANCISCO, "2026-03-08T01:00", "2026-03-09T09:00Z"),
        (CheckingWindow(time(2, 30), time(5)), SAN_FRANCISCO, "2026-03-08T01:00", "2026-03-08T10:00Z"),
        # Clocks go back at 02:00 on 2026-11-01: the hour from one to two comes twice.
        (CheckingWindow(time(0, 30), time(1, 30)), SAN_FRANCISCO, "2026-11-01T01:45", "2026-11-01T09:00Z"),
        (EVENING, SAN_FRANCISCO, "2026-11-01T00:30", "2026-11-02T02:00Z"),
    ],
)
def test_the_next_opening_is_the_first_moment_at_which_a_check_counts(window, zone, at, opens):
    asked_at = datetime.fromisoformat(at).replace(tzinfo=zone)
    expected = datetime.fromisoformat(opens)
    assert next_opening(window, at=asked_at, zone=zone) == expected


quarter_hours = st.builds(lambda n: time(n // 4, n % 4 * 15), st.integers(0, 95))
windows = st.tuples(quarter_hours, quarter_hours).filter(lambda ends: ends[0] != ends[1])
quarters = st.integers(0, 4 * 24 * 366).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n))
clock_changes = st.tuples(
    st.sampled_from([datetime(2026, 3, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)]), st.integers(-100, 8)
).map(lambda near: near[0] + timedelta(minutes=15 * near[1]))


@given(windows, quarters | clock_changes, st.sampled_from([XIAMEN, SAN_FRANCISCO, ZoneInfo("Australia/Lord_Howe")]))
def test_no_open_quarter_of_an_hour_is_passed_over(ends, at, zone):
    """All offsets and windows lie on quarters, so walking in quarters finds the first open moment."""
    window = CheckingWindow(*ends)
    walked = at
    while not may_check_at(window, at=walked, zone=zone):
        walked += timedelta(minutes=15)
    assert next_opening(window, at=at, zone=zone) == walked


@pytest.mark.parametrize(
    ("faulty", "refusal"),
    [
        ({"minor_code": "05"}, ClassCodeFaulty),
        ({"major_code": "9"}, ClassCodeFaulty),
        ({"minor_code": "00五"}, ClassCodeFaulty),
        ({"minor_code": "٠٠٥"}, ClassCodeFaulty),
        ({"zh": ""}, ClassNameMissing),
        ({"en": ""}, ClassNameMissing),
        ({"minor_code": "005", "is_local_extension": True}, NationalCodeForLocalClass),
        ({"minor_code": "800", "is_local_extension": True}, NationalCodeForLocalClass),
        ({"minor_code": "801"}, LocalCodeForNationalClass),
    ],
)
def test_a_class_with_a_faulty_code_or_name_is_refused(faulty, refusal):
    with pytest.raises(refusal):
        require_sound_line(line(**faulty))


def test_a_local_extension_begins_at_801():
    require_sound_line(line("801", is_local_extension=True))
    require_sound_line(line("800"))


def test_hours_make_sense_only_where_somebody_visits():
    require_sound_condition(draft(window=EVENING))
    with pytest.raises(CheckingWindowNeedsVisit):
        require_sound_condition(draft(window=EVENING, checking_mode=CheckingMode.PHOTO))


def condition(number, area_class=AreaClass.ANY, *, from_on=date(2026, 7, 1), until_on=None):
    return FilingConditionRow(
        code=f"event-09005-{number}-{area_class}",
        class_key="k",
        number=number,
        area_class=area_class,
        zh="立案",
        en="file",
        closing_zh="结案",
        closing_en="close",
        limit=Limit.parse("work_hour:2"),
        grade=Grade.GENERAL,
        unit_hint_zh="",
        unit_hint_en="",
        unit_code="",
        checking_mode=CheckingMode.VISIT,
        window=None,
        calendar="",
        legal_basis="",
        source="test",
        period=Period(from_on, until_on),
    )


@pytest.mark.parametrize(
    ("area_class", "offered"),
    [
        ("", ["event-09005-1-", "event-09005-2-"]),
        ("A", ["event-09005-1-A", "event-09005-2-"]),
        ("C", ["event-09005-1-", "event-09005-2-", "event-09005-3-C"]),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_an_areas_own_condition_takes_the_place_of_the_general_one(area_class, offered, turned):
    rows = [condition(2), condition(1, AreaClass.CORE), condition(1), condition(3, AreaClass.FRINGE)]
    chosen = chosen_conditions(rows[::-1] if turned else rows, on=date(2026, 8, 1), area_class=area_class)
    assert [row.code for row in chosen] == offered


def test_a_condition_that_has_ended_or_not_begun_is_not_offered(july):
    ended, coming = condition(1, until_on=date(2026, 8, 1)), condition(2, from_on=date(2026, 9, 1))
    assert chosen_conditions([ended, coming], on=date(2026, 8, 1), area_class="") == []
    assert chosen_conditions([ended, coming], on=date(2026, 7, 31), area_class="") == [ended]


def test_the_fringe_has_more_time_and_the_core_falls_back_on_the_general_limit(july):
    general = StageLimitRow("file", AreaClass.ANY, FixedTime(StageClock.WORKING, 3600), "office", "test", Period(july))
    fringe = StageLimitRow(
        "file", AreaClass.FRINGE, FixedTime(StageClock.WORKING, 7200), "office", "test", Period(july)
    )
    assert chosen_stage_limit([general, fringe], on=july, area_class="C") == fringe
    assert chosen_stage_limit([general, fringe], on=july, area_class="A") == general
    assert chosen_stage_limit([fringe], on=july, area_class="A") is None


@pytest.mark.parametrize(
    ("percent", "limit", "share"),
    [
        (50, "work_hour:4", "work_hour:2"),
        (50, "work_day:15", "work_day:8"),
        (50, "urgent_hour:1", "urgent_hour:1"),
        (100, "work_day:7", "work_day:7"),
        (150, "work_hour:3", "work_hour:5"),
    ],
)
def test_half_a_limit_is_rounded_up_so_that_nobody_loses_time(percent, limit, share):
    assert ShareOfLimit(percent).of(Limit.parse(limit)).text == share


@pytest.mark.parametrize("make", [lambda: FixedTime(StageClock.WORKING, 0), lambda: ShareOfLimit(0)])
def test_a_stage_limit_that_leaves_no_time_is_refused(make):
    with pytest.raises(ValueError, match="leaves no time"):
        make()
