"""The city's settings, rules, norms, calendars and divisions through the API, each changed on what was seen of it."""

from __future__ import annotations

import copy
from functools import partial

import pytest

from gongzhi.api.tests.administration_examples import (
    ASKED,
    CALENDAR,
    CATALOGUE,
    CONDITION,
    DIVISIONS,
    HOLIDAY,
    RULE,
    STAGE_LIMIT,
    SYSTEM,
)
from gongzhi.api.tests.callers import Caller, problem_of
from gongzhi.audit.verify import verify
from gongzhi.calendars import queries as calendar_queries
from gongzhi.norms import queries as norm_queries
from gongzhi.people.states import Post
from gongzhi.testing import moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CHANGES = {
    "set_parameter": "/parameters/duplicate_radius_m",
    "put_dispatch_rules": "/dispatch-rules",
    "load_catalogue": "/classes/load",
    "put_condition": "/conditions/put",
    "end_condition": "/conditions/end",
    "put_stage_limit": "/stage-limits/put",
    "end_stage_limit": "/stage-limits/end",
    "define_calendar": "/calendars",
    "set_day": "/calendars/days",
    "enter_days": "/calendars/years/enter",
    "confirm_years": "/calendars/years/confirm",
    "import_divisions": "/divisions",
}


@pytest.fixture
def system(calls):
    return calls(SYSTEM)


def seen(response):
    return int(response["ETag"].strip('"'))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_made_once_on_what_was_seen_and_never_twice(system, name):
    asked, path = ASKED[name](), CHANGES[name]
    assert problem_of(system.post(path, asked.body)) == (428, "seen-version-missing")
    assert problem_of(system.post(path, asked.body, seen=asked.seen + 1)) == (412, "changed-meanwhile")
    done = system.post(path, asked.body, seen=asked.seen)
    assert (done.status_code, done["ETag"]) == (200, f'"{asked.seen + 1}"')
    assert done.json().get("edition", asked.seen + 1) == asked.seen + 1
    assert problem_of(system.post(path, asked.body, seen=asked.seen)) == (412, "changed-meanwhile")
    assert verify().intact


@pytest.mark.parametrize("name", CHANGES)
def test_whoever_does_not_administer_changes_nothing(calls, name):
    asked, path = ASKED[name](), CHANGES[name]
    assert problem_of(calls(Post.ACCEPTOR).post(path, asked.body, seen=asked.seen)) == (403, "not-permitted")
    assert problem_of(Caller().post(path, asked.body, seen=asked.seen)) == (401, "sign-in-needed")


def test_a_setting_is_read_with_what_it_may_be(system):
    settings = system.get("/parameters")
    system.post("/parameters/duplicate_radius_m", {"value": 60}, seen=seen(settings))
    (one,) = [one for one in system.get("/parameters").json()["parameters"] if one["name"] == "duplicate_radius_m"]
    assert (one["value"], one["default"], one["unit"]) == (60, 50, "m")
    wide = system.post("/parameters/duplicate_radius_m", {"value": 9999}, seen=seen(system.get("/parameters")))
    assert problem_of(wide) == (422, "bad-parameter")
    unknown = system.post("/parameters/duplicate_radius_km", {"value": 1}, seen=seen(settings) + 1)
    assert problem_of(unknown) == (409, "unknown-parameter")


def test_a_rule_is_put_and_ended_by_its_code(system):
    rules = system.get("/dispatch-rules")
    put = system.post("/dispatch-rules", {"rules": [RULE]}, seen=seen(rules))
    assert {**RULE, "area": "", "until_on": None} in put.json()["rules"]
    ended = {**RULE, "until_on": "2026-12-31"}
    again = system.post("/dispatch-rules", {"rules": [ended]}, seen=seen(put))
    assert [one["until_on"] for one in again.json()["rules"] if one["code"] == RULE["code"]] == ["2026-12-31"]
    nowhere = system.post("/dispatch-rules", {"rules": [RULE | {"unit_code": "nowhere"}]}, seen=seen(again))
    assert problem_of(nowhere) == (404, "not-found")


def test_a_catalogue_and_a_condition_are_there_for_everybody(system, clock):
    classes = Caller().get("/classes")
    loaded = system.post("/classes/load", CATALOGUE, seen=seen(classes))
    assert (loaded.json()["added"], loaded.json()["unchanged"]) == (1, 0)
    put = system.post("/conditions/put", CONDITION | {"from_on": "2026-11-01"}, seen=seen(loaded))
    told = Caller().get("/conditions", query={"class_key": moves.STREET_VENDOR})
    assert told["ETag"] == put["ETag"]
    (one,) = [one for one in told.json() if one["code"] == CONDITION["code"]]
    assert (one["limit"], one["check_from"], one["check_until"]) == ("work_hour:4", "18:00", "23:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "fortnight:1"},
        {"limit": "work_day:9999"},
        {"check_from": "25:00"},
        {"check_until": None},
        {"check_until": "18:00"},
        {"from_on": "2026-02-30"},
        {"from_on": 20261201},
    ],
)
def test_a_condition_that_cannot_be_is_faulty(system, wrong):
    asked = ASKED["put_condition"]()
    assert problem_of(system.post("/conditions/put", CONDITION | wrong, seen=asked.seen)) == (422, "input-faulty")


