"""The city's figures by month: counted by the worker, read from one row, told without what could name somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongzhi.cases import charts
from gongzhi.cases.charts import Milestone
from gongzhi.cases.queries import CaseRow
from gongzhi.intake.queries.ratings import rated
from gongzhi.kernel.clock import local_date
from gongzhi.parameters.queries import city
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel
from gongzhi.portal.names import Named
from gongzhi.portal.queries import LINES_ON_A_PAGE, month_count, months_counted
from gongzhi.portal.rules import LEAST_SHOWN, shown_counts
from gongzhi.portal.spots import MOST_PAGES, Chart
from gongzhi.portal.states import MonthlyFigure, Publication

MONTHS_BACK = 12
ORDER = tuple(MonthlyFigure)
_OF_CASES = {MonthlyFigure(one.value): one for one in Milestone}
"""The figures that count cases, and so have a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of figures; None stands for a few, which are not told."""

    code: str
    name: Named | None
    counts: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of a month, by district and by major class, both below the city's own."""

    month: date
    counted_at: datetime
    total: Sequence[int | None]
    districts: Sequence[Row]
    majors: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases behind a figure that may be told, and whether another page follows."""

    rows: Sequence[CaseRow]
    has_more: bool


def first_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return first_of(month - timedelta(days=1))


def span_of(month: date, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants at which a month begins and ends in the city."""
    after = first_of(month + timedelta(days=31))
    return datetime.combine(month, time(), zone), datetime.combine(after, time(), zone)


def counted(month: date, *, zone: ZoneInfo) -> dict[str, list[int]]:
    """Count a month: `district|class` → the figures in their order. Two queries that read whole tables."""
    from_at, until_at = span_of(month, zone=zone)
    found: dict[str, list[int]] = {}

    def put(area: str, class_key: str) -> list[int]:
        return found.setdefault(f"{_district(area)}|{class_key}", [0] * len(ORDER))

    for area, class_key, counts in charts.milestones(from_at=from_at, until_at=until_at):
        line = put(area, class_key)
        for figure, milestone in _OF_CASES.items():
            line[ORDER.index(figure)] += counts[milestone]
    for area, class_key, satisfied, dissatisfied in rated(from_at=from_at, until_at=until_at):
        line = put(area, class_key)
        line[ORDER.index(MonthlyFigure.SATISFIED)] += satisfied
        line[ORDER.index(MonthlyFigure.DISSATISFIED)] += dissatisfied
    return {key: line for key, line in sorted(found.items()) if any(line)}


def months() -> list[date]:
    """Return the months of which there is something to tell, the latest first."""
    return months_counted(most=MONTHS_BACK + 1, with_figures=True)


def usual_month(*, at: datetime) -> date | None:
    """Return the last month that is over and of which there is something to tell, otherwise the one that runs."""
    known, running = months(), first_of(local_date(at, city().zone))
    return next((one for one in known if one < running), known[0] if known else None)


def month(day: date, *, chart: Chart) -> Month | None:
    """Return the figures of a month; None while it was not counted."""
    found = month_count(day)
    if found is None:
        return None
    counted_at, figures = found
    lines = [(*key.partition("|")[::2], counts) for key, counts in figures.items()]
    named = {
        one.code: Named(one.name_zh, one.name_en) for one in places.divisions(on=chart.on, level=DivisionLevel.DISTRICT)
    }
    majors = chart.all_majors()
    return Month(
        month=day,
        counted_at=counted_at,
        total=[None if 0 < count < LEAST_SHOWN else count for count in _sum([counts for _, _, counts in lines])],
        districts=_rows(lines, by=lambda district, _: district if district in named else "", named=named),
        majors=_rows(lines, by=lambda _, key: chart.major_of(key), named=majors),
    )


def listed(figure: MonthlyFigure, day: date, *, district: str, major: str, page: int, chart: Chart) -> Listed | None:
    """Return the cases behind a figure whose classes the public may read of; None for one that counts no cases."""
    milestone = _OF_CASES.get(figure)
    if milestone is None:
        return None
    from_at, until_at = span_of(day, zone=chart.zone)
    rows = charts.reached(
        milestone,
        from_at=from_at,
        until_at=until_at,
        area=chart.path_of(district) if district else "",
        classes=[key for key in chart.classes_of(major) if chart.policy(key) is not Publication.NEVER],
        first=(page - 1) * LINES_ON_A_PAGE,
        most=LINES_ON_A_PAGE + 1,
    )
    return Listed(rows[:LINES_ON_A_PAGE], len(rows) > LINES_ON_A_PAGE and page < MOST_PAGES)


def counts_cases(figure: MonthlyFigure) -> bool:
    """Whether a figure counts cases, and so has a list."""
    return figure in _OF_CASES


def _rows(
    lines: Sequence[tuple[str, str, Sequence[int]]], *, by: Callable[[str, str], str], named: dict[str, Named]
) -> list[Row]:
    sums: dict[str, list[int]] = {}
    for district, class_key, counts in lines:
        code = by(district, class_key)
        sums[code] = _sum([sums.get(code, [0] * len(ORDER)), counts])
    codes = sorted(sums, key=lambda code: (code == "", code))
    columns = [shown_counts([sums[code][place] for code in codes]) for place in range(len(ORDER))]
    return [Row(code, named.get(code), [column[place] for column in columns]) for place, code in enumerate(codes)]


def _sum(lines: Sequence[Sequence[int]]) -> list[int]:
    return [sum(line[place] for line in lines) for place in range(len(ORDER))]


def _district(area: str) -> str:
    steps = area.split("/")
    return steps[1] if len(steps) > 1 else ""
