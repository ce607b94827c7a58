"""Place codes: for which place one stands, and which plates hang where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongzhi.kernel.geo import Point
from gongzhi.places.models import PlaceCode
from gongzhi.places.rules.codes import COLUMNS, NoSuchCode, tidy_code
from gongzhi.places.states import PlateEnding, PlateKind, PlateState

PLATES_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateRow:
    """A place code as other rooms see it; `version` is what ending it takes as `seen`."""

    uid: UUID
    version: int
    code: str
    state: PlateState
    kind: PlateKind
    words: str
    words_en: str
    point: Point
    feature: str
    area: str
    issued_at: datetime
    ended_at: datetime | None
    ended_for: PlateEnding | None

    @property
    def is_in_use(self) -> bool:
        """Whether it still stands for its place."""
        return self.state is PlateState.IN_USE


def plate(code: str) -> PlateRow:
    """Return the place code that somebody typed or scanned, in use or ended. Raises: NoSuchCode."""
    found = PlaceCode.objects.filter(code=tidy_code(code)).first()
    if found is None:
        raise NoSuchCode(found=code[:40])
    return plate_row(found)


def plates(
    *, words: str = "", area: str = "", in_use: bool | None = None, after: str = "", most: int = PLATES_ON_A_PAGE
) -> list[PlateRow]:
    """Return place codes by code, after a given one.

    Args:
        words: what the code begins with, or what its place is called.
        area: path of the only division.
        in_use: only those in use, or only those that ended; None for all.
        after: the last code of the page before.
        most: how many at most.
    """
    found = PlaceCode.objects.order_by("code").filter(code__gt=after)
    if words:
        tidy = tidy_code(words)
        found = found.filter(Q(words__icontains=words) | (Q(code__startswith=tidy) if tidy else Q(pk=None)))
    if area:
        found = found.filter(Q(area=area) | Q(area__startswith=f"{area}/"))
    if in_use is not None:
        found = found.filter(state=(PlateState.IN_USE if in_use else PlateState.ENDED).value)
    return [plate_row(one) for one in found[:most]]


def all_plates(*, area: str = "") -> list[PlateRow]:
    """Return every place code of a division by code, in use or ended."""
    found, after = [], ""
    while page := plates(area=area, after=after, most=1_000):
        found += page
        after = page[-1].code
    return found


def plates_of(codes: Iterable[str]) -> list[PlateRow]:
    """Return several place codes by code."""
    return [plate_row(one) for one in PlaceCode.objects.filter(code__in=list(codes)).order_by("code")]


def exported_plates(rows: Iterable[PlateRow], *, base: str = "") -> list[tuple[str, ...]]:
    """Return a list of plates as the lines of a file, headings first; an import takes it back as it is."""
    return [
        (*COLUMNS.values(), "区划", "状态", "发码日期", "网址"),
        *(
            (
                one.code,
                one.kind.value,
                one.words,
                one.words_en,
                f"{one.point.lon:.7f}",
                f"{one.point.lat:.7f}",
                one.feature,
                one.area,
                one.state.value,
                one.issued_at.date().isoformat(),
                f"{base}/c/{one.code}/",
            )
            for one in rows
        ),
    ]


def plate_row(one: PlaceCode) -> PlateRow:
    """Return a place code as a plain row."""
    return PlateRow(
        uid=one.uid,
        version=one.version,
        code=one.code,
        state=PlateState(one.state),
        kind=PlateKind(one.kind),
        words=one.words,
        words_en=one.words_en,
        point=Point(one.lon_e7, one.lat_e7),
        feature=one.feature,
        area=one.area,
        issued_at=one.issued_at,
        ended_at=one.ended_at,
        ended_for=PlateEnding(one.ended_for) if one.ended_for else None,
    )