@pytest.mark.parametrize("wrong", [{"share_percent": 50}, {"length_s": None}, {"clock": None, "length_s": None}])
def test_a_stage_has_a_time_of_its_own_or_a_share(system, wrong):
    asked = ASKED["put_stage_limit"]()
    assert problem_of(system.post("/stage-limits/put", STAGE_LIMIT | wrong, seen=asked.seen)) == (422, "input-faulty")


def test_a_stage_limit_is_listed_once_it_holds(system):
    put = system.post(
        "/stage-limits/put", STAGE_LIMIT | {"from_on": "2026-11-01"}, seen=ASKED["put_stage_limit"]().seen
    )
    told = system.get(f"/stage-limits?area_class={STAGE_LIMIT['area_class']}").json()
    assert told["edition"] == put.json()["edition"]
    assert [one["length_s"] for one in told["limits"] if one["stage"] == STAGE_LIMIT["stage"]] == [3600]
    assert [one["share_percent"] for one in told["limits"] if one["stage"] == "dispose"] == [100]


def test_a_calendar_a_holiday_and_a_year_are_read_as_they_were_said(system):
    calendars = system.post("/calendars", CALENDAR, seen=seen(system.get("/calendars")))
    assert CALENDAR in calendars.json()["calendars"]
    set_day = system.post("/calendars/days", HOLIDAY, seen=seen(calendars))
    assert set_day.json() == system.get("/calendars/days/2026-12-24").json()
    assert (set_day.json()["kind"], set_day.json()["source"]) == ("rest", "member")
    entered = system.post("/calendars/years/enter", {"years": [2027], "library": "weekends"}, seen=seen(set_day))
    assert entered.json()["entered"] == 365
    assert system.get("/calendars/days/2027-05-01").json()["is_confirmed"] is False
    assert problem_of(system.get("/calendars/days/2150-01-01")) == (404, "not-found")
    assert problem_of(system.get("/calendars/days/soon")) == (422, "input-faulty")


def test_a_season_that_is_none_is_refused(system):
    faulty = copy.deepcopy(CALENDAR)
    faulty["seasons"][0]["from_month_day"] = "02-31"
    assert problem_of(system.post("/calendars", faulty, seen=ASKED["define_calendar"]().seen)) == (409, "season-faulty")


def test_divisions_are_compared_first_and_then_taken_over(system):
    edition = seen(Caller().get("/divisions"))
    compared = system.post("/divisions", DIVISIONS | {"dry_run": True}, seen=edition)
    assert (compared.json()["added"], compared["ETag"]) == (1, f'"{edition}"')
    assert problem_of(system.get("/divisions/350203999")) == (404, "no-such-division")
    assert system.post("/divisions", DIVISIONS, seen=edition).json()["added"] == 1
    assert system.get("/divisions/350203999").json()["path"].endswith("350203/350203999")


def test_divisions_are_taken_over_all_or_none(system):
    torn = copy.deepcopy(DIVISIONS)
    orphan = {**torn["divisions"]["features"][0]["properties"], "code": "350203998", "parent": "nowhere"}
    torn["divisions"]["features"].append({"type": "Feature", "geometry": None, "properties": orphan})
    refused = system.post("/divisions", torn, seen=ASKED["import_divisions"]().seen)
    assert problem_of(refused) == (409, "division-unknown-parent")
    assert problem_of(system.get("/divisions/350203999")) == (404, "no-such-division")


def test_an_outline_on_no_earth_is_refused(system):
    wild = copy.deepcopy(DIVISIONS)
    wild["divisions"]["features"][0]["geometry"]["coordinates"] = [[[1, 2], "x", None]]
    refused = system.post("/divisions", wild, seen=ASKED["import_divisions"]().seen)
    assert problem_of(refused) == (409, "division-outline-unreadable")


def changed_while_it_is_read(monkeypatch, queries, name, change):
    """Let somebody make a change just after the rows of a list were read."""
    read = getattr(queries, name)

    def read_before_the_change(*given, **said):
        rows = read(*given, **said)
        monkeypatch.setattr(queries, name, read)
        assert change().status_code == 200
        return rows

    monkeypatch.setattr(queries, name, read_before_the_change)


@pytest.mark.parametrize(
    ("path", "queries", "rows", "change"),
    [
        ("/stage-limits", norm_queries, "stage_limits", "put_stage_limit"),
        ("/calendars", calendar_queries, "calendars", "define_calendar"),
    ],
)
def test_whoever_read_a_list_while_it_changed_changes_nothing_on_it(system, monkeypatch, path, queries, rows, change):
    asked = ASKED[change]()
    put = partial(system.post, CHANGES[change], asked.body)
    changed_while_it_is_read(monkeypatch, queries, rows, partial(put, seen=asked.seen))
    listed = system.get(path)
    assert seen(listed) == listed.json()["edition"] == asked.seen
    assert problem_of(put(seen=seen(listed))) == (412, "changed-meanwhile")
