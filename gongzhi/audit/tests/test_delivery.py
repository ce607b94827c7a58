"""Each subscriber gets each fact it wants at least once, in the order of its stream, whoever fails or dies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from gongzhi.audit import delivery, registry
from gongzhi.audit import operations as audit
from gongzhi.audit.delivery import FIRST_WAIT, LEASE, MOST_ATTEMPTS, deliver_all, deliver_due
from gongzhi.audit.models import Delivery
from gongzhi.audit.registry import EntryRow
from gongzhi.audit.seals import place_entries
from gongzhi.audit.states import Origin
from gongzhi.audit.tests.conftest import MONDAY
from gongzhi.base.models import Sequence
from gongzhi.base.operations import next_number
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people.models import Member
from gongzhi.people.operations import add_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("only_these_listen")]
ADDED, APPOINTED, RENAMED = FactType("member.added"), FactType("member.appointed"), FactType("member.renamed")


@dataclass
class Clock:
    at: datetime = MONDAY + timedelta(days=1)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Listener:
    """Takes facts, and fails where it is told to."""

    heard: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def __call__(self, told: EntryRow) -> None:
        next_number("heard")  # a change that must vanish when the handler fails
        if f"{told.stream}#{told.seq}" in self.failing:
            raise ValueError("13800000000 is not a street")
        self.heard.append(f"{told.stream}#{told.seq}")


@pytest.fixture
def listen() -> Callable[..., Listener]:
    def listen(key: str, *wants: FactType, origins: Iterable[Origin] = tuple(Origin)) -> Listener:
        listener = Listener()
        registry.subscribe(key, wants or (ADDED, APPOINTED, RENAMED), listener, origins=origins)
        return listener

    return listen


def deliver(clock: Clock, worker: str = "w1") -> int:
    return deliver_due(worker=worker, clock=clock)


def test_a_subscriber_gets_the_facts_it_wants_once_and_in_order(listen, officer, clock):
    some, all_ = listen("some", APPOINTED), listen("all")
    assert deliver_all(clock=clock) == 3 + 4
    assert some.heard == [f"{officer.stream}#{seq}" for seq in (2, 3, 5)]
    assert all_.heard == [f"{officer.stream}#{seq}" for seq in (1, 2, 3, 5)]
    assert deliver_all(clock=clock) == 0
    assert not Delivery.objects.exists()


def test_what_a_handler_sets_off_is_delivered_too(listen, officer, clerk, clock):
    heard = listen("reader", ADDED)
    ended = FactType("member.appointment-ended")

    def add_a_deputy(told: EntryRow) -> None:
        add_member("deputy", name="x", by=clerk, at=clock())

    registry.subscribe("deputies", [ended], add_a_deputy)
    deliver_all(clock=clock)
    deputy = Member.objects.get(number="deputy")
    assert heard.heard == [f"{officer.stream}#1", f"{deputy.stream}#1"]


def test_subscribers_do_not_wait_for_each_other(listen, officer, clock):
    ill, well = listen("ill"), listen("well")
    ill.failing = {f"{officer.stream}#1"}
    deliver(clock)
    assert ill.heard == []
    assert len(well.heard) == 4


def test_a_failure_leaves_nothing_of_the_handler_and_is_tried_again_later_and_later(listen, officer, clock):
    ill = listen("ill", ADDED)
    ill.failing = {f"{officer.stream}#1"}
    waits = []
    for _ in range(4):
        assert deliver(clock) == 1
        assert deliver(clock) == 0
        one = Delivery.objects.get()
        waits.append(one.next_at - clock())
        clock.forward(waits[-1])
    assert waits == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    assert not Sequence.objects.exists()
    ill.failing = set()
    assert deliver(clock) == 1
    assert ill.heard == [f"{officer.stream}#1"]


def test_a_failure_is_logged_without_its_own_words(listen, officer, clock, caplog):
    listen("ill", ADDED).failing = {f"{officer.stream}#1"}
    deliver(clock)
    assert f"subscriber ill failed on {officer.stream}#1: ValueError at __call__" in caplog.text
    assert "13800000000" not in caplog.text


def test_later_facts_of_a_stream_wait_for_an_earlier_one_that_failed(listen, officer, clock):
    ill = listen("ill")
    ill.failing = {f"{officer.stream}#2"}
    deliver(clock)
    assert ill.heard == [f"{officer.stream}#1"]
    ill.failing = set()
    clock.forward(FIRST_WAIT)
    deliver_all(clock=clock)
    assert ill.heard == [f"{officer.stream}#{seq}" for seq in (1, 2, 3, 5)]


def test_facts_of_other_streams_do_not_wait_however_many_are_stuck(listen, officer, clerk, clock):
    for number in range(60):
        add_member(f"m{number}", name="x", by=clerk, at=clock())
    ill = listen("ill")
    ill.failing = {f"{officer.stream}#1"}
    deliver_all(clock=clock)
    assert len(ill.heard) == 60


def test_what_fails_too_often_becomes_a_dead_letter_without_personal_values(listen, officer, clock):
    ill = listen("ill", ADDED, APPOINTED)
    ill.failing = {f"{officer.stream}#1"}
    for _ in range(MOST_ATTEMPTS):
        deliver_all(clock=clock)
        clock.forward(timedelta(hours=1))
    (dead,) = delivery.dead_letters()
    assert (dead.subscriber, dead.stream, dead.seq, dead.attempts) == ("ill", officer.stream, 1, MOST_ATTEMPTS)
    assert dead.last_error.startswith("ValueError at __call__")
    assert "13800000000" not in dead.last_error
    assert ill.heard == [f"{officer.stream}#{seq}" for seq in (2, 3, 5)], "later facts go on without it"


def test_a_dead_letter_that_a_person_revives_is_tried_again(listen, officer, clock):
    ill = listen("ill", ADDED)
    ill.failing = {f"{officer.stream}#1"}
    for _ in range(MOST_ATTEMPTS):
        deliver_all(clock=clock)
        clock.forward(timedelta(hours=1))
    ill.failing = set()
    assert deliver(clock) == 0
    (dead,) = delivery.dead_letters()
    delivery.retry_dead(dead.id, at=clock())
    assert delivery.dead_letters() == []
    assert deliver(clock) == 1
    assert ill.heard == [f"{officer.stream}#1"]


def test_what_is_no_dead_letter_cannot_be_revived(listen, officer, clock):
    listen("well", ADDED)
    place_entries(at=clock())
    for number in (Delivery.objects.get().pk, 999_999):
        with pytest.raises(NotFound):
            delivery.retry_dead(number, at=clock())


def test_a_refusal_of_a_handler_is_kept_with_its_code(officer, clock):
    class NoCalendar(Refusal):
        """There is no calendar."""

        code = "no-calendar"

    def refuse(told: EntryRow) -> None:
        raise NoCalendar(year=2031)

    registry.subscribe("clocks", [ADDED], refuse)
    deliver(clock)
    assert Delivery.objects.get().last_error.startswith("no-calendar(year=2031) at refuse")


@pytest.mark.parametrize("origin", Origin)
def test_only_live_facts_reach_people_outside(listen, officer, clerk, clock, origin):
    inward, outward = listen("inward", RENAMED), listen("outward", RENAMED, origins=[Origin.LIVE])
    with audit.recording_as(origin):
        audit.record(officer, RENAMED, by=clerk, at=clock())
    deliver_all(clock=clock)
    assert len(inward.heard) == 1
    assert len(outward.heard) == (1 if origin is Origin.LIVE else 0)
    assert not Delivery.objects.exists()


def test_a_subscriber_that_no_longer_exists_leaves_no_heap_behind(listen, officer, clock):
    listen("gone", ADDED)
    place_entries(at=clock())
    registry._registry.subscribers.clear()
    assert deliver_all(clock=clock) == 1
    assert not Delivery.objects.exists()


def test_a_leased_fact_is_left_alone_until_the_lease_runs_out(listen, officer, clock):
    heard = listen("reader", ADDED)
    place_entries(at=clock())
    assert len(delivery._lease_due(worker="died", at=clock(), limit=5)) == 1
    assert deliver(clock, worker="w2") == 0
    clock.forward(LEASE - timedelta(seconds=1))
    assert deliver(clock, worker="w2") == 0
    clock.forward(timedelta(seconds=1))
    assert deliver(clock, worker="w2") == 1
    assert heard.heard == [f"{officer.stream}#1"]


def test_a_worker_whose_lease_another_took_over_does_nothing_any_more(listen, officer, clock):
    heard = listen("reader", ADDED)
    place_entries(at=clock())
    (slow,) = delivery._lease_due(worker="slow", at=clock(), limit=5)
    clock.forward(LEASE)
    delivery._lease_due(worker="quick", at=clock(), limit=5)
    delivery._hand_over(slow, worker="slow", clock=clock)
    assert heard.heard == []
    assert Delivery.objects.get().leased_by == "quick"


def test_a_failure_after_the_lease_was_lost_does_not_touch_the_new_lease(listen, officer, clock):
    listen("reader", ADDED)
    place_entries(at=clock())
    (slow,) = delivery._lease_due(worker="slow", at=clock(), limit=5)
    clock.forward(LEASE)
    delivery._lease_due(worker="quick", at=clock(), limit=5)
    delivery._postpone(slow, "ValueError at handle, line 1", worker="slow", at=clock())
    assert Delivery.objects.get().leased_by == "quick"


def test_no_more_is_handed_out_than_was_asked_for(listen, officer, clock):
    heard = listen("reader")
    assert deliver_due(worker="w", clock=clock, limit=2) == 2
    assert len(heard.heard) == 2
