"""Whatever goes wrong is told as a problem, in the reader's language, and never as a page."""

import sqlite3
from http import HTTPStatus

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client

from gongzhi.api import problems
from gongzhi.api.tests.callers import Caller, problem_of
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.base.operations import StoreBusy, StoreFull
from gongzhi.cases import queries
from gongzhi.kernel.refusals import Conflict, NotFound, Refusal
from gongzhi.people.rules import NotPermitted, SamePerson
from gongzhi.web.labels import TITLES
from gongzhi.web.rules import TooManyAttempts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/nowhere", "/cases/", "/reports/follow/me", "/%00", "/%ff", "/cases/a/b/c", "/"])
def test_an_unknown_address_is_a_problem(city, path):
    assert problem_of(Caller().get(path)) == (404, "no-such-address")


@pytest.mark.parametrize(("method", "path"), [("delete", "/reports"), ("put", "/health"), ("patch", "/cases")])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(city, method, path):
    response = getattr(Client(), method)(f"/api/v1{path}")
    assert problem_of(response) == (405, "method-not-allowed")
    assert response["Allow"]


def test_a_problem_speaks_the_readers_language(city):
    chinese, english = Caller(language="zh-CN,zh;q=0.9").get("/cases"), Caller(language="en-GB").get("/cases")
    assert chinese.json()["title"] == "需要登录"
    assert english.json()["title"] != "需要登录"
    assert chinese.json()["code"] == english.json()["code"]
    other = Caller(language="fr").get("/cases")
    assert other.json()["title"] == "需要登录"


def test_another_host_is_a_problem(city):
    response = Client().get("/api/v1/health", headers={"Host": "evil.example"})
    assert problem_of(response) == (400, "request-unreadable")


def test_a_fault_of_ours_is_told_as_such_and_says_no_more(calls, monkeypatch, reported_case):
    leader = calls("leader")
    leader.client.raise_request_exception = False
    monkeypatch.setattr(queries, "stages", lambda uid: 1 // 0)
    response = leader.get(f"/cases/{reported_case.uid}/stages")
    assert problem_of(response) == (500, "our-fault")
    assert b"ZeroDivision" not in response.content


def test_a_database_that_is_busy_asks_to_come_again(calls, monkeypatch, reported_case):
    def busy(uid):
        raise OperationalError("database is locked") from sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(queries, "stages", busy)
    response = calls("leader").get(f"/cases/{reported_case.uid}/stages")
    assert problem_of(response) == (503, "store-busy")
    assert response["Retry-After"] == "1"


def test_a_broken_query_is_no_busy_database(calls, monkeypatch, reported_case):
    def broken(uid):
        raise ProgrammingError("no such column")

    monkeypatch.setattr(queries, "stages", broken)
    leader = calls("leader")
    leader.client.raise_request_exception = False
    assert problem_of(leader.get(f"/cases/{reported_case.uid}/stages")) == (500, "our-fault")
    assert connection.is_usable()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal(), 409),
        (Conflict(), 409),
        (SamePerson(), 409),
        (ChangedMeanwhile(), 412),
        (NotFound(), 404),
        (NotPermitted(), 403),
        (StoreBusy(), 503),
        (StoreFull(), 507),
        (TooManyAttempts(wait_s=1), 429),
    ],
    ids=lambda one: one.code if isinstance(one, Refusal) else "",
)
def test_each_kind_of_refusal_has_its_status(refusal, status):
    assert problems.status_of(refusal) == status


def test_every_status_that_a_refusal_may_get_has_a_title():
    of_no_view = {HTTPStatus.LENGTH_REQUIRED}
    assert set(problems.STATUS.values()) | of_no_view == set(TITLES)
