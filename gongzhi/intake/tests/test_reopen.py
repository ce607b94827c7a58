"""A matter that goes on: reopened by its reporter, or taken up again after an upheld objection."""

from datetime import timedelta

import pytest

from gongzhi.audit import delivery
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.cases.states import CaseState
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.erasure import erase_report
from gongzhi.intake.rules import CODE_HOLDER, Contact, NothingToReopen, ReasonMissing
from gongzhi.intake.states import ErasureRule, ObjectionState, Part, ReplyState, ReportState, SheetState
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import cases, moves, replies
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.news import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CALLER = Contact("陈小明", "13800001234")
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def closed(city):
    """A closed case, whose reporter was answered."""
    case = cases.closed_case(contact=CALLER)
    report = queries.reports_of(case.uid)[0]
    replies.answer(report.uid, at=case.moved_at + AN_HOUR)
    return case


def reopen(case, *, grounds="摊贩又来了", by=CODE_HOLDER, seen=None):
    (report,) = queries.reports_of(case.uid)
    at = case.moved_at + 2 * AN_HOUR
    return intake.reopen_report(
        report.uid, grounds=grounds, seen=report.version if seen is None else seen, by=by, at=at
    )


def test_what_is_not_solved_goes_back_to_its_unit_and_an_answer_is_owed_again(closed):
    report = reopen(closed)
    assert (report.state, report.round, report.replied_at) == (ReportState.RECEIVED, 2, None)
    assert moves.now(closed).state is CaseState.REWORK
    assert [one.state for one in queries.replies_of(report.uid)] == [ReplyState.SENT, ReplyState.OWED]
    assert verify().intact


def test_the_words_of_a_reporter_stand_with_their_report_alone_and_are_erased_with_it(closed):
    said = "我家在88号502室，陈小明"
    row = reopen(closed, grounds=said)
    case = moves.now(closed)
    assert queries.reopenings_of(row.uid) == [(case.moved_at, said)]
    opened = audit_queries.entries_of(case.stream)[-1]
    assert (opened.type, opened.facts["report"]) == ("case.reopen_by_reporter", row.number)
    assert said not in str(audit_queries.held_by_entry(case.stream, names=["grounds", "words"]))
    erase_report(
        row.uid,
        parts=[Part.WORDS],
        rule=ErasureRule.CONSENT_WITHDRAWN,
        grounds="本人要求",
        seen=row.version,
        by=moves.member("audit_administrator"),
        at=case.moved_at + AN_HOUR,
    )
    assert queries.reopenings_of(row.uid) == []


def test_after_the_rework_it_is_answered_and_judged_once_more(closed):
    (report,) = queries.reports_of(closed.uid)
    intake.rate_report(report.uid, result=1, service=3, by=CODE_HOLDER, at=closed.moved_at + AN_HOUR)
    reopen(closed)
    again = moves.close(moves.check(moves.order_check(moves.handle(moves.now(closed)))))
    delivery.deliver_all(clock=lambda: again.moved_at)
    replies.answer(report.uid, at=again.moved_at + AN_HOUR)
    intake.rate_report(report.uid, result=5, service=5, by=CODE_HOLDER, at=again.moved_at + 2 * AN_HOUR)
    assert [(one.round, one.result) for one in queries.ratings_of(report.uid)] == [(1, 1), (2, 5)]
    assert verify().intact


def test_reopening_needs_grounds_the_code_and_what_was_seen(closed, handler):
    with pytest.raises(ReasonMissing):
        reopen(closed, grounds=" ")
    with pytest.raises(NotPermitted):
        reopen(closed, by=handler)
    with pytest.raises(ChangedMeanwhile):
        reopen(closed, seen=1)
    assert moves.now(closed) == closed


def test_what_is_still_open_or_never_was_a_case_is_not_reopened(closed):
    receipt = moves.report()
    with pytest.raises(MoveNotAllowed):
        intake.reopen_report(receipt.report, grounds="没人来", seen=1, by=CODE_HOLDER, at=MONDAY_9AM)
    ended = moves.void(moves.case_of(receipt))
    delivery.deliver_all(clock=lambda: ended.moved_at)
    report = queries.report(receipt.report)
    with pytest.raises(NothingToReopen):
        intake.reopen_report(report.uid, grounds="没人来", seen=report.version, by=CODE_HOLDER, at=ended.moved_at)


