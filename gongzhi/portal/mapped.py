"""The public map with the same things in a list beside it; everything that is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from gongzhi.kernel.clock import wall_clock
from gongzhi.portal import spots
from gongzhi.portal.labels import CLASS_UNKNOWN, NO_NUMBER, PLACE_UNKNOWN, STANDINGS, STANDINGS_EXPLAINED
from gongzhi.portal.names import Named
from gongzhi.portal.page import reads_english, show
from gongzhi.portal.spots import PERIODS_DAYS, Asked, Chart, Line, Spot
from gongzhi.portal.states import Standing
from gongzhi.web import maps

_PART = "part"
_LIST = "list"


class _Shown(TypedDict):
    """A case as the list shows it."""

    href: str
    number: str | Promise
    what: str | Promise
    where: str | Promise
    standing: str
    standing_words: str | Promise
    moved_on: object
    spot: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the map and its list; `part=list` in the address sends the list alone. Raises: Http404."""
    asked, at = asked_of(request.GET), wall_clock()
    chart = Chart(at)
    found = spots.page(asked, chart)
    english = reads_english()
    listed = {
        "asked": asked,
        "lines": [_line(one, english=english) for one in found.lines],
        "spot_where": _where(asked, chart, english=english) if asked.spot else "",
        "all_spots": _address(asked, spot=""),
        "next": _address(asked, page=asked.page + 1) if found.has_more else "",
        "before": _address(asked, page=asked.page - 1) if asked.page > 1 else "",
    }
    if request.GET.get(_PART) == _LIST:
        return _private(render(request, "portal/_map_list.html", listed))
    groups = spots.counted(asked.days, at=at)
    totals = spots.totals(asked, groups, chart)
    context = {
        **listed,
        "page": "map",
        "frame": maps.frame(),
        "legend": [
            {
                "value": one.value,
                "name": STANDINGS[one],
                "explained": STANDINGS_EXPLAINED[one],
                "count": totals[one],
                "is_shown": one in asked.shown,
            }
            for one in Standing
        ],
        "periods": PERIODS_DAYS,
        "majors": [{"code": one.code, "name": one.name.said(english=english)} for one in chart.majors(groups)],
        "data": f"{reverse('map-spots')}?{_query(asked, spot='', page=1)}",
    }
    return show(request, "portal/map.html", context, at=at)


@require_safe
@gzip_page
@conditional_page
def data(request: HttpRequest) -> HttpResponse:
    """Send what stands on the map as GeoJSON. Raises: Http404."""
    asked, at = asked_of(request.GET), wall_clock()
    chart, english = Chart(at), reads_english()
    found = spots.spots(asked, spots.counted(asked.days, at=at), chart)
    features = [_feature(one, english=english) for one in found]
    answer = HttpResponse(
        orjson.dumps({"type": "FeatureCollection", "features": features}), content_type="application/geo+json"
    )
    return _private(answer)


def asked_of(said: QueryDict) -> Asked:
    """Return what an address asks for. Raises: Http404 for what there is not."""
    try:
        days, number = int(said.get("days", spots.USUAL_DAYS)), int(said.get("page", 1))
        shown = frozenset(map(Standing, said.getlist("show"))) or frozenset(Standing)
    except ValueError as fault:
        raise Http404 from fault
    major, spot = said.get("major", ""), said.get("spot", "")
    if days not in PERIODS_DAYS or not 1 <= number <= spots.MOST_PAGES or not _is_word(major) or not _is_word(spot):
        raise Http404
    return Asked(days=days, shown=shown, major=major, spot=spot, page=number)


def _is_word(said: str) -> bool:
    return len(said) <= 40 and said.isascii() and said.replace("-", "").isalnum() if said else True


def _query(asked: Asked, **other: str | int) -> str:
    shown = (
        [] if asked.shown == frozenset(Standing) else [("show", one.value) for one in Standing if one in asked.shown]
    )
    named: Mapping[str, str | int] = {
        "days": asked.days,
        "major": asked.major,
        "spot": asked.spot,
        "page": asked.page,
        **other,
    }
    usual = {"days": spots.USUAL_DAYS, "page": 1}
    kept = [(name, value) for name, value in named.items() if value and value != usual.get(name)]
    return urlencode([*kept, *shown])


def _address(asked: Asked, **other: str | int) -> str:
    query = _query(asked, **({"page": 1} | other))
    return f"{reverse('map')}?{query}" if query else reverse("map")


def _where(asked: Asked, chart: Chart, *, english: bool) -> str | Promise:
    found = next(
        (one for one in spots.spots(asked, spots.counted(asked.days, at=chart.at), chart) if one.key == asked.spot),
        None,
    )
    return PLACE_UNKNOWN if found is None or found.where is None else found.where.said(english=english)


def _line(one: Line, *, english: bool) -> _Shown:
    def said(name: Named | None, otherwise: str | Promise) -> str | Promise:
        return otherwise if name is None else name.said(english=english)

    return {
        "href": reverse("case", args=[one.uid]),
        "number": one.number or NO_NUMBER,
        "what": said(one.what, CLASS_UNKNOWN),
        "where": said(one.where, PLACE_UNKNOWN),
        "standing": one.standing.value,
        "standing_words": STANDINGS[one.standing],
        "moved_on": one.moved_on,
        "spot": one.spot,
    }


def _feature(one: Spot, *, english: bool) -> dict[str, object]:
    where = one.where.said(english=english) if one.where else str(PLACE_UNKNOWN)
    counts = {standing.value: one.counts.get(standing, 0) for standing in Standing}
    return {
        "type": "Feature",
        "properties": {"key": one.key, "wide": one.is_wide, "where": where, "n": sum(counts.values()), **counts},
        "geometry": {"type": "Point", "coordinates": [round(one.point.lon, 5), round(one.point.lat, 5)]},
    }


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-cache"
    return answer
