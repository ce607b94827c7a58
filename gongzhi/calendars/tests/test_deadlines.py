"""When limits run out, as tables that can be checked against a calendar on the wall.

2026: the Spring Festival rests from Sunday 15 to Monday 23 February; Saturdays 14 and 28 February are worked for it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongzhi.calendars.rules import CalendarTooShort, Pause, Span, deadline, used_s
from gongzhi.calendars.tests.cities import (
    CALIFORNIA,
    CALIFORNIA_NIGHT,
    CONTINUOUS,
    NIGHT_SHIFT,
    OFFICE,
    STREET,
    SUMMER_OFFICE,
    City,
)
from gongzhi.kernel.units import ClockUnit, Limit


def due(city: City, start: str, limit: str, *, pauses=(), extensions=()) -> str:
    found = deadline(
        city.working_time,
        Limit.parse(limit),
        start=city.at(start),
        pauses=[Pause(city.at(from_), city.at(until) if until else None) for from_, until in pauses],
        extensions=[Limit.parse(one) for one in extensions],
    )
    return city.shown(found.due_at)


@pytest.mark.parametrize(
    ("start", "limit", "ends", "because"),
    [
        ("2026-03-05 09:00", "work_hour:2", "2026-03-05 11:00", "周四上午，两个工作时"),
        ("2026-03-05 11:00", "work_hour:2", "2026-03-05 15:00", "跨过午休"),
        ("2026-03-05 10:00", "work_hour:2", "2026-03-05 12:00", "用尽于上午下班，即到此为止"),
        ("2026-03-05 12:30", "work_hour:1", "2026-03-05 15:00", "午休时开始，自下午上班起算"),
        ("2026-03-06 17:30", "work_hour:4", "2026-03-09 11:30", "周五 17:30 + 4 工作时 → 下周一"),
        ("2026-03-06 17:00", "work_hour:1", "2026-03-06 18:00", "周五下班时用尽"),
        ("2026-03-07 10:00", "work_hour:1", "2026-03-09 09:00", "周六开始，自周一上班起算"),
        ("2026-03-05 00:00", "work_hour:1", "2026-03-05 09:00", "零点开始"),
        ("2026-02-13 17:30", "work_hour:4", "2026-02-14 11:30", "次日是春节调休上班的周六"),
        ("2026-02-14 17:30", "work_hour:4", "2026-02-24 11:30", "跨过春节九天假"),
        ("2026-02-18 09:00", "work_hour:8", "2026-02-24 18:00", "假期中开始"),
        ("2026-02-27 17:00", "work_hour:2", "2026-02-28 09:00", "2月28日周六调休上班"),
        ("2025-12-31 17:00", "work_hour:2", "2026-01-04 09:00", "元旦放假三天，1月4日周日上班"),
    ],
)
def test_working_hours_consume_only_working_time(start, limit, ends, because):
    assert due(OFFICE, start, limit) == ends, because


@pytest.mark.parametrize(
    ("start", "limit", "ends", "because"),
    [
        ("2026-03-05 15:20", "work_day:1", "2026-03-06 15:20", "次一工作日同一钟点"),
        ("2026-03-06 15:20", "work_day:1", "2026-03-09 15:20", "跨过周末"),
        ("2026-02-12 15:20", "work_day:5", "2026-02-26 15:20", "春节：13、14（调休）、24、25、26日"),
        ("2026-02-12 12:30", "work_day:1", "2026-02-13 14:00", "午休开始，先移至14:00再计一日"),
        ("2026-02-14 20:00", "work_day:1", "2026-02-25 08:00", "下班后开始，自24日8:00起算"),
        ("2026-03-07 03:00", "work_day:2", "2026-03-11 08:00", "周末凌晨开始，自周一8:00起算"),
        ("2026-09-30 09:00", "work_day:3", "2026-10-10 09:00", "国庆：8、9日及10日（周六调休）"),
    ],
)
def test_working_days_end_at_the_same_clock_time_so_many_working_days_on(start, limit, ends, because):
    assert due(OFFICE, start, limit) == ends, because


@pytest.mark.parametrize(
    ("start", "limit", "ends", "because"),
    [
        ("2026-04-30 11:00", "work_hour:2", "2026-04-30 15:00", "夏令作息之前，下午14:00上班"),
        ("2026-05-06 11:00", "work_hour:2", "2026-05-06 16:00", "五月起下午15:00上班"),
        ("2026-04-30 14:30", "work_day:1", "2026-05-06 15:00", "同一钟点尚未上班，移至15:00"),
        ("2026-09-30 15:30", "work_day:1", "2026-10-08 15:30", "换回冬令作息，钟点不变"),
    ],
)
def test_seasonal_hours_change_what_counts_as_working_time(start, limit, ends, because):
    assert due(SUMMER_OFFICE, start, limit) == ends, because


@pytest.mark.parametrize(
    ("city", "start", "limit", "ends", "because"),
    [
        (OFFICE, "2026-02-14 23:30", "urgent_hour:2", "2026-02-15 01:30", "紧急工作时昼夜、节假日连续计算"),
        (OFFICE, "2026-02-14 23:30", "natural_day:3", "2026-02-17 23:30", "自然日含节假日"),
        (STREET, "2026-02-17 20:30", "work_hour:1", "2026-02-18 07:30", "街面勤务天天 7:00–21:00"),
        (STREET, "2026-02-17 20:30", "work_day:1", "2026-02-18 20:30", "街面勤务每天都是工作日"),
        (CONTINUOUS, "2026-02-17 20:30", "work_hour:30", "2026-02-19 02:30", "全天候日历"),
        (NIGHT_SHIFT, "2026-03-06 23:00", "work_hour:6", "2026-03-07 05:00", "周五夜班做到周六清晨"),
        (NIGHT_SHIFT, "2026-03-07 03:00", "work_hour:4", "2026-03-09 23:00", "余下一小时在周一夜班"),
        (NIGHT_SHIFT, "2026-03-07 03:00", "work_day:1", "2026-03-10 03:00", "周五夜班的次一工作日是周一夜班"),
    ],
)
def test_each_calendar_has_its_own_working_time(city, start, limit, ends, because):
    assert due(city, start, limit) == ends, because


@pytest.mark.parametrize(
    ("city", "start", "limit", "ends", "because"),
    [
        (
            CALIFORNIA,
            "2026-03-07 10:00",
            "natural_day:1",
            "2026-03-08 10:00",
            "23 hours later it is ten again",
        ),
        (
            CALIFORNIA,
            "2026-03-07 02:30",
            "natural_day:1",
            "2026-03-08 03:30",
            "half past two is skipped",
        ),
        (CALIFORNIA, "2026-10-31 01:30", "natural_day:1", "2026-11-01 01:30", "half past one comes twice"),
        (CALIFORNIA, "2026-03-06 01:45", "work_day:1", "2026-03-09 01:45", "over the weekend of the change"),
        (CALIFORNIA, "2026-03-07 10:00", "urgent_hour:24", "2026-03-08 11:00", "24 hours are 24 hours"),
        (CALIFORNIA_NIGHT, "2026-03-07 22:00", "work_hour:4", "2026-03-08 03:00", "the shift loses no hour"),
        (CALIFORNIA_NIGHT, "2026-03-07 02:15", "work_day:1", "2026-03-08 03:15", "the skipped time, inside the shift"),
    ],
)
def test_limits_follow_the_wall_clock_where_it_is_put_forward_and_back(city, start, limit, ends, because):
    assert due(city, start, limit) == ends, because


@pytest.mark.parametrize(
    ("start", "limit", "pauses", "ends", "because"),
    [
        ("03-05 09:00", "work_hour:4", [("03-05 10:00", "03-05 11:00")], "03-05 16:00", "挂账一小时"),
        ("03-05 09:00", "work_hour:4", [("03-05 11:00", "03-05 15:00")], "03-05 17:00", "午休本不计时"),
        ("03-05 09:00", "work_hour:4", [("03-05 14:00", "03-05 15:00")], "03-05 16:00", "下午一上班即挂账"),
        ("03-05 09:00", "work_hour:3", [("03-05 12:00", "03-05 15:00")], "03-05 12:00", "挂账时已到期"),
        ("03-05 09:00", "work_hour:2", [("03-05 08:00", "03-05 09:30")], "03-05 11:30", "开始前已挂账"),
        ("02-14 09:00", "work_day:1", [("02-15 00:00", "02-24 00:00")], "02-24 09:00", "假期里挂账不延"),
        ("02-14 09:00", "work_day:1", [("02-14 10:00", "02-24 10:00")], "02-25 09:00", "挂账八工作时"),
        ("03-05 20:00", "work_day:1", [("03-06 20:00", "03-09 09:00")], "03-09 09:00", "到期之晨仍在挂账"),
        ("03-05 09:00", "urgent_hour:4", [("03-05 10:00", "03-06 10:00")], "03-06 13:00", "连续计算，全部顺延"),
        ("03-05 09:00", "natural_day:2", [("03-06 09:00", "03-06 15:00")], "03-07 15:00", "自然日顺延六小时"),
        (
            "03-05 09:00",
            "work_hour:4",
            [("03-05 10:00", "03-05 11:00"), ("03-05 10:30", "03-05 12:00")],
            "03-05 17:00",
            "两次挂账重叠只计一次",
        ),
    ],
)
def test_a_pause_shifts_the_deadline_by_the_paused_time_of_its_clock(start, limit, pauses, ends, because):
    assert due(OFFICE, start, limit, pauses=pauses) == f"2026-{ends}", because


def test_while_a_pause_is_open_there_is_no_deadline():
    start, held_at = OFFICE.at("2026-03-05 09:00"), OFFICE.at("2026-03-05 10:00")
    found = deadline(OFFICE.working_time, Limit.parse("work_hour:4"), start=start, pauses=[Pause(held_at, None)])
    assert found.on_hold
    assert found.due_at is None


def test_an_open_pause_that_began_after_the_limit_had_run_out_changes_nothing():
    assert due(OFFICE, "2026-03-05 09:00", "work_hour:3", pauses=[("2026-03-05 12:00", None)]) == "2026-03-05 12:00"


@pytest.mark.parametrize(
    ("limit", "extensions", "ends", "because"),
    [
        ("work_hour:4", ["work_hour:4"], "2026-02-14 09:00", "再延四工作时"),
        ("work_hour:4", ["work_day:1"], "2026-02-14 15:00", "自原期限再延一个工作日"),
        ("work_day:1", ["work_day:1"], "2026-02-24 09:00", "调休周六之后是春节"),
        ("work_day:1", ["natural_day:1", "urgent_hour:2"], "2026-02-15 11:00", "两次延期依次相加"),
    ],
)
def test_an_extension_begins_where_the_limit_before_it_ends(limit, extensions, ends, because):
    assert due(OFFICE, "2026-02-13 09:00", limit, extensions=extensions) == ends, because


def test_a_stage_limit_in_minutes_runs_on_the_clock_it_names():
    start = OFFICE.at("2026-03-06 17:50")
    day_and_night = deadline(OFFICE.working_time, Span(1800, in_working_time=False), start=start)
    office_hours = deadline(OFFICE.working_time, Span(1800, in_working_time=True), start=start)
    assert OFFICE.shown(day_and_night.due_at) == "2026-03-06 18:20"
    assert OFFICE.shown(office_hours.due_at) == "2026-03-09 08:20"


@pytest.mark.parametrize(
    ("limit", "start", "provisional"),
    [
        ("work_hour:2", "2026-10-30 16:00", False),
        ("work_hour:3", "2026-10-30 16:00", True),
        ("work_day:1", "2026-10-30 16:00", True),
        ("natural_day:9", "2026-10-30 16:00", False),
        ("urgent_hour:900", "2026-10-30 16:00", False),
    ],
)
def test_a_deadline_past_the_last_confirmed_day_is_provisional(limit, start, provisional):
    assert deadline(OFFICE.working_time, Limit.parse(limit), start=OFFICE.at(start)).provisional is provisional


def test_an_extension_over_the_last_confirmed_day_makes_the_deadline_provisional():
    extended = [Limit.parse("work_day:3")]
    found = deadline(
        OFFICE.working_time, Limit.parse("urgent_hour:1"), start=OFFICE.at("2026-10-30 16:00"), extensions=extended
    )
    assert found.provisional


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("2026-12-31 17:00", "work_hour:2"),
        ("2026-12-30 17:00", "work_day:2"),
        ("2025-11-30 09:00", "work_hour:1"),
        ("2025-11-30 09:00", "work_day:1"),
        ("2027-01-01 09:00", "natural_day:1"),
    ],
)
def test_a_limit_that_needs_days_the_calendar_lacks_is_refused(start, limit):
    with pytest.raises(CalendarTooShort) as refused:
        due(OFFICE, start, limit)
    assert refused.value.facts["until_on"] == "2027-01-01"


def test_a_pause_that_ends_past_the_calendar_is_refused():
    with pytest.raises(CalendarTooShort):
        due(OFFICE, "2026-12-30 09:00", "work_hour:4", pauses=[("2026-12-30 10:00", "2027-02-01 10:00")])


def test_urgent_hours_need_no_calendar():
    assert due(OFFICE, "2031-05-01 09:00", "urgent_hour:4") == "2031-05-01 13:00"


@pytest.mark.parametrize(
    ("unit", "until", "pauses", "seconds"),
    [
        (ClockUnit.WORK_HOUR, "2026-03-09 11:30", [], 4 * 3600),
        (ClockUnit.WORK_DAY, "2026-03-08 11:30", [], 1800),
        (ClockUnit.URGENT_HOUR, "2026-03-06 18:30", [], 3600),
        (ClockUnit.WORK_HOUR, "2026-03-09 11:30", [("2026-03-06 17:40", "2026-03-09 09:00")], 10 * 60 + 150 * 60),
        (ClockUnit.NATURAL_DAY, "2026-03-06 18:30", [("2026-03-06 18:00", None)], 1800),
        (ClockUnit.WORK_HOUR, "2026-03-06 17:00", [], 0),
    ],
)
def test_used_time_is_what_ran_on_the_clock_of_the_unit(unit, until, pauses, seconds):
    found = used_s(
        OFFICE.working_time,
        unit,
        start=OFFICE.at("2026-03-06 17:30"),
        until=OFFICE.at(until),
        pauses=[Pause(OFFICE.at(a), OFFICE.at(b) if b else None) for a, b in pauses],
    )
    assert found == seconds


def test_used_time_outside_the_calendar_is_refused():
    with pytest.raises(CalendarTooShort):
        used_s(
            OFFICE.working_time,
            ClockUnit.WORK_DAY,
            start=OFFICE.at("2026-12-01 09:00"),
            until=OFFICE.at("2027-12-01 09:00"),
        )


def test_a_pause_that_ends_before_it_begins_is_no_pause():
    early, late = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    with pytest.raises(ValueError, match="before it begins"):
        Pause(late, early)


def test_a_span_of_no_time_is_no_limit():
    with pytest.raises(ValueError, match="no limit"):
        Span(0, in_working_time=True)
