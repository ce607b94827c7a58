"""Bring a file in piece by piece: what arrived stays when the line breaks off or the server is killed.

A piece is kept in the store, flushed, before the upload is moved on; so `received_bytes` never tells of bytes that are
not there. A file comes of it only when all bytes have come, fit the announced hash, and are of a kind that we keep.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import BinaryIO

from django.db import transaction
from django.db.models import Sum

from gongzhi.base.operations import one_change
from gongzhi.evidence.contents import HEAD_BYTES
from gongzhi.evidence.models import Upload, UploadPiece
from gongzhi.evidence.operations.storing import keep_chunks, limits_of, register, remove_quietly
from gongzhi.evidence.queries import UploadRow, own_upload, upload_row
from gongzhi.evidence.rules import (
    MIB,
    DocumentDamaged,
    DocumentLocked,
    DocumentSwells,
    FileEmpty,
    FileKindUnknown,
    FileMissing,
    FileTooLarge,
    FileTruncated,
    PictureTooLarge,
    PictureUnreadable,
    UploadChecksumWrong,
    UploadOffsetWrong,
    UploadOverflows,
    UploadsTooLarge,
    UploadsTooMany,
    UploadUnknown,
    name_kept,
)
from gongzhi.evidence.staging import (
    Limits,
    Staged,
    chunks_of,
    part_for,
    require_known,
    write_part,
)
from gongzhi.evidence.stores import FileStore, file_store, opaque_path
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import Refusal
from gongzhi.parameters.queries import parameter

UPLOAD_AGE = timedelta(hours=24)
PIECE_BYTES = 4 * 1024 * 1024
"""How much of an upload is lost at most when the server is killed."""


@one_change
def begin_upload(
    *, size_bytes: int, sha256: str, content_type_declared: str, name: str, by: Actor, at: datetime
) -> UploadRow:
    """Open an upload of a size that is known beforehand; it ends by itself after a day.

    Args:
        size_bytes: how many bytes will come.
        sha256: the hash (hex) that they will have; empty when the sender does not know it.
        content_type_declared: what the sender says it is; the bytes decide.
        name: the name that the sender gave it.
        by: who uploads it.
        at: when.

    Raises: FileEmpty, FileTooLarge, UploadsTooMany, UploadsTooLarge.
    """
    largest = limits_of(by, at=at).largest_of_all
    if size_bytes <= 0:
        raise FileEmpty
    if size_bytes > largest:
        raise FileTooLarge(largest_bytes=largest)
    _require_room(size_bytes, by=by, at=at)
    one = Upload(
        owner=by.id,
        name=name_kept(name),
        content_type=content_type_declared[:120],
        sha256=sha256.lower(),
        size_bytes=size_bytes,
        begun_at=at,
        until_at=at + UPLOAD_AGE,
    )
    one.save()
    return upload_row(one)


def add_to_upload(
    upload_id: uuid.UUID, stream: BinaryIO, *, offset: int, by: Actor, at: datetime, code: str = ""
) -> UploadRow:
    """Add the bytes that follow; with the last of them the file is stored.

    Call it outside any transaction. Whatever arrived whole or in part is kept: when the line breaks off, the upload
    stands where the bytes ended, and its sender goes on from there. Sending nothing at the end tries again to store a
    file whose bytes have all come.

    Args:
        upload_id: the upload.
        stream: the bytes, read once.
        offset: where they begin; it must be where the upload stands.
        by: whose upload it is.
        at: when.
        code: the code that came with the upload, where it is nobody's by name.

    Raises: UploadUnknown; UploadOffsetWrong, NoSpace, StoreBusy, StoreFull, Outage, after which the sender may go on;
        and what shows that no file will come of it, after which the upload is gone: UploadOverflows,
        UploadChecksumWrong, FileKindUnknown and the other refusals of `store_file`.
    """
    one = own_upload(upload_id, by=by, code=code, at=at)
    if one.file_id is not None:
        return upload_row(one)
    if offset != one.received_bytes:
        raise UploadOffsetWrong(offset=one.received_bytes)
    store, limits = file_store(), limits_of(by, at=at)
    try:
        _keep_pieces(one, stream, store=store, limits=limits)
        if one.received_bytes == one.size_bytes:
            _store_whole(one, store=store, limits=limits, by=by, at=at)
    except _FOR_GOOD:
        _give_up(one.uid)
        raise
    return upload_row(one)


def forget_pieces(one: Upload) -> None:
    """Let go of the pieces of an upload, in the transaction that makes them useless."""
    pieces = UploadPiece.objects.filter(upload__uid=one.uid)
    for path in pieces.values_list("path", flat=True):
        transaction.on_commit(partial(remove_quietly, file_store(), path))
    pieces.delete()


def _require_room(size_bytes: int, *, by: Actor, at: datetime) -> None:
    """Refuse an upload beyond what a sender may leave unfinished; without an account all senders share their room.

    Raises: UploadsTooMany, UploadsTooLarge.
    """
    unfinished = Upload.objects.filter(owner=by.id, file=None, until_at__gt=at)
    if by.kind is ActorKind.REPORTER:
        most_mb = parameter("anonymous_uploads_open_mb", at=at)
        announced = unfinished.aggregate(bytes=Sum("size_bytes"))["bytes"] or 0
        if announced + size_bytes > most_mb * MIB:
            raise UploadsTooLarge(most_mb=most_mb)
    else:
        most = parameter("open_uploads_limit", at=at)
        if unfinished.count() >= most:
            raise UploadsTooMany(most=most)


def _keep_pieces(one: Upload, stream: BinaryIO, *, store: FileStore, limits: Limits) -> None:
    """Keep what the stream brings, a piece at a time; the last one may be short, because the line broke off.

    Raises: UploadOverflows, FileKindUnknown, FileTooLarge, UploadOffsetWrong, NoSpace, Outage; what broke the line off.
    """
    while one.received_bytes < one.size_bytes:
        line = _Line(stream, most_bytes=min(PIECE_BYTES, one.size_bytes - one.received_bytes))
        with part_for() as part:
            _, size_bytes = write_part(line.chunks(), part, seen=partial(_look_at_head, one, limits))
            if size_bytes:
                path = opaque_path()
                store.keep(part, path)
                _move_on(one, path=path, size_bytes=size_bytes, store=store)
        if line.broke_off is not None:
            raise line.broke_off
        if size_bytes < line.most_bytes:
            return
    if stream.read(1):
        raise UploadOverflows(size_bytes=one.size_bytes)


def _look_at_head(one: Upload, limits: Limits, size_bytes: int, head: bytes) -> None:
    """Refuse at the first piece what will be refused at the last. Raises: FileKindUnknown, FileTooLarge."""
    if one.received_bytes == 0 and len(head) == HEAD_BYTES:
        largest = limits.of(require_known(head, declared=one.content_type))
        if one.size_bytes > largest:
            raise FileTooLarge(largest_bytes=largest)


def _move_on(one: Upload, *, path: str, size_bytes: int, store: FileStore) -> None:
    """Note a piece that lies in the store; if it cannot be noted it is taken out again."""
    try:
        _note_piece(one, path=path, size_bytes=size_bytes)
    except BaseException:
        remove_quietly(store, path)
        raise


@one_change
def _note_piece(one: Upload, *, path: str, size_bytes: int) -> None:
    locked = _locked(one)
    if locked.received_bytes != one.received_bytes:  # another request brought the same bytes meanwhile
        raise UploadOffsetWrong(offset=locked.received_bytes)
    UploadPiece.objects.create(upload=locked, offset=locked.received_bytes, size_bytes=size_bytes, path=path)
    locked.received_bytes += size_bytes
    locked.save(update_fields=["received_bytes"])
    one.received_bytes = locked.received_bytes


def _store_whole(one: Upload, *, store: FileStore, limits: Limits, by: Actor, at: datetime) -> None:
    """Put the pieces together as one file, look at it, and put it on record.

    Raises: UploadChecksumWrong, FileMissing, and what `store_file` raises.
    """
    pieces = one.pieces.order_by("offset").values_list("path", flat=True)
    try:
        one.file_id = keep_chunks(
            chain.from_iterable(_chunks_of_piece(one, path, store=store) for path in list(pieces)),
            declared=one.content_type,
            announced_bytes=one.size_bytes,
            limits=limits,
            then=partial(_register_whole, one, by=by, at=at),
        )
    except _StoredMeanwhile as other:
        one.file_id = other.file


def _chunks_of_piece(one: Upload, path: str, *, store: FileStore) -> Iterator[bytes]:
    try:
        piece = store.open(path)
    except FileNotFoundError as fault:
        raise FileMissing(file=str(one.uid)) from fault
    with piece:
        yield from chunks_of(piece)


@one_change
def _register_whole(one: Upload, path: str, found: Staged, *, by: Actor, at: datetime) -> uuid.UUID:
    if one.sha256 and found.sha256 != one.sha256:
        raise UploadChecksumWrong(announced=one.sha256, found=found.sha256)
    locked = _locked(one)
    if locked.file_id is not None:
        raise _StoredMeanwhile(locked.file_id)
    file = register(path, found, declared=one.content_type, name=one.name, by=by, at=at).uid
    locked.file_id = file
    locked.save(update_fields=["file"])
    forget_pieces(locked)
    return file


@one_change
def _give_up(upload_id: uuid.UUID) -> None:
    """Forget an upload of which nothing can come."""
    one = Upload.objects.select_for_update().filter(uid=upload_id, file=None).first()
    if one is not None:
        forget_pieces(one)
        one.delete()


def _locked(one: Upload) -> Upload:
    """Return an upload locked. Raises: UploadUnknown when it was cleared away meanwhile."""
    locked = Upload.objects.select_for_update().filter(uid=one.uid).first()
    if locked is None:
        raise UploadUnknown(upload=str(one.uid))
    return locked


class _StoredMeanwhile(Exception):
    """Another request stored the file first."""

    def __init__(self, file: uuid.UUID) -> None:
        """Name the file."""
        self.file = file
        super().__init__(str(file))


@dataclass
class _Line:
    """The line on which bytes come; when it breaks off, what came before is still good."""

    stream: BinaryIO
    most_bytes: int
    broke_off: OSError | None = None

    def chunks(self) -> Iterator[bytes]:
        """Yield what comes, until enough came or the line is at its end."""
        arriving = chunks_of(self.stream, most_bytes=self.most_bytes)
        while True:
            try:
                chunk = next(arriving, b"")
            except OSError as fault:
                self.broke_off = fault
                return
            if not chunk:
                return
            yield chunk


_FOR_GOOD: tuple[type[Refusal], ...] = (
    *(FileEmpty, FileKindUnknown, FileMissing, FileTooLarge, FileTruncated, PictureTooLarge, PictureUnreadable),
    *(DocumentDamaged, DocumentLocked, DocumentSwells, UploadChecksumWrong, UploadOverflows),
)
"""After these nothing can come of an upload."""
