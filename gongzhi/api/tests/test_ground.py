"""Places by their names, who answers for a place, and matters near a border, at the door of the API."""

from datetime import date

import pytest

from gongzhi.api.tests.callers import fresh_key, problem_of
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.ids import new_id
from gongzhi.people.states import Post
from gongzhi.places import operations, queries
from gongzhi.places.queries import BorderRow
from gongzhi.places.rules import Across, Keeper, Located
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.borders import HULI_SIDE, IN_SIMING, SIMING_SIDE
from gongzhi.testing.cases import filed_case

COMMUNITY = "350203001901"
JANUARY, TODAY = date(2026, 1, 1), date(2026, 11, 23)
SIMING, HULI = "350200/350203/350203013", "350200/350206/350206001"

pytestmark = pytest.mark.django_db


def shared_border() -> BorderRow:
    """Return a matter that two districts see."""
    located = Located(
        state=PlaceState.LOCATED,
        division="350203013",
        path=SIMING,
        others_within=(Across(division="350206001", path=HULI, distance_m=9),),
    )
    row = operations.share(f"report:{new_id()}", located, error_m=30, by=ANONYMOUS_REPORTER, at=moves.MONDAY_9AM)
    assert row is not None
    return row


def grouped_community() -> tuple[float, float]:
    """Cut one community into grids for which collectors answer; return a point in it."""
    path = queries.division(COMMUNITY).path
    cut = operations.plan_made_grid(within=path, cell_m=200, from_on=JANUARY, on=TODAY)
    operations.import_layer(cut, seen=queries.edition(), by=FOUNDER, at=moves.MONDAY_9AM)
    groups = operations.plan_made_groups(about=5, from_on=JANUARY, on=TODAY)
    operations.import_layer(groups, seen=queries.edition(), by=FOUNDER, at=moves.MONDAY_9AM)
    first = queries.features("responsibility-grids", on=TODAY)[0]
    keeper = Keeper(grid=first.code, post=Post.COLLECTOR, unit="centre", from_on=JANUARY)
    operations.put_duties([keeper], from_on=JANUARY, seen=0, by=FOUNDER, at=moves.MONDAY_9AM)
    assert first.outline is not None
    inside = first.outline.representative_point()
    return inside.x, inside.y


def test_everybody_finds_a_place_by_the_beginning_of_its_name(citizen):
    found = citizen.get("/places/search", query={"q": "思明"}).json()
    assert found[0]["name"] == "思明区"
    assert (found[0]["layer"], found[0]["code"], found[0]["within"]) == ("divisions", "350203", "350200/350203")
    assert found[0]["point"]["type"] == "Point"
    assert len(citizen.get("/places/search", query={"q": "示意", "most": 3}).json()) == 3
    inside = citizen.get("/places/search", query={"q": "示意", "within": "350200/350206"}).json()
    assert all(one["within"].startswith("350200/350206/") for one in inside)
    assert citizen.get("/places/search", query={"q": "无此地"}).json() == []
    for said in ({}, {"q": ""}, {"q": "x", "most": 51}):
        assert problem_of(citizen.get("/places/search", query=said)) == (422, "input-faulty")


def test_staff_learn_who_answers_for_a_place_and_nobody_else_does(citizen, calls):
    lon, lat = grouped_community()
    told = calls("acceptor").get("/places/responsible", query={"lon": lon, "lat": lat}).json()
    assert told["grid"].startswith(COMMUNITY)
    assert told["responsibility_grid"] == f"{COMMUNITY}R001"
    assert {one["post"] for one in told["people"]} == {"collector"}
    assert told["overlay"] is None
    assert problem_of(citizen.get("/places/responsible", query={"lon": lon, "lat": lat}))[0] == 401
    at = citizen.get("/places/at", query={"lon": lon, "lat": lat}).json()
    assert (at["grid"], at["responsibility_grid"], at["is_shore"]) == (told["grid"], told["responsibility_grid"], False)


def test_layers_are_listed_with_their_editions(citizen):
    assert citizen.get("/layers").json() == []
    grouped_community()
    response = citizen.get("/layers")
    assert response["ETag"] == f'"{queries.edition()}"'
    layers = {one["key"]: one for one in response.json()}
    assert set(layers) == {"unit-grids", "responsibility-grids"}
    assert layers["unit-grids"]["name_en"] == "Unit grids"
    (edition,) = layers["unit-grids"]["editions"]
    assert (edition["from_on"], edition["is_schematic"]) == ("2026-01-01", True)


def test_the_first_receiver_acts_and_a_ruling_settles_the_credit(calls):
    row = shared_border()
    acceptor, leader = calls("acceptor"), calls("shift_leader")
    path = f"/borders/{row.uid}"
    assert acceptor.get(path).json()["acting"] == SIMING
    assert problem_of(calls("handler", moves.HULI_BUREAU).get(path)) == (403, "not-permitted")
    taken = acceptor.post(f"{path}/receive", {"area": HULI}, seen=row.version)
    assert (taken.json()["state"], taken.json()["acting"]) == ("taken", HULI)
    version = taken.json()["version"]
    assert problem_of(acceptor.post(f"{path}/receive", {"area": SIMING}, seen=version)) == (
        409,
        "border-already-received",
    )
    ruling = {"area": SIMING, "grounds": "实地踏勘"}
    assert problem_of(acceptor.post(f"{path}/settle", ruling, seen=version)) == (403, "not-permitted")
    settled = leader.post(f"{path}/settle", ruling, seen=version).json()
    assert (settled["counts_to"], settled["acting"], settled["state"]) == (SIMING, HULI, "settled")


def test_a_citizen_says_how_far_the_position_may_be_wrong_and_staff_see_who_else_sees_the_case(citizen, calls):
    spot = {"lon": IN_SIMING.lon, "lat": IN_SIMING.lat}
    said = {"kind": "complaint", "text": "路面积水", "place": {**spot, "position_error_m": 30}}
    case = citizen.post("/reports", said, key=fresh_key()).json()["case"]
    told = calls("acceptor").get(f"/cases/{case}/ground").json()
    assert [one["area"] for one in told["border"]["areas"]] == [SIMING_SIDE, HULI_SIDE]
    assert (told["border"]["uid"], told["border"]["error_m"], told["answering"]["grid"]) == (case, 30, None)
    for absurd in (-1, "30"):
        faulty = {**said, "place": {**spot, "position_error_m": absurd}}
        assert problem_of(citizen.post("/reports", faulty, key=fresh_key())) == (422, "input-faulty")
    patrol = {**said, "channel": "patrol", "place": {**spot, "position_error_m": 3000}}
    refused = calls("collector").post("/reports", patrol, key=fresh_key())
    assert problem_of(refused) == (422, "position-error-absurd")
    version = calls("acceptor").get(f"/cases/{case}").json()["version"]
    located = calls("acceptor").post(
        f"/cases/{case}/moves/locate", {"lon": 118.09, "lat": 24.46, "position_error_m": 5}, seen=version
    )
    assert located.status_code == 200
    assert calls("acceptor").get(f"/cases/{case}/ground").json()["border"]["home"].startswith("350200/350203/350203007")


def test_a_suggestion_tells_who_keeps_the_grid_of_the_case(calls):
    lon, lat = grouped_community()
    case = filed_case(place=GivenPlace(lon, lat))
    ground = calls("dispatcher").get(f"/cases/{case.uid}/suggestion").json()["ground"]
    assert ground["responsibility_grid"] == f"{COMMUNITY}R001"
    assert {one["post"] for one in ground["people"]} == {"collector"}
