"""Following with number and query code: plain words, the deadline, and every turn that a reporter has."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseState
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.states import FileRole
from gongzhi.intake import queries as intake
from gongzhi.intake.operations import Receipt
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.people.states import Post
from gongzhi.portal import following, views
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import A_STEP, MONDAY_9AM, member
from gongzhi.testing.pictures import photograph
from gongzhi.web import operations as web
from gongzhi.web.rules import TooManyAttempts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the door."""

    def at(instant: datetime) -> None:
        for door in (following, views):
            monkeypatch.setattr(door, "wall_clock", lambda: instant)

    at(MONDAY_9AM + timedelta(hours=1))
    return at


@pytest.fixture
def phone() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def opened(client: Client, receipt: Receipt) -> str:
    answer = client.post("/follow/", {"number": receipt.number.lower(), "code": f" {receipt.query_code} "})
    assert answer.headers["Location"] == "/follow/report/"
    return text_of(client.get("/follow/report/"))


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', page)[1]


def test_a_reporter_reads_who_must_do_what_by_when(phone, at):
    receipt = moves.report()
    assert "已收到，受理员会先看一遍。" in opened(phone, receipt)
    case = moves.file(moves.verify(moves.order_verification(moves.case_of(receipt))))
    case = moves.dispatch(case)
    due = cases.case(case.uid).due_at.astimezone(moves.CITY_ZONE)
    page = text_of(phone.get("/follow/report/"))
    named = f"须在 {due.year}年{due.month}月{due.day}日 {due:%H:%M} 前处置（还有 1 个工作时"
    assert re.search(rf"已派给思明区[^<]*处理。 <strong>思明区[^<]*{re.escape(named)}", page)
    at(case.due_at + timedelta(hours=1))
    assert "前处置，已超 " in text_of(phone.get("/follow/report/"))
    assert receipt.query_code not in page
    english = text_of(phone.get("/follow/report/", headers={"accept-language": "en"}))
    assert "was to handle this by" in english


def test_a_wrong_code_tells_nothing_and_tries_run_out(phone, at):
    replies.set_parameter("wrong_query_codes_per_hour", 2)
    receipt = moves.report()
    for number, code in ((receipt.number, "22222222"), ("R2026-9999999", receipt.query_code)):
        answer = phone.post("/follow/", {"number": number, "code": code})
        assert answer.status_code == 404
        assert "没有找到：请核对编号和查询码" in text_of(answer)
        assert f'value="{number}"' in text_of(answer)
    assert phone.post("/follow/", {"number": receipt.number, "code": receipt.query_code}).status_code == 429
    assert phone.get("/follow/report/").headers["Location"] == "/follow/"


def test_a_code_is_counted_before_it_is_looked_at(at, monkeypatch):
    replies.set_parameter("wrong_query_codes_per_hour", 1)
    receipt, checked = moves.report(), intake.held_by_code

    def opened():
        later = MONDAY_9AM + timedelta(hours=1)
        return web.held_by_code(receipt.number, code=receipt.query_code, sender="203.0.113.9", at=later).uid

    def while_another_is_looked_at(number, *, code):
        with pytest.raises(TooManyAttempts):
            opened()
        return checked(number, code=code)

    monkeypatch.setattr(intake, "held_by_code", while_another_is_looked_at)
    for _ in range(2):
        assert opened() == receipt.report, "a good one is taken off again"


def test_not_solved_is_reopened_and_what_was_rated_stays(phone, at):
    receipt = moves.report()
    case = moves.dispatch(moves.file(moves.verify(moves.order_verification(moves.case_of(receipt)))))
    case = moves.handle(moves.acknowledge(case))
    case = moves.close(moves.check(moves.order_check(case)))
    answered = case.moved_at + 4 * A_STEP
    replies.answer(receipt.report, at=answered)
    at(answered + A_STEP)
    page = opened(phone, receipt)
    for told in (replies.WORDS, "已结案：核查员到现场看过，问题已解决。", "您满意吗", "问题没有解决"):
        assert told in page
    assert phone.post("/follow/report/rate/", {"words": "很快"}).status_code == 422
    rated = phone.post("/follow/report/rate/", {"result": "2", "service": "5", "words": "又回来了"})
    assert "谢谢您的评价" in text_of(phone.get(rated.headers["Location"]))
    assert "结果 不满意，服务 非常满意" in text_of(phone.get("/follow/report/"))
    old = phone.post("/follow/report/reopen/", {"words": "摊贩又来了", "seen": "1"})
    assert old.status_code == 422
    assert "摊贩又来了" in text_of(old)
    phone.post("/follow/report/reopen/", {"words": "摊贩又来了", "seen": seen(text_of(phone.get("/follow/report/")))})
    assert cases.case(case.uid).state is CaseState.REWORK
    assert intake.report(receipt.report).state is ReportState.RECEIVED
    assert "没有处理好" in text_of(phone.get("/follow/report/"))


