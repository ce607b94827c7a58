"""Norms as cities keep them in spreadsheets: the columns and sheets used in practice, read and written.

Source: the filing workbook of a city's platform (sheets 部件, 部件扩展, 事件, 事件扩展, 服务事项) and its nine columns;
the further columns carry what the nine leave out, so that what is written can be read again without loss.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final, TypeVar

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.units import ClockUnit, Limit
from gongzhi.norms.rules import CheckingWindow, FilingConditionRow, ManagedClassRow
from gongzhi.norms.states import CheckingMode, ClassKind, Grade
from gongzhi.places.layers.readers import Kind, kind_of, read_table
from gongzhi.places.layers.tables import Cell, Row, Table, TableEmpty, code_text, sheet_names
from gongzhi.places.states import AreaClass

USUAL_HEADINGS: Final = (
    *("大类代码", "大类名称", "小类代码", "小类名称"),
    *("处置单位", "主管部门", "立案条件", "结案条件", "处置时限"),
)
MORE_HEADINGS: Final = (
    *("条件序号", "区域", "等级", "责任主体", "采集要求", "法律法规依据", "条款", "核查方式", "核查时段"),
    *("处置单位代码", "日历", "来源", "大类英文名称", "小类英文名称", "处置单位英文", "主管部门英文", "责任主体英文"),
    *("立案条件英文", "结案条件英文", "采集要求英文"),
)
SHEETS: Final[Mapping[str, tuple[ClassKind, bool]]] = {
    "部件": (ClassKind.COMPONENT, False),
    "部件扩展": (ClassKind.COMPONENT, True),
    "事件": (ClassKind.EVENT, False),
    "事件扩展": (ClassKind.EVENT, True),
    "服务事项": (ClassKind.SERVICE, True),
}
"""Which classes stand on a sheet, and whether they are the city's own."""

LIMIT_WORDS: Final[Mapping[ClockUnit, str]] = {
    ClockUnit.URGENT_HOUR: "紧急工作时",
    ClockUnit.WORK_HOUR: "工作时",
    ClockUnit.WORK_DAY: "工作日",
    ClockUnit.NATURAL_DAY: "自然日",
}
CHECKING_WORDS: Final[Mapping[CheckingMode, str]] = {
    CheckingMode.VISIT: "现场核查",
    CheckingMode.PHOTO: "照片审核",
    CheckingMode.NONE: "无需核查",
}
AREA_WORDS: Final[Mapping[AreaClass, str]] = {
    AreaClass.ANY: "",
    AreaClass.CORE: "A",
    AreaClass.GENERAL: "B",
    AreaClass.FRINGE: "C",
}

Found = TypeVar("Found")
Otherwise = TypeVar("Otherwise")

_LIMIT: Final = re.compile(r"(\d{1,5})\s*个?\s*(紧急工作时|紧急工作小时|工作时|工作小时|工作日|自然日)")
_OTHER_SPELLINGS: Final = {"紧急工作小时": "紧急工作时", "工作小时": "工作时"}
_HOURS: Final = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})")
_GRADE: Final = re.compile(r"([ABCabc])(?:类.*)?")
_GRADE_WORDS: Final = {"紧急": Grade.URGENT, "重大": Grade.MAJOR, "一般": Grade.GENERAL}
_LOOKS_LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class NormRowFaulty(Refusal):
    """A row of a norm's sheet says something that cannot be read; nothing of the file was taken over."""

    code = "norm-row-faulty"


class NormCellTooLong(Refusal):
    """A cell of a norm's sheet is longer than there is room for; nothing of the file was taken over."""

    code = "norm-cell-too-long"


class NoNormSheet(Refusal):
    """A workbook has none of the sheets in which norms are kept."""

    code = "norm-sheet-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NormRow:
    """One row of a sheet: a filing condition of a class.

    Attributes:
        sheet: where it stands, with `row` as the spreadsheet program counts.
        said: what its further columns say, by their heading; a column that the file does not have is not there.
    """

    sheet: str
    row: int
    kind: ClassKind
    is_local: bool
    major_code: str
    major_zh: str
    minor_code: str
    zh: str
    unit_hint_zh: str
    supervising_zh: str
    condition_zh: str
    closing_zh: str
    limit: Limit
    said: Mapping[str, str]

    @property
    def code(self) -> str:
        """The five digits of the class."""
        return self.major_code + self.minor_code

    def fault(self, column: str, found: object) -> NormRowFaulty:
        """Return the refusal of what a column of this row says."""
        return NormRowFaulty(sheet=self.sheet, row=self.row, column=column, found=str(found))

    def too_long(self, column: str, *, most: int, found: int) -> NormCellTooLong:
        """Return the refusal of a column of this row that says more than there is room for."""
        return NormCellTooLong(sheet=self.sheet, row=self.row, column=column, most=most, found=found)


