"""The desk of whoever keeps the place codes: issuing, lists, sheets of plates, ending."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.desk.tests.members import text_of
from gongzhi.people.states import Post
from gongzhi.places import queries

pytestmark = [pytest.mark.django_db]


def test_plates_are_issued_printed_handed_over_and_ended(at_desk):
    keeper = at_desk(Post.SYSTEM_ADMINISTRATOR)
    assert "还没有发过位置码" in text_of(keeper.get("/desk/codes/"))
    said = {"words": "中山路口公交站", "words_en": "", "kind": "stop", "lon": "118.09", "lat": "24.46"}
    nowhere = keeper.post("/desk/codes/issue/", {**said, "lon": "", "feature": "", "code": ""})
    assert nowhere.status_code == 409
    assert 'value="中山路口公交站"' in nowhere.content.decode(), "nothing typed is lost"
    assert keeper.post("/desk/codes/issue/", {**said, "feature": "", "code": ""}).status_code == 302
    listed = SimpleUploadedFile("牌子.csv", "地点,位置码,经度,纬度\n小区南门,GATE01,118.1,24.47\n".encode("gbk"))
    assert keeper.post("/desk/codes/import/", {"list": listed}).status_code == 302
    faulty = keeper.post("/desk/codes/import/", {"list": SimpleUploadedFile("a.csv", b"\x00")})
    assert faulty.status_code == 409
    [stop] = queries.plates(words="中山路口")

    page = keeper.get("/desk/codes/").content.decode()
    assert f'name="code" value="{stop.code}"' in page
    sheet = keeper.get("/desk/codes/sheet/", code=stop.code).content.decode()
    assert (sheet.count('class="plate"'), sheet.count("<svg")) == (1, 1)
    assert "中山路口公交站" in sheet
    assert not re.search(r"style=|http://www\.w3\.org(?!/2000/svg)", sheet)
    assert keeper.get("/desk/codes/sheet/").content.decode().count('class="plate"') == 2
    file = keeper.get("/desk/codes/list.csv")
    assert f"/c/{stop.code}/" in file.content.decode("utf-8-sig")

    ended = keeper.post(f"/desk/codes/{stop.code}/end/", {"reason": "lost", "seen": str(stop.version)})
    assert ended.status_code == 302
    assert "牌子遗失或损坏" in text_of(keeper.get("/desk/codes/", state="ended"))
    assert keeper.get("/desk/codes/sheet/").content.decode().count('class="plate"') == 1
    acceptor = at_desk(Post.ACCEPTOR)
    for address in ("/desk/codes/", "/desk/codes/sheet/", "/desk/codes/list.csv"):
        assert acceptor.get(address).status_code == 403
    assert 'href="/desk/codes/"' not in acceptor.get("/desk/").content.decode()
