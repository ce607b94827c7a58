"""Tables from a spreadsheet or a text file: one heading row, one matter per row."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, zip_longest
from typing import Any, Final

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.archives import USUAL, Allowance, Archive, LayerDamaged, require_at_most
from gongzhi.places.layers.texts import decoded

Cell = str | int | float | bool | None

_DELIMITERS: Final = ",\t;"
_LOST_DIGITS: Final = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_WHOLE_WITH_POINT: Final = re.compile(r"(\d+)\.0")
_MOST_NAMED: Final = 5


class HeadingsMerged(Refusal):
    """Cells of the heading row are merged, so that a column has no heading of its own."""

    code = "headings-merged"


class HeadingUnusable(Refusal):
    """A column that holds values has no heading, or two columns have the same."""

    code = "heading-unusable"


class HeadingMissing(Refusal):
    """A table lacks a column that is needed."""

    code = "heading-missing"


class TableEmpty(Refusal):
    """A table holds no row below its headings."""

    code = "table-empty"


class SheetUnknown(Refusal):
    """A workbook has no sheet of this name."""

    code = "sheet-unknown"


class CodeMissing(Refusal):
    """A row has no code."""

    code = "layer-code-missing"


class CodeSpoiled(Refusal):
    """A spreadsheet program turned a code into a rounded number: its last digits are lost."""

    code = "layer-code-spoiled"


class CodeTwice(Refusal):
    """One code stands for two things."""

    code = "layer-code-twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        number: its place in the file, as the spreadsheet program counts.
    """

    number: int
    values: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read.

    Attributes:
        sheet: name of the sheet; empty for a text file.
        encoding: in which a text file was read; empty for a workbook.
    """

    file: str
    sheet: str
    encoding: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def require_headings(self, *wanted: str) -> None:
        """Refuse a table that lacks a column.

        Raises: HeadingMissing.
        """
        for heading in wanted:
            if heading not in self.headings:
                raise HeadingMissing(file=self.file, heading=heading, found=", ".join(self.headings))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeClash:
    """One code that several rows or features carry."""

    code: str
    names: tuple[str, ...]
    numbers: tuple[int, ...]


def table_from_csv(content: bytes, *, file: str, heading_row: int = 1, allowed: Allowance = USUAL) -> Table:
    """Read a table from a text file, in UTF-8, UTF-16 with its mark, or GB18030.

    Raises: LayerTooLarge, NotText, TextUnreadable, LayerDamaged, HeadingUnusable, TableEmpty.
    """
    require_at_most(len(content), most=allowed.packed, what="bytes", file=file)
    text, encoding = decoded(content, file=file)
    first_line = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=first_line.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _table(file=file, encoding=encoding, lines=lines, heading_row=heading_row, allowed=allowed)
    except csv.Error as fault:
        raise LayerDamaged(file=file, reason=f"{lines.line_num}: {fault}") from fault


def table_from_xlsx(
    content: bytes, *, file: str, sheet: str = "", heading_row: int = 1, allowed: Allowance = USUAL
) -> Table:
    """Read a table from a sheet of a workbook, the first one where none is named.

    A merged cell below the headings stands for all the cells it covers: a district written once beside its communities.

    Raises: LayerTooLarge, LayerDamaged, ArchiveSwells, ArchiveClimbsOut, ArchiveLocked, ArchiveMethodUnknown,
        SheetUnknown, HeadingsMerged, HeadingUnusable, TableEmpty.
    """
    require_at_most(len(content), most=allowed.packed, what="bytes", file=file)
    archive = Archive(content, file=file, allowed=replace(allowed, unpacked=min(allowed.unpacked, allowed.workbook)))
    for part in archive.names:
        archive.read(part)  # counts what comes out before anything is parsed
    try:
        read = _sheet(content, file=file, sheet=sheet)
        merged = _merged_ranges(read)
        for west, north, east, south in merged:
            if north <= heading_row <= south:
                raise HeadingsMerged(file=file, sheet=read.title, cells=_cells_named(west, north, east, south))
        filled = _filled(read.iter_rows(values_only=True), merged=merged, allowed=allowed, file=file)
        return _table(file=file, sheet=read.title, lines=filled, heading_row=heading_row, allowed=allowed)
    except (zipfile.BadZipFile, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError) as fault:
        raise LayerDamaged(file=file, reason=f"{type(fault).__name__}: {fault}") from fault


def sheet_names(content: bytes, *, file: str, allowed: Allowance = USUAL) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook, in their order.

    Raises: LayerTooLarge, LayerDamaged, ArchiveSwells, ArchiveClimbsOut, ArchiveLocked, ArchiveMethodUnknown.
    """
    import openpyxl

    require_at_most(len(content), most=allowed.packed, what="bytes", file=file)
    archive = Archive(content, file=file, allowed=replace(allowed, unpacked=min(allowed.unpacked, allowed.workbook)))
    for part in archive.names:
        archive.read(part)  # counts what comes out before anything is parsed
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return tuple(found.title for found in book.worksheets)
    except (zipfile.BadZipFile, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError) as fault:
        raise LayerDamaged(file=file, reason=f"{type(fault).__name__}: {fault}") from fault


