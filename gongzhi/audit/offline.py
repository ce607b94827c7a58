"""Verifying an export without a database, and without the product: plain files in, findings out.

The format, one JSON object a line: a signed `record` line first, then one `entry` for each position in order, its body
verbatim as text, then the seals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from gongzhi.audit import rules
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.kernel.canonical import canonical_bytes

FORMAT = "gongzhi-record/1"
HEADER = "header"


class NotAnExport(ValueError):
    """The file does not begin like an export of the record."""


@dataclass(slots=True)
class ExportVerified:
    """What was verified in an export, and what was found."""

    entries: int = 0
    streams: int = 0
    seals: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says of the whole: how many entries, the root over all of them, signed."""

    entries: int
    root: str
    public_key: str
    signature: str

    @property
    def is_signed(self) -> bool:
        """Whether the signature fits."""
        text = header_bytes(entries=self.entries, root=self.root)
        return rules.is_signed(text, public_key=self.public_key, signature=self.signature)


def header_bytes(*, entries: int, root: str) -> bytes:
    """Return the bytes that the exporting installation signs."""
    return canonical_bytes({"format": FORMAT, "entries": entries, "root": root})


def verify_export(path: Path, *, anchor: Iterable[rules.SignedSeal] | None = None) -> ExportVerified:
    """Verify an export against itself and, where given, against an anchor kept elsewhere.

    Memory grows with the number of streams and seals, not with the number of entries.

    Raises: NotAnExport.
    """
    header, anchored, result = _header(path), list(anchor or ()), ExportVerified()
    seals, result.findings = _seals(path, header)
    whole = (1, header.entries)
    roots = _Roots({whole, *((one.first, one.last) for one in chain(seals, anchored))})
    places, streams = _Order("positions"), _Streams()
    for line in _entries(path, header):
        result.entries += 1
        roots.take(line.position, line.hash)
        result.findings.extend(places.take(line.position))
        result.findings.extend(streams.take(line))
    result.streams, result.seals = len(streams.orders), len(seals)
    result.findings.extend(places.missing(until=header.entries))
    result.findings.extend(streams.missing())
    if not header.is_signed or roots.of(*whole) != header.root:
        result.findings.append(Finding(Damage.SEAL_BROKEN, HEADER, None, "the entries do not give what it signs"))
    for one, fault in rules.chain_of_seals(seals):
        if fault or roots.of(one.first, one.last) != one.root:
            detail = fault or "the entries do not give its root"
            result.findings.append(Finding(Damage.SEAL_BROKEN, "seals", one.number, detail))
    result.findings.extend(_compare_anchor(anchored, header, roots))
    return result


def _compare_anchor(anchored: Iterable[rules.SignedSeal], header: Header, roots: _Roots) -> Iterator[Finding]:
    for one, fault in rules.chain_of_seals(anchored):
        if fault:
            yield Finding(Damage.SEAL_BROKEN, "anchor", one.number, fault)
        elif one.last > header.entries:
            detail = f"sealed up to position {one.last}, but the export ends at {header.entries}"
            yield Finding(Damage.TAIL_CUT, "anchor", one.number, detail)
        elif roots.of(one.first, one.last) != one.root:
            detail = f"positions {one.first}-{one.last} had another root"
            yield Finding(Damage.HISTORY_REWRITTEN, "anchor", one.number, detail)


@dataclass(frozen=True, slots=True)
class _EntryLine:
    """One line of an entry. `sound` tells whether its bytes give the hash and name the place beside them."""

    position: int
    stream: str
    seq: int
    hash: str
    prev: str
    sound: bool


class _Roots:
    """The Merkle roots over several spans of positions, all computed in one pass."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._trees = {span: rules.MerkleTree() for span in spans}
        self._coming = sorted(self._trees, reverse=True)
        self._open: list[tuple[int, int]] = []

    def take(self, position: int, hashed: str) -> None:
        """Add an entry's hash to every span that holds its position."""
        while self._coming and self._coming[-1][0] <= position:
            self._open.append(self._coming.pop())
        if any(last < position for _, last in self._open):
            self._open = [span for span in self._open if span[1] >= position]
        for span in self._open:
            self._trees[span].add(hashed)

    def of(self, first: int, last: int) -> str:
        """Return the root over a span."""
        return self._trees[first, last].root()


