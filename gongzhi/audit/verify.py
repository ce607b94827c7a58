"""Verifying the whole record: chains, held values, rows, configuration tables, files, positions, seals.

One pass walks all entries in the order of their streams and folds each stream into what should stand in the tables;
after every few hundred streams their held values and rows are fetched and compared. Memory is bounded by those few
hundred streams, not by the record. A stream that is found damaged is read a second time, slowly, to name its damage.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import hmac
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, models

from gongzhi.audit import registry, rules
from gongzhi.audit.facts import ERASED
from gongzhi.audit.models import Entry, HeldValue, RecordedRow, spelled
from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import recorded_models
from gongzhi.audit.registry import Finding
from gongzhi.audit.seals import verify_seals
from gongzhi.audit.states import Damage
from gongzhi.base import crypto
from gongzhi.base.queries import as_of_one_instant
from gongzhi.kernel.canonical import canonical_bytes, plain

_log = logging.getLogger(__name__)

_STREAMS_AT_ONCE = 400
_HELD_AT_ONCE = 20_000
_FETCHED_AT_ONCE = 2000

_ERASED = ERASED.name

Columns = dict[str, Any]
Stored = tuple[str, int, str, str, str, bytes, str | None]

_ENTRIES = """
SELECT e.stream, e.seq, e.hash, e.type, e.alg, e.body, coalesce(p.hash, o.hash)
  FROM audit_entry e
  LEFT JOIN audit_position p ON p.stream = e.stream AND p.seq = e.seq
  LEFT JOIN audit_outboxitem o ON o.stream = e.stream AND o.seq = e.seq
"""
_LOST = """
SELECT w.stream, w.seq
  FROM audit_{witness} w LEFT JOIN audit_entry e ON e.stream = w.stream AND e.seq = w.seq
 WHERE e.id IS NULL ORDER BY w.stream, w.seq
"""
_WITNESSED = """
SELECT seq, hash FROM audit_outboxitem WHERE stream = %s
 UNION ALL SELECT seq, hash FROM audit_position WHERE stream = %s
"""
_HELD = "SELECT {columns} FROM audit_heldvalue WHERE stream IN ({streams})"
_OWNERS = "SELECT {owner}, {key} FROM {table}"
_ROWS = "SELECT {columns} FROM {table} WHERE {owner} IN ({owners})"
_WITNESSES = """
SELECT count(*), coalesce(max(position), 0), coalesce(min(position), 1), (SELECT count(*) FROM audit_outboxitem)
  FROM audit_position
"""
_GAPS = """
SELECT before + 1, position - 1
  FROM (SELECT position, lag(position, 1, CAST(0 AS bigint)) OVER (ORDER BY position) AS before
          FROM audit_position WHERE {natural}) p
 WHERE position <> before + 1 ORDER BY position
"""
_UNNATURAL = "SELECT position, stream, seq FROM audit_position WHERE NOT ({natural})"
_NATURAL = {"sqlite": "typeof(position) = 'integer' AND position > 0", "postgresql": "position > 0"}
_RELABELLED = """
SELECT o.stream, o.seq FROM audit_outboxitem o JOIN audit_entry e ON e.stream = o.stream AND e.seq = o.seq
 WHERE o.type <> e.type ORDER BY o.stream, o.seq
