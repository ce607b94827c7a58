"""Answers, calls and the reporter's own turns over the API."""

from datetime import timedelta

import pytest

from gongzhi.api.tests.callers import problem_of
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def complaint(city):
    """A complaint of somebody with a number, whose case is done with."""
    receipt = moves.report(contact=Contact("陈小明", "13800001234"))
    moves.void(moves.case_of(receipt))
    return receipt


def own(receipt, **said):
    return {"number": receipt.number, "code": receipt.query_code, **said}


def test_an_answer_goes_its_way_through_two_hands(calls, complaint):
    acceptor, leader = calls("acceptor"), calls("shift_leader")
    path = f"/reports/{complaint.report}"

    def step(caller, where, said=None):
        response = caller.post(path + where, said, seen=intake.report(complaint.report).version)
        assert response.status_code == 200, response.content
        return response.json()

    assert problem_of(acceptor.post(f"{path}/reply/draft", {"words": "已处理"}, seen=1)) == (
        409,
        "caller-not-contacted",
    )
    step(acceptor, "/contacts", {"way": "phone", "outcome": "reached", "words": "说明情况"})
    assert step(acceptor, "/reply/draft", {"words": "已处理"})["words"]["draft"] == "已处理"
    step(leader, "/reply/refuse", {"grounds": "请写明时间"})
    step(acceptor, "/reply/draft", {"words": "摊贩已于当日劝离"})
    assert problem_of(acceptor.post(f"{path}/reply/approve", seen=5)) == (403, "not-permitted")
    step(leader, "/reply/approve")
    assert step(acceptor, "/reply/send", {"way": "phone"})["state"] == "answered"
    told = acceptor.get(f"{path}/turns").json()
    assert [(one["round"], one["state"]) for one in told["replies"]] == [(1, "sent")]
    assert [one["outcome"] for one in told["contacts"]] == ["reached"]


def test_the_answers_that_are_due_are_listed(calls, complaint):
    (due,) = calls("acceptor").get("/replies/due").json()
    assert (due["report"], due["reply"]["state"]) == (str(complaint.report), "owed")
    assert calls("acceptor").get("/replies/due", query={"before": "2026-11-24T00:00:00Z"}).json() == []
    assert problem_of(calls("handler").get("/replies/due")) == (403, "not-permitted")


def test_who_may_not_read_words_sees_the_turns_without_them(calls, citizen):
    receipt = moves.report()
    citizen.post("/reports/follow/supplement", own(receipt, text="摊贩又来了"))
    assert calls("evaluator").get(f"/reports/{receipt.report}/turns").json()["supplements"] is None
    (told,) = calls("acceptor").get(f"/reports/{receipt.report}/turns").json()["supplements"]
    assert told["words"] == "摊贩又来了"


def test_a_reporter_adds_and_withdraws_with_the_code(citizen):
    receipt = moves.report()
    added = citizen.post("/reports/follow/supplement", own(receipt, text="西侧也有"))
    assert (added.status_code, added.json()["version"]) == (200, 2)
    late = citizen.post("/reports/follow/withdraw", own(receipt, text=""), seen=1)
    assert problem_of(late) == (412, "changed-meanwhile")
    gone = citizen.post("/reports/follow/withdraw", own(receipt, text=""), seen=2)
    assert (gone.json()["state"], gone.json()["cases"][0]["state"]) == ("withdrawn", "void")


def test_a_reporter_judges_result_and_service(citizen, complaint):
    replies.answer(complaint.report, at=MONDAY_9AM + timedelta(hours=1))
    told = citizen.post("/reports/follow/rate", own(complaint, result=2, service=5)).json()
    assert (told["rating"]["result"], told["rating"]["service"]) == (2, 5)
    assert problem_of(citizen.post("/reports/follow/rate", own(complaint, result=2))) == (409, "rated-before")
    assert problem_of(citizen.post("/reports/follow/rate", own(complaint, result=6))) == (422, "input-faulty")


def test_a_reporter_objects_and_reads_the_decision(citizen, calls):
    receipt = moves.report()
    case = moves.refuse(moves.case_of(receipt))
    said = own(receipt, case=str(case.uid), text="就是城管的事")
    told = citizen.post("/reports/follow/object", said, seen=1).json()
    assert [one["state"] for one in told["objections"]] == ["made"]
    decision = {"upheld": False, "grounds": "属住建部门职责"}
    path = f"/reports/{receipt.report}/objections/{case.uid}/decide"
    assert calls("shift_leader").post(path, decision, seen=2).status_code == 200
    told = citizen.post("/reports/follow", own(receipt)).json()
    assert [(one["state"], one["decision"]) for one in told["objections"]] == [("refused", "属住建部门职责")]


@pytest.mark.parametrize("turn", ["supplement", "withdraw", "rate", "reopen", "object"])
def test_without_the_code_nobody_makes_a_turn_and_guessing_ends(turn, citizen):
    receipt = moves.report()
    parameters.set_parameter(
        "wrong_query_codes_per_hour", 2, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )
    said = own(receipt, text="x") | {"code": "22222222"}
    if turn == "object":
        said["case"] = str(receipt.case)
    if turn == "rate":
        said["result"] = 1
    tried = [problem_of(citizen.post(f"/reports/follow/{turn}", said, seen=1)) for _ in range(3)]
    assert tried == [(404, "not-found")] * 2 + [(429, "too-many-attempts")]
    assert intake.report(receipt.report).version == 1
