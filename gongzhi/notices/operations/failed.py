"""Looking after what could not be delivered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import queries, rules
from gongzhi.notices.lifecycle import MESSAGE
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.queries import MessageRow, message_row
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter


@one_change
def retry_message(message: UUID, *, seen: int, by: Actor, at: datetime) -> MessageRow:
    """Put a failed message back to the beginning of its attempts.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, MoveNotAllowed.
    """
    people.require(by, "notice.retry", Matter(), at=at)
    row = _locked(message, seen=seen)
    step = MESSAGE.check(row.state, "retry")
    row.state, row.failed_at, row.attempts = step.to.value, None, 0
    audit.record(row, step, by=by, at=at)
    Sending.objects.update_or_create(
        message=row, defaults={"next_at": at, "attempts": 0, "leased_until": None, "leased_by": ""}
    )
    return message_row(row)


@one_change
def clear_message(message: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> MessageRow:
    """Take a failed message off the list, with the reason why it need not arrive any more.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, MoveNotAllowed, ClearingGroundsMissing.
    """
    said = rules.require_grounds(grounds)
    people.require(by, "notice.clear", Matter(), at=at)
    row = _locked(message, seen=seen)
    step = MESSAGE.check(row.state, "clear")
    row.state, row.ended_at = step.to.value, at
    audit.record(row, step, by=by, at=at, held={queries.GROUNDS: said})
    Sending.objects.filter(message__uid=row.uid).delete()
    return message_row(row)


def _locked(message: UUID, *, seen: int) -> Message:
    row = Message.locked(uid=message)
    if row is None:
        raise NotFound(thing="message", code=str(message))
    audit.require_version(row, seen)
    return row
