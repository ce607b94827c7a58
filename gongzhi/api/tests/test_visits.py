import pytest

from gongzhi.api.tests.callers import caller, problem_of
from gongzhi.cases import queries
from gongzhi.testing import cases, moves
from gongzhi.visits import queries as visits

pytestmark = pytest.mark.django_db


def photos_of(post):
    return [str(moves.photo(moves.member(post)))]


def test_a_collector_confirms_and_the_case_is_accepted(calls, verifying_case):
    visit = visits.open_visit_of(verifying_case.uid)
    said = {"confirmed": True, "photos": photos_of("collector"), "words": "属实"}
    response = calls("collector").post(f"/visits/{visit.uid}/verification", said, seen=visit.version)
    assert response.status_code == 200
    assert response["ETag"] == f'"{visit.version + 1}"'
    assert (response.json()["state"], response.json()["result"]) == ("done", "confirmed")
    assert queries.case(verifying_case.uid).state == "accepted"


@pytest.mark.parametrize(("passed", "after"), [(True, "check_passed"), (False, "rework")])
def test_a_checker_reports_and_the_case_passes_or_goes_back(calls, checking_case, passed, after):
    visit = visits.open_visit_of(checking_case.uid)
    said = {"passed": passed, "photos": photos_of("checker"), "words": "摊位还在"}
    response = calls("checker").post(f"/visits/{visit.uid}/check", said, seen=visit.version)
    assert response.status_code == 200
    assert queries.case(checking_case.uid).state == after


def test_a_visit_needs_a_photo_its_version_and_its_own_kind(calls, checking_case):
    visit, checker = visits.open_visit_of(checking_case.uid), calls("checker")
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
    visit = visits.open_visit_of(case.uid)
    said = {"passed": True, "photos": photos_of("checker")}
    response = calls("checker").post(f"/visits/{visit.uid}/check", said, seen=visit.version)
    assert problem_of(response) == (409, "outside-checking-hours")


def test_who_handled_does_not_check(city, checking_case):
    visit = visits.open_visit_of(checking_case.uid)
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
