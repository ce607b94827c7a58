"""Everything that changes a hand-over: begin, note, sign over, ask, take, drop, erase."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.handovers.lifecycle import BEGIN, BEGUN, HANDOVER
from gongzhi.handovers.models import Handover, HandoverItem, HandoverNote
from gongzhi.handovers.queries import HandoverRow, handover_row, matters_now, note_name, running_now
from gongzhi.handovers.rules import (
    HandoverNothingSaid,
    HandoverOfAnother,
    HandoverOpen,
    HandoverTooLong,
    OwnHandover,
    require_words,
)
from gongzhi.handovers.states import HandoverState, Side
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

SIGN_OVER, TAKE = "handover.sign_over", "handover.take"
_OPEN = (HandoverState.DRAFT.value, HandoverState.HANDED.value)


@one_change
def begin_handover(*, by: Actor, at: datetime) -> HandoverRow:
    """Begin to hand a shift over: the list is made from the record as it stands, and stays as it is.

    Raises: NotAppointed, NotPermitted, HandoverOpen.
    """
    unit = by.unit or ""
    people.require(by, BEGIN, Matter(unit=unit), at=at)
    if Handover.objects.select_for_update().filter(unit__code=unit, state__in=_OPEN).exists():
        raise HandoverOpen(unit=unit)
    matters, counts = matters_now(by=by, at=at)
    row = Handover(
        unit_id=unit,
        state=HANDOVER.initial.value,
        made_by=by.id,
        made_at=at,
        counts=counts,
        running=running_now(by=by, at=at),
    )
    for one in matters:
        one.handover_id = row.uid
    audit.record(row, BEGUN, by=by, at=at, facts={"matters": len(matters)}, also=matters)
    return handover_row(row)


@one_change
def note(handover_id: UUID, *, words: str, item: UUID | None = None, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Say what the next shift has to know: of one matter, or of the whole. It also answers what was asked.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, HandoverOfAnother, HandoverNothingSaid,
        HandoverTooLong.
    """
    row, step = _checked(handover_id, "note", seen=seen, by=by, at=at)
    _require_own(row, by=by)
    return _said(row, step, side=Side.GOES, words=words, item=item, by=by, at=at)


@one_change
def sign_over(handover_id: UUID, *, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Sign as the one who goes.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, HandoverOfAnother.
    """
    row, step = _checked(handover_id, "sign_over", seen=seen, by=by, at=at)
    _require_own(row, by=by)
    row.handed_at = at
    audit.record(row, step, by=by, at=at)
    return handover_row(row)


@one_change
def ask(handover_id: UUID, *, words: str, item: UUID | None = None, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Ask, or add something, before taking over.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, OwnHandover, HandoverNothingSaid,
        HandoverTooLong.
    """
    row, step = _checked(handover_id, "ask", seen=seen, by=by, at=at)
    if row.made_by == by.id:
        raise OwnHandover(handover=str(row.uid))
    return _said(row, step, side=Side.COMES, words=words, item=item, by=by, at=at)


@one_change
def take(handover_id: UUID, *, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Sign as the one who comes on. Nobody signs both.

    Raises: NotFound, NotPermitted, SamePerson, ChangedMeanwhile, MoveNotAllowed.
    """
    row, step = _checked(handover_id, "take", seen=seen, by=by, at=at)
    row.taken_by, row.taken_at = by.id, at
    audit.record(row, step, by=by, at=at)
    return handover_row(row)


@one_change
def drop(handover_id: UUID, *, reason: str, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Drop a hand-over that nobody has taken, saying why; the list is then made anew. A colleague may, too.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, HandoverNothingSaid, HandoverTooLong.
    """
    row, step = _checked(handover_id, "drop", seen=seen, by=by, at=at)
    require_words(reason)
    row.dropped_at = at
    audit.record(row, step, by=by, at=at, held={"reason": reason})
    return handover_row(row)


@one_change
def erase_handover(handover_id: UUID, *, rule: str, grounds: str, seen: int, by: Actor, at: datetime) -> HandoverRow:
    """Erase for ever what was said in a hand-over; its list and its signatures stay.

    Args:
        handover_id: the hand-over.
        rule: on which ground of the law.
        grounds: why, in words; kept encrypted.
        seen: its version.
        by: who erases.
        at: when.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, HandoverNothingSaid, NothingToErase.
    """
    row, _ = _checked(handover_id, "erase", seen=seen, by=by, at=at)
    require_words(grounds)
    names = [note_name(one) for one in HandoverNote.objects.filter(handover__uid=row.uid)]
    targets = audit_queries.erasable(row.stream, names=[*names, "reason"])
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name="words")
    audit.erase(row, targets, rule=rule, by=by, at=at, held={"why_erased": grounds})
    return handover_row(row)


def _said(
    row: Handover, step: Step, *, side: Side, words: str, item: UUID | None, by: Actor, at: datetime
) -> HandoverRow:
    require_words(words)
    if item is not None and not HandoverItem.objects.filter(handover__uid=row.uid, uid=item).exists():
        raise NotFound(thing="handover-item", code=str(item))
    said = HandoverNote(handover_id=row.uid, item=item, side=side.value, by=by.id, at=at)
    audit.record(row, step, by=by, at=at, held={note_name(said): words}, also=[said])
    return handover_row(row)


def _checked(handover_id: UUID, act: str, *, seen: int, by: Actor, at: datetime) -> tuple[Handover, Step]:
    """Return a locked hand-over in the state to which an act leads, and the step.

    Raises: NotFound, NotAppointed, NotPermitted, SamePerson, ChangedMeanwhile, MoveNotAllowed.
    """
    row = Handover.locked(uid=handover_id)
    if row is None:
        raise NotFound(thing="handover", code=str(handover_id))
    matter = Matter(unit=row.unit_id, hands={SIGN_OVER: (row.made_by,)})
    people.require(by, f"handover.{act}", matter, at=at)
    audit.require_version(row, seen)
    step = HANDOVER.check(row.state, act)
    row.state = step.to.value
    return row, step


def _require_own(row: Handover, *, by: Actor) -> None:
    if row.made_by != by.id:
        raise HandoverOfAnother(handover=str(row.uid))


__all__ = [
    "HandoverNothingSaid",
    "HandoverOfAnother",
    "HandoverOpen",
    "HandoverTooLong",
    "NothingToErase",
    "OwnHandover",
    "ask",
    "begin_handover",
    "drop",
    "erase_handover",
    "note",
    "sign_over",
    "take",
]
