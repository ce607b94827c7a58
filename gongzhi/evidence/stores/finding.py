"""What a store finds where a file should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """What lies where a file should; without a hash where it is longer than any file of ours."""

    sha256: str | None
    size_bytes: int


def found_in(stored: BinaryIO, *, size_bytes: int, longest_bytes: int) -> Found:
    """Return what an open file is. What is longer than `longest_bytes` is not hashed."""
    if size_bytes > longest_bytes:
        return Found(None, size_bytes)
    return Found(_sha256_of(stored, most_bytes=longest_bytes), size_bytes)


def _sha256_of(stored: BinaryIO, *, most_bytes: int) -> str:
    """Return the hash; of a file that grows meanwhile no more is read than the longest may hold."""
    hashed, left = hashlib.sha256(), most_bytes
    while left > 0 and (chunk := stored.read(min(_CHUNK_BYTES, left))):
        hashed.update(chunk)
        left -= len(chunk)
    return hashed.hexdigest()