"""


@dataclass
class Verified:
    """What was verified and what was found. `erased` lists values that were erased on the record: no damage."""

    entries: int = 0
    streams: int = 0
    rows: int = 0
    held: int = 0
    erased: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings


@dataclass(slots=True)
class _Folded:
    """What the entries of one stream say should stand in the tables.

    `unsure` are numbers of damaged entries. What was said before one of them may have been changed by it, so it is
    forgotten: the damage itself is named, and nothing is guessed.
    """

    stream: str
    last: int = 0
    rows: dict[tuple[str, str], Columns] = field(default_factory=dict)
    commitments: dict[tuple[int, str], str] = field(default_factory=dict)
    in_row: dict[str, int] = field(default_factory=dict)
    erased: set[tuple[int, str]] = field(default_factory=set)
    rows_digest: str | None = None
    unsure: frozenset[int] = frozenset()

    def add(self, seq: int, said: Mapping[str, Any], *, committed: Mapping[str, frozenset[str]]) -> None:
        """Fold one entry in."""
        self.last = seq
        for label, keyed in said["rows"].items():
            for key, columns in keyed.items():
                if label in committed:
                    self._add_commitments(seq, f"{label}/{key}/", columns, committed[label])
                known = self.rows.get((label, key))
                if known is None:
                    self.rows[label, key] = columns
                else:
                    known.update(columns)
        if held := said["held"]:
            self.commitments.update(((seq, name), commitment) for name, commitment in held.items())
        facts = said["facts"]
        if "rows_digest" in facts:
            self.rows_digest = facts["rows_digest"]
        if said["type"] == _ERASED:
            self.erased.update((target["seq"], target["name"]) for target in facts["targets"])

    def _add_commitments(self, seq: int, place: str, columns: Columns, committed: frozenset[str]) -> None:
        for column in committed.intersection(columns):
            value = columns[column]
            if isinstance(value, dict):
                self.in_row[place + column] = seq
                self.commitments[seq, place + column] = value["held"]
            else:  # empty, or written in clear before the column was committed
                self.in_row.pop(place + column, None)

    def forget(self) -> None:
        """Drop what was said up to a damaged entry, but not that it was said of these rows."""
        for columns in self.rows.values():
            columns.clear()
        self.in_row.clear()
        self.rows_digest = None


def verify(*, anchor: Iterable[rules.SignedSeal] | None = None, files: bool = True) -> Verified:
    """Verify the record of this database against itself and, where given, against an anchor kept outside.

    Without an anchor a cut tail, or a history rewritten from end to end together with all rows, cannot be seen.

    Args:
        anchor: seals copied outside the database, in order.
        files: whether to hash all files again as well.
    """
    kept = None if anchor is None else list(anchor)
    with as_of_one_instant(), _leaving_old_objects_alone():
        try:
            return _verified(anchor=kept, files=files)
        except OperationalError as fault:
            if "decode" not in str(fault).lower():
                raise
        with _reading_any_text():  # somebody put bytes where a text belongs
            return _verified(anchor=kept, files=files)


def _verified(*, anchor: Iterable[rules.SignedSeal] | None, files: bool) -> Verified:
    verification = _Verification(lost={})
    verification.check_record()
    if verification.may_have_lost_entries:  # look again, knowing which
        lost, astray = _lost()
        if lost:
            verification = _Verification(lost=lost)
            verification.check_record()
        verification.result.findings.extend(astray)
    findings = verification.result.findings
    findings.extend(verify_seals(anchor=anchor))
    if files:
        findings.extend(chain.from_iterable(_checked(name, check) for name, check in registry.checks().items()))
    return verification.result


def _checked(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what another room's check finds; that it breaks off is a finding too, and hides none of the others."""
    try:
        yield from check()
    except Exception as fault:  # noqa: BLE001 - whatever breaks in another room is told, and must hide nothing
        _log.exception("the check %s broke off", name)
        yield Finding(Damage.CHECK_FAILED, name, None, type(fault).__name__)


@contextlib.contextmanager
def _reading_any_text() -> Iterator[None]:
    """Let SQLite hand out as a text even what is none; every such text differs from the one that was recorded."""
    stored = connection.connection
    before = stored.text_factory
    stored.text_factory = lambda raw: raw.decode(errors="backslashreplace")
    try:
        yield
    finally:
        stored.text_factory = before


