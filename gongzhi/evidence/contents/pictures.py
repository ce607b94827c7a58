"""How wide and high a picture is, by its own header. Only a few bytes are read, and nothing is decoded."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

Size = tuple[int, int]
"""Width, height."""

_SEGMENTS_MOST: Final = 512
_HEIF_HEAD_BYTES: Final = 1 << 20
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_NO_FRAME: Final = frozenset({0xC4, 0xC8, 0xCC})


def size_of(content: BinaryIO, *, content_type: str) -> Size | None:
    """Return the size of a picture, or None when its header cannot be read: it is damaged, or no picture at all."""
    content.seek(0)
    try:
        size = _READERS[content_type](content)
    except struct.error:  # the file ends inside its header
        return None
    return size if size is not None and min(size) > 0 else None


def _size_of_jpeg(content: BinaryIO) -> Size | None:
    content.seek(2)
    for _ in range(_SEGMENTS_MOST):
        mark, kind = struct.unpack(">BB", content.read(2))
        while mark == 0xFF and kind == 0xFF:
            (kind,) = struct.unpack(">B", content.read(1))
        if mark != 0xFF:
            return None
        if kind in _NO_LENGTH:
            continue
        (length,) = struct.unpack(">H", content.read(2))
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAME:
            _, height, width = struct.unpack(">BHH", content.read(5))
            return width, height
        if length < 2 or kind == 0xDA:
            return None
        content.seek(length - 2, 1)
    return None


def _size_of_png(content: BinaryIO) -> Size | None:
    kind, width, height = struct.unpack(">12x4sII", content.read(24))
    return (width, height) if kind == b"IHDR" else None


def _size_of_webp(content: BinaryIO) -> Size | None:
    kind, body = struct.unpack("<12x4s4x10s", content.read(30))
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _size_of_heif(content: BinaryIO) -> Size | None:
    """Return the largest of the sizes that a HEIF file states: it names the tiles and the whole."""
    head = content.read(_HEIF_HEAD_BYTES)
    sizes: list[Size] = []
    place = head.find(b"ispe")
    while place >= 0 and place + 16 <= len(head):
        sizes.append(struct.unpack_from(">II", head, place + 8))
        place = head.find(b"ispe", place + 16)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


_READERS: Final = {
    "image/jpeg": _size_of_jpeg,
    "image/png": _size_of_png,
    "image/webp": _size_of_webp,
    "image/heic": _size_of_heif,
    "image/heif": _size_of_heif,
}
