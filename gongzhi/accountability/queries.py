"""Reading complaints about the service, as far as they are not sealed from the reader."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongzhi.accountability.lifecycle import ENTRUST, READ
from gongzhi.accountability.models import ConductComplaint
from gongzhi.accountability.rules import is_sealed_from
from gongzhi.accountability.states import ENDS, ComplaintState, Outcome
from gongzhi.audit import queries as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.intake import rules as intake
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices.registry import Found
from gongzhi.notices.rules import AddressUnusable, require_address
from gongzhi.notices.states import Carrier, RecipientKind
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotAppointed, NotPermitted, persons_of
from gongzhi.people.states import Post

WORDS = ("text", "person", "about", "answer", "grounds")
CONTACT = ("contact_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint as readers get it.

    `version` is what an operation takes as `seen`; `outcome` is None before the inquiry has ended.
    """

    uid: UUID
    version: int
    number: str
    state: ComplaintState
    unit: str
    inspector: str
    entrusted_to: str
    outcome: Outcome | None
    is_anonymous: bool
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def stream(self) -> str:
        """The complaint's stream in the record."""
        return f"conduct:{self.uid}"


def complaint(ref: UUID | str, *, by: Actor, at: datetime) -> ComplaintRow:
    """Return a complaint, by id or number, to whoever may read it.

    Raises: NotFound, also for one that is sealed from the reader; NotPermitted, NotAppointed.
    """
    people.require(by, READ, Matter(), at=at)
    where = {"uid": ref} if isinstance(ref, UUID) or is_id(ref) else {"number": intake.as_typed(ref)}
    found = ConductComplaint.objects.filter(**where).first()
    if found is None or is_sealed(found, by=by, at=at):
        raise NotFound(thing="conduct", code=str(ref))
    return complaint_row(found)


def is_readable(uid: UUID, *, by: Actor, at: datetime) -> bool:
    """Whether an actor may read a complaint now."""
    try:
        complaint(uid, by=by, at=at)
    except (NotFound, NotPermitted, NotAppointed):
        return False
    return True


def complaint_of_code_holder(uid: UUID) -> ComplaintRow:
    """Return a complaint to whoever showed its code before. Raises: NotFound."""
    found = ConductComplaint.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="conduct", code=str(uid))
    return complaint_row(found)


def to_inquire(*, by: Actor, at: datetime, limit: int = 100) -> list[ComplaintRow]:
    """Return the open complaints that a reader may see, the one that is due first first.

    Raises: NotPermitted, NotAppointed.
    """
    people.require(by, READ, Matter(), at=at)
    waiting = ConductComplaint.objects.exclude(state__in=[one.value for one in ENDS]).order_by("due_at", "id")
    seen = _unsealed(waiting.iterator(chunk_size=200), by=by, at=at)
    return [complaint_row(one) for one, _ in zip(seen, range(limit), strict=False)]


def ended(*, by: Actor, at: datetime, limit: int = 50) -> list[ComplaintRow]:
    """Return the complaints that ended last and that a reader may see. Raises: NotPermitted, NotAppointed."""
    people.require(by, READ, Matter(), at=at)
    done = ConductComplaint.objects.filter(state__in=[one.value for one in ENDS]).order_by("-ended_at", "-id")
    seen = _unsealed(done.iterator(chunk_size=200), by=by, at=at)
    return [complaint_row(one) for one, _ in zip(seen, range(limit), strict=False)]


def sealed_from_all(*, by: Actor, at: datetime) -> list[ComplaintRow]:
    """Return the complaints that wait although no inspector may read them: somebody else has to be named.

    Whoever asks learns their number and the unit, and none of their words.

    Raises: NotPermitted, NotAppointed.
    """
    people.require(by, ENTRUST, Matter(), at=at)
    waiting = ConductComplaint.objects.filter(state=ComplaintState.RECEIVED.value, entrusted_to="").exclude(
        unit_code=""
    )
    found = list(waiting.order_by("due_at", "id"))
    without = {unit for unit in {one.unit_code for one in found} if not inspectors_for(unit, at=at)}
    return [complaint_row(one) for one in found if one.unit_code in without]


