"""Issuing place codes, ending them, and lists of plates as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.tests.verification import named
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post
from gongzhi.places import operations, queries
from gongzhi.places.layers.texts import TextUnreadable
from gongzhi.places.operations import (
    CodeUnusable,
    NoSuchCode,
    PlateKindUnknown,
    PlateNowhere,
    PlateOtherwise,
    PlatePartUnknown,
    PlatesUnreadable,
    PlateTwice,
    PlateWordsFaulty,
    TooManyPlates,
)
from gongzhi.places.operations import codes as issuing
from gongzhi.places.queries import FeatureRow
from gongzhi.places.queries import codes as reading
from gongzhi.places.rules.codes import PlateDraft, read_plates, spelled, tidy_code, written_plates
from gongzhi.places.states import PlateEnding, PlateKind, PlateState
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = pytest.mark.django_db

TODAY = MONDAY_9AM.date()
STOP = PlateDraft(row=2, kind=PlateKind.STOP, words="中山路口公交站", point=to_point(118.09, 24.46, crs=Crs.CGCS2000))


@pytest.fixture
def founded(db):
    put_city()


def issue(*drafts, by=None):
    keeper = by or member(Post.SYSTEM_ADMINISTRATOR)
    return operations.issue_codes(drafts, on=TODAY, by=keeper, at=MONDAY_9AM)


def test_a_code_is_issued_ended_and_never_given_out_again(founded):
    [stop, lamp] = issue(STOP, replace(STOP, row=3, code="LAMP0012", kind=PlateKind.POLE, words="12 号灯杆"))
    assert (stop.area.startswith("350200/350203/"), stop.state, stop.is_in_use) == (True, PlateState.IN_USE, True)
    assert (len(stop.code), spelled(stop.code)) == (7, f"{stop.code[:4]}-{stop.code[4:]}")
    assert queries.plate(f" {stop.code[:4].lower()}-{stop.code[4:]} ") == stop
    assert issue(replace(STOP, code=stop.code)) == [stop], "the same list again issues nothing"
    assert [one.code for one in queries.plates(words="灯杆")] == [lamp.code]
    keeper, later = member(Post.SYSTEM_ADMINISTRATOR), MONDAY_9AM + timedelta(hours=1)
    with pytest.raises(NotPermitted):
        operations.end_code(stop.code, reason=PlateEnding.LOST, seen=1, by=member(Post.ACCEPTOR), at=later)
    with pytest.raises(ChangedMeanwhile):
        operations.end_code(stop.code, reason=PlateEnding.LOST, seen=2, by=keeper, at=later)
    ended = operations.end_code(stop.code, reason=PlateEnding.LOST, seen=1, by=keeper, at=later)
    assert (ended.state, ended.ended_for, ended.ended_at) == (PlateState.ENDED, PlateEnding.LOST, later)
    with pytest.raises(MoveNotAllowed):
        operations.end_code(stop.code, reason=PlateEnding.LOST, seen=2, by=keeper, at=later)
    for again in (replace(STOP, code=stop.code), replace(STOP, code=lamp.code)):
        with pytest.raises(PlateOtherwise):
            issue(again)
    with pytest.raises(NoSuchCode):
        queries.plate("NEVER77")
    assert [one.code for one in queries.plates(in_use=True)] == [lamp.code]
    assert named() == []


FAULTY = [
    (replace(STOP, code="A1"), CodeUnusable),
    (replace(STOP, code="位置码一"), CodeUnusable),
    (replace(STOP, words=" \u200b"), PlateWordsFaulty),
    (replace(STOP, words="长" * 81), PlateWordsFaulty),
    (replace(STOP, words="两\n行"), PlateWordsFaulty),
    (replace(STOP, point=None), PlateNowhere),
    (replace(STOP, feature="B-77"), PlatePartUnknown),
    (replace(STOP, point=None, feature="B-77"), PlatePartUnknown),
]


def test_a_faulty_plate_is_refused_and_with_it_the_list(founded):
    for draft, refusal in FAULTY:
        with pytest.raises(refusal):
            issue(replace(STOP, row=1, words="第一块"), draft)
    assert queries.plates() == []


def test_only_who_may_issues_codes_and_no_list_names_one_twice(founded):
    with pytest.raises(NotPermitted):
        issue(STOP, by=member(Post.ACCEPTOR))
    with pytest.raises(PlateTwice):
        issue(replace(STOP, code="GATE01"), replace(STOP, row=9, code="GATE01"))


def test_a_floor_says_its_place_and_its_name_itself(founded, monkeypatch):
    house = shapely.box(118.089, 24.459, 118.091, 24.461)
    parts = {
        "B1": FeatureRow(
            code="B1",
            name_zh="行政服务中心",
            name_en="",
            kind="building",
            parent="350203",
            unit="",
            outline=house,
            told={},
        ),
        "B1F2": FeatureRow(
            code="B1F2", name_zh="二层", name_en="", kind="floor", parent="B1", unit="", outline=None, told={}
        ),
    }
    monkeypatch.setattr(issuing, "feature", lambda layer, code, on: parts[code])
    [one] = issue(PlateDraft(row=2, kind=PlateKind.INDOOR, words="", feature="B1F2"))
    assert (one.words, one.feature) == ("行政服务中心二层", "B1F2")
    assert shapely.contains_xy(house, one.point.lon, one.point.lat)
    assert one.area.startswith("350200/350203/")


def test_a_list_goes_out_and_comes_back_as_it_was(founded):
    gate = replace(STOP, row=3, kind=PlateKind.GATE, words="=小区南门", words_en="South gate", code="GATE01")
    issue(STOP, gate)
    rows = reading.all_plates()
    text = written_plates(queries.exported_plates(rows, base="https://city.example"))
    assert text.startswith(b"\xef\xbb\xbf")
    assert "https://city.example/c/GATE01/" in text.decode("utf-8-sig")
    assert "'=小区南门" in text.decode("utf-8-sig"), "no spreadsheet takes it for a formula"
    again = read_plates(text, file="codes.csv")
    assert [replace(one, row=0) for one in again] == [
        PlateDraft(
            row=0, kind=row.kind, words=row.words, words_en=row.words_en, code=row.code, point=row.point, feature=""
        )
        for row in rows
    ]
    assert issue(*again) == rows


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", PlatesUnreadable),
        ("名称\n站\n".encode(), PlatesUnreadable),
        ("地点,经度,纬度\n站,东,24\n".encode(), PlatesUnreadable),
        ("地点,经度,纬度\n站,118.1,\n".encode(), PlatesUnreadable),
        ("地点,经度,纬度\n站,nan,24\n".encode(), PlatesUnreadable),
        ("地点,类型\n站,车站\n".encode(), PlateKindUnknown),
        (("地点\n" + "站\n" * 2001).encode(), TooManyPlates),
        (b"\xff\xff\xff", TextUnreadable),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_line(content, refusal):
    with pytest.raises(refusal):
        read_plates(content, file="codes.csv")


@pytest.mark.parametrize(
    ("typed", "code"), [("k7xm-2qp", "K7XM2QP"), (" Ｋ7XM 2QP ", "K7XM2QP"), ("k7xm－2qp", "K7XM2QP"), ("", "")]
)
def test_a_code_is_understood_however_it_is_typed(typed, code):
    assert tidy_code(typed) == code
