"""A complaint about how somebody of the service behaved: taken without a name, sealed from their unit, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.accountability import operations as conduct
from gongzhi.accountability import queries
from gongzhi.accountability.models import ConductComplaint
from gongzhi.accountability.rules import (
    AnswerMissing,
    Complaint,
    ComplaintEmpty,
    ComplaintTooLong,
    InquiryOfAnother,
    InspectorThere,
    StillSealed,
)
from gongzhi.accountability.states import ComplaintState, Outcome
from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.base.operations import RepeatedKeyOtherContent
from gongzhi.intake import queries as reports
from gongzhi.intake.rules import Contact, ContactMissing
from gongzhi.intake.states import ErasureRule
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices.models import Message
from gongzhi.people import queries as people
from gongzhi.people.operations import NotPermitted
from gongzhi.people.rules import NotAppointed
from gongzhi.people.states import Post
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU, member
from gongzhi.testing.news import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(hours=2)
SAID = Complaint(
    text="执法时把我的秤摔坏了，还骂人",
    person="胸牌 0317",
    unit=SIMING_BUREAU,
    about="厦城管〔2026〕7",
    contact=Contact(name="陈小明", phone="13800001234"),
)


@pytest.fixture
def inspector():
    return member(Post.CONDUCT_INSPECTOR)


def inspector_in(*units: str):
    """Another inspector, in their first unit; further posts lie in the other units."""
    number = f"T{new_id().hex[:6]}"
    staff.with_account(number, at=MONDAY_9AM)
    uid = people.member_uid(number)
    for place, unit in enumerate(units):
        staff.appoint(uid, post=Post.HANDLER if place else Post.CONDUCT_INSPECTOR, unit=unit, at=MONDAY_9AM)
    mine = [one for one in people.appointments(at=LATER, post=Post.CONDUCT_INSPECTOR) if one.member == uid]
    return mine[0].actor()


def received(said=SAID, *, key="form-1"):
    receipt = conduct.receive_complaint(said, key=key, at=MONDAY_9AM)
    return receipt, queries.held_by_code(receipt.number, code=receipt.query_code)


def taken_up(by, said=SAID):
    _, row = received(said)
    return conduct.take_up(row.uid, seen=row.version, by=by, at=LATER)


def test_a_complaint_is_taken_inquired_into_and_answered(inspector):
    receipt, row = received()
    assert receipt.number.startswith("D2026-")
    assert (row.state, row.unit, row.is_anonymous) == (ComplaintState.RECEIVED, SIMING_BUREAU, False)
    assert row.due_at is not None
    assert row.due_at > MONDAY_9AM + timedelta(days=30)
    assert [one.number for one in queries.to_inquire(by=inspector, at=LATER)] == [receipt.number]
    row = conduct.take_up(row.uid, seen=row.version, by=inspector, at=LATER)
    row = conduct.answer_complaint(
        row.uid, outcome=Outcome.PARTLY, answer="已批评教育，秤照价赔偿。", seen=row.version, by=inspector, at=LATER
    )
    assert (row.state, row.outcome) == (ComplaintState.ANSWERED, Outcome.PARTLY)
    assert queries.words_of(row)["answer"] == "已批评教育，秤照价赔偿。"
    assert queries.to_inquire(by=inspector, at=LATER) == []
    assert [one.number for one in queries.ended(by=inspector, at=LATER)] == [receipt.number]
    assert verify().findings == []


def test_the_record_holds_none_of_its_words_in_clear():
    _, row = received()
    told = repr(entries_of(row.stream))
    assert not [said for said in ("摔坏", "0317", "陈小明", "13800001234") if said in told]
    assert set(entries_of(row.stream)[0].held) == {"text", "person", "about", "contact_name", "contact_phone"}


def test_a_complaint_is_no_report_and_nobody_who_works_on_cases_reads_it():
    _, row = received()
    assert reports.page() == []
    for post in (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.LEADER, Post.EVALUATOR):
        with pytest.raises(NotPermitted):
            queries.complaint(row.uid, by=member(post), at=LATER)
    with pytest.raises(NotPermitted):
        queries.to_inquire(by=member(Post.LEADER), at=LATER)


def test_the_same_form_sent_twice_is_one_complaint_and_another_one_is_refused():
    first, _ = received()
    again, _ = received()
    assert again == first
    assert ConductComplaint.objects.count() == 1
    with pytest.raises(RepeatedKeyOtherContent):
        received(Complaint(text="另一件事"))


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (Complaint(text=" \n"), ComplaintEmpty),
        (Complaint(text="字" * 4001), ComplaintTooLong),
        (Complaint(text="骂人", person="字" * 4001), ComplaintTooLong),
        (Complaint(text="骂人", unit="no-such-unit"), NotFound),
    ],
)
def test_what_cannot_be_inquired_into_is_refused_and_nothing_is_kept(said, refusal):
    with pytest.raises(refusal):
        conduct.receive_complaint(said, key="form-1", at=MONDAY_9AM)
    assert not ConductComplaint.objects.exists()


def test_a_wrong_code_opens_nothing():
    receipt, _ = received()
    for number, code in ((receipt.number, "22222222"), ("D2026-99999", receipt.query_code), ("\x00", "")):
        with pytest.raises(NotFound):
            queries.held_by_code(number, code=code)


# --- sealed from the unit it concerns -------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [(SIMING_BUREAU,), ("centre", SIMING_BUREAU)])
def test_a_complaint_is_sealed_from_whoever_holds_a_post_in_the_unit_whatever_seat_they_sit_on(units):
    theirs = inspector_in(*units)
    _, row = received()
    assert queries.to_inquire(by=theirs, at=LATER) == []
    with pytest.raises(NotFound):
        queries.complaint(row.number, by=theirs, at=LATER)
    asked: dict[str, Any] = {"seen": row.version, "by": theirs, "at": LATER}
    for sealed in (
        lambda: conduct.take_up(row.uid, **asked),
        lambda: conduct.name_unit(row.uid, unit="centre", **asked),
        lambda: conduct.refer(row.uid, grounds="理由", answer="答复", **asked),
        lambda: conduct.reveal_contact(row.uid, grounds="核实", by=theirs, at=LATER),
    ):
        with pytest.raises(NotFound):
            sealed()
    assert queries.held_by_code(row.number, code=queries.code_of(row.uid)).version == row.version


def test_a_complaint_about_a_unit_is_sealed_from_the_units_below_it():
    below = inspector_in("centre")
    _, row = received(Complaint(text="骂人", unit="bureau"))
    with pytest.raises(NotFound):
        queries.complaint(row.uid, by=below, at=LATER)


def test_naming_the_unit_later_seals_it_from_an_inspector_of_that_unit_who_has_it_in_hand(inspector):
    theirs = inspector_in(SIMING_BUREAU)
    row = taken_up(theirs, Complaint(text="骂人"))
    row = conduct.name_unit(row.uid, unit=SIMING_BUREAU, seen=row.version, by=theirs, at=LATER)
    assert (row.state, row.inspector) == (ComplaintState.RECEIVED, "")
    with pytest.raises(NotFound):
        queries.complaint(row.uid, by=theirs, at=LATER)
    assert queries.complaint(row.uid, by=inspector, at=LATER).unit == SIMING_BUREAU


def test_a_complaint_sealed_from_every_inspector_is_entrusted_by_a_leader_who_does_not_read_it():
    leader = member(Post.LEADER)
    _, row = received(Complaint(text="骂人", unit="bureau"))
    assert [one.number for one in queries.sealed_from_all(by=leader, at=LATER)] == [row.number]
    asked: dict[str, Any] = {"seen": row.version, "by": leader, "at": LATER}
    own = member(Post.CONDUCT_INSPECTOR)
    with pytest.raises(StillSealed):
        conduct.entrust(row.uid, member=people.appointments(at=LATER, post=own.post)[0].member, **asked)
    with pytest.raises(NotAppointed):
        conduct.entrust(row.uid, member=people.member_uid("D021"), **asked)
    named = inspector_in(SIMING_BUREAU)
    row = conduct.entrust(row.uid, member=named_member(named), **asked)
    assert queries.sealed_from_all(by=leader, at=LATER) == []
    assert queries.complaint(row.uid, by=named, at=LATER).number == row.number
    assert conduct.take_up(row.uid, seen=row.version, by=named, at=LATER).inspector == named.id
    with pytest.raises(NotPermitted):
        queries.complaint(row.uid, by=leader, at=LATER)


def named_member(by):
    return next(one.member for one in people.appointments(at=LATER, post=by.post) if str(one.member) == by.id)


def test_nobody_is_named_where_an_inspector_may_inquire():
    _, row = received()
    named = named_member(inspector_in("centre"))
    with pytest.raises(InspectorThere):
        conduct.entrust(row.uid, member=named, seen=row.version, by=member(Post.LEADER), at=LATER)


# --- the inquiry -----------------------------------------------------------------------------------------------------


def test_only_whoever_inquires_answers_and_never_without_words(inspector):
    row = taken_up(inspector)
    other = inspector_in("centre")
    said: dict[str, Any] = {"outcome": Outcome.UNSUBSTANTIATED, "seen": row.version, "at": LATER}
    with pytest.raises(InquiryOfAnother):
        conduct.answer_complaint(row.uid, answer="查无此事", by=other, **said)
    with pytest.raises(AnswerMissing):
        conduct.answer_complaint(row.uid, answer=" ", by=inspector, **said)
    with pytest.raises(ChangedMeanwhile):
        conduct.answer_complaint(row.uid, answer="好", by=inspector, **{**said, "seen": row.version - 1})
    assert queries.complaint(row.uid, by=inspector, at=LATER).state is ComplaintState.UNDER_INQUIRY


def test_a_complaint_that_others_must_inquire_into_is_handed_on_and_is_over(inspector):
    row = taken_up(inspector)
    given: dict[str, Any] = {"grounds": "涉嫌收受财物，移送纪检监察", "seen": row.version, "by": inspector, "at": LATER}
    with pytest.raises(AnswerMissing):
        conduct.refer(row.uid, answer="", **given)
    row = conduct.refer(row.uid, answer="已移送有权机关办理。", **given)
    assert row.state is ComplaintState.REFERRED
    with pytest.raises(MoveNotAllowed):
        conduct.take_up(row.uid, seen=row.version, by=inspector, at=LATER)


def test_a_look_at_who_complained_needs_a_reason_and_is_on_record(inspector):
    row = taken_up(inspector)
    masked = queries.masked_contact_of(row)
    assert "13800001234" not in repr(masked)
    look = conduct.reveal_contact(row.uid, grounds="约见投诉人核实", by=inspector, at=LATER)
    assert look.contact.phone == "13800001234"
    last = entries_of(row.stream)[-1]
    assert (last.type, last.actor.id) == ("conduct.reveal_contact", inspector.id)
    _, nameless = received(Complaint(text="骂人"), key="form-2")
    with pytest.raises(ContactMissing):
        conduct.reveal_contact(nameless.uid, grounds="核实", by=inspector, at=LATER)


def test_an_ended_complaint_is_erased_with_everything_that_was_said(inspector):
    auditor = member(Post.AUDIT_ADMINISTRATOR)
    row = taken_up(inspector)
    asked: dict[str, Any] = {"rule": ErasureRule.STORAGE_ENDED, "grounds": "保存期满", "by": auditor, "at": LATER}
    with pytest.raises(MoveNotAllowed):
        conduct.erase_complaint(row.uid, seen=row.version, **asked)
    row = conduct.answer_complaint(
        row.uid, outcome=Outcome.UNCLEAR, answer="无法查清", seen=row.version, by=inspector, at=LATER
    )
    with pytest.raises(NotPermitted):
        conduct.erase_complaint(row.uid, seen=row.version, **{**asked, "by": inspector})
    row = conduct.erase_complaint(row.uid, seen=row.version, **asked)
    assert queries.words_of(row) == {}
    assert queries.masked_contact_of(row) == Contact()
    assert verify().findings == []
    with pytest.raises(NothingToErase):
        conduct.erase_complaint(row.uid, seen=row.version, **asked)
    with pytest.raises(RepeatedKeyOtherContent):
        received()


# --- who hears of it --------------------------------------------------------------------------------------------------


def test_those_who_may_inquire_hear_of_it_and_nobody_of_the_unit_it_concerns(inspector):
    theirs = inspector_in(SIMING_BUREAU)
    _, row = received()
    deliver(LATER)
    told = set(Message.objects.filter(topic="conduct.waits").values_list("recipient", flat=True))
    assert told == {f"member:{inspector.id}"}
    assert theirs.id not in repr(told)
    assert not Message.objects.filter(topic="conduct.sealed_from_all").exists()
    _, blind = received(Complaint(text="骂人", unit="bureau"), key="form-2")
    deliver(LATER)
    leaders = {f"member:{one.member}" for one in people.appointments(at=LATER, post=Post.LEADER)}
    asked = Message.objects.filter(topic="conduct.sealed_from_all")
    assert {one.recipient for one in asked} == leaders
    assert row.number not in repr([one.facts for one in asked])
    assert blind.number in repr([one.facts for one in asked])
