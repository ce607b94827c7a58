"""Store an upload that comes in one piece."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO, TypeVar

from gongzhi.audit.operations import record
from gongzhi.base.operations import one_change
from gongzhi.evidence.lifecycle import STORED
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.queries import FileRow, row_of
from gongzhi.evidence.rules import LARGEST_FILE_BYTES, MIB, SIZE_PARAMETERS, name_kept, same_content_type
from gongzhi.evidence.staging import Limits, Staged, chunks_of, staged
from gongzhi.evidence.stores import FileStore, file_store, opaque_path
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import Outage
from gongzhi.parameters.queries import parameter

log = logging.getLogger(__name__)
Result = TypeVar("Result")


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
        largest_bytes: the most that is taken this way; the city's limits for each kind of file come on top.

    Raises: FileEmpty, FileTooLarge, FileTruncated, FileKindUnknown, PictureUnreadable, PictureTooLarge,
        DocumentDamaged, DocumentLocked, DocumentSwells, NoSpace; StoreBusy, StoreFull; Outage. After each of them
        nothing is left in the store.
    """
    return keep_chunks(
        chunks_of(stream),
        declared=content_type_declared,
        announced_bytes=announced_bytes,
        limits=limits_of(by, at=at, largest_bytes=largest_bytes),
        then=partial(register, declared=content_type_declared, name=name, by=by, at=at),
    )


def keep_chunks(
    chunks: Iterator[bytes],
    *,
    declared: str,
    announced_bytes: int | None,
    limits: Limits,
    then: Callable[[str, Staged], Result],
) -> Result:
    """Stage a file, keep it in the store and do `then` with its path; if that fails nothing is left in the store."""
    store, path = file_store(), opaque_path()
    with staged(chunks, declared=declared, announced_bytes=announced_bytes, limits=limits) as found:
        store.keep(found.part, path)
        try:
            return then(path, found)
        except BaseException:
            remove_quietly(store, path)
            raise


def limits_of(by: Actor, *, at: datetime, largest_bytes: int | None = None) -> Limits:
    """Return how large the files may be that somebody brings, by the city's settings at an instant."""
    by_kind = {kind: parameter(name, at=at) * MIB for kind, name in SIZE_PARAMETERS.items()}
    largest = max(by_kind.values()) if largest_bytes is None else largest_bytes
    if by.kind is ActorKind.REPORTER:
        largest = min(largest, parameter("anonymous_upload_largest_mb", at=at) * MIB)
    return Limits(by_kind, most_pixels=parameter("photo_largest_megapixels", at=at) * 1_000_000, largest_bytes=largest)


@one_change
def register(path: str, found: Staged, *, declared: str, name: str, by: Actor, at: datetime) -> FileRow:
    """Put a kept file on record."""
    stored = StoredFile(
        path=path,
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        content_type=found.content_type,
        width=found.width,
        height=found.height,
        name=name_kept(name),
        stored_at=at,
    )
    as_declared = same_content_type(declared, found.content_type)
    record(stored, STORED, by=by, at=at, facts={"as_declared": as_declared})
    return row_of(stored)


def remove_quietly(store: FileStore, path: str) -> None:
    """Remove what nothing points to any more; where the store does not answer it is a stray, and swept later."""
    try:
        store.remove(path)
    except (Outage, OSError) as fault:
        log.warning("bytes that nothing points to could not be removed now and are swept later: %s", fault)
