"""Messages, addresses, wishes and rules through the API."""

from __future__ import annotations

import pytest

from gongzhi.api.tests.administration_examples import SYSTEM
from gongzhi.api.tests.callers import Caller, problem_of
from gongzhi.api.tests.notices_examples import CASE, failed_message, tell_the_administrator
from gongzhi.audit.verify import verify
from gongzhi.notices import failures, queries
from gongzhi.testing.moves import HULI_BUREAU, member
from gongzhi.testing.news import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

PHONE = "13800001234"


@pytest.fixture
def system(calls):
    return calls(SYSTEM)


@pytest.fixture
def acceptor(calls):
    return calls("acceptor")


def seen(response) -> int:
    return int(response["ETag"].strip('"'))


def test_a_member_reads_their_own_messages_in_their_own_language(system, acceptor):
    first, second = str(tell_the_administrator()), str(tell_the_administrator())
    assert system.get("/inbox/unread").json() == {"unread": 2}
    listed = system.get("/inbox").json()["items"]
    assert [one["id"] for one in listed] == [second, first]
    assert (listed[0]["about"], listed[0]["title"]) == (CASE, "Some messages could not be delivered")
    system.language = "zh-hans"
    read = system.post(f"/inbox/{first}/read")
    assert (read.json()["title"], read.json()["read_at"] is not None) == ("有消息未能送达", True)
    assert system.post(f"/inbox/{first}/read").json() == read.json()
    assert [one["id"] for one in system.get("/inbox", query={"only": "unread"}).json()["items"]] == [second]
    assert acceptor.get("/inbox").json() == {"items": [], "next": None}
    assert problem_of(acceptor.post(f"/inbox/{second}/read")) == (403, "not-your-message")
    assert problem_of(Caller().get("/inbox")) == (401, "sign-in-needed")


def test_a_desk_finds_in_its_inbox_what_was_dispatched_to_it(calls, dispatched_case):
    deliver()
    desk = calls("department_desk", dispatched_case.unit_code)
    (told,) = desk.get("/inbox").json()["items"]
    number = dispatched_case.number
    assert (told["topic"], told["about"]) == ("case.dispatched", dispatched_case.stream)
    assert told["title"].startswith(f"Case {number} (")
    assert "Siming District" in told["text"]
    desk.language = "zh-hans"
    assert desk.get("/inbox").json()["items"][0]["title"].startswith(f"案件 {number}（")
    assert calls("department_desk", HULI_BUREAU).get("/inbox").json()["items"] == []


