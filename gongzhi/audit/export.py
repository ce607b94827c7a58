"""Writing the whole record into one file that can be verified anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import orjson
from django.db import connection

from gongzhi.audit import rules
from gongzhi.audit.offline import FORMAT, ExportVerified, NotAnExport, header_bytes, verify_export
from gongzhi.audit.queries import last_position
from gongzhi.audit.seals import hashes_between, seals_after, sign
from gongzhi.base.queries import as_of_one_instant

_FETCHED_AT_ONCE = 2000


def export(out: Path | BinaryIO) -> int:
    """Write every entry that has a position, then all seals, one JSON object a line; return the number of entries.

    Held values stay behind: the export holds commitments only, so it may leave the house.
    """
    if isinstance(out, Path):
        with out.open("wb") as file:
            return export(file)
    with as_of_one_instant():
        entries = last_position()
        out.write(_line("record", _header(entries)))
        for entry in _entries():
            out.write(_line("entry", entry))
        for seal in seals_after(0):
            out.write(_line("seal", asdict(seal)))
    return entries


def _header(entries: int) -> dict[str, str | int]:
    root = rules.merkle_root(hashes_between(1, entries))
    public_key, signature = sign(header_bytes(entries=entries, root=root))
    return {"format": FORMAT, "entries": entries, "root": root, "public_key": public_key, "signature": signature}


def _entries() -> Iterator[dict[str, str | int]]:
    """Yield the entries in the order of their positions. A damaged body is written as far as it can be read."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT p.position, p.stream, p.seq, e.hash, e.body FROM audit_position p"
            " JOIN audit_entry e ON e.stream = p.stream AND e.seq = p.seq ORDER BY p.position"
        )
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            for position, stream, seq, hashed, body in rows:
                text = bytes(body).decode(errors="replace")
                yield {"position": position, "stream": stream, "seq": seq, "hash": hashed, "body": text}


def _line(kind: str, told: dict[str, str | int]) -> bytes:
    return orjson.dumps({kind: told}, option=orjson.OPT_APPEND_NEWLINE)


__all__ = ["ExportVerified", "NotAnExport", "export", "verify_export"]