def test_an_upheld_objection_takes_the_case_and_its_report_up_again(shift_leader):
    receipt = moves.report(contact=CALLER)
    case = moves.refuse(moves.case_of(receipt))
    replies.answer(receipt.report, at=case.moved_at + AN_HOUR)
    at = case.moved_at + 2 * AN_HOUR
    seen = queries.report(receipt.report).version
    row = intake.object_to_refusal(
        receipt.report, case_id=case.uid, grounds="就是城管的事", seen=seen, by=CODE_HOLDER, at=at
    )
    row = intake.decide_objection(
        receipt.report, case_id=case.uid, upheld=True, grounds="经复核属实", seen=row.version, by=shift_leader, at=at
    )
    assert (row.state, row.round, moves.now(case).state) == (ReportState.RECEIVED, 2, CaseState.REPORTED)
    assert queries.objections_of(receipt.report)[0].state is ObjectionState.UPHELD
    assert verify().intact


def test_a_work_sheet_whose_report_is_reopened_is_ours_again():
    from gongzhi.cases import operations as case_operations
    from gongzhi.intake.queries import sheets

    uid = replies.take(replies.work_sheet()).sheet
    (case,) = queries.cases_of(sheets.sheet(uid).report)
    acceptor = moves.member("acceptor")
    case = case_operations.classify_case(
        case.uid, class_key=moves.STREET_VENDOR, seen=case.version, by=acceptor, at=case.moved_at
    )
    case = moves.dispatch(moves.file(moves.verify(moves.order_verification(case))))
    case = moves.close(moves.check(moves.order_check(moves.handle(moves.acknowledge(case)))))
    replies.answer(sheets.sheet(uid).report, at=case.moved_at + AN_HOUR)
    assert sheets.sheet(uid).state is SheetState.ANSWERED
    reopen(case)
    assert (sheets.sheet(uid).state, sheets.sheet(uid).answered_at) == (SheetState.ACKNOWLEDGED, None)


def test_acknowledging_a_work_sheet_of_the_police_makes_its_case_urgent_under_their_number(acceptor):
    from gongzhi.audit import queries as audit

    sheet = replies.take(replies.work_sheet(linkage_no="110-7"), neighbour="110")
    (case,) = queries.cases_of(_report_of(sheet.sheet))
    intake.acknowledge_sheet(sheet.sheet, seen=1, by=acceptor, at=MONDAY_9AM + AN_HOUR)
    last = audit.entries_of(case.stream)[-1]
    assert last.type == "case.mark_urgent"
    assert "110-7" in repr((last.facts, last.rows))


def _report_of(sheet):
    from gongzhi.intake.queries import sheets

    return sheets.sheet(sheet).report


def test_whoever_else_reported_the_matter_is_owed_an_answer_again_when_one_of_them_has_it_taken_up():
    """Merged while it was reported; then closed and reopened by one, or refused and the objection of one upheld."""
    for ends, goes_on in ((_close_and_answer, reopen_one), (_refuse, object_and_uphold)):
        mine, other = moves.report(contact=CALLER), moves.report(contact=CALLER)
        source, target = moves.case_of(mine), moves.case_of(other)
        seen = {"seen": source.version, "seen_target": target.version}
        acceptor = moves.member("acceptor")
        intake.merge_case_into(source.uid, into=target.uid, **seen, by=acceptor, at=target.moved_at)
        at = ends(moves.now(target), reports=(mine.report, other.report))
        deliver(at)
        before = queries.report(mine.report)
        assert before.state in {ReportState.ANSWERED, ReportState.SETTLED}
        goes_on(moves.now(target), other.report, at=at + AN_HOUR)
        deliver(at)
        after = [queries.report(one.report) for one in (mine, other)]
        assert [one.state for one in after] == [ReportState.RECEIVED] * 2
        assert after[0].round == before.round + 1
    assert verify().intact


def _close_and_answer(case, *, reports):
    seen_so = moves.verify(moves.order_verification(case))
    handled = moves.handle(moves.acknowledge(moves.dispatch(moves.file(seen_so))))
    closed = moves.close(moves.check(moves.order_check(handled)))
    for one in reports:
        replies.answer(one, at=closed.moved_at + AN_HOUR)
    return closed.moved_at + AN_HOUR


def _refuse(case, *, reports):
    refused = moves.refuse(case)
    for one in reports:
        replies.answer(one, at=refused.moved_at + AN_HOUR)
    return refused.moved_at + AN_HOUR


def reopen_one(case, report, *, at):
    seen = queries.report(report).version
    intake.reopen_report(report, grounds="摊贩又来了", seen=seen, by=CODE_HOLDER, at=at)


def object_and_uphold(case, report, *, at):
    said = {"case_id": case.uid, "grounds": "占道属实", "at": at}
    intake.object_to_refusal(report, seen=queries.report(report).version, by=CODE_HOLDER, **said)
    seen = queries.report(report).version
    intake.decide_objection(report, upheld=True, seen=seen, by=moves.member("shift_leader"), **said)
