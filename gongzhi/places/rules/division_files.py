"""Divisions of one level out of a table or a layer: codes as statistics write them, parents read off the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import shapely

from gongzhi.places.layers.tables import Cell, HeadingMissing, code_text, require_own_codes
from gongzhi.places.rules.divisions import DivisionDraft
from gongzhi.places.rules.features import FileRow, column_of
from gongzhi.places.states import DivisionLevel

_DIGITS: Final[Mapping[DivisionLevel, int]] = {
    DivisionLevel.CITY: 6,
    DivisionLevel.DISTRICT: 6,
    DivisionLevel.STREET: 9,
    DivisionLevel.COMMUNITY: 12,
}
_LONGEST_DIGITS: Final = 12
_WORDS: Final = ("code", "name", "name_en", "parent")


def division_drafts(
    rows: Sequence[FileRow],
    *,
    level: DivisionLevel,
    from_on: date,
    file: str,
    named: Mapping[str, str],
    above: str | None = None,
) -> list[DivisionDraft]:
    """Return the divisions of a level that a file lists.

    Args:
        rows: number, values and outline (in CGCS2000) of each.
        level: which.
        from_on: the first day on which they hold.
        file: its name, for the refusals.
        named: for some of our words (`code`, `name`, `name_en`, `parent`), the column of the file.
        above: code of the one division that all of them lie in, where neither a column nor the code says it.

    Raises: HeadingMissing, CodeMissing, CodeSpoiled, CodeTwice.
    """
    headings = [name for _, values, _ in rows[:1] for name in values]
    columns = {
        ours: column_of(ours, headings, named=named, file=file) for ours in ("code", "name", "name_en", "parent")
    }
    for wanted in ("code", "name"):
        if columns[wanted] is None:
            raise HeadingMissing(file=file, heading=wanted, found=", ".join(headings))
    codes = [
        statistical_code(code_text(values.get(columns["code"] or ""), number=number), level=level)
        for number, values, _ in rows
    ]
    require_own_codes(
        (code, _text(values, columns["name"]), number) for code, (number, values, _) in zip(codes, rows, strict=True)
    )
    return [
        DivisionDraft(
            code=code,
            level=level,
            name_zh=_text(values, columns["name"]),
            name_en=_text(values, columns["name_en"]),
            parent=_parent(code, _text(values, columns["parent"]), level=level, above=above),
            outline=None if outline is None else str(shapely.to_geojson(outline)),
            from_on=from_on,
        )
        for code, (_, values, outline) in zip(codes, rows, strict=True)
    ]


def statistical_code(code: str, *, level: DivisionLevel) -> str:
    """Return a code without the zeros that statistics put behind it to make twelve digits.

    Example:
        >>> statistical_code("350203001000", level=DivisionLevel.STREET)
        '350203001'
        >>> statistical_code("350203001005", level=DivisionLevel.COMMUNITY)
        '350203001005'
    """
    own = _DIGITS[level]
    is_filled = len(code) == _LONGEST_DIGITS and code.isdigit() and not code[own:].strip("0")
    return code[:own] if is_filled else code


def _parent(code: str, said: str, *, level: DivisionLevel, above: str | None) -> str | None:
    if level is DivisionLevel.CITY:
        return None
    higher = list(DivisionLevel)[level.depth - 1]
    if said:
        return statistical_code(said, level=higher)
    if above is not None:
        return above
    return code[: _DIGITS[higher]] if higher is not DivisionLevel.CITY else f"{code[:4]}00"


def _text(values: Mapping[str, Cell], column: str | None) -> str:
    value = None if column is None else values.get(column)
    return "" if value is None else str(value).strip()
