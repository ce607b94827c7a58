"""Carrying messages out: once, in time, patiently, and never without an end that somebody sees."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from uuid import UUID

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import delivery, failures, operations, queries, registry, rules
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.registry import Found
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier, MessageState, Timing, Wish
from gongzhi.notices.tests.scene import (
    ANSWERED,
    DISPATCHED,
    FOR_GOOD,
    OVERDUE,
    PASSING,
    REPORT,
    WORDS,
    reachable,
    tell,
    to,
)
from gongzhi.people import operations as people
from gongzhi.people import queries as people_queries
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU, local, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "topics")]

A_DAY = timedelta(days=1)
tick = partial(delivery.tick, worker="w1", at_most_s=60)


@pytest.fixture
def sms(pockets):
    return pockets[Carrier.SMS]


@pytest.fixture
def with_phone(acceptor, admin, pockets):
    """The acceptor can be reached by SMS."""
    reachable(acceptor, admin, sms="13800001234")
    return acceptor


def the_sms() -> Message:
    return Message.objects.get(carrier="sms")


def types_of(message: Message) -> list[str]:
    return [one.type for one in entries_of(message.stream)]


def test_a_message_goes_out_once(with_phone, sms):
    tell(audience=to(with_phone))
    assert tick(MONDAY_9AM) == 1
    assert tick(MONDAY_9AM + A_DAY) == 0
    (parcel,) = sms.got
    assert (parcel.id, parcel.to) == (str(the_sms().uid), "13800001234")
    assert (the_sms().state, the_sms().reference, the_sms().attempts) == (MessageState.SENT, "sms-1", 1)
    assert types_of(the_sms()) == ["notice.told", "notice.send"]
    assert not Sending.objects.exists()
    assert verify().findings == []


def test_what_leaves_the_product_holds_no_private_words(with_phone, sms):
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    (parcel,) = sms.got
    assert WORDS not in f"{parcel}"
    assert parcel.text.endswith("反映内容：（请登录查看）")


def test_a_message_is_written_in_the_language_of_its_recipient(acceptor, admin, pockets):
    owner = reachable(acceptor, admin, sms="13800001234")
    seen = queries.reach_of(owner.text).version
    operations.change_language(owner, "en", seen=seen, by=acceptor, at=MONDAY_9AM)
    tell(audience=to(acceptor))
    tick(MONDAY_9AM)
    assert pockets[Carrier.SMS].got[0].text.endswith("(sign in to read)")


def test_a_quiet_hour_that_came_meanwhile_is_kept(with_phone, sms):
    sms.faults = [PASSING, None]
    tell(audience=to(with_phone), at=local("2026-11-23 21:59:50"))
    tick(local("2026-11-23 21:59:50"))
    assert tick(local("2026-11-23 22:30")) == 0
    assert Sending.objects.get().next_at == local("2026-11-24 07:00")
    assert tick(local("2026-11-24 07:00")) == 1
    assert len(sms.got) == 1


def test_a_members_own_quiet_hours_stand_before_the_citys(with_phone, sms):
    owner = rules.Recipient("member", with_phone.id)
    seen = queries.reach_of(owner.text).version
    operations.change_quiet_hours(owner, from_=time(12), until=time(14), seen=seen, by=with_phone, at=MONDAY_9AM)
    tell(audience=to(with_phone), at=local("2026-11-23 12:30"), key="noon")
    tell(audience=to(with_phone), at=local("2026-11-23 23:30"), key="night")
    due = {one.message.key: one.next_at for one in Sending.objects.select_related("message")}
    assert due == {"noon": local("2026-11-23 14:00"), "night": local("2026-11-23 23:30")}


def test_what_was_gathered_goes_out_as_one(acceptor, admin, pockets):
    reachable(acceptor, admin, email="acceptor@example.org")
    for number in range(3):
        tell(audience=to(acceptor), key=f"case#{number}", case=f"思明-{number}")
    assert tick(local("2026-11-24 08:29")) == 0
    assert tick(local("2026-11-24 08:30")) == 1
    (parcel,) = pockets[Carrier.EMAIL].got
    assert parcel.title == "您有 3 条消息"
    assert [f"思明-{number}" in parcel.text for number in range(3)] == [True] * 3
    assert set(Message.objects.filter(carrier="email").values_list("state", flat=True)) == {"sent"}


def test_what_was_gathered_keeps_its_id_when_it_is_tried_again(acceptor, admin, pockets):
    reachable(acceptor, admin, email="acceptor@example.org")
    pockets[Carrier.EMAIL].faults = [PASSING, None]
    for number in range(2):
        tell(audience=to(acceptor), key=f"case#{number}")
    morning = local("2026-11-24 08:30")
    tick(morning)
    tick(morning + timedelta(minutes=1))
    first, second = pockets[Carrier.EMAIL].tried
    assert first == second


def test_a_failure_that_may_pass_is_tried_again_later_and_later_and_then_seen_by_a_person(with_phone, sms):
    sms.faults = [PASSING]
    tell(OVERDUE, audience=to(with_phone))
    at, waits = MONDAY_9AM, []
    while the_sms().state == MessageState.WAITING:
        assert tick(at) == 1
        assert tick(at) == 0, "not again at once"
        waits.append(Sending.objects.get().next_at - at)
        at += waits[-1]
    assert waits == [*rules.BACK_OFF, A_DAY]
    (listed,) = queries.failed()
    assert (listed.uid, listed.attempts) == (the_sms().uid, rules.MOST_ATTEMPTS)
    assert listed.last_fault == "somebody: no answer in time (try again)"
    assert types_of(the_sms()) == ["notice.told", *["notice.miss"] * (rules.MOST_ATTEMPTS - 1), "notice.fail"]
    assert verify().findings == []


def test_a_failure_for_good_is_seen_by_a_person_at_once(with_phone, sms):
    sms.faults = [FOR_GOOD]
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    assert [one.uid for one in queries.failed()] == [the_sms().uid]


def test_a_failed_message_is_tried_again_every_day_until_it_is_cleared(with_phone, sms, admin):
    sms.faults = [FOR_GOOD]
    tell(audience=to(with_phone))
    for day in range(3):
        tick(MONDAY_9AM + day * A_DAY)
        tick(MONDAY_9AM + day * A_DAY + timedelta(hours=23))
    assert len(sms.tried) == 3
    operations.clear_message(
        the_sms().uid, grounds="电话已打通", seen=the_sms().version, by=admin, at=MONDAY_9AM + 3 * A_DAY
    )
    tick(MONDAY_9AM + 9 * A_DAY)
    assert len(sms.tried) == 3
    assert queries.failed() == []
    assert verify().findings == []


def test_a_failed_message_that_goes_through_on_another_day_leaves_the_list(with_phone, sms):
    sms.faults = [FOR_GOOD, None]
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    tick(MONDAY_9AM + A_DAY)
    assert (the_sms().state, queries.failed()) == (MessageState.SENT, [])


def test_failures_are_told_to_those_in_charge_every_day_until_none_is_left(with_phone, sms, admin):
    sms.faults = [FOR_GOOD]
    tell(audience=to(with_phone))
    who = UUID(admin.id)

    def reminders() -> list[str]:
        found = queries.inbox(who, language="zh-hans")
        return [one.text for one in found if one.message.topic == failures.FAILED]

    tick(MONDAY_9AM)
    assert reminders() == []
    for day in range(1, 4):
        tick(MONDAY_9AM + day * A_DAY)
        tick(MONDAY_9AM + day * A_DAY + timedelta(minutes=5))
        assert len(reminders()) == day
    assert reminders()[0].startswith("目前有 1 条消息未能送达")
    operations.clear_message(
        the_sms().uid, grounds="已当面告知", seen=the_sms().version, by=admin, at=MONDAY_9AM + 3 * A_DAY
    )
    tick(MONDAY_9AM + 6 * A_DAY)
    assert len(reminders()) == 3


def test_a_person_has_a_failed_message_tried_again_from_the_beginning(with_phone, sms, admin):
    sms.faults = [FOR_GOOD, PASSING, None]
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    later = MONDAY_9AM + timedelta(hours=1)
    row = operations.retry_message(the_sms().uid, seen=the_sms().version, by=admin, at=later)
    assert (row.state, row.attempts, queries.failed()) == (MessageState.WAITING, 0, [])
    tick(later)
    tick(later + rules.BACK_OFF[0])
    assert the_sms().state == MessageState.SENT
    assert types_of(the_sms())[-3:] == ["notice.retry", "notice.miss", "notice.send"]
    assert verify().findings == []


@pytest.mark.parametrize("act", ["retry", "clear"])
def test_only_what_failed_can_be_looked_after_and_only_by_those_in_charge(with_phone, sms, admin, act):
    def look_after(uid, *, by, seen):
        if act == "retry":
            return operations.retry_message(uid, seen=seen, by=by, at=MONDAY_9AM)
        return operations.clear_message(uid, grounds="已告知", seen=seen, by=by, at=MONDAY_9AM)

    sms.faults = [FOR_GOOD]
    tell(audience=to(with_phone))
    with pytest.raises(MoveNotAllowed):
        look_after(the_sms().uid, by=admin, seen=the_sms().version)
    tick(MONDAY_9AM)
    seen = the_sms().version
    with pytest.raises(NotPermitted):
        look_after(the_sms().uid, by=with_phone, seen=seen)
    with pytest.raises(operations.ChangedMeanwhile):
        look_after(the_sms().uid, by=admin, seen=seen - 1)
    with pytest.raises(NotFound):
        look_after(UUID(REPORT), by=admin, seen=1)
    assert the_sms().version == seen


def test_clearing_needs_grounds_and_they_are_kept_erasable(with_phone, sms, admin):
    sms.faults = [FOR_GOOD]
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    with pytest.raises(operations.ClearingGroundsMissing):
        operations.clear_message(the_sms().uid, grounds=" ", seen=the_sms().version, by=admin, at=MONDAY_9AM)
    operations.clear_message(the_sms().uid, grounds="号码停机", seen=the_sms().version, by=admin, at=MONDAY_9AM)
    assert set(entries_of(the_sms().stream)[-1].held) == {"grounds"}


def test_a_carrier_that_is_down_keeps_no_other_waiting_and_costs_the_rest_no_attempt(acceptor, admin, pockets):
    reachable(acceptor, admin, sms="13800001234", email="acceptor@example.org")
    pockets[Carrier.SMS].faults = [PASSING]
    for number in range(3):
        tell(OVERDUE, audience=to(acceptor), key=f"case#{number}")
    tick(MONDAY_9AM)
    assert len(pockets[Carrier.SMS].tried) == 1
    assert len(pockets[Carrier.EMAIL].got) == 3
    attempts = Sending.objects.filter(message__carrier="sms").order_by("message_id")
    assert sorted(one.attempts for one in attempts) == [0, 0, 1]


def test_one_units_system_that_is_down_keeps_no_other_units_waiting(admin, pockets):
    pockets[Carrier.WEBHOOK].faults = [PASSING, None]
    for unit in (SIMING_BUREAU, "bureau-350206"):
        reachable(unit, admin, webhook=f"https://{unit}.example.org/in")
        tell(audience=rules.desk_of(unit), key=unit)
    tick(MONDAY_9AM)
    assert len(pockets[Carrier.WEBHOOK].tried) == 2
    (parcel,) = pockets[Carrier.WEBHOOK].got
    assert parcel.secret.startswith("whsec_")


def drop_reason() -> object:
    return entries_of(the_sms().stream)[-1].facts["reason"]


def test_nobody_is_sent_anything_when_their_contact_was_erased_meanwhile(sms, monkeypatch):
    tell(ANSWERED, audience=rules.addressee("reporter", REPORT))
    registry.register_addressee("reporter", lambda who, at: None)
    tick(MONDAY_9AM)
    assert (the_sms().state, drop_reason(), sms.tried) == (MessageState.DROPPED, "erased", [])
    assert tick(MONDAY_9AM + A_DAY) == 0
    assert verify().findings == []


def test_a_citizen_without_a_number_is_sent_nothing(sms):
    registry.register_addressee("reporter", lambda who, at: Found(email="a@example.org"))
    tell(ANSWERED, audience=rules.addressee("reporter", REPORT))
    tick(MONDAY_9AM)
    assert drop_reason() == "no-address"


def test_a_citizen_is_looked_up_at_the_moment_of_sending(sms):
    asked = []

    def look_up(who, at):
        asked.append((who, at))
        return Found(phone="13911112222", language="en")

    registry.register_addressee("reporter", look_up)
    tell(ANSWERED, audience=rules.addressee("reporter", REPORT), at=local("2026-11-23 23:00"))
    assert asked == []
    tick(local("2026-11-24 07:00"))
    assert asked == [(REPORT, local("2026-11-24 07:00"))]
    assert sms.got[0].to == "13911112222"


def test_who_took_the_address_back_or_declined_meanwhile_is_sent_nothing(with_phone, sms, admin):
    owner = rules.Recipient("member", with_phone.id)

    def seen():
        return queries.reach_of(owner.text).version

    tell(audience=to(with_phone))
    operations.put_wish(
        owner, topic=DISPATCHED, carrier=Carrier.SMS, wish=Wish.OFF, seen=seen(), by=with_phone, at=MONDAY_9AM
    )
    tick(MONDAY_9AM)
    assert drop_reason() == "declined"
    assert len(tell(audience=to(with_phone), key="case#2")) == 1, "the inbox only"
    assert len(tell(OVERDUE, audience=to(with_phone), key="case#3")) == 2, "what may not wait cannot be declined"
    operations.erase_addresses(owner, rule="on request", seen=seen(), by=with_phone, at=MONDAY_9AM)
    tick(MONDAY_9AM)
    late = Message.objects.get(carrier="sms", key="case#3")
    assert entries_of(late.stream)[-1].facts["reason"] == "no-address"
    assert sms.tried == []


def test_what_was_declined_after_it_was_gathered_is_left_out_and_the_rest_goes(acceptor, admin, pockets):
    owner = reachable(acceptor, admin, email="acceptor@example.org")
    operations.put_rule(
        ANSWERED, Line("member", Carrier.EMAIL, Timing.DIGEST), seen=queries.edition(), by=admin, at=MONDAY_9AM
    )
    tell(audience=to(acceptor), key="case#1", case="思明-1")
    tell(ANSWERED, audience=to(acceptor), key="report#1")
    seen = queries.reach_of(owner.text).version
    operations.put_wish(
        owner, topic=ANSWERED, carrier=Carrier.EMAIL, wish=Wish.OFF, seen=seen, by=acceptor, at=MONDAY_9AM
    )
    tick(local("2026-11-24 08:30"))
    (parcel,) = pockets[Carrier.EMAIL].got
    assert "思明-1" in parcel.title
    assert "R1" not in parcel.text
    left_out = Message.objects.get(carrier="email", key="report#1")
    assert (left_out.state, entries_of(left_out.stream)[-1].facts["reason"]) == (MessageState.DROPPED, "declined")
    assert Message.objects.get(carrier="email", key="case#1").state == MessageState.SENT
    assert not Sending.objects.exists()
    assert verify().findings == []


def test_who_left_meanwhile_is_sent_nothing(sms, admin):
    uid = people.add_member("8001", name="陈小明", by=FOUNDER, at=MONDAY_9AM)
    chen = people.appoint(uid, post=Post.ACCEPTOR, unit="centre", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    actor = next(one for one in people_queries.appointments(at=MONDAY_9AM) if one.uid == chen).actor()
    reachable(actor, admin, sms="13800001234")
    tell(audience=to(actor))
    people.end_appointment(chen, seen=2, by=GIVES_POWERS, at=MONDAY_9AM + timedelta(minutes=1))
    tick(MONDAY_9AM + timedelta(minutes=2))
    assert (drop_reason(), sms.tried) == ("left", [])


def test_a_bug_in_a_carrier_is_counted_like_a_failure_and_its_words_stay_out_of_the_record(with_phone, sms, caplog):
    sms.faults = [ValueError("13800001234 is not a street")]
    tell(audience=to(with_phone))
    tick(MONDAY_9AM)
    assert (the_sms().state, the_sms().last_fault) == (MessageState.WAITING, "bug: ValueError")
    assert Sending.objects.get().attempts == 1


def test_a_lease_keeps_others_away_until_it_runs_out(with_phone, sms):
    tell(OVERDUE, audience=to(with_phone))
    resting = delivery._Resting()
    assert delivery._lease_next(worker="died", at=MONDAY_9AM, resting=resting) is not None
    assert tick(MONDAY_9AM + delivery.LEASE - timedelta(seconds=1)) == 0
    assert tick(MONDAY_9AM + delivery.LEASE) == 1
    assert len(sms.got) == 1


def test_a_worker_that_comes_back_late_changes_nothing_that_another_took_over(with_phone, sms):
    tell(OVERDUE, audience=to(with_phone))
    slow = delivery._lease_next(worker="slow", at=MONDAY_9AM, resting=delivery._Resting())
    tick(MONDAY_9AM + delivery.LEASE)
    version = the_sms().version
    assert slow is not None
    delivery._keep_missed(slow, "late", permanent=True, at=MONDAY_9AM + delivery.LEASE)
    delivery._keep_sent(slow, "late", at=MONDAY_9AM + delivery.LEASE)
    assert (the_sms().version, the_sms().state, the_sms().reference) == (version, MessageState.SENT, "sms-1")


def test_a_round_ends_after_its_time_and_the_next_goes_on(with_phone, sms):
    for number in range(3):
        tell(OVERDUE, audience=to(with_phone), key=f"case#{number}")
    assert delivery.tick(MONDAY_9AM, worker="w1", at_most_s=0) == 0
    assert tick(MONDAY_9AM) == 3


def test_whoever_holds_no_post_any_more_is_not_with_us():
    assert queries.is_with_us(rules.Recipient("unit", SIMING_BUREAU), at=MONDAY_9AM)
    assert not queries.is_with_us(rules.Recipient("unit", "nowhere"), at=MONDAY_9AM)
    assert not queries.is_with_us(rules.Recipient("member", REPORT), at=MONDAY_9AM)
    assert queries.is_with_us(rules.Recipient("member", member(Post.ACCEPTOR).id), at=MONDAY_9AM)
