"""The front page: what runs here, its figures, and in a demo the accounts with which it may be tried."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from gongzhi.cases import queries as cases
from gongzhi.cases.labels import STATES
from gongzhi.cases.states import CaseState
from gongzhi.intake import queries as intake
from gongzhi.intake.labels import KINDS
from gongzhi.intake.states import ReportKind
from gongzhi.kernel.clock import wall_clock
from gongzhi.parameters.queries import city_or_none, has_tables
from gongzhi.people.labels import POSTS
from gongzhi.people.queries import units
from gongzhi.scenarios.founding import demo_access

FIGURES_LAST_S = 30
"""How long the figures are shown before they are counted again: counting reads whole tables, and anybody may ask."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many reports of each kind and cases in each state there are, and how many cases have no place yet."""

    kinds: dict[str, int]
    states: dict[str, int]
    needs_location: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An invented account as the page shows it."""

    username: str
    post: str | Promise
    unit: str
    token: str


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the city, how many reports and cases it has, and the way to the API."""
    city = city_or_none() if has_tables() else None
    english = get_language() == "en"
    if city is None:
        return render(request, "portal/front.html", {"city": None}, status=503)
    figures = _figures()
    context = {
        "city": city,
        "name": city.name_en if english else city.name_zh,
        "kinds": [(KINDS[kind], figures.kinds[kind]) for kind in ReportKind if kind in figures.kinds],
        "states": [(STATES[state], figures.states[state]) for state in CaseState if state in figures.states],
        "needs_location": figures.needs_location,
        "accounts": _accounts(english=english) if city.is_demo and settings.GONGZHI_MODE != "production" else [],
    }
    return render(request, "portal/front.html", context)


def _figures() -> Figures:
    return cache.get_or_set("portal-figures", _count, FIGURES_LAST_S) or _count()


def _count() -> Figures:
    return Figures(intake.counts_by_kind(), cases.state_counts(), cases.needs_location_count())


def _accounts(*, english: bool) -> list[AccountLine]:
    named = {one.code: one.name_en if english else one.name_zh for one in units(at=wall_clock())}
    return [
        AccountLine(
            username=one.username,
            post=POSTS.get(one.post, one.post),
            unit=named.get(one.unit, one.unit),
            token=one.token,
        )
        for one in demo_access()
    ]
