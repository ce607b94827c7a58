"""Papers at the desk: made on the case page, read, signed, printed, sealed with a scan, a wrong one replaced."""

from __future__ import annotations

import io
import re

import pytest

from gongzhi.desk.tests.members import picture, text_of
from gongzhi.intake.rules import Contact
from gongzhi.intake.states import Channel
from gongzhi.papers import queries as papers
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case
from gongzhi.testing.fonts import LACKS, folder_with_a_font

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def font(settings):
    settings.GONGZHI_PAPER_FONTS = str(folder_with_a_font())


def hidden(answer, act):
    """Return the hidden fields of the form of a move on a paper's page."""
    page = answer.content.decode()
    form = re.search(rf'<form method="post" action="[^"]*/moves/{act}/".*?</form>', page, re.S)[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def does(who, address, act, **said):
    """Send the form of a move as the page offers it."""
    return who.post(f"{address}moves/{act}/", {**hidden(who.get(address), act), **said})


def test_an_assignment_goes_from_the_case_page_to_a_sealed_sheet(at_desk, shift):
    case = dispatched_case()
    shift.at = case.moved_at
    dispatcher, leader = at_desk(Post.DISPATCHER), at_desk(Post.SHIFT_LEADER)
    desk = at_desk(Post.DEPARTMENT_DESK, case.unit_code)
    page = f"/desk/cases/{case.number}/"
    assert "制作交办单" in dispatcher.reads(page)
    assert "制作督办函" not in dispatcher.reads(page), "the case is not supervised"
    assert "制作交办单" not in desk.reads(page)
    closed = dispatcher.get(f"{page}papers/supervision/")
    assert "请先在案件中办理督办" in text_of(closed)
    assert "demands" in dispatcher.get(f"{page}papers/assignment/").content.decode()
    wrong = dispatcher.post(f"{page}papers/assignment/", {"seen": case.version, "demands": " ", "contact": "陈工"})
    assert (wrong.status_code, "陈工" in wrong.content.decode()) == (422, True)
    made = dispatcher.post(f"{page}papers/assignment/", {"seen": case.version, "demands": f"请{LACKS}某到场"})
    assert made.status_code == 302
    address = made["Location"]
    assert desk.get(address).status_code == 403, "a draft is for those who write and sign"
    refused = does(dispatcher, address, "issue", sure="on")
    assert refused.status_code == 409
    assert f"没有这些字：{LACKS}" in text_of(refused)
    assert does(dispatcher, address, "revise", demands="立即到场处置").status_code == 302
    assert "立即到场处置" in dispatcher.reads(address)
    assert does(dispatcher, address, "issue").status_code == 422, "a signature is given knowingly"
    assert does(dispatcher, address, "issue", sure="on").status_code == 302

    read = desk.reads(address)
    for said in ("城管交〔2026〕第1号", "待盖章", "立即到场处置", "打开 PDF 打印", "签发"):
        assert said in read, said
    sent = desk.get(f"{address}print/")
    assert (sent["Content-Type"], b"".join(sent.streaming_content)[:5]) == ("application/pdf", b"%PDF-")
    row = papers.papers_of(case, by=leader.actor, at=shift.at)[0]
    word = desk.get(f"/desk/files/{row.docx}/")
    assert b"".join(word.streaming_content)[:2] == b"PK"

    assert "请上传盖章后的扫描件" in text_of(does(leader, address, "seal"))
    assert does(leader, address, "seal", **{"scan-files": picture()}).status_code == 302
    assert "已盖章" in desk.reads(address)
    assert does(leader, address, "void_scan", reason="扫描缺页", sure="on").status_code == 302
    scan = io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    scan.name = "sealed.pdf"
    assert does(leader, address, "seal", **{"scan-files": scan}).status_code == 302
    read = leader.reads(address)
    for said in ("已作废的扫描件", "盖章扫描件", "扫描缺页"):
        assert said in read, said
    assert "城管交〔2026〕第1号" in desk.reads(page)
    assert does(leader, address, "void", reason="误发", sure="on").status_code == 302
    assert "已作废" in desk.reads(address)


def test_a_receipt_is_made_on_the_report_page_by_whoever_reads_the_words(at_desk, shift):
    caller = Contact("陈小明", "13800001234")
    receipt = moves.report(contact=caller, channel=Channel.PHONE, by=moves.member(Post.ACCEPTOR), at=shift.at)
    acceptor, evaluator = at_desk(Post.ACCEPTOR), at_desk(Post.EVALUATOR)
    page = f"/desk/reports/{receipt.number}/"
    assert "制作受理回执" in acceptor.reads(page)
    assert "制作答复书" not in acceptor.reads(page), "there is no answer yet"
    assert evaluator.get(f"{page}papers/receipt/").status_code == 403
    address = acceptor.post(f"{page}papers/receipt/", {"seen": 1, "addressee": "陈先生"})["Location"]
    assert does(acceptor, address, "issue", sure="on").status_code == 302
    for said in ("陈先生", receipt.number, "城管收〔2026〕第1号"):
        assert said in acceptor.reads(address), said
    assert evaluator.get(address).status_code == 403
    assert "文书" not in re.sub(r".*案卷", "", evaluator.reads(page))
