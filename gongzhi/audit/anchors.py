"""Anchors: seals kept outside the database, and how far each of them vouches for it. No framework, no database.

The home folder has an anchor of its own, to which every seal is appended. It finds what somebody does who reaches the
database alone. Whoever reaches the home folder, too, is found by a copy that lies on another machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from gongzhi.audit.registry import Finding
from gongzhi.audit.rules import SignedSeal, chain_of_seals
from gongzhi.audit.states import Damage

HOME = "home"
RootOf = Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The seals of an anchor, in order. `name` is `home` for the home folder's own, else the path of the copy.

    `unreadable` are the numbers of lines that are no seal.
    """

    name: str
    seals: Sequence[SignedSeal]
    unreadable: Sequence[int] = ()

    @property
    def stream(self) -> str:
        """Where findings about it lie."""
        return f"anchor:{self.name}"


@dataclass(frozen=True, slots=True)
class Cover:
    """How far an anchor vouches: up to the position `until`. `after` entries came later: it says nothing of them."""

    anchor: str
    seals: int
    until: int
    after: int


@dataclass
class Compared:
    """What comparing with an anchor gave: how far it vouches, and what does not fit."""

    cover: Cover
    findings: list[Finding]


def read_anchor(path: Path) -> Anchor:
    """Read a copy of an anchor that somebody hands in.

    Raises: ValueError for a line that is no seal, naming it, and for a file that holds none at all.
    """
    seals, unreadable = _read(path.read_bytes())
    if unreadable:
        raise ValueError(f"{path}: line {unreadable[0]} is no seal")
    if not seals:
        raise ValueError(f"{path} holds no seal: nothing can be compared with it")
    return Anchor(str(path), seals)


def read_home_anchor(path: Path) -> Anchor:
    """Read the home folder's own anchor, however damaged; without a seal when there is none.

    A last line without its end is one that a full disk cut short, or that is being written: no seal yet.
    """
    if not path.is_file():
        return Anchor(HOME, ())
    kept = path.read_bytes()
    seals, unreadable = _read(kept[: kept.rfind(b"\n") + 1])
    return Anchor(HOME, seals, unreadable)


def seal_line(one: SignedSeal) -> bytes:
    """Return a seal as one line of an anchor."""
    return json.dumps(asdict(one), sort_keys=True).encode() + b"\n"


def compare(anchor: Anchor, kept: Iterable[SignedSeal], *, entries: int, end: int, root_of: RootOf) -> Compared:
    """Compare a record with an anchor.

    Args:
        anchor: the anchor.
        kept: the seals that lie beside the record.
        entries: how many entries it has, with and without a position.
        end: its last position.
        root_of: gives the root over a span of its positions.
    """
    findings = [Finding(Damage.SEAL_BROKEN, anchor.stream, None, f"line {one} is no seal") for one in anchor.unreadable]
    fitting, until = [], 0
    for one, fault in chain_of_seals(anchor.seals):
        found = _misfit(anchor, one, fault, end=end, root_of=root_of)
        if found is None:
            fitting.append(one)
            until = one.last if len(fitting) == one.number else until
        else:
            findings.append(found)
    findings.extend(_not_kept(anchor, fitting, kept))
    return Compared(Cover(anchor.name, len(anchor.seals), until, max(0, entries - until)), findings)


def _misfit(anchor: Anchor, one: SignedSeal, fault: str, *, end: int, root_of: RootOf) -> Finding | None:
    if fault:
        return Finding(Damage.SEAL_BROKEN, anchor.stream, one.number, fault)
    if one.last > end:
        detail = f"sealed up to position {one.last}, but the record ends at {end}"
        return Finding(Damage.TAIL_CUT, anchor.stream, one.number, detail)
    if root_of(one.first, one.last) != one.root:
        detail = f"positions {one.first}-{one.last} had another root"
        return Finding(Damage.HISTORY_REWRITTEN, anchor.stream, one.number, detail)
    return None


def _not_kept(anchor: Anchor, fitting: Iterable[SignedSeal], kept: Iterable[SignedSeal]) -> Iterator[Finding]:
    """Find the seals of an anchor that fit the record and yet no longer lie beside it, or lie there as others."""
    known = {one.number: one for one in kept}
    gone = []
    for one in fitting:
        if one.number not in known:
            gone.append(one.number)
        elif known[one.number] != one:
            yield Finding(Damage.SEAL_BROKEN, "seals", one.number, f"it is not the seal that {anchor.stream} keeps")
    for first, last in _runs(gone):
        yield Finding(Damage.SEAL_MISSING, "seals", first, f"seals {first}-{last} are gone that {anchor.stream} keeps")


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each run of numbers that follow one another."""
    for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]


def seal_in(line: bytes) -> SignedSeal | None:
    """Return the seal in a line of an anchor, None when it is none."""
    try:
        return SignedSeal.read(json.loads(line))
    except (ValueError, AttributeError):
        return None


def _read(kept: bytes) -> tuple[list[SignedSeal], list[int]]:
    """Return the seals of a file, and the numbers of the lines that are none."""
    seals, unreadable = [], []
    for number, line in enumerate(kept.splitlines(), start=1):
        one = seal_in(line)
        if one is not None:
            seals.append(one)
        elif line.strip():
            unreadable.append(number)
    return seals, unreadable
