"""What must hold for every limit, whatever its unit, pauses and extensions: three ways of counting agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongzhi.calendars.rules import (
    ON_HOLD_US,
    OPEN_US,
    UNIT_CODES,
    CalendarTooShort,
    Pause,
    Pauses,
    Period,
    Season,
    SeasonFaulty,
    SeasonMissing,
    Span,
    deadline,
    deadlines,
    explain,
    prepare,
    used_s,
    weekday_rule,
)
from gongzhi.calendars.rules.table import city_clock, from_us, to_us
from gongzhi.calendars.states import StepKind
from gongzhi.calendars.tests import cities
from gongzhi.calendars.tests.days import every_day
from gongzhi.kernel.units import ClockUnit, Limit

CITIES = {
    "office": cities.OFFICE,
    "summer office": cities.SUMMER_OFFICE,
    "street": cities.STREET,
    "continuous": cities.CONTINUOUS,
    "night shift": cities.NIGHT_SHIFT,
    "California": cities.CALIFORNIA,
    "California by night": cities.CALIFORNIA_NIGHT,
}
FIRST, LAST = datetime(2025, 12, 5, tzinfo=UTC), datetime(2026, 10, 15, tzinfo=UTC)
SPRING_FESTIVAL = datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
ODD_MINUTE = timedelta(seconds=59, microseconds=999_983)
LONGEST = {ClockUnit.URGENT_HOUR: 72, ClockUnit.WORK_HOUR: 60, ClockUnit.WORK_DAY: 12, ClockUnit.NATURAL_DAY: 20}

limits = st.sampled_from(ClockUnit).flatmap(lambda unit: st.builds(Limit, st.just(unit), st.integers(1, LONGEST[unit])))


def _moments(step: timedelta):
    def between(first, last):
        return st.integers(0, (last - first) // step).map(lambda n: first + n * step)

    # Half of the limits begin around the Spring Festival, and half of all moments fall on the hour, where edges are.
    anywhen = st.one_of(between(FIRST, LAST), between(*SPRING_FESTIVAL))
    return st.one_of(anywhen, anywhen.map(lambda at: at.replace(minute=0, second=0, microsecond=0)))


def _pauses(start, *, minute: timedelta):
    gaps = st.integers(-3000, 30_000).map(lambda n: n * minute)
    lengths = st.one_of(st.integers(1, 600), st.integers(1, 200).map(lambda hours: hours * 60))
    return st.lists(st.tuples(gaps, lengths), max_size=3).map(
        lambda drawn: [(start + gap, start + gap + long * minute) for gap, long in drawn]
    )


@st.composite
def to_the_minute(draw):
    start = draw(_moments(timedelta(minutes=1)))
    return draw(st.sampled_from(sorted(CITIES))), draw(limits), start, draw(_pauses(start, minute=timedelta(minutes=1)))


@st.composite
def to_the_microsecond(draw):
    start = draw(_moments(timedelta(microseconds=1)))
    return (
        draw(st.sampled_from(sorted(CITIES))),
        draw(limits),
        start,
        draw(_pauses(start, minute=ODD_MINUTE)),
    )


def paused(spans):
    return [Pause(from_, until) for from_, until in spans]


def in_batch(city, limit, start, pauses):
    held = merged_spans(pauses)
    found = deadlines(
        city.working_time,
        units=np.array([UNIT_CODES[limit.unit]]),
        lengths=np.array([limit.length]),
        starts_us=np.array([to_us(start)]),
        pauses=Pauses(
            np.zeros(len(held), dtype=np.int64),
            np.array([from_ for from_, _ in held], dtype=np.int64),
            np.array([until for _, until in held], dtype=np.int64),
        ),
    )
    return int(found[0])


def merged_spans(spans):
    merged = []
    for from_, until in sorted((to_us(from_), OPEN_US if until is None else to_us(until)) for from_, until in spans):
        if merged and from_ <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((from_, until))
    return merged


@given(to_the_minute())
def test_one_limit_and_the_batch_agree_with_the_clerk_who_counts_minutes(drawn):
    name, limit, start, pauses = drawn
    city = CITIES[name]
    counted = city.clerk.deadline(limit, start=start, pauses=pauses)
    assert deadline(city.working_time, limit, start=start, pauses=paused(pauses)).due_at == counted
    assert from_us(in_batch(city, limit, start, pauses)) == counted


@given(to_the_minute(), st.lists(limits, min_size=1, max_size=2))
def test_extensions_agree_with_the_clerk_who_counts_minutes(drawn, extensions):
    name, limit, start, pauses = drawn
    city = CITIES[name]
    counted = city.clerk.deadline(limit, start=start, pauses=pauses, extensions=extensions)
    found = deadline(city.working_time, limit, start=start, pauses=paused(pauses), extensions=extensions)
    assert found.due_at == counted


@given(to_the_microsecond())
def test_one_limit_and_the_batch_agree_to_the_microsecond(drawn):
    name, limit, start, pauses = drawn
    city = CITIES[name]
    found = deadline(city.working_time, limit, start=start, pauses=paused(pauses))
    assert from_us(in_batch(city, limit, start, pauses)) == found.due_at


@given(to_the_microsecond(), st.lists(limits, max_size=2))
def test_the_walk_ends_at_the_deadline_and_loses_no_time_on_the_way(drawn, extensions):
    name, limit, start, pauses = drawn
    working_time = CITIES[name].working_time
    found = deadline(working_time, limit, start=start, pauses=paused(pauses), extensions=extensions)
    steps = explain(working_time, limit, start=start, pauses=paused(pauses), extensions=extensions)
    assert steps[-1].kind is StepKind.DUE
    assert (steps[-1].until, steps[-1].provisional) == (found.due_at, found.provisional)
    assert steps[-1].left == timedelta()
    assert all(before.until <= after.from_ for before, after in pairwise(steps))
    assert all(step.until - step.from_ == step.consumed for step in steps if step.consumed)


@given(to_the_microsecond())
def test_what_the_walk_consumes_is_the_time_used_until_the_deadline(drawn):
    name, limit, start, pauses = drawn
    working_time = CITIES[name].working_time
    steps = explain(working_time, limit, start=start, pauses=paused(pauses))
    due_at = steps[-1].until
    assert due_at is not None
    used = used_s(working_time, limit.unit, start=start, until=due_at, pauses=paused(pauses))
    assert used == sum((step.consumed for step in steps), timedelta()) // timedelta(seconds=1)


@given(to_the_minute(), st.integers(0, 5000))
def test_an_open_pause_holds_the_clock_on_every_path_or_on_none(drawn, minutes_later):
    name, limit, start, pauses = drawn
    city = CITIES[name]
    held_at = start + timedelta(minutes=minutes_later)
    spans = [*pauses, (held_at, None)]
    found = deadline(city.working_time, limit, start=start, pauses=paused(spans))
    batch_us = in_batch(city, limit, start, spans)
    last = explain(city.working_time, limit, start=start, pauses=paused(spans))[-1]
    assert found.on_hold is (batch_us == ON_HOLD_US) is (last.kind is StepKind.HELD)
    if not found.on_hold:
        assert found.due_at == from_us(batch_us) == last.until


@given(to_the_minute(), st.integers(1, 10_000))
def test_a_later_start_never_brings_an_earlier_deadline(drawn, minutes):
    name, limit, start, _ = drawn
    working_time = CITIES[name].working_time
    assume(working_time.zone is cities.XIAMEN)  # where the clock is put back, the same clock time comes twice
    later = start + timedelta(minutes=minutes)
    assert deadline(working_time, limit, start=start).due_at <= deadline(working_time, limit, start=later).due_at


def test_a_batch_of_mixed_units_keeps_every_limit_in_its_place():
    city = cities.OFFICE
    given_limits = [Limit.parse(text) for text in ("work_day:5", "urgent_hour:2", "work_hour:9", "natural_day:3")] * 5
    starts = [city.at("02-11 09:30") + timedelta(hours=7 * n) for n in range(len(given_limits))]
    owners = [1, 2, 2, 8, 12, 13]
    holds = [(starts[owner] + timedelta(hours=1 + 30 * (n == 2)), 5 + n) for n, owner in enumerate(owners)]
    found = deadlines(
        city.working_time,
        units=np.array([UNIT_CODES[one.unit] for one in given_limits]),
        lengths=np.array([one.length for one in given_limits]),
        starts_us=np.array([to_us(start) for start in starts]),
        pauses=Pauses(
            np.array(owners),
            np.array([to_us(at) for at, _ in holds]),
            np.array([to_us(at + timedelta(hours=hours)) for at, hours in holds]),
        ),
    )
    for place, (limit, start) in enumerate(zip(given_limits, starts, strict=True)):
        own = [
            Pause(at, at + timedelta(hours=hours))
            for owner, (at, hours) in zip(owners, holds, strict=True)
            if owner == place
        ]
        assert from_us(int(found[place])) == deadline(city.working_time, limit, start=start, pauses=own).due_at


@pytest.mark.parametrize(
    ("unit", "start", "length"),
    [
        (ClockUnit.WORK_HOUR, "2025-11-30 09:00", 1),
        (ClockUnit.WORK_HOUR, "2026-12-31 17:00", 2),
        (ClockUnit.WORK_DAY, "2026-12-30 17:00", 2),
        (ClockUnit.WORK_DAY, "2026-12-31 19:00", 1),
        (ClockUnit.NATURAL_DAY, "2027-01-01 09:00", 1),
    ],
)
def test_a_batch_with_one_limit_past_the_calendar_is_refused(unit, start, length):
    with pytest.raises(CalendarTooShort):
        in_batch(cities.OFFICE, Limit(unit, length), cities.OFFICE.at(start), [])


def test_pauses_out_of_order_are_no_batch():
    with pytest.raises(ValueError, match="ordered"):
        Pauses(np.array([1, 0]), np.array([0, 0]), np.array([5, 5]))


def test_a_walk_names_the_holiday_the_make_up_workday_and_the_pause():
    city = cities.OFFICE
    pause = Pause(city.at("02-24 10:00"), city.at("02-24 11:00"))
    steps = explain(city.working_time, Limit.parse("work_hour:12"), start=city.at("02-13 17:30"), pauses=[pause])
    told = [(step.kind.value, f"{step.on:%m-%d}", step.name_zh, step.consumed / timedelta(hours=1)) for step in steps]
    assert told == [
        ("started", "02-13", "", 0),
        ("worked", "02-13", "", 0.5),
        ("made_up", "02-14", "春节", 4),
        ("made_up", "02-14", "春节", 4),
        *[("holiday", f"02-{day}", "春节", 0) for day in range(15, 24)],
        ("worked", "02-24", "", 2),
        ("paused", "02-24", "", 0),
        ("worked", "02-24", "", 1),
        ("worked", "02-24", "", 0.5),
        ("due", "02-24", "", 0),
    ]
    assert city.shown(steps[-1].until) == "2026-02-24 14:30"


def test_a_step_of_a_walk_is_also_a_row_free_of_language():
    city = cities.OFFICE
    steps = explain(city.working_time, Span(1800, in_working_time=True), start=city.at("03-05 09:00"))
    assert steps[1].as_row() == {
        "kind": "worked",
        "on": "2026-03-05",
        "from": "2026-03-05T01:00:00.000000Z",
        "until": "2026-03-05T01:30:00.000000Z",
        "limit": "work_second:1800",
        "consumed_s": 1800,
        "left_s": 0,
        "name_zh": "",
        "name_en": "",
        "provisional": False,
    }


@given(
    st.sampled_from(["America/Los_Angeles", "Africa/Casablanca", "Australia/Lord_Howe"]), st.integers(0, 6 * 365 * 1440)
)
def test_the_city_clock_shows_what_the_zone_shows(zone_name, minutes):
    zone = ZoneInfo(zone_name)
    clock = city_clock(zone, first_on=date(2020, 1, 1), until_on=date(2027, 1, 1))
    at = datetime(2020, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    shown = at.astimezone(zone).replace(tzinfo=None)
    local_us = clock.local_us(np.array([to_us(at)]))
    assert int(local_us[0]) == to_us(shown.replace(tzinfo=UTC))
    assert int(clock.instants_us(local_us)[0]) == to_us(shown.replace(tzinfo=zone))


def season(*hours, from_="01-01", until="01-01"):
    return Season(from_, until, tuple(Period(time.fromisoformat(a), time.fromisoformat(b)) for a, b in hours))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (lambda: season(("08:00", "12:00"), from_="02-30"), "month-day"),
        (lambda: season(("08:00", "12:00"), until="5-1"), "month-day"),
        (lambda: season(), "no-periods"),
        (lambda: season(("08:00", "12:00"), ("11:00", "15:00")), "overlap"),
    ],
)
def test_a_season_that_makes_no_sense_is_refused(bad, why):
    with pytest.raises(SeasonFaulty) as refused:
        bad()
    assert refused.value.facts["why"] == why


def test_seasons_that_leave_a_day_of_the_year_out_are_refused():
    with pytest.raises(SeasonMissing) as refused:
        prepare(
            key="gap",
            zone=cities.XIAMEN,
            first_on=date(2026, 1, 1),
            days=[weekday_rule(date(2026, 1, 1))],
            confirmed_until_on=date(2026, 1, 2),
            seasons=[season(("08:00", "12:00"), from_="03-01", until="02-29")],
        )
    assert refused.value.facts == {"month_day": "02-29"}


def test_a_winter_season_runs_over_new_year():
    winter = season(("09:00", "12:00"), from_="11-01", until="03-01")
    assert [winter.holds(day) for day in ("10-31", "11-01", "12-31", "01-01", "02-29", "03-01")] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


def test_working_periods_that_reach_over_midnight_into_each_other_count_once():
    always = prepare(
        key="overlap",
        zone=cities.XIAMEN,
        first_on=date(2026, 1, 1),
        days=[every_day(date(2026, 1, 1))] * 10,
        confirmed_until_on=date(2026, 1, 11),
        seasons=[season(("05:00", "09:00"), ("20:00", "06:00"))],
    )
    due = deadline(always, Limit.parse("work_hour:14"), start=datetime(2026, 1, 2, 20, tzinfo=cities.XIAMEN))
    assert due.due_at == datetime(2026, 1, 3, 21, tzinfo=cities.XIAMEN)
