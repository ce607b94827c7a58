"""What the public map shows, and the list beside it: where, under the policy of each class, and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache

from gongzhi.cases import charts
from gongzhi.cases.charts import Group, Wanted
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import AFTER_FILING, CLOSINGS, CaseState
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import (
    BLOCK_RESOLUTION,
    NEAR_RESOLUTION,
    ImpossiblePoint,
    Point,
    cell_int,
    cells_inside,
    centre_of_cell,
    wider_cell,
)
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ManagedClassRow
from gongzhi.parameters.queries import city
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel
from gongzhi.portal.names import Named, Names
from gongzhi.portal.publication import policies_of
from gongzhi.portal.states import Publication, Standing

PERIODS_DAYS = (7, 30, 90)
USUAL_DAYS = 30
LINES_ON_A_PAGE = 30
MOST_PAGES = 20
COUNTED_FOR_S = 60
"""How long one count stands: it reads all cases of the period, and anybody may ask."""
OPEN_STATES = (CaseState.ACCEPTED, *AFTER_FILING)
"""What somebody accepted, so that no unread report of a stranger stands on the map."""
_SHOWN_STATES = (*OPEN_STATES, *CLOSINGS)
_STREET, _NEAR, _BLOCK = "s", "n", "b"
"""What a spot is: a street as a whole, a fine cell, or a few blocks of houses."""
_CELL_OF = {Standing.AVOID: _NEAR, Standing.FIXED: _BLOCK, Standing.CLOSED: _BLOCK}
"""As what a case with a point is shown, by how it stands; what is still open only as its street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see.

    Attributes:
        days: of the last so many days.
        shown: how the cases stand.
        major: code of the only major class; empty for all.
        spot: the only place, as the map names it; empty for all.
        page: which page of the list, from 1.
    """

    days: int = USUAL_DAYS
    shown: frozenset[Standing] = field(default_factory=lambda: frozenset(Standing))
    major: str = ""
    spot: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map with what is there. A wide one stands for a whole street."""

    key: str
    point: Point
    is_wide: bool
    where: Named | None
    counts: Mapping[Standing, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the list beside the map, and the spot on which the map shows it; empty where it shows none."""

    uid: UUID
    number: str | None
    what: Named | None
    where: Named | None
    standing: Standing
    moved_on: date
    spot: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and whether another one follows."""

    lines: Sequence[Line]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Major:
    """A major class with cases on the map."""

    code: str
    name: Named


class Chart:
    """The classes, their policies and the names of a day: everything that is looked up once for a map or a list."""

    def __init__(self, at: datetime) -> None:
        """Look up what holds at an instant."""
        self.zone = city().zone
        self.at, self.on = at, local_date(at, self.zone)
        self.names = Names(self.on)
        self._classes = {one.key: one for one in norms.classes(on=self.on)}
        self._policies = policies_of(self._classes, at=at)
        self._centres = places.centres(on=self.on)
        levels = (DivisionLevel.STREET, DivisionLevel.DISTRICT)
        self._streets = {one.code: one.path for one in places.divisions(on=self.on) if one.level in levels}

    def majors(self, groups: Iterable[Group]) -> list[Major]:
        """Return the major classes of what may be shown, by code."""
        found = {one.class_key for one in groups if self.policy(one.class_key) is not Publication.NEVER}
        rows = {self._code(row): row for key in found if (row := self._classes.get(key))}
        return [Major(code, Named(row.major_zh, row.major_en)) for code, row in sorted(rows.items())]

    def policy(self, class_key: str) -> Publication:
        """Return when the public may read about a class; never for one that is not in force."""
        return self._policies.get(class_key, Publication.NEVER)

    def all_majors(self) -> dict[str, Named]:
        """Return every major class by code."""
        return {self._code(row): Named(row.major_zh, row.major_en) for row in self._classes.values()}

    def major_of(self, class_key: str) -> str:
        """Return the code of a class's major class; empty for one that is not in force."""
        row = self._classes.get(class_key)
        return "" if row is None else self._code(row)

    def classes_of(self, major: str) -> list[str]:
        """Return the keys of the classes of a major class; of all where none is named."""
        return [key for key in self._classes if self.is_of(key, major)]

    def path_of(self, code: str) -> str:
        """Return the path of a street or district; its code where there is none, below which nothing lies."""
        return self._streets.get(code, code)

    def standing(self, class_key: str, state: CaseState, *, seen_solved: bool) -> Standing | None:
        """Return how a case stands on the map; None where it may not be there."""
        policy = self.policy(class_key)
        if policy is Publication.NEVER or state not in _SHOWN_STATES:
            return None
        if state in OPEN_STATES:
            return Standing.AVOID if policy is Publication.AT_ONCE else Standing.OPEN
        return Standing.FIXED if state is CaseState.CLOSED and seen_solved else Standing.CLOSED

    def is_of(self, class_key: str, major: str) -> bool:
        """Whether a class belongs to a major class; every one does where none is named."""
        row = self._classes.get(class_key)
        return not major or (row is not None and self._code(row) == major)

    def spot(self, standing: Standing, *, cell: int | None, area: str) -> str:
        """Return the key of the spot on which a case is shown; empty where nobody knows even its street.

        While a case is open it is shown as one of its street; what people must keep clear of within about 80 m; what is
        closed within a few blocks of houses.
        """
        kind = _CELL_OF.get(standing)
        if cell is not None and kind is not None:
            return f"{kind}{cell if kind == _NEAR else wider_cell(cell, resolution=BLOCK_RESOLUTION):x}"
        street = self.street(area)
        return f"{_STREET}{street}" if street else ""

    def street(self, area: str) -> str:
        """Return the code of the street in a division path, or of its district."""
        return next((code for code in reversed(area.split("/")) if code in self._streets), "")

    def place(self, spot: str) -> Point | None:
        """Return where a spot lies; None for one that lies nowhere."""
        kind, name = spot[:1], spot[1:]
        if kind == _STREET:
            return self._centres.get(name) if name in self._streets else None
        try:
            return centre_of_cell(int(name, 16))
        except (ValueError, ImpossiblePoint):
            return None

    def wanted(self, asked: Asked) -> list[Wanted]:
        """Return what a list asks the cases for. Nothing fits a spot that there is not."""
        keys = [key for key in self._classes if self.is_of(key, asked.major)]
        after = [key for key in keys if self._policies[key] is Publication.AFTER_CLOSING]
        at_once = [key for key in keys if self._policies[key] is Publication.AT_ONCE]
        of = {
            Standing.AVOID: (Wanted(classes=at_once, states=OPEN_STATES),),
            Standing.OPEN: (Wanted(classes=after, states=OPEN_STATES),),
            Standing.FIXED: (Wanted(classes=[*after, *at_once], states=(CaseState.CLOSED,), seen_solved=True),),
            Standing.CLOSED: (
                Wanted(classes=[*after, *at_once], states=(CaseState.CLOSED,), seen_solved=False),
                Wanted(classes=[*after, *at_once], states=(CaseState.FORCE_CLOSED,)),
            ),
        }
        return [
            there
            for standing in Standing
            if standing in asked.shown
            for one in of[standing]
            for there in self._at_spot(one, standing, asked.spot)
        ]

    def _at_spot(self, one: Wanted, standing: Standing, spot: str) -> Iterator[Wanted]:
        kind, name = spot[:1], spot[1:]
        if not spot:
            yield one
        elif kind == _STREET:
            path = self._streets.get(name, "")
            if path and standing is Standing.OPEN:
                yield replace(one, area=path)
            elif path:
                yield replace(one, area=path, has_cell=False)
        elif kind == _CELL_OF.get(standing) and self.place(spot) is not None:
            cell = int(name, 16)
            yield replace(one, cells=(cell,) if kind == _NEAR else cells_inside(cell, resolution=NEAR_RESOLUTION))

    def _code(self, row: ManagedClassRow) -> str:
        return f"{row.kind.value}-{row.major_code}"


def counted(days: int, *, at: datetime) -> list[Group]:
    """Return the cases of the last days by place, class and state, counted within the last minute."""
    key = f"portal-map-{days}"
    found: list[Group] | None = cache.get(key)
    if found is None:
        found = charts.groups(states=_SHOWN_STATES, since=at - timedelta(days=days))
        cache.set(key, found, COUNTED_FOR_S)
    return found


def spots(asked: Asked, groups: Iterable[Group], chart: Chart) -> list[Spot]:
    """Return what stands on the map, the fullest spot first."""
    counts: dict[str, Counter[Standing]] = {}
    areas: dict[str, str] = {}
    for one in groups:
        standing = chart.standing(one.class_key, one.state, seen_solved=one.seen_solved)
        if standing is None or standing not in asked.shown or not chart.is_of(one.class_key, asked.major):
            continue
        key = chart.spot(standing, cell=one.cell, area=one.area)
        counts.setdefault(key, Counter())[standing] += one.count
        areas.setdefault(key, one.area)
    found = [
        Spot(key, point, key.startswith(_STREET), chart.names.of_street(areas[key]), counts[key])
        for key in counts
        if key and (point := chart.place(key)) is not None
    ]
    return sorted(found, key=lambda one: (-sum(one.counts.values()), one.key))


def totals(asked: Asked, groups: Iterable[Group], chart: Chart) -> dict[Standing, int]:
    """Return how many cases of each standing there are, those included that the legend leaves out at the moment."""
    found: Counter[Standing] = Counter()
    for one in groups:
        standing = chart.standing(one.class_key, one.state, seen_solved=one.seen_solved)
        if standing is not None and chart.is_of(one.class_key, asked.major):
            found[standing] += one.count
    return {standing: found[standing] for standing in Standing}


def page(asked: Asked, chart: Chart) -> Page:
    """Return a page of the list, those that moved last first."""
    first = (asked.page - 1) * LINES_ON_A_PAGE
    since = chart.at - timedelta(days=asked.days)
    rows = charts.newest(chart.wanted(asked), since=since, first=first, most=LINES_ON_A_PAGE + 1)
    lines = [_line(one, chart) for one in rows[:LINES_ON_A_PAGE]]
    return Page(lines, len(rows) > LINES_ON_A_PAGE and asked.page < MOST_PAGES)


def _line(row: CaseRow, chart: Chart) -> Line:
    standing = chart.standing(row.class_key, row.state, seen_solved=charts.is_seen_solved(row)) or Standing.CLOSED
    return Line(
        uid=row.uid,
        number=row.number,
        what=chart.names.of_class(row.class_key),
        where=chart.names.of_street(row.area),
        standing=standing,
        moved_on=local_date(row.moved_at, chart.zone),
        spot=chart.spot(standing, cell=_cell(row), area=row.area),
    )


def _cell(row: CaseRow) -> int | None:
    return None if row.point is None else cell_int(row.point)