def inspectors_for(unit: str, *, at: datetime) -> list[UUID]:
    """Return the members who may inquire into a complaint that concerns a unit."""
    below = _units_below(unit)
    held = dict.fromkeys(one.member for one in people.in_post(Post.CONDUCT_INSPECTOR, at=at))
    return [one for one in held if not is_sealed_from(people.units_of_member(one, at=at), concerned=unit, below=below)]


def words_of(row: ComplaintRow) -> dict[str, str]:
    """Return the words of a complaint by name. The caller has checked its reader's right."""
    held = audit.held_values([row.stream], names=WORDS)
    return {name: str(value) for name, value in held.get(row.stream, {}).items()}


def masked_contact_of(row: ComplaintRow) -> intake.Contact:
    """Return who can be reached, with most of name and number hidden."""
    kept = audit.held_values([row.stream], names=CONTACT).get(row.stream, {})
    return intake.Contact(
        name=intake.masked_name(str(kept.get("contact_name", ""))),
        phone=intake.masked_phone(str(kept.get("contact_phone", ""))),
    )


def where_to_reach(complaint: str, at: datetime) -> Found | None:
    """Return the number that a complainant left; None when it was erased. Only as a message goes out."""
    kept = audit.held_values([f"conduct:{complaint}"], names=["contact_phone"]).get(f"conduct:{complaint}")
    if not kept:
        return None
    try:
        phone = require_address(Carrier.SMS, str(kept["contact_phone"]), whose=RecipientKind.ADDRESSEE)
    except AddressUnusable:  # no message reaches it, and the answer can be read with the code
        phone = ""
    return Found(phone=phone)


def code_of(uid: UUID) -> str:
    """Return the query code of a complaint. It is derived, so it is kept nowhere."""
    return intake.query_code(keyed_digest(str(uid), purpose="conduct-query-code"))


def held_by_code(number: str, *, code: str) -> ComplaintRow:
    """Return the complaint of whoever holds its query code.

    Raises: NotFound for a wrong number and for a wrong code alike.
    """
    found = ConductComplaint.objects.filter(number=intake.as_typed(number).replace("\x00", "")).first()
    given = intake.as_typed(code).encode("utf-8", "replace")
    if found is None or not hmac.compare_digest(code_of(found.uid).encode(), given):
        raise NotFound(thing="conduct", code=number)
    return complaint_row(found)


def is_sealed(found: ConductComplaint, *, by: Actor, at: datetime) -> bool:
    """Whether a complaint is sealed from an actor, for the operations of this room."""
    if found.entrusted_to and found.entrusted_to == by.id:
        return False
    own = {by.unit or ""}.union(*(people.units_of_member(UUID(one), at=at) for one in persons_of(by) if is_id(one)))
    return is_sealed_from(own, concerned=found.unit_code, below=_units_below(found.unit_code))


def complaint_row(one: ConductComplaint) -> ComplaintRow:
    """Return a complaint as readers get it."""
    return ComplaintRow(
        uid=one.uid,
        version=one.version,
        number=one.number,
        state=ComplaintState(one.state),
        unit=one.unit_code,
        inspector=one.inspector,
        entrusted_to=one.entrusted_to,
        outcome=Outcome(one.outcome) if one.outcome else None,
        is_anonymous=one.is_anonymous,
        received_at=one.received_at,
        due_at=one.due_at,
        ended_at=one.ended_at,
    )


def _unsealed(found: Iterable[ConductComplaint], *, by: Actor, at: datetime) -> Iterator[ConductComplaint]:
    sealed: dict[tuple[str, bool], bool] = {}
    for one in found:
        asked = (one.unit_code, one.entrusted_to == by.id)
        if asked not in sealed:
            sealed[asked] = is_sealed(one, by=by, at=at)
        if not sealed[asked]:
            yield one


def _units_below(unit: str) -> frozenset[str]:
    return people.units_below(unit) if unit else frozenset()