def test_a_report_is_added_to_and_taken_back_only_with_a_second_yes(phone, at):
    receipt = moves.report()
    page = opened(phone, receipt)
    more = SimpleUploadedFile("再拍.jpg", photograph(b"more"), "image/jpeg")
    phone.post("/follow/report/supplement/", {"words": "现在更多了", "photos": [more]})
    row = intake.report(receipt.report)
    assert len(files.files_of(row.stream)) == 1
    assert "您补充了情况" in text_of(phone.get("/follow/report/"))
    empty = phone.post("/follow/report/supplement/", {"words": " "})
    assert empty.status_code == 422
    stored = StoredFile.objects.count()
    photo = SimpleUploadedFile("又一张.jpg", photograph(b"again"), "image/jpeg")
    long = phone.post("/follow/report/supplement/", {"words": "长" * 4001, "photos": [photo]})
    assert (long.status_code, StoredFile.objects.count()) == (422, stored), (
        "what is refused anyway is not taken in first"
    )
    assert "请重新选择" in text_of(long)
    unsure = phone.post("/follow/report/withdraw/", {"seen": seen(page), "words": "已经没有了"})
    assert unsure.status_code == 422
    assert "已经没有了" in text_of(unsure)
    phone.post("/follow/report/withdraw/", {"seen": seen(text_of(unsure)), "words": "已经没有了", "sure": "yes"})
    assert intake.report(receipt.report).state is ReportState.WITHDRAWN
    assert "您撤回了反映" in text_of(phone.get("/follow/report/"))
    assert phone.post("/follow/report/burn/").status_code == 404


def test_a_refused_matter_tells_why_and_may_be_objected_to(phone, at):
    receipt = moves.report(kind=ReportKind.COMPLAINT)
    case = moves.refuse(moves.case_of(receipt), grounds="不属本市管辖")
    at(case.moved_at + A_STEP)
    page = opened(phone, receipt)
    assert "理由：不属本市管辖" in page
    said = {"words": "就在本市", "case": str(case.uid), "seen": seen(page)}
    assert phone.post("/follow/report/object/", {**said, "case": "x"}).status_code == 422
    assert phone.post("/follow/report/object/", said).status_code == 302
    page = text_of(phone.get("/follow/report/"))
    assert "您的异议：待决定" in page
    assert "不同意不予受理的决定" not in page


def test_what_was_typed_when_the_browser_was_closed_comes_back_after_the_code(phone, at):
    receipt = moves.report()
    asked = phone.post("/follow/report/supplement/", {"words": "我刚写了很多"})
    assert asked.status_code == 403
    hidden = dict(re.findall(r'type="hidden" name="(turn|words)" value="([^"]*)"', text_of(asked)))
    assert hidden == {"turn": "supplement", "words": "我刚写了很多"}
    back = phone.post("/follow/", {"number": receipt.number, "code": receipt.query_code, **hidden})
    assert "我刚写了很多</textarea>" in text_of(back)
    phone.post("/follow/leave/")
    assert phone.get("/follow/report/").headers["Location"] == "/follow/"


def test_only_released_photographs_are_shown_and_of_an_open_case_no_unit(phone, at):
    receipt = moves.report()
    case = moves.dispatch(moves.file(moves.verify(moves.order_verification(moves.case_of(receipt)))))
    public = text_of(phone.get(f"/cases/{case.uid}/"))
    assert "负责的单位" in public
    assert "思明区城市管理局" not in public
    assert "须在" not in public, "by when stays with who is told in full"
    told = re.findall(r'<p class="when"><time datetime="([^"]+)">([^<]+)<', public)
    assert len(told) == 4
    assert {one for pair in told for one in pair} == {"2026-11-23"}, "the day, and no hour"
    case = moves.handle(moves.acknowledge(case))
    case = moves.close(moves.check(moves.order_check(case)))
    evidence.make_displays(case.moved_at + A_STEP, worker="test")
    after = next(one for one in files.files_of(case.stream) if one.role is FileRole.AFTER)
    for page in (opened(phone, receipt), text_of(phone.get(f"/cases/{case.uid}/"))):
        assert "/api/v1/public/files/" not in page
    evidence.release_file(
        after.uid, grounds="不涉及个人", seen=after.version, by=member(Post.SHIFT_LEADER), at=case.moved_at + 2 * A_STEP
    )
    for page in (text_of(phone.get("/follow/report/")), text_of(phone.get(f"/cases/{case.uid}/"))):
        assert re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page) == [
            (f"/api/v1/public/files/{after.uid}", "处理后的现场")
        ]
    assert "思明区" in text_of(phone.get(f"/cases/{case.uid}/"))
