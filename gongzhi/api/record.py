"""The record for those who keep watch over it: entries in the order of their positions, and seals."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from gongzhi.api.door import MemberRequest, Token, now
from gongzhi.api.shapes import RowLimit, shown
from gongzhi.api.shapes import record as shapes
from gongzhi.api.shapes.record import ActorOut
from gongzhi.audit import queries, seals
from gongzhi.kernel.actor import Actor
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

router = Router(tags=["record"])
Position = Annotated[int, Field(ge=0, le=2**53 - 1)]


@router.get("/record/entries", response=shapes.EntriesOut, auth=Token())
def list_entries(request: MemberRequest, after: Position = 0, limit: RowLimit = 50) -> shapes.EntriesOut:
    """List entries after a position, in the order in which they were committed: the only cursor for keeping in step."""
    people.require(request.auth, "record.read", Matter(), at=now())
    found = list(queries.entries_after(after, limit=limit))
    items = [
        shapes.PlacedEntryOut(
            position=position,
            entry=shown(shapes.EntryOut, one, actor=show_actor(one.actor), facts=dict(one.facts)),
        )
        for position, one in found
    ]
    return shapes.EntriesOut(items=items, last=found[-1][0] if found else after)


@router.get("/record/seals", response=list[shapes.SealOut])
def list_seals(request: HttpRequest, after: Position = 0) -> list[shapes.SealOut]:
    """List the seals after a number, for everybody: a seal that others keep is what makes a rewritten history show."""
    return [shown(shapes.SealOut, one) for one in seals.seals_after(after)]


def show_actor(actor: Actor) -> ActorOut:
    """Return who did something."""
    return shown(ActorOut, actor, kind=actor.kind.value)
