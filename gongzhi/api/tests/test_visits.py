import pytest

from gongzhi.api.tests.callers import caller, problem_of
from gongzhi.cases import queries
from gongzhi.intake.rules import GivenPlace
from gongzhi.people import operations as people
from gongzhi.people.states import AccountKind, Scope
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import cases, moves, staff
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db


def photos_of(post):
    return [str(moves.photo(moves.member(post)))]


def test_a_collector_confirms_and_the_case_is_accepted(calls, verifying_case):
    visit = moves.visit_of(verifying_case)
    said = {"confirmed": True, "photos": photos_of("collector"), "words": "属实"}
    response = calls("collector").post(f"/visits/{visit.uid}/verification", said, seen=visit.version)
    assert response.status_code == 200
    assert response["ETag"] == f'"{visit.version + 1}"'
    assert (response.json()["state"], response.json()["result"]) == ("done", "confirmed")
    assert queries.case(verifying_case.uid).state == "accepted"


@pytest.mark.parametrize(("passed", "after"), [(True, "check_passed"), (False, "rework")])
def test_a_checker_reports_and_the_case_passes_or_goes_back(calls, checking_case, passed, after):
    visit = moves.visit_of(checking_case)
    said = {"passed": passed, "photos": photos_of("checker"), "words": "摊位还在"}
    response = calls("checker").post(f"/visits/{visit.uid}/check", said, seen=visit.version)
    assert response.status_code == 200
    assert queries.case(checking_case.uid).state == after


def test_a_visit_needs_a_photo_its_version_and_its_own_kind(calls, checking_case):
    visit, checker = moves.visit_of(checking_case), calls("checker")
    path = f"/visits/{visit.uid}/check"
    assert problem_of(checker.post(path, {"passed": True, "photos": []}, seen=visit.version))[0] == 409
    said = {"passed": True, "photos": photos_of("checker")}
    assert problem_of(checker.post(path, said)) == (428, "seen-version-missing")
    assert problem_of(checker.post(path, said, seen=visit.version + 1)) == (412, "changed-meanwhile")
    other = {"confirmed": True, "photos": photos_of("checker")}
    response = checker.post(f"/visits/{visit.uid}/verification", other, seen=visit.version)
    assert problem_of(response) == (409, "wrong-visit")
    assert queries.case(checking_case.uid) == checking_case


def test_an_evening_vendor_is_not_checked_at_noon(calls, city):
    case = cases.checking_case(condition=moves.VENDOR_IN_THE_EVENING)
    visit = moves.visit_of(case)
    said = {"passed": True, "photos": photos_of("checker")}
    response = calls("checker").post(f"/visits/{visit.uid}/check", said, seen=visit.version)
    assert problem_of(response) == (409, "outside-checking-hours")
    assert response.json()["facts"]["opens_at"] == "2026-11-23T10:00:00.000000Z", "machines read UTC"
    checker = calls("checker")
    checker.language = "zh-CN"
    told = checker.post(f"/visits/{visit.uid}/check", said, seen=visit.version).json()["detail"]
    assert "2026年11月23日 18:00" in told, "people read the city's clock"


def test_who_handled_does_not_check(city, checking_case):
    visit = moves.visit_of(checking_case)
    said = {"passed": True, "photos": photos_of("checker")}
    handler = caller("handler", moves.SIMING_BUREAU)
    assert problem_of(handler.post(f"/visits/{visit.uid}/check", said, seen=visit.version))[0] == 403


def test_visits_are_listed_and_read(calls, verifying_case):
    other = cases.checking_case()
    collector = calls("collector")
    listed = collector.get("/visits", query={"state": "ordered"}).json()["items"]
    assert [one["case"] for one in listed] == [str(verifying_case.uid), str(other.uid)]
    of_case = collector.get("/visits", query={"case": str(other.uid)}).json()["items"]
    assert [one["kind"] for one in of_case] == ["verify", "check"]
    response = collector.get(f"/visits/{listed[0]['id']}")
    assert (response.json(), response["ETag"]) == (listed[0], '"1"')
    assert problem_of(calls("handler").get("/visits")) == (403, "not-permitted")
    assert problem_of(calls("handler").get(f"/visits/{listed[0]['id']}")) == (403, "not-permitted")


@pytest.fixture
def warden(calls):
    """Somebody who may read the visits in the areas of the Siming bureau, and no others."""
    staff.grant("warden", "visit.read", Scope.AREA, at=MONDAY_9AM)
    account = people.make_account("warden", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM)
    member = people.add_member("8001", name="陈", account=account, by=FOUNDER, at=MONDAY_9AM)
    staff.appoint(member, post="warden", unit=moves.SIMING_BUREAU, at=MONDAY_9AM)
    return calls("warden")


def test_a_warden_lists_and_reads_the_visits_of_the_own_area(warden, verifying_case):
    elsewhere = cases.verifying_case(place=GivenPlace(118.12, 24.51))
    assert not elsewhere.area.startswith(verifying_case.area.rpartition("/")[0]), "the other case lies elsewhere"
    listed = warden.get("/visits").json()["items"]
    assert [one["case"] for one in listed] == [str(verifying_case.uid)]
    assert warden.get("/visits", query={"case": str(elsewhere.uid)}).json()["items"] == []
    assert warden.get(f"/visits/{listed[0]['id']}").status_code == 200
    hidden = moves.visit_of(elsewhere)
    assert problem_of(warden.get(f"/visits/{hidden.uid}")) == (403, "not-permitted")
