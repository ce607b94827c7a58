"""A reporter's own turns with the query code: add, take back, judge, object."""

from datetime import timedelta
from functools import partial

import pytest

from gongzhi.audit import delivery
from gongzhi.audit import queries as audit
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseState
from gongzhi.cases.tests.attempts import jack_of_all_posts
from gongzhi.evidence import queries as files
from gongzhi.evidence.queries import claim_code
from gongzhi.evidence.rules import FileOfAnother
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import (
    CODE_HOLDER,
    Contact,
    GivenFile,
    NothingSaid,
    NothingToObjectTo,
    ObjectionMadeBefore,
    ObjectionTooLate,
    RatedBefore,
    RatingMissing,
    RatingOffScale,
    ReasonMissing,
)
from gongzhi.intake.states import ContactOutcome, ObjectionState, ReplyState, ReportKind, ReportState
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.operations import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, replies, turns
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CALLER = Contact("陈小明", "13800001234")
LATER = MONDAY_9AM + timedelta(hours=2)


def version(report):
    return queries.report(report).version


# --- supplement -----------------------------------------------------------------------------------------------------


def supplement(report, words="摊贩又来了", *, by=CODE_HOLDER, given=(), at=LATER):
    return intake.supplement_report(report, words=words, files=given, seen=None, by=by, at=at)


def test_a_reporter_adds_words_and_files_while_the_city_is_at_it():
    receipt = moves.report()
    picture = moves.photo(ANONYMOUS_REPORTER)
    supplement(receipt.report, given=[GivenFile(picture, claim_code(picture))])
    assert queries.supplements_of(receipt.report) == [(LATER, "摊贩又来了")]
    assert [one.uid for one in files.files_of(f"report:{receipt.report}")] == [picture]
    assert verify().intact


def test_what_was_said_first_stays_as_it_was_said():
    receipt = moves.report(text="东侧")
    supplement(receipt.report, "西侧")
    supplement(receipt.report, "南侧")
    assert queries.words_of([queries.report(receipt.report)])[receipt.report]["text"] == "东侧"
    assert [words for _, words in queries.supplements_of(receipt.report)] == ["西侧", "南侧"]


def test_an_empty_supplement_a_foreign_file_and_an_ended_report_are_refused():
    receipt = moves.report()
    with pytest.raises(NothingSaid):
        supplement(receipt.report, " ")
    picture = moves.photo(ANONYMOUS_REPORTER)
    with pytest.raises(FileOfAnother):
        supplement(receipt.report, given=[GivenFile(picture, "0" * 64)])
    intake.withdraw_report(receipt.report, seen=1, by=CODE_HOLDER, at=LATER)
    with pytest.raises(MoveNotAllowed):
        supplement(receipt.report)


def test_whoever_holds_no_code_adds_nothing(handler):
    receipt = moves.report()
    for stranger in (ANONYMOUS_REPORTER, handler):
        with pytest.raises(NotPermitted):
            supplement(receipt.report, by=stranger)


