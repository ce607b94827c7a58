"""The public map and its list: what each class lets the public see, how coarsely, and both say the same."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import Http404, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.states import CaseState
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.geo import Crs, Point, cell_int, centre_of_cell, distance_m, to_point, wider_cell
from gongzhi.portal import mapped, queries, reporting, spots
from gongzhi.portal.rules import Sketch
from gongzhi.portal.spots import Asked, Chart
from gongzhi.portal.states import Standing
from gongzhi.testing import moves
from gongzhi.testing.cases import accepted_case, closed_case, dispatched_case, reported_case
from gongzhi.testing.moves import MONDAY_9AM, STREET_VENDOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

FALLEN_TREE = "GB/T 47678.5-2026|event|10805"
ILLEGAL_BUILDING = "GB/T 47678.5-2026|event|06001"
LATER = MONDAY_9AM + timedelta(days=2)
HERE = to_point(118.09, 24.46, crs=Crs.WGS84)
CELL = cell_int(HERE)


@pytest.fixture(autouse=True)
def in_that_week(monkeypatch):
    for door in (mapped, reporting):
        monkeypatch.setattr(door, "wall_clock", lambda: LATER)


@pytest.fixture
def some_of_everything(city):
    closed_case(), dispatched_case(), accepted_case(class_key=FALLEN_TREE)
    accepted_case(class_key=ILLEGAL_BUILDING), reported_case()


def text_of(address: str, language: str = "zh-hans") -> str:
    return unescape(Client(headers={"accept-language": language}).get(address).content.decode())


def spots_at(address: str) -> list[dict]:
    return json.loads(Client().get(address).content)["features"]


@pytest.mark.parametrize(
    ("class_key", "state", "seen", "standing", "spot"),
    [
        (STREET_VENDOR, CaseState.REPORTED, False, None, ""),  # nobody has read it yet
        (STREET_VENDOR, CaseState.NOT_ACCEPTED, False, None, ""),
        (STREET_VENDOR, CaseState.MERGED, False, None, ""),
        (STREET_VENDOR, CaseState.VOID, False, None, ""),
        (STREET_VENDOR, CaseState.ACCEPTED, False, Standing.OPEN, "street"),
        (STREET_VENDOR, CaseState.REWORK, True, Standing.OPEN, "street"),
        (STREET_VENDOR, CaseState.CLOSED, True, Standing.FIXED, "blocks"),
        (STREET_VENDOR, CaseState.CLOSED, False, Standing.CLOSED, "blocks"),
        (STREET_VENDOR, CaseState.FORCE_CLOSED, True, Standing.CLOSED, "blocks"),
        (FALLEN_TREE, CaseState.REPORTED, False, None, ""),
        (FALLEN_TREE, CaseState.HANDLING, False, Standing.AVOID, "near"),
        (FALLEN_TREE, CaseState.CLOSED, True, Standing.FIXED, "blocks"),
        (ILLEGAL_BUILDING, CaseState.HANDLING, False, None, ""),
        (ILLEGAL_BUILDING, CaseState.CLOSED, True, None, ""),
        ("", CaseState.ACCEPTED, False, None, ""),
        ("GB/T 0|event|00000", CaseState.CLOSED, True, None, ""),
    ],
)
def test_the_class_decides_what_is_on_the_map_and_how_coarsely(class_key, state, seen, standing, spot):
    chart = Chart(LATER)
    assert chart.standing(class_key, state, seen_solved=seen) is standing
    if standing is not None:
        keys = {"street": "s350203", "near": f"n{CELL:x}", "blocks": f"b{wider_cell(CELL, resolution=9):x}"}
        found = chart.spot(standing, cell=CELL, area="350200/350203")
        assert found == keys[spot]
        assert chart.spot(standing, cell=None, area="350200/350203") == "s350203"
        assert chart.spot(standing, cell=None, area="") == ""


def test_what_is_closed_lies_somewhere_within_a_few_blocks():
    there = centre_of_cell(wider_cell(CELL, resolution=9))
    assert 0 < distance_m(HERE, there) < 250
    inside = {cell_int(Point(HERE.lon_e7 + east, HERE.lat_e7)) for east in range(0, 20_000, 900)}
    assert len(inside) > 1, "several fine cells are one place on the map"


@pytest.mark.usefixtures("some_of_everything")
def test_the_map_and_its_list_say_the_same_and_no_more():
    page, found = text_of("/map/"), spots_at("/map/spots.json")
    assert sum(one["properties"]["n"] for one in found) == page.count('<p class="state">') == 3
    assert "树木倒" in page
    assert "私搭乱建" not in page + json.dumps(found, ensure_ascii=False)
    for exact in ("118.09,", "24.46,", "118.0900", "24.4600", "人行道"):
        assert exact not in page + json.dumps(found)
    for one in found:
        listed = text_of(f"/map/?spot={one['properties']['key']}&part=list")
        assert listed.count('<p class="state">') == one["properties"]["n"], one
        assert "<html" not in listed
    assert "Only this place: " in text_of(f"/map/?spot={found[0]['properties']['key']}", "en")


@pytest.mark.usefixtures("some_of_everything")
def test_the_legend_filters_both_and_what_is_chosen_stands_in_the_address():
    for standing, count in ((Standing.AVOID, 1), (Standing.OPEN, 1), (Standing.FIXED, 1), (Standing.CLOSED, 0)):
        address = f"show={standing.value}"
        page = text_of(f"/map/?{address}")
        assert page.count('<p class="state">') == count
        assert sum(one["properties"]["n"] for one in spots_at(f"/map/spots.json?{address}")) == count
        assert re.search(rf'value="{standing.value}" checked', page)
        assert f'data-map-data="/map/spots.json?{address}"' in page
    assert '<option value="event-10">' in text_of("/map/")
    for major, count in (("event-10", 1), ("event-09", 2), ("event-06", 0)):
        assert text_of(f"/map/?major={major}").count('<p class="state">') == count, major
    assert text_of("/map/?days=7&show=fixed&show=closed").count('<p class="state">') == 1


def test_nothing_is_on_the_map_for_what_there_is_not():
    for said in ("days=8", "days=x", "show=secret", "page=0", "page=21", "spot=s<b>", f"major={'1' * 41}"):
        with pytest.raises(Http404):
            mapped.asked_of(QueryDict(said))
    for spot in ("s999", "nxyz", "b0", "x1"):
        assert "一件也没有" in text_of(f"/map/?spot={spot}")
    assert Client().post("/map/").status_code == 405


def test_a_long_list_turns_its_pages_and_asks_no_more_of_the_database(monkeypatch):
    def asked(many: int) -> int:
        for _ in range(many):
            dispatched_case()
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            text_of("/map/")
        return len(queries_made)

    assert asked(1) == asked(3)
    monkeypatch.setattr(spots, "LINES_ON_A_PAGE", 3)
    first = text_of("/map/")
    assert 'href="/map/?page=2"' in first
    assert text_of("/map/?page=2").count('<p class="state">') == 1
    chart = Chart(LATER)
    assert len({one.uid for page in (1, 2) for one in spots.page(Asked(page=page), chart).lines}) == 4


def test_a_tap_on_the_map_is_a_place_with_the_error_of_a_finger():
    phone = Client(headers={"accept-language": "zh-hans"})
    address = re.search(
        r'action="(/report/[0-9a-f-]+/)"', unescape(phone.get("/report/", follow=True).content.decode())
    )[1]
    phone.post(address, {"text": "井盖没了"})
    page = unescape(phone.get(f"{address}place/").content.decode())
    assert 'data-lon=""' in page
    tapped = {
        "place": "map",
        "map_lon": "118.0901234",
        "map_lat": "24.4609876",
        "map_error_m": "22",
        "lon": "1",
        "lat": "1",
    }
    assert phone.post(f"{address}place/", tapped).headers["Location"].endswith("/kind/")
    kept: Sketch = queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER)
    assert (kept.lon, kept.lat, kept.error_m) == (118.0901234, 24.4609876, 22.0)
    assert 'data-lon="118.0901234"' in unescape(phone.get(f"{address}place/").content.decode())
    assert phone.post(f"{address}place/", {**tapped, "map_lat": "nan"}).status_code == 422


def test_a_case_without_a_place_is_only_in_the_list():
    moves.report(place=GivenPlace(address="菜市场"))
    assert spots_at("/map/spots.json") == []
