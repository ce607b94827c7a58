"""Verifying an export without a database, and without the product: plain files in, findings out.

The form of the file stands in `export_format`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from gongzhi.audit import rules
from gongzhi.audit.anchors import Anchor, Cover, compare
from gongzhi.audit.export_format import EntryLine, Header, NotAnExport, lines, read_entry_line, read_header
from gongzhi.audit.registry import Finding
from gongzhi.audit.rules import SignedSeal
from gongzhi.audit.states import Damage

HEADER = "header"
_UNSURE = "?"  # stands for the hash of an altered entry, which is named already
Span = tuple[int, int]


@dataclass(slots=True)
class ExportVerified:
    """What was verified in an export, and what was found.

    Up to the position `sealed` its seals fit; `unsealed` entries came later. `says_seals` is False for an export of
    the older form, which did not say how many seals it had: that some were taken out of it cannot be seen. Everything
    is signed with `public_key`; whether that is the installation's is for the reader to compare.
    """

    entries: int = 0
    positions: int = 0
    streams: int = 0
    seals: int = 0
    sealed: int = 0
    says_seals: bool = True
    public_key: str = ""
    anchors: list[Cover] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings

    @property
    def unsealed(self) -> int:
        """How many entries came after the last seal that fits."""
        return max(0, self.entries - self.sealed)


def verify_export(path: Path, *, anchors: Sequence[Anchor] = ()) -> ExportVerified:
    """Verify an export against itself and against anchors kept elsewhere.

    Memory grows with the number of streams, seals and findings, not with the number of entries, whatever numbers
    somebody wrote into the file.

    Raises: NotAnExport.
    """
    header = read_header(path)
    result = ExportVerified(
        positions=header.positions, says_seals=header.seals is not None, public_key=header.public_key
    )
    seals, result.findings = _seals(path, header)
    chained = list(rules.chain_of_seals(seals, public_key=header.public_key))
    roots = _Roots({(1, header.positions), *_spans(chained), *_spans_of(anchors)})
    _follow_entries(path, header, roots, result)
    result.seals = len(seals)
    result.findings.extend(_counted_otherwise(header, result))
    if not header.is_signed or roots.of(1, header.positions) != header.root:
        result.findings.append(Finding(Damage.SEAL_BROKEN, HEADER, None, "the entries do not give what it signs"))
    result.findings.extend(_compare_seals(chained, roots, result))
    for anchor in anchors:
        compared = compare(anchor, seals, entries=result.entries, end=header.positions, root_of=roots.of)
        result.anchors.append(compared.cover)
        result.findings.extend(compared.findings)
    return result


def _follow_entries(path: Path, header: Header, roots: _Roots, result: ExportVerified) -> None:
    """Follow positions and streams from entry to entry."""
    places, streams = _Order("positions", most=header.positions), _Streams(most=header.positions)
    for line in _entries(path, header):
        result.entries += 1
        if places.may_hold(line.position):
            roots.take(line.position, line.hash)
        result.findings.extend(places.take(line.position))
        result.findings.extend(streams.take(line))
    result.streams = len(streams.orders)
    result.findings.extend(places.missing(until=header.positions))
    result.findings.extend(streams.missing())


def _counted_otherwise(header: Header, result: ExportVerified) -> Iterator[Finding]:
    """Find that the file no longer holds as many lines as its first line says."""
    for kind, stated, found in (("entries", header.entries, result.entries), ("seals", header.seals, result.seals)):
        if stated not in (None, found):
            detail = f"it states {stated} {kind}, and the file holds {found}"
            yield Finding(Damage.EXPORT_INCOMPLETE, HEADER, None, detail)


def _compare_seals(
    chained: Sequence[tuple[SignedSeal, str]], roots: _Roots, result: ExportVerified
) -> Iterator[Finding]:
    all_fit = True
    for one, fault in chained:
        wrong = fault
        if not fault and roots.of(one.first, one.last) != one.root:
            wrong = "the entries do not give its root"
        if wrong:
            yield Finding(Damage.SEAL_BROKEN, "seals", one.number, wrong)
        all_fit = all_fit and not wrong
        result.sealed = one.last if all_fit else result.sealed


def _spans(chained: Sequence[tuple[SignedSeal, str]]) -> Iterator[Span]:
    """Yield the spans whose roots are worth computing: those of seals that follow one another, so that none overlap."""
    return ((one.first, one.last) for one, fault in chained if not fault)


def _spans_of(anchors: Sequence[Anchor]) -> Iterator[Span]:
    return chain.from_iterable(_spans(list(rules.chain_of_seals(one.seals))) for one in anchors)


class _Roots:
    """The Merkle roots over several spans of positions, all computed in one pass."""

    def __init__(self, spans: set[Span]) -> None:
        self._trees = {span: rules.MerkleTree() for span in spans}
        self._coming = sorted(self._trees, reverse=True)
        self._open: list[Span] = []

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
    """Numbers that should come as 1, 2, 3 … up to at most `most`, and what is wrong where they do not.

    What was skipped is kept as spans, so that one wide gap costs no more than a narrow one.
    """

    def __init__(self, stream: str, *, most: int) -> None:
        self.stream = stream
        self.most = most
        self.last = 0
        self.skipped: list[Span] = []

    def may_hold(self, number: int) -> bool:
        """Whether there can be such a number at all."""
        return 1 <= number <= self.most

    def take(self, number: int) -> Iterator[Finding]:
        """Take the next number."""
        if not self.may_hold(number):
            detail = f"{number} lies outside 1-{self.most}"
            yield Finding(Damage.INSERTED, self.stream, number, detail)
        elif number > self.last:
            if number > self.last + 1:
                self.skipped.append((self.last + 1, number - 1))
            self.last = number
        elif self._was_skipped(number):
            yield Finding(Damage.REORDERED, self.stream, number)
        else:
            yield Finding(Damage.INSERTED, self.stream, number, "it is here twice")

    def _was_skipped(self, number: int) -> bool:
        """Whether a number was skipped; it is not any more."""
        place = bisect_right(self.skipped, (number, self.most)) - 1
        if place < 0 or self.skipped[place][1] < number:
            return False
        first, last = self.skipped[place]
        self.skipped[place : place + 1] = [
            span for span in ((first, number - 1), (number + 1, last)) if span[0] <= span[1]
        ]
        return True

    def missing(self, *, until: int = 0) -> Iterator[Finding]:
        """Yield the numbers that never came; of a gap too wide to be believed only its two ends."""
        for first, last in (*self.skipped, (self.last + 1, until)):
            for number in rules.named_of(range(first, last + 1)):
                yield Finding(Damage.REMOVED, self.stream, number)


class _Streams:
    """The chains of all streams, each followed from entry to entry."""

    def __init__(self, *, most: int) -> None:
        self.orders: dict[str, _Order] = {}
        self._ends: dict[str, tuple[int, str]] = {}
        self._most = most

    def take(self, line: EntryLine) -> Iterator[Finding]:
        """Take the next entry, of whatever stream it is."""
        before, hashed = self._ends.get(line.stream, (0, rules.FIRST))
        if not line.sound:
            yield Finding(Damage.ALTERED, line.stream or "positions", line.seq or line.position)
        elif line.seq == before + 1 and hashed not in (line.prev, _UNSURE):
            yield Finding(Damage.ALTERED, line.stream, before or 1, "the entry after it names another hash")
        if not line.stream:
            return
        order = self.orders.setdefault(line.stream, _Order(line.stream, most=self._most))
        if line.sound or order.may_hold(line.seq):
            yield from order.take(line.seq)
            self._ends[line.stream] = (line.seq, line.hash if line.sound else _UNSURE)

    def missing(self) -> Iterator[Finding]:
        """Yield the entries that never came although later ones of their stream did."""
        return chain.from_iterable(order.missing() for order in self.orders.values())


def _entries(path: Path, header: Header) -> Iterator[EntryLine]:
    """Yield the lines of entries. What cannot be read where an entry belongs counts as one."""
    for number, said in lines(path):
        if "entry" in said or (not said and 1 <= number <= header.entries):
            yield read_entry_line(number, said.get("entry"))


def _seals(path: Path, header: Header) -> tuple[list[SignedSeal], list[Finding]]:
    """Return the export's seals, and a finding for each line that is none where one belongs, or that is nothing."""
    seals, findings = [], []
    for number, said in lines(path):
        if number == 0 or "entry" in said or (not said and number <= header.entries):
            continue
        try:
            seals.append(SignedSeal.read(said["seal"]))
        except (LookupError, TypeError, ValueError, AttributeError):
            findings.append(Finding(Damage.SEAL_BROKEN, "seals", None, f"line {number + 1} is no seal"))
    return seals, findings


__all__ = ["ExportVerified", "NotAnExport", "verify_export"]
