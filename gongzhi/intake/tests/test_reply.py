"""The answer to a report: called, written, approved by somebody else, sent, and both of its dates."""

from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.audit import queries as audit
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.cases.tests.attempts import jack_of_all_posts
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import (
    AnswerMissing,
    CallerNotContacted,
    CasesStillOpen,
    Contact,
    ExtensionNotLater,
    ExtensionOpen,
    ExtensionsUsedUp,
    ExtensionTooLate,
    NoExtensionOpen,
    NoOuterDeadline,
    ReasonMissing,
    ReplyNotApproved,
)
from gongzhi.intake.states import Channel, ContactOutcome, ReplyState, ReplyWay, ReportKind, ReportState
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.operations import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, replies, staff
from gongzhi.testing.moves import MONDAY_9AM, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CALLER = Contact("陈小明", "13800001234")
DAY = timedelta(days=1)


@pytest.fixture
def complaint(city):
    """A complaint of somebody with a number, whose case is done with."""
    receipt = moves.report(contact=CALLER)
    moves.void(moves.case_of(receipt))
    return receipt.report


@pytest.fixture
def noon():
    return local("2026-11-23 12:00")


def version(report):
    return queries.report(report).version


def test_a_complaint_is_answered_by_four_hands_movements_and_two_people(complaint, noon):
    answered = replies.answer(complaint, at=noon)
    reply = replies.reply_now(complaint)
    assert (answered.state, answered.replied_at) == (ReportState.ANSWERED, noon)
    assert (reply.state, reply.sent_at, reply.way) == (ReplyState.SENT, noon, "phone")
    assert queries.words_of([answered])[complaint]["answer"] == replies.WORDS
    acts = [one.type for one in audit.entries_of(answered.stream)]
    assert acts == ["report.received", "reply.contact", "reply.draft", "reply.approve", "report.answer"]
    assert verify().intact


def test_whoever_left_a_number_is_called_before_anything_is_written(complaint, noon):
    with pytest.raises(CallerNotContacted):
        replies.draft(complaint, at=noon)
    replies.contact(complaint, outcome=ContactOutcome.NO_ANSWER, at=noon)
    assert replies.draft(complaint, at=noon).version == version(complaint)


def test_who_left_no_number_cannot_be_called(noon):
    receipt = moves.report()
    moves.void(moves.case_of(receipt))
    assert replies.draft(receipt.report, at=noon).round == 1


def test_a_city_may_do_without_the_call(complaint, noon):
    replies.set_parameter("reply_contact_first", 0)
    replies.draft(complaint, at=noon)
    assert replies.reply_now(complaint).state is ReplyState.DRAFTED


def test_attempts_are_kept_with_way_and_outcome_and_what_was_said_is_not_in_the_clear(complaint, noon):
    replies.contact(complaint, outcome=ContactOutcome.NO_ANSWER, at=noon)
    replies.contact(complaint, words="来电人要求夜间巡查", at=noon)
    assert [(one.way, one.outcome) for one in queries.attempts_of(complaint)] == [
        ("phone", "no_answer"),
        ("phone", "reached"),
    ]
    last = audit.entries_of(f"report:{complaint}")[-1]
    assert set(last.held) == {"contact_words"}
    assert "夜间" not in repr(last)


def test_nobody_approves_their_own_words(complaint, shift_leader, acceptor, noon):
    replies.contact(complaint, at=noon)
    replies.draft(complaint, at=noon)
    staff.appoint(UUID(acceptor.id), post="shift_leader", unit="centre", at=MONDAY_9AM)
    herself = type(acceptor)(acceptor.id, acceptor.kind, "shift_leader", "centre")
    with pytest.raises(SamePerson):
        replies.approve(complaint, by=herself, at=noon)
    replies.approve(complaint, by=shift_leader, at=noon)


def test_only_the_shift_leader_approves(complaint, dispatcher, noon):
    replies.contact(complaint, at=noon)
    replies.draft(complaint, at=noon)
    with pytest.raises(NotPermitted):
        replies.approve(complaint, by=dispatcher, at=noon)


