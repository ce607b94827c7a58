"""The paste door: a conversation becomes a form; the report is made when a member sends it, and not before."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest

from gongzhi.desk.rules import LONGEST_PASTE
from gongzhi.desk.tests.members import picture, text_of
from gongzhi.evidence import queries as files
from gongzhi.intake import queries as intake
from gongzhi.intake.models import Report
from gongzhi.intake.states import Channel
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db]
CHAT = (
    "物业小王 11月23日 10:02\n厦禾路123号门口有流动摊贩，电话13800001234，13900005678也行\n[图片]\n\n"
    "物业小王 11月23日 10:03\nhttps://uri.amap.com/marker?position=118.0949771,24.4571532\nhttps://surl.amap.com/1aB2c"
)


def fields_of(page):
    """Return what the form on a page says."""
    shown = unescape(page.content.decode())
    said = dict(re.findall(r'<input type="(?:hidden|text)" name="(\w+)" value="([^"]*)"', shown))
    said["text"] = re.search(r'<textarea name="text"[^>]*>\s*([^<]*)</textarea>', shown)[1]
    said["channel"] = re.search(r'<option value="(\w+)" selected>[^<]*</option>', shown.split('name="channel"')[1])[1]
    return {name: said[name] for name in said if name not in ("csrfmiddlewaretoken", "q")}


def test_a_conversation_with_a_picture_becomes_a_report_when_a_member_sends_it(at_desk, shift):
    shift.at = local("2026-11-23 10:30")
    acceptor = at_desk(Post.ACCEPTOR)
    assert "粘贴登记" in acceptor.reads("/desk/paste/")
    read = acceptor.post("/desk/paste/", {"pasted": CHAT, "photos-files": picture()})
    said = text_of(read)
    assert read.status_code == 200
    assert not Report.objects.exists(), "nothing is sent before somebody presses the button"
    for told in ("物业小王", "13900005678", "https://surl.amap.com/1aB2c", "GCJ-02", "对话里有 1 个", "已收到 1 张"):
        assert told in said, told
    form = fields_of(read)
    assert (form["channel"], form["phone"], form["address"]) == (Channel.CHAT, "13800001234", "厦禾路123号门口")
    assert form["text"].startswith("厦禾路123号门口有流动摊贩，电话138****1234，13900005678也行")
    assert "小王" not in form["text"]
    assert 118.089 < float(form["lon"]) < 118.091, "the map's shift is taken out"

    form |= {"kind": "complaint", "class_key": moves.STREET_VENDOR}
    looked = acceptor.post("/desk/call/", {**form, "look": "1"})
    assert "从聊天里读出" in text_of(looked), "the conversation stays beside the form"
    sent = acceptor.post("/desk/call/", fields_of(looked) | {"kind": "complaint", "class_key": moves.STREET_VENDOR})
    assert sent.status_code == 302, text_of(sent)
    row = intake.by_number(re.search(r"R2026-\d+", sent["Location"])[0])
    assert (row.channel, len(files.files_of(row.stream))) == (Channel.CHAT, 1)
    assert "厦禾路" in acceptor.reads(sent["Location"])


def test_what_cannot_be_read_is_said_beside_what_was_pasted(at_desk, shift):
    acceptor = at_desk(Post.ACCEPTOR)
    program = io.BytesIO(b"MZ\x90\x00 no picture")
    program.name = "1.jpg"
    for said, status, why in (
        ({"pasted": " \u200b "}, 422, "请粘贴聊天内容"),
        ({"pasted": "路" * (LONGEST_PASTE + 1)}, 422, str(LONGEST_PASTE)),
        ({"pasted": "路灯不亮", "photos-files": program}, 409, "没有办成"),
    ):
        answer = acceptor.post("/desk/paste/", said)
        assert (answer.status_code, why in text_of(answer)) == (status, True), text_of(answer)
        assert said["pasted"] in answer.content.decode()
    assert acceptor.post("/desk/paste/", {"photos-files": picture()}).status_code == 200, "pictures alone will do"
    dispatcher = at_desk(Post.DISPATCHER)
    assert dispatcher.get("/desk/paste/").status_code == dispatcher.post("/desk/paste/", {}).status_code == 403
