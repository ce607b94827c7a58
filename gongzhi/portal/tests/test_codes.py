"""A plate that is scanned opens a report with its place; one that ended, or that there is not, says so plainly."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from gongzhi.intake import queries as intake
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.people.states import Post
from gongzhi.places import operations as places
from gongzhi.places.rules.codes import PlateDraft
from gongzhi.places.states import PlaceState, PlateEnding, PlateKind
from gongzhi.portal import queries, reporting
from gongzhi.testing.moves import MONDAY_9AM, STREET_VENDOR, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

HALL = PlateDraft(
    row=1,
    kind=PlateKind.INDOOR,
    words="行政服务中心二层{大厅}",
    code="K7XM2QP",
    point=to_point(118.09, 24.46, crs=Crs.CGCS2000),
)
LATER = MONDAY_9AM + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def on_monday(monkeypatch):
    monkeypatch.setattr(reporting, "wall_clock", lambda: LATER)


@pytest.fixture
def hall(city):
    [issued] = places.issue_codes([HALL], on=MONDAY_9AM.date(), by=member(Post.SYSTEM_ADMINISTRATOR), at=MONDAY_9AM)
    return issued


@pytest.fixture
def phone():
    return Client(headers={"accept-language": "zh-hans"})


def text_of(answer):
    return unescape(answer.content.decode())


def action(page):
    return re.search(r'action="(/report/[0-9a-f-]+/)"', page)[1]


def test_a_scan_needs_no_map_no_phone_position_and_no_words_about_the_place(hall, phone):
    page = text_of(phone.get("/c/k7xm-2qp/", follow=True))
    assert "位置已选好：行政服务中心二层{大厅}（位置码 K7XM-2QP）" in page
    address, code = action(page), re.search(r'name="place_code" value="([^"]+)"', page)[1]
    sent = phone.post(address, {"text": "空调漏水", "place_code": code})
    assert sent.headers["Location"] == f"{address}kind/", "the plate has said where"
    phone.post(f"{address}kind/", {"class": STREET_VENDOR})
    assert "行政服务中心二层{大厅}（位置码 K7XM-2QP）" in text_of(phone.get(f"{address}send/"))
    phone.post(f"{address}send/", {})
    [row] = intake.page()
    assert (row.place_state, row.point) == (PlaceState.LOCATED.value, HALL.point)
    assert intake.words_of([row])[row.uid]["address"] == "行政服务中心二层{大厅}（位置码 K7XM-2QP）"


def test_whoever_stands_elsewhere_says_another_place_and_a_code_can_be_typed(hall, phone):
    address = action(text_of(phone.get("/c/K7XM2QP/", follow=True)))
    phone.post(address, {"text": "垃圾", "place_code": hall.code})
    phone.post(f"{address}place/", {"place": "words", "address": "对面的公园"})
    kept = queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER)
    assert (kept.address, kept.place_code, kept.has_point) == ("对面的公园", "", False)
    phone.post(f"{address}place/", {"go": "search", "address": "k7xm 2qp"})
    assert 'value="plate:K7XM-2QP" checked' in text_of(phone.get(f"{address}place/"))
    phone.post(f"{address}place/", {"place": "plate:K7XM-2QP", "address": "k7xm 2qp"})
    kept = queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER)
    assert (kept.place_code, kept.has_point) == ("K7XM2QP", True)
    stranger = Client(headers={"accept-language": "zh-hans"})
    forged = action(text_of(stranger.get("/report/", follow=True)))
    assert stranger.post(forged, {"text": "垃圾", "place_code": "NEVER77"}).headers["Location"].endswith("/place/")


def test_a_code_that_ended_or_that_there_is_not_says_so_and_lets_nobody_stand_there(hall, phone):
    places.end_code(hall.code, reason=PlateEnding.MOVED, seen=1, by=member(Post.SYSTEM_ADMINISTRATOR), at=MONDAY_9AM)
    ended = phone.get("/c/K7XM2QP/")
    assert ended.status_code == 410
    for told in ("这块牌子已停用", "行政服务中心二层{大厅}", "已搬走", 'href="/report/"'):
        assert told in text_of(ended)
    unknown = phone.get("/c/<b>NOPE/")
    assert unknown.status_code == 404
    assert "没有位置码“<b>NOPE”" in text_of(unknown)
    assert "<b>NOPE" not in unknown.content.decode()
    assert phone.post("/c/", {"code": "k7xm-2qp"}).headers["Location"] == "/c/K7XM2QP/"
    assert phone.post("/c/", {"code": "？"}).headers["Location"] == "/report/"
