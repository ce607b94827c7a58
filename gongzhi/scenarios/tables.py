"""Reading a CSV file row by row, so that one bad row costs one row.

A file is split into rows while it is still bytes, and decoded cell by cell: bytes that are no text spoil their own row
only. Quoted cells may span lines. Whatever is wrong with a row comes with it as a refusal; only what makes the whole
file useless is raised.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import os
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import LONGEST_CELL

LARGEST_ROW_BYTES: Final = 32 * 1024 * 1024
"""Longer rows are skipped without being kept in memory."""

_PIECE_BYTES: Final = 1024 * 1024
_BEGINNING_BYTES: Final = 4096
_BYTE_PER_CHARACTER: Final = "latin-1"
_QUOTE: Final = ord('"')
_BROKEN: Final = (EOFError, OSError, zlib.error)


class FileMissing(Refusal):
    """There is no such file."""

    code = "import-file-missing"


class FileUnreadable(Refusal):
    """The file is there and cannot be read: it is a folder, or this account may not."""

    code = "import-file-unreadable"


class FileEndingUnknown(Refusal):
    """The file's name does not end as this sort of file does."""

    code = "file-ending-unknown"


class NotGzip(Refusal):
    """The file is named .gz and is not compressed."""

    code = "not-gzip"


class FileEmpty(Refusal):
    """The file holds nothing, not even the names of its columns."""

    code = "import-file-empty"


class ColumnMissing(Refusal):
    """The file lacks columns that are needed, or names one of them twice."""

    code = "column-missing"


class OldLineEnds(Refusal):
    """The file ends its lines with a bare carriage return, as Macs did long ago: it would be one endless row."""

    code = "old-line-ends"


class FileBroken(Refusal):
    """The file breaks off or cannot be read further. The rows before are whole."""

    code = "file-broken"


class QuoteNotClosed(Refusal):
    """A quotation mark is opened in this row and never closed: everything after it belongs to one endless cell."""

    code = "quote-not-closed"


class RowUnreadable(Refusal):
    """The row is no CSV: a bare carriage return, for instance."""

    code = "row-unreadable"


class RowTooLarge(Refusal):
    """The row, or one cell of it, is longer than we read."""

    code = "row-too-large"


class RowWidthWrong(Refusal):
    """The row has more or fewer cells than the file has columns."""

    code = "row-width-wrong"


class BytesUnreadable(Refusal):
    """Bytes of the row are no text in the file's encoding."""

    code = "bytes-unreadable"


class NullByte(Refusal):
    """The row holds null bytes, which no text does."""

    code = "null-byte"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number (1 is the first below the header), the line it begins on, and its cells by column.

    Where `fault` says what is wrong, `cells` holds what could be read all the same.
    """

    number: int
    line: int
    cells: Mapping[str, str] = field(default_factory=dict)
    fault: Refusal | None = None


@dataclass(slots=True)
class Table:
    """An open file whose header was read. `size_bytes` and `done_bytes` count what lies on the disk."""

    size_bytes: int
    _raw: BinaryIO
    _records: Iterator[_Record]
    _header: Sequence[str]
    _columns: Collection[str]
    _encoding: str
    _delimiter: str

    @property
    def done_bytes(self) -> int:
        """How far the file has been read."""
        return self._raw.tell()

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order; blank lines are none."""
        for number, record in enumerate((one for one in self._records if not one.is_blank), start=1):
            yield self._row(number, record)

    def _row(self, number: int, record: _Record) -> Row:
        if record.fault is not None:
            return Row(number, record.line, fault=record.fault)
        if b"\0" in record.content:
            return Row(number, record.line, fault=NullByte())
        try:
            cells = _cells(record.content, delimiter=self._delimiter)
        except csv.Error as error:
            return Row(number, record.line, fault=_refusal_of(error))
        if len(cells) != len(self._header):
            return Row(number, record.line, fault=RowWidthWrong(wanted=len(self._header), found=len(cells)))
        decoded: dict[str, str] = {}
        fault: Refusal | None = None
        for column, cell in zip(self._header, cells, strict=True):
            if column not in self._columns:
                continue
            try:
                decoded[column] = cell.encode(_BYTE_PER_CHARACTER).decode(self._encoding)
            except UnicodeDecodeError as error:
                fault = BytesUnreadable(column=column, at=error.start, encoding=self._encoding)
        return Row(number, record.line, decoded, fault)