@contextlib.contextmanager
def _leaving_old_objects_alone() -> Iterator[None]:
    """Keep the search for reference cycles from visiting the whole program again and again meanwhile."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _lost() -> tuple[dict[str, set[int]], list[Finding]]:
    """Return the numbers of the entries, by stream, that a position or the outbox names and that are gone.

    Beside them, a finding for each position or outbox item that names no place where an entry could lie.
    """
    lost: dict[str, set[int]] = {}
    astray = []
    for witness in ("position", "outboxitem"):
        for stream, seq in _fetched(_LOST.format(witness=witness)):
            if type(stream) is str and type(seq) is int:
                lost.setdefault(stream, set()).add(seq)
            else:
                detail = f"{witness} names {seq!r} of {stream!r}, where no entry can lie"
                astray.append(Finding(Damage.POSITION_BROKEN, "positions", None, detail))
    return lost, astray


class _Verification:
    """One run over the record."""

    def __init__(self, *, lost: dict[str, set[int]]) -> None:
        """Begin; `lost` holds the entries that a position or the outbox names and that are gone."""
        self.lost = lost
        self.result = Verified()
        self.models = recorded_models()
        self.committed = {label: model.committed for label, model in self.models.items() if model.committed}
        placed, last_position, first_position, waiting = next(_fetched(_WITNESSES))
        self.witnesses = placed + waiting
        self.gaps: list[tuple[int, int]] = []
        self.unnatural: list[tuple[object, object, object]] = []
        if placed != last_position or first_position != 1 or _has_odd_positions():
            natural = _NATURAL[connection.vendor]
            self.gaps = list(_fetched(_GAPS.format(natural=natural)))
            self.unnatural = list(_fetched(_UNNATURAL.format(natural=natural)))
        self.met_rows: dict[str, int] = {}
        self.met_held = 0
        self.digests: dict[str, str | None] = {}

    def check_record(self) -> None:
        """Walk all streams, compare them with the tables, and look for what no stream speaks of."""
        for group in _in_groups(self._streams()):
            kept = self._held_values(group)
            for folded in group:
                self._compare_held(folded, kept)
                if folded.stream in registry.snapshots():
                    self.digests[folded.stream] = None if folded.unsure else folded.rows_digest
            self._find_strangers(group, kept)
            self._compare_rows(group, kept)
        for stream, seqs in self.lost.items():  # streams that are gone from the first entry to the last
            self.result.findings.extend(Finding(Damage.REMOVED, stream, seq) for seq in sorted(seqs))
        for first, last in self.gaps:
            detail = f"positions {first}-{last} are missing"
            self._find(Damage.POSITION_BROKEN, "positions", first, detail)
        for position, owner, number in self.unnatural:
            detail = f"{position!r}, given to {owner}#{number}, is no position"
            self._find(Damage.POSITION_BROKEN, "positions", None, detail)
        damaged = {one.stream for one in self.result.findings}
        for stream, seq in _fetched(_RELABELLED):
            if stream not in damaged:
                self._find(Damage.POSITION_BROKEN, _name(stream), _number(seq), "the outbox names another type")
        self._find_unrecorded_rows()
        self._find_stranded_values()
        self._compare_snapshots()

    @property
    def may_have_lost_entries(self) -> bool:
        """Whether it is worth while to look for entries that only a position or the outbox knows any more."""
        return bool(self.result.findings) or self.result.entries != self.witnesses

    def _find(self, damage: Damage, stream: str, seq: int | None, detail: str = "") -> None:
        self.result.findings.append(Finding(damage, stream, seq, detail))

    # --- chains ---------------------------------------------------------------------------------------------------

    def _streams(self) -> Iterator[_Folded]:
        """Walk all chains in one pass, yielding each stream folded."""
        for stream, entries in groupby(_fetched(f"{_ENTRIES} ORDER BY e.stream, e.seq"), key=itemgetter(0)):
            self.result.streams += 1
            if type(stream) is not str:
                self._find_nameless(stream, entries)
                continue
            folded = self._fold(stream, entries)
            if folded is None or stream in self.lost:
                folded = self._examine(stream)
            else:
                self.result.entries += folded.last
            yield folded

    def _find_nameless(self, stream: object, entries: Iterable[Stored]) -> None:
        """Name entries whose stream is no text: they belong nowhere, and are missed where they belonged."""
        for entry in entries:
            self.result.entries += 1
            self._find(Damage.INSERTED, _name(stream), _number(entry[1]), "the name of its stream is no text")

    def _fold(self, stream: str, entries: Iterable[Stored]) -> _Folded | None:
        """Fold an intact stream; None as soon as anything about it is not as it should be."""
        folded, before, committed = _Folded(stream), rules.FIRST, self.committed
        sha256, loads = hashlib.sha256, orjson.loads
        for _, seq, hashed, type_, alg, body, witness in entries:
            try:
                own = sha256(body).hexdigest() if alg == "sha256" else rules.digest(body, alg=alg)
                if not own == hashed == witness or seq != folded.last + 1:
                    return None
                said = loads(body)
                if said["prev"] != before or said["seq"] != seq or said["stream"] != stream or said["type"] != type_:
                    return None
                folded.add(seq, said, committed=committed)
            except (ValueError, LookupError, TypeError, AttributeError):
                return None  # not spelled as an entry; `_examine` names it
            before = hashed
        return folded

    def _examine(self, stream: str) -> _Folded:
        """Read a damaged stream again, name its damage, and fold what is certain."""
        said: dict[int, dict[str, Any]] = {}
        links = []
        for entry in _fetched(f"{_ENTRIES} WHERE e.stream = %s ORDER BY e.seq", [stream]):
            self.result.entries += 1
            if type(entry[1]) is not int:
                self._find(Damage.INSERTED, stream, None, f"its number is {entry[1]!r}")
                continue
            said[entry[1]] = self._said(entry)
            links.append(_link(entry, said[entry[1]]))
        witnesses = _fetched(_WITNESSED, [stream, stream])
        witnessed = {seq: _name(hashed) for seq, hashed in witnesses if type(seq) is int}
        if self.gaps:  # positions were removed: an entry without one is no stranger for that alone
            witnessed = {link.said_seq: link.hash for link in links if link.sound} | witnessed
        examined = rules.examine(stream, links, witnessed=witnessed)
        self.result.findings.extend(Finding(one.damage, stream, one.seq) for one in examined.broken)
        if not examined.broken:  # nothing is missing or too many, yet some may lie under other numbers
            for number, link in examined.links.items():
                if link.seq != number:
                    self._find(Damage.REORDERED, stream, link.seq)
        folded = _Folded(stream, unsure=examined.unsure)
        for number in sorted(examined.links.keys() | examined.unsure):
            if number in examined.unsure:
                folded.forget()
                continue
            link = examined.links[number]
            if witnessed.get(number) != link.hash:
                self._find(Damage.POSITION_BROKEN, stream, number, "its position is missing or names another hash")
            folded.add(number, said[link.seq], committed=self.committed)
        self.lost.pop(stream, None)
        return folded

    def _said(self, entry: Stored) -> dict[str, Any]:
        """Return what an entry says, nothing when it is not spelled as an entry."""
        try:
            said: dict[str, Any] = orjson.loads(entry[5])
            _Folded("").add(said["seq"], said, committed=self.committed)
            is_entry = all(isinstance(columns, dict) for keyed in said["rows"].values() for columns in keyed.values())
        except (ValueError, LookupError, TypeError, AttributeError):
            return {}
        return said if is_entry else {}

    # --- held values ----------------------------------------------------------------------------------------------

    def _held_values(self, group: Sequence[_Folded]) -> _Kept:
        streams = [one.stream for one in group]
        columns = ("stream", "seq", "name", "sealed", "in_row")
        query = _HELD.format(
            columns=", ".join(_AS_STORED[connection.vendor].format(column) for column in columns),
            streams=", ".join(["%s"] * len(streams)),
        )
        kept = {
            (stream, seq, name): _KeptValue(None if sealed is None else _opened(stream, seq, name, sealed), in_row)
            for stream, seq, name, sealed, in_row in _fetched(query, streams)
        }
        self.met_held += len(kept)
        return kept

    def _compare_held(self, folded: _Folded, kept: _Kept) -> None:
        """Check every committed value that lies in the erasable table."""
        stream = folded.stream
        self.result.held += len(folded.commitments)
        for (seq, name), commitment in folded.commitments.items():
            value = kept.get((stream, seq, name), _NOTHING_KEPT)
            if (seq, name) in folded.erased:
                self.result.erased.append(f"{stream}#{seq}/{name}")
                if value.opened is not None:
                    self._find(Damage.HELD_ALTERED, stream, seq, f"{name}: erased, yet there")
            elif value.opened is None:
                if not any(number > seq for number in folded.unsure):  # a lost entry may have erased it
                    self._find(Damage.HELD_MISSING, stream, seq, name)
            elif value.in_row != (folded.in_row.get(name) == seq) and not folded.unsure:
                self._find(Damage.HELD_ALTERED, stream, seq, f"{name}: it lies in another place than recorded")
            elif value.in_row:
                if len(value.opened) != rules.SALT_BYTES:
                    self._find(Damage.HELD_ALTERED, stream, seq, name)
            elif not _keeps(commitment, value.salt, value.opened[rules.SALT_BYTES :]):
                self._find(Damage.HELD_ALTERED, stream, seq, name)

    def _find_strangers(self, group: Sequence[_Folded], kept: _Kept) -> None:
        """Find held values to which no entry commits, unless the entry itself is gone."""
        folded = {one.stream: one for one in group}
        for stream, seq, name in kept:
            one = folded[stream]
            if (seq, name) not in one.commitments and seq not in one.unsure:
                self._find(Damage.HELD_ALTERED, stream, _number(seq), f"{_name(name)}: no entry commits to it")

    # --- rows -----------------------------------------------------------------------------------------------------

    def _compare_rows(self, group: Sequence[_Folded], kept: _Kept) -> None:
        """Compare what the entries say with what stands in the tables."""
        wanted: dict[str, dict[str, _Folded]] = {}
        for folded in group:
            for label, _ in folded.rows:
                wanted.setdefault(label, {})[folded.stream] = folded
        for label, streams in wanted.items():
            model = self.models.get(label)
            if model is None:
                for stream in streams:
                    self._find(Damage.ROW_MISSING, stream, None, f"there is no table {label}")
                continue
            found = _rows_of(model, streams)
            self.met_rows[label] = self.met_rows.get(label, 0) + len(found)
            for stream, folded in streams.items():
                for said_label, key in folded.rows:
                    if said_label != label:
                        continue
                    self.result.rows += 1
                    row = found.pop((stream, key), None)
                    if row is None:
                        self._find(Damage.ROW_MISSING, stream, None, f"{label} {key}")
                    elif row != folded.rows[label, key] or not _same_json(model, row, folded.rows[label, key]):
                        self._compare_row(model, folded, key, row, kept)
            for stream, key in found:
                if not streams[stream].unsure:
                    self._find(Damage.ROW_UNRECORDED, stream, None, f"{label} {key}")

    def _compare_row(self, model: type[RecordedRow], folded: _Folded, key: str, row: Columns, kept: _Kept) -> None:
        """Look at a row that is not just what the entries say: with committed, younger or altered columns."""
        label = model.record_label()
        said = folded.rows[label, key]
        for column in model.folded_fields():
            name = column.attname
            value = row[name]
            if name not in said and folded.unsure:
                continue
            expected: Any = said[name] if name in said else _default_of(column)
            if value == expected and _spelled_alike(value, expected):
                continue
            place = f"{label}/{key}/{name}"
            if place in folded.in_row:
                seq = folded.in_row[place]
                salt = kept.get((folded.stream, seq, place), _NOTHING_KEPT).salt
                if salt and not _holds(expected["held"], salt, value):
                    self._find(
                        Damage.ROW_ALTERED, folded.stream, seq, f"{label} {key}: {name} is not what was recorded"
                    )
            else:
                detail = f"{label} {key}: {name} is {value!r}, the record says {expected!r}"
                self._find(Damage.ROW_ALTERED, folded.stream, folded.last, detail)

    # --- what no stream speaks of ---------------------------------------------------------------------------------

    def _find_unrecorded_rows(self) -> None:
        """Find rows whose whole stream does not exist."""
        for label, model in self.models.items():
            if model._base_manager.count() == self.met_rows.get(label, 0):
                continue
            for some in _in_batches(_places_of(model)):
                streams = {stream for stream, _ in some}
                known = set(Entry.objects.filter(stream__in=streams).values_list("stream", flat=True).distinct())
                for stream, key in some:
                    if stream not in known and stream not in self.lost:
                        self._find(Damage.ROW_UNRECORDED, stream, None, f"{label} {key}")

    def _find_stranded_values(self) -> None:
        """Find held values whose whole stream does not exist."""
        if HeldValue.objects.count() == self.met_held:
            return
        stranded = HeldValue.objects.exclude(models.Exists(Entry.objects.filter(stream=models.OuterRef("stream"))))
        for stream, seq, name in stranded.values_list("stream", "seq", "name").iterator():
            if stream not in self.lost:
                detail = f"{_name(name)}: no entry commits to it"
                self._find(Damage.HELD_ALTERED, _name(stream), _number(seq), detail)

    def _compare_snapshots(self) -> None:
        for stream, rows in registry.snapshots().items():
            recorded = self.digests.get(stream, rows_digest([]))
            if recorded is not None:
                self.result.findings.extend(_checked(stream, partial(_compare_snapshot, stream, rows, recorded)))


def _compare_snapshot(stream: str, rows: registry.SnapshotRows, recorded: str) -> Iterator[Finding]:
    if rows_digest(rows()) != recorded:
        yield Finding(Damage.SNAPSHOT_ALTERED, stream, None, "the rows are not those that were recorded")


@dataclass(frozen=True, slots=True)
class _KeptValue:
    """What is kept of a committed value: salt and value, or the salt alone where a row holds the value.

    `opened` is None after an erasure, and empty when it does not open.
    """

    opened: bytes | None
    in_row: bool = False

    @property
    def salt(self) -> bytes:
        """The salt, empty when there is none any more."""
        return (self.opened or b"")[: rules.SALT_BYTES]


_Kept = dict[tuple[str, int, str], _KeptValue]
_NOTHING_KEPT = _KeptValue(None)


def _opened(stream: str, seq: int, name: str, sealed: object) -> bytes:
    if not isinstance(sealed, bytes | memoryview):
        return b""
    try:
        return crypto.decrypt(bytes(sealed), bound_to=f"{stream}#{seq}/{name}")
    except (crypto.ValueUnreadable, ValueError):  # ValueError: too short to hold even the nonce
        return b""


def _holds(commitment: str, salt: bytes, value: object) -> bool:
    """Whether a column holds the value that was committed to."""
    try:
        return _keeps(commitment, salt, canonical_bytes(value))
    except (TypeError, ValueError):  # no value that the record could have spelled
        return False


def _keeps(commitment: str, salt: bytes, value: bytes) -> bool:
    return hmac.digest(salt, value, "sha256").hex() == commitment


def _link(entry: Stored, said: Mapping[str, Any]) -> rules.Link:
    """Return an entry as its chain sees it; what the cursor gave may be of any kind by now."""
    _, seq, hashed, type_, alg, body, _ = entry
    said_seq, said_stream, prev = said.get("seq"), said.get("stream"), said.get("prev")
    is_entry = type(body) in (bytes, memoryview) and type(said_seq) is int
    sound = is_entry and rules.digest(body, alg=alg) == hashed and said.get("type") == type_ and said.get("alg") == alg
    return rules.Link(
        seq=seq,
        hash=_name(hashed),
        sound=sound,
        said_seq=said_seq if type(said_seq) is int else 0,
        said_stream=said_stream if isinstance(said_stream, str) else "",
        prev=prev if isinstance(prev, str) else "?",
    )


def _name(stored: object) -> str:
    """Return what stands where a name belongs, as a text."""
    return stored if isinstance(stored, str) else repr(stored)


def _number(stored: object) -> int | None:
    """Return what stands where a number belongs, None when it is none."""
    return stored if type(stored) is int else None


def _has_odd_positions() -> bool:
    """Whether a position is something else than a whole number, which SQLite allows."""
    if connection.vendor != "sqlite":
        return False
    least, most = next(_fetched("SELECT min(typeof(position)), max(typeof(position)) FROM audit_position"))
    return {least, most} - {None, "integer"} != set()


def _rows_of(model: type[RecordedRow], streams: Iterable[str]) -> dict[tuple[str, str], Columns]:
    """Return the rows of some streams by stream and key, each column spelled as the record spells it.

    Values come straight from the cursor: Django's own conversion would take longer than all other work together.
    """
    owners = [stream.partition(":")[2] for stream in streams if stream.startswith(f"{model.stream_kind}:")]
    fields = model.folded_fields()
    names = [field.attname for field in fields]
    owner = next(field for field in fields if field.attname == model.stream_column)
    spell = [SPELLERS[connection.vendor][kind_of(field)] for field in fields]
    found = {}
    with connection.cursor() as cursor:
        query = _ROWS.format(
            columns=", ".join(_AS_STORED[connection.vendor].format(_quoted(field.column)) for field in fields),
            table=_quoted(model._meta.db_table),
            owner=_quoted(owner.column),
            owners=", ".join(["%s"] * len(owners)),
        )
        cursor.execute(query, list(_prepared(owner, owners)))
        for row in cursor:
            try:
                columns = {
                    name: value if value is None or how is None else how(value)
                    for name, value, how in zip(names, row, spell, strict=True)
                }
            except _UNSPELLABLE:
                columns = {name: _spell(value, how) for name, value, how in zip(names, row, spell, strict=True)}
            stream = f"{model.stream_kind}:{columns[model.stream_column]}"
            found[stream, str(columns[model.key_column])] = columns
    return found


def _prepared(owner: models.Field[Any, Any], names: Iterable[str]) -> Iterator[Any]:
    """Yield the owners as the column keeps them, leaving out names that no row can bear."""
    for name in names:
        with contextlib.suppress(ValidationError):
            yield owner.get_db_prep_value(name, connection)


def _places_of(model: type[RecordedRow]) -> Iterator[tuple[str, str]]:
    """Yield stream and key of every row of a table, however damaged."""
    fields = {field.attname: field for field in model.folded_fields()}
    columns = [fields[name] for name in (model.stream_column, model.key_column)]
    owner, key = (_AS_STORED[connection.vendor].format(_quoted(field.column)) for field in columns)
    spell = [SPELLERS[connection.vendor][kind_of(field)] for field in columns]
    for row in _fetched(_OWNERS.format(owner=owner, key=key, table=_quoted(model._meta.db_table))):
        said = [_spell(value, how) for value, how in zip(row, spell, strict=True)]
        yield f"{model.stream_kind}:{said[0]}", str(said[1])


@dataclass(frozen=True, slots=True)
class _Odd:
    """A value that is of no kind its column can hold; equal to nothing that was recorded."""

    stored: object

    def __str__(self) -> str:
        return _name(self.stored)


_UNSPELLABLE = (ValueError, TypeError, AttributeError)


def _spell(value: object, how: Speller | None) -> object:
    """Spell one value as the record does, or mark it as one that cannot be."""
    if value is None or how is None:
        return value
    try:
        return how(value)
    except _UNSPELLABLE:
        return _Odd(value)


def _same_json(model: type[RecordedRow], row: Columns, said: Columns) -> bool:
    """Whether the JSON columns are also spelled alike: to Python, true and 1 are equal."""
    return all(_spelled_alike(row[name], said[name]) for name in _json_columns(model))


@cache
def _json_columns(model: type[RecordedRow]) -> list[str]:
    return [field.attname for field in model.folded_fields() if kind_of(field) == "JSONField"]


def _spelled_alike(one: object, other: object) -> bool:
    """Whether two values that Python calls equal are the same JSON."""
    if not isinstance(one, dict | list):
        return True
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def kind_of(field: models.Field[Any, Any]) -> str:
    """Return the kind of a column; a key to another table is of the kind it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()


