"""Calendars and their days as the city keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from gongzhi.audit.verify import verify
from gongzhi.calendars import labels, operations, queries
from gongzhi.calendars.models import CalendarDay
from gongzhi.calendars.rules import Period, Season, deadline, explain
from gongzhi.calendars.states import STREAM, DayKind, DaySource, StepKind
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.units import ClockUnit, Limit

pytestmark = pytest.mark.django_db

CLERK = Actor(id="member-1", kind=ActorKind.MEMBER, post="administrator")
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
XIAMEN = ZoneInfo("Asia/Shanghai")
NOTICE = "国办发明电〔2025〕7号"


@pytest.fixture
def office():
    operations.define_usual_calendars(seen=queries.edition(), by=CLERK, at=NOON)
    operations.seed_days([2026], seen=queries.edition(), by=CLERK, at=NOON)


def due(limit: str, start: datetime, *, key: str = "office"):
    return deadline(queries.working_time(key, zone=XIAMEN), Limit.parse(limit), start=start)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=XIAMEN)


def test_the_library_knows_holidays_and_make_up_workdays(office):
    assert queries.day(date(2026, 2, 16)).name_zh == "春节"
    assert queries.day(date(2026, 2, 16)).kind is DayKind.REST
    assert queries.day(date(2026, 2, 14)).kind is DayKind.WORKING
    assert queries.day(date(2026, 2, 14)).name_en == "Spring Festival"
    assert queries.day(date(2026, 3, 7)).name_zh == ""
    assert queries.day(date(2026, 3, 7)).source is DaySource.LIBRARY
    assert queries.day(date(2028, 3, 7)) is None


def test_a_year_the_library_does_not_know_is_refused_and_nothing_is_entered():
    with pytest.raises(operations.YearNotPublished) as refused:
        operations.seed_days([2026, 2035], seen=queries.edition(), by=CLERK, at=NOON)
    assert refused.value.facts["year"] == 2035
    assert not CalendarDay.objects.exists()


def test_a_city_without_a_table_of_holidays_rests_on_weekends():
    assert operations.seed_days([2035], seen=queries.edition(), by=CLERK, at=NOON, library=DaySource.WEEKENDS) == 365
    assert queries.day(date(2035, 10, 1)).kind is DayKind.WORKING
    assert queries.day(date(2035, 10, 6)).kind is DayKind.REST


def test_entering_a_year_again_keeps_what_a_member_has_set(office):
    operations.set_day(date(2026, 3, 6), DayKind.REST, name_zh="台风停工", seen=queries.edition(), by=CLERK, at=NOON)
    assert operations.seed_days([2026], seen=queries.edition(), by=CLERK, at=NOON) == 0
    assert queries.day(date(2026, 3, 6)).source is DaySource.MEMBER


def test_a_day_that_is_set_moves_the_deadlines_at_once(office):
    friday = local("2026-03-05 15:00")
    assert due("work_day:1", friday).due_at == local("2026-03-06 15:00")
    operations.set_day(date(2026, 3, 6), DayKind.REST, name_zh="台风停工", seen=queries.edition(), by=CLERK, at=NOON)
    assert due("work_day:1", friday).due_at == local("2026-03-09 15:00")


def test_the_working_time_is_made_once_for_each_edition(office):
    first = queries.working_time("office", zone=XIAMEN)
    assert queries.working_time("office", zone=XIAMEN) is first
    operations.set_day(date(2026, 3, 6), DayKind.REST, seen=queries.edition(), by=CLERK, at=NOON)
    assert queries.working_time("office", zone=XIAMEN) is not first


def test_deadlines_are_provisional_until_the_year_is_confirmed(office):
    start = local("2026-12-30 15:00")
    assert due("work_day:1", start).provisional
    operations.confirm_years([2026], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    assert not due("work_day:1", start).provisional
    assert due("work_day:2", start).provisional
    assert due("work_day:2", start).due_at == local("2027-01-01 15:00")
    assert queries.day(date(2026, 12, 30)).notice == NOTICE


def test_an_unconfirmed_earlier_year_leaves_later_deadlines_provisional(office):
    operations.seed_days([2025], seen=queries.edition(), by=CLERK, at=NOON)
    operations.confirm_years([2026], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    assert due("work_day:1", local("2026-03-05 15:00")).provisional


def test_a_year_with_missing_days_cannot_be_confirmed(office):
    operations.set_day(date(2027, 1, 1), DayKind.REST, name_zh="元旦", seen=queries.edition(), by=CLERK, at=NOON)
    with pytest.raises(operations.YearNotEntered) as refused:
        operations.confirm_years([2027], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    assert refused.value.facts["lacking"] == 364


@pytest.mark.parametrize("notice", ["", " ", "\u200b\u2060", "\ufeff"])
def test_a_year_is_confirmed_against_a_notice_that_somebody_can_see(office, notice):
    with pytest.raises(operations.NoticeMissing):
        operations.confirm_years([2026], notice=notice, seen=queries.edition(), by=CLERK, at=NOON)


def test_the_street_works_on_every_day_and_its_deadlines_are_certain(office):
    found = due("work_hour:1", local("2026-02-17 20:30"), key="street")
    assert found.due_at == local("2026-02-18 07:30")
    assert not found.provisional
    assert due("work_hour:30", local("2026-02-17 20:30"), key="continuous").due_at == local("2026-02-19 02:30")


def test_an_office_may_have_a_long_midday_in_summer():
    operations.define_usual_calendars(seen=queries.edition(), by=CLERK, at=NOON, summer=True)
    operations.seed_days([2026], seen=queries.edition(), by=CLERK, at=NOON)
    assert due("work_hour:1", local("2026-07-01 12:30")).due_at == local("2026-07-01 16:00")
    assert due("work_hour:1", local("2026-11-02 12:30")).due_at == local("2026-11-02 15:00")


def test_a_calendar_defined_anew_replaces_its_hours(office):
    early = (Season("01-01", "01-01", (Period(time(6), time(10)),)),)
    operations.define_calendar(
        "office", name_zh="早班", name_en="Early", seasons=early, seen=queries.edition(), by=CLERK, at=NOON
    )
    assert queries.calendar("office").seasons == early
    assert [row.key for row in queries.calendars()] == ["continuous", "office", "street"]


def test_a_calendar_that_leaves_days_of_the_year_out_is_refused():
    winter = (Season("10-01", "05-01", (Period(time(9), time(17)),)),)
    with pytest.raises(operations.SeasonMissing):
        operations.define_calendar(
            "office", name_zh="冬", name_en="Winter", seasons=winter, seen=queries.edition(), by=CLERK, at=NOON
        )


def test_a_calendar_on_a_table_of_days_that_nobody_began_is_refused(office):
    def define(day_table):
        said = {"name_zh": "机关", "name_en": "Office", "seasons": operations.OFFICE_HOURS, "day_table": day_table}
        return operations.define_calendar("office", **said, seen=queries.edition(), by=CLERK, at=NOON)

    with pytest.raises(operations.DaysNotEntered) as refused:
        define("nope")
    assert refused.value.facts == {"calendar": "office", "day_table": "nope"}
    assert due("work_hour:1", local("2026-03-05 09:00")).due_at == local("2026-03-05 10:00")
    operations.seed_days(
        [2026], seen=queries.edition(), by=CLERK, at=NOON, library=DaySource.WEEKENDS, day_table="island"
    )
    assert define("island").day_table == "island"


def test_an_unknown_calendar_is_refused(office):
    with pytest.raises(operations.CalendarUnknown):
        queries.working_time("moon", zone=XIAMEN)


def test_before_the_first_calendar_is_defined_every_one_is_unknown():
    with pytest.raises(operations.CalendarUnknown):
        queries.working_time("office", zone=XIAMEN)


def test_a_calendar_whose_days_nobody_entered_is_refused():
    operations.define_usual_calendars(seen=queries.edition(), by=CLERK, at=NOON)
    with pytest.raises(operations.DaysNotEntered):
        queries.working_time("office", zone=XIAMEN)


def test_a_day_that_was_changed_behind_the_record_is_found(office):
    operations.confirm_years([2026], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    assert [finding for finding in verify().findings if finding.stream == STREAM] == []
    CalendarDay.objects.filter(day=date(2026, 3, 5)).update(kind=DayKind.REST.value)
    assert [finding.stream for finding in verify().findings] == [STREAM]


def test_doing_the_same_again_adds_no_entry(office):
    operations.confirm_years([2026], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    before = list(queries.snapshot_rows())
    operations.define_usual_calendars(seen=queries.edition(), by=CLERK, at=NOON)
    operations.seed_days([2026], seen=queries.edition(), by=CLERK, at=NOON)
    operations.confirm_years([2026], notice=NOTICE, seen=queries.edition(), by=CLERK, at=NOON)
    assert list(queries.snapshot_rows()) == before


def test_a_day_cannot_be_confirmed_without_a_notice(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.filter(day=date(2026, 3, 5)).update(confirmed=True)


def test_the_walk_can_be_read_aloud_in_chinese(office):
    office_time = queries.working_time("office", zone=XIAMEN)
    steps = explain(office_time, Limit.parse("work_hour:1"), start=local("2026-02-14 17:30"))
    with override("zh-hans"):
        lines = labels.explain_text(steps, zone=XIAMEN)
    assert lines[0] == "2026-02-14 17:30 开始计时，时限 1 工作时"
    assert lines[1].startswith(
        "2026-02-14 17:30 至 2026-02-14 18:00 春节调休上班，用去 0 小时 30 分，剩余 0 小时 30 分"
    )
    assert lines[2].startswith("2026-02-15 春节放假，不计")
    assert lines[-1] == "截止时间 2026-02-24 08:30（所涉日期尚未确认，为暂定）"


def test_every_code_of_the_room_has_words():
    refusals = [getattr(operations, name) for name in operations.__all__ if hasattr(getattr(operations, name), "code")]
    assert {refusal.code for refusal in refusals} == set(labels.REFUSALS)
    assert set(labels.STEPS) == set(StepKind)
    assert set(labels.DAY_KINDS) == set(DayKind)
    assert set(labels.DAY_SOURCES) == set(DaySource)
    assert set(labels.CLOCK_UNITS) == set(ClockUnit)


@pytest.mark.parametrize(
    ("limit", "words"),
    [("work_day:5", "5 工作日"), ("second:900", "0 小时 15 分"), ("work_second:3661", "工作时间内 1 小时 1 分 1 秒")],
)
def test_limits_have_words(limit, words):
    with override("zh-hans"):
        assert labels.limit_text(limit) == words