class _Order:
    """Numbers that should come as 1, 2, 3 … and what is wrong where they do not."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.last = 0
        self.skipped: set[int] = set()

    def take(self, number: int) -> Iterator[Finding]:
        """Take the next number."""
        if number > self.last:
            self.skipped.update(range(self.last + 1, number))
            self.last = number
        elif number in self.skipped:
            self.skipped.remove(number)
            yield Finding(Damage.REORDERED, self.stream, number)
        else:
            yield Finding(Damage.INSERTED, self.stream, number, "it is here twice")

    def missing(self, *, until: int = 0) -> Iterator[Finding]:
        """Yield the numbers that never came."""
        for number in chain(sorted(self.skipped), range(self.last + 1, until + 1)):
            yield Finding(Damage.REMOVED, self.stream, number)


class _Streams:
    """The chains of all streams, each followed from entry to entry."""

    def __init__(self) -> None:
        self.orders: dict[str, _Order] = {}
        self._ends: dict[str, tuple[int, str]] = {}

    def take(self, line: _EntryLine) -> Iterator[Finding]:
        """Take the next entry, of whatever stream it is."""
        before, hashed = self._ends.get(line.stream, (0, rules.FIRST))
        if not line.sound:
            yield Finding(Damage.ALTERED, line.stream or "positions", line.seq or line.position)
        elif line.seq == before + 1 and hashed not in (line.prev, _UNSURE):
            yield Finding(Damage.ALTERED, line.stream, before or 1, "the entry after it names another hash")
        if line.stream:
            yield from self.orders.setdefault(line.stream, _Order(line.stream)).take(line.seq)
            self._ends[line.stream] = (line.seq, line.hash if line.sound else _UNSURE)

    def missing(self) -> Iterator[Finding]:
        """Yield the entries that never came although later ones of their stream did."""
        return chain.from_iterable(order.missing() for order in self.orders.values())


_UNSURE = "?"  # stands for the hash of an altered entry, which is named already
_NO_HASH = "0" * 64


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object); an empty object for a line that cannot be read."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            yield number, _said(line)


def _header(path: Path) -> Header:
    _, said = next(_lines(path), (0, {}))
    header = said.get("record")
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise NotAnExport(f"{path} does not begin like an export of the record ({FORMAT})")
    if not isinstance(header.get("entries"), int) or not all(header.get(name) for name in Header.__slots__[1:]):
        raise NotAnExport(f"{path}: its first line lacks the number of entries, the root, the key or the signature")
    return Header(**{name: header[name] for name in Header.__slots__})


def _entries(path: Path, header: Header) -> Iterator[_EntryLine]:
    """Yield the lines of entries. What cannot be read where an entry belongs counts as one."""
    for number, said in _lines(path):
        if "entry" in said or (not said and 1 <= number <= header.entries):
            yield _entry_line(number, said.get("entry"))


def _entry_line(number: int, told: object) -> _EntryLine:
    """Read the line of an entry. One that cannot be read is taken to be the entry that belongs at its place."""
    unreadable = _EntryLine(position=number, stream="", seq=0, hash=_NO_HASH, prev="", sound=False)
    if not isinstance(told, dict):
        return unreadable
    names = {"position": int, "stream": str, "seq": int, "hash": str, "body": str}
    if any(not isinstance(told.get(name), kind) for name, kind in names.items()):
        return unreadable
    try:
        bytes.fromhex(told["hash"])
    except ValueError:
        return replace(unreadable, position=told["position"], stream=told["stream"], seq=told["seq"])
    said = _said(told["body"])
    own = rules.digest(told["body"].encode(), alg=str(said.get("alg", "")))
    return _EntryLine(
        position=told["position"],
        stream=told["stream"],
        seq=told["seq"],
        hash=told["hash"],
        prev=str(said.get("prev", "")),
        sound=own == told["hash"] and (said.get("stream"), said.get("seq")) == (told["stream"], told["seq"]),
    )


def _said(body: str | bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _seals(path: Path, header: Header) -> tuple[list[rules.SignedSeal], list[Finding]]:
    """Return the export's seals, and a finding for each line where one can no longer be read."""
    seals, findings = [], []
    for number, said in _lines(path):
        if "seal" not in said and (said or number <= header.entries):
            continue
        try:
            seals.append(rules.SignedSeal.read(said["seal"]))
        except (LookupError, TypeError, ValueError, AttributeError):
            findings.append(Finding(Damage.SEAL_BROKEN, "seals", None, f"line {number + 1} is no seal"))
    return seals, findings
