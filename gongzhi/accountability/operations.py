"""Complaints about the service: taken, inquired into by somebody they are sealed from nobody else for, answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongzhi.accountability import facts, news, rules
from gongzhi.accountability.lifecycle import COMPLAINT, ENTRUST, ERASE
from gongzhi.accountability.models import ConductComplaint
from gongzhi.accountability.news import Told
from gongzhi.accountability.queries import (
    CONTACT,
    WORDS,
    ComplaintRow,
    code_of,
    complaint_row,
    inspectors_for,
    is_sealed,
)
from gongzhi.accountability.rules import Complaint, InspectorThere, StillSealed
from gongzhi.accountability.states import ENDS, ComplaintState, Outcome
from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import earlier_answer, forget_content_answered, keep_answer, next_number, one_change
from gongzhi.intake import rules as intake
from gongzhi.intake.operations.steps import work_days_after
from gongzhi.intake.rules import Contact, ContactMissing
from gongzhi.intake.states import ErasureRule
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.lifecycle import MoveNotAllowed, Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.text import says_something
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotAppointed
from gongzhi.people.states import Post

_SOURCE = "conduct"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever complained gets: the number, and the code to read the answer with."""

    number: str
    query_code: str


@dataclass(frozen=True, slots=True)
class Look:
    """A contact in clear, and the complaint as it is after this look was recorded."""

    complaint: ComplaintRow
    contact: Contact


@one_change
def receive_complaint(complaint: Complaint, *, key: str, at: datetime) -> Receipt:
    """Take a complaint about how a member of the service behaved. It is no report: nobody who works on cases sees it.

    Args:
        complaint: what was said.
        key: the form's own name for it; the same again gets the same receipt.
        at: the instant now.

    Raises: ComplaintEmpty, ComplaintTooLong, RepeatedKeyOtherContent; NotFound for a unit that does not exist.
    """
    rules.require_said(complaint, limit=parameter("report_text_limit", at=at))
    digest = _digest(complaint)
    earlier = earlier_answer(source=_SOURCE, key=key, content_digest=digest)
    if earlier is not None:
        return _receipt(ConductComplaint.objects.get(uid=earlier))
    if complaint.unit:
        people.unit(complaint.unit)
    row = ConductComplaint(state=COMPLAINT.initial.value, unit_code=complaint.unit, received_at=at)
    year = local_date(at, city().zone).year
    row.number = f"D{year}-{next_number(f'conduct:{year}'):05d}"
    row.is_anonymous = not complaint.contact.is_given
    row.due_at, row.due_provisional = work_days_after(parameter("conduct_answer_work_days", at=at), at=at)
    keep_answer(source=_SOURCE, key=key, content_digest=digest, answer=str(row.uid), at=at)
    held = {
        "text": complaint.text,
        "person": _said(complaint.person),
        "about": _said(complaint.about),
        "contact_name": _said(complaint.contact.name),
        "contact_phone": _said(complaint.contact.phone),
    }
    audit.record(row, facts.COMPLAINT_RECEIVED, by=ANONYMOUS_REPORTER, at=at, held=held)
    return _receipt(row)


