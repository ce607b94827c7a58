"""One run over the whole record.

Streams come in groups of a few hundred, folded; then their held values and rows are fetched and compared. Memory is
bounded by those few hundred streams, not by the record.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Sequence

from django.db import OperationalError, connection

from gongzhi.audit.anchors import Anchor, Cover
from gongzhi.audit.models import Entry
from gongzhi.audit.queries import recorded_models
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.chains import Chains
from gongzhi.audit.verify.fold import Folded
from gongzhi.audit.verify.positions import Lost, Positions, lost_entries, relabelled_outbox
from gongzhi.audit.verify.report import Verified
from gongzhi.audit.verify.rooms import check_rooms
from gongzhi.audit.verify.rows import Rows
from gongzhi.audit.verify.sealed import verify_seals
from gongzhi.audit.verify.snapshots import Snapshots
from gongzhi.audit.verify.stored import reading_any_text
from gongzhi.audit.verify.values import HeldValues
from gongzhi.base.queries import as_of_one_instant

STREAMS_AT_ONCE = 400
HELD_AT_ONCE = 20_000
OBJECTS_BETWEEN_SEARCHES = 50_000


def verify(*, anchors: Sequence[Anchor] = (), files: bool = True) -> Verified:
    """Verify the record of this database against itself and against anchors kept outside.

    Without an anchor a cut tail, or a history rewritten from end to end together with all rows, cannot be seen. Read
    the anchors before you call this: one that is read later may hold a seal that this instant does not know yet.

    Args:
        anchors: seals kept outside the database, such as `seals.home_anchor()`.
        files: whether to hash all stored files again as well; the rooms' other checks always run.
    """
    if any(one.seals or one.unreadable for one in anchors) and not _has_tables():
        return _nothing_left(anchors)
    with as_of_one_instant(), _leaving_old_objects_alone():
        try:
            return _verified(anchors=anchors, files=files)
        except OperationalError as fault:
            if "decode" not in str(fault).lower():
                raise
        with reading_any_text():  # somebody put bytes where a text belongs
            return _verified(anchors=anchors, files=files)


def _has_tables() -> bool:
    return Entry._meta.db_table in connection.introspection.table_names()


def _nothing_left(anchors: Sequence[Anchor]) -> Verified:
    """Tell that the whole record is gone, which only an anchor can know: a new database has no tables either."""
    return Verified(
        anchors=[Cover(one.name, len(one.seals), until=0, after=0) for one in anchors],
        findings=[
            Finding(Damage.RECORD_GONE, one.stream, None, f"it keeps {len(one.seals)} seals of a record")
            for one in anchors
            if one.seals or one.unreadable
        ],
    )


@contextlib.contextmanager
def _leaving_old_objects_alone() -> Iterator[None]:
    """Keep the search for reference cycles from visiting the whole program, or each group of streams, all the time."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _verified(*, anchors: Sequence[Anchor], files: bool) -> Verified:
    record = _Record(lost={})
    record.check()
    if record.may_have_lost_entries:  # look again, knowing which
        lost, astray = lost_entries()
        if lost:
            record = _Record(lost=lost)
            record.check()
        record.findings.extend(astray)
    sealed = verify_seals(anchors, entries=record.chains.entries)
    of_rooms = check_rooms(files=files)
    return Verified(
        entries=record.chains.entries,
        streams=record.chains.streams,
        rows=record.rows.compared,
        held=record.values.committed,
        sealed=sealed.until,
        erased=record.values.erased,
        anchors=sealed.covers,
        findings=[*record.findings, *sealed.findings, *of_rooms],
    )


class _Record:
    """Chains, held values, rows, configuration tables and positions, checked in one walk."""

    def __init__(self, *, lost: Lost) -> None:
        """Begin; `lost` holds the entries that a position or the outbox names and that are gone."""
        tables = recorded_models()
        committed = {label: table.committed for label, table in tables.items() if table.committed}
        self.positions = Positions.read()
        self.chains = Chains(lost=lost, positions_lost=bool(self.positions.gaps), committed=committed)
        self.values = HeldValues()
        self.rows = Rows(tables)
        self.snapshots = Snapshots()
        self.findings = self.chains.findings  # one list, so that each group's chains come before its values and rows

    def check(self) -> None:
        """Walk all streams, compare them with the tables, and look for what no stream speaks of."""
        for group in _in_groups(self.chains.walk()):
            kept = self.values.of(group)
            self.snapshots.note(group)
            self.findings.extend(self.values.compare(group, kept))
            self.findings.extend(self.rows.compare(group, kept))
        self.findings.extend(self.chains.lost_as_a_whole())
        self.findings.extend(self.positions.findings())
        self.findings.extend(relabelled_outbox(damaged={one.stream for one in self.findings}))
        self.findings.extend(self.rows.unrecorded(lost=self.chains.lost))
        self.findings.extend(self.values.stranded(lost=self.chains.lost))
        self.findings.extend(self.snapshots.compare())

    @property
    def may_have_lost_entries(self) -> bool:
        """Whether it is worth while to look for entries that only a position or the outbox knows any more."""
        return bool(self.findings) or self.chains.entries != self.positions.witnesses


def _in_groups(streams: Iterable[Folded]) -> Iterator[list[Folded]]:
    group: list[Folded] = []
    held = 0
    for one in streams:
        group.append(one)
        held += len(one.commitments) + len(one.rows)
        if len(group) == STREAMS_AT_ONCE or held > HELD_AT_ONCE:
            yield group
            group, held = [], 0
    if group:
        yield group
