"""The witnesses of the entries: positions and the outbox, which name each entry once more, with its hash."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection

from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.stored import fetched, name_of, number_of

Lost = dict[str, set[int]]

_COUNTS = """
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
_LOST = """
SELECT w.stream, w.seq
  FROM audit_{witness} w LEFT JOIN audit_entry e ON e.stream = w.stream AND e.seq = w.seq
 WHERE e.id IS NULL ORDER BY w.stream, w.seq
"""
_WITNESSED = """
SELECT seq, hash FROM audit_outboxitem WHERE stream = %s
 UNION ALL SELECT seq, hash FROM audit_position WHERE stream = %s
"""
_RELABELLED = """
SELECT o.stream, o.seq FROM audit_outboxitem o JOIN audit_entry e ON e.stream = o.stream AND e.seq = o.seq
 WHERE o.type <> e.type ORDER BY o.stream, o.seq
"""


@dataclass(frozen=True, slots=True)
class Positions:
    """How many entries positions and outbox know, which positions are missing, and which are no positions at all."""

    witnesses: int
    gaps: list[tuple[int, int]]
    unnatural: list[tuple[object, object, object]]

    @classmethod
    def read(cls) -> Positions:
        """Count the witnesses; look for gaps only where the counts say that there is one."""
        placed, last, first, waiting = next(fetched(_COUNTS))
        if placed == last and first == 1 and not _has_odd_ones():
            return cls(placed + waiting, [], [])
        natural = _NATURAL[connection.vendor]
        gaps, unnatural = fetched(_GAPS.format(natural=natural)), fetched(_UNNATURAL.format(natural=natural))
        return cls(placed + waiting, list(gaps), list(unnatural))

    def findings(self) -> Iterator[Finding]:
        """Find the positions that are missing, and those that are none."""
        for first, last in self.gaps:
            detail = f"positions {first}-{last} are missing"
            yield Finding(Damage.POSITION_BROKEN, "positions", first, detail)
        for position, owner, number in self.unnatural:
            detail = f"{position!r}, given to {owner}#{number}, is no position"
            yield Finding(Damage.POSITION_BROKEN, "positions", None, detail)


def _has_odd_ones() -> bool:
    """Whether a position is something else than a whole number, which SQLite allows."""
    if connection.vendor != "sqlite":
        return False
    least, most = next(fetched("SELECT min(typeof(position)), max(typeof(position)) FROM audit_position"))
    return {least, most} - {None, "integer"} != set()


def lost_entries() -> tuple[Lost, list[Finding]]:
    """Return the numbers of the entries, by stream, that a position or the outbox names and that are gone.

    Beside them, a finding for each position or outbox item that names no place where an entry could lie.
    """
    lost: Lost = {}
    astray = []
    for witness in ("position", "outboxitem"):
        for stream, seq in fetched(_LOST.format(witness=witness)):
            if type(stream) is str and type(seq) is int:
                lost.setdefault(stream, set()).add(seq)
            else:
                detail = f"{witness} names {seq!r} of {stream!r}, where no entry can lie"
                astray.append(Finding(Damage.POSITION_BROKEN, "positions", None, detail))
    return lost, astray


def witnessed_hashes(stream: str) -> dict[int, str]:
    """Return the hashes of a stream's entries as positions and outbox noted them."""
    return {seq: name_of(hashed) for seq, hashed in fetched(_WITNESSED, [stream, stream]) if type(seq) is int}


def relabelled_outbox(*, damaged: Collection[str]) -> Iterator[Finding]:
    """Find outbox items that name another type than their entry, in streams that are not `damaged` anyway."""
    for stream, seq in fetched(_RELABELLED):
        if stream not in damaged:
            detail = "the outbox names another type"
            yield Finding(Damage.POSITION_BROKEN, name_of(stream), number_of(seq), detail)
