"""Importing reports from a file: every row goes through the one door, with the time at which it was first received."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from gongzhi.audit.delivery import deliver_all
from gongzhi.audit.operations import recording_as
from gongzhi.audit.states import Origin
from gongzhi.base.operations import RepeatedKeyOtherContent, one_change
from gongzhi.cases import queries as cases
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as reports
from gongzhi.intake.operations import Receipt
from gongzhi.intake.states import ReportState
from gongzhi.kernel.refusals import Conflict, Refusal
from gongzhi.parameters.queries import city
from gongzhi.scenarios import mapping
from gongzhi.scenarios.founding import IMPORTER
from gongzhi.scenarios.profiles import Profile
from gongzhi.scenarios.rejects import Rejects, RejectsUnwritable, rejects_file
from gongzhi.scenarios.tables import Row, opened
from gongzhi.scenarios.turns import REST_S, TURN_S

ROWS_AT_ONCE = 20
"""At most so many rows are one transaction, fewer where a turn is over before: what a killed import has in hand."""

Progress = Callable[[int, int], None]
Thing = TypeVar("Thing")


class KeyTwiceInFile(Refusal):
    """An earlier row of this file has the same key and says something else."""

    code = "key-twice-in-file"


@dataclass(slots=True)
class Imported:
    """What one run did.

    `received` counts the rows it stored, `needs_location` those of them whose case stands in that queue, `repeated` the
    rows that were stored before, `rejected` those that were not taken. `replies` counts the answers it stored,
    `replies_rejected` those left out while their row was taken, `codes` the reasons for both.
    """

    received: int = 0
    needs_location: int = 0
    repeated: int = 0
    rejected: int = 0
    replies: int = 0
    replies_rejected: int = 0
    codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one row fared: refused, or taken with its reply or without."""

    row: Row
    key: str
    receipt: Receipt | None = None
    refusal: Refusal | None = None
    replied: bool = False
    reply_refusal: Refusal | None = None


def import_reports(
    path: Path,
    *,
    profile: Profile,
    rejects_path: Path,
    even_if_no_rejects: bool,
    clock: Callable[[], datetime],
    progress: Progress = lambda done_bytes, size_bytes: None,
    counted: Imported | None = None,
) -> Imported:
    """Import a file; doing it again adds only what was missing.

    A bad row is listed with its reason and costs no other row. Rows are stored a few at a time, and whoever else writes
    gets a turn in between. An import that is killed loses at most those it had in hand; the next run stores them.

    Args:
        path: the file.
        profile: how it is read.
        rejects_path: where the rows that were not taken are listed.
        even_if_no_rejects: whether the list is written even when it is empty.
        clock: the instant now.
        progress: called with the bytes done and the bytes in all.
        counted: where to count, for a caller that wants to know what was stored before a refusal.

    Raises: NoCity; what opening the file and writing the list refuse; StoreBusy, StoreFull.
    """
    city()
    if rejects_path.resolve() == path.resolve():
        raise RejectsUnwritable(path=str(rejects_path), reason="EEXIST")
    imported = Imported() if counted is None else counted
    with (
        opened(
            path,
            endings=profile.endings,
            encoding=profile.encoding,
            delimiter=profile.delimiter,
            columns=profile.columns_used(),
        ) as table,
        rejects_file(rejects_path, even_if_empty=even_if_no_rejects) as rejects,
    ):
        first_rows: dict[str, int] = {}
        for rows in _batches(table.rows(), size=ROWS_AT_ONCE):
            while rows:
                outcomes, needs_location = _take_some(rows, profile=profile, at=clock(), first_rows=first_rows)
                imported.needs_location += needs_location
                for one in outcomes:
                    _count(one, imported)
                    _list(one, rejects)
                rows = rows[len(outcomes) :]
                time.sleep(REST_S)
            progress(table.done_bytes, table.size_bytes)
    deliver_all(clock=clock)
    return imported


