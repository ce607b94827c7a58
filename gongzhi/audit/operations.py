"""Writing the record: an entry for a change, a digest of a configuration, an erasure."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from gongzhi.audit import facts as own_facts
from gongzhi.audit import rules
from gongzhi.audit.models import Aggregate, Entry, HeldValue, OutboxItem, RecordedRow, UnrecordedChange
from gongzhi.audit.queries import edition, held_values, last_of, recorded_models
from gongzhi.audit.registry import snapshots
from gongzhi.audit.states import Origin
from gongzhi.base import crypto
from gongzhi.base.queries import first_row
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.canonical import Plain, canonical_bytes
from gongzhi.kernel.clock import utc_text, wall_clock
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import Conflict, Refusal

ALGORITHM = "sha256"
_origin: ContextVar[Origin] = ContextVar("origin", default=Origin.LIVE)


class ChangedMeanwhile(Conflict):
    """The reader acted on a version that is no longer the last one. Nothing was changed."""

    code = "changed-meanwhile"


class NothingToErase(Refusal):
    """There is no such held value, or it was erased before."""

    code = "nothing-to-erase"


@contextlib.contextmanager
def recording_as(origin: Origin) -> Iterator[None]:
    """Mark every entry written inside with an origin: an import or a replay stays silent towards people."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def origin() -> Origin:
    """Return how what is written now comes into the record."""
    return _origin.get()


def require_version(row: Aggregate, seen: int) -> None:
    """Refuse to act on a version that is no longer the last.

    Raises: ChangedMeanwhile.
    """
    if row.version != seen:
        raise ChangedMeanwhile(thing=row.stream_kind, seen=seen, now=row.version)


def require_edition(stream: str, seen: int) -> None:
    """Refuse to change a configuration that is no longer as the reader saw it.

    Whoever else changes it waits here until this transaction ends: the last entry is the lock of its stream.

    Raises: ChangedMeanwhile.
    """
    if connection.vendor == "postgresql":
        first_row("SELECT seq FROM audit_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1 FOR UPDATE", stream)
    now = edition(stream)
    if now != seen:
        raise ChangedMeanwhile(thing=stream, seen=seen, now=now)


def record(
    row: Aggregate,
    what: Step | FactType,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    held: Mapping[str, object] | None = None,
    also: Sequence[RecordedRow] = (),
) -> int:
    """Save a changed aggregate and append the entry that tells the change. Call it inside the operation's transaction.

    Args:
        row: the locked (or new) aggregate with its new values set.
        what: the lifecycle step that was checked, or the fact for a change without a state.
        by: who did it.
        at: when it happened; the time of recording is added here.
        facts: what subscribers and readers need beside the changed columns; never personal values.
        held: personal values and free text by name; they enter as commitments and live in the erasable table.
        also: further rows of the same stream that changed with it.

    Returns: the number of the entry in its stream, which is also the row's new version.

    Raises: ChangedMeanwhile when another transaction appended to the stream first.
    """
    fact = what.fact if isinstance(what, Step) else what
    told = dict(facts or {})
    if isinstance(what, Step):
        told |= {"from": what.from_.value, "to": what.to.value}
    if not connection.in_atomic_block:
        raise UnrecordedChange(f"{row.stream}: an entry and its change are one transaction")
    seq, prev = _next_place(row)
    row.version = seq
    rows: dict[str, dict[str, dict[str, Plain]]] = {}
    kept: list[HeldValue] = []
    for one in (row, *also):
        if one.stream != row.stream:
            raise ValueError(f"{one.stream} is not in the stream {row.stream}")
        columns = one.changed()
        told_of_row = _with_commitments(one, columns, seq=seq, kept=kept)
        if told_of_row:
            rows.setdefault(one.record_label(), {})[one.record_key] = told_of_row
        one.save_recorded(columns=list(columns))
    commitments: dict[str, Plain] = {}
    for name, value in (held or {}).items():
        if value is not None:
            commitments[name], held_value = _commit(row.stream, seq, name, value, in_row=False)
            kept.append(held_value)
    _append(row.stream, seq, prev, fact, by=by, at=at, facts=told, rows=rows, held=commitments)
    HeldValue.objects.bulk_create(kept)
    return seq


