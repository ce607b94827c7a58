"""A neighbour's work sheet from its arrival to its end."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from gongzhi.audit import queries as audit
from gongzhi.audit.operations import recording_as
from gongzhi.audit.states import Origin
from gongzhi.audit.verify import verify
from gongzhi.calendars import queries as calendars
from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort
from gongzhi.cases import operations as cases
from gongzhi.cases.states import CaseState
from gongzhi.intake import erasure, queries
from gongzhi.intake import operations as intake
from gongzhi.intake.models import SheetSending
from gongzhi.intake.queries import sheets as sheet_queries
from gongzhi.intake.rules import (
    ReasonMissing,
    SheetEditionOld,
    SheetMessageNotOurs,
    SheetRepeatedOtherContent,
    SheetReturnedBefore,
    SheetReturnTooLate,
    SheetUnderWay,
    SheetUnknown,
    WordsSecret,
)
from gongzhi.intake.states import ErasureRule, Part, ReplyState, ReportKind, ReportState, SheetMessageKind, SheetState
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.operations import NotPermitted
from gongzhi.places.states import PlaceState
from gongzhi.testing import moves, replies, turns
from gongzhi.testing.moves import MONDAY_9AM, local
from gongzhi.testing.races import at_once, while_the_first_has_not_finished
from gongzhi.testing.replies import take, work_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DEADLINE = local("2026-11-27 18:00")
LATER = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def sheet(city):
    return take(work_sheet(deadline=DEADLINE)).sheet


def view(sheet):
    return sheet_queries.sheet(sheet)


def report_of(sheet):
    return queries.report(view(sheet).report)


def acknowledge(sheet, *, by=None, at=LATER):
    return intake.acknowledge_sheet(sheet, seen=view(sheet).version, by=by or moves.member("acceptor"), at=at)


def give_back(sheet, *, reason="属住建部门职责", by=None, at=LATER):
    by = by or moves.member("acceptor")
    return intake.return_sheet(sheet, reason=reason, seen=view(sheet).version, by=by, at=at)


def kinds(sheet):
    return [one.kind.value for one in sheet_queries.messages(sheet=sheet)]


def told_last(sheet):
    return sheet_queries.told_by(sheet_queries.messages(sheet=sheet)[-1].uid)


def later_message(kind, version=2, **said):
    return replace(work_sheet(), version=version, message=kind, **said)


# --- taking it in ---------------------------------------------------------------------------------------------------


def test_a_work_sheet_becomes_a_report_with_the_neighbours_date(sheet):
    row, report = view(sheet), report_of(sheet)
    assert (row.state, row.neighbour, row.deadline_at) == (SheetState.RECEIVED, "12345", DEADLINE)
    assert (report.kind, report.channel, report.reply_owed) == (ReportKind.COMPLAINT, "hotline_sheet", True)
    assert queries.replies_of(report.uid)[0].outer_due_at == DEADLINE
    assert queries.cases_of(report.uid)[0].state is CaseState.REPORTED
    assert verify().intact


def test_no_word_of_the_caller_stands_in_the_clear_and_none_twice(sheet):
    entries = audit.entries_of(f"sheet:{sheet}")
    assert all(word not in repr(entries) for word in ("陈小明", "13800001234", "中山路口", "摊贩"))
    held = audit.held_values([f"sheet:{sheet}"], names=["content", "title", "caller_name", "phone", "address"])
    assert held == {}
    assert queries.words_of([report_of(sheet)])[view(sheet).report]["text"] == "人行道上有流动摊贩占道经营"


def test_the_same_work_sheet_again_gets_the_same_answer():
    first, again = take(), take(at=LATER)
    assert (first.repeated, again.repeated) == (False, True)
    assert replace(again, repeated=False) == first
    assert len(queries.page()) == 1


def test_a_work_sheet_sent_twice_with_another_content_is_refused():
    first = take()
    with pytest.raises(SheetRepeatedOtherContent) as refused:
        take(work_sheet(content="别的事"))
    assert refused.value.facts == {"sheet": first.sheet_no, "version": 1}
    assert len(queries.page()) == 1
    assert verify().intact


def test_two_neighbours_may_number_alike():
    assert take().sheet != take(neighbour="110").sheet


def test_a_place_that_cannot_be_does_not_turn_a_work_sheet_away():
    receipt = take(work_sheet(lon=24.46, lat=118.09))
    assert report_of(receipt.sheet).place_state == PlaceState.IMPOSSIBLE


def test_a_consultation_opens_no_case():
    receipt = take(work_sheet(type=ReportKind.CONSULT))
    assert queries.cases_of(view(receipt.sheet).report) == []


@pytest.mark.parametrize(
    "why",
    [
        CalendarUnknown(calendar="office"),
        DaysNotEntered(calendar="office", day_table="nope"),
        CalendarTooShort(calendar="office", first_on="2026-01-01", until_on="2027-01-01", needed_at="2027-02-01"),
    ],
)
def test_no_work_sheet_is_turned_away_because_the_citys_calendars_are_not_in_order(why, monkeypatch):
    def refused(*_, **__):
        raise why

    monkeypatch.setattr(calendars, "working_time", refused)
    sheet = take(work_sheet(deadline=DEADLINE)).sheet
    assert view(sheet).acknowledge_due_at is None
    assert queries.replies_of(view(sheet).report)[0].outer_due_at == DEADLINE
    assert acknowledge(sheet).state is SheetState.ACKNOWLEDGED


def test_who_is_no_neighbour_and_no_clerk_sends_no_work_sheets(handler):
    with pytest.raises(NotPermitted):
        intake.take_message(work_sheet(), neighbour="12345", by=handler, at=MONDAY_9AM)


def test_no_refusal_tells_somebody_else_how_far_a_work_sheet_is(sheet, handler):
    stale = {"seen": 99, "by": handler, "at": LATER}
    for attempt in (
        lambda: intake.acknowledge_sheet(sheet, **stale),
        lambda: intake.return_sheet(sheet, reason="不属我市", **stale),
        lambda: intake.tell_progress(sheet, words="正在办", **stale),
        lambda: intake.take_message(work_sheet(deadline=DEADLINE), neighbour="12345", by=handler, at=LATER),
        lambda: intake.take_message(work_sheet(content="别的事"), neighbour="12345", by=handler, at=LATER),
        lambda: intake.take_message(
            later_message(SheetMessageKind.CLOSE, version=0), neighbour="12345", by=handler, at=LATER
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_what_is_ours_to_say_is_not_taken_from_a_neighbour(sheet):
    with pytest.raises(SheetMessageNotOurs):
        take(later_message(SheetMessageKind.RESULT))


def test_a_message_about_a_work_sheet_that_never_came_is_refused_and_may_come_again_after_it():
    supervise = later_message(SheetMessageKind.SUPERVISE)
    with pytest.raises(SheetUnknown):
        take(supervise)
    take()
    assert not take(supervise).repeated


def test_a_later_version_adds_words_and_sets_the_date(sheet):
    take(work_sheet(version=2, content="摊贩增加到五个", deadline=DEADLINE + timedelta(days=1)), at=LATER)
    report = view(sheet).report
    assert queries.supplements_of(report) == [(LATER, "摊贩增加到五个")]
    assert queries.replies_of(report)[0].outer_due_at == DEADLINE + timedelta(days=1)
    assert verify().intact


def test_an_earlier_version_that_comes_late_is_refused():
    take(work_sheet(version=3))
    with pytest.raises(SheetEditionOld):
        take(work_sheet(version=2))


# --- ours, or not ---------------------------------------------------------------------------------------------------


def test_acknowledging_tells_the_neighbour(sheet):
    row = acknowledge(sheet)
    assert (row.state, row.acknowledged_at, row.acknowledged_late) == (SheetState.ACKNOWLEDGED, LATER, False)
    told = told_last(sheet)
    assert (told.message, told.sheet_no, told.version) == (SheetMessageKind.ACKNOWLEDGE, row.sheet_no, 1)
    with pytest.raises(MoveNotAllowed):
        acknowledge(sheet)


def test_what_nobody_acknowledged_in_time_is_late(sheet):
    assert intake.tick(local("2026-11-24 09:01")) == 1
    assert view(sheet).acknowledged_late
    assert acknowledge(sheet, at=local("2026-11-24 10:00")).acknowledged_late


def test_what_is_not_ours_goes_back_with_its_report_and_its_case(sheet):
    row = give_back(sheet)
    assert (row.state, row.returns, kinds(sheet)) == (SheetState.RETURNED, 1, ["return"])
    assert told_last(sheet).return_reason == "属住建部门职责"
    report = report_of(sheet)
    assert (report.state, queries.cases_of(report.uid)[0].state) == (ReportState.HANDED_BACK, CaseState.VOID)
    assert queries.replies_of(report.uid)[0].state is ReplyState.DROPPED
    assert verify().intact


def test_returning_needs_a_reason_its_time_and_an_acceptor(sheet, handler):
    with pytest.raises(ReasonMissing):
        give_back(sheet, reason=" ")
    with pytest.raises(NotPermitted):
        give_back(sheet, by=handler)
    with pytest.raises(SheetReturnTooLate):
        give_back(sheet, at=local("2026-11-24 09:01"))
    assert view(sheet).state is SheetState.RECEIVED


def test_what_is_filed_or_acknowledged_is_not_returned(sheet):
    case = moves.verify(moves.order_verification(queries.cases_of(view(sheet).report)[0]))
    case = cases.classify_case(
        case.uid, class_key=moves.STREET_VENDOR, seen=case.version, by=moves.member("acceptor"), at=case.moved_at
    )
    filed = moves.file(case)
    with pytest.raises(SheetUnderWay):
        give_back(sheet, at=filed.moved_at)
    acknowledge(sheet, at=filed.moved_at)
    with pytest.raises(MoveNotAllowed):
        give_back(sheet, at=filed.moved_at)


def test_what_the_neighbour_sends_again_is_a_further_round_and_returned_by_the_shift_leader_alone(sheet, shift_leader):
    give_back(sheet)
    take(work_sheet(version=2, content="经市中心裁定，由你单位办理", deadline=DEADLINE), at=LATER)
    report = report_of(sheet)
    assert (view(sheet).state, report.state, report.round) == (SheetState.RECEIVED, ReportState.RECEIVED, 2)
    assert [one.state for one in queries.cases_of(report.uid)] == [CaseState.VOID, CaseState.REPORTED]
    assert queries.replies_of(report.uid)[-1].state is ReplyState.OWED
    with pytest.raises(SheetReturnedBefore):
        give_back(sheet)
    assert give_back(sheet, by=shift_leader).returns == 2
    assert verify().intact


def test_what_a_unit_was_sent_for_at_once_is_not_returned_though_it_is_not_filed(sheet):
    case = turns.dispatch_urgent(turns.mark_urgent(queries.cases_of(view(sheet).report)[0], at=LATER), at=LATER)
    with pytest.raises(SheetUnderWay) as refused:
        give_back(sheet)
    assert refused.value.facts["case"] == str(case.uid)
    assert (view(sheet).state, report_of(sheet).state) == (SheetState.RECEIVED, ReportState.RECEIVED)


def test_what_is_put_right_after_it_was_filed_is_not_returned_and_its_case_goes_on(sheet):
    case = moves.verify(moves.order_verification(queries.cases_of(view(sheet).report)[0]))
    by, seen = moves.member("acceptor"), case.version
    case = cases.classify_case(case.uid, class_key=moves.STREET_VENDOR, seen=seen, by=by, at=case.moved_at)
    filed = moves.file(case)
    back = turns.send_for_correction(filed)
    with pytest.raises(SheetUnderWay):
        give_back(sheet, at=back.moved_at)
    assert moves.now(back).state is CaseState.ACCEPTED


# --- on its way -----------------------------------------------------------------------------------------------------


def answered(sheet, at=None):
    report = view(sheet).report
    for case in queries.cases_of(report):
        moves.void(case, at=LATER)
    return replies.answer(report, at=at or LATER + timedelta(hours=1))


def test_the_answer_is_the_result_that_the_neighbour_gets(sheet):
    acknowledge(sheet)
    answered(sheet)
    told = told_last(sheet)
    assert (told.message, told.result_text, told.reply_way) == (SheetMessageKind.RESULT, replies.WORDS, "phone")
    assert told.replied_at == LATER + timedelta(hours=1)
    assert view(sheet).state is SheetState.ANSWERED
    assert verify().intact


def test_progress_is_told_in_words(sheet, acceptor):
    acknowledge(sheet)
    with pytest.raises(ReasonMissing):
        intake.tell_progress(sheet, words="", seen=view(sheet).version, by=acceptor, at=LATER)
    intake.tell_progress(sheet, words="已到场劝离", seen=view(sheet).version, by=acceptor, at=LATER)
    assert told_last(sheet).words == "已到场劝离"


@pytest.mark.parametrize(
    ("granted", "deadline", "due"),
    [
        (True, None, "2026-12-02 18:00"),
        (True, "2026-12-01 18:00", "2026-12-01 18:00"),
        (False, None, "2026-11-27 18:00"),
    ],
)
def test_an_extension_is_asked_for_by_message_and_answered_by_one(granted, deadline, due, sheet, acceptor):
    acknowledge(sheet)
    report = report_of(sheet)
    until = local("2026-12-02 18:00")
    intake.ask_reply_extension(report.uid, until=until, words="需会商", seen=report.version, by=acceptor, at=LATER)
    told = told_last(sheet)
    assert (told.message, told.deadline, told.words) == (SheetMessageKind.EXTEND_REQUEST, until, "需会商")
    said = {"granted": granted, "deadline": None if deadline is None else local(deadline)}
    take(later_message(SheetMessageKind.EXTEND_ANSWER, **said), at=LATER)
    assert queries.replies_of(report.uid)[0].outer_due_at == local(due)
    assert view(sheet).deadline_at == local(due)
    assert verify().intact


def test_a_supervision_is_counted_and_its_words_are_held(sheet):
    take(later_message(SheetMessageKind.SUPERVISE, words="请加快"), at=LATER)
    assert (view(sheet).supervisions, view(sheet).supervised_at) == (1, LATER)
    assert set(audit.entries_of(f"sheet:{sheet}")[-1].held) == {"supervision"}


def test_the_neighbours_call_back_is_a_rating_of_its_own(sheet):
    answered(sheet)
    visit = later_message(SheetMessageKind.VISIT, visit_result="未解决", satisfaction_result=1, satisfaction_service=4)
    take(visit, at=LATER + timedelta(days=1))
    (rating,) = queries.ratings_of(view(sheet).report)
    assert (rating.through, rating.result, rating.service) == ("neighbour", 1, 4)
    assert view(sheet).visit_result == "未解决"
    again = {"visit_result": "已解决", "satisfaction_result": 5}
    take(later_message(SheetMessageKind.VISIT, version=3, **again), at=LATER + timedelta(days=2))
    (rating,) = queries.ratings_of(view(sheet).report)
    assert (rating.result, rating.service, view(sheet).visit_result) == (5, 4, "已解决")
    assert verify().intact


def test_a_call_back_before_any_answer_is_refused(sheet):
    with pytest.raises(MoveNotAllowed):
        take(later_message(SheetMessageKind.VISIT, visit_result="未解决"))


def test_the_neighbour_closes_it(sheet):
    answered(sheet)
    take(later_message(SheetMessageKind.CLOSE), at=LATER + timedelta(days=1))
    assert view(sheet).state is SheetState.CLOSED


def test_a_closed_work_sheet_that_is_sent_again_is_worked_on_again(sheet):
    answered(sheet)
    take(later_message(SheetMessageKind.CLOSE), at=LATER + timedelta(days=1))
    take(work_sheet(version=3, content="不满意，重办"), at=LATER + timedelta(days=2))
    report = report_of(sheet)
    assert (view(sheet).state, report.state, report.round) == (SheetState.RECEIVED, ReportState.RECEIVED, 2)
    assert verify().intact


def test_a_neighbour_that_is_done_before_we_are_sets_no_date_until_it_sends_the_sheet_again(sheet):
    acknowledge(sheet)
    take(later_message(SheetMessageKind.CLOSE), at=LATER)
    report = report_of(sheet)
    reply = queries.replies_of(report.uid)[0]
    assert (view(sheet).state, report.state) == (SheetState.CLOSED, ReportState.RECEIVED)
    assert (reply.state, reply.outer_due_at) == (ReplyState.OWED, None)
    intake.tick(DEADLINE + timedelta(days=30))
    assert queries.replies_of(report.uid)[0].outer_late_at is None
    take(work_sheet(version=3, content="又来电", deadline=DEADLINE), at=LATER)
    report = report_of(sheet)
    assert (view(sheet).state, report.state, report.round) == (SheetState.RECEIVED, ReportState.RECEIVED, 1)
    assert (view(sheet).deadline_at, queries.replies_of(report.uid)[0].outer_due_at) == (DEADLINE, DEADLINE)
    assert [one.state for one in queries.cases_of(report.uid)] == [CaseState.REPORTED], "its case goes on"
    acknowledge(sheet)
    answered(sheet)
    assert kinds(sheet) == ["acknowledge", "acknowledge", "result"]
    assert verify().intact


def test_what_was_withdrawn_is_taken_up_when_the_neighbour_sends_it_again(sheet):
    report = report_of(sheet)
    intake.withdraw_report(report.uid, seen=report.version, by=moves.member("acceptor"), at=LATER)
    take(work_sheet(version=2, content="诉求人要求继续办理", deadline=DEADLINE), at=LATER + timedelta(hours=1))
    report = report_of(sheet)
    assert (view(sheet).state, report.state, report.round) == (SheetState.RECEIVED, ReportState.RECEIVED, 2)
    assert [one.state for one in queries.cases_of(report.uid)] == [CaseState.VOID, CaseState.REPORTED]
    assert queries.replies_of(report.uid)[-1].outer_due_at == DEADLINE
    assert verify().intact


def test_a_version_that_names_no_date_leaves_the_one_that_stands_and_a_later_one_lifts_the_lateness(sheet):
    take(work_sheet(version=2, content="摊贩增加到五个"), at=LATER)
    assert (view(sheet).deadline_at, queries.replies_of(view(sheet).report)[0].outer_due_at) == (DEADLINE, DEADLINE)
    intake.tick(DEADLINE + timedelta(minutes=1))
    assert queries.replies_of(view(sheet).report)[0].outer_late_at == DEADLINE
    later = DEADLINE + timedelta(days=1)
    take(work_sheet(version=3, deadline=later), at=DEADLINE + timedelta(hours=1))
    reply = queries.replies_of(view(sheet).report)[0]
    assert (reply.outer_due_at, reply.outer_late_at, reply.outer_late_post) == (later, None, "")


def test_who_withdraws_a_report_lets_the_neighbour_know(sheet):
    report = report_of(sheet)
    intake.withdraw_report(report.uid, seen=report.version, by=moves.member("acceptor"), at=LATER)
    assert told_last(sheet).message is SheetMessageKind.RESULT
    assert view(sheet).state is SheetState.ANSWERED


def test_arriving_and_feeding_back_is_told_once_for_each_cause():
    sheet = take(work_sheet(linkage_no="110-7"), neighbour="110").sheet
    (case,) = queries.cases_of(view(sheet).report)
    for _ in range(2):
        intake.tell_of_arrival(case.uid, arrived=True, cause="case:x#7", at=LATER)
    intake.tell_of_arrival(case.uid, arrived=False, cause="case:x#8", at=LATER)
    told = [sheet_queries.told_by(one.uid) for one in sheet_queries.messages(sheet=sheet)]
    assert [(one.arrived_at, one.fed_back_at) for one in told] == [(LATER, None), (None, LATER)]
    assert {one.linkage_no for one in told} == {"110-7"}
    assert verify().intact


@pytest.mark.parametrize(
    ("origin", "messages", "told"),
    [
        (Origin.IMPORT, "record", []),
        (Origin.REPLAY, "record", []),
        (Origin.SEED, "send", []),
        (Origin.SEED, "record", [SheetMessageKind.ACKNOWLEDGE]),  # what a demo invents, in its own folder
    ],
)
def test_what_was_imported_or_invented_is_told_to_nobody(settings, origin, messages, told):
    settings.GONGZHI_MESSAGES = messages
    with recording_as(origin):
        sheet = take().sheet
        acknowledge(sheet)
    assert kinds(sheet) == told
    assert SheetSending.objects.count() == len(told)


def test_erasing_the_words_of_a_report_erases_what_was_told_of_it(sheet):
    acknowledge(sheet)
    row = answered(sheet)
    auditor = moves.member("audit_administrator")
    erasure.erase_report(
        row.uid,
        parts=frozenset(Part),
        rule=ErasureRule.CONSENT_WITHDRAWN,
        grounds="本人申请",
        seen=row.version,
        by=auditor,
        at=LATER + timedelta(days=1),
    )
    assert told_last(sheet).result_text == ""
    with pytest.raises(SheetRepeatedOtherContent):
        take(work_sheet(deadline=DEADLINE))
    assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_a_work_sheet_that_is_being_taken_in_is_taken_in_once():
    first, second = while_the_first_has_not_finished(take, take)
    assert (first.sheet, first.repeated, second.sheet, second.repeated) == (first.sheet, False, first.sheet, True)
    _, third = while_the_first_has_not_finished(
        partial(take, work_sheet("X1")), partial(take, work_sheet("X1", content="别的事"))
    )
    assert isinstance(third, SheetRepeatedOtherContent)
    assert len(queries.page()) == 2


@pytest.mark.django_db(transaction=True)
def test_of_one_who_acknowledges_and_one_who_returns_the_first_decides(sheet):
    seen = view(sheet).version
    acceptor = moves.member("acceptor")
    got = at_once(
        partial(intake.acknowledge_sheet, sheet, seen=seen, by=acceptor, at=LATER),
        partial(intake.return_sheet, sheet, reason="不属我方", seen=seen, by=acceptor, at=LATER),
    )
    assert sum(isinstance(one, sheet_queries.SheetView) for one in got) == 1
    assert len(kinds(sheet)) == 1
    assert verify().intact


def test_the_words_of_a_secret_sheet_are_released_to_nobody():
    taken = replies.take(replies.work_sheet("XM2026112300077", secret_flag=True))
    row = queries.report(sheet_queries.sheet(taken.sheet).report)
    with pytest.raises(WordsSecret):
        intake.release_report(row.uid, seen=row.version, by=moves.member("shift_leader"), at=MONDAY_9AM)
    assert not queries.report(row.uid).is_released
