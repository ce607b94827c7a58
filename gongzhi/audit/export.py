"""Writing the whole record into one file that can be verified anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from gongzhi.audit import rules
from gongzhi.audit.export_format import Header, line
from gongzhi.audit.models import Seal
from gongzhi.audit.registry import Finding
from gongzhi.audit.seals import FIELDS, hashes_between, last_whole_position, sign
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.stored import fetched, name_of, number_of, reading_any_text
from gongzhi.base.queries import as_of_one_instant

_ENTRIES = """
SELECT p.position, p.stream, p.seq, e.hash, e.body
  FROM audit_position p JOIN audit_entry e ON e.stream = p.stream AND e.seq = p.seq ORDER BY p.position
"""
_COUNT = "SELECT count(*) FROM audit_position p JOIN audit_entry e ON e.stream = p.stream AND e.seq = p.seq"


@dataclass
class Exported:
    """How much was written, and what lay in the tables of another kind than was ever recorded."""

    entries: int = 0
    seals: int = 0
    findings: list[Finding] = field(default_factory=list)


def export(out: Path | BinaryIO) -> Exported:
    """Write every entry that has a position, then all seals, one JSON object a line.

    Held values stay behind: the export holds commitments only, so it may leave the house. A damaged record is written
    as far as it can be read; verification then names the damage in the file, too.
    """
    if isinstance(out, Path):
        with out.open("wb") as file:
            return export(file)
    with as_of_one_instant(), reading_any_text():
        header, result = _header(), Exported()
        out.write(header.as_line())
        for told in _entries(result.findings):
            out.write(line("entry", told))
            result.entries += 1
        for told in Seal.objects.order_by("number").values(*FIELDS).iterator():
            out.write(line("seal", {name: _writable(value) for name, value in told.items()}))
            result.seals += 1
    return result


def _header() -> Header:
    positions = last_whole_position()
    header = Header(
        entries=next(fetched(_COUNT))[0],
        positions=positions,
        seals=Seal.objects.count(),
        root=rules.merkle_root(hashes_between(1, positions)),
    )
    public_key, signature = sign(header.signed_bytes())
    return replace(header, public_key=public_key, signature=signature)


def _entries(findings: list[Finding]) -> Iterator[dict[str, str | int | float | None]]:
    """Yield the entries in the order of their positions."""
    for position, stream, seq, hashed, body in fetched(_ENTRIES):
        told = {"position": position, "stream": stream, "seq": seq, "hash": hashed}
        if type(body) not in (bytes, memoryview):
            detail = f"its body is of another kind ({type(body).__name__})"
            findings.append(Finding(Damage.ALTERED, name_of(stream), number_of(seq), detail))
            text = name_of(body)
        else:
            text = bytes(body).decode(errors="replace")
        yield {name: _writable(value) for name, value in told.items()} | {"body": text}


def _writable(stored: object) -> str | int | float | None:
    """Return what lies in a column as JSON can spell it; what it cannot never was recorded."""
    return stored if isinstance(stored, str | int | float | None) else repr(stored)
