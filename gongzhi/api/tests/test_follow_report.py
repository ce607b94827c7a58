from datetime import timedelta

import pytest

from gongzhi.api.tests.callers import problem_of
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.web.models import AttemptCount

pytestmark = pytest.mark.django_db


def test_a_reporter_follows_with_number_and_code(citizen):
    receipt = moves.report()
    ended = moves.refuse(moves.case_of(receipt), grounds="不属本市管辖")
    report = replies.answer(receipt.report, words="已安排处理", at=ended.moved_at + timedelta(hours=1))
    response = citizen.post("/reports/follow", {"number": receipt.number, "code": receipt.query_code.lower()})
    assert response.status_code == 200
    told = response.json()
    assert (told["number"], told["answer"], told["state"]) == (report.number, "已安排处理", "answered")
    assert [one["state"] for one in told["cases"]] == ["not_accepted"]
    assert told["cases"][0].pop("not_accepted_because") == "不属本市管辖"
    assert set(told["cases"][0]) == {"id", "number", "state", "unit_code", "filed_at", "due_at", "ended_at"}


@pytest.mark.parametrize(("number", "code"), [("R2026-0000001", "22222222"), ("R2026-9999999", None)])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(citizen, number, code):
    receipt = moves.report()
    response = citizen.post("/reports/follow", {"number": number, "code": code or receipt.query_code})
    assert problem_of(response) == (404, "not-found")


def test_guessing_codes_ends_after_some_attempts_and_the_right_code_then_fails_too(citizen):
    receipt = moves.report()
    parameters.set_parameter(
        "wrong_query_codes_per_hour", 3, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )
    right = {"number": receipt.number, "code": receipt.query_code}
    for _ in range(3):
        assert problem_of(citizen.post("/reports/follow", {**right, "code": "22222222"}))[0] == 404
    assert problem_of(citizen.post("/reports/follow", right)) == (429, "too-many-attempts")


def test_following_often_with_the_right_code_is_no_attempt(citizen):
    receipt = moves.report()
    parameters.set_parameter(
        "wrong_query_codes_per_hour", 1, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )
    right = {"number": receipt.number, "code": receipt.query_code}
    assert [citizen.post("/reports/follow", right).status_code for _ in range(3)] == [200, 200, 200]


def test_a_code_is_never_taken_from_an_address_that_is_logged(citizen):
    receipt = moves.report()
    query = {"number": receipt.number, "code": receipt.query_code}
    assert problem_of(citizen.get("/reports/follow", query=query))[0] in {401, 405}


def test_counts_of_earlier_days_are_forgotten_and_no_address_is_kept(citizen, clock):
    for _ in range(2):
        citizen.post("/reports/follow", {"number": "R2026-0000001", "code": "22222222"})
    assert [(one.count, len(one.sender)) for one in AttemptCount.objects.all()] == [(2, 64)]
    clock.at += timedelta(days=1, hours=1)
    citizen.post("/reports/follow", {"number": "R2026-0000001", "code": "22222222"})
    assert [one.count for one in AttemptCount.objects.all()] == [1]
