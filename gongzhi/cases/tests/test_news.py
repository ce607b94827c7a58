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
from gongzhi.cases.models import Warned
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.notices import operations as reaching
from gongzhi.notices import queries as notices
from gongzhi.notices import registry
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.rules import Recipient, holders_at
from gongzhi.notices.states import Carrier
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.testing import cases, moves, replies, staff, turns
from gongzhi.testing.borders import HULI_SIDE, IN_SIMING, SIMING_SIDE, WARDEN
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


def test_where_nobody_of_a_post_answers_for_a_place_the_shift_leader_is_told_and_no_other_district():
    siming, huli = (of_district(unit, WARDEN) for unit in (SIMING_BUREAU, HULI_BUREAU))
    leaders = {f"member:{one.member}" for one in people.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)}
    for areas, whom in (
        ([SIMING_SIDE], {siming}),
        ([SIMING_SIDE, HULI_SIDE], {siming, huli}),
        (["350200/350205"], leaders),
    ):
        found = notices.recipients_of(holders_at(WARDEN, *areas), at=MONDAY_9AM)
        assert {one.text for one in found} == whom, areas


def heard(case: CaseRow, topic: str) -> set[str]:
    return {one.recipient for one in notices.messages_about(case.stream, limit=1000) if one.topic == topic}


def of_district(unit: str, *posts: str) -> str:
    """Let somebody hold posts in a district's bureau; return them as a recipient."""
    member_id = staff.with_account(f"of-{unit}", at=MONDAY_9AM)
    for post in posts:
        staff.appoint(member_id, post=post, unit=unit, at=MONDAY_9AM)
    return f"member:{member_id}"


def test_near_a_border_both_sides_are_told_until_one_has_received_it_and_then_that_one_alone():
    posts = (Post.ACCEPTOR, Post.DISPATCHER, Post.SHIFT_LEADER, Post.DUTY_LEADER, Post.COLLECTOR)
    siming, huli = (of_district(unit, *posts) for unit in (SIMING_BUREAU, HULI_BUREAU))
    case = turns.mark_urgent(cases.reported_case(place=IN_SIMING))
    deliver()
    assert heard(case, "case.urgent") == {siming, huli}
    border = places.border(case.uid)
    by, at = member(Post.ACCEPTOR), case.moved_at
    ground.receive(border.uid, area=HULI_SIDE, seen=border.version, by=by, at=at)
    case = ran_out(moves.order_verification(case))
    deliver()
    assert heard(case, "visit.ordered") == {huli}
    assert heard(case, "case.overdue") == {huli}


def test_what_is_told_late_is_told_to_the_unit_that_had_the_case_then():
    """Deliveries waited while Siming sent it back and Huli got it."""
    case = turns.instruct(cases.dispatched_case())
    end = end_of(case)
    case = moves.dispatch(turns.send_away(case), unit=HULI_BUREAU, grounds="地点在湖里区")
    assert end_of(case) > end
    deliver()
    found = told(case.stream)
    assert found["case.instructed"] == {DESK, "shift_leader"}
    assert found["case.dispatched"] == {DESK, OTHER_DESK}
    said = {one.topic: one.facts for one in Message.objects.filter(about=case.stream).order_by("-id")}
    siming = people.unit(SIMING_BUREAU).name_zh
    assert (said["case.returned"]["unit"], said["case.dispatched"]["unit"]) == (siming, siming)
    assert said["case.dispatched"]["due"] == f"{end.astimezone(moves.CITY_ZONE):%Y-%m-%d %H:%M}"


def test_the_desk_of_the_unit_that_took_over_is_told_in_place_of_the_one_that_ended():
    case = cases.handling_case()
    deliver()
    staff.end_unit(SIMING_BUREAU, successor=HULI_BUREAU, at=case.moved_at)
    case = turns.instruct(case)
    deliver()
    assert told(case.stream)["case.instructed"] == {OTHER_DESK, "shift_leader"}


@pytest.fixture
def damaged(monkeypatch) -> set[UUID]:
    """Cases of which nothing can be told."""
    uids: set[UUID] = set()
    read = case_queries.case

    def case(uid: UUID) -> CaseRow:
        if uid in uids:
            raise RuntimeError("the record of this case is damaged")
        return read(uid)

    monkeypatch.setattr(case_queries, "case", case)
    return uids


def test_a_warning_that_reaches_nobody_or_cannot_be_given_takes_no_place_from_another(damaged, caplog):
    """With room for one in each round; the city has ended every line of the topic before."""
    first, second, third = (cases.handling_case() for _ in range(3))
    damaged.add(first.uid)
    soon = min(end_of(one) for one in (first, second, third)) - timedelta(minutes=5)
    lines = registry.topic("case.due_soon").lines
    for one in lines:
        reaching.end_rule(
            *("case.due_soon",),
            audience=one.audience,
            carrier=one.carrier,
            seen=notices.edition(),
            by=member(Post.SYSTEM_ADMINISTRATOR),
            at=MONDAY_9AM,
        )
    a_second = timedelta(seconds=1)
    assert [operations.remind(soon + n * a_second, limit=1) for n in range(2)] == [0, 0]
    line = next(one for one in lines if one.audience == "desk")
    reaching.put_rule(
        "case.due_soon", line, seen=notices.edition(), by=member(Post.SYSTEM_ADMINISTRATOR), at=MONDAY_9AM
    )
    assert operations.remind(soon + 2 * a_second, limit=1) == 1
    assert told(third.stream)["case.due_soon"] == {DESK}
    assert "case.due_soon" not in told(second.stream), "whom nobody was to tell is not told later"
    assert operations.remind(soon + 3 * a_second) == 0
    assert caplog.text.count("is set aside") == 1
    damaged.clear()
    assert operations.remind(soon + timedelta(minutes=1)) == 1
    assert Warned.objects.count() == 3
    operations.remind(soon + timedelta(days=3))
    assert not Warned.objects.filter(topic="case.due_soon").exists()


def test_that_the_date_of_a_supervision_has_passed_is_told_once_while_the_case_is_open():
    case = supervise(cases.handling_case())
    leader = case.hands["case.supervise"][-1]
    due = case.supervision_due_at
    assert due is not None
    assert operations.remind(due) == 0
    for at in (due + timedelta(seconds=1), due + timedelta(days=1)):
        operations.remind(at)
    assert told(case.stream)["case.supervision_overdue"] == {DESK, "dispatcher", "shift_leader", "leader"}
    assert leader == member(Post.LEADER).id
    assert Message.objects.filter(topic="case.supervision_overdue", recipient=f"member:{leader}").count() == 1
    other = supervise(cases.checked_case())
    other_due = other.supervision_due_at
    moves.close(other)
    assert other_due is not None
    operations.remind(other_due + timedelta(hours=1))
    assert "case.supervision_overdue" not in told(other.stream)


def test_every_sort_of_news_is_a_topic_with_rules_to_begin_with():
    assert {one.topic for one in news.NEWS} <= {one.name for one in registry.topics()}
    assert all(registry.topic(one.topic).lines for one in news.NEWS)