def test_no_refusal_tells_somebody_else_how_far_a_report_is(handler):
    receipt = moves.report()
    report, case, stale = receipt.report, moves.case_of(receipt).uid, {"seen": 99, "by": handler, "at": LATER}
    for attempt in (
        lambda: intake.supplement_report(report, words="又来了", **stale),
        lambda: intake.withdraw_report(report, **stale),
        lambda: intake.rate_report(report, result=5, service=5, by=handler, at=LATER),
        lambda: intake.call_back(report, outcome=ContactOutcome.REACHED, result=5, **stale),
        lambda: intake.reopen_report(report, grounds="没有解决", **stale),
        lambda: intake.object_to_refusal(report, case_id=case, grounds="应当受理", **stale),
        lambda: intake.decide_objection(report, case_id=case, upheld=True, grounds="应当受理", **stale),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_the_acceptor_enters_what_a_caller_adds_on_the_callers_behalf(acceptor):
    receipt = moves.report()
    supplement(receipt.report, by=acceptor)
    last = audit.entries_of(f"report:{receipt.report}")[-1]
    assert (last.actor.id, last.actor.on_behalf_of) == (acceptor.id, "reporter")


# --- withdraw -------------------------------------------------------------------------------------------------------


def withdraw(report, *, by=CODE_HOLDER, at=LATER):
    return intake.withdraw_report(report, words="已自行解决", seen=version(report), by=by, at=at)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_case_that_is_not_filed_is_void_with_its_only_report(steps):
    receipt = moves.report(contact=CALLER)
    case = moves.case_of(receipt)
    for step in (moves.order_verification, moves.verify)[:steps]:
        case = step(case)
    withdrawn = withdraw(receipt.report, at=case.moved_at + timedelta(minutes=1))
    assert (withdrawn.state, withdrawn.reply_owed) == (ReportState.WITHDRAWN, False)
    assert moves.now(case).state is CaseState.VOID
    assert replies.reply_now(receipt.report).state is ReplyState.DROPPED
    assert verify().intact


@pytest.mark.parametrize("step", [lambda case: case, turns.send_for_correction])
def test_a_filed_case_goes_on_without_its_report_also_while_it_is_put_right(filed_case, step):
    case = step(filed_case)
    report = queries.reports_of(case.uid)[0]
    withdraw(report.uid, at=case.moved_at)
    assert moves.now(case) == case


def test_a_case_that_others_reported_too_goes_on_until_the_last_one_withdraws(acceptor):
    receipts = [moves.report(text="东侧"), moves.report(kind=ReportKind.CONSULT, class_key=None, text="西侧")]
    case = moves.case_of(receipts[0])
    intake.link_report(receipts[1].report, case_id=case.uid, seen=1, by=acceptor, at=MONDAY_9AM)
    withdraw(receipts[0].report)
    assert moves.now(case).state is CaseState.REPORTED
    withdraw(receipts[1].report)
    assert moves.now(case).state is CaseState.VOID


def test_nobody_waits_for_the_answer_to_a_withdrawn_report():
    receipt = moves.report(contact=CALLER)
    withdraw(receipt.report)
    assert intake.tick(MONDAY_9AM + timedelta(days=30)) == 0
    assert queries.replies_due() == []
    with pytest.raises(MoveNotAllowed):
        replies.draft(receipt.report, at=LATER)


def test_a_report_is_withdrawn_once_and_on_the_version_that_was_seen():
    receipt = moves.report()
    supplement(receipt.report)
    with pytest.raises(ChangedMeanwhile):
        intake.withdraw_report(receipt.report, seen=1, by=CODE_HOLDER, at=LATER)
    withdraw(receipt.report)
    with pytest.raises(MoveNotAllowed):
        withdraw(receipt.report)


def test_hearing_of_the_void_case_afterwards_changes_nothing():
    receipt = moves.report()
    withdrawn = withdraw(receipt.report)
    delivery.deliver_all(clock=lambda: LATER)
    assert queries.report(receipt.report) == withdrawn


# --- satisfaction ---------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(city):
    receipt = moves.report(contact=CALLER)
    moves.void(moves.case_of(receipt))
    replies.answer(receipt.report, at=LATER)
    return receipt.report


def rate(report, result=2, service=5, *, by=CODE_HOLDER):
    return intake.rate_report(report, result=result, service=service, words="人来过，摊还在", by=by, at=LATER)


def test_result_and_service_are_judged_apart(answered):
    rate(answered)
    assert [(one.through, one.result, one.service) for one in queries.ratings_of(answered)] == [("reporter", 2, 5)]
    assert verify().intact


def test_either_may_be_left_out_and_not_both(answered):
    with pytest.raises(RatingMissing):
        rate(answered, None, None)
    rate(answered, None, 4)
    assert queries.ratings_of(answered)[0].result is None


@pytest.mark.parametrize("off", [0, 6, -1])
def test_a_rating_off_the_scale_is_refused(off, answered):
    with pytest.raises(RatingOffScale):
        rate(answered, off, 3)


def test_an_answer_is_judged_once_by_its_reporter_and_once_by_a_call(answered, acceptor):
    rate(answered)
    with pytest.raises(RatedBefore):
        rate(answered)
    reached = ContactOutcome.REACHED
    intake.call_back(answered, outcome=reached, result=3, service=3, seen=version(answered), by=acceptor, at=LATER)
    assert [one.through for one in queries.ratings_of(answered)] == ["reporter", "call_back"]


def test_who_was_not_reached_by_the_call_has_said_nothing(answered, acceptor):
    call = partial(intake.call_back, answered, outcome=ContactOutcome.NO_ANSWER, by=acceptor, at=LATER)
    call(seen=version(answered))
    with pytest.raises(RatingMissing):
        call(result=5, seen=version(answered))
    with pytest.raises(RatingMissing):
        intake.call_back(answered, outcome=ContactOutcome.REACHED, seen=version(answered), by=acceptor, at=LATER)
    assert queries.ratings_of(answered) == []
    assert audit.entries_of(f"report:{answered}")[-1].facts["outcome"] == "no_answer"


def test_nothing_is_judged_before_it_is_answered():
    with pytest.raises(MoveNotAllowed):
        rate(moves.report().report)


def test_no_member_judges_in_the_reporters_name(answered, acceptor):
    with pytest.raises(NotPermitted):
        rate(answered, by=acceptor)


# --- objection ------------------------------------------------------------------------------------------------------


@pytest.fixture
def refused():
    receipt = moves.report(contact=CALLER)
    return receipt.report, moves.refuse(moves.case_of(receipt), at=MONDAY_9AM + timedelta(hours=1)).uid


def object_(report, case, *, grounds="这里就是城管的职责", at=LATER):
    return intake.object_to_refusal(report, case_id=case, grounds=grounds, seen=version(report), by=CODE_HOLDER, at=at)


def decide(report, case, *, upheld, by=None, grounds="经复核", at=LATER):
    by = by or moves.member("shift_leader")
    return intake.decide_objection(
        report, case_id=case, upheld=upheld, grounds=grounds, seen=version(report), by=by, at=at
    )


def test_a_refused_objection_leaves_everything_and_tells_the_reporter_why(refused):
    report, case = refused
    object_(report, case)
    assert queries.objections_of(report)[0].state is ObjectionState.MADE
    decide(report, case, upheld=False, grounds="属住建部门职责，已告知")
    (objection,) = queries.objections_of(report)
    assert (objection.state, objection.decision) == (ObjectionState.REFUSED, "属住建部门职责，已告知")
    assert cases.case(case).state is CaseState.NOT_ACCEPTED
    assert verify().intact


def test_an_objection_is_made_once_in_time_with_grounds_against_a_refusal(refused):
    report, case = refused
    with pytest.raises(ReasonMissing):
        object_(report, case, grounds="")
    with pytest.raises(ObjectionTooLate):
        object_(report, case, at=LATER + timedelta(days=31))
    other = moves.report()
    with pytest.raises(NothingToObjectTo):
        object_(other.report, other.case)
    with pytest.raises(NothingToObjectTo):
        object_(other.report, case)
    object_(report, case)
    with pytest.raises(ObjectionMadeBefore):
        object_(report, case)


def test_only_the_shift_leader_decides_on_an_objection_and_once(refused, acceptor):
    report, case = refused
    object_(report, case)
    with pytest.raises(NotPermitted):
        decide(report, case, upheld=False, by=acceptor)
    with pytest.raises(ReasonMissing):
        decide(report, case, upheld=False, grounds=" ")
    decide(report, case, upheld=False)
    with pytest.raises(MoveNotAllowed):
        decide(report, case, upheld=True)


def test_whoever_did_not_accept_a_matter_decides_neither_way_on_the_objection():
    somebody = jack_of_all_posts("9999", name="王全")
    receipt = moves.report(contact=CALLER)
    moves.refuse(moves.case_of(receipt), by=somebody(Post.ACCEPTOR))
    object_(receipt.report, receipt.case)
    for upheld in (True, False):
        with pytest.raises(SamePerson):
            decide(receipt.report, receipt.case, upheld=upheld, by=somebody(Post.SHIFT_LEADER))
    decide(receipt.report, receipt.case, upheld=False)


def test_an_objection_that_nobody_decides_on_is_late(refused):
    report, case = refused
    object_(report, case)
    assert not queries.objections_of(report)[0].is_late
    intake.tick(LATER + timedelta(days=8))
    assert queries.objections_of(report)[0].is_late
    assert verify().intact


def test_a_reporter_sees_objection_and_rating_with_the_code(refused):
    report, case = refused
    object_(report, case)
    row = queries.report(report)
    told = queries.follow(row.number, code=queries.code_of(report))
    assert (told.version, [one.case for one in told.objections], told.rating) == (row.version, [case], None)
