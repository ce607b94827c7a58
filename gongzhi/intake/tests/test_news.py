"""What whoever reported is told, by which words, to which number, and what is left of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.audit.models import Entry
from gongzhi.audit.verify import verify
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.erasure import erase_report
from gongzhi.intake.rules import CODE_HOLDER, Contact
from gongzhi.intake.states import Channel, ErasureRule, Part, ReplyWay, ReportKind
from gongzhi.kernel.actor import Actor
from gongzhi.notices import carriers, failures, operations
from gongzhi.notices import delivery as carrying
from gongzhi.notices import queries as notices
from gongzhi.notices.carriers.email import Email
from gongzhi.notices.carriers.sms import Sms, gateway
from gongzhi.notices.models import Message
from gongzhi.notices.queries import InboxRow
from gongzhi.notices.rules import MOST_ATTEMPTS, Recipient
from gongzhi.notices.states import Carrier, MessageState
from gongzhi.notices.tests.scene import Pocket
from gongzhi.notices.tests.servers import mail_server, web_server
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.testing import cases, moves, replies, staff, turns
from gongzhi.testing.borders import HULI_SIDE, IN_SIMING
from gongzhi.testing.database import everything_stored
from gongzhi.testing.moves import HULI_BUREAU, MONDAY_9AM, SIMING_BUREAU, local, member
from gongzhi.testing.news import deliver, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

PHONE = "13800004321"
A_DAY = timedelta(days=1)
WITH_PHONE = Contact("林小雨", PHONE)


@pytest.fixture
def sms() -> Iterator[Pocket]:
    pocket = Pocket(Carrier.SMS)
    with carriers.using({Carrier.SMS: pocket}):
        yield pocket


def carry(at=MONDAY_9AM) -> None:
    """Let facts be told and messages go out."""
    deliver(at)
    carrying.tick(at, worker="w1", at_most_s=60)


def report_of(case):
    return queries.reports_of(case.uid)[0]


def test_a_reporter_is_told_each_step_once_and_their_number_stands_nowhere_but_with_the_report(sms, caplog):
    caplog.set_level(logging.DEBUG)
    case = cases.closed_case(contact=WITH_PHONE)
    report = report_of(case)
    replies.contact(report.uid, at=case.moved_at + A_DAY)
    replies.draft(report.uid, at=case.moved_at + A_DAY, words="摊贩已劝离")
    replies.approve(report.uid, at=case.moved_at + A_DAY)
    seen, by = replies.report_now(report.uid).version, member(Post.ACCEPTOR)
    at = local("2026-11-25 10:00")
    intake.send_reply(report.uid, way=ReplyWay.SMS, seen=seen, by=by, at=at)
    carry(at)
    carry(at + A_DAY)
    assert [one.news[0].topic for one in sms.got] == [
        *("report.received", "report.accepted", "report.assigned", "report.handled", "report.closed"),
        "report.answered",
    ]
    assert {one.to for one in sms.got} == {PHONE}
    assert sms.got[2].text == f"您反映的问题（编号 {report.number}）已交由思明区城市管理局（示意）处理。"
    assert sms.got[5].text == f"您反映的问题（编号 {report.number}）已答复。摊贩已劝离"
    assert PHONE not in caplog.text
    assert not [one for one in everything_stored() if PHONE in str(one)]
    assert not [one for one in Entry.objects.values_list("body", flat=True) if "摊贩已劝离" in bytes(one).decode()]
    assert verify().findings == []


@pytest.mark.parametrize(
    ("channel", "contact"),
    [(Channel.PORTAL, Contact()), (Channel.PORTAL, Contact(name="林小雨"))],
    ids=["who left nothing", "who left a name"],
)
def test_nobody_is_told_who_left_no_number(channel, contact):
    case = cases.handled_case(channel=channel, contact=contact)
    deliver()
    assert told(report_of(case).stream) == {}


def test_a_caller_of_the_hotline_hears_from_the_hotline():
    replies.take()
    deliver()
    assert not Message.objects.filter(recipient__startswith="reporter:").exists()


def test_whoever_is_not_accepted_reads_why_and_the_reason_dies_with_the_words_of_the_report(sms):
    case = moves.refuse(cases.reported_case(contact=WITH_PHONE), grounds="属物业内部纠纷")
    carry(case.moved_at)
    (why,) = [one for one in sms.got if one.news[0].topic == "report.not_accepted"]
    assert why.text.endswith("不予受理，原因：属物业内部纠纷")
    message = next(one for one in notices.messages_about(report_of(case).stream) if one.topic == why.news[0].topic)
    assert notices.private_of(f"notice:{message.uid}") == {"reason": "属物业内部纠纷"}
    erase(case, Part.WORDS)
    assert notices.private_of(f"notice:{message.uid}") == {}
    assert verify().findings == []


def test_whoever_took_their_report_back_hears_no_more_of_the_case_that_goes_on(sms):
    case = cases.filed_case(contact=WITH_PHONE)
    report = report_of(case)
    carry(case.moved_at)
    before = len(sms.got)
    intake.withdraw_report(report.uid, seen=report.version, by=CODE_HOLDER, at=case.moved_at)
    case = moves.dispatch(moves.now(case))
    carry(case.moved_at)
    assert len(sms.got) == before


def test_a_reporter_hears_once_that_it_is_handled_until_it_is_opened_again_and_that_it_is_void(sms):
    case = cases.rework_case(contact=WITH_PHONE)
    case = moves.close(moves.check(moves.order_check(moves.handle(case))))
    case = moves.handle(turns.reopen(case))
    carry(case.moved_at)
    handled = [one.news[0].topic for one in sms.got if one.news[0].topic not in {"report.received", "report.assigned"}]
    expected = ["accepted", "handled", "closed", "resumed", "handled"]
    assert handled == [f"report.{one}" for one in expected]
    assert "核查" not in "".join(one.text for one in sms.got)
    void = cases.voided_case(contact=WITH_PHONE)
    carry(void.moved_at)
    assert sms.got[-1].news[0].topic == "report.void"


def test_near_a_border_our_own_people_are_told_of_a_report_where_it_was_received():
    receipt = moves.report(place=IN_SIMING, contact=WITH_PHONE)
    case = moves.case_of(receipt)
    border = places.border(case.uid)
    ground.receive(border.uid, area=HULI_SIDE, seen=border.version, by=member(Post.ACCEPTOR), at=case.moved_at)
    huli = staff.with_account("leads-huli", at=MONDAY_9AM)
    staff.appoint(huli, post=Post.SHIFT_LEADER, unit=HULI_BUREAU, at=MONDAY_9AM)
    due = queries.report(receipt.report).reply_due_at
    assert due is not None
    intake.tick(due + A_DAY)
    deliver()
    late = Message.objects.filter(topic="report.reply_late").values_list("recipient", flat=True)
    acceptors = {f"member:{one.member}" for one in people.appointments(at=MONDAY_9AM, post=Post.ACCEPTOR)}
    assert {*late} == {f"member:{huli}"} | acceptors


def test_whoever_approves_answers_is_told_that_one_waits_and_not_of_one_that_needs_no_approval():
    for kind, whom in ((ReportKind.COMPLAINT, {"shift_leader"}), (ReportKind.CONSULT, None)):
        uid = moves.report(kind=kind, contact=WITH_PHONE).report
        replies.contact(uid, at=MONDAY_9AM + A_DAY)
        replies.draft(uid, at=MONDAY_9AM + A_DAY)
        deliver()
        assert told(f"report:{uid}").get("report.reply_drafted") == whom


def test_who_took_their_number_back_is_sent_nothing_that_waits(sms):
    case = cases.reported_case(contact=WITH_PHONE, at=local("2026-11-23 22:30"))
    deliver(local("2026-11-23 22:30"))
    erase(case, Part.CONTACT)
    carry(local("2026-11-24 09:00"))
    assert sms.tried == []
    (message,) = notices.messages_about(report_of(case).stream)
    assert message.state is MessageState.DROPPED


def erase(case, part: Part) -> None:
    report = report_of(case)
    said = {"rule": ErasureRule.CONSENT_WITHDRAWN, "grounds": "本人要求", "seen": report.version}
    erase_report(report.uid, parts=[part], by=member(Post.AUDIT_ADMINISTRATOR), at=local("2026-11-24 08:00"), **said)


def test_our_own_people_are_told_what_is_late_and_what_somebody_objects_to():
    late = cases.reported_case(contact=WITH_PHONE)
    report = report_of(late)
    intake.tick(report.reply_due_at + A_DAY)
    objected = moves.refuse(cases.reported_case(contact=WITH_PHONE))
    its = report_of(objected)
    intake.object_to_refusal(
        its.uid,
        case_id=objected.uid,
        grounds="占道属实",
        seen=its.version,
        by=member(Post.ACCEPTOR),
        at=objected.moved_at,
    )
    deliver()
    assert told(report.stream)["report.reply_late"] == {"acceptor", "shift_leader"}
    assert told(its.stream)["report.objected"] == {"shift_leader"}


def test_a_gateway_that_refuses_is_reported_again_and_again_until_it_takes_the_message(tmp_path):
    """A real gateway on this machine says 503, for days; then it works, and nothing is left to see to."""
    path = tmp_path / "gateway.json"
    with web_server() as server:
        server.says((503, b"{}"))
        described = {"url": f"{server.url}/send", "form": {"to": "{to}", "text": "{text}", "id": "{id}"}}
        path.write_text(json.dumps(described), encoding="utf-8")
        with carriers.using({Carrier.SMS: Sms(gateway(path), secret="s", wait_s=5)}):
            cases.reported_case(contact=WITH_PHONE)
            at = MONDAY_9AM
            carry(at)
            for _ in range(MOST_ATTEMPTS):
                at = max(at, Message.objects.get(carrier="sms").sending.next_at)
                carry(at)
            (failed,) = notices.failed()
            days = [at + n * A_DAY for n in range(1, 4)]
            for day in days:
                carry(day)
            administrator = member(Post.SYSTEM_ADMINISTRATOR)
            reminders = [one for one in inbox_of(administrator) if one.message.topic == failures.FAILED]
            assert len(reminders) >= len(days)
            assert notices.failed_count() == 1
            server.says((200, b"{}"))
            server.got.clear()
            carry(days[-1] + A_DAY)
        assert len(server.got) == 1
    assert notices.message(failed.uid).state is MessageState.SENT
    assert notices.failed_count() == 0
    assert verify().findings == []


def test_a_letter_that_a_relay_refuses_for_good_stands_there_until_somebody_says_why_it_need_not_arrive():
    """A real relay on this machine knows no such mailbox."""
    system, owner = member(Post.SYSTEM_ADMINISTRATOR), Recipient("unit", SIMING_BUREAU)
    operations.change_address(owner, Carrier.EMAIL, "desk@example.org", seen=0, by=system, at=MONDAY_9AM)
    with mail_server() as relay:
        relay.says["RCPT"] = "550 no such mailbox"
        relayed = Email(f"smtp+plain://localhost:{relay.port}", from_="gongzhi@city.example", wait_s=5)
        with carriers.using({Carrier.EMAIL: relayed}):
            at = cases.dispatched_case().moved_at
            carry(at)
            (failed,) = notices.failed()
            carry(at + A_DAY)
            carry(at + 2 * A_DAY)
            seen = notices.message(failed.uid).version
            operations.clear_message(failed.uid, grounds="已换邮箱", seen=seen, by=system, at=at + 2 * A_DAY)
            told_before = len(inbox_of(system))
            carry(at + 5 * A_DAY)
    assert (failed.topic, failed.recipient) == ("case.dispatched", f"unit:{SIMING_BUREAU}")
    assert relay.heard.count("RCPT") == 3
    assert told_before >= 2
    assert len(inbox_of(system)) == told_before


def inbox_of(who: Actor) -> list[InboxRow]:
    return notices.inbox(UUID(who.id), language="en")
