"""Invented photographs: small pictures of nothing, so that a demo shows proof without showing anybody."""

from __future__ import annotations

import random
import struct
import zlib

WIDTH, HEIGHT = 48, 36


def picture(*, seed: int, tidy: bool) -> bytes:
    r"""Return a PNG: a street with things lying about, or the same street tidy.

    Example:
        >>> picture(seed=1, tidy=True)[:4]
        b'\x89PNG'
    """
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    sky, road = (120 + chance.randrange(100), 170, 200), (110, 110 + chance.randrange(30), 115)
    rows = [[sky if y < HEIGHT // 2 else road for _ in range(WIDTH)] for y in range(HEIGHT)]
    for _ in range(0 if tidy else 14):
        x, y = chance.randrange(WIDTH - 4), HEIGHT // 2 + chance.randrange(HEIGHT // 2 - 4)
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        for dy in range(4):
            for dx in range(4):
                rows[y + dy][x + dx] = colour
    raw = b"".join(b"\x00" + bytes(part for pixel in row for part in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