_UID_DIGITS = 32


class _Flags(dict[int, bool]):
    """How SQLite keeps yes and no. Any other number stays what it is, and so differs from both."""

    def __missing__(self, stored: int) -> int:
        return stored


def _sqlite_instant(text: str) -> str:
    return text.replace(" ", "T") + ("Z" if "." in text else ".000000Z")


def _sqlite_uid(text: str) -> str:
    if len(text) != _UID_DIGITS:
        raise ValueError(text)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


Speller = Callable[[Any], object]
_AS_IT_IS = {
    "CharField": None,
    "TextField": None,
    "BigIntegerField": None,
    "IntegerField": None,
    "PositiveBigIntegerField": None,
    "PositiveIntegerField": None,
    "PositiveSmallIntegerField": None,
    "SmallIntegerField": None,
}
# A plus keeps SQLite's driver from parsing what somebody may have altered into something that is no date at all.
_AS_STORED = {"sqlite": "+{}", "postgresql": "{}"}
# How a value is spelled when it comes straight from the cursor, by database and kind of column.
SPELLERS: dict[str, dict[str, Speller | None]] = {
    "sqlite": {
        **_AS_IT_IS,
        "BooleanField": _Flags({0: False, 1: True}).__getitem__,
        "DateField": None,
        "DateTimeField": _sqlite_instant,
        "JSONField": orjson.loads,
        "UUIDField": _sqlite_uid,
    },
    "postgresql": {
        **_AS_IT_IS,
        "BooleanField": None,
        "DateField": plain,
        "DateTimeField": plain,
        "JSONField": orjson.loads,
        "UUIDField": str,
    },
}


def _default_of(column: models.Field[Any, Any]) -> object:
    """What stands in a column that is younger than the row: migrations filled it with its default."""
    return None if callable(column.default) else spelled(column, column.get_default())


def _in_groups(streams: Iterable[_Folded]) -> Iterator[list[_Folded]]:
    group: list[_Folded] = []
    held = 0
    for one in streams:
        group.append(one)
        held += len(one.commitments) + len(one.rows)
        if len(group) == _STREAMS_AT_ONCE or held > _HELD_AT_ONCE:
            yield group
            group, held = [], 0
    if group:
        yield group


def _in_batches(items: Iterable[tuple[str, object]]) -> Iterator[list[tuple[str, object]]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _FETCHED_AT_ONCE)):
        yield batch


def _fetched(query: str, values: Sequence[str] = ()) -> Iterator[Any]:
    """Yield a query's rows without ever holding all of them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            yield from rows


__all__ = ["Verified", "recorded_models", "verify"]
