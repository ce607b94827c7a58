"""Photographs for tests: real ones, small, and each unlike any other."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image


def photograph(shows: bytes) -> bytes:
    """Return a JPEG that can be decoded and carries a note of what it shows, so that it has a hash of its own."""
    body = _plain()
    note = b"\xff\xfe" + (len(shows) + 2).to_bytes(2, "big") + shows
    return body[:2] + note + body[2:]


@cache
def _plain() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (16, 12), (120, 150, 180)).save(drawn, "JPEG")
    return drawn.getvalue()
