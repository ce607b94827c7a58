"""Bytes on the disk: written beside, flushed, then given their name at once. Knows nothing of the database.

Every file lies under an opaque path that says nothing about its content or its case.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from gongzhi.evidence.rules import (
    HEAD_BYTES,
    FileEmpty,
    FileKindUnknown,
    FileTooLarge,
    FileTruncated,
    NoSpace,
    content_type_of,
)

INCOMING = "incoming"
_CHUNK_BYTES = 256 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies safely on the disk."""

    path: str
    sha256: str
    size_bytes: int
    content_type: str


@dataclass(frozen=True, slots=True)
class _Received:
    sha256: str
    size_bytes: int
    head: bytes


def write_upload(
    stream: BinaryIO, *, root: Path, declared: str, announced_bytes: int | None, largest_bytes: int
) -> Written:
    """Write an upload so that it is on the disk whole or not at all.

    Raises: FileEmpty, FileTooLarge, FileTruncated, FileKindUnknown, NoSpace.
    """
    path = _opaque_path()
    with _space_refused():
        folder = root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                received = _receive(stream, out, largest_bytes=largest_bytes)
                content_type = _accepted_type(received, declared=declared, announced_bytes=announced_bytes)
                out.flush()
                os.fsync(out.fileno())
            _give_name(Path(part), root / path)
        finally:
            Path(part).unlink(missing_ok=True)
    return Written(path, received.sha256, received.size_bytes, content_type)


def remove(root: Path, path: str) -> None:
    """Remove a file; one that is gone already is no fault."""
    (root / path).unlink(missing_ok=True)


def sha256_of(root: Path, path: str) -> str | None:
    """Return the hash of a file as it lies on the disk now, or None when no file is there or none that can be read."""
    try:
        with (root / path).open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()
    except (OSError, ValueError, TypeError):  # no file, or no name that a file could bear
        return None


def paths_older_than(root: Path, limit_at: datetime) -> Iterator[str]:
    """Yield every path below the root whose file was last written at `limit_at` or earlier by the machine's clock.

    Unfinished uploads are among them. The machine's clock counts here even when a replay runs in another time, so that
    a file that is being stored at this moment is never taken for a stray.
    """
    for found in root.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # moved or removed while we look
            if found.is_file() and found.stat().st_mtime <= limit_at.timestamp():
                yield found.relative_to(root).as_posix()


def _opaque_path() -> str:
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:4]}/{name}"


def _receive(stream: BinaryIO, out: BinaryIO, *, largest_bytes: int) -> _Received:
    hashed, size_bytes, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(_CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > largest_bytes:
            raise FileTooLarge(largest_bytes=largest_bytes)
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        hashed.update(chunk)
        out.write(chunk)
    return _Received(hashed.hexdigest(), size_bytes, head)


def _accepted_type(received: _Received, *, declared: str, announced_bytes: int | None) -> str:
    if announced_bytes is not None and received.size_bytes != announced_bytes:
        raise FileTruncated(announced_bytes=announced_bytes, received_bytes=received.size_bytes)
    if not received.size_bytes:
        raise FileEmpty()
    content_type = content_type_of(received.head)
    if content_type is None:
        raise FileKindUnknown(declared=declared)
    return content_type


def _give_name(part: Path, final: Path) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    part.replace(final)
    try:
        for folder in (final.parent, final.parent.parent, final.parent.parent.parent):
            _flush_folder(folder)
    except BaseException:
        final.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _space_refused() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise NoSpace() from fault
        raise
