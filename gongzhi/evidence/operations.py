"""Store an upload, claim files for what they prove, clear away what nobody claimed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO

from django.db import transaction

from gongzhi.audit.operations import record
from gongzhi.base.operations import each_alone, one_change
from gongzhi.evidence import disk
from gongzhi.evidence.lifecycle import FILE, STORED
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.queries import FileRow, file_home, row_of
from gongzhi.evidence.rules import (
    LARGEST_FILE_BYTES,
    FileClaimed,
    FileEmpty,
    FileKindUnknown,
    FileMissing,
    FileTooLarge,
    FileTruncated,
    FileUnknown,
    NoSpace,
    NotAPhotograph,
    is_photograph,
    same_content_type,
)
from gongzhi.evidence.states import PHOTOGRAPHS, FileRole, FileState
from gongzhi.kernel.actor import TIMER, Actor

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(hours=24)
_LONGEST_NAME = 200


def store_file(
    stream: BinaryIO,
    *,
    content_type_declared: str,
    name: str,
    by: Actor,
    at: datetime,
    announced_bytes: int | None = None,
    largest_bytes: int = LARGEST_FILE_BYTES,
) -> FileRow:
    """Take an upload in. It belongs to nothing until an operation claims it, and is swept after a day without a claim.

    Call it outside any transaction: the bytes are written and flushed first, then one short change registers them.

    Args:
        stream: the bytes, read once to the end.
        content_type_declared: what the sender says it is; the bytes decide.
        name: the name that the sender gave it, kept as free text and cut to 200 characters.
        by: who uploads it.
        at: when it came in.
        announced_bytes: the size that the sender announced; another size means that the upload broke off.
        largest_bytes: the most that is taken.

    Raises: FileEmpty, FileTooLarge, FileTruncated, FileKindUnknown, NoSpace; StoreBusy, StoreFull. After each of them
        nothing is left on the disk.
    """
    written = disk.write_upload(
        stream,
        root=file_home(),
        declared=content_type_declared,
        announced_bytes=announced_bytes,
        largest_bytes=largest_bytes,
    )
    as_declared = same_content_type(content_type_declared, written.content_type)
    try:
        return _register(written, name=name, as_declared=as_declared, by=by, at=at)
    except BaseException:
        disk.remove(file_home(), written.path)
        raise


@one_change
def claim_files(
    file_ids: Sequence[uuid.UUID], *, for_stream: str, role: FileRole, by: Actor, at: datetime
) -> list[FileRow]:
    """Make files the proof of something, each of them once and never again. Joins the caller's transaction.

    What was shown before, or is named twice, proves nothing new.

    Returns: the files in the order of `file_ids`.

    Raises: FileUnknown, FileClaimed, NotAPhotograph. Then none is claimed.
    """
    locked = StoredFile.objects.select_for_update().filter(uid__in=file_ids).order_by("uid")
    found = {one.uid: one for one in locked}
    for uid in file_ids:
        if uid not in found or found[uid].state == FileState.SWEPT:
            raise FileUnknown(file=str(uid))
        _claim(found[uid], for_stream=for_stream, role=role, by=by, at=at)
    return [row_of(found[uid]) for uid in file_ids]


def sweep_orphans(at: datetime) -> int:
    """Clear away files that nobody claimed within 24 hours; each leaves its row and an entry. Returns how many.

    A file that cannot be cleared away is logged and keeps no other on the disk.
    """
    late = StoredFile.objects.filter(state=FileState.STORED, stored_at__lte=at - ORPHAN_AGE).order_by("id")
    return each_alone((partial(_sweep, uid, at=at) for uid in late.values_list("uid", flat=True)), log=log)


def sweep_strays(at: datetime) -> int:
    """Remove bytes older than 24 hours that no row knows: uploads broken off by a crash, files swept but not removed.

    Looks at every file on the disk, so once a night is often enough. Returns how many.
    """
    home = file_home()
    removed = 0
    for path in disk.paths_older_than(home, at - ORPHAN_AGE):
        if not StoredFile.objects.filter(path=path).exclude(state=FileState.SWEPT).exists():
            disk.remove(home, path)
            removed += 1
    return removed


@one_change
def _register(written: disk.Written, *, name: str, as_declared: bool, by: Actor, at: datetime) -> FileRow:
    stored = StoredFile(
        path=written.path,
        sha256=written.sha256,
        size_bytes=written.size_bytes,
        content_type=written.content_type,
        name=name[:_LONGEST_NAME],
        stored_at=at,
    )
    record(stored, STORED, by=by, at=at, facts={"as_declared": as_declared})
    return row_of(stored)


def _claim(one: StoredFile, *, for_stream: str, role: FileRole, by: Actor, at: datetime) -> None:
    if one.state == FileState.CLAIMED:
        raise FileClaimed(file=str(one.uid))
    if role in PHOTOGRAPHS and not is_photograph(one.content_type):
        raise NotAPhotograph(file=str(one.uid), found=one.content_type)
    step = FILE.check(one.state, "claim")
    one.state, one.for_stream, one.role, one.claimed_at = step.to.value, for_stream, FileRole(role).value, at
    record(one, step, by=by, at=at)


@one_change
def _sweep(uid: uuid.UUID, *, at: datetime) -> bool:
    one = StoredFile.objects.select_for_update().get(uid=uid)
    if one.state != FileState.STORED:  # claimed while we were looking
        return False
    step = FILE.check(one.state, "sweep")
    one.state = step.to.value
    record(one, step, by=TIMER, at=at)
    transaction.on_commit(partial(disk.remove, file_home(), one.path))
    return True


__all__ = [
    "FileClaimed",
    "FileEmpty",
    "FileKindUnknown",
    "FileMissing",
    "FileRow",
    "FileTooLarge",
    "FileTruncated",
    "FileUnknown",
    "NoSpace",
    "NotAPhotograph",
    "claim_files",
    "store_file",
    "sweep_orphans",
    "sweep_strays",
]