def test_no_refusal_tells_somebody_else_how_far_an_answer_is(complaint, handler, noon):
    stale = {"seen": 99, "by": handler, "at": noon}
    for attempt in (
        lambda: intake.record_contact(complaint, way=ReplyWay.PHONE, outcome=ContactOutcome.REACHED, **stale),
        lambda: intake.draft_reply(complaint, words="已办", **stale),
        lambda: intake.approve_reply(complaint, **stale),
        lambda: intake.refuse_draft(complaint, grounds="不清楚", **stale),
        lambda: intake.send_reply(complaint, way=ReplyWay.PHONE, **stale),
        lambda: intake.ask_reply_extension(complaint, until=noon + DAY, words="还要一天", **stale),
        lambda: intake.decide_reply_extension(complaint, granted=True, **stale),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_refused_draft_is_written_anew(complaint, shift_leader, noon):
    replies.contact(complaint, at=noon)
    replies.draft(complaint, words="已办", at=noon)
    with pytest.raises(ReasonMissing):
        intake.refuse_draft(complaint, grounds=" ", seen=version(complaint), by=shift_leader, at=noon)
    intake.refuse_draft(complaint, grounds="请写明处理情况", seen=version(complaint), by=shift_leader, at=noon)
    assert replies.reply_now(complaint).state is ReplyState.OWED
    with pytest.raises(MoveNotAllowed):
        replies.approve(complaint, at=noon)
    replies.draft(complaint, at=noon)
    replies.approve(complaint, at=noon)
    assert queries.words_of([replies.send(complaint, at=noon)])[complaint]["answer"] == replies.WORDS


def test_what_is_not_approved_is_not_sent(complaint, acceptor, noon):
    replies.contact(complaint, at=noon)
    replies.draft(complaint, at=noon)
    with pytest.raises(ReplyNotApproved):
        replies.send(complaint, at=noon)
    with pytest.raises(ReplyNotApproved):
        intake.answer_report(complaint, words="别的话", seen=version(complaint), by=acceptor, at=noon)


def test_other_words_than_the_approved_ones_are_not_sent_past_the_approval(complaint, acceptor, noon):
    replies.contact(complaint, at=noon)
    replies.draft(complaint, at=noon)
    replies.approve(complaint, at=noon)
    with pytest.raises(ReplyNotApproved):
        intake.answer_report(complaint, words="别的话", seen=version(complaint), by=acceptor, at=noon)
    assert replies.send(complaint, at=noon).state is ReportState.ANSWERED


@pytest.mark.parametrize(
    ("setting", "kind", "refused"),
    [
        (0, ReportKind.COMPLAINT, False),
        (1, ReportKind.COMPLAINT, True),
        (1, ReportKind.CONSULT, False),
        (2, ReportKind.CONSULT, True),
    ],
)
def test_the_city_says_which_answers_are_approved(setting, kind, refused, acceptor, noon):
    replies.set_parameter("reply_approval", setting)
    receipt = moves.report(kind=kind, contact=CALLER, class_key=moves.STREET_VENDOR if kind.needs_action else None)
    if receipt.case:
        moves.void(moves.case_of(receipt))

    def answer():
        return intake.answer_report(receipt.report, words="已查询", seen=version(receipt.report), by=acceptor, at=noon)

    if refused:
        with pytest.raises(ReplyNotApproved):
            answer()
    else:
        assert answer().state is ReportState.ANSWERED


def test_an_approved_answer_waits_for_the_case(acceptor, noon):
    receipt = moves.report(contact=CALLER)
    replies.contact(receipt.report, at=noon)
    replies.draft(receipt.report, at=noon)
    replies.approve(receipt.report, at=noon)
    with pytest.raises(CasesStillOpen):
        replies.send(receipt.report, at=noon)


def test_an_empty_draft_is_none(complaint, noon):
    replies.contact(complaint, at=noon)
    with pytest.raises(AnswerMissing):
        replies.draft(complaint, words=" \u200b", at=noon)


def test_two_who_write_at_once_do_not_overwrite_each_other(complaint, acceptor, noon):
    seen = replies.contact(complaint, at=noon).version
    intake.draft_reply(complaint, words="甲", seen=seen, by=acceptor, at=noon)
    with pytest.raises(ChangedMeanwhile):
        intake.draft_reply(complaint, words="乙", seen=seen, by=acceptor, at=noon)


# --- the dates ------------------------------------------------------------------------------------------------------


def hotline(**said):
    """A complaint that the hotline sent, and whose case is done with."""
    receipt = moves.report(channel=Channel.HOTLINE_SHEET, contact=CALLER, **said)
    if receipt.case:
        moves.void(moves.case_of(receipt))
    return receipt.report


@pytest.mark.parametrize(
    ("kind", "due"), [(ReportKind.CONSULT, "2026-11-25 09:00"), (ReportKind.COMPLAINT, "2026-11-30 09:00")]
)
def test_a_hotlines_answer_has_an_outer_date_beside_our_own(kind, due):
    report = hotline(kind=kind, class_key=None)
    assert replies.reply_now(report).outer_due_at == local(due)


def test_a_citizens_answer_has_our_date_alone(complaint):
    reply = replies.reply_now(complaint)
    assert (reply.due_at, reply.outer_due_at) == (local("2026-11-30 09:00"), None)


def test_an_answer_in_time_is_late_for_nobody(complaint):
    replies.answer(complaint, at=local("2026-11-30 09:00"))
    intake.tick(local("2026-12-10 09:00"))
    reply = replies.reply_now(complaint)
    assert (reply.late_at, reply.late_post) == (None, "")


@pytest.mark.parametrize(("steps", "held_by"), [(0, "acceptor"), (1, "acceptor"), (2, "shift_leader"), (3, "acceptor")])
def test_a_late_answer_is_held_against_the_post_that_had_it(steps, held_by, complaint):
    done = [replies.contact, replies.draft, replies.approve][:steps]
    for one in done:
        one(complaint, at=local("2026-11-24 09:00"))
    assert intake.tick(local("2026-11-30 09:01")) == 1
    reply = replies.reply_now(complaint)
    assert (reply.late_at, reply.late_post, reply.late_unit) == (local("2026-11-30 09:00"), held_by, "")
    assert intake.tick(local("2026-11-30 09:02")) == 0, "it is marked once"
    assert verify().intact


def test_an_answer_that_is_late_because_a_unit_still_works_is_held_against_the_unit():
    receipt = moves.report(contact=CALLER)
    case = moves.order_verification(moves.case_of(receipt))
    case = moves.acknowledge(moves.dispatch(moves.file(moves.verify(case)), unit=moves.SIMING_BUREAU))
    intake.tick(local("2026-11-30 09:01"))
    reply = replies.reply_now(receipt.report)
    assert (reply.late_post, reply.late_unit) == ("department_desk", moves.SIMING_BUREAU)


def test_an_answer_sent_late_before_the_timer_looked_is_late_all_the_same(complaint):
    replies.answer(complaint, at=local("2026-12-01 10:00"))
    assert replies.reply_now(complaint).late_post == "acceptor"


def ask(report, until, *, at, by=None):
    by = by or moves.member("acceptor")
    return intake.ask_reply_extension(report, until=until, words="需多部门会商", seen=version(report), by=by, at=at)


def decide(report, *, granted, at, until=None, by=None):
    by = by or moves.member("shift_leader")
    return intake.decide_reply_extension(report, granted=granted, until=until, seen=version(report), by=by, at=at)


def test_an_outer_date_is_extended_on_request_and_judged_by_the_new_one(noon):
    report = hotline()
    later = local("2026-12-07 09:00")
    ask(report, later, at=noon)
    intake.tick(local("2026-11-30 10:00"))
    assert replies.reply_now(report).outer_late_post == "acceptor"
    decide(report, granted=True, at=local("2026-11-30 11:00"))
    reply = replies.reply_now(report)
    assert (reply.outer_due_at, reply.extensions, reply.outer_late_at) == (later, 1, None)
    assert reply.late_post == "acceptor", "our own date stands"
    assert verify().intact


def test_a_refused_extension_leaves_the_date_and_does_not_count(noon):
    report = hotline()
    due = replies.reply_now(report).outer_due_at
    ask(report, due + DAY, at=noon)
    decide(report, granted=False, at=noon)
    reply = replies.reply_now(report)
    assert (reply.outer_due_at, reply.extensions, reply.asked_until) == (due, 0, None)
    ask(report, due + DAY, at=noon)


def test_what_cannot_be_extended_is_refused(complaint, noon):
    with pytest.raises(NoOuterDeadline):
        ask(complaint, noon + DAY, at=noon)
    report = hotline()
    due = replies.reply_now(report).outer_due_at
    with pytest.raises(ExtensionNotLater):
        ask(report, due, at=noon)
    with pytest.raises(ExtensionTooLate):
        ask(report, due + DAY, at=due + timedelta(seconds=1))
    with pytest.raises(NoExtensionOpen):
        decide(report, granted=True, at=noon)
    ask(report, due + DAY, at=noon)
    with pytest.raises(ExtensionOpen):
        ask(report, due + 2 * DAY, at=noon)
    decide(report, granted=True, at=noon)
    with pytest.raises(ExtensionsUsedUp):
        ask(report, due + 2 * DAY, at=noon)


def test_what_is_granted_is_later_and_by_another_than_asked_for_it(noon):
    somebody = jack_of_all_posts("9999", name="王全")
    report = hotline()
    due = replies.reply_now(report).outer_due_at
    ask(report, due + DAY, at=noon, by=somebody(Post.ACCEPTOR))
    with pytest.raises(ExtensionNotLater):
        decide(report, granted=True, until=due, at=noon)
    with pytest.raises(SamePerson):
        decide(report, granted=True, at=noon, by=somebody(Post.SHIFT_LEADER))
    decide(report, granted=True, at=noon)
    assert replies.reply_now(report).outer_due_at == due + DAY


def test_the_answers_that_are_due_stand_in_a_list(complaint, noon):
    assert [one.uid for one, _ in queries.replies_due(before=local("2026-11-30 09:00"))] == [complaint]
    assert queries.replies_due(before=local("2026-11-29 09:00")) == []
    replies.answer(complaint, at=noon)
    assert queries.replies_due() == []


def test_a_letter_is_another_way_than_a_call(complaint, acceptor, noon):
    replies.set_parameter("reply_approval", 0)
    intake.answer_report(complaint, words="见信", way=ReplyWay.LETTER, seen=version(complaint), by=acceptor, at=noon)
    assert replies.reply_now(complaint).way == "letter"