def take_onto_record(row: Aggregate, what: FactType, *, by: Actor, at: datetime) -> int:
    """Append the first entry of an aggregate that was there before its table was recorded: it holds the whole row.

    Whoever calls this vouches that the row was there then, and was not slipped in since.
    """
    row.tell_whole()
    return record(row, what, by=by, at=at)


def record_snapshot(
    stream: str,
    fact: FactType,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    seen: int | None = None,
    digest: str | None = None,
) -> int:
    """Append the digest of a configuration stream's tables as they stand now. Call it after changing them.

    Args:
        stream: the configuration.
        fact: what was changed.
        by: who changed it.
        at: when.
        facts: what readers need beside the digest.
        seen: the number of the entry on which the change was built; None where a lock keeps others out.
        digest: the digest of the tables, where it was computed before the transaction began.

    Raises: ChangedMeanwhile when another change came between.
    """
    seq, prev = _place_after(stream)
    if seen is not None and seq != seen + 1:
        raise ChangedMeanwhile(thing=stream, seen=seen, now=seq - 1)
    told = {**(facts or {}), "rows_digest": digest or rows_digest(snapshots()[stream]())}
    _append(stream, seq, prev, fact, by=by, at=at, facts=told, rows={}, held={})
    return seq


def rows_digest(rows: Iterable[Sequence[str | int | bool | None]]) -> str:
    """Return the SHA-256 (hex) over rows in the order given."""
    total = hashlib.sha256()
    for row in rows:
        total.update(canonical_bytes(list(row)))
        total.update(b"\n")
    return total.hexdigest()


def erase(
    row: Aggregate,
    targets: Sequence[tuple[int, str]],
    *,
    rule: str,
    by: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    held: Mapping[str, object] | None = None,
) -> int:
    """Delete held values and their salts for ever, and say so in the record.

    The record holds no policy and asks nobody for a power: whoever may erase is decided in the room whose values they
    are. So only operations of rooms call this, after they asked; no door does.

    Args:
        row: the locked aggregate that owns the stream.
        targets: (entry number, name of the held value).
        rule: the retention rule or request on which they are erased.
        by: who erases.
        at: when.
        facts: what readers need beside; never personal values.
        held: free text that explains it, such as the grounds.

    Raises: NothingToErase.
    """
    touched: dict[str, RecordedRow] = {f"{row.record_label()}/{row.record_key}": row}
    for seq, name in targets:
        found = HeldValue.objects.filter(stream=row.stream, seq=seq, name=name).exclude(sealed=None).first()
        if found is None:
            raise NothingToErase(stream=row.stream, seq=seq, name=name)
        if found.in_row:
            place, _, column = name.rpartition("/")
            owner = touched.get(place) or _row_at(place, stream=row.stream)
            setattr(touched.setdefault(place, owner), column, None)
        found.sealed = None
        found.in_row = False
        found.save(update_fields=["sealed", "in_row"])
    told = {**(facts or {}), "rule": rule, "targets": [{"seq": seq, "name": name} for seq, name in targets]}
    others = [one for one in touched.values() if one is not row]
    return record(row, own_facts.ERASED, by=by, at=at, facts=told, held=held, also=others)


def _row_at(place: str, *, stream: str) -> RecordedRow:
    """Return the row of a stream whose place is spelled `<table>/<key>`."""
    label, _, key = place.partition("/")
    model = recorded_models()[label]
    owner = {model.stream_column: stream.partition(":")[2]}
    return model._default_manager.get(**owner, **{model.key_column: key})


