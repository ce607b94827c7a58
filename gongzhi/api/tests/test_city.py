"""What is open to everybody, and what keeps watch."""

import pytest

from gongzhi.api.tests.callers import problem_of
from gongzhi.audit import seals
from gongzhi.testing import moves

pytestmark = pytest.mark.django_db


def test_the_product_says_that_it_works(citizen):
    assert citizen.get("/health").json() == {"status": "ok", "version": "0.1.0", "city": "xiamen"}


@pytest.mark.django_db
def test_a_database_without_a_city_is_no_service(client):
    response = client.get("/api/v1/health")
    assert problem_of(response) == (503, "no-city")
    assert response["Retry-After"]


def test_a_member_learns_in_which_post_a_token_acts(calls):
    told = calls("department_desk", moves.SIMING_BUREAU).get("/me").json()
    assert (told["post"], told["unit"]) == ("department_desk", moves.SIMING_BUREAU)
    assert {"case.acknowledge", "case.read"} <= set(told["acts"])


def test_everybody_reads_the_catalogue(citizen):
    events = citizen.get("/classes", query={"kind": "event"}).json()
    assert moves.STREET_VENDOR in {one["key"] for one in events}
    assert len(events) < len(citizen.get("/classes").json())
    conditions = citizen.get("/conditions", query={"class_key": moves.STREET_VENDOR}).json()
    evening = next(one for one in conditions if one["code"] == moves.VENDOR_IN_THE_EVENING)
    assert (evening["limit"], evening["check_from"], evening["check_until"]) == ("work_hour:8", "18:00", "22:00")
    assert problem_of(citizen.get("/conditions", query={"class_key": "x"})) == (404, "class-unknown")
    assert problem_of(citizen.get("/conditions")) == (422, "input-faulty")


def test_everybody_reads_divisions_and_units(citizen):
    districts = citizen.get("/divisions", query={"level": "district"}).json()
    assert len(districts) == 6
    assert citizen.get("/divisions/350203").json() in districts
    assert problem_of(citizen.get("/divisions/1")) == (404, "no-such-division")
    assert moves.SIMING_BUREAU in {one["code"] for one in citizen.get("/units").json()}


def test_a_point_is_placed_in_its_division(citizen):
    told = citizen.get("/places/at", query={"lon": "118.09", "lat": "24.46"}).json()
    assert told["state"] == "located"
    assert told["path"].startswith("350200/350203")
    assert told["point"] == {"type": "Point", "coordinates": [118.09, 24.46]}


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("400", "24", "impossible-point"),
        ("nan", "24", "input-faulty"),
        ("inf", "24", "input-faulty"),
        ("x", "", "input-faulty"),
    ],
)
def test_a_point_that_is_none_is_refused(citizen, lon, lat, code):
    assert problem_of(citizen.get("/places/at", query={"lon": lon, "lat": lat})) == (422, code)


def test_the_record_is_read_from_position_to_position(calls, reported_case, clock):
    seals.place_entries(at=clock.at)
    auditor = calls("audit_administrator")
    first = auditor.get("/record/entries", query={"limit": 3}).json()
    assert [one["position"] for one in first["items"]] == [1, 2, 3]
    rest = auditor.get("/record/entries", query={"after": first["last"], "limit": 100}).json()
    assert rest["items"][0]["position"] == 4
    end = auditor.get("/record/entries", query={"after": 10**6}).json()
    assert end == {"items": [], "last": 10**6}


def test_the_record_is_for_those_who_watch_over_it(calls):
    assert problem_of(calls("leader").get("/record/entries")) == (403, "not-permitted")
    assert problem_of(calls("audit_administrator").get("/record/entries", query={"after": "-1"}))[0] == 422
    assert problem_of(calls("audit_administrator").get("/record/entries", query={"after": "9" * 40}))[0] == 422


def test_everybody_may_keep_the_seals(citizen, reported_case, clock):
    seals.place_entries(at=clock.at)
    made = seals.seal(at=clock.at)
    told = citizen.get("/record/seals").json()
    assert [(one["number"], one["root"]) for one in told] == [(made.number, made.root)]
    assert citizen.get("/record/seals", query={"after": made.number}).json() == []
