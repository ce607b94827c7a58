"""Taking a call, and finding what somebody told before."""

from __future__ import annotations

import re

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.desk.tests.members import picture, text_of
from gongzhi.desk.views.calls import RECEIPT_LASTS
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.kernel.refusals import Outage
from gongzhi.people.states import Post
from gongzhi.testing import moves, replies
from gongzhi.testing.cases import handling_case
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
    assert "相距 0 米" in text_of(acceptor.post("/desk/call/near/", {n: told[n] for n in ("class_key", "lon", "lat")}))

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
    shift.at += RECEIPT_LASTS
    assert acceptor.get(entered["Location"]).status_code == 403, "after the call the code is the reporter's alone"


def test_search_opens_a_number_finds_places_and_tells_of_phones_only_to_permitted_posts(at_desk, shift):
    receipt = moves.report(contact=Contact("陈小明", PHONE))
    case = moves.case_of(receipt)
    acceptor, dispatcher = at_desk(Post.ACCEPTOR), at_desk(Post.DISPATCHER)
    assert acceptor.get("/desk/search/", q=receipt.number)["Location"] == f"/desk/reports/{receipt.number}/"
    assert acceptor.get("/desk/search/", q=str(case.uid))["Location"] == f"/desk/cases/{case.uid}/"
    assert str(case.uid) in acceptor.get("/desk/search/", q="思明区").content.decode()
    assert str(case.uid) in acceptor.get("/desk/search/", q="游商").content.decode()
    assert acceptor.post("/desk/search/", {"q": "思明区"})["Location"] == "/desk/search/?q=%E6%80%9D%E6%98%8E%E5%8C%BA"
    assert receipt.number in text_of(acceptor.post("/desk/search/", {"q": PHONE}))
    assert receipt.number not in text_of(dispatcher.post("/desk/search/", {"q": PHONE}))
    assert receipt.number not in acceptor.reads("/desk/search/", q=PHONE), "a number is found through no address"
    assert "没有找到" in acceptor.reads("/desk/search/", q="没有这样的地方")
    assert "请填写编号" in acceptor.reads("/desk/search/")


def test_who_looks_for_a_number_is_on_record_and_tries_no_thousands_of_them(at_desk, shift):
    receipt = moves.report(contact=Contact("陈小明", PHONE))
    replies.set_parameter("staff_numbers_per_hour", 3)
    acceptor = at_desk(Post.ACCEPTOR)
    for _ in range(2):
        acceptor.post("/desk/search/", {"q": PHONE})
        acceptor.post("/desk/call/", {"phone": PHONE, "look": "1"})
    acceptor.post("/desk/search/", {"q": "13800000000"})
    noted = [one for one in entries_of(f"session:{acceptor.session}") if one.type == "session.contact-searched"]
    assert [one.facts for one in noted] == [{"reports": [receipt.number]}, {"reports": []}], "once for each number"
    assert noted[0].actor == acceptor.actor
    acceptor.post("/desk/search/", {"q": "13800000001"})
    refused = acceptor.post("/desk/search/", {"q": "13800000002"})
    assert (refused.status_code, "每小时最多 3 次" in text_of(refused)) == (409, True)
    call = acceptor.post("/desk/call/", {"phone": "13800000003", "text": "楼下有人打架", "look": "1"})
    assert (call.status_code, "每小时最多 3 次" in text_of(call)) == (200, True)
    assert "楼下有人打架" in call.content.decode(), "the call goes on"


def test_when_the_store_of_files_is_silent_nothing_typed_is_lost(at_desk, shift, monkeypatch):
    def silent(*given, **said):
        raise Outage("files", permanent=False)

    acceptor, case = at_desk(Post.ACCEPTOR), handling_case()
    shift.at = max(shift.at, case.moved_at)
    photo = files.files_of(case.stream)[0].uid
    monkeypatch.setattr(evidence, "store_file", silent)
    monkeypatch.setattr(evidence, "view_original", silent)
    handler = at_desk(Post.HANDLER, case.unit_code)
    sent = handler.tries(case, "submit_result", words="已经清理", photos="after_photos")
    assert (sent.status_code, "文件暂时存取不了" in text_of(sent)) == (503, True)
    assert "已经清理" in sent.content.decode()
    told = acceptor.post("/desk/call/", {"key": "k", "text": "楼下积水", "photos-files": picture()})
    assert (told.status_code, "楼下积水" in told.content.decode()) == (503, True)
    assert at_desk(Post.DISPATCHER).get(f"/desk/files/{photo}/").status_code == 503
