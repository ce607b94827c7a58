"""Reading the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson
from django.apps import apps
from django.db import connection

from gongzhi.audit import rules
from gongzhi.audit.models import Entry, HeldValue, Position, RecordedRow
from gongzhi.audit.registry import EntryRow
from gongzhi.audit.states import Origin
from gongzhi.base import crypto
from gongzhi.base.queries import first_row
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import from_utc_text


def recorded_models() -> dict[str, type[RecordedRow]]:
    """Return every table whose rows are recorded, by its name in the record."""
    return {model.record_label(): model for model in apps.get_models() if issubclass(model, RecordedRow)}


def last_of(stream: str) -> tuple[int, str] | None:
    """Return number and hash of a stream's last entry, or None for a stream that has none."""
    found = first_row("SELECT seq, hash FROM audit_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1", stream)
    return None if found is None else (found[0], found[1])


def edition(stream: str) -> int:
    """Return the number of a stream's last entry, 0 while it has none: what the change of a configuration has seen."""
    last = last_of(stream)
    return 0 if last is None else last[0]


def entries_of(stream: str) -> list[EntryRow]:
    """Return a stream's entries from the first to the last."""
    rows = Entry.objects.filter(stream=stream).order_by("seq").values_list("hash", "body")
    return [read_entry(bytes(body), hashed) for hashed, body in rows]


def entry(stream: str, seq: int) -> EntryRow | None:
    """Return one entry."""
    found = first_row("SELECT hash, body FROM audit_entry WHERE stream = %s AND seq = %s", stream, seq)
    return None if found is None else read_entry(bytes(found[1]), found[0])


def entries_after(position: int, *, limit: int) -> Iterator[tuple[int, EntryRow]]:
    """Yield up to `limit` (position, entry) after a position, in commit order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.position, e.hash, e.body FROM audit_position p"
            " JOIN audit_entry e ON e.stream = p.stream AND e.seq = p.seq"
            " WHERE p.position > %s ORDER BY p.position LIMIT %s",
            [position, limit],
        )
        found = cursor.fetchall()
    for place, hashed, body in found:
        yield place, read_entry(bytes(body), hashed)


def last_position() -> int:
    """Return the highest position, 0 when there is none."""
    return Position.objects.order_by("-position").values_list("position", flat=True).first() or 0


def read_entry(body: bytes, hashed: str) -> EntryRow:
    """Read an entry's canonical bytes."""
    said = orjson.loads(body)
    return EntryRow(
        stream=said["stream"],
        seq=said["seq"],
        type=said["type"],
        v=said["v"],
        at=from_utc_text(said["at"]),
        recorded_at=from_utc_text(said["recorded_at"]),
        origin=Origin(said["origin"]),
        actor=Actor.from_record(said["actor"]),
        facts=said["facts"],
        rows=said["rows"],
        held=said["held"],
        hash=hashed,
        prev=said["prev"],
    )


def held_values(streams: Iterable[str], *, names: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return the latest held value of each name for each stream. What was erased or never given is absent.

    One query for all; the caller has decided that its reader may see them.
    """
    found: dict[str, dict[str, object]] = {}
    kept = (
        HeldValue.objects.filter(stream__in=list(streams), name__in=list(names), in_row=False)
        .exclude(sealed=None)
        .order_by("seq")
        .values_list("stream", "seq", "name", "sealed")
    )
    for stream, seq, name, sealed in kept:
        found.setdefault(stream, {})[name] = _value(stream, seq, name, bytes(sealed or b""))
    return found


def held_by_entry(stream: str, *, names: Iterable[str]) -> dict[int, dict[str, object]]:
    """Return the held values of a whole stream by the number of their entry; what was erased is absent."""
    found: dict[int, dict[str, object]] = {}
    kept = HeldValue.objects.filter(stream=stream, name__in=list(names), in_row=False).exclude(sealed=None)
    for one in kept.order_by("seq"):
        found.setdefault(one.seq, {})[one.name] = _value(stream, one.seq, one.name, bytes(one.sealed or b""))
    return found


def erasable(stream: str, *, names: Iterable[str]) -> list[tuple[int, str]]:
    """Return where a stream holds values of these names that are not erased yet: (entry number, name), in order."""
    kept = HeldValue.objects.filter(stream=stream, name__in=list(names)).exclude(sealed=None)
    return list(kept.order_by("seq", "name").values_list("seq", "name"))


def _value(stream: str, seq: int, name: str, sealed: bytes) -> object:
    opened = crypto.decrypt(sealed, bound_to=f"{stream}#{seq}/{name}")
    return orjson.loads(opened[rules.SALT_BYTES :])
