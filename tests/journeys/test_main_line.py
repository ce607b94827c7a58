"""From a report to a closed case, step by step."""

from datetime import timedelta

import pytest

from gongzhi.audit import delivery
from gongzhi.audit.verify import verify
from gongzhi.cases import queries as case_queries
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as reports
from gongzhi.intake.rules import Contact
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def deliver(at):
    delivery.deliver_all(clock=lambda: at)
    assert delivery.dead_letters() == []


def test_a_citizens_complaint_goes_the_whole_way_and_is_reworked_once(monday_9am):
    receipt = moves.report(text="路口有游商", at=monday_9am)
    case = moves.case_of(receipt)
    assert case.state is CaseState.REPORTED

    case = moves.order_verification(case, at=local("2026-11-23 09:05"))
    assert case.state is CaseState.VERIFYING
    case = moves.verify(case, at=local("2026-11-23 09:30"))
    assert case.state is CaseState.ACCEPTED

    case = moves.file(case, condition=moves.VENDOR_BY_DAY, at=local("2026-11-23 09:40"))
    assert case.number == "2026-000001"
    case = moves.dispatch(case, at=local("2026-11-23 09:45"))
    assert (case.unit_code, case.due_at) == (moves.SIMING_BUREAU, local("2026-11-23 11:45"))

    case = moves.acknowledge(case, at=local("2026-11-23 09:50"))
    case = moves.submit(case, at=local("2026-11-23 10:30"))
    assert case.state is CaseState.HANDLING
    case = moves.confirm(case, at=local("2026-11-23 10:45"))
    assert case.state is CaseState.HANDLED

    case = moves.order_check(case, at=local("2026-11-23 10:50"))
    case = moves.check(case, passed=False, words="摊贩还在", at=local("2026-11-23 11:10"))
    assert (case.state, case.rework_count) == (CaseState.REWORK, 1)

    case = moves.submit(case, at=local("2026-11-23 11:30"))
    case = moves.confirm(case, at=local("2026-11-23 11:40"))
    case = moves.order_check(case, at=local("2026-11-23 11:45"))
    case = moves.check(case, passed=True, at=local("2026-11-23 12:00"))
    assert case.state is CaseState.CHECK_PASSED

    case = moves.close(case, at=local("2026-11-23 14:10"))
    assert (case.state, case.closing_type) == (CaseState.CLOSED, ClosingType.NORMAL)

    deliver(local("2026-11-23 14:11"))
    assert reports.report(receipt.report).state is ReportState.SETTLED
    assert [stage.stage for stage in case_queries.stages(case.uid)] == [
        "accept",
        "verify",
        "file",
        "dispatch",
        "acknowledge",
        "dispose",
        "review",
        "check",
        "rework",
        "review",
        "check",
        "close",
    ]
    assert verify().intact


def test_goods_outside_a_shop_are_passed_from_the_photographs_and_the_reporter_is_answered(monday_9am):
    receipt = moves.report(
        class_key=moves.GOODS_OUTSIDE_A_SHOP, contact=Contact("陈小明", "13800001234"), at=monday_9am
    )
    case = moves.verify(moves.order_verification(moves.case_of(receipt)))
    case = moves.dispatch(moves.file(case, condition=moves.GOODS_ON_THE_PAVEMENT))
    case = moves.pass_from_desk(moves.handle(moves.acknowledge(case)))
    case = moves.close(case)
    assert case.state is CaseState.CLOSED

    deliver(case.moved_at)
    report = reports.report(receipt.report)
    assert report.state is ReportState.RECEIVED, "an answer is owed, so the report is still open"
    answered = replies.answer(report.uid, words="店家已收回商品。", at=case.moved_at + timedelta(hours=1))
    assert answered.state is ReportState.ANSWERED
    assert verify().intact


def test_a_question_is_answered_and_opens_no_case(acceptor, monday_9am):
    receipt = moves.report(kind=ReportKind.CONSULT, text="夜市几点收摊？", class_key=None, at=monday_9am)
    assert receipt.case is None

    report = reports.report(receipt.report)
    assert report.reply_due_at == local("2026-11-25 09:00")
    intake.answer_report(
        report.uid, words="晚上十一点。", seen=report.version, by=acceptor, at=monday_9am + timedelta(hours=1)
    )

    followed = reports.follow(receipt.number, code=receipt.query_code)
    assert (followed.state, followed.answer, followed.cases) == (ReportState.ANSWERED, "晚上十一点。", [])
    assert verify().intact


def test_what_a_visit_does_not_confirm_is_not_accepted_and_its_report_ends(monday_9am):
    receipt = moves.report(at=monday_9am)
    case = moves.order_verification(moves.case_of(receipt))
    case = moves.verify(case, confirmed=False)
    case = moves.refuse(case, grounds="现场未发现")
    assert case.state is CaseState.NOT_ACCEPTED

    deliver(case.moved_at)
    assert reports.report(receipt.report).state is ReportState.SETTLED
    assert verify().intact