@contextmanager
def opened(
    path: Path, *, endings: Collection[str], encoding: str, delimiter: str, columns: Collection[str]
) -> Iterator[Table]:
    """Open a file and read its header.

    Args:
        path: the file; a name that ends in .gz is compressed.
        endings: how its name may end.
        encoding: how its characters are written as bytes.
        delimiter: what stands between two cells.
        columns: the columns that are wanted; the others are not decoded.

    Raises: FileMissing, FileUnreadable, FileEndingUnknown, NotGzip, FileEmpty, OldLineEnds, ColumnMissing.
    """
    if not path.name.lower().endswith(tuple(endings)):
        raise FileEndingUnknown(file=path.name, endings=", ".join(sorted(endings)))
    try:
        raw = path.open("rb")
    except FileNotFoundError as fault:
        raise FileMissing(file=path.name) from fault
    except OSError as fault:
        raise FileUnreadable(file=path.name) from fault
    with raw:
        source = gzip.GzipFile(fileobj=raw) if path.name.lower().endswith(".gz") else raw
        if _has_old_line_ends(source):
            raise OldLineEnds(file=path.name)
        records = _records(source, delimiter=delimiter.encode())
        header = _header(records, path=path, encoding=encoding, delimiter=delimiter)
        missing = sorted(column for column in columns if header.count(column) != 1)
        if missing:
            raise ColumnMissing(file=path.name, columns=", ".join(missing))
        yield Table(os.fstat(raw.fileno()).st_size, raw, records, header, columns, encoding, delimiter)


def _has_old_line_ends(source: BufferedReader | gzip.GzipFile) -> bool:
    """Whether the file begins with carriage returns and no line feed between them."""
    try:
        beginning = source.peek(_BEGINNING_BYTES)
    except _BROKEN:  # told where the file is read
        return False
    return b"\r" in beginning.rstrip(b"\r") and b"\n" not in beginning


def _header(records: Iterator[_Record], *, path: Path, encoding: str, delimiter: str) -> list[str]:
    """Return the names of the columns; one that is no text can be no column that is wanted."""
    first = next(records, None)
    if first is None:
        raise FileEmpty(file=path.name)
    if first.fault is not None:
        raise NotGzip(file=path.name) if first.fault.facts.get("reason") == "BadGzipFile" else first.fault
    content = first.content.removeprefix(codecs.BOM_UTF8)
    try:
        cells = _cells(content, delimiter=delimiter)
    except csv.Error as error:
        raise _refusal_of(error) from error
    return [cell.encode(_BYTE_PER_CHARACTER).decode(encoding, errors="replace").strip() for cell in cells]


def _cells(record: bytes, *, delimiter: str) -> list[str]:
    """Split one row into cells, each byte still a character of its own."""
    return next(csv.reader([record.decode(_BYTE_PER_CHARACTER)], delimiter=delimiter), [])


def _refusal_of(error: csv.Error) -> Refusal:
    return RowTooLarge(limit=LONGEST_CELL) if "field limit" in str(error) else RowUnreadable()


@dataclass(frozen=True, slots=True)
class _Record:
    """The bytes of one row and the line it begins on."""

    line: int
    content: bytes = b""
    fault: Refusal | None = None

    @property
    def is_blank(self) -> bool:
        return self.fault is None and not self.content.strip(b"\r\n")


class _Within(Enum):
    """Where in a row we are, after the bytes read so far."""

    NEW_CELL = auto()
    PLAIN_CELL = auto()
    QUOTED_CELL = auto()
    QUOTE_IN_QUOTED_CELL = auto()


def _records(source: BinaryIO | gzip.GzipFile, *, delimiter: bytes) -> Iterator[_Record]:
    """Yield the rows of a file as bytes. A row ends with a line, unless a quoted cell is still open there."""
    line = first_line = 1
    kept: list[bytes] = []
    size, within = 0, _Within.NEW_CELL
    while True:
        try:
            piece = source.readline(_PIECE_BYTES)
        except _BROKEN as fault:
            yield _Record(first_line, fault=FileBroken(reason=type(fault).__name__, line=first_line))
            return
        if not piece:
            break
        size += len(piece)
        if size <= LARGEST_ROW_BYTES:
            kept.append(piece)
        else:
            kept.clear()
        within = _after(piece, within, delimiter=delimiter)
        ends_line = piece.endswith(b"\n")
        line += ends_line
        if ends_line and within is not _Within.QUOTED_CELL:
            yield _whole(first_line, kept, size=size)
            kept, size, within, first_line = [], 0, _Within.NEW_CELL, line
    if within is _Within.QUOTED_CELL:
        yield _Record(first_line, fault=QuoteNotClosed(line=first_line))
    elif size:
        yield _whole(first_line, kept, size=size)


def _whole(line: int, kept: list[bytes], *, size: int) -> _Record:
    if size > LARGEST_ROW_BYTES:
        return _Record(line, fault=RowTooLarge(limit=LARGEST_ROW_BYTES))
    return _Record(line, b"".join(kept))


def _after(piece: bytes, within: _Within, *, delimiter: bytes) -> _Within:
    """Return where we are in a row after some more of its bytes. A quotation mark counts where a cell begins."""
    at = 0
    while at < len(piece):
        if within is _Within.QUOTED_CELL:
            quote = piece.find(b'"', at)
            if quote < 0:
                return within
            within, at = _Within.QUOTE_IN_QUOTED_CELL, quote + 1
        elif within is _Within.PLAIN_CELL:
            end = piece.find(delimiter, at)
            if end < 0:
                return within
            within, at = _Within.NEW_CELL, end + 1
        elif piece[at] == _QUOTE:
            within, at = _Within.QUOTED_CELL, at + 1
        else:
            within = _Within.PLAIN_CELL
    return within