def code_text(value: Cell, *, number: int) -> str:
    """Return a code as text, also where a spreadsheet keeps it as a number.

    Raises: CodeMissing, CodeSpoiled.

    Example:
        >>> code_text(350203001001, number=2), code_text("350203001001.0", number=3), code_text(" 3502 ", number=4)
        ('350203001001', '350203001001', '3502')
    """
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str("" if value is None else value)
    text = text.strip()
    if not text:
        raise CodeMissing(row=number)
    if _LOST_DIGITS.fullmatch(text):
        raise CodeSpoiled(row=number, found=text)
    with_point = _WHOLE_WITH_POINT.fullmatch(text)
    return text if with_point is None else with_point[1]


def code_clashes(coded: Iterable[tuple[str, str, int]]) -> tuple[CodeClash, ...]:
    """Return the codes that stand for more than one thing, each with all their names.

    Args:
        coded: code, name, and number in the file.

    Example:
        >>> code_clashes([("01", "甲", 2), ("02", "乙", 3), ("01", "丙", 4)])
        (CodeClash(code='01', names=('甲', '丙'), numbers=(2, 4)),)
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for code, name, number in coded:
        found.setdefault(code, []).append((name, number))
    return tuple(
        CodeClash(code=code, names=tuple(name for name, _ in those), numbers=tuple(number for _, number in those))
        for code, those in found.items()
        if len(those) > 1
    )


def require_own_codes(coded: Iterable[tuple[str, str, int]]) -> None:
    """Refuse a list in which one code stands for two things, naming both.

    Raises: CodeTwice.
    """
    clashes = code_clashes(coded)
    if clashes:
        first = clashes[0]
        raise CodeTwice(
            division=first.code,
            names="、".join(first.names[:_MOST_NAMED]),
            rows=", ".join(map(str, first.numbers[:_MOST_NAMED])),
            codes=len(clashes),
        )


def _table(
    *,
    file: str,
    lines: Iterable[Sequence[Any]],
    heading_row: int,
    allowed: Allowance,
    sheet: str = "",
    encoding: str = "",
) -> Table:
    numbered = enumerate(lines, start=1)
    heading_line = next((cells for number, cells in numbered if number == heading_row), ())
    headings = [_as_text(cell) for cell in heading_line]
    while headings and not headings[-1]:
        headings.pop()
    require_at_most(len(headings), most=allowed.columns, what="columns", file=file)
    for place, heading in enumerate(headings, start=1):
        if not heading or headings.index(heading) != place - 1:
            raise HeadingUnusable(file=file, column=place, heading=heading)
    rows: list[Row] = []
    for number, cells in numbered:
        values = [_value(cell) for cell in cells]
        if all(value is None for value in values):
            continue
        require_at_most(len(rows) + 1, most=allowed.features, what="features", file=file)
        if any(value is not None for value in values[len(headings) :]):
            raise HeadingUnusable(file=file, column=len(headings) + 1, heading="")
        rows.append(Row(number=number, values=dict(zip_longest(headings, values[: len(headings)]))))
    if not rows:
        raise TableEmpty(file=file, sheet=sheet)
    return Table(file=file, sheet=sheet, encoding=encoding, headings=tuple(headings), rows=tuple(rows))


def _as_text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _value(cell: Any) -> Cell:
    match cell:
        case datetime():
            return cell.isoformat() if cell.time() != datetime.min.time() else cell.date().isoformat()
        case date():
            return cell.isoformat()
        case bool() | int():
            return cell
        case float():
            return cell if math.isfinite(cell) else None
        case None:
            return None
        case _:
            return str(cell).strip() or None


def _sheet(content: bytes, *, file: str, sheet: str) -> Any:
    """Return a sheet, to be read row by row: its merged cells are looked up apart, for this way leaves them out."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    names = [found.title for found in book.worksheets]
    if not names:
        raise SheetUnknown(file=file, sheet=sheet, sheets="")
    if sheet and sheet not in names:
        raise SheetUnknown(file=file, sheet=sheet, sheets=", ".join(names))
    read = book[sheet or names[0]]
    read.reset_dimensions()  # what a file says about its own size may be wrong
    return read


def _merged_ranges(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a sheet as west, north, east, south."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils.cell import range_boundaries

    named = []
    with sheet._get_source() as source:
        for _, element in iterparse(source):
            match element.tag.rpartition("}")[2]:
                case "mergeCell":
                    named.append(element.get("ref", ""))
                case "row":
                    element.clear()
    return [range_boundaries(one) for one in named]


def _filled(
    lines: Iterable[Sequence[Any]],
    *,
    merged: Iterable[tuple[int, int, int, int]],
    allowed: Allowance,
    file: str,
) -> Iterator[list[Any]]:
    """Give each cell of a merged range the value that stands in its first one."""
    begins: dict[int, list[tuple[int, int, int]]] = {}
    for west, north, east, south in merged:
        require_at_most(east, most=allowed.columns, what="columns", file=file)
        begins.setdefault(north, []).append((west, east, south))
    running: list[tuple[int, int, int, Any]] = []
    for number, cells in enumerate(lines, start=1):
        line = list(islice(cells, allowed.columns + 1))
        running = [one for one in running if one[2] >= number]
        for west, east, south in begins.get(number, ()):
            running.append((west, east, south, line[west - 1] if west <= len(line) else None))
        for west, east, _, value in running:
            line += [None] * (east - len(line))
            line[west - 1 : east] = [value] * (east - west + 1)
        yield line


def _cells_named(west: int, north: int, east: int, south: int) -> str:
    from openpyxl.utils.cell import get_column_letter

    return f"{get_column_letter(west)}{north}:{get_column_letter(east)}{south}"
