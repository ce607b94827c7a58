"""Store an upload, claim files for what they prove, clear away what nobody claimed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import BinaryIO

from django.db import transaction

from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import erase, record
from gongzhi.base.operations import each_alone, one_change
from gongzhi.evidence import disk
from gongzhi.evidence.lifecycle import FILE, STORED
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.queries import FileRow, file_home, is_senders, row_of
from gongzhi.evidence.rules import (
    LARGEST_FILE_BYTES,
    FileClaimed,
    FileEmpty,
    FileKindUnknown,
    FileMissing,
    FileOfAnother,
    FileTooLarge,
    FileTruncated,
    FileUnknown,
    NoSpace,
    NotAPhotograph,
    is_photograph,
    name_kept,
    same_content_type,
)
from gongzhi.evidence.states import GONE, PHOTOGRAPHS, FileRole, FileState
from gongzhi.kernel.actor import TIMER, Actor

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(hours=24)
_PATHS_AT_ONCE = 500
_told: set[uuid.UUID] = set()
"""Files of which this process has told already that they cannot be cleared away."""


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
        name: the name that the sender gave it, kept as free text and cut as `name_kept` says.
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
    file_ids: Sequence[uuid.UUID],
    *,
    for_stream: str,
    role: FileRole,
    by: Actor,
    at: datetime,
    codes: Mapping[uuid.UUID, str] | None = None,
) -> list[FileRow]:
    """Make files the proof of something, each of them once and never again. Joins the caller's transaction.

    What was shown before, or is named twice, proves nothing new. Nobody claims what another person uploaded.

    Args:
        file_ids: the files.
        for_stream: what they prove, such as `case:<uid>`.
        role: what they show of it.
        by: who says so.
        at: when.
        codes: the claim codes of files that were uploaded without an account.

    Returns: the files in the order of `file_ids`.

    Raises: FileUnknown, FileOfAnother, FileClaimed, NotAPhotograph. Then none is claimed.
    """
    locked = StoredFile.objects.select_for_update().filter(uid__in=file_ids).order_by("uid")
    found = {one.uid: one for one in locked}
    for uid in file_ids:
        if uid not in found or found[uid].state == FileState.SWEPT:
            raise FileUnknown(file=str(uid))
        if not is_senders(uid, by=by, code=(codes or {}).get(uid, "")):
            raise FileOfAnother(file=str(uid))
        _claim(found[uid], for_stream=for_stream, role=role, by=by, at=at)
    return [row_of(found[uid]) for uid in file_ids]


@one_change
def erase_files_of(stream: str, *, rule: str, by: Actor, at: datetime) -> int:
    """Erase the files that prove something, bytes and names; what they were stays in their entries. Returns how many.

    Only the operation that erases what they came with calls this; it asks for the power.
    """
    claimed = StoredFile.objects.select_for_update().filter(for_stream=stream, state=FileState.CLAIMED.value)
    erased = 0
    for one in claimed.order_by("uid"):
        one.state = FILE.check(one.state, "erase").to.value
        name = f"{one.record_label()}/{one.record_key}/name"
        erase(one, audit_queries.erasable(one.stream, names=[name]), rule=rule, by=by, at=at)
        transaction.on_commit(partial(disk.remove, file_home(), one.path))
        erased += 1
    return erased


def sweep_orphans(at: datetime) -> int:
    """Clear away files that nobody claimed within 24 hours; each leaves its row and an entry. Returns how many.

    A file that cannot be cleared away keeps no other on the disk, and is told to the log once by each process.
    """
    late = StoredFile.objects.filter(state=FileState.STORED, stored_at__lte=at - ORPHAN_AGE).order_by("id")
    sweeps = {uid: partial(_sweep, uid, at=at) for uid in late.values_list("uid", flat=True)}
    return each_alone(sweeps.values(), when_failed=partial(_tell_once, sweeps), log=log)


def _tell_once(sweeps: Mapping[uuid.UUID, object], failed: object, fault: Exception) -> None:
    """Tell the log of a file that stays, but not again in every round until somebody mends it."""
    (uid,) = (one for one, sweep in sweeps.items() if sweep is failed)
    if uid not in _told:
        _told.add(uid)
        log.error("the file %s cannot be cleared away and is tried again in every round", uid, exc_info=fault)


def sweep_strays(at: datetime) -> int:
    """Remove bytes older than 24 hours that no row knows: uploads broken off by a crash, files that should be gone.

    Looks at every file on the disk, so once a night is often enough. Returns how many.
    """
    home = file_home()
    removed = 0
    for paths in _in_batches(disk.paths_older_than(home, at - ORPHAN_AGE), size=_PATHS_AT_ONCE):
        kept = set(StoredFile.objects.filter(path__in=paths).exclude(state__in=GONE).values_list("path", flat=True))
        for stray in sorted(set(paths) - kept):
            disk.remove(home, stray)
            removed += 1
    return removed


def _in_batches(paths: Iterable[str], *, size: int) -> Iterator[list[str]]:
    rest = iter(paths)
    while batch := list(islice(rest, size)):
        yield batch


@one_change
def _register(written: disk.Written, *, name: str, as_declared: bool, by: Actor, at: datetime) -> FileRow:
    stored = StoredFile(
        path=written.path,
        sha256=written.sha256,
        size_bytes=written.size_bytes,
        content_type=written.content_type,
        name=name_kept(name),
        stored_at=at,
    )
    record(stored, STORED, by=by, at=at, facts={"as_declared": as_declared})
    return row_of(stored)


def _claim(one: StoredFile, *, for_stream: str, role: FileRole, by: Actor, at: datetime) -> None:
    if one.state in (FileState.CLAIMED, FileState.ERASED):
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
    "FileOfAnother",
    "FileRow",
    "FileTooLarge",
    "FileTruncated",
    "FileUnknown",
    "NoSpace",
    "NotAPhotograph",
    "claim_files",
    "erase_files_of",
    "store_file",
    "sweep_orphans",
    "sweep_strays",
]