@one_change
def _take_some(
    rows: Sequence[Row], *, profile: Profile, at: datetime, first_rows: dict[str, int]
) -> tuple[list[_Outcome], int]:
    """Take the first rows, as many as one turn has time for, in one transaction.

    Returns: how they fared, and how many of their new cases stand in the queue *needs location*.
    """
    ends_s = time.monotonic() + TURN_S
    outcomes: list[_Outcome] = []
    with recording_as(Origin.IMPORT):
        for row in rows:
            outcomes.append(_take_row(row, profile=profile, at=at, first_rows=first_rows))
            if time.monotonic() >= ends_s:
                break
    return outcomes, _waiting_for_a_place(outcomes)


def _take_row(row: Row, *, profile: Profile, at: datetime, first_rows: dict[str, int]) -> _Outcome:
    key = mapping.key_of(row.cells, profile)
    try:
        if row.fault is not None:
            raise row.fault
        receipt = _received(row, profile=profile, key=key, at=at, first_rows=first_rows)
    except Refusal as refusal:
        return _Outcome(row, key, refusal=refusal)
    first_rows.setdefault(key, row.number)
    try:
        with transaction.atomic():
            replied = _answered(row, receipt, profile=profile, at=at)
    except Refusal as refusal:
        return _Outcome(row, key, receipt, reply_refusal=refusal)
    return _Outcome(row, key, receipt, replied=replied)


def _received(row: Row, *, profile: Profile, key: str, at: datetime, first_rows: Mapping[str, int]) -> Receipt:
    """Put a row through the door, in a savepoint of its own.

    Raises: KeyTwiceInFile, what the mapping refuses and what the door refuses.
    """
    received_at = mapping.received_at_of(row.cells, profile)
    draft = mapping.draft_of(row.cells, profile)

    def receive() -> Receipt:
        with transaction.atomic():
            return intake.receive_report(
                draft, source=profile.source_of_keys, key=key, by=IMPORTER, at=at, received_at=received_at
            )

    try:
        return receive()
    except RepeatedKeyOtherContent as refusal:
        if key in first_rows:
            raise KeyTwiceInFile(key=key, first_row=first_rows[key]) from refusal
        raise
    except (Conflict, IntegrityError):  # another import of the same rows was a moment faster: now its receipt is there
        return receive()


def _answered(row: Row, receipt: Receipt, *, profile: Profile, at: datetime) -> bool:
    """Record the reply that the row tells, unless the report has one; return whether it was recorded now."""
    received_at = mapping.received_at_of(row.cells, profile)
    reply = mapping.reply_of(row.cells, profile, received_at=received_at, now=at)
    if reply is None:
        return False
    report = reports.report(receipt.report)
    if report.state is ReportState.ANSWERED:
        return False
    intake.answer_report(report.uid, words=reply.words, seen=report.version, by=IMPORTER, at=reply.at)
    return True


def _waiting_for_a_place(outcomes: Iterable[_Outcome]) -> int:
    opened_cases: list[UUID] = [
        one.receipt.case for one in outcomes if one.receipt and one.receipt.case and not one.receipt.repeated
    ]
    return cases.needs_location().filter(uid__in=opened_cases).count()


def _count(one: _Outcome, imported: Imported) -> None:
    if one.refusal is not None:
        imported.rejected += 1
    elif one.receipt is not None and one.receipt.repeated:
        imported.repeated += 1
    else:
        imported.received += 1
    imported.replies += one.replied
    imported.replies_rejected += one.reply_refusal is not None
    imported.codes.update(refusal.code for refusal in (one.refusal, one.reply_refusal) if refusal is not None)


def _list(one: _Outcome, rejects: Rejects) -> None:
    for part, refusal in (("row", one.refusal), ("reply", one.reply_refusal)):
        if refusal is not None:
            rejects.add(refusal, row=one.row.number, line=one.row.line, key=one.key, part=part)


def _batches(things: Iterable[Thing], *, size: int) -> Iterator[list[Thing]]:
    remaining = iter(things)
    while batch := list(islice(remaining, size)):
        yield batch