def _with_commitments(
    row: RecordedRow, columns: Mapping[str, Plain], *, seq: int, kept: list[HeldValue]
) -> dict[str, Plain]:
    """Return the changed columns as they enter the entry; what must stay erasable enters as a commitment."""
    told = dict(columns)
    for column in sorted(row.committed.intersection(columns)):
        name = f"{row.record_label()}/{row.record_key}/{column}"
        _keep_superseded(row, column=column, name=name)
        if columns[column] is not None:
            committed, salt = _commit(row.stream, seq, name, columns[column], in_row=True)
            told[column] = {"held": committed}
            kept.append(salt)
    return told


def _next_place(row: Aggregate) -> tuple[int, str]:
    if row._state.adding:
        return 1, rules.FIRST
    seq, prev = _place_after(row.stream)
    if seq != row.version + 1:
        raise ChangedMeanwhile(thing=row.stream_kind, seen=row.version, now=seq - 1)
    return seq, prev


def _place_after(stream: str) -> tuple[int, str]:
    last = last_of(stream)
    return (1, rules.FIRST) if last is None else (last[0] + 1, last[1])


def _append(
    stream: str,
    seq: int,
    prev: str,
    fact: FactType,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, object],
    rows: Mapping[str, object],
    held: Mapping[str, object],
) -> None:
    body = canonical_bytes(
        {
            "format": rules.ENTRY_FORMAT,
            "stream": stream,
            "seq": seq,
            "prev": prev,
            "alg": ALGORITHM,
            "type": fact.name,
            "v": fact.v,
            "at": utc_text(at),
            "recorded_at": utc_text(wall_clock()),
            "origin": _origin.get().value,
            "actor": by.as_record(),
            "facts": dict(facts),
            "rows": dict(rows),
            "held": dict(held),
        }
    )
    hashed = rules.digest(body, alg=ALGORITHM)
    try:
        with transaction.atomic(savepoint=False):
            _insert(Entry, stream=stream, seq=seq, type=fact.name, hash=hashed, alg=ALGORITHM, body=body)
    except IntegrityError as fault:
        raise ChangedMeanwhile(thing=stream, seen=seq - 1, now=seq) from fault
    _insert(OutboxItem, stream=stream, seq=seq, type=fact.name, hash=hashed)


def _insert(table: type[Model], **values: str | int | bytes) -> None:
    """Add a row whose number nobody asks for, in the words that `create` would use at a fifth of their cost."""
    quoted = connection.ops.quote_name
    columns, places = ", ".join(quoted(name) for name in values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(table._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608 - our own names
            list(values.values()),
        )


def _commit(stream: str, seq: int, name: str, value: object, *, in_row: bool) -> tuple[str, HeldValue]:
    """Return a fresh commitment to a value, and what is kept of it: its salt, and the value unless a row holds it."""
    salt = os.urandom(rules.SALT_BYTES)
    kept = salt if in_row else salt + canonical_bytes(value)
    held = HeldValue(stream=stream, seq=seq, name=name, sealed=_seal_up(kept, stream, seq, name), in_row=in_row)
    return rules.commitment(value, salt=salt), held


def _seal_up(kept: bytes, stream: str, seq: int, name: str) -> bytes:
    return crypto.encrypt(kept, bound_to=f"{stream}#{seq}/{name}")


def _keep_superseded(row: RecordedRow, *, column: str, name: str) -> None:
    """Move the value that a column held until now beside its salt, so that history can still be checked and read."""
    if row._state.adding:
        return
    old = HeldValue.objects.filter(stream=row.stream, name=name, in_row=True).first()
    if old is None:
        return
    salt = crypto.decrypt(bytes(old.sealed or b""), bound_to=f"{old.stream}#{old.seq}/{name}")
    old.sealed = _seal_up(salt + canonical_bytes(row.before(column)), old.stream, old.seq, name)
    old.in_row = False
    old.save(update_fields=["sealed", "in_row"])


__all__ = [
    "ChangedMeanwhile",
    "NothingToErase",
    "erase",
    "held_values",
    "origin",
    "record",
    "record_snapshot",
    "recording_as",
    "require_edition",
    "require_version",
    "rows_digest",
    "take_onto_record",
]
