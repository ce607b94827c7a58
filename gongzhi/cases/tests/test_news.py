"""Who is told what about a case, once, and never in a replay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gongzhi.audit import operations as audit
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Origin
from gongzhi.audit.verify import verify
from gongzhi.cases import news, operations, subscriptions
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.notices import operations as reaching
from gongzhi.notices import queries as notices
from gongzhi.notices import registry
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.rules import Recipient, holders_at
from gongzhi.notices.states import Carrier
from gongzhi.people.states import Post
from gongzhi.testing import cases, moves, replies, staff, turns
from gongzhi.testing.moves import HULI_BUREAU, MONDAY_9AM, SIMING_BUREAU, local, member
from gongzhi.testing.news import deliver, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DESK, HANDLER = f"department_desk {SIMING_BUREAU}", f"handler {SIMING_BUREAU}"
OTHER_DESK = f"department_desk {HULI_BUREAU}"
Move = Callable[[CaseRow], CaseRow]


def ran_out(case: CaseRow) -> CaseRow:
    """Nobody acts until the running stage is late, or what it waits for is there."""
    due_at = case_queries.stages(case.uid)[-1].due_at
    assert due_at is not None
    operations.tick(due_at + timedelta(seconds=1))
    return moves.now(case)


def supervise(case: CaseRow) -> CaseRow:
    at = case.moved_at + moves.A_STEP
    due, by = at + timedelta(days=1), member(Post.LEADER)
    return operations.supervise(case.uid, due_at=due, grounds="多人反映", seen=case.version, by=by, at=at)


STORIES: dict[str, tuple[Callable[[], CaseRow], Sequence[tuple[Move, str | None, set[str]]]]] = {
    "a case that takes long": (
        cases.filed_case,
        [
            (moves.dispatch, "case.dispatched", {DESK}),
            (moves.acknowledge, None, set()),
            (turns.ask_extension, "case.extension_asked", {"dispatcher"}),
            (turns.grant_extension, "case.extension_decided", {DESK}),
            (lambda case: turns.ask_assistance(case, unit=HULI_BUREAU), "case.assistance_asked", {OTHER_DESK}),
            (turns.answer_assistance, "case.assistance_answered", {DESK}),
            (supervise, "case.supervised", {DESK, "dispatcher", "shift_leader"}),
            (turns.instruct, "case.instructed", {DESK, "shift_leader"}),
            (turns.report_back, "case.reported_back", {"leader"}),
            (moves.handle, None, set()),
            (moves.order_check, "visit.ordered", {"checker", "collector"}),  # the collector was sent to verify it
            (lambda case: moves.check(case, passed=False), "case.rework", {DESK, HANDLER}),
            (ran_out, "case.overdue", {DESK, "shift_leader"}),
        ],
    ),
    "a case that two units send away": (
        cases.dispatched_case,
        [
            (turns.send_away, "case.returned", {"dispatcher", "shift_leader"}),
            (ran_out, "case.return_escalated", {"dispatcher", "shift_leader", DESK}),
            (turns.arbitrate, "case.return_decided", {DESK}),
            (lambda case: case, "case.arbitrated", {"dispatcher", "shift_leader"}),
            (lambda case: case, "case.dispatched", {DESK, OTHER_DESK}),
        ],
    ),
    "a case on hold": (
        cases.handling_case,
        [
            (turns.ask_hold, "case.hold_asked", {"shift_leader"}),
            (turns.approve_hold, "case.hold_decided", {DESK}),
            (ran_out, "case.resumed", {DESK}),
        ],
    ),
    "an urgent case": (
        cases.verifying_case,
        [
            (turns.mark_urgent, "case.urgent", {"dispatcher", "shift_leader", "duty_leader"}),
            (lambda case: turns.dispatch_urgent(case, unit=SIMING_BUREAU), "case.dispatched", {DESK}),
            (lambda case: case, "visit.called_back", {"collector"}),
        ],
    ),
    "a case closed too late": (
        lambda: cases.closed_case(handled_at=MONDAY_9AM + timedelta(days=1)),
        [
            (turns.appeal, "case.appeal_made", {"dispatcher"}),
            (turns.review_appeal, "case.appeal_reviewed", {"acceptor"}),
            (turns.decide_appeal, "case.appeal_decided", {DESK}),
            (turns.reopen, "case.reopened", {DESK}),
        ],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_whoever_a_turn_concerns_is_told_and_nobody_else(story):
    begin, steps = STORIES[story]
    case = begin()
    deliver()
    for do, topic, whom in steps:
        before = told(case.stream)
        case = do(case)
        deliver()
        after = told(case.stream)
        if topic is None:
            assert after == before
        else:
            assert after[topic] == whom
    assert verify().findings == []


def test_a_fact_that_is_delivered_again_tells_nobody_again(dispatched_case):
    deliver()
    before = Message.objects.count()
    for entry in entries_of(dispatched_case.stream):
        if any(entry.type == fact.name for one in news.NEWS for fact in one.of):
            subscriptions.tell(entry)
    assert Message.objects.count() == before
    assert told(dispatched_case.stream)["case.dispatched"] == {DESK}


def end_of(case: CaseRow) -> datetime:
    assert case.due_at is not None
    return case.due_at


def test_somebody_is_warned_once_before_a_limit_ends_and_anew_when_it_was_given_another_end():
    """A quarter of the limit is left."""
    case = moves.acknowledge(cases.dispatched_case(dispatched_at=local("2026-11-24 09:00")))
    end = end_of(case)
    quarter = (end - case_queries.stages(case.uid)[-1].started_at) / 4
    assert operations.remind(end - quarter - timedelta(minutes=1)) == 0
    assert operations.remind(end - quarter) == 1
    assert operations.remind(end - timedelta(minutes=1)) == 0
    case = turns.grant_extension(turns.ask_extension(case))
    assert operations.remind(end - timedelta(minutes=1)) == 0
    assert operations.remind(end_of(case) - timedelta(minutes=20)) == 1
    assert told(case.stream)["case.due_soon"] == {DESK, "shift_leader"}
    assert verify().findings == []


def test_a_city_says_when_somebody_is_warned(handling_case):
    replies.set_parameter("notice_soon_percent", 0)
    assert operations.remind(handling_case.due_at - timedelta(minutes=5)) == 0


def test_a_report_to_a_leader_is_called_for_before_its_date_and_after_it_once_each(handling_case):
    case = turns.instruct(handling_case)
    due = case.moved_at + turns.A_DAY
    for at in (due - timedelta(hours=5), due - timedelta(minutes=1), due + timedelta(hours=1), due + turns.A_DAY):
        operations.remind(at)
    found = told(case.stream)
    assert found["case.instruction_due_soon"] == {DESK, "shift_leader"}
    assert found["case.instruction_overdue"] == {DESK, "shift_leader", "leader"}
    turned = {"case.instruction_due_soon", "case.instruction_overdue"}
    rows = [one for one in notices.messages_about(case.stream, limit=1000) if one.topic in turned]
    assert len(rows) == len({(one.topic, one.recipient, one.carrier) for one in rows})


@pytest.mark.parametrize("origin", Origin)
def test_what_is_imported_or_replayed_tells_nobody(origin):
    with audit.recording_as(origin):
        case = cases.handling_case()
        deliver()
        operations.remind(end_of(case) - timedelta(minutes=1))
    expected = {Origin.LIVE: {"case.dispatched", "case.due_soon", "visit.ordered"}}
    expected[Origin.SEED] = expected[Origin.LIVE]
    assert set(told(case.stream)) == expected.get(origin, set())
    assert Sending.objects.exists() is False


def reach(who: Actor) -> None:
    """The system administrator notes where somebody is in WeCom."""
    owner, system = Recipient("member", who.id), member(Post.SYSTEM_ADMINISTRATOR)
    reaching.change_address(owner, Carrier.WECOM, "someone", seen=0, by=system, at=MONDAY_9AM)


def test_at_night_only_what_is_urgent_goes_out_at_once(filed_case):
    at = local("2026-11-23 23:30")
    reach(member(Post.DEPARTMENT_DESK, SIMING_BUREAU))
    reach(member(Post.SHIFT_LEADER))
    moves.dispatch(filed_case, at=at)
    deliver(at)
    ordinary = Sending.objects.get(message__topic="case.dispatched", message__carrier="wecom")
    assert ordinary.next_at == local("2026-11-24 07:00")
    turns.mark_urgent(cases.accepted_case(), at=at)
    deliver(at)
    urgent = Sending.objects.get(message__topic="case.urgent", message__carrier="wecom")
    assert urgent.next_at == at


def test_of_a_post_those_are_told_who_are_closest_to_the_place(filed_case):
    """A district that has a dispatcher of its own spares the city's."""
    other = member(Post.EVALUATOR)
    staff.appoint(UUID(other.id), post=Post.DISPATCHER, unit=SIMING_BUREAU, at=MONDAY_9AM)
    audience = holders_at(Post.DISPATCHER, filed_case.area)
    assert [one.who for one in notices.recipients_of(audience, at=filed_case.moved_at)] == [other.id]


def test_every_sort_of_news_is_a_topic_with_rules_to_begin_with():
    assert {one.topic for one in news.NEWS} <= {one.name for one in registry.topics()}
    assert all(registry.topic(one.topic).lines for one in news.NEWS)
