"""Public identifiers."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a new UUIDv7: ordered by time, unguessable in its last 74 bits.

    Source: RFC 9562, section 5.7.
    """
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (millis & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((tail >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= tail & ((1 << 62) - 1)
    return uuid.UUID(int=value)


def is_id(text: str) -> bool:
    """Whether a text is a public id in its usual spelling.

    Example:
        >>> is_id("not an id")
        False
    """
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
