"""The configuration tables: whether each is the one whose digest was recorded last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from gongzhi.audit import registry
from gongzhi.audit.operations import rows_digest
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.fold import Folded
from gongzhi.audit.verify.rooms import guarded


class Snapshots:
    """The digests that were met on the walk; None where a damaged entry may have recorded another one."""

    def __init__(self) -> None:
        """Begin."""
        self._digests: dict[str, str | None] = {}

    def note(self, group: Sequence[Folded]) -> None:
        """Keep the digests that a group of streams recorded."""
        for folded in group:
            if folded.stream in registry.snapshots():
                self._digests[folded.stream] = None if folded.unsure else folded.rows_digest

    def compare(self) -> Iterator[Finding]:
        """Find, after all groups, the tables that are not those that were recorded; none recorded means empty."""
        for stream, rows in registry.snapshots().items():
            recorded = self._digests.get(stream, rows_digest([]))
            if recorded is not None:
                yield from guarded(stream, partial(_compare, stream, rows, recorded))


def _compare(stream: str, rows: registry.SnapshotRows, recorded: str) -> Iterator[Finding]:
    if rows_digest(rows()) != recorded:
        yield Finding(Damage.SNAPSHOT_ALTERED, stream, None, "the rows are not those that were recorded")
