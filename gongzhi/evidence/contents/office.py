"""Documents that are packed files: DOCX and XLSX. Looked into without unpacking anything onto the disk.

A packed file may be a bomb in four ways: too many entries, entries that say how large they become, entries that lie
about it, and entries that share their bytes. Each is looked for.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from gongzhi.evidence.rules import DocumentDamaged, DocumentLocked, DocumentSwells, FileKindUnknown

_END: Final = struct.Struct("<4s4x2H2L2x")
_END_MARK: Final = b"PK\x05\x06"
_END_OF_LARGE_MARK: Final = b"PK\x06\x07"
_LONGEST_COMMENT: Final = 1 << 16
_ENCRYPTED: Final = 0x1
_PACKED_BY: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The two ways of packing that documents use; the others take more memory and fail in ways of their own."""
_CHUNK_BYTES: Final = 256 * 1024
_TYPES: Final = (
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
_CONTENTS: Final = "[Content_Types].xml"
_MACROS: Final = "vbaproject.bin"
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError, NotImplementedError, RuntimeError),
    struct.error,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swelling:
    """How far a packed document may unpack.

    Attributes:
        entries: files in it.
        listed: bytes of its list of entries, which is read into memory.
        unpacked: bytes of all that is in it.
        times: how many times its packed size an entry may have, once it is larger than `small`.
        small: bytes up to which an entry may shrink as far as it likes.
    """

    entries: int = 2000
    listed: int = 1 << 20
    unpacked: int = 100 << 20
    times: int = 200
    small: int = 4 << 20


USUAL: Final = Swelling()


def content_type_of(content: BinaryIO, *, declared: str, allowed: Swelling = USUAL) -> str:
    """Return whether a packed file is a text document or a workbook.

    Raises: FileKindUnknown for any other packed file, also a document with a program in it (macros);
        DocumentDamaged, DocumentLocked, DocumentSwells.
    """
    _require_short_list(content, allowed=allowed)
    try:
        with zipfile.ZipFile(content) as packed:
            entries = packed.infolist()
            _require_modest(entries, packed_bytes=content.seek(0, io.SEEK_END), allowed=allowed)
            found = _type_by_names([entry.filename for entry in entries], declared=declared)
            for entry in entries:
                _require_honest(packed, entry)
    except _DAMAGED as fault:
        raise DocumentDamaged() from fault
    return found


def _require_short_list(content: BinaryIO, *, allowed: Swelling) -> None:
    """Refuse a long list of entries before anything reads it.

    A second list for archives beyond 4 GiB would be believed over the first; no document needs one.

    Raises: DocumentDamaged, DocumentSwells.
    """
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - _LONGEST_COMMENT - _END.size))
    tail = content.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or place + _END.size > len(tail) or _END_OF_LARGE_MARK in tail[max(0, place - 20) : place]:
        raise DocumentDamaged
    _, _, entries, listed, _ = _END.unpack_from(tail, place)
    if entries > allowed.entries or listed > allowed.listed:
        raise DocumentSwells(most_bytes=allowed.unpacked)


def _require_modest(entries: list[zipfile.ZipInfo], *, packed_bytes: int, allowed: Swelling) -> None:
    """Refuse what unpacks too far by its own word, or counts the same bytes twice.

    Raises: DocumentLocked, DocumentDamaged, DocumentSwells.
    """
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise DocumentLocked
    if any(entry.compress_type not in _PACKED_BY for entry in entries):
        raise DocumentDamaged
    too_many = len(entries) > allowed.entries or sum(entry.file_size for entry in entries) > allowed.unpacked
    shared = sum(entry.compress_size for entry in entries) > packed_bytes
    swells = any(
        entry.file_size > allowed.small and entry.file_size > allowed.times * entry.compress_size for entry in entries
    )
    if too_many or shared or swells:
        raise DocumentSwells(most_bytes=allowed.unpacked)


def _type_by_names(names: list[str], *, declared: str) -> str:
    if _CONTENTS in names:
        if any(name.lower().endswith(_MACROS) for name in names):
            raise FileKindUnknown(declared=declared, found="application/vnd.ms-office.vbaProject")
        for name, content_type in _TYPES:
            if name in names:
                return content_type
    raise FileKindUnknown(declared=declared, found="application/zip")


def _require_honest(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack an entry piece by piece, keeping nothing, to see that it becomes no larger than it says.

    The library stops reading where the list says that the entry ends; the sum over what it read (CRC) is then wrong.

    Raises: zipfile.BadZipFile, zlib.error.
    """
    unpacked = 0
    with packed.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            unpacked += len(chunk)
    if unpacked != entry.file_size:
        raise zipfile.BadZipFile(entry.filename)
