"""Bytes on the disk: written beside, flushed, then given their name at once. Knows nothing of the database.

Every file lies under an opaque path that says nothing about its content or its case.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
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
_NO_FILE = frozenset({errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO})


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies safely on the disk."""

    path: str
    sha256: str
    size_bytes: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Found:
    """What lies where a file should; without a hash where it is longer than any file of ours."""

    sha256: str | None
    size_bytes: int


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


def open_stored(root: Path, path: str) -> BinaryIO:
    """Open a file that lies below the root itself: no link, no pipe and no device is followed or waited for.

    Raises: FileNotFoundError when no such file is there; OSError when it cannot be read.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        *folders, name = _steps(path)
        for step in folders:
            folder, above = _opened(step, os.O_DIRECTORY, within=folder), folder
            os.close(above)
        handle = _opened(name, os.O_NONBLOCK, within=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(errno.ENOENT, "what lies there is no file", path)
    return os.fdopen(handle, "rb")


def found_at(root: Path, path: str, *, longest_bytes: int) -> Found | None:
    """Return what lies on the disk now, or None when no file is there or none that can be read.

    What is longer than `longest_bytes` is not hashed.
    """
    try:
        with open_stored(root, path) as stored:
            size_bytes = os.fstat(stored.fileno()).st_size
            if size_bytes > longest_bytes:
                return Found(None, size_bytes)
            return Found(_sha256_of(stored, most_bytes=longest_bytes), size_bytes)
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


def _steps(path: str) -> list[str]:
    steps = path.split("/")
    if not all(steps) or ".." in steps:
        raise FileNotFoundError(errno.ENOENT, "no path of a stored file", path)
    return steps


def _opened(name: str, flags: int, *, within: int) -> int:
    """Open a name in an open folder; where a link lies there is no file."""
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=within)
    except OSError as fault:
        if fault.errno in _NO_FILE:
            raise FileNotFoundError(errno.ENOENT, "there is no file", name) from fault
        raise


def _sha256_of(stored: BinaryIO, *, most_bytes: int) -> str:
    """Return the hash; of a file that grows meanwhile no more is read than the longest may hold."""
    hashed, left = hashlib.sha256(), most_bytes
    while left > 0 and (chunk := stored.read(min(_CHUNK_BYTES, left))):
        hashed.update(chunk)
        left -= len(chunk)
    return hashed.hexdigest()


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
