"""Bytes on their way in: written to a part on this machine, hashed and looked at before any store keeps them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gongzhi.evidence import contents
from gongzhi.evidence.contents import HEAD_BYTES
from gongzhi.evidence.rules import (
    FileEmpty,
    FileKindUnknown,
    FileTooLarge,
    FileTruncated,
    kind_of,
)
from gongzhi.evidence.states import FileKind
from gongzhi.evidence.stores import incoming
from gongzhi.evidence.stores.folder import space_refused

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be that somebody brings.

    Attributes:
        bytes_by_kind: the most bytes of each kind.
        most_pixels: the most pixels of a picture.
        largest_bytes: the most bytes of any file that comes this way.
    """

    bytes_by_kind: dict[FileKind, int]
    most_pixels: int
    largest_bytes: int

    def of(self, content_type: str) -> int:
        """Return the most bytes that a file of a media type may have."""
        return min(self.largest_bytes, self.bytes_by_kind[kind_of(content_type)])

    @property
    def largest_of_all(self) -> int:
        """The most bytes that a file of whatever kind may have."""
        return min(self.largest_bytes, max(self.bytes_by_kind.values()))


@dataclass(frozen=True, slots=True)
class Staged:
    """A part that is whole, flushed, and of a kind that we keep."""

    part: Path
    sha256: str
    size_bytes: int
    content_type: str
    width: int | None
    height: int | None


@contextmanager
def staged(chunks: Iterator[bytes], *, declared: str, announced_bytes: int | None, limits: Limits) -> Iterator[Staged]:
    """Write a file as a part and look at it; give it to the block, and remove it afterwards unless it was kept.

    Raises: FileEmpty, FileTooLarge, FileTruncated, NoSpace, and what `contents.look_at` raises.
    """
    with part_for() as part:
        head = _Head(declared=declared, limits=limits)
        sha256, size_bytes = write_part(chunks, part, seen=head.see)
        if announced_bytes is not None and size_bytes != announced_bytes:
            raise FileTruncated(announced_bytes=announced_bytes, received_bytes=size_bytes)
        if not size_bytes:
            raise FileEmpty
        with part.open("rb") as written:
            found = contents.look_at(written, declared=declared, most_pixels=limits.most_pixels)
        if size_bytes > limits.of(found.content_type):
            raise FileTooLarge(largest_bytes=limits.of(found.content_type))
        yield Staged(part, sha256, size_bytes, found.content_type, found.width, found.height)


@contextmanager
def part_for() -> Iterator[Path]:
    """Give a fresh, empty part to the block and remove it afterwards, unless a store took it."""
    with space_refused():
        incoming().mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=incoming(), suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def write_part(chunks: Iterator[bytes], part: Path, *, seen: Callable[[int, bytes], None]) -> tuple[str, int]:
    """Write chunks to a part and flush it; return its hash and size.

    Args:
        chunks: the bytes, never more than a chunk of them in memory.
        part: where to.
        seen: told after each chunk how many bytes there are so far, and the first of them; it refuses by raising.

    Raises: NoSpace, whatever `seen` raises, and whatever the connection raises when it breaks off.
    """
    hashed, size_bytes, head = hashlib.sha256(), 0, b""
    with space_refused(), part.open("wb") as out:
        for chunk in chunks:
            size_bytes += len(chunk)
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            seen(size_bytes, head)
            hashed.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return hashed.hexdigest(), size_bytes


def chunks_of(stream: BinaryIO, *, most_bytes: int | None = None) -> Iterator[bytes]:
    """Yield what a stream brings, up to `most_bytes` when given; what comes after them stays in the stream."""
    left = most_bytes
    while (left is None or left > 0) and (
        chunk := stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
    ):
        left = None if left is None else left - len(chunk)
        yield chunk


@dataclass
class _Head:
    """Refuses as soon as the first bytes show that nothing good will come."""

    declared: str
    limits: Limits

    def see(self, size_bytes: int, head: bytes) -> None:
        """Raises: FileKindUnknown, FileTooLarge."""
        largest = self.limits.largest_of_all
        if len(head) == HEAD_BYTES:
            largest = self.limits.of(require_known(head, declared=self.declared))
        if size_bytes > largest:
            raise FileTooLarge(largest_bytes=largest)


def require_known(head: bytes, *, declared: str) -> str:
    """Return the media type that the first bytes show; a packed file may still turn out to be no document.

    Raises: FileKindUnknown.
    """
    found = contents.content_type_of(head)
    if found is None:
        raise FileKindUnknown(declared=declared, found=contents.name_of_refused(head))
    return found


__all__ = [
    "CHUNK_BYTES",
    "Limits",
    "Staged",
    "chunks_of",
    "part_for",
    "require_known",
    "staged",
    "write_part",
]
