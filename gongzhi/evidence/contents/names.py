"""Which kind of file the first bytes show, and a name for what we refuse, so that the refusal can say what it is."""

from __future__ import annotations

import re
from typing import Final

HEAD_BYTES: Final = 4096
"""How many bytes from the start of a file tell what it is."""

PACKED: Final = "application/zip"
"""A packed file: a document only if `office` finds one in it."""

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"PK\x03\x04", PACKED),
)
_BRANDS: Final = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"iso4": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
    b"dash": "video/mp4",
    b"M4V ": "video/mp4",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
}
_REFUSED: Final = (
    *((start, "application/x-executable") for start in (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"dex\n", b"\0asm")),
    *((start, "application/x-executable") for start in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")),
    (b"#!", "text/x-script"),
    (b"<?php", "text/x-script"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK", PACKED),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"OggS", "video/ogg"),
    (b"{\\rtf", "application/rtf"),
)
_MARKUP: Final = (
    (re.compile(rb"<svg[\s>]"), "image/svg+xml"),
    (re.compile(rb"<!doctype html|<(html|head|body|script|iframe|title|meta|style)[\s>/]"), "text/html"),
    (re.compile(rb"<\?xml"), "text/xml"),
)
_LEAST_BRANDS, _BRAND_BYTES = 16, 4


def content_type_of(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, or None for a kind we do not keep.

    Example:
        >>> content_type_of(bytes.fromhex("ffd8ffe000104a464946"))
        'image/jpeg'
    """
    for start, content_type in _STARTS:
        if head.startswith(start):
            return content_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _type_of_brands(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else None
    if head[:4] == b"OggS":
        return None if head[28:35] == b"\x80theora" else "audio/ogg"
    return "audio/mpeg" if _begins_mp3_frame(head) else None


def name_of_refused(head: bytes) -> str:
    """Return a media type that tells a person what it is that we do not keep.

    Example:
        >>> name_of_refused(b"MZ a program"), name_of_refused(b"  <!-- x --> <svg onload='alert(1)'>")
        ('application/x-executable', 'image/svg+xml')
    """
    for start, name in _REFUSED:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    text = _text_of(head)
    if text is None:
        return "application/octet-stream"
    lowered = text.lower().lstrip()
    if lowered.startswith(b"<"):
        return next((name for sign, name in _MARKUP if sign.search(lowered)), "text/xml")
    return "text/plain"


def _type_of_brands(head: bytes) -> str | None:
    """Return what the brands of an ISO media file say: the main one, or the first known one that it claims to fit."""
    box_bytes = int.from_bytes(head[:4], "big")
    fits = range(_LEAST_BRANDS, min(box_bytes, len(head)) - _BRAND_BYTES + 1, _BRAND_BYTES)
    brands = [head[8:12], *(head[place : place + _BRAND_BYTES] for place in fits)]
    if b"heic" in brands:
        return "image/heic"
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)


def _begins_mp3_frame(head: bytes) -> bool:
    """Whether the bytes begin with the header of a frame of MPEG audio, layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, bit_rate, sample_rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sample_rate != 3


def _text_of(head: bytes) -> bytes | None:
    """Return the start of a text as UTF-8, or None for bytes that are no text."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode()
    text = head.removeprefix(b"\xef\xbb\xbf")
    return None if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) or not text else text
