import pytest

from gongzhi.api.tests.callers import Caller, problem_of
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact, GivenPlace
from gongzhi.people import operations as people
from gongzhi.people.states import AccountKind, Scope
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, replies, staff
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db

WORDS = "人行道上有流动摊贩占道经营"


@pytest.fixture
def report(city):
    receipt = moves.report(
        text=WORDS, place=GivenPlace(118.09, 24.46, address="中山路口"), contact=Contact("陈小明", "13800001234")
    )
    return intake.report(receipt.report)


def test_an_acceptor_reads_a_report_with_its_words_and_never_the_contact(calls, report):
    response = calls("acceptor").get(f"/reports/{report.uid}")
    assert response.status_code == 200
    assert response["ETag"] == f'"{report.version}"'
    told = response.json()
    assert told["words"] == {"topic": None, "text": WORDS, "address": "中山路口", "answer": None, "draft": None}
    assert told["point"] == {"type": "Point", "coordinates": [118.09, 24.46]}
    assert told["received_at"] == "2026-11-23T01:00:00.000000Z"
    assert "13800001234" not in response.content.decode()
    assert "陈小明" not in response.content.decode()


def test_an_evaluator_reads_a_report_without_its_private_words(calls, report):
    told = calls("evaluator").get(f"/reports/{report.uid}").json()
    assert told["words"] is None
    assert WORDS not in calls("evaluator").get("/reports").content.decode()


def test_released_words_are_shown_and_the_address_is_not(calls, report):
    released = calls("shift_leader").post(f"/reports/{report.uid}/release", seen=report.version)
    assert released.json()["is_released"] is True
    told = calls("evaluator").get(f"/reports/{report.uid}").json()
    assert told["words"] == {"topic": None, "text": WORDS, "address": None, "answer": None, "draft": None}


@pytest.mark.parametrize(
    ("post", "unit"), [("handler", None), ("department_desk", "bureau-350203"), ("collector", None)]
)
def test_who_has_no_business_with_reports_does_not_read_them(calls, report, post, unit):
    reader = calls(post, unit)
    assert problem_of(reader.get(f"/reports/{report.uid}")) == (403, "not-permitted")
    assert problem_of(reader.get("/reports")) == (403, "not-permitted")


def test_nobody_reads_reports_without_a_token(report):
    assert problem_of(Caller().get("/reports")) == (401, "sign-in-needed")
    assert problem_of(Caller().get(f"/reports/{report.uid}")) == (401, "sign-in-needed")


def test_reports_are_listed_by_state_and_kind(calls, report):
    acceptor = calls("acceptor")
    assert [one["id"] for one in acceptor.get("/reports", query={"kind": "complaint"}).json()["items"]] == [
        str(report.uid)
    ]
    assert acceptor.get("/reports", query={"kind": "thanks"}).json() == {"items": [], "next": None}
    assert problem_of(acceptor.get("/reports", query={"state": "lost"})) == (422, "input-faulty")


@pytest.fixture
def ready_report(report):
    """A report whose case has ended, so that an answer may end it too."""
    moves.void(intake.cases_of(report.uid)[0])
    replies.set_parameter("reply_approval", 0)
    return report


def test_a_warden_lists_the_reports_of_the_own_area(calls, report):
    staff.grant("warden", "report.read", Scope.AREA, at=MONDAY_9AM)
    account = people.make_account("warden", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    warden = people.add_member("8001", name="陈", account=account, by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(warden, post="warden", unit=moves.SIMING_BUREAU, at=MONDAY_9AM)
    moves.report(place=GivenPlace())
    assert [one["id"] for one in calls("warden").get("/reports").json()["items"]] == [str(report.uid)]


def test_an_answer_reaches_the_report(calls, ready_report):
    report = ready_report
    response = calls("acceptor").post(f"/reports/{report.uid}/answer", {"words": "已处理"}, seen=report.version)
    assert response.status_code == 200
    assert response["ETag"] == f'"{report.version + 1}"'
    assert response.json()["state"] == "answered"
    assert response.json()["words"]["answer"] == "已处理"


def test_a_report_is_linked_to_a_second_case(calls, report, reported_case):
    response = calls("acceptor").post(
        f"/reports/{report.uid}/link", {"case": str(reported_case.uid)}, seen=report.version
    )
    assert response.status_code == 200
    assert reported_case.uid in {one.uid for one in intake.cases_of(report.uid)}


def test_an_answer_to_an_older_version_is_refused(calls, ready_report):
    acceptor, report = calls("acceptor"), ready_report
    acceptor.post(f"/reports/{report.uid}/answer", {"words": "已处理"}, seen=report.version)
    late = acceptor.post(f"/reports/{report.uid}/answer", {"words": "再处理"}, seen=report.version)
    assert problem_of(late) == (412, "changed-meanwhile")
    assert late.json()["facts"] == {"thing": "report", "seen": 1, "now": 2}


def test_an_answer_without_the_version_that_was_seen_is_refused(calls, report):
    response = calls("acceptor").post(f"/reports/{report.uid}/answer", {"words": "已处理"})
    assert problem_of(response) == (428, "seen-version-missing")


def test_an_empty_answer_and_an_unknown_case_are_refused(calls, report):
    acceptor = calls("acceptor")
    empty = acceptor.post(f"/reports/{report.uid}/answer", {"words": " "}, seen=report.version)
    assert problem_of(empty) == (422, "answer-missing")
    nowhere = {"case": "01a209b4-6454-7487-bcc5-85e6d45a00b8"}
    assert problem_of(acceptor.post(f"/reports/{report.uid}/link", nowhere, seen=1)) == (404, "not-found")


def test_only_a_shift_leader_releases(calls, report):
    assert problem_of(calls("acceptor").post(f"/reports/{report.uid}/release", seen=1)) == (403, "not-permitted")
