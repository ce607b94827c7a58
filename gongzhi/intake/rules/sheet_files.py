"""Work sheets in files: XLSX, CSV and JSON, in and out. A bad row costs itself only; a file that is none is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from gongzhi.intake.rules.sheets import (
    FIELD,
    FIELDS,
    SheetFieldMissing,
    Sort,
    WorkSheet,
    field_headed,
    read_sheet,
    told,
)
from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.tables import HeadingMissing, Table, table_from_csv, table_from_xlsx

LARGEST_FILE_BYTES: Final = 32 << 20
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class SheetFileEndingUnknown(Refusal):
    """Work sheets come as .xlsx, .csv or .json."""

    code = "sheet-file-ending-unknown"


class SheetFileUnreadable(Refusal):
    """The file is no JSON, or it holds something else than a list of work sheets."""

    code = "sheet-file-unreadable"


class SheetFileTooLarge(Refusal):
    """The file holds more than is taken in one go."""

    code = "sheet-file-too-large"


class HeadingTwice(Refusal):
    """Two columns mean the same field."""

    code = "sheet-heading-twice"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a file: the work sheet, or why it is none. `key` is its number as far as it could be read."""

    number: int
    key: str
    sheet: WorkSheet | None = None
    refusal: Refusal | None = None


def sheets_from_file(content: bytes, *, file: str, zone: ZoneInfo) -> list[SheetRow]:
    """Return the work sheets of a file, each row by itself. Columns that mean no field are left out.

    Text files are UTF-8 or GB18030.

    Raises: SheetFileEndingUnknown, SheetFileTooLarge, SheetFileUnreadable, HeadingTwice, HeadingMissing,
        HeadingsMerged, and what reading a table refuses.
    """
    return [_row(number, said, zone=zone) for number, said in _rows(content, file=file)]


def keys_from_file(content: bytes, *, file: str, zone: ZoneInfo) -> list[tuple[str, int | None]]:
    """Return the numbers of a neighbour's list, each with the version where one is named; other columns are not read.

    Raises: what `sheets_from_file` raises, and what is wrong with a number or a version.
    """
    found = []
    for number, said in _rows(content, file=file):
        key = {name: said[name] for name in ("sheet_no", "version") if said.get(name) is not None}
        if "sheet_no" not in key:
            raise SheetFieldMissing(field=f"{FIELD['sheet_no'].heading} ({number})", name="sheet_no")
        sheet = read_sheet({"type": "consult", "content": "-", **key}, zone=zone)
        found.append((sheet.sheet_no, sheet.version if "version" in key else None))
    return found


def sheets_to_json(sheets: Iterable[WorkSheet]) -> bytes:
    """Return work sheets as JSON."""
    said = {"sheets": [told(one) for one in sheets]}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def sheets_to_csv(sheets: Iterable[WorkSheet], *, zone: ZoneInfo) -> bytes:
    """Return work sheets as CSV, UTF-8 with the mark by which spreadsheets know it.

    What a spreadsheet would take for a formula is marked as text: a caller's words must not reckon on our desks.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    for line in _lines(sheets, zone=zone):
        writer.writerow([f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell for cell in line])
    return text.getvalue().encode("utf-8-sig")


def sheets_to_xlsx(sheets: Iterable[WorkSheet], *, zone: ZoneInfo) -> bytes:
    """Return work sheets as a workbook; every cell is text, so that no number loses its digits and nothing reckons."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("工单")
    for line in _lines(sheets, zone=zone):
        cells = []
        for value in line:
            cell = WriteOnlyCell(page, value=None)
            cell.value, cell.data_type = _without_controls(value) or None, "s"
            cells.append(cell if value else None)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheets_to_file(sheets: Sequence[WorkSheet], *, file: str, zone: ZoneInfo) -> bytes:
    """Return work sheets in the form that a file's name asks for. Raises: SheetFileEndingUnknown."""
    match file.rpartition(".")[2].lower():
        case "json":
            return sheets_to_json(sheets)
        case "csv":
            return sheets_to_csv(sheets, zone=zone)
        case "xlsx":
            return sheets_to_xlsx(sheets, zone=zone)
        case _:
            raise SheetFileEndingUnknown(file=file, endings=".xlsx, .csv, .json")


def _rows(content: bytes, *, file: str) -> list[tuple[int, Mapping[str, object]]]:
    """Return the rows of a file by field, with their place in it."""
    if len(content) > LARGEST_FILE_BYTES:
        raise SheetFileTooLarge(file=file, most_bytes=LARGEST_FILE_BYTES)
    match file.rpartition(".")[2].lower():
        case "json":
            return _from_json(content, file=file)
        case "csv":
            return _from_table(table_from_csv(content, file=file))
        case "xlsx":
            return _from_table(table_from_xlsx(content, file=file))
        case _:
            raise SheetFileEndingUnknown(file=file, endings=".xlsx, .csv, .json")


def _row(number: int, said: Mapping[str, object], *, zone: ZoneInfo) -> SheetRow:
    key = said.get("sheet_no")
    shown = str(key)[: FIELD["sheet_no"].longest] if isinstance(key, str | int) else ""
    try:
        return SheetRow(number, shown, read_sheet(said, zone=zone))
    except Refusal as refusal:
        return SheetRow(number, shown, refusal=refusal)


def _from_json(content: bytes, *, file: str) -> list[tuple[int, Mapping[str, object]]]:
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise SheetFileUnreadable(file=file) from fault
    listed = read.get("sheets") if isinstance(read, dict) else read
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SheetFileUnreadable(file=file)
    return list(enumerate(listed, start=1))


def _from_table(table: Table) -> list[tuple[int, Mapping[str, object]]]:
    """Return a table's rows by field. Raises: HeadingTwice, HeadingMissing."""
    meant: dict[str, str] = {}
    for heading in table.headings:
        field = field_headed(heading)
        if field is None:
            continue
        if field.name in meant.values():
            raise HeadingTwice(file=table.file, heading=heading, field=field.heading)
        meant[heading] = field.name
    if "sheet_no" not in meant.values():
        found = ", ".join(table.headings)
        raise HeadingMissing(file=table.file, heading=FIELD["sheet_no"].heading, found=found[:200])
    return [
        (row.number, {name: row.values[heading] for heading, name in meant.items() if row.values[heading] is not None})
        for row in table.rows
    ]


def _lines(sheets: Iterable[WorkSheet], *, zone: ZoneInfo) -> list[list[str]]:
    """Return a heading line and one line for each work sheet, in the city's words and time."""
    return [
        [one.heading for one in FIELDS],
        *([_cell(sheet, one.name, zone=zone) for one in FIELDS] for sheet in sheets),
    ]


def _cell(sheet: WorkSheet, name: str, *, zone: ZoneInfo) -> str:
    value: Any = getattr(sheet, name)
    field = FIELD[name]
    if value is None or value == ():
        return ""
    match field.sort:
        case Sort.FLAG:
            return "是" if value else "否"
        case Sort.INSTANT:
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case Sort.LIST:
            return "；".join(value)
        case Sort.CHOICE:
            return next(
                (zh for zh, one in (field.choices or {}).items() if one is value and not zh.isascii()), value.value
            )
        case _:
            return str(value)


def _without_controls(text: str) -> str:
    """Return a text without characters that no workbook can hold."""
    return "".join(one for one in text if one >= " " or one in "\t\n\r")
