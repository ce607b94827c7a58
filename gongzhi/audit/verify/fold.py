"""Folding a stream: what its entries, one after the other, say should stand in the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongzhi.audit.facts import ERASED

Columns = dict[str, Any]
Committed = Mapping[str, frozenset[str]]

_ERASED = ERASED.name


@dataclass(slots=True)
class Folded:
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

    def add(self, seq: int, said: Mapping[str, Any], *, committed: Committed) -> None:
        """Fold one entry in."""
        self.last = seq
        for label, keyed in said["rows"].items():
            of_table = committed.get(label)
            for key, columns in keyed.items():
                if of_table is not None and not of_table.isdisjoint(columns):
                    self._add_commitments(seq, f"{label}/{key}/", columns, of_table)
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
