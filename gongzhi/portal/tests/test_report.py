"""Reporting on four pages without JavaScript: the whole way, what is refused on it, and that nothing typed is lost."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from PIL import Image

from gongzhi.audit.queries import entries_of
from gongzhi.cases import queries as cases
from gongzhi.evidence import queries as evidence
from gongzhi.intake import queries as intake
from gongzhi.places.states import PlaceState
from gongzhi.portal import matters, publication, queries, reporting
from gongzhi.portal.models import ReportDraft
from gongzhi.portal.rules import BLOCK_E7
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import MONDAY_9AM, SIMING, STREET_VENDOR
from gongzhi.testing.pictures import photograph

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

WORDS = "人行道上有三个摊位，<b>行人</b>只能走马路"
LATER = MONDAY_9AM + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def on_monday(monkeypatch):
    monkeypatch.setattr(reporting, "wall_clock", lambda: LATER)


@pytest.fixture
def phone() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def a_photo(shows: bytes = b"a", name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph(shows), "image/jpeg")


def a_photo_with_a_place() -> SimpleUploadedFile:
    exif, drawn = Image.Exif(), io.BytesIO()
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 27.0, 36.0), 3: "E", 4: (118.0, 5.0, 24.0)})
    exif[0x8825] = exif.get_ifd(0x8825)
    Image.new("RGB", (32, 24), (90, 90, 90)).save(drawn, "JPEG", exif=exif)
    return SimpleUploadedFile("有位置.jpg", drawn.getvalue(), "image/jpeg")


def begun(client: Client, **said) -> str:
    """The address of a draft that holds what was said, and its first page."""
    page = client.get("/report/", follow=True)
    address = re.search(r'action="(/report/[0-9a-f-]+/)"', page.content.decode())[1]
    client.post(address, {"text": WORDS, **said})
    return address


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def test_from_a_photo_to_a_number_in_four_pages(phone):
    earlier = moves.report(place=SIMING, class_key=STREET_VENDOR)
    address = re.search(r'action="(/report/[0-9a-f-]+/)"', text_of(phone.get("/report/", follow=True)))[1]
    first = phone.post(address, {"text": WORDS, "photos": [a_photo_with_a_place(), a_photo(b"b")]})
    assert first.headers["Location"] == f"{address}place/"
    back = text_of(phone.get(address))
    assert (WORDS in back, back.count('name="remove"')) == (True, 2), "the back button finds what was sent"
    place = text_of(phone.get(f"{address}place/"))
    camera = re.search(r'value="(camera:[0-9a-f-]+)" checked', place)[1]
    assert "思明区" in place
    assert (
        phone.post(f"{address}place/", {"address": "中山路口", "place": camera}).headers["Location"].endswith("/kind/")
    )
    assert "流动摊贩" in text_of(phone.get(f"{address}kind/"))
    sent_on = phone.post(f"{address}kind/", {"wants": "complaint", "class": STREET_VENDOR})
    assert sent_on.headers["Location"] == f"{address}send/"
    read_back = text_of(phone.get(f"{address}send/"))
    assert "<b>行人" not in phone.get(f"{address}send/").content.decode()
    for told in (WORDS, "中山路口", "2 张", "附近已有人反映同类的事", f"/cases/{earlier.case}/", "1 人反映"):
        assert told in read_back
    assert phone.post(f"{address}send/", {"phone": "138 0000 1234"}).headers["Location"] == f"{address}done/"
    slip = phone.get(f"{address}done/")
    number, code = (re.search(rf'class="big{which}">([^<]+)<', text_of(slip))[1] for which in ("", " code"))
    found = intake.follow(number, code=code)
    row = intake.report(found.uid)
    assert (row.place_state, row.class_key, row.is_anonymous) == (PlaceState.LOCATED.value, STREET_VENDOR, False)
    assert len(evidence.files_of(row.stream)) == 2
    assert intake.words_of([row])[row.uid]["text"] == WORDS
    assert slip.headers["Cache-Control"] == "no-store"

    phone.post(f"{address}send/", {"phone": "138 0000 1234"})
    phone.post(address, {"text": "按了后退又改"})
    assert len(intake.page()) == 2
    for step in ("", "place/", "kind/", "send/"):
        assert phone.get(f"{address}{step}").headers["Location"] == f"{address}done/"
    assert b"\xe6\x91\x8a" not in bytes(ReportDraft.objects.get().sealed)


def test_what_is_refused_says_why_beside_the_field_and_keeps_what_was_typed(phone, monkeypatch):
    replies.set_parameter("photo_largest_mb", 1)
    address = re.search(r'action="(/report/[0-9a-f-]+/)"', text_of(phone.get("/report/", follow=True)))[1]
    empty = phone.post(address, {"text": " \u200b"})
    assert empty.status_code == 422
    assert 'href="#text">请拍一张照片，或写几句话。' in text_of(empty)

    huge = SimpleUploadedFile("大.jpg", photograph(b"c") + bytes(1024 * 1024), "image/jpeg")
    program = SimpleUploadedFile("程序.jpg", b"MZ" + bytes(600), "image/jpeg")
    mixed = phone.post(address, {"text": WORDS, "photos": [huge, a_photo(), program]})
    assert mixed.status_code == 422
    for told in ("第 1 张 大.jpg：", "第 3 张 程序.jpg：", "现场.jpg", WORDS):
        assert told in text_of(mixed)
    again = text_of(phone.get(address))
    assert WORDS in again
    kept = re.search(r'name="remove" value="([0-9a-f-]+)"', again)[1]
    phone.post(address, {"text": WORDS, "photos": [a_photo()], "go": "stay"})
    assert text_of(phone.get(address)).count('name="remove"') == 1, "the same photograph twice is one"
    phone.post(address, {"text": WORDS, "remove": kept})
    assert 'name="remove"' not in text_of(phone.get(address))

    too_long = phone.post(address, {"text": "长" * 4001})
    assert too_long.status_code == 422
    assert "长" * 4001 in text_of(too_long)

    nowhere = phone.post(f"{address}place/", {"address": "", "place": "words"})
    assert nowhere.status_code == 422
    assert "我不知道在哪里" in text_of(nowhere)
    phone.post(f"{address}place/", {"address": "", "place": "unknown"})
    assert phone.post(f"{address}kind/", {"wants": "complaint"}).status_code == 422
    phone.post(f"{address}kind/", {"wants": "complaint", "class": "?"})
    odd = phone.post(f"{address}send/", {"phone": "明天再说", "name": "陈先生"})
    assert odd.status_code == 422
    assert 'value="明天再说"' in text_of(odd)
    assert 'value="陈先生"' in text_of(odd)

    replies.set_parameter("anonymous_reports_per_hour", 1, at=MONDAY_9AM + timedelta(minutes=1))
    other = begun(phone)
    phone.post(f"{other}place/", {"place": "unknown"})
    phone.post(f"{other}kind/", {"class": "?"})
    assert phone.post(f"{other}send/", {}).status_code == 302
    too_many = phone.post(f"{address}send/", {"phone": "13800001234"})
    assert too_many.status_code == 429
    assert 'value="13800001234"' in text_of(too_many)
    replies.set_parameter("anonymous_reports_per_hour", 9, at=MONDAY_9AM + timedelta(minutes=2))
    assert phone.post(f"{address}send/", {"phone": "13800001234"}).status_code == 302
    assert len(intake.page()) == 2


def test_a_place_off_the_coast_is_taken_and_a_person_looks(phone):
    address = begun(phone)
    said = {"place": "phone", "lon": "121.5", "lat": "22.1", "address": ""}
    assert phone.post(f"{address}place/", said).status_code == 302
    phone.post(f"{address}kind/", {"class": STREET_VENDOR})
    assert "由工作人员来看" in text_of(phone.get(f"{address}send/"))
    phone.post(f"{address}send/", {})
    assert [one.place_state for one in intake.page()] == [PlaceState.OUTSIDE.value]
    for lon in ("nan", "1e400", "东经", ""):
        assert phone.post(f"{begun(phone)}place/", {**said, "lon": lon}).status_code == 422


def test_places_and_classes_are_found_by_words_without_javascript(phone):
    address = begun(phone)
    asked = phone.post(f"{address}place/", {"address": "思明", "go": "search"}).headers["Location"]
    assert asked == f"{address}place/#found", "where somebody lives stands in no address"
    found = text_of(phone.get(f"{address}place/"))
    choice = re.search(r'value="(found:divisions/[^"]+)"', found)[1]
    phone.post(f"{address}place/", {"address": "思明", "asked": "思明", "place": choice})
    kept = queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER)
    assert (kept.address.startswith("思明区"), kept.has_point) == (True, False), "a whole district is no point"
    assert (kept.asked_place, phone.get(f"{address}place/").context["found"]) == ("", []), "a choice ends the search"
    asked = phone.post(f"{address}kind/", {"search": "井盖", "go": "search", "from": "send"}).headers["Location"]
    assert asked == f"{address}kind/?from=send#found"
    assert "井盖" in text_of(phone.get(f"{address}kind/"))
    assert "流动摊贩" in text_of(phone.get(f"{address}kind/?usual"))
    today = MONDAY_9AM.date()
    for words, code in (("垃圾", "06010"), ("bike", "09011"), ("违建", "06001"), ("店外经营", "09005")):
        assert code in publication.found_classes(words, on=today)[0].key
    assert publication.found_classes("火星飞船", on=today) == []
    assert len(publication.common_classes(on=today)) == 20


def test_a_question_needs_no_class_and_large_type_takes_two_pages(phone):
    address = begun(phone)
    phone.post(f"{address}place/", {"place": "unknown"})
    assert phone.post(f"{address}kind/", {"wants": "consult"}).headers["Location"] == f"{address}send/"

    grandmother = Client(headers={"accept-language": "zh-hans"})
    grandmother.post("/type/", {"type": "large", "next": "/report/"})
    page = grandmother.get("/report/", follow=True)
    assert 'class="portal large"' in text_of(page)
    assert "tel:12345" in text_of(page)
    address = re.search(r'action="(/report/[0-9a-f-]+/)"', text_of(page))[1]
    straight = grandmother.post(address, {"text": WORDS, "address": "菜市场门口"})
    assert straight.headers["Location"] == f"{address}send/"
    assert grandmother.post(f"{address}send/", {}).headers["Location"] == f"{address}done/"
    assert intake.page()[-1].place_state == PlaceState.IN_WORDS.value
    assert grandmother.post("/type/", {"type": "usual", "next": "//evil.example/"}).headers["Location"] == "/"


def test_a_draft_that_was_cleared_away_keeps_what_is_typed_next_and_no_other_device_sees_it(phone, monkeypatch):
    address = begun(phone)
    stranger = Client(headers={"accept-language": "zh-hans"})
    assert stranger.get(f"{address}send/").headers["Location"] == "/report/?lost"
    assert stranger.get(f"{address}done/").headers["Location"] == "/follow/"
    monkeypatch.setattr(reporting, "wall_clock", lambda: LATER + timedelta(days=2))
    back = phone.post(f"{address}place/", {"address": "中山路口", "place": "words"})
    assert back.headers["Location"] == address
    assert "中山路口" in text_of(phone.get(f"{address}place/"))
    assert ReportDraft.objects.count() == 1, "the old one is swept"
    monkeypatch.setattr(reporting, "wall_clock", lambda: LATER + timedelta(days=2, hours=23))
    phone.post(f"{address}place/", {"address": "中山路口东", "place": "words"})
    assert ReportDraft.objects.get().from_at == LATER + timedelta(days=2), "its day is that of its photographs"
    assert phone.post(f"/report/{UUID(int=7)}/", {"text": WORDS}).status_code == 404


def test_a_form_beyond_all_measure_is_refused_before_it_is_read(phone):
    for address, size_mb, told in (
        (f"/report/{uuid4()}/", 129, "一次最多上传 128 MiB"),
        ("/sign-in/", 3, "一次最多上传 2.5 MiB"),
        ("/nowhere/", 3, "一次最多上传 2.5 MiB"),
    ):
        answer = phone.post(address, {"text": WORDS}, CONTENT_LENGTH=str(size_mb * 1024 * 1024))
        assert (answer.status_code, told in text_of(answer)) == (413, True), address
    with_files = ("report/x/", "follow/report/supplement/", "desk/call/", "desk/cases/1/moves/file/")
    views = [resolve(f"/{one}".replace("/x/", f"/{uuid4()}/")).func for one in with_files]
    assert all(getattr(one, "takes_files", False) for one in views)


def test_what_is_no_text_is_found_nowhere_and_kept_nowhere(phone):
    for address in ("/desk/cases/%00/", "/desk/search/?q=%00", "/follow/?number=R%00", "/cases/?after=%00"):
        assert phone.get(address).status_code == 404, address
    assert phone.post("/follow/", {"number": "R\x00", "code": "\x00"}).status_code == 404
    address = begun(phone, text="坏\x00了")
    assert queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER).text == "坏了"


def test_nobody_learns_more_of_a_place_than_the_block_and_asks_of_many_blocks_only_so_often(phone):
    case = moves.case_of(moves.report(place=SIMING))
    half = BLOCK_E7 // 2

    def told(east_e7, north_e7=0):
        asked = ((case.point.lon_e7 + east_e7) / 1e7, (case.point.lat_e7 + north_e7) / 1e7)
        return [one.uid for one in matters.near(*asked, class_key=STREET_VENDOR, at=LATER)]

    assert told(0) == told(half - 1) == told(1 - half) == told(0, half - 1) == told(0, 1 - half) == [case.uid]
    assert told(3 * BLOCK_E7) == told(-3 * BLOCK_E7) == []
    answers = [bool(told(east)) for east in range(-3 * BLOCK_E7, 3 * BLOCK_E7, BLOCK_E7 // 20)]
    begins, ends = answers.index(True), len(answers) - answers[::-1].index(True)
    assert (ends - begins) % 40 == 0, "the answer changes where neighbourhoods do, and nowhere by the case"

    replies.set_parameter("anonymous_places_per_hour", 2)
    address = begun(phone)

    def put(lon, **said):
        return phone.post(f"{address}place/", {"place": "phone", "lon": str(lon), "lat": "24.46", **said})

    assert [put(one).status_code for one in (118.0901, 118.0902, 118.11)] == [302] * 3, "nearby it moves freely"
    phone.post(f"{address}place/", {"place": "unknown"})
    refused = put(118.2, address="火车站南广场")
    assert (refused.status_code, "火车站南广场" in text_of(refused)) == (429, True)


def test_how_far_a_phone_may_be_wrong_goes_with_its_point(phone):
    address = begun(phone)
    for said, kept in (("35", 35.0), ("99999", 2000.0), ("-1", None), ("many", None)):
        phone.post(f"{address}place/", {"place": "phone", "lon": "118.09", "lat": "24.46", "error_m": said})
        sketch = queries.draft(address.split("/")[2], secret=phone.cookies["device"].value, at=LATER)
        assert sketch.draft().place.position_error_m == kept, said
    phone.post(f"{address}place/", {"place": "phone", "lon": "118.09", "lat": "24.46", "error_m": "35"})
    phone.post(f"{address}kind/", {"class": STREET_VENDOR})
    phone.post(f"{address}send/", {})
    assert entries_of(intake.page()[-1].stream)[0].facts["error_m"] == 35


def test_a_report_is_forgotten_on_a_device_that_others_use(phone):
    address = begun(phone)
    assert f'data-kept="{address.split("/")[2]}"' in text_of(phone.get(address)), "the script keeps words by draft"
    assert f'action="{address}forget/"' in text_of(phone.get(address))
    Client().post(f"{address}forget/")
    assert ReportDraft.objects.count() == 1, "only the device itself lets go of it"
    assert phone.post(f"{address}forget/").headers["Location"] == "/"
    assert ReportDraft.objects.count() == 0
    assert phone.cookies["device"].value == ""


def test_a_case_without_a_class_is_told_by_its_line_alone(phone):
    replies.set_parameter("publication_default", 2)
    case = moves.case_of(moves.report(class_key=None))
    assert phone.get(f"/cases/{case.uid}/").status_code == 404
    listed = text_of(phone.get("/cases/"))
    assert "类别待定" in listed
    assert str(case.uid) not in listed
    replies.set_parameter("publication_default", 0, at=MONDAY_9AM + timedelta(minutes=1))
    moves.report(class_key=STREET_VENDOR)
    assert "游商" not in text_of(phone.get("/cases/"))


def test_classes_that_touch_homes_and_persons_are_never_told(phone):
    kept = {}
    for key in (STREET_VENDOR, "GB/T 47678.5-2026|event|06001"):
        case = moves.case_of(moves.report(place=SIMING, class_key=key))
        address = begun(phone)
        phone.post(f"{address}place/", {"place": "phone", "lon": str(SIMING.lon), "lat": str(SIMING.lat)})
        phone.post(f"{address}kind/", {"class": key})
        offered = str(case.uid) in text_of(phone.get(f"{address}send/"))
        kept[key] = (offered, phone.get(f"/cases/{case.uid}/").status_code)
    assert list(kept.values()) == [(True, 200), (False, 404)]
    listed = text_of(phone.get("/cases/"))
    assert "不公开的案件" in listed
    assert "私搭乱建" not in listed
    assert len(cases.page()) == 2
