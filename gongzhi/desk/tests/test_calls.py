"""Taking a call, and finding what somebody told before."""

from __future__ import annotations

import re

import pytest

from gongzhi.desk.tests.members import picture, text_of
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db]
PHONE = "13800001234"


def key_of(answer):
    return re.search(r'name="key" value="([^"]+)"', answer.content.decode())[1]


def test_a_call_is_taken_for_an_old_man_and_read_back_to_him(at_desk, shift):
    earlier = moves.report(text="上周的摊贩又来了", contact=Contact("陈小明", PHONE))
    moves.report(text="别人反映的", contact=Contact("林大山", "13800005678"))
    shift.at = local("2026-11-23 10:00")
    acceptor = at_desk(Post.ACCEPTOR)
    page = acceptor.get("/desk/call/", caller=PHONE)
    assert earlier.number in text_of(page)
    assert "别人反映的" not in text_of(page)
    assert f'value="{PHONE}"' in page.content.decode()

    told = {
        "key": key_of(page),
        "phone": PHONE,
        "name": "陈小明",
        "kind": "complaint",
        "channel": "phone",
        "text": "菜市场门口有流动摊贩",
        "class_key": moves.STREET_VENDOR,
        "address": "思明区",
        "lon": "118.09",
        "lat": "24.46",
    }
    looked = acceptor.post("/desk/call/", {**told, "look": "1"})
    assert "菜市场门口有流动摊贩" in looked.content.decode(), "nothing typed is lost by looking"
    assert "就在这里" in text_of(looked), "the place has answered to its name"
    assert "相距 0 米" in text_of(looked), "the earlier case lies there"
    assert "相距 0 米" in text_of(acceptor.get("/desk/call/near/", **{n: told[n] for n in ("class_key", "lon", "lat")}))

    faulty = acceptor.post("/desk/call/", {**told, "text": ""})
    assert faulty.status_code == 422
    sent = {**told, "photos-files": picture()}
    entered = acceptor.post("/desk/call/", sent)
    assert entered.status_code == 302
    again = acceptor.post("/desk/call/", {**told, "photos-files": picture(), "text": "另一件事"})
    assert again.status_code == 409, "a key is one report"

    slip = acceptor.reads(entered["Location"])
    number = re.search(r"R2026-\d+", slip)[0]
    row = intake.by_number(number)
    assert intake.code_of(row.uid) in slip
    assert "菜市场门口有流动摊贩" in slip
    colleague = at_desk(Post.ACCEPTOR, number=1)
    assert colleague.get(entered["Location"]).status_code == 403, "the code is told once, to whoever took the call"
    assert at_desk(Post.DISPATCHER).get("/desk/call/").status_code == 403


def test_search_opens_a_number_finds_places_and_tells_of_phones_only_to_permitted_posts(at_desk, shift):
    receipt = moves.report(contact=Contact("陈小明", PHONE))
    case = moves.case_of(receipt)
    acceptor, dispatcher = at_desk(Post.ACCEPTOR), at_desk(Post.DISPATCHER)
    assert acceptor.get("/desk/search/", q=receipt.number)["Location"] == f"/desk/reports/{receipt.number}/"
    assert acceptor.get("/desk/search/", q=str(case.uid))["Location"] == f"/desk/cases/{case.uid}/"
    assert str(case.uid) in acceptor.get("/desk/search/", q="思明区").content.decode()
    assert str(case.uid) in acceptor.get("/desk/search/", q="游商").content.decode()
    assert receipt.number in acceptor.reads("/desk/search/", q=PHONE)
    assert receipt.number not in dispatcher.reads("/desk/search/", q=PHONE)
    assert "没有找到" in acceptor.reads("/desk/search/", q="没有这样的地方")
    assert "请填写编号" in acceptor.reads("/desk/search/")
