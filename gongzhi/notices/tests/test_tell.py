"""Telling: to whom, by which carrier, when, once, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from gongzhi.audit import operations as audit
from gongzhi.audit.models import Entry
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Origin
from gongzhi.audit.verify import verify
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.notices import operations, queries, rules
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.states import Carrier, MessageState
from gongzhi.notices.tests.scene import (
    ANSWERED,
    CASE,
    DISPATCHED,
    OVERDUE,
    REPORT,
    WORDS,
    reachable,
    tell,
    to,
)
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU, local, member
from gongzhi.testing.races import while_the_first_has_not_finished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "topics", "pockets")]


def told() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("recipient", "carrier"))


def test_a_member_is_told_by_the_carriers_that_the_rules_name_and_that_reach_them(acceptor, admin):
    owner = reachable(acceptor, admin, sms="13800001234", wecom="acceptor")
    assert len(tell(audience=to(acceptor))) == 2
    assert told() == {(owner.text, "inbox"), (owner.text, "sms")}


def test_everybody_in_a_post_is_told_once_each(admin):
    tell(audience=rules.holders_of(Post.COLLECTOR))
    holders = {f"member:{one.member}" for one in people.appointments(at=MONDAY_9AM, post=Post.COLLECTOR)}
    assert len(holders) > 1
    assert told() == {(one, "inbox") for one in holders}


def test_a_line_that_names_a_post_stands_before_the_others(shift_leader, admin):
    owner = reachable(shift_leader, admin, sms="13800001234")
    tell(audience=rules.holders_of(Post.SHIFT_LEADER, unit="centre"))
    assert told() == {(owner.text, "sms")}


def test_a_desk_is_its_people_and_the_units_own_system(desk, admin):
    system = reachable(SIMING_BUREAU, admin, webhook="https://bureau.example.org/in")
    person = reachable(desk, admin, wecom="siming-desk")
    tell(audience=rules.desk_of(SIMING_BUREAU))
    staff = {f"member:{one.member}" for one in people.appointments(at=MONDAY_9AM, unit=SIMING_BUREAU)}
    assert {(system.text, "webhook"), (person.text, "wecom"), (person.text, "inbox")} <= told()
    assert {who for who, _ in told()} <= staff | {system.text}


def test_whoever_stands_behind_a_report_is_named_by_the_report_alone():
    tell(ANSWERED, audience=rules.addressee("reporter", REPORT))
    assert told() == {(f"reporter:{REPORT}", "sms")}
    bodies = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert b"13900000000" not in bodies


def test_nobody_is_told_twice_by_the_same_carrier(acceptor, admin):
    reachable(acceptor, admin, sms="13800001234")
    first = tell(audience=to(acceptor))
    assert tell(audience=to(acceptor), at=MONDAY_9AM + timedelta(hours=1)) == []
    assert len(first) == Message.objects.count() == 2
    assert len(tell(audience=to(acceptor), key="case#2")) == 2


def test_telling_again_reaches_those_who_came_later(acceptor, admin):
    tell(audience=to(acceptor))
    reachable(acceptor, admin, sms="13800001234")
    tell(audience=to(acceptor))
    assert sorted(carrier for _, carrier in told()) == ["inbox", "sms"]


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_at_once_tell_it_once(acceptor):
    audience = to(acceptor)
    got = while_the_first_has_not_finished(lambda: tell(audience=audience), lambda: tell(audience=audience))
    assert sorted(len(one) for one in got if not isinstance(one, Refusal)) == [0, 1]
    assert Message.objects.count() == 1


def test_a_change_that_is_undone_tells_nobody(acceptor):
    with transaction.atomic():
        tell(audience=to(acceptor))
        transaction.set_rollback(True)
    assert told() == set()
    assert not Sending.objects.exists()


def test_the_inbox_has_it_at_once_with_the_words_that_nobody_else_may_see(acceptor):
    (uid,) = tell(audience=to(acceptor))
    (row,) = queries.inbox(acceptor_id(acceptor), language="zh-hans")
    assert (row.message.uid, row.message.state) == (uid, MessageState.SENT)
    assert row.title == "案件 思明-1 已派遣"
    assert row.text == f"案件 思明-1 已派遣给贵单位，限 17:00 前办结。反映内容：{WORDS}"


def acceptor_id(actor):
    return UUID(actor.id)


def test_private_words_enter_the_record_as_a_commitment_and_can_be_erased(acceptor, admin):
    (uid,) = tell(audience=to(acceptor))
    stream = f"notice:{uid}"
    bodies = b"".join(bytes(body) for body in Entry.objects.filter(stream=stream).values_list("body", flat=True))
    assert WORDS.encode() not in bodies
    assert operations.erase_private(CASE, rule="on request", by=admin, at=MONDAY_9AM) == 1
    assert operations.erase_private(CASE, rule="on request", by=admin, at=MONDAY_9AM) == 0
    (row,) = queries.inbox(acceptor_id(acceptor), language="zh-hans")
    assert row.text.endswith("反映内容：—")
    assert verify().findings == []


def test_everything_that_is_told_stands_in_the_record(acceptor, admin):
    reachable(acceptor, admin, sms="13800001234")
    tell(audience=to(acceptor))
    streams = {f"notice:{one.uid}": one for one in queries.messages_about(CASE)}
    types = {one.carrier: entries_of(stream)[0].type for stream, one in streams.items()}
    assert types == {Carrier.INBOX: "notice.send", Carrier.SMS: "notice.told"}
    for stream, one in streams.items():
        written = dict(entries_of(stream)[0].rows)["notices.message"][str(one.uid)]
        assert (written["recipient"], written["carrier"]) == (f"member:{acceptor.id}", one.carrier.value)
    assert verify().findings == []


@pytest.mark.parametrize(
    ("at", "topic", "urgent", "due"),
    [
        ("2026-11-23 21:59", DISPATCHED, False, "2026-11-23 21:59"),
        ("2026-11-23 22:00", DISPATCHED, False, "2026-11-24 07:00"),
        ("2026-11-24 03:00", DISPATCHED, False, "2026-11-24 07:00"),
        ("2026-11-24 03:00", DISPATCHED, True, "2026-11-24 03:00"),
        ("2026-11-24 03:00", OVERDUE, False, "2026-11-24 03:00"),
        ("2026-11-24 07:00", DISPATCHED, False, "2026-11-24 07:00"),
    ],
)
def test_what_may_wait_waits_for_the_end_of_the_night(acceptor, admin, at, topic, urgent, due):
    reachable(acceptor, admin, sms="13800001234")
    tell(topic, audience=to(acceptor), at=local(at), urgent=urgent)
    assert Sending.objects.get().next_at == local(due)


def test_what_is_gathered_goes_out_in_the_morning(acceptor, admin):
    reachable(acceptor, admin, email="acceptor@example.org")
    tell(audience=to(acceptor))
    assert Sending.objects.get().next_at == local("2026-11-24 08:30")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin.LIVE, {"inbox", "sms"}),
        (Origin.SEED, {"inbox"}),
        (Origin.REPLAY, set()),
        (Origin.IMPORT, set()),
    ],
)
def test_an_import_or_a_replay_never_reaches_people_outside(acceptor, admin, origin, expected):
    reachable(acceptor, admin, sms="13800001234")
    with audit.recording_as(origin):
        tell(audience=to(acceptor))
    assert {carrier for _, carrier in told()} == expected


def test_an_instant_is_shown_as_the_citys_clocks_show_it(acceptor):
    tell(audience=to(acceptor), due=MONDAY_9AM)
    assert "限 2026-11-23 09:00 前" in queries.inbox(acceptor_id(acceptor), language="zh-hans")[0].text


@pytest.mark.parametrize(
    ("facts", "private"),
    [({"case": "1"}, {}), ({"case": "1", "due": "2", "words": "3"}, {"words": "4"})],
    ids=["a fact is missing", "a fact is private and not"],
)
def test_facts_that_do_not_fit_the_words_are_a_bug(acceptor, admin, facts, private):
    with pytest.raises(ValueError, match=DISPATCHED):
        operations.tell(
            DISPATCHED,
            audience=to(acceptor),
            about=CASE,
            facts=facts,
            private=private,
            key="k",
            by=admin,
            at=MONDAY_9AM,
        )
    assert told() == set()


def test_an_audience_that_nobody_could_find_is_a_bug():
    with pytest.raises(KeyError):
        tell(audience=rules.addressee("passer-by", REPORT))


def test_somebody_reads_their_own_messages_once(acceptor, checker):
    (uid,) = tell(audience=to(acceptor))
    assert queries.unread(acceptor_id(acceptor)) == 1
    with pytest.raises(operations.NotYourMessage):
        operations.read_message(uid, by=checker, at=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(minutes=1)
    assert operations.read_message(uid, by=acceptor, at=later).read_at == later
    assert operations.read_message(uid, by=acceptor, at=later + timedelta(hours=1)).read_at == later
    assert queries.unread(acceptor_id(acceptor)) == 0
    assert queries.inbox(acceptor_id(acceptor), language="zh-hans", unread_only=True) == []
    assert verify().findings == []


def test_what_is_in_no_inbox_cannot_be_read(acceptor, admin):
    reachable(acceptor, admin, sms="13800001234")
    tell(audience=to(acceptor))
    sms = Message.objects.get(carrier="sms").uid
    for uid in (sms, new_id()):
        with pytest.raises(NotFound):
            operations.read_message(uid, by=acceptor, at=MONDAY_9AM)


def test_an_inbox_is_read_page_by_page_the_latest_first(acceptor):
    made = [tell(audience=to(acceptor), key=f"case#{number}")[0] for number in range(5)]
    who = acceptor_id(acceptor)
    first = queries.inbox(who, language="en", limit=2)
    second = queries.inbox(who, language="en", limit=2, before=first[-1].message.uid)
    assert [one.message.uid for one in (*first, *second)] == made[:0:-1]


def test_somebody_who_left_is_told_nothing_as_the_holder_of_a_post():
    assert queries.recipients_of(rules.holders_of("nobody-holds-this"), at=MONDAY_9AM) == []
    assert member(Post.ACCEPTOR).id not in {
        one.who for one in queries.recipients_of(rules.holders_of(Post.ACCEPTOR), at=local("2020-01-01 09:00"))
    }
