"""Place codes 位置码: what may be one, how it is typed, and lists of plates as files. Pure functions."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gongzhi.kernel.geo import Crs, ImpossiblePoint, Point, to_point
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.places.layers.texts import decoded
from gongzhi.places.states import PlateKind

ISSUE = "code.issue"
READ_CODES = "code.read"
"""Seeing all codes, to print plates and to hand the list over."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letters or digits that are mistaken for one another."""
LETTERS = 7
"""Of a code that we make ourselves: too many to come upon one by guessing."""
LONGEST_PLATE = 80
"""Characters on a plate that somebody reads standing before it."""
MOST_PLATES = 2_000
PLATE_ERROR_M = 10.0
"""How far somebody stands from the plate that they scan."""
_SHORTEST_CODE, _LONGEST_CODE = 4, 20
COLUMNS: Mapping[str, str] = {
    "code": "位置码",
    "kind": "类型",
    "words": "地点",
    "words_en": "英文地点",
    "lon": "经度",
    "lat": "纬度",
    "feature": "楼栋楼层房间代码",
}
"""The columns of a list of plates, and what they are called in Chinese; either heading will do."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NoSuchCode(NotFound):
    """There is no such place code."""

    code = "no-such-place-code"


class CodeUnusable(Refusal):
    """A place code is 4 to 20 capital letters and digits."""

    code = "place-code-unusable"


class PlateWordsFaulty(Refusal):
    """A plate says in a few words where it hangs."""

    code = "plate-words-faulty"


class PlateNowhere(Refusal):
    """A plate hangs at a point, or in a building that is drawn."""

    code = "plate-nowhere"


class PlatePartUnknown(Refusal):
    """The layer of buildings has no such building, floor or room."""

    code = "plate-part-unknown"


class PlateKindUnknown(Refusal):
    """A plate hangs at one of a few kinds of places."""

    code = "plate-kind-unknown"


class PlateTwice(Refusal):
    """A list names the same place code twice."""

    code = "plate-twice"


class PlateOtherwise(Refusal):
    """The place code stands for another place, or ended: a code is never given out again."""

    code = "plate-otherwise"


class PlatesUnreadable(Refusal):
    """A list of plates lacks its headings, or a cell does not fit its heading."""

    code = "plates-unreadable"


class TooManyPlates(Refusal):
    """A list of plates is longer than one list may be."""

    code = "too-many-plates"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateDraft:
    """A plate that shall hang somewhere.

    Attributes:
        row: its line in the list, for telling which one is faulty.
        code: as the city has it already; empty where we make one.
        point: where it hangs; None where the part of a building says it.
    """

    row: int
    kind: PlateKind
    words: str
    words_en: str = ""
    code: str = ""
    point: Point | None = None
    feature: str = ""


def tidy_code(typed: str) -> str:
    """Return a code as it was given out, however somebody types it.

    Example:
        >>> tidy_code(" k7xm－2qp "), tidy_code("Ｋ7XM 2QP")
        ('K7XM2QP', 'K7XM2QP')
    """
    wide = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in wide if one not in " -_\u2010\u2011\u2012\u2013\u2014\u3000")


def spelled(code: str) -> str:
    """Return a code of our own in two groups, as a plate shows it and people read it out.

    Example:
        >>> spelled("K7XM2QP"), spelled("LAMP00123")
        ('K7XM-2QP', 'LAMP00123')
    """
    is_ours = len(code) == LETTERS and all(one in ALPHABET for one in code)
    return f"{code[:4]}-{code[4:]}" if is_ours else code


def require_sound(draft: PlateDraft) -> None:
    """Refuse a plate that says nothing or hangs nowhere.

    Raises: CodeUnusable, PlateWordsFaulty, PlateNowhere.
    """
    code = draft.code
    if code and not (_SHORTEST_CODE <= len(code) <= _LONGEST_CODE and code.isascii() and code.isalnum()):
        raise CodeUnusable(row=draft.row, found=code[:40])
    for words in (draft.words, draft.words_en):
        if len(words) > LONGEST_PLATE or not words.isprintable():
            raise PlateWordsFaulty(row=draft.row, most=LONGEST_PLATE)
    if not says_something(draft.words):
        raise PlateWordsFaulty(row=draft.row, most=LONGEST_PLATE)
    if draft.point is None and not draft.feature:
        raise PlateNowhere(row=draft.row)


def refuse_twice(drafts: Iterable[PlateDraft]) -> None:
    """Refuse a list that names a code twice. Raises: PlateTwice."""
    known: dict[str, int] = {}
    for one in drafts:
        if one.code and one.code in known:
            raise PlateTwice(row=one.row, other=known[one.code], found=one.code)
        known[one.code] = one.row


def read_plates(content: bytes, *, file: str) -> list[PlateDraft]:
    r"""Return the plates of a CSV file, in UTF-8 or in the encoding of Chinese spreadsheets.

    Example:
        >>> [one] = read_plates("地点,经度,纬度\n中山路 1 号,118.07,24.45\n".encode("gbk"), file="a.csv")
        >>> (one.row, one.words, one.kind.value, one.point is not None)
        (2, '中山路 1 号', 'other', True)

    Raises: PlatesUnreadable, TooManyPlates, PlateKindUnknown, and what reading a text raises.
    """
    text, _ = decoded(content, file=file)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    heading = [_column(one) for one in lines[0]] if lines else []
    if "words" not in heading:
        raise PlatesUnreadable(row=1, column=COLUMNS["words"])
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if len(rows) > MOST_PLATES:
        raise TooManyPlates(most=MOST_PLATES, found=len(rows))
    return [_draft(number, dict(zip(heading, line, strict=False))) for number, line in rows]


def written_plates(rows: Iterable[Sequence[str]]) -> bytes:
    r"""Return a list of plates as CSV that spreadsheets open in Chinese; nothing in it is taken for a formula.

    Example:
        >>> written_plates([("=1+1", "-118.5")]).decode("utf-8-sig")
        "'=1+1,-118.5\r\n"
    """
    made = io.StringIO(newline="")
    csv.writer(made).writerows([_unformulated(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _column(heading: str) -> str:
    plain = heading.strip().lower()
    return next((name for name, chinese in COLUMNS.items() if plain in (name, chinese)), "")


def _draft(row: int, cells: Mapping[str, str]) -> PlateDraft:
    said = {name: cell.strip().removeprefix("'") for name, cell in cells.items() if name}
    kind = said.get("kind", "") or PlateKind.OTHER.value
    if kind not in list(PlateKind):
        raise PlateKindUnknown(row=row, found=kind[:40], known="、".join(PlateKind))
    return PlateDraft(
        row=row,
        kind=PlateKind(kind),
        words=said.get("words", ""),
        words_en=said.get("words_en", ""),
        code=tidy_code(said.get("code", "")),
        point=_point(row, said.get("lon", ""), said.get("lat", "")),
        feature=said.get("feature", ""),
    )


def _point(row: int, lon: str, lat: str) -> Point | None:
    if not lon and not lat:
        return None
    try:
        return to_point(float(lon), float(lat), crs=Crs.CGCS2000)
    except (ValueError, ImpossiblePoint) as fault:
        raise PlatesUnreadable(row=row, column=f"{COLUMNS['lon']}、{COLUMNS['lat']}") from fault


def _unformulated(cell: str) -> str:
    is_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA) and not is_number else cell
