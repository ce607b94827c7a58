"""Whatever is told again, fails, waits or is looked after in between: a message arrives once, or somebody sees it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import Refusal
from gongzhi.notices import carriers, delivery, operations, queries
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.states import OUTWARD, Carrier, MessageState
from gongzhi.notices.tests.scene import DISPATCHED, FOR_GOOD, OVERDUE, PASSING, Pocket, reachable, tell, to
from gongzhi.people.states import Post
from gongzhi.testing.moves import MONDAY_9AM, member

FAULTS = {"taken": None, "passing": PASSING, "for good": FOR_GOOD, "bug": ValueError("x")}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from([DISPATCHED, OVERDUE]), st.integers(1, 3)),
        st.tuples(st.just("pass"), st.sampled_from([1, 45, 600, 86_400]), st.sampled_from(sorted(FAULTS))),
        st.tuples(st.sampled_from(["retry", "clear"]), st.integers(0, 2), st.just("")),
    ),
    max_size=12,
)


@pytest.mark.django_db
@pytest.mark.usefixtures("city", "topics")
@given(steps=STEPS)
@settings(max_examples=25)
def test_each_message_arrives_at_most_once_and_none_is_lost(steps):
    with transaction.atomic():
        pockets = {carrier: Pocket(carrier) for carrier in OUTWARD}
        with carriers.using(dict(pockets)):
            live_through(steps, pockets)
        transaction.set_rollback(True)


def live_through(steps, pockets) -> None:
    acceptor, admin = member(Post.ACCEPTOR), member(Post.SYSTEM_ADMINISTRATOR)
    reachable(acceptor, admin, sms="13800001234", email="a@example.org")
    at, told = MONDAY_9AM, set()
    for what, first, second in steps:
        if what == "tell":
            tell(first, audience=to(acceptor), key=f"{first}#{second}", at=at)
            told.add(f"{first}#{second}")
        elif what == "pass":
            at += timedelta(seconds=first)
            for pocket in pockets.values():
                pocket.faults, pocket.tried = [FAULTS[second]], []
            delivery.tick(at, worker="w1", at_most_s=60)
        else:
            look_after(what, first, by=admin, at=at)
    arrived = Counter(
        (one.topic, one.title, parcel.id) for pocket in pockets.values() for parcel in pocket.got for one in parcel.news
    )
    assert all(count == 1 for count in arrived.values())
    assert Counter(Message.objects.filter(key__in=told).values_list("key", "carrier")) == Counter(
        (key, carrier.value) for key in told for carrier in (Carrier.INBOX, Carrier.SMS, Carrier.EMAIL)
    )
    open_ = {MessageState.WAITING.value, MessageState.FAILED.value}
    unfinished = set(Message.objects.filter(state__in=open_).values_list("uid", flat=True))
    assert unfinished == set(Sending.objects.values_list("message_id", flat=True)), "whatever is open is tried again"
    assert verify().findings == []


def look_after(what, number, *, by, at) -> None:
    failed = queries.failed()
    if number < len(failed):
        one = failed[number]
        if what == "retry":
            operations.retry_message(one.uid, seen=one.version, by=by, at=at)
        else:
            operations.clear_message(one.uid, grounds="已告知", seen=one.version, by=by, at=at)
        try:
            operations.clear_message(one.uid, grounds="再次", seen=one.version, by=by, at=at)
        except Refusal:
            return
        raise AssertionError("what was looked after was looked after again")
