import pytest

from gongzhi.api.tests.callers import Caller, fresh_key, problem_of
from gongzhi.audit import queries as audit
from gongzhi.cases import queries as cases
from gongzhi.intake import queries as intake
from gongzhi.kernel.actor import ActorKind
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM, STREET_VENDOR

pytestmark = pytest.mark.django_db

VENDOR = {
    "kind": "complaint",
    "text": "人行道上有流动摊贩占道经营",
    "place": {"lon": 118.09, "lat": 24.46, "crs": "wgs84", "address": "中山路口"},
    "contact": {"name": "陈小明", "phone": "13800001234"},
    "class_key": STREET_VENDOR,
}


def test_a_citizen_without_a_token_reports_and_gets_a_receipt(citizen):
    response = citizen.post("/reports", VENDOR, key=fresh_key())
    assert response.status_code == 201
    receipt = response.json()
    assert receipt["place_state"] == "located"
    assert receipt["repeated"] is False
    assert intake.code_of(receipt["report"]) == receipt["query_code"]
    assert cases.case(receipt["case"]).source == "internet"


def test_the_same_report_sent_again_gets_the_same_receipt(citizen):
    key = fresh_key()
    first = citizen.post("/reports", VENDOR, key=key)
    again = citizen.post("/reports", VENDOR, key=key)
    assert again.status_code == 200
    assert again.json() == {**first.json(), "repeated": True}
    assert len(intake.page()) == 1


def test_the_same_key_with_other_content_is_refused(citizen):
    key = fresh_key()
    citizen.post("/reports", VENDOR, key=key)
    response = citizen.post("/reports", {**VENDOR, "text": "别的事"}, key=key)
    assert problem_of(response) == (409, "repeated-key-other-content")
    assert len(intake.page()) == 1


def test_two_members_may_choose_the_same_key(calls):
    key = fresh_key()
    for number in (0, 1):
        acceptor = calls("acceptor", number=number)
        assert acceptor.post("/reports", {**VENDOR, "channel": "phone"}, key=key).status_code == 201


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        (None, "idempotency-key-missing"),
        ("1", "idempotency-key-unusable"),
        ("x" * 201, "idempotency-key-unusable"),
        ("my-first-report-ever", "idempotency-key-guessable"),
        ("00000000-0000-0000-0000-000000000000", "idempotency-key-guessable"),
        ("c232ab00-9414-11ec-b3c8-9f6bdeced846", "idempotency-key-guessable"),  # version 1: a clock and a card
        ("{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}", "idempotency-key-guessable"),
    ],
)
def test_a_report_without_a_usable_key_is_refused(citizen, key, refused):
    assert problem_of(citizen.post("/reports", VENDOR, key=key)) == (400, refused)
    assert intake.page() == []


def test_an_acceptor_enters_a_phone_call_on_behalf_of_the_caller(calls):
    response = calls("acceptor").post("/reports", {**VENDOR, "channel": "phone"}, key=fresh_key())
    report = intake.report(response.json()["report"])
    actor = audit.entries_of(report.stream)[0].actor
    assert (actor.kind, actor.post, actor.on_behalf_of) == (ActorKind.MEMBER, "acceptor", "reporter")
    assert cases.case(response.json()["case"]).source == "hotline"


def test_a_collector_reports_what_a_patrol_found(calls):
    response = calls("collector").post("/reports", {**VENDOR, "channel": "patrol"}, key=fresh_key())
    case = cases.case(response.json()["case"])
    assert (case.source, case.needs_verification) == ("collector", False)


def test_a_citizen_cannot_pass_for_a_patrol_and_so_skip_verification(citizen):
    response = citizen.post("/reports", {**VENDOR, "channel": "patrol"}, key=fresh_key())
    assert problem_of(response) == (403, "channel-not-open")
    assert intake.page() == []


@pytest.mark.parametrize(("post", "channel"), [("handler", "phone"), ("acceptor", "patrol"), ("evaluator", "api")])
def test_a_member_reports_only_by_the_channels_of_the_post(calls, post, channel):
    response = calls(post).post("/reports", {**VENDOR, "channel": channel}, key=fresh_key())
    assert problem_of(response) == (403, "not-permitted")


def test_a_token_that_is_worth_nothing_is_not_taken_for_a_citizen(city):
    for authorization in ("Bearer nothing", "Basic eDp5", "Bearer", "nonsense"):
        response = Caller().send("/reports", b"{}", Authorization=authorization)
        assert problem_of(response) == (401, "sign-in-needed")
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("place", [{"lon": 24.46, "lat": 118.09}, {"lon": 400.0, "lat": 95.0}])
def test_impossible_coordinates_are_kept_for_a_citizen_and_refused_from_staff(citizen, calls, place):
    said = {**VENDOR, "place": place}
    assert citizen.post("/reports", said, key=fresh_key()).json()["place_state"] == "impossible"
    response = calls("acceptor").post("/reports", {**said, "channel": "phone"}, key=fresh_key())
    status, code = problem_of(response)
    assert status == 422
    assert code in {"coordinates-swapped", "impossible-point"}


def test_a_report_without_any_place_waits_for_a_location(citizen):
    receipt = citizen.post("/reports", {"kind": "complaint", "text": "路灯不亮"}, key=fresh_key()).json()
    assert receipt["place_state"] == "unknown"
    assert cases.needs_location_count() == 1


