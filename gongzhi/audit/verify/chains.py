"""The chains: whether every stream holds just the entries that were written, in their order.

One pass walks all entries in the order of their streams and folds each stream. A stream that is found damaged is read
a second time, slowly, to name its damage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from gongzhi.audit import rules
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.fold import Committed, Folded
from gongzhi.audit.verify.positions import Lost, witnessed_hashes
from gongzhi.audit.verify.stored import fetched, name_of, number_of

Stored = tuple[str, int, str, str, str, bytes, bool | None]

_ENTRIES = """
SELECT e.stream, e.seq, e.hash, e.type, e.alg, e.body, coalesce(p.hash, o.hash) = e.hash
  FROM audit_entry e
  LEFT JOIN audit_position p ON p.stream = e.stream AND p.seq = e.seq
  LEFT JOIN audit_outboxitem o ON o.stream = e.stream AND o.seq = e.seq
"""
_NO_ENTRY = (ValueError, LookupError, TypeError, AttributeError)  # what reading something else as an entry raises


class Chains:
    """All streams, walked once. `findings` grow while they are walked; `entries` and `streams` count them."""

    def __init__(self, *, lost: Lost, positions_lost: bool, committed: Committed) -> None:
        """Begin.

        Args:
            lost: the entries that a position or the outbox names and that are gone; those met are taken out.
            positions_lost: whether positions were removed, so that an entry without one is no stranger for that alone.
            committed: the columns of each table that enter as commitments.
        """
        self.lost = lost
        self.positions_lost = positions_lost
        self.committed = committed
        self.entries = 0
        self.streams = 0
        self.findings: list[Finding] = []

    def walk(self) -> Iterator[Folded]:
        """Walk all chains in one pass, yielding each stream folded."""
        for stream, entries in groupby(fetched(f"{_ENTRIES} ORDER BY e.stream, e.seq"), key=itemgetter(0)):
            self.streams += 1
            if type(stream) is not str:
                self._name_strays(stream, entries)
                continue
            folded = self._fold(stream, entries)
            if folded is None or stream in self.lost:
                folded = self._examine(stream)
            else:
                self.entries += folded.last
            yield folded

    def lost_as_a_whole(self) -> Iterator[Finding]:
        """Find, after the walk, the streams that are gone from the first entry to the last."""
        for stream, seqs in self.lost.items():
            for seq in sorted(seqs):
                yield Finding(Damage.REMOVED, stream, seq)

    def _find(self, damage: Damage, stream: str, seq: int | None, detail: str = "") -> None:
        self.findings.append(Finding(damage, stream, seq, detail))

    def _name_strays(self, stream: object, entries: Iterable[Stored]) -> None:
        """Name entries whose stream is no text: they belong nowhere, and are missed where they belonged."""
        for entry in entries:
            self.entries += 1
            self._find(Damage.INSERTED, name_of(stream), number_of(entry[1]), "the name of its stream is no text")

    def _fold(self, stream: str, entries: Iterable[Stored]) -> Folded | None:
        """Fold an intact stream; None as soon as anything about it is not as it should be."""
        folded, before, committed = Folded(stream), rules.FIRST, self.committed
        sha256, loads = hashlib.sha256, orjson.loads
        for _, seq, hashed, type_, alg, body, witnessed in entries:
            try:
                own = sha256(body).hexdigest() if alg == "sha256" else rules.digest(body, alg=alg)
                if own != hashed or not witnessed or seq != folded.last + 1:
                    return None
                said = loads(body)
                if said["prev"] != before or said["seq"] != seq or said["stream"] != stream or said["type"] != type_:
                    return None
                folded.add(seq, said, committed=committed)
            except _NO_ENTRY:
                return None  # not spelled as an entry; `_examine` names it
            before = hashed
        return folded

    def _examine(self, stream: str) -> Folded:
        """Read a damaged stream again, name its damage, and fold what is certain."""
        said: dict[int, dict[str, Any]] = {}
        links = []
        for entry in fetched(f"{_ENTRIES} WHERE e.stream = %s ORDER BY e.seq", [stream]):
            self.entries += 1
            if type(entry[1]) is not int:
                self._find(Damage.INSERTED, stream, None, f"its number is {entry[1]!r}")
                continue
            said[entry[1]] = self._said(entry)
            links.append(_link(entry, said[entry[1]]))
        witnessed = witnessed_hashes(stream)
        if self.positions_lost:
            witnessed = {link.said_seq: link.hash for link in links if link.sound} | witnessed
        examined = rules.examine(stream, links, witnessed=witnessed)
        self._name_damage(stream, examined)
        folded = Folded(stream, unsure=examined.unsure)
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

    def _name_damage(self, stream: str, examined: rules.Chain) -> None:
        self.findings.extend(Finding(one.damage, stream, one.seq) for one in examined.broken)
        if not examined.broken:  # nothing is missing or too many, yet some may lie under other numbers
            for number, link in examined.links.items():
                if link.seq != number:
                    self._find(Damage.REORDERED, stream, link.seq)

    def _said(self, entry: Stored) -> dict[str, Any]:
        """Return what an entry says, nothing when it is not spelled as an entry."""
        try:
            said: dict[str, Any] = orjson.loads(entry[5])
            Folded("").add(said["seq"], said, committed=self.committed)
            is_entry = all(isinstance(columns, dict) for keyed in said["rows"].values() for columns in keyed.values())
        except _NO_ENTRY:
            return {}
        return said if is_entry else {}


def _link(entry: Stored, said: Mapping[str, Any]) -> rules.Link:
    """Return an entry as its chain sees it; what the cursor gave may be of any kind by now."""
    _, seq, hashed, type_, alg, body, _ = entry
    said_seq, said_stream, prev = said.get("seq"), said.get("stream"), said.get("prev")
    is_entry = type(body) in (bytes, memoryview) and type(said_seq) is int
    sound = is_entry and rules.digest(body, alg=alg) == hashed and said.get("type") == type_ and said.get("alg") == alg
    return rules.Link(
        seq=seq,
        hash=name_of(hashed),
        sound=sound,
        said_seq=said_seq if type(said_seq) is int else 0,
        said_stream=said_stream if isinstance(said_stream, str) else "",
        prev=prev if isinstance(prev, str) else "?",
    )
