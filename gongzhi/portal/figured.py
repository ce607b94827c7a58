"""The monthly figures that everybody may read: tables, the list behind each figure, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from gongzhi.cases.labels import STATES
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.clock import local_date, wall_clock
from gongzhi.portal import monthly
from gongzhi.portal.labels import (
    CITY_WIDE,
    CLASS_UNKNOWN,
    DISTRICT_UNKNOWN,
    FEW,
    FIGURES,
    FIGURES_EXPLAINED,
    LISTS,
    NO_NUMBER,
    PLACE_UNKNOWN,
)
from gongzhi.portal.monthly import Month, Row
from gongzhi.portal.page import reads_english, show, told
from gongzhi.portal.rules import LEAST_SHOWN
from gongzhi.portal.spots import MOST_PAGES, Chart
from gongzhi.portal.states import MonthlyFigure

_LONGEST_CODE = 40


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of a month; `month` in the address names it. Raises: Http404."""
    at = wall_clock()
    chart = Chart(at)
    day = _month_said(request.GET.get("month")) or monthly.usual_month(at=at)
    found = None if day is None else monthly.month(day, chart=chart)
    if found is None:
        if request.GET.get("month"):
            raise Http404
        return show(request, "portal/figures.html", {"page": "figures", "found": None}, at=at)
    english = reads_english()
    context = {
        "page": "figures",
        "found": found,
        "month": f"{found.month:%Y-%m}",
        "months": [f"{one:%Y-%m}" for one in monthly.months()],
        "counted": told(found.counted_at),
        "is_running": found.month == monthly.first_of(local_date(at, chart.zone)),
        "columns": [{"name": FIGURES[one], "explained": FIGURES_EXPLAINED[one]} for one in monthly.ORDER],
        "total": [_cell(found, figure, count) for figure, count in zip(monthly.ORDER, found.total, strict=True)],
        "districts": _table(found, found.districts, by="district", unknown=DISTRICT_UNKNOWN, english=english),
        "majors": _table(found, found.majors, by="major", unknown=CLASS_UNKNOWN, english=english),
        "least": LEAST_SHOWN,
        "file": f"{reverse('figures-file')}?month={found.month:%Y-%m}",
    }
    return show(request, "portal/figures.html", context, at=at)


@require_safe
def list_of(request: HttpRequest, month: str, figure: str) -> HttpResponse:
    """List the cases behind a figure, as far as the public may read of their classes. Raises: Http404."""
    at = wall_clock()
    day, chart, english = _month_said(month), Chart(at), reads_english()
    district, major = (request.GET.get(name, "")[:_LONGEST_CODE] for name in ("district", "major"))
    number = request.GET.get("page", "1")
    if day is None or figure not in list(MonthlyFigure) or not number.isdecimal() or not 1 <= int(number) <= MOST_PAGES:
        raise Http404
    found = monthly.listed(MonthlyFigure(figure), day, district=district, major=major, page=int(number), chart=chart)
    if found is None:
        raise Http404
    narrowed = {name: said for name, said in (("district", district), ("major", major)) if said}
    here = reverse("figures-list", args=[month, figure])
    context = {
        "of": LISTS["cases"],
        "title": f"{month} {FIGURES[MonthlyFigure(figure)]}",
        "lines": [_line(one, chart, english=english) for one in found.rows],
        "is_first": number == "1",
        "first": f"{here}?{urlencode(narrowed)}",
        "next": f"{here}?{urlencode({**narrowed, 'page': int(number) + 1})}" if found.has_more else "",
    }
    return show(request, "portal/list.html", context, at=at)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """Send the figures of a month as CSV, what is few told as such. Raises: Http404."""
    at = wall_clock()
    chart, english = Chart(at), reads_english()
    day = _month_said(request.GET.get("month")) or monthly.usual_month(at=at)
    found = None if day is None else monthly.month(day, chart=chart)
    if found is None:
        raise Http404
    made = io.StringIO(newline="")
    lines = csv.writer(made)
    lines.writerow(["month", "by", "code", "name", *(one.value for one in monthly.ORDER)])
    month = f"{found.month:%Y-%m}"
    lines.writerow([month, "city", "", str(CITY_WIDE), *map(_told, found.total)])
    for by, rows, unknown in (("district", found.districts, DISTRICT_UNKNOWN), ("major", found.majors, CLASS_UNKNOWN)):
        for row in rows:
            name = unknown if row.name is None else row.name.said(english=english)
            lines.writerow([month, by, row.code, str(name), *map(_told, row.counts)])
    answer = HttpResponse(made.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{month}.csv"'
    return answer


def _month_said(said: str | None) -> date | None:
    """Return the month that an address names; None where it names none. Raises: Http404."""
    if not said:
        return None
    try:
        return datetime.strptime(said, "%Y-%m").date()  # noqa: DTZ007 - a month of the city, no instant
    except ValueError as fault:
        raise Http404 from fault


def _table(
    found: Month, rows: Sequence[Row], *, by: str, unknown: str | Promise, english: bool
) -> list[dict[str, object]]:
    return [
        {
            "name": unknown if row.name is None else row.name.said(english=english),
            "cells": [
                _cell(found, figure, count, **({by: row.code} if row.code else {"none": by}))
                for figure, count in zip(monthly.ORDER, row.counts, strict=True)
            ],
        }
        for row in rows
    ]


def _cell(found: Month, figure: MonthlyFigure, count: int | None, **narrowed: str) -> dict[str, object]:
    """Return a figure as a table shows it, with its list where it has one that may be told."""
    opens = bool(count) and monthly.counts_cases(figure) and "none" not in narrowed
    asked = f"?{urlencode(narrowed)}" if narrowed else ""
    href = f"{reverse('figures-list', args=[f'{found.month:%Y-%m}', figure.value])}{asked}" if opens else ""
    return {"said": FEW if count is None else count, "href": href}


def _told(count: int | None) -> str:
    return f"<{LEAST_SHOWN}" if count is None else str(count)


def _line(one: CaseRow, chart: Chart, *, english: bool) -> dict[str, object]:
    what, where = chart.names.of_class(one.class_key), chart.names.of_street(one.area)
    return {
        "number": one.number or NO_NUMBER,
        "what": CLASS_UNKNOWN if what is None else what.said(english=english),
        "where": PLACE_UNKNOWN if where is None else where.said(english=english),
        "state": STATES[one.state],
        "received_on": local_date(one.reported_at, chart.zone),
        "href": reverse("case", args=[one.uid]),
    }
