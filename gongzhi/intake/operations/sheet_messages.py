"""What we tell a neighbour about its work sheet: made with the change it follows from, carried afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from gongzhi.audit import operations as audit
from gongzhi.audit.states import Origin
from gongzhi.intake.lifecycle import SHEET
from gongzhi.intake.models import Report, Sheet, SheetMessage, SheetSending
from gongzhi.intake.queries.sheets import MESSAGE_WORDS
from gongzhi.intake.states import SheetMessageKind, SheetMessageState
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.text import says_something

_KIND_OF_ACT = {
    "acknowledge": SheetMessageKind.ACKNOWLEDGE,
    "return": SheetMessageKind.RETURN,
    "return_again": SheetMessageKind.RETURN,
    "ask_extension": SheetMessageKind.EXTEND_REQUEST,
    "tell_progress": SheetMessageKind.PROGRESS,
    "report_arrival": SheetMessageKind.PROGRESS,
    "answer": SheetMessageKind.RESULT,
}


def tell_of_report(
    row: Report,
    act: str,
    *,
    words: str,
    told: Mapping[str, object],
    by: Actor,
    at: datetime,
    cause: str = "",
) -> int:
    """Let a locked report's work sheets make the move that follows from its own, and tell the neighbour.

    A work sheet that the neighbour has back, or is done with, is left alone. Returns how many moved.
    """
    moved = 0
    for sheet in Sheet.objects.select_for_update().filter(report__uid=row.uid).order_by("id"):
        if act not in {one.act for one in SHEET.moves_from(sheet.state)}:
            continue
        if cause and SheetMessage.objects.filter(sheet__uid=sheet.uid, cause=cause).exists():
            continue
        step = SHEET.check(sheet.state, act)
        if act == "answer":
            sheet.answered_at = at
            told = {**told, "replied_at": utc_text(at)}
        if act == "take_up_again":
            sheet.answered_at, sheet.closed_at = None, None
        tell(sheet, step, words=words, told=told, by=by, at=at, cause=cause)
        moved += 1
    return moved


def tell(
    sheet: Sheet,
    step: Step,
    *,
    words: str = "",
    told: Mapping[str, object] | None = None,
    by: Actor,
    at: datetime,
    cause: str = "",
) -> None:
    """Record a locked work sheet's move, and put the message that belongs to it into the queue.

    What is imported or replayed happened long ago: it is told to nobody. What a demo invents goes no further than its
    own folder.
    """
    sheet.state = step.to.value
    facts, kind = dict(told or {}), _KIND_OF_ACT.get(step.act)
    message = None
    if kind is not None and _may_be_told():
        sheet.messages_sent += 1
        message = SheetMessage(
            sheet_id=sheet.uid,
            number=sheet.messages_sent,
            kind=kind.value,
            cause=cause,
            entry=sheet.version + 1,
            facts=facts,
            state=SheetMessageState.WAITING.value,
            made_at=at,
        )
    held = {MESSAGE_WORDS: words if says_something(words) else None}
    audit.record(sheet, step, by=by, at=at, facts=facts, held=held, also=[message] if message else [])
    if message is not None:
        SheetSending.objects.create(message=message, next_at=at)


def _may_be_told() -> bool:
    origin = audit.origin()
    return origin is Origin.LIVE or (origin is Origin.SEED and settings.GONGZHI_MESSAGES == "record")
