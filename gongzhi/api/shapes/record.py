"""The record."""

from __future__ import annotations

from typing import Any

from gongzhi.api.shapes import Instant, Out


class ActorOut(Out):
    """Who did it."""

    id: str
    kind: str
    post: str | None
    unit: str | None
    on_behalf_of: str | None


class EntryOut(Out):
    """An entry of the record. Personal values and free text are in it only as commitments."""

    stream: str
    seq: int
    type: str
    v: int
    at: Instant
    recorded_at: Instant
    origin: str
    actor: ActorOut
    facts: dict[str, Any]
    hash: str
    prev: str


class PlacedEntryOut(Out):
    """An entry at its position in the one order of all entries."""

    position: int
    entry: EntryOut


class EntriesOut(Out):
    """Entries after a position. `last` is where the next request goes on, also when nothing came."""

    items: list[PlacedEntryOut]
    last: int


class SealOut(Out):
    """A signed Merkle root over positions; keep it where the server cannot reach it."""

    number: int
    first: int
    last: int
    count: int
    root: str
    previous_root: str
    at: str
    public_key: str
    signature: str
