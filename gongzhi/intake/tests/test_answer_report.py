"""Answering, releasing, linking, settling."""

from datetime import timedelta

import pytest

from gongzhi.audit import delivery
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import AnswerMissing, CasesStillOpen, Contact, TextTooLong, TextUnreadable
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import NotPermitted
from gongzhi.scenarios.founding import IMPORTER
from gongzhi.testing import moves, replies
from gongzhi.testing.cases import closed_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def question(city):
    return queries.report(moves.report(kind=ReportKind.CONSULT, class_key=None, text="几点收摊？").report)


@pytest.fixture
def an_hour_later(monday_9am):
    return monday_9am + timedelta(hours=1)


def answer(report, *, by, at, words="晚上十一点。"):
    return intake.answer_report(report.uid, words=words, seen=report.version, by=by, at=at)


def test_an_answered_question_is_at_its_end(question, acceptor, an_hour_later):
    answered = answer(question, by=acceptor, at=an_hour_later)
    assert answered.state is ReportState.ANSWERED
    assert (answered.replied_at, answered.ended_at) == (an_hour_later, an_hour_later)
    assert queries.words_of([answered])[answered.uid]["answer"] == "晚上十一点。"


def test_a_report_is_answered_once(question, acceptor, an_hour_later):
    answered = answer(question, by=acceptor, at=an_hour_later)
    with pytest.raises(MoveNotAllowed):
        answer(answered, by=acceptor, at=an_hour_later)


@pytest.mark.parametrize(
    ("words", "refusal"), [(" ", AnswerMissing), ("答" * 20_001, TextTooLong), ("\ud800", TextUnreadable)]
)
def test_an_answer_needs_words(words, refusal, question, acceptor, an_hour_later):
    with pytest.raises(refusal):
        answer(question, by=acceptor, at=an_hour_later, words=words)
    assert queries.report(question.uid) == question


def test_only_an_acceptor_answers(question, handler, an_hour_later):
    with pytest.raises(NotPermitted):
        answer(question, by=handler, at=an_hour_later)


def test_a_complaint_is_not_answered_while_its_case_is_still_open(acceptor, an_hour_later):
    complaint = queries.report(moves.report().report)
    with pytest.raises(CasesStillOpen):
        answer(complaint, by=acceptor, at=an_hour_later)
    assert queries.report(complaint.uid) == complaint


def test_an_importer_tells_what_was_answered_elsewhere_although_the_case_is_still_open(an_hour_later):
    complaint = queries.report(moves.report().report)
    assert answer(complaint, by=IMPORTER, at=an_hour_later).state is ReportState.ANSWERED


def test_two_answers_at_once_are_one(question, acceptor, an_hour_later):
    answer(question, by=acceptor, at=an_hour_later)
    with pytest.raises(ChangedMeanwhile):
        answer(question, by=acceptor, at=an_hour_later)


def test_an_answer_to_nothing_is_not_found(acceptor, an_hour_later):
    with pytest.raises(NotFound):
        intake.answer_report(new_id(), words="好", seen=1, by=acceptor, at=an_hour_later)
    for unknown in (new_id(), "no id at all"):
        with pytest.raises(NotFound):
            queries.report(unknown)


def test_words_are_private_until_the_shift_leader_releases_them(question, shift_leader, acceptor, an_hour_later):
    assert not question.is_released
    with pytest.raises(NotPermitted):
        intake.release_report(question.uid, seen=question.version, by=acceptor, at=an_hour_later)
    released = intake.release_report(question.uid, seen=question.version, by=shift_leader, at=an_hour_later)
    assert (released.is_released, released.state) == (True, question.state)


# --- reports and cases, n to m --------------------------------------------------------------------------------------


def link(report, case, *, by, at):
    return intake.link_report(report.uid, case_id=case.uid, seen=report.version, by=by, at=at)


def test_two_reports_belong_to_one_case_and_one_report_to_two(acceptor, monday_9am):
    receipts = [moves.report(text="东侧"), moves.report(text="西侧")]
    first, second = (queries.report(one.report) for one in receipts)
    case = moves.case_of(receipts[0])
    linked = link(second, case, by=acceptor, at=monday_9am)
    assert {one.uid for one in queries.cases_of(second.uid)} == {case.uid, receipts[1].case}
    assert [one.uid for one in queries.reports_of(case.uid)] == [first.uid, second.uid]

    link(linked, case, by=acceptor, at=monday_9am)
    assert len(queries.cases_of(second.uid)) == 2, "linking again adds no second link"
    assert verify().intact


def test_a_report_is_not_linked_to_a_case_that_does_not_exist(question, acceptor, monday_9am):
    with pytest.raises(NotFound):
        intake.link_report(question.uid, case_id=new_id(), seen=question.version, by=acceptor, at=monday_9am)


def deliver(at):
    return delivery.deliver_all(clock=lambda: at)


def state_of(receipt):
    return queries.report(receipt.report).state


def test_a_report_ends_with_the_last_of_its_cases(acceptor, monday_9am):
    receipt = moves.report(text="东侧")
    other = closed_case()
    mine = moves.case_of(receipt)
    link(queries.report(receipt.report), other, by=acceptor, at=monday_9am)
    deliver(other.moved_at)
    assert state_of(receipt) is ReportState.RECEIVED

    ended = moves.void(mine)
    deliver(ended.moved_at)
    assert state_of(receipt) is ReportState.SETTLED
    assert queries.report(receipt.report).ended_at == ended.moved_at


def test_a_report_linked_to_an_ended_case_ends_when_nothing_else_is_open(acceptor):
    receipt, other = moves.report(), closed_case()
    ended = moves.void(moves.case_of(receipt))
    linked = link(queries.report(receipt.report), other, by=acceptor, at=ended.moved_at)
    assert (linked.state, linked.ended_at) == (ReportState.SETTLED, ended.moved_at)
    assert verify().intact


def test_all_reports_of_a_case_end_with_it(acceptor, monday_9am):
    receipts = [moves.report(), moves.report(kind=ReportKind.CONSULT, class_key=None)]
    case = moves.case_of(receipts[0])
    link(queries.report(receipts[1].report), case, by=acceptor, at=monday_9am)
    ended = moves.void(case)
    deliver(ended.moved_at)
    assert [state_of(one) for one in receipts] == [ReportState.SETTLED, ReportState.RECEIVED], "one is owed an answer"


def test_a_report_that_is_owed_an_answer_waits_for_it():
    receipt = moves.report(contact=Contact("陈小明", "13800001234"))
    ended = moves.void(moves.case_of(receipt))
    deliver(ended.moved_at)
    assert state_of(receipt) is ReportState.RECEIVED
    answered = replies.answer(receipt.report, at=ended.moved_at + timedelta(hours=1))
    assert answered.state is ReportState.ANSWERED


def test_a_settled_report_may_still_be_answered():
    receipt = moves.report()
    ended = moves.void(moves.case_of(receipt))
    deliver(ended.moved_at)
    answered = replies.answer(receipt.report, at=ended.moved_at + timedelta(days=1))
    assert answered.state is ReportState.ANSWERED
    assert answered.ended_at == ended.moved_at


def test_hearing_twice_that_a_case_ended_changes_nothing():
    receipt = moves.report()
    ended = moves.void(moves.case_of(receipt))
    assert intake.settle_reports_of(ended.uid, at=ended.moved_at) == 1
    settled = queries.report(receipt.report)
    assert intake.settle_reports_of(ended.uid, at=ended.moved_at) == 0
    assert queries.report(receipt.report) == settled