@one_change
def take_up(uid: UUID, *, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """Begin to inquire; from now on the inquiry is this inspector's.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    row, step = _checked(uid, "take_up", seen=seen, by=by, at=at)
    row.inspector = by.id
    audit.record(row, step, by=by, at=at)
    return complaint_row(row)


@one_change
def name_unit(uid: UUID, *, unit: str, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """Say which unit a complaint concerns. From that instant it is sealed from it, also from whoever says so.

    An inquiry that its own inspector may not read any more waits for another one.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    row, step = _checked(uid, "name_unit", seen=seen, by=by, at=at)
    people.unit(unit)
    row.unit_code = unit
    if row.inspector and is_sealed(row, by=by, at=at):
        row.inspector, row.state = "", ComplaintState.RECEIVED.value
    audit.record(row, step, by=by, at=at)
    return complaint_row(row)


@one_change
def entrust(uid: UUID, *, member: UUID, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """Name the inspector of a complaint that is sealed from all of them, without reading it.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed; InspectorThere when there is one from whom it is
        not sealed; NotAppointed when the one named is no inspector; StillSealed when they belong to that very unit.
    """
    people.require(by, ENTRUST, Matter(), at=at)
    row = _locked(uid)
    audit.require_version(row, seen)
    step = COMPLAINT.check(row.state, "entrust")
    if not row.unit_code or inspectors_for(row.unit_code, at=at):
        raise InspectorThere(number=row.number)
    if Post.CONDUCT_INSPECTOR not in people.posts_held(member, from_at=at, until_at=at):
        raise NotAppointed(post=Post.CONDUCT_INSPECTOR, unit=None)
    if row.unit_code in people.units_of_member(member, at=at):
        raise StillSealed(number=row.number)
    row.entrusted_to = str(member)
    audit.record(row, step, by=by, at=at)
    return complaint_row(row)


@one_change
def reveal_contact(uid: UUID, *, grounds: str, by: Actor, at: datetime) -> Look:
    """Show who complained to an inspector who says why. The look is in the record before anything is shown.

    Raises: NotFound, NotPermitted, ReasonMissing, ContactMissing.
    """
    row, step = _checked(uid, "reveal_contact", seen=None, by=by, at=at)
    intake.require_reason(grounds, limit=parameter("report_text_limit", at=at))
    kept = audit_queries.held_values([row.stream], names=CONTACT).get(row.stream)
    if not kept:
        raise ContactMissing(report=row.number)
    audit.record(row, step, by=by, at=at, held={"grounds": grounds})
    contact = Contact(name=str(kept.get("contact_name", "")), phone=str(kept.get("contact_phone", "")))
    return Look(complaint_row(row), contact)


@one_change
def answer_complaint(uid: UUID, *, outcome: Outcome, answer: str, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """End the inquiry: say what was found, and what whoever complained is told.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, InquiryOfAnother, AnswerMissing, ComplaintTooLong.
    """
    row, step = _checked(uid, "answer", seen=seen, by=by, at=at)
    if row.inspector != by.id:
        raise rules.InquiryOfAnother(number=row.number)
    rules.require_words(answer, limit=parameter("answer_text_limit", at=at))
    row.outcome, row.ended_at = outcome.value, at
    audit.record(row, step, by=by, at=at, held={"answer": answer})
    return complaint_row(row)


@one_change
def refer(uid: UUID, *, grounds: str, answer: str, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """Hand a complaint on to those who inquire into breaches of duty and of discipline, outside the bureau.

    Args:
        uid: the complaint.
        grounds: why, and to whom; not told outside.
        answer: what whoever complained is told.
        seen: its version.
        by: the inspector.
        at: when.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, AnswerMissing, ComplaintTooLong.
    """
    row, step = _checked(uid, "refer", seen=seen, by=by, at=at)
    for words in (grounds, answer):
        rules.require_words(words, limit=parameter("answer_text_limit", at=at))
    row.ended_at = at
    audit.record(row, step, by=by, at=at, held={"grounds": grounds, "answer": answer})
    return complaint_row(row)


@one_change
def erase_complaint(uid: UUID, *, rule: ErasureRule, grounds: str, seen: int, by: Actor, at: datetime) -> ComplaintRow:
    """Erase the words of a complaint that ended, and who made it, for ever. Its entries stay.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, ReasonMissing, NothingToErase.
    """
    people.require(by, ERASE, Matter(), at=at)
    row = _locked(uid)
    audit.require_version(row, seen)
    if ComplaintState(row.state) not in ENDS:
        raise MoveNotAllowed(thing=COMPLAINT.name, act="erase", state=row.state)
    intake.require_reason(grounds, limit=parameter("report_text_limit", at=at))
    targets = audit_queries.erasable(row.stream, names=(*WORDS, *CONTACT))
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name=", ".join(WORDS))
    forget_content_answered(source=_SOURCE, answer=str(row.uid))
    row.is_anonymous = True
    audit.erase(row, targets, rule=rule.value, by=by, at=at, held={"erasure_grounds": grounds})
    return complaint_row(row)


def tell_of_complaint(uid: UUID, *, fact: str, seq: int, at: datetime) -> bool:
    """Tell whom a change of a complaint concerns; return whether anybody had not heard of it.

    Args:
        uid: the complaint.
        fact: what happened.
        seq: the number of its entry: telling it again tells nobody.
        at: when it happened.
    """
    found = ConductComplaint.objects.get(uid=uid)
    row, key = complaint_row(found), f"{found.stream}#{seq}"
    inspectors: list[UUID] = [UUID(row.entrusted_to)] if row.entrusted_to else inspectors_for(row.unit, at=at)
    told = [Told(row, one) for one in inspectors] or [Told(row)]
    about = [(one, matter) for one in news.NEWS if fact in {of.name for of in one.of} for matter in told]
    heard = [one.tell(matter, about=found.stream, key=key, at=at) for one, matter in about]
    return any(heard)


def _locked(uid: UUID) -> ConductComplaint:
    row = ConductComplaint.locked(uid=uid)
    if row is None:
        raise NotFound(thing="conduct", code=str(uid))
    return row


def _checked(uid: UUID, act: str, *, seen: int | None, by: Actor, at: datetime) -> tuple[ConductComplaint, Step]:
    """Return a locked complaint in the state to which an act leads, and the step.

    Raises: NotFound, also for one that is sealed from the actor; NotPermitted, ChangedMeanwhile, MoveNotAllowed.
    """
    people.require(by, f"conduct.{act}", Matter(), at=at)
    row = _locked(uid)
    if is_sealed(row, by=by, at=at):
        raise NotFound(thing="conduct", code=str(uid))
    if seen is not None:
        audit.require_version(row, seen)
    step = COMPLAINT.check(row.state, act)
    row.state = step.to.value
    return row, step


def _receipt(row: ConductComplaint) -> Receipt:
    return Receipt(number=row.number, query_code=code_of(row.uid))


def _said(text: str) -> str | None:
    """Return what was said, or None where nobody could see anything."""
    return text if says_something(text) else None


def _digest(complaint: Complaint) -> str:
    content = [complaint.text, complaint.person, complaint.unit, complaint.about, complaint.contact.name]
    return keyed_digest([*content, complaint.contact.phone], purpose="conduct-content")
