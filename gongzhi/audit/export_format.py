"""How an export is spelled: one JSON object a line. No framework, no database.

The first line, signed, is the `record`: how many entries, positions and seals there were, and the root over all
entries. Then comes one `entry` for each position in order, its body verbatim as text, then the seals. Wherever the
file is cut and whatever line is taken out, the first line says that something is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from gongzhi.audit import rules
from gongzhi.kernel.canonical import canonical_bytes

FORMAT = "gongzhi-record/2"
FORMAT_WITHOUT_SEALS = "gongzhi-record/1"
_COUNTS = ("entries", "positions", "seals")
_TEXTS = ("root", "public_key", "signature")
_ENTRY = {"position": int, "stream": str, "seq": int, "hash": str, "body": str}
_LARGEST = 2**63 - 1


class NotAnExport(ValueError):
    """The file does not begin like an export of the record."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says of the whole, signed.

    `positions` is the last position that was given; `seals` is None in an export of the older form, which did not say.
    """

    entries: int
    positions: int
    seals: int | None
    root: str
    public_key: str = ""
    signature: str = ""

    @property
    def format(self) -> str:
        """The form of the export."""
        return FORMAT if self.seals is not None else FORMAT_WITHOUT_SEALS

    def signed_bytes(self) -> bytes:
        """Return the bytes that the exporting installation signs."""
        told: dict[str, str | int | None] = {"format": self.format, "entries": self.entries, "root": self.root}
        if self.seals is not None:
            told |= {"positions": self.positions, "seals": self.seals}
        return canonical_bytes(told)

    @property
    def is_signed(self) -> bool:
        """Whether the signature fits."""
        return rules.is_signed(self.signed_bytes(), public_key=self.public_key, signature=self.signature)

    def as_line(self) -> bytes:
        """Return the first line of the export."""
        return line("record", {"format": self.format, **asdict(self)})


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry. `sound` tells whether its bytes give the hash and name the place beside them."""

    position: int
    stream: str
    seq: int
    hash: str
    prev: str
    sound: bool


def line(kind: str, told: dict[str, Any]) -> bytes:
    """Return a line of an export."""
    return orjson.dumps({kind: told}, option=orjson.OPT_APPEND_NEWLINE)


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 0, object) of each line; an empty object for one that cannot be read."""
    with path.open("rb") as file:
        for number, one in enumerate(file):
            yield number, _said(one)


def read_header(path: Path) -> Header:
    """Read the first line of an export.

    Raises: NotAnExport.
    """
    _, said = next(lines(path), (0, {}))
    told = said.get("record")
    if not isinstance(told, dict) or told.get("format") not in (FORMAT, FORMAT_WITHOUT_SEALS):
        raise NotAnExport(f"{path} does not begin like an export of the record ({FORMAT})")
    if told["format"] == FORMAT_WITHOUT_SEALS:
        told = told | {"positions": told.get("entries"), "seals": None}
    counts = [name for name in _COUNTS if not (name == "seals" and told["format"] == FORMAT_WITHOUT_SEALS)]
    if not all(type(told.get(name)) is int and 0 <= told[name] <= _LARGEST for name in counts):
        raise NotAnExport(f"{path}: its first line does not say how many entries, positions and seals there were")
    if not all(isinstance(told.get(name), str) and told[name] for name in _TEXTS):
        raise NotAnExport(f"{path}: its first line lacks the root, the key or the signature")
    return Header(**{name: told[name] for name in (*_COUNTS, *_TEXTS)})


def read_entry_line(number: int, told: object) -> EntryLine:
    """Read the line of an entry. One that cannot be read is taken to be the entry that belongs at its place."""
    unreadable = EntryLine(position=number, stream="", seq=0, hash=rules.NO_HASH, prev="", sound=False)
    if not isinstance(told, dict) or any(type(told.get(name)) is not kind for name, kind in _ENTRY.items()):
        return unreadable
    if not rules.is_hexadecimal(told["hash"]):
        return replace(unreadable, position=told["position"], stream=told["stream"], seq=told["seq"])
    said = _said(told["body"])
    own = rules.digest(told["body"].encode(), alg=str(said.get("alg", "")))
    return EntryLine(
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
