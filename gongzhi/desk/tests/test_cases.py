"""The case page: a journey by posts, turns, refusals in words, two who decide at once, and what one may not see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseState
from gongzhi.desk.tests.members import text_of
from gongzhi.evidence import queries as evidence
from gongzhi.intake import operations
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import CODE_HOLDER, Contact, GivenPlace
from gongzhi.kernel.ids import new_id
from gongzhi.people import operations as staff_operations
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import GIVES_POWERS
from gongzhi.testing import moves, replies, staff
from gongzhi.testing.cases import closed_case, dispatched_case, filed_case, handling_case, reported_case

pytestmark = [pytest.mark.django_db]


def page_of(case):
    return f"/desk/cases/{case.number or case.uid}/"


def test_a_case_goes_the_whole_way_over_the_desks(at_desk, shift):
    acceptor, leader, dispatcher = (at_desk(one) for one in (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER))
    collector, checker = at_desk(Post.COLLECTOR), at_desk(Post.CHECKER)
    case = reported_case(at=shift.at)
    assert "待受理" in acceptor.reads("/desk/")

    case = acceptor.moves(case, "verify")
    case = collector.moves(case, "confirm_verified", photos="photos")
    assert case.state is CaseState.ACCEPTED
    assert moves.VENDOR_BY_DAY in leader.get(page_of(case)).content.decode(), "the conditions of its class are offered"
    case = leader.moves(case, "file", condition_code=moves.VENDOR_BY_DAY)
    assert "按规则应派：" in dispatcher.reads(page_of(case))
    case = dispatcher.moves(case, "dispatch", unit_code="", grounds="")
    assert case.unit_code == moves.SIMING_BUREAU

    desk, handler = at_desk(Post.DEPARTMENT_DESK, case.unit_code), at_desk(Post.HANDLER, case.unit_code)
    case = desk.moves(case, "acknowledge")
    case = handler.moves(case, "submit_result", photos="after_photos", words="已劝离")
    case = desk.moves(case, "confirm_result")
    case = dispatcher.moves(case, "send_to_check")
    case = checker.moves(case, "fail_check", photos="photos", words="摊贩仍在原处")
    assert (case.state, case.rework_count) == (CaseState.REWORK, 1)

    case = handler.moves(case, "submit_result", photos="after_photos")
    case = desk.moves(case, "confirm_result")
    case = dispatcher.moves(case, "send_to_check")
    case = checker.moves(case, "pass_check", photos="photos")
    case = leader.moves(case, "close", closing_confirmed="on")
    assert case.state is CaseState.CLOSED

    page = leader.reads(page_of(case))
    for said in ("处置后", "核查", "摊贩仍在原处", "时限怎样算出来", "截止时间"):
        assert said in page, said


def test_a_case_without_a_place_is_located_by_a_name_without_a_map(at_desk, shift):
    acceptor = at_desk(Post.ACCEPTOR)
    case = moves.case_of(moves.report(place=GivenPlace(address="菜市场东门"), at=shift.at))
    assert str(case.uid) in acceptor.get("/desk/queues/needs-location/").content.decode()
    found = acceptor.get(page_of(case), do="locate", place="思明区")
    there = re.search(r"lon=([0-9.]+)&amp;lat=([0-9.]+)", found.content.decode())
    chosen = acceptor.get(page_of(case), do="locate", lon=there[1], lat=there[2]).content.decode()
    assert f'value="{there[1]}"' in chosen
    assert acceptor.moves(case, "locate", lon=there[1], lat=there[2]).area.startswith("350200/350203")
    assert str(case.uid) not in acceptor.get("/desk/queues/needs-location/").content.decode()


def test_a_file_is_opened_by_whoever_may_read_what_it_proves(at_desk, shift):
    case = moves.submit(handling_case())
    shift.at = case.moved_at
    photo = evidence.files_of(case.stream)[-1].uid
    reader, stranger = at_desk(Post.DISPATCHER), at_desk(Post.DEPARTMENT_DESK, moves.HULI_BUREAU)
    sent = reader.get(f"/desk/files/{photo}/")
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["Cache-Control"] == "no-store, private", "no photograph of a home stays in a shared browser"
    assert b"".join(sent.streaming_content)[:3] == b"\xff\xd8\xff"
    answers = [stranger.get(f"/desk/files/{one}/{way}") for one in (photo, new_id()) for way in ("", "thumbnail/")]
    assert [one.status_code for one in answers] == [403] * 4


def test_a_unit_returns_a_case_the_dispatcher_sends_it_on_and_a_disputed_one_is_ruled(at_desk, shift):
    dispatcher, leader = at_desk(Post.DISPATCHER), at_desk(Post.SHIFT_LEADER)
    case = dispatched_case()
    desk = at_desk(Post.DEPARTMENT_DESK, case.unit_code)
    shift.at = case.moved_at
    ours = {"ground": "not_ours", "proposed_unit": moves.HULI_BUREAU, "words": "地点在湖里区"}
    case = desk.moves(case, "return", **ours)
    assert case.state is CaseState.RETURNED
    assert "地点在湖里区" in dispatcher.reads(page_of(case)), "what the unit said stands in the record"

    case = leader.moves(case, "arbitrate", unit_code=moves.HULI_BUREAU, grounds="该路段由湖里区养护")
    assert (case.state, case.unit_code) == (CaseState.DISPATCHED, moves.HULI_BUREAU)

    other = dispatched_case()
    shift.at = max(shift.at, other.moved_at)
    page = at_desk(Post.DEPARTMENT_DESK, other.unit_code).reads(page_of(other), do="return")
    assert "此类案件已有裁定 1 件" in page, "whoever is about to return sees how it was ruled before"
    assert "该路段由湖里区养护" in page


def test_what_is_refused_comes_back_with_its_reason_and_with_what_was_typed(at_desk, shift):
    leader, dispatcher = at_desk(Post.SHIFT_LEADER), at_desk(Post.DISPATCHER)
    case = filed_case()
    refused = dispatcher.tries(case, "send_for_correction", grounds="   ")
    assert refused.status_code == 422
    assert "没有办成，所填内容都在" in text_of(refused)

    case = moves.check(moves.order_check(moves.handle(moves.acknowledge(moves.dispatch(case)))))
    refused = leader.tries(case, "close", grounds="已到现场看过")
    assert refused.status_code == 409
    assert "请先确认已达到结案条件" in text_of(refused)
    assert "已到现场看过" in refused.content.decode()

    case = handling_case()
    handler = at_desk(Post.HANDLER, case.unit_code)
    sent = handler.tries(case, "submit_result", words="先存照片", photos="after_photos", seen=case.version + 7)
    assert sent.status_code == 409
    assert "已收到 1 张，不必再传" in text_of(sent), "a photograph need not be sent twice"


def test_of_two_dispatchers_the_second_sees_what_the_first_did_and_loses_nothing(at_desk, shift):
    first, second = at_desk(Post.DISPATCHER), at_desk(Post.DISPATCHER)
    case = filed_case()
    first.moves(case, "dispatch", unit_code=moves.HULI_BUREAU, grounds="")
    lost = second.tries(case, "dispatch", unit_code="", grounds="交思明区更近")
    assert lost.status_code == 409
    said = text_of(lost)
    assert "您看过以后，他人已经改动" in said
    assert "派遣员" in said
    assert "交思明区更近" in lost.content.decode()
    assert f'name="seen" value="{cases.case(case.uid).version}"' in lost.content.decode(), "it may be decided anew"


def test_a_move_that_is_closed_to_a_member_says_why(at_desk, shift):
    case = reported_case()
    page = at_desk(Post.ACCEPTOR).reads(page_of(case))
    assert "此件并非采集员上报，须先派人到现场核实" in page

    handled = moves.handle(moves.acknowledge(dispatched_case()))
    shift.at = max(shift.at, handled.moved_at)
    assert "按立案条件须到现场核查，不能直接通过" in at_desk(Post.DISPATCHER).reads(page_of(handled))


def test_a_limit_that_is_a_slip_of_the_hand_is_not_set(at_desk, shift):
    case = handling_case()
    shift.at = case.moved_at
    leader = at_desk(Post.SHIFT_LEADER)
    for due_at in ("0001-01-01T00:00", "1/1/0001 00:00", "9999-12-31T23:59", "2036-01-01T00:00"):
        tried = leader.tries(case, "supervise", due_at=due_at, grounds="群众反映强烈")
        assert tried.status_code == 422, due_at
        assert "群众反映强烈" in tried.content.decode()
    assert leader.moves(case, "supervise", due_at="2026-12-01T12:00", grounds="群众反映强烈").supervised_at


def test_the_words_of_a_reopening_are_for_those_who_may_read_words(at_desk, shift):
    case = closed_case(contact=Contact("陈小明", "13800001234"))
    (report,) = intake.reports_of(case.uid)
    replies.answer(report.uid, at=case.moved_at + timedelta(hours=1))
    shift.at = case.moved_at + timedelta(hours=2)
    said, seen = "我家在88号502室，摊贩又来了", intake.report(report.uid).version
    operations.reopen_report(report.uid, grounds=said, seen=seen, by=CODE_HOLDER, at=shift.at)
    handler, acceptor = at_desk(Post.HANDLER, case.unit_code), at_desk(Post.ACCEPTOR)
    assert said not in handler.reads(page_of(case))
    assert said not in acceptor.reads(page_of(case))
    assert said in acceptor.reads(f"/desk/reports/{report.number}/")
    assert said not in at_desk(Post.EVALUATOR).reads(f"/desk/reports/{report.number}/")


def test_who_reads_a_report_reads_no_more_of_its_cases_than_anywhere_else(at_desk, shift):
    receipt = moves.report(at=shift.at)
    case = moves.case_of(receipt)
    reader = at_desk(Post.EVALUATOR)
    report = f"/desk/reports/{receipt.number}/"
    assert str(case.uid) in reader.get(report).content.decode()
    seen = people.edition()
    staff_operations.end_grant(Post.EVALUATOR, "case.read", seen=seen, by=GIVES_POWERS, at=shift.at)
    assert str(case.uid) not in reader.get(report).content.decode()


def test_who_was_idle_or_may_not_act_is_not_let_to_a_desk(at_desk, shift):
    acceptor = at_desk(Post.ACCEPTOR)
    assert acceptor.get("/desk/").status_code == 200
    shift.at += timedelta(minutes=29)
    assert acceptor.client.get("/desk/").status_code == 200
    shift.at += timedelta(minutes=31)
    assert acceptor.client.get("/desk/")["Location"] == "/sign-in/?next=%2Fdesk%2F"
    assert acceptor.get("/desk/").status_code == 200
    held = people.appointments(at=shift.at, post=Post.ACCEPTOR)
    (post,) = [one for one in held if one.actor() == acceptor.actor]
    staff.end_appointment(post.uid, at=shift.at)
    assert acceptor.client.get("/desk/")["Location"].startswith("/sign-in/post/")


def test_who_may_not_read_a_case_learns_nothing_of_it(at_desk, shift):
    case = dispatched_case()
    stranger = at_desk(Post.DEPARTMENT_DESK, moves.HULI_BUREAU)
    for nobody_elses in (case.number, str(case.uid), "2026-999999", str(new_id())):
        answers = [
            stranger.get(f"/desk/cases/{nobody_elses}/"),
            stranger.post(f"/desk/cases/{nobody_elses}/moves/acknowledge/", {"seen": "1"}),
        ]
        assert [one.status_code for one in answers] == [403, 403]
        assert all("没有找到，或您无权查看" in text_of(one) for one in answers)
        assert case.unit_code not in answers[0].content.decode()
    assert cases.case(case.uid).state is CaseState.DISPATCHED
    assert Client().get(page_of(case)).status_code == 302, "who is not signed in goes to the sign-in page"


def test_words_and_numbers_of_reporters_are_for_those_who_may_read_them(at_desk, shift):
    receipt = moves.report(text="楼下摊贩吵到半夜", contact=Contact("陈小明", "13800001234"))
    case = moves.case_of(receipt)
    acceptor, evaluator = at_desk(Post.ACCEPTOR), at_desk(Post.EVALUATOR)
    assert "楼下摊贩吵到半夜" in acceptor.reads(page_of(case))
    page = evaluator.reads(page_of(case))
    assert receipt.number in page
    assert "楼下摊贩吵到半夜" not in page

    report = f"/desk/reports/{receipt.number}/"
    assert "13800001234" not in acceptor.reads(report)
    assert "请写明" in text_of(acceptor.post(f"{report}contact/", {"grounds": ""}))
    assert "13800001234" in text_of(acceptor.post(f"{report}contact/", {"grounds": "回电核实地点"}))
    assert "回电核实地点" in acceptor.reads(report), "the look is in the record"
    assert evaluator.post(f"{report}contact/", {"grounds": "想看"}).status_code in {403, 409}
