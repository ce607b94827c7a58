"""People, powers and accounts through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from gongzhi.api.tests.administration_examples import SECURITY, SYSTEM, UNIT, clerk
from gongzhi.api.tests.callers import NOON, Caller, problem_of
from gongzhi.audit.verify import verify
from gongzhi.people import queries
from gongzhi.people.states import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def system(calls):
    return calls(SYSTEM)


@pytest.fixture
def security(calls):
    return calls(SECURITY)


@pytest.fixture
def chen(city):
    return str(clerk())


def seen(response):
    return int(response["ETag"].strip('"'))


def test_a_member_is_added_appointed_given_a_token_and_leaves(system, security, clock):
    added = system.post("/members", {"number": "8001", "name": "陈小明", "username": "chen"})
    assert (added.status_code, added["ETag"], added.json()["account"]["username"]) == (201, '"1"', "chen")
    member = f"/members/{added.json()['id']}"

    appointed = security.post(f"{member}/appointments", {"post": "acceptor", "unit": "centre"}, seen=1)
    assert appointed.status_code == 201
    (post,) = appointed.json()["appointments"]
    assert (post["post"], post["unit"], post["tokens"]) == ("acceptor", "centre", [])

    made = security.post(f"/appointments/{post['id']}/tokens", {"name": "desk"}, seen=seen(appointed))
    assert (made.status_code, made["ETag"]) == (201, '"3"')
    chen = Caller(made.json()["token"])
    assert chen.get("/me").json()["post"] == "acceptor"
    assert security.get(f"{member}/tokens").json() == [{"id": made.json()["id"], "name": "desk", "until_at": None}]
    assert made.json()["token"] not in security.get(member).content.decode()

    clock.at += timedelta(hours=1)
    left = system.post(f"{member}/end", seen=3)
    assert (left.json()["appointments"], left.json()["account"]["is_active"]) == ([], False)
    assert problem_of(chen.get("/me")) == (401, "sign-in-needed")
    assert problem_of(system.post(f"{member}/rename", {"name": "陈"}, seen=4)) == (409, "member-ended")
    assert verify().intact


def test_a_token_and_a_post_are_taken_again(security, chen, clock):
    appointed = security.post(f"/members/{chen}/appointments", {"post": "acceptor", "unit": "centre"}, seen=1)
    post = appointed.json()["appointments"][0]["id"]
    made = security.post(f"/appointments/{post}/tokens", {"name": "desk"}, seen=2).json()
    at_once = security.post(f"/tokens/{made['id']}/end", seen=3)
    assert problem_of(at_once) == (409, "ends-before-it-begins")
    clock.at += timedelta(hours=1)
    without_token = security.post(f"/tokens/{made['id']}/end", seen=3)
    assert without_token.json()["appointments"][0]["tokens"] == []
    assert problem_of(Caller(made["token"]).get("/me")) == (401, "sign-in-needed")
    without_post = security.post(f"/appointments/{post}/end", seen=4)
    assert without_post.json()["appointments"] == []


def test_a_member_is_added_once_however_often_the_request_comes(system):
    said = {"number": "8001", "name": "陈小明"}
    assert system.post("/members", said).json()["account"]["username"] == "8001"
    assert problem_of(system.post("/members", said)) == (409, "code-taken")


def test_a_member_without_a_name_and_a_unit_without_a_known_area_are_refused(system):
    assert problem_of(system.post("/members", {"number": "8001", "name": "\u3000"})) == (422, "name-blank")
    assert problem_of(system.post("/units", {**UNIT, "areas": ["nonsense"]})) == (422, "area-unreadable")


def test_the_only_security_administrator_stays(system):
    (held,) = queries.appointments(at=NOON, post=Post.SECURITY_ADMINISTRATOR)
    refused = system.post(f"/members/{held.member}/end", seen=queries.member_version(held.member))
    assert problem_of(refused) == (409, "last-keeper")


def test_a_change_names_what_was_seen(system, chen):
    assert problem_of(system.post(f"/members/{chen}/rename", {"name": "陈"})) == (428, "seen-version-missing")
    assert problem_of(system.post(f"/members/{chen}/rename", {"name": "陈"}, seen=9)) == (412, "changed-meanwhile")
    renamed = system.post(f"/members/{chen}/rename", {"name": "陈"}, seen=1)
    assert (renamed.json()["name"], renamed["ETag"]) == ("陈", '"2"')


def test_units_are_added_read_and_ended(system):
    added = system.post("/units", UNIT)
    assert (added.status_code, added.json()["parent"], added.json()["version"]) == (201, "bureau-350203", 1)
    assert problem_of(system.post("/units", UNIT)) == (409, "code-taken")
    assert problem_of(system.post("/units/squadron-1/end")) == (428, "seen-version-missing")
    assert problem_of(system.post("/units/squadron-1/end", seen=1)) == (409, "ends-before-it-begins")
    ended = system.post("/units/water/end", seen=seen(system.get("/units/water")))
    assert ended.json()["until_at"] == NOON.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert problem_of(system.get("/units/nowhere")) == (404, "not-found")
    assert "squadron-1" in [one["code"] for one in Caller().get("/units").json()]


def test_an_account_is_closed_opened_again_and_given_a_password(security, chen):
    account = f"/accounts/{queries.account_named('chen').uid}"
    assert security.get(account)["ETag"] == '"1"'
    assert security.post(f"{account}/close", seen=1).json()["is_active"] is False
    assert problem_of(security.post(f"{account}/close", seen=2)) == (409, "account-closed")
    assert security.post(f"{account}/reopen", seen=2).json()["is_active"] is True
    weak = security.post(f"{account}/password", {"password": "1234567890"}, seen=3)
    assert problem_of(weak) == (409, "password-weak")
    given = security.post(f"{account}/password", {"password": "八月桂花香满园2026"}, seen=3)
    assert given["ETag"] == '"4"'
    assert "桂花" not in given.content.decode()
    assert authenticate(username="chen", password="八月桂花香满园2026") is not None


def test_the_policy_table_is_read_changed_and_explained(security):
    table = security.get("/policy")
    line = {"post": "night_clerk", "act": "case.accept", "scope": "area"}
    changed = security.post("/policy/grants/put", line, seen=table.json()["edition"])
    assert changed["ETag"] == f'"{seen(table) + 1}"'
    assert line in changed.json()["grants"]
    assert problem_of(security.post("/policy/grants/put", line, seen=seen(table))) == (412, "changed-meanwhile")
    gone = security.post("/policy/grants/end", {"post": "night_clerk", "act": "case.accept"}, seen=seen(changed))
    assert line not in gone.json()["grants"]
    assert security.post("/policy/seed", seen=seen(gone)).json()["edition"] == seen(gone)
    told = security.get("/policy/why", query={"act": "case.submit_result", "unit": "bureau-350203"}).json()
    reaching = {(one["post"], one["unit"]) for one in told["powers"] if one["reaches"]}
    assert reaching == {("handler", "bureau-350203")}
    assert {one["why"] for one in told["powers"]} == {"with-its-unit", "with-another-unit"}
    assert problem_of(security.get("/policy/why", query={"act": "case.fly"})) == (404, "not-found")


@pytest.mark.parametrize(
    ("post", "act", "code"),
    [
        ("night_clerk", "people.put_grant", "powers-apart"),
        ("audit_administrator", "parameter.set", "powers-apart"),
        ("shift_leader", "report.erase", "powers-apart"),
        ("system_administrator", "case.close", "beyond-administration"),
        ("security_administrator", "case.close", "own-powers"),
    ],
)
def test_the_separation_of_administrators_holds_for_the_table_too(security, post, act, code):
    line = {"post": post, "act": act, "scope": "city"}
    assert problem_of(security.post("/policy/grants/put", line, seen=queries.edition())) == (409, code)


def test_the_three_administrators_are_three_persons(security, chen):
    first = {"post": "system_administrator", "unit": "bureau"}
    assert security.post(f"/members/{chen}/appointments", first, seen=1).status_code == 201
    second = {"post": "audit_administrator", "unit": "bureau"}
    refused = security.post(f"/members/{chen}/appointments", second, seen=2)
    assert problem_of(refused) == (409, "administrators-apart")


@pytest.mark.parametrize("post", [Post.ACCEPTOR, Post.AUDIT_ADMINISTRATOR])
def test_nobody_else_administers(calls, chen, post):
    other = calls(post)
    assert problem_of(other.post("/members", {"number": "8002", "name": "林"})) == (403, "not-permitted")
    assert problem_of(other.post(f"/members/{chen}/end", seen=1)) == (403, "not-permitted")
    assert problem_of(other.post("/policy/seed", seen=1)) == (403, "not-permitted")


def test_only_administrators_read_about_people_and_powers(calls, chen):
    for path in ("/members", f"/members/{chen}", f"/members/{chen}/tokens", "/policy", "/policy/why?act=case.accept"):
        assert problem_of(calls(Post.ACCEPTOR).get(path)) == (403, "not-permitted")
        assert problem_of(Caller().get(path)) == (401, "sign-in-needed")
        assert calls(Post.AUDIT_ADMINISTRATOR).get(path).status_code == 200


def test_a_list_of_members_goes_on_where_the_page_ended(system):
    first = system.get("/members", query={"limit": 2}).json()
    rest = system.get("/members", query={"limit": 100, "cursor": first["next"]}).json()
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert len(set(ids)) == len(ids) == len(queries.members(at=NOON))


@pytest.mark.parametrize("until_at", ["2026-12-01", 1764547200, "1764547200", "2026-13-01T00:00:00Z", "tomorrow"])
def test_an_instant_is_written_as_one(security, chen, until_at):
    said = {"post": "acceptor", "unit": "centre", "until_at": until_at}
    assert problem_of(security.post(f"/members/{chen}/appointments", said, seen=1)) == (422, "input-faulty")
