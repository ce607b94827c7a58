"""Every number on the front page opens the list of what it counts, and no list tells a personal word."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseState
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact, GivenPlace
from gongzhi.intake.states import ReportKind
from gongzhi.portal import queries
from gongzhi.testing import moves
from gongzhi.testing.cases import closed_case, dispatched_case, filed_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

SECRET = "我家住在三楼，楼下的摊贩每天吵到半夜"
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def freshly_counted():
    cache.delete("portal-figures")


@pytest.fixture
def some_of_everything(city):
    closed_case()
    dispatched_case()
    filed_case()
    moves.report(place=GivenPlace(address="菜市场东门三楼"), text=SECRET, contact=Contact("陈小明", PHONE))
    moves.report(kind=ReportKind.THANKS, class_key=None, text=SECRET)


def page(address, language="zh-hans"):
    return Client(headers={"accept-language": language}).get(address)


def lines(answer):
    return answer.content.decode().count('<p class="state">')


@pytest.mark.usefixtures("some_of_everything")
def test_every_number_on_the_front_page_opens_as_many_lines():
    text = page("/").content.decode()
    numbers = re.findall(r'<a href="([^"]+)"><span>[^<]+</span> <span class="count">(\d+) 件', text)
    assert len(numbers) == len(intake.counts_by_kind()) + len(cases.state_counts()) + 3
    for address, count in numbers:
        answer = page(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert lines(answer) == int(count), address


@pytest.mark.usefixtures("some_of_everything")
@pytest.mark.parametrize("address", ["/cases/", "/cases/?state=unplaced", "/reports/", "/reports/?kind=thanks"])
def test_no_list_tells_what_somebody_said_or_who_they_are(address):
    text = page(address).content.decode()
    assert lines(page(address)) > 0
    for private in (SECRET, PHONE, "陈小明", "三楼", "24.46", "118.09"):
        assert private not in text


def test_a_line_tells_class_street_number_state_and_day():
    case = filed_case()
    text = page(f"/cases/?state={CaseState.FILED.value}").content.decode()
    for told in ("流动摊贩", "思明区", case.number, "已立案，待派遣", "2026-11-23"):
        assert told in text
    assert "community" not in text
    english = page(f"/cases/?state={CaseState.FILED.value}", "en").content.decode()
    assert "Siming District" in english


def test_a_case_that_nobody_located_or_numbered_says_so():
    moves.report(place=GivenPlace(address="菜市场"), class_key=None)
    text = page("/cases/?state=unplaced").content.decode()
    for told in ("类别待定", "位置待定", "尚未编号"):
        assert told in text


def test_a_question_that_needs_neither_class_nor_place_is_not_said_to_lack_them():
    moves.report(kind=ReportKind.CONSULT, class_key=None, place=GivenPlace())
    text = page("/reports/?kind=consult").content.decode()
    assert '<p class="what">咨询</p>' in text
    assert "待定" not in text


def test_a_long_list_goes_on_on_the_next_page_and_leaves_nothing_out(monkeypatch):
    monkeypatch.setattr(queries, "LINES_ON_A_PAGE", 2)
    for number in range(5):
        moves.report(key=f"key-{number}")
    first = page("/cases/?state=reported")
    second = page(first.context["next"])
    third = page(second.context["next"])
    assert [lines(one) for one in (first, second, third)] == [2, 2, 1]
    assert third.context["next"] is None
    assert third.context["first"] == "/cases/?state=reported"


@pytest.mark.parametrize("address", ["/cases/?state=reported", "/reports/?kind=complaint"])
def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(address):
    def asked():
        with CaptureQueriesContext(connection) as queries_asked:
            shown = lines(page(address))
        return shown, len(queries_asked)

    moves.report(key="key-0")
    asked()
    one, of_one = asked()
    for number in range(1, 5):
        moves.report(key=f"key-{number}")
    five, of_five = asked()
    assert (one, five) == (1, 5)
    assert of_five == of_one


def test_an_empty_list_says_that_it_is_empty():
    assert "现在一件也没有" in page("/cases/?state=void").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/cases/?state=lost", "/cases/?after=1", "/reports/?kind=rumour", "/reports/?kind=", "/cases/?after=%00"],
)
def test_a_list_that_there_is_not_is_not_found(address):
    assert page(address).status_code == 404


@pytest.mark.parametrize("address", ["/cases/", "/reports/"])
def test_lists_are_for_reading(address):
    assert Client().post(address).status_code == 405