def test_an_inbox_is_read_page_by_page(system):
    told = [str(tell_the_administrator()) for _ in range(3)]
    first = system.get("/inbox", query={"limit": 2}).json()
    rest = system.get("/inbox", query={"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for page in (first, rest) for one in page["items"]] == told[::-1]
    assert rest["next"] is None


def test_a_member_keeps_addresses_hours_language_and_wishes_of_their_own(acceptor):
    nobody = acceptor.get("/reach/me")
    assert (nobody["ETag"], nobody.json()["carriers"]) == ('"0"', [])
    kept = acceptor.post("/reach/me/addresses/put", {"carrier": "sms", "address": PHONE}, seen=0)
    assert (kept.status_code, kept.json()["carriers"], kept.json()["secret"]) == (200, ["sms"], None)
    hours = acceptor.post("/reach/me/quiet-hours", {"from_time": "20:30", "until_time": "08:00"}, seen=seen(kept))
    assert (hours.json()["quiet_from"], hours.json()["quiet_until"]) == ("20:30", "08:00")
    language = acceptor.post("/reach/me/language", {"language": "en"}, seen=seen(hours))
    wish = {"topic": failures.FAILED, "carrier": "sms", "wish": "digest"}
    wished = acceptor.post("/reach/me/wishes", wish, seen=seen(language))
    assert (wished.json()["language"], wished.json()["wishes"]) == ("en", [wish])
    assert PHONE not in wished.content.decode() + kept.content.decode()
    erased = acceptor.post("/reach/me/addresses/erase", {"carriers": ["sms"]}, seen=seen(wished))
    assert erased.json()["carriers"] == []
    stale = acceptor.post("/reach/me/language", {"language": "en"}, seen=1)
    assert problem_of(stale) == (412, "changed-meanwhile")
    assert problem_of(acceptor.post("/reach/me/language", {"language": "en"})) == (428, "seen-version-missing")
    assert verify().intact


@pytest.mark.parametrize(
    ("path", "said", "told"),
    [
        ("addresses/put", {"carrier": "sms", "address": "12"}, (422, "address-unusable")),
        ("addresses/put", {"carrier": "webhook", "address": "https://a.example"}, (409, "carrier-not-for-them")),
        ("quiet-hours", {"from_time": "20:00", "until_time": None}, (422, "quiet-hours-incomplete")),
        ("language", {"language": "fr"}, (422, "input-faulty")),
        ("wishes", {"topic": failures.FAILED, "carrier": "inbox", "wish": "off"}, (409, "inbox-not-declined")),
        ("wishes", {"topic": "no.such", "carrier": "sms", "wish": "off"}, (404, "topic-unknown")),
        ("addresses/erase", {"carriers": ["sms"]}, (409, "nothing-to-erase")),
    ],
)
def test_what_cannot_be_kept_is_refused(acceptor, path, said, told):
    assert problem_of(acceptor.post(f"/reach/me/{path}", said, seen=0)) == told
    assert acceptor.get("/reach/me").json()["version"] == 0


def test_only_the_system_administrator_keeps_what_is_not_ones_own(system, acceptor):
    for owner in ("unit:water", f"member:{member('checker').id}"):
        assert problem_of(acceptor.get(f"/reach/{owner}")) == (403, "not-permitted")
        assert system.get(f"/reach/{owner}").json()["owner"] == owner
    said = {"carrier": "webhook", "address": "https://water.example.org/in"}
    assert problem_of(acceptor.post("/reach/unit:water/addresses/put", said, seen=0)) == (403, "not-permitted")
    kept = system.post("/reach/unit:water/addresses/put", said, seen=0)
    assert kept.json()["secret"].startswith("whsec_")
    assert "secret" not in system.get("/reach/unit:water").json()
    assert problem_of(system.get("/reach/unit:nowhere")) == (404, "not-found")
    assert problem_of(system.get("/reach/somebody")) == (404, "not-found")


def test_the_rules_are_read_by_every_member_and_changed_by_the_system_administrator(system, acceptor):
    read = acceptor.get("/notice-rules")
    (topic,) = [one for one in read.json()["topics"] if one["name"] == failures.FAILED]
    assert (topic["title"], topic["may_wait"]) == ("Some messages could not be delivered", True)
    line = {"topic": failures.FAILED, "audience": "post:leader", "carrier": "email", "timing": "digest"}
    assert problem_of(acceptor.post("/notice-rules/put", line, seen=seen(read))) == (403, "not-permitted")
    put = system.post("/notice-rules/put", line, seen=seen(read))
    assert seen(put) == seen(read) + 1
    assert line in [{name: one[name] for name in line} for one in put.json()["rules"]]
    again = system.post("/notice-rules/put", line, seen=seen(put))
    assert seen(again) == seen(put)
    assert problem_of(system.post("/notice-rules/put", line, seen=seen(read))) == (412, "changed-meanwhile")
    nobody = {**line, "audience": "posts"}
    assert problem_of(system.post("/notice-rules/put", nobody, seen=seen(put))) == (404, "audience-unknown")
    over = {name: line[name] for name in ("topic", "audience", "carrier")}
    ended = system.post("/notice-rules/end", over, seen=seen(put))
    assert over not in [{name: one[name] for name in over} for one in ended.json()["rules"]]
    assert problem_of(system.post("/notice-rules/end", over, seen=seen(ended))) == (409, "notice-rule-not-in-force")
    assert verify().intact


def test_what_failed_is_listed_and_cleared_or_sent_again(system, acceptor):
    uid = str(failed_message())
    for path in ("/messages/failed", f"/messages/{uid}", "/messages?about=case:1"):
        assert problem_of(acceptor.get(path)) == (403, "not-permitted")
    listed = system.get("/messages/failed").json()
    assert (listed["count"], [one["id"] for one in listed["messages"]]) == (1, [uid])
    assert listed["messages"][0]["last_fault"] == "somebody: refused (550) (permanent)"
    assert PHONE not in str(listed)
    again = system.post(f"/messages/{uid}/retry", seen=seen(system.get(f"/messages/{uid}")))
    assert again.json()["state"] == "waiting"
    unfit = system.post(f"/messages/{uid}/clear", {"grounds": "已告知"}, seen=seen(again))
    assert problem_of(unfit) == (409, "move-not-allowed")
    assert system.get("/messages/failed").json()["count"] == 0


def test_a_message_is_cleared_with_grounds_that_say_something(system):
    uid = str(failed_message())
    version = queries.failed()[0].version
    blank = system.post(f"/messages/{uid}/clear", {"grounds": "\u200b"}, seen=version)
    assert problem_of(blank) == (422, "clearing-grounds-missing")
    cleared = system.post(f"/messages/{uid}/clear", {"grounds": "已当面告知"}, seen=version)
    assert cleared.json()["state"] == "cleared"


def test_it_is_told_who_was_told_about_a_matter(system):
    told = [str(tell_the_administrator()) for _ in range(3)]
    first = system.get("/messages", query={"about": CASE, "limit": 2}).json()
    rest = system.get("/messages", query={"about": CASE, "limit": 2, "cursor": first["next"]}).json()
    found = [one for page in (first, rest) for one in page["items"]]
    assert [one["id"] for one in found] == told
    assert {(one["recipient"], one["carrier"]) for one in found} == {(f"member:{member(SYSTEM).id}", "inbox")}
    assert system.get("/messages", query={"about": "case:none"}).json()["items"] == []