def test_a_question_opens_no_case(citizen):
    receipt = citizen.post("/reports", {"kind": "consult", "text": "几点上班？"}, key=fresh_key()).json()
    assert receipt["case"] is None


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"kind": "complaint", "text": "  "}, 422, "nothing-said"),
        ({"kind": "complaint", "text": "\u200b\ufeff\u2060\ufe0f", "topic": "\u200d"}, 422, "nothing-said"),
        ({"kind": "complaint", "text": "长" * 4001}, 422, "text-too-long"),
        ({"kind": "complaint", "text": "x", "place": {"lon": 118.0}}, 422, "half-a-point"),
        ({"kind": "complaint", "text": "x", "class_key": "no such class"}, 404, "class-unknown"),
    ],
)
def test_a_report_that_cannot_be_taken_is_refused_and_nothing_is_stored(citizen, said, status, code):
    assert problem_of(citizen.post("/reports", said, key=fresh_key())) == (status, code)
    assert intake.page() == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"text": "x"}, "/kind"),
        ({"kind": "murder", "text": "x"}, "/kind"),
        ({"kind": "complaint", "text": 7}, "/text"),
        ({"kind": "complaint", "text": "x\x00y"}, "/text"),
        ({"kind": "complaint", "text": "x", "secret": 1}, "/secret"),
        ({"kind": "complaint", "text": "x", "reply_wanted": "yes"}, "/reply_wanted"),
        ({"kind": "complaint", "text": "x", "place": {"lon": True, "lat": 24.0}}, "/place/lon"),
        ({"kind": "complaint", "text": "x", "place": {"lon": "118", "lat": 24.0}}, "/place/lon"),
        ({"kind": "complaint", "text": "x", "place": {"crs": "mars"}}, "/place/crs"),
        (["kind"], ""),
        ("kind", ""),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(citizen, said, pointer):
    response = citizen.send("/reports", _json(said), **{"Idempotency-Key": fresh_key()})
    assert problem_of(response) == (422, "input-faulty")
    assert [one["pointer"] for one in response.json()["errors"]] == [pointer]
    assert response.json()["errors"][0]["source"] == "body"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"kind": "complaint", "text": "\xe4\xbd"}',
        b'{"kind": "complaint", "text": "\\ud83d"}',
        b'{"kind": "complaint", "place": {"lon": NaN}}',
        b'{"kind": "complaint", "place": {"lon": Infinity}}',
        b'{"kind": "complaint", "place": {"lon": 1e999, "lat": 1}}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"kind": "complaint", "text": ' + b"9" * 100_000 + b"}",
    ],
    ids=[
        "empty",
        "cut",
        "no utf-8",
        "half a character",
        "half a pair",
        "nan",
        "infinity",
        "huge",
        "deep",
        "deeper",
        "long",
    ],
)
def test_a_body_that_is_no_good_json_is_refused(citizen, body):
    response = citizen.send("/reports", body, **{"Idempotency-Key": fresh_key()})
    status, code = problem_of(response)
    assert (status, code) in {(400, "body-unreadable"), (422, "input-faulty")}
    assert intake.page() == []


def test_ten_megabytes_of_text_are_refused_before_they_are_read(citizen):
    body = _json({"kind": "complaint", "text": "长" * 3_500_000})
    assert len(body) > 10_000_000
    response = citizen.send("/reports", body, **{"Idempotency-Key": fresh_key()})
    assert problem_of(response) == (413, "body-too-large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(citizen, content_type):
    response = citizen.send("/reports", _json(VENDOR), content_type=content_type, **{"Idempotency-Key": fresh_key()})
    assert problem_of(response) == (415, "media-type-unknown")


def test_one_address_without_a_token_reports_only_so_often_in_an_hour(citizen, calls, clock):
    parameters.set_parameter(
        "anonymous_reports_per_hour", 2, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )
    for _ in range(2):
        assert citizen.post("/reports", VENDOR, key=fresh_key()).status_code == 201
    refused = citizen.post("/reports", VENDOR, key=fresh_key())
    assert problem_of(refused) == (429, "too-many-attempts")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert calls("acceptor").post("/reports", {**VENDOR, "channel": "phone"}, key=fresh_key()).status_code == 201
    clock.at = clock.at.replace(hour=clock.at.hour + 1)
    assert citizen.post("/reports", VENDOR, key=fresh_key()).status_code == 201


def test_the_own_report_sent_again_after_the_hours_last_gets_its_receipt(citizen):
    set_reports_per_hour(1)
    key = fresh_key()
    first = citizen.post("/reports", VENDOR, key=key)
    assert problem_of(citizen.post("/reports", VENDOR, key=fresh_key())) == (429, "too-many-attempts")
    again = citizen.post("/reports", VENDOR, key=key)
    assert (again.status_code, again.json()) == (200, {**first.json(), "repeated": True})


def test_after_the_hours_last_a_strangers_key_answers_as_any_other_does(citizen):
    set_reports_per_hour(1)
    key = fresh_key()
    citizen.post("/reports", VENDOR, key=key)
    other = {**VENDOR, "text": "别的事"}
    known, unknown = (citizen.post("/reports", other, key=one).json() for one in (key, fresh_key()))
    assert known == unknown
    assert known["code"] == "too-many-attempts"


def test_repeating_ones_report_counts_for_nothing(citizen):
    set_reports_per_hour(2)
    key = fresh_key()
    assert [citizen.post("/reports", VENDOR, key=key).status_code for _ in range(5)] == [201, 200, 200, 200, 200]
    assert citizen.post("/reports", VENDOR, key=fresh_key()).status_code == 201


def set_reports_per_hour(most):
    parameters.set_parameter(
        "anonymous_reports_per_hour", most, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )


def _json(said):
    import json

    return json.dumps(said, ensure_ascii=False).encode()
