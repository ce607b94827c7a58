"""Looking at originals, and taking them out: each look is on record before anything is shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from gongzhi.audit.operations import record
from gongzhi.base.operations import one_change
from gongzhi.evidence.facts import EXPORTED, VIEWED
from gongzhi.evidence.lifecycle import EXPORT
from gongzhi.evidence.models import FileLooks, StoredFile
from gongzhi.evidence.queries import CustodyRow, FileRow, custody, files_of, open_file
from gongzhi.evidence.registry import owner_of
from gongzhi.evidence.rules import FileErased, FileUnknown, require_grounds
from gongzhi.evidence.states import GONE, FileState
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType
from gongzhi.people import queries as people


@dataclass(frozen=True, slots=True)
class Exported:
    """A file on its way out: what it is, where it has been, and its bytes, open until the next is asked for."""

    row: FileRow
    custody: list[CustodyRow]
    content: BinaryIO


def view_original(file_id: uuid.UUID, *, by: Actor, at: datetime) -> BinaryIO:
    """Open the original of a file for somebody who may see it, after noting the look. The caller closes it.

    Whether they may see it, the door has asked: that depends on what the file belongs to. Opening comes first, so that
    a look which failed is not told as one.

    Raises: FileUnknown, FileErased, FileMissing, Outage.
    """
    content = open_file(file_id)
    try:
        _note(file_id, VIEWED, by=by, at=at, held={})
    except BaseException:
        content.close()
        raise
    return content


def export_files(stream: str, *, grounds: str, by: Actor, at: datetime) -> Iterator[Exported]:
    """Take the originals of a stream out of the product, each with its chain of custody, one after the other.

    Each is on record as taken out when it is reached. Erased files have no bytes left and are left out.

    Raises: NotPermitted, FileGroundsMissing; while the files are read FileMissing, Outage.
    """
    people.require(by, EXPORT, owner_of(stream).matter, at=at)
    require_grounds(grounds)
    return _exported(stream, grounds=grounds, by=by, at=at)


def _exported(stream: str, *, grounds: str, by: Actor, at: datetime) -> Iterator[Exported]:
    for row in files_of(stream):
        if row.state not in GONE:
            with open_file(row.uid) as content:
                _note(row.uid, EXPORTED, by=by, at=at, held={"grounds": grounds})
                yield Exported(row, custody(row.uid), content)


@one_change
def _note(file_id: uuid.UUID, fact: FactType, *, by: Actor, at: datetime, held: dict[str, object]) -> None:
    """Put a look on record. The file's own row is locked meanwhile, so that two first looks do not collide."""
    file = StoredFile.locked(uid=file_id)
    if file is None or file.state == FileState.SWEPT:
        raise FileUnknown(file=str(file_id))
    if file.state == FileState.ERASED:
        raise FileErased(file=str(file_id))
    looks = FileLooks.locked(uid=file_id) or FileLooks(uid=file_id)
    looks.looks, looks.last_at = looks.looks + 1, at
    record(looks, fact, by=by, at=at, held=held)
