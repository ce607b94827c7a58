"""The monthly figures: counted once for all, told without what could name somebody, and each opens its list."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.clock import local_date
from gongzhi.portal import figured, monthly, operations
from gongzhi.portal.states import MonthlyFigure
from gongzhi.testing.cases import closed_case, dispatched_case, reported_case
from gongzhi.testing.moves import CITY_ZONE, MONDAY_9AM, STREET_VENDOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

NOVEMBER = date(2026, 11, 1)
ILLEGAL_BUILDING = "GB/T 47678.5-2026|event|06001"
IN_DECEMBER = MONDAY_9AM + timedelta(days=20)


@pytest.fixture(autouse=True)
def in_december(monkeypatch):
    monkeypatch.setattr(figured, "wall_clock", lambda: IN_DECEMBER)


@pytest.fixture
def november(city):
    """Seven reported in Siming, five of these closed; one illegal building; two in Huli."""
    for _ in range(5):
        closed_case()
    dispatched_case(), reported_case()
    reported_case(class_key=ILLEGAL_BUILDING)
    for _ in range(2):
        reported_case(place=GivenPlace(118.11, 24.51))
    operations.count_months(IN_DECEMBER)


def text_of(address, language="zh-hans"):
    return unescape(Client(headers={"accept-language": language}).get(address).content.decode())


def figures_in(address):
    lines = csv.DictReader(io.StringIO(Client().get(address).content.decode("utf-8-sig")))
    return {(one["by"], one["code"]): one for one in lines}


@pytest.mark.usefixtures("november")
def test_a_month_is_counted_by_district_and_class_and_few_are_not_told():
    found = figures_in("/figures/list.csv?month=2026-11")
    city, siming, huli = found["city", ""], found["district", "350203"], found["district", "350206"]
    told = ("reported", "accepted", "filed", "closed", "fixed", "on_time", "reopened")
    assert [city[one] for one in told] == ["10", "6", "6", "5", "5", "5", "0"]
    assert (huli["reported"], siming["reported"]) == ("<5", "<5"), "the sum would tell what one alone hides"
    assert (siming["closed"], huli["closed"]) == ("5", "0")
    assert (found["major", "event-09"]["reported"], found["major", "event-06"]["reported"]) == ("<5", "<5")
    page = text_of("/figures/")
    assert "2026-11 全市" in page, "the last month that is over comes first"
    assert "少于 5" in page
    assert "fewer than 5" in text_of("/figures/?month=2026-11", "en")


@pytest.mark.usefixtures("november")
def test_each_figure_opens_as_many_cases_as_may_be_told():
    page = text_of("/figures/?month=2026-11")
    opened = dict(re.findall(r'<dd><a href="(/figures/2026-11/[a-z_]+/)">(\d+)</a></dd>', page))
    assert len(opened) == 6
    for address, count in opened.items():
        secret = 1 if "reported" in address else 0
        assert text_of(address).count('<p class="state">') == int(count) - secret, address
    assert text_of("/figures/2026-11/closed/?district=350203").count('<p class="state">') == 5
    assert text_of("/figures/2026-11/closed/?district=350206").count('<p class="state">') == 0
    assert "私搭乱建" not in text_of("/figures/2026-11/reported/")
    assert text_of("/figures/2026-11/reported/?major=event-06").count('<p class="state">') == 0


def test_nothing_is_told_of_what_was_not_counted():
    assert "还没有统计" in text_of("/figures/")
    operations.count_months(IN_DECEMBER)
    assert "还没有统计" in text_of("/figures/"), "of a year in which nothing happened there is nothing to tell"
    for address in (
        "/figures/?month=1999-01",
        "/figures/?month=2026-13",
        "/figures/?month=x",
        "/figures/2026-11/lost/",
        "/figures/2026-11/satisfied/",
        "/figures/2026-11/closed/?page=0",
        "/figures/2026-11/closed/?page=99",
        "/figures/list.csv?month=1999-01",
    ):
        assert Client().get(address).status_code == 404, address


def test_the_page_reads_one_row_however_much_there_is(november):
    def asked():
        with CaptureQueriesContext(connection) as made:
            text_of("/figures/?month=2026-11")
        return len(made)

    before = asked()
    closed_case()
    operations.count_months(IN_DECEMBER)
    assert asked() == before <= 20
    with CaptureQueriesContext(connection) as made:
        monthly.counted(NOVEMBER, zone=CITY_ZONE)
    assert len(made) == 2


def test_closed_and_reopened_and_rated_count_where_they_happened(city):
    closed_case(class_key=STREET_VENDOR)
    [line] = monthly.counted(NOVEMBER, zone=CITY_ZONE).values()
    assert dict(zip(monthly.ORDER, line, strict=True))[MonthlyFigure.CLOSED] == 1
    assert monthly.counted(date(2026, 10, 1), zone=CITY_ZONE) == {}
    begins, ends = monthly.span_of(NOVEMBER, zone=CITY_ZONE)
    assert (local_date(begins, CITY_ZONE), local_date(ends, CITY_ZONE)) == (NOVEMBER, date(2026, 12, 1))
    assert operations.count_months(IN_DECEMBER) == 13
    assert operations.count_months(IN_DECEMBER) == 2, "what is over long ago is counted once"