def rows_of_file(content: bytes, *, file: str, sheet: str = "") -> list[NormRow]:
    """Read the norms in a file: all known sheets of a workbook, or a text file that holds one of them.

    Args:
        content: the whole file.
        file: its name.
        sheet: which sheet a text file holds; of a workbook, the only one to read.

    Raises: NoNormSheet, NormRowFaulty; what `read_table` raises, such as HeadingsMerged and HeadingMissing.
    """
    if kind_of(content) is Kind.XLSX:
        there = sheet_names(content, file=file)
        wanted = [name for name in SHEETS if name in there and sheet in ("", name)]
    else:
        there, wanted = (), [sheet] if sheet in SHEETS else []
    if not wanted:
        raise NoNormSheet(file=file, sheet=sheet, known="、".join(SHEETS), found="、".join(there))
    rows: list[NormRow] = []
    for name in wanted:
        try:
            table = read_table(content, file=file, sheet=name)
        except TableEmpty:
            if len(wanted) == 1:
                raise
            continue  # a city without classes of its own keeps their sheet with headings alone
        rows += _rows(table, sheet=name)
    return rows


def workbook_of(rows: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return a workbook with a sheet for each group of rows, headings first."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name in SHEETS:
        sheet = book.create_sheet(name)
        for line in ((*USUAL_HEADINGS, *MORE_HEADINGS), *rows.get(name, ())):
            sheet.append([_as_text(value, sheet=sheet) for value in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def text_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a text file that spreadsheet programs open as it is: UTF-8 with its mark, headings first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow((*USUAL_HEADINGS, *MORE_HEADINGS))
    writer.writerows([_unformulated(value) for value in line] for line in rows)
    return text.getvalue().encode("utf-8-sig")


def line_of(condition: FilingConditionRow, managed_class: ManagedClassRow) -> tuple[str, ...]:
    """Return a condition with its class as a row of a sheet."""
    return (
        managed_class.major_code,
        managed_class.major_zh,
        managed_class.code,
        managed_class.zh,
        condition.unit_hint_zh,
        condition.supervising_zh,
        condition.zh,
        condition.closing_zh,
        limit_words(condition.limit),
        str(condition.number),
        AREA_WORDS[condition.area_class],
        condition.grade.value,
        condition.responsible_zh,
        condition.collection_zh,
        condition.legal_basis,
        condition.legal_clause,
        CHECKING_WORDS[condition.checking_mode],
        _hours_words(condition.window),
        condition.unit_code,
        condition.calendar,
        condition.source,
        managed_class.major_en,
        managed_class.en,
        condition.unit_hint_en,
        condition.supervising_en,
        condition.responsible_en,
        condition.en,
        condition.closing_en,
        condition.collection_en,
    )


def sheet_of(managed_class: ManagedClassRow) -> str:
    """Return the sheet on which a class stands."""
    place = (managed_class.kind, managed_class.is_local_extension or managed_class.kind is ClassKind.SERVICE)
    return next(name for name, kept in SHEETS.items() if kept == place)


def limit_words(limit: Limit) -> str:
    """Return a limit as sheets spell it.

    Example:
        >>> limit_words(Limit.parse("work_hour:4")), limit_of("4工作时").text, limit_of("2 个工作日").text
        ('4工作时', 'work_hour:4', 'work_day:2')
    """
    return f"{limit.length}{LIMIT_WORDS[limit.unit]}"


def limit_of(words: str) -> Limit:
    """Read a limit as sheets spell it, or as tables of ours do.

    Hours and days of which nobody says whether they are working time (`24小时`, `3天`) are not guessed at.

    Raises: ValueError.
    """
    found = _LIMIT.fullmatch(words.strip())
    if found is None:
        return Limit.parse(words.strip())
    unit = _OTHER_SPELLINGS.get(found[2], found[2])
    return Limit(next(one for one, spelt in LIMIT_WORDS.items() if spelt == unit), int(found[1]))


def grade_of(row: NormRow, *, otherwise: Grade) -> Grade:
    """Return the grade a row states: `A`, `B类（重大）`, `一般`. Raises: NormRowFaulty."""
    return _read(row, "等级", _grade, otherwise=otherwise)


def area_class_of(row: NormRow) -> AreaClass:
    """Return the class of area a row is for; every area where it says none. Raises: NormRowFaulty."""
    return _read(row, "区域", lambda said: AreaClass(said[0].upper()), otherwise=AreaClass.ANY)


def number_of(row: NormRow) -> int | None:
    """Return the number a row gives its condition, or None. Raises: NormRowFaulty."""
    return _read(row, "条件序号", _number, otherwise=None)


def checking_of(row: NormRow, *, otherwise: CheckingMode) -> CheckingMode:
    """Return how it is checked that the closing condition is met. Raises: NormRowFaulty."""
    return _read(row, "核查方式", _checking, otherwise=otherwise)


def window_of(row: NormRow, *, otherwise: CheckingWindow | None) -> CheckingWindow | None:
    """Return the hours at which it can be checked; an empty cell is none. Raises: NormRowFaulty."""
    if "核查时段" not in row.said:
        return otherwise
    return _read(row, "核查时段", _window, otherwise=None)


def _read(row: NormRow, column: str, reader: Callable[[str], Found], *, otherwise: Otherwise) -> Found | Otherwise:
    said = row.said.get(column, "")
    if not said:
        return otherwise
    try:
        return reader(said)
    except (ValueError, LookupError) as fault:
        raise row.fault(column, said) from fault


def _grade(said: str) -> Grade:
    found = _GRADE.fullmatch(said)
    return (
        {"紧急": Grade.URGENT, "重大": Grade.MAJOR, "一般": Grade.GENERAL}[said]
        if found is None
        else Grade(found[1].upper())
    )


def _number(said: str) -> int:
    number = int(said)
    if not 1 <= number <= 999:
        raise ValueError(said)
    return number


def _checking(said: str) -> CheckingMode:
    by_words = {words: mode for mode, words in CHECKING_WORDS.items()}
    return by_words[said] if said in by_words else CheckingMode(said)


def _window(said: str) -> CheckingWindow:
    found = _HOURS.fullmatch(said)
    if found is None:
        raise ValueError(said)
    return CheckingWindow(time.fromisoformat(found[1].zfill(5)), time.fromisoformat(found[2].zfill(5)))


def _hours_words(window: CheckingWindow | None) -> str:
    if window is None:
        return ""
    return f"{window.from_.isoformat('minutes')}-{window.until.isoformat('minutes')}"


def _rows(table: Table, *, sheet: str) -> Iterator[NormRow]:
    table.require_headings(*USUAL_HEADINGS)
    further = [heading for heading in MORE_HEADINGS if heading in table.headings]
    kind, is_local = SHEETS[sheet]
    for row in table.rows:
        major = _code(row, "大类代码", sheet=sheet).zfill(2)
        text = {heading: _text(row.values[heading]) for heading in (*USUAL_HEADINGS, *further)}
        for heading in ("大类名称", "小类名称", "立案条件", "结案条件", "处置时限"):
            if not text[heading]:
                raise NormRowFaulty(sheet=sheet, row=row.number, column=heading, found="")
        try:
            limit = limit_of(text["处置时限"])
        except ValueError as fault:
            raise NormRowFaulty(sheet=sheet, row=row.number, column="处置时限", found=text["处置时限"]) from fault
        yield NormRow(
            sheet=sheet,
            row=row.number,
            kind=kind,
            is_local=is_local,
            major_code=major,
            major_zh=text["大类名称"],
            minor_code=_minor_code(row, major=major, sheet=sheet),
            zh=text["小类名称"],
            unit_hint_zh=text["处置单位"],
            supervising_zh=text["主管部门"],
            condition_zh=text["立案条件"],
            closing_zh=text["结案条件"],
            limit=limit,
            said={heading: text[heading] for heading in further},
        )


def _minor_code(row: Row, *, major: str, sheet: str) -> str:
    """Return the three digits of a minor class, also where a sheet gives all five, or lost a zero in front."""
    code = _code(row, "小类代码", sheet=sheet)
    if len(code) > 3:
        code = code.zfill(5)
        if len(code) != 5 or code[:2] != major:
            raise NormRowFaulty(sheet=sheet, row=row.number, column="小类代码", found=code)
        return code[2:]
    return code.zfill(3)


def _code(row: Row, heading: str, *, sheet: str) -> str:
    code = code_text(row.values[heading], number=row.number)
    if not (code.isascii() and code.isdigit()):
        raise NormRowFaulty(sheet=sheet, row=row.number, column=heading, found=code)
    return code


def _text(value: Cell) -> str:
    text = "" if value is None else str(value).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_LOOKS_LIKE_A_FORMULA) else text


def _unformulated(value: str) -> str:
    """Return a value that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.startswith(_LOOKS_LIKE_A_FORMULA) else value


def _as_text(value: str, *, sheet: Any) -> Any:
    """Return a cell that holds a text whatever it looks like: a code keeps its zeros, and nothing is a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
