"""The front page, the public lists behind its figures, the page of one case, and the size of the type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from gongzhi.cases.labels import STATES as CASE_STATES
from gongzhi.cases.states import CaseState
from gongzhi.intake.labels import KINDS
from gongzhi.intake.labels import STATES as REPORT_STATES
from gongzhi.intake.states import ReportKind
from gongzhi.kernel.clock import local_date, wall_clock
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms.labels import PUBLICATIONS
from gongzhi.parameters.queries import city as current_city
from gongzhi.parameters.queries import city_or_none, has_tables
from gongzhi.people.labels import POSTS
from gongzhi.people.queries import units
from gongzhi.portal import matters, queries, telling
from gongzhi.portal.labels import CLASS_UNKNOWN, LISTS, NO_NUMBER, NOT_PUBLISHED, PLACE_UNKNOWN
from gongzhi.portal.names import Named, unit_names
from gongzhi.portal.page import TYPE_COOKIE, show
from gongzhi.portal.queries import Line, PublicList
from gongzhi.scenarios.founding import demo_access

Wanted = TypeVar("Wanted", bound=StrEnum)
_A_YEAR_S = 365 * 24 * 3600
UNPLACED = "unplaced"
"""The list of cases without a place, which is no state of theirs."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the page shows it, with the list of what it counts."""

    label: str | Promise
    count: int
    href: str


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
    counted = queries.figures()
    context = {
        "city": city,
        "name": city.name_en if english else city.name_zh,
        "reports": Figure(LISTS["reports"], sum(counted.kinds.values()), _list_address("reports")),
        "kinds": _figures(counted.kinds, ReportKind, labels=KINDS, of="reports", by="kind"),
        "cases": Figure(LISTS["cases"], sum(counted.states.values()), _list_address("cases")),
        "states": _figures(counted.states, CaseState, labels=CASE_STATES, of="cases", by="state"),
        "unplaced": Figure(LISTS[UNPLACED], counted.needs_location, _list_address("cases", state=UNPLACED)),
        "accounts": _accounts(english=english) if city.is_demo and settings.GONGZHI_MODE != "production" else [],
    }
    return show(request, "portal/front.html", context, at=wall_clock())


@require_safe
def list_cases(request: HttpRequest) -> HttpResponse:
    """List the cases that a figure counts: number, class, street, state and day, and nobody's words."""
    at, after = wall_clock(), _after(request)
    if request.GET.get("state") == UNPLACED:
        found = queries.cases_without_a_place(after=after, at=at)
        return _list(request, found, of="cases", title=LISTS[UNPLACED], at=at)
    state = _wanted(request, "state", CaseState)
    found = queries.cases_in(state, after=after, at=at)
    title = LISTS["cases"] if state is None else CASE_STATES[state]
    return _list(request, found, of="cases", title=title, at=at)


@require_safe
def list_reports(request: HttpRequest) -> HttpResponse:
    """List the reports that a figure counts, as sparely as the cases."""
    kind = _wanted(request, "kind", ReportKind)
    at = wall_clock()
    found = queries.reports_of(kind, after=_after(request), at=at)
    return _list(request, found, of="reports", title=LISTS["reports"] if kind is None else KINDS[kind], at=at)


@require_safe
def show_case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show one case as far as the publication policy of its class allows. Raises: Http404."""
    at, english = wall_clock(), get_language() == "en"
    try:
        found = matters.public_case(case, at=at)
    except NotFound as fault:
        raise Http404 from fault
    units = unit_names(at=at) if found.in_full else {}
    row = found.case
    context = {
        "page": "cases",
        "what": found.what.said(english=english) if found.what else CLASS_UNKNOWN,
        "where": found.where.said(english=english) if found.where else PLACE_UNKNOWN,
        "number": row.number or NO_NUMBER,
        "state": CASE_STATES[row.state],
        "people": found.people,
        "policy": PUBLICATIONS[found.policy],
        "reported_on": local_date(row.reported_at, current_city().zone),
        "stands": telling.stands(row, units=units, names_unit=found.in_full),
        "deadline": telling.deadline(row, units=units, at=at) if found.in_full else None,
        "timeline": telling.events_of_case(row, units=units, in_full=found.in_full),
        "pictures": [{"src": telling.picture_address(one.uid), "is_after": one.is_after} for one in found.pictures],
    }
    return show(request, "portal/case.html", context, at=at)


@require_POST
def choose_type(request: HttpRequest) -> HttpResponse:
    """Let this browser read large type and few steps, or the usual ones; go back where one was."""
    next_ = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(next_, allowed_hosts=None) and next_.startswith("/")
    answer = redirect(next_ if here else "front")
    if request.POST.get("type") == "large":
        answer.set_cookie(TYPE_COOKIE, "large", max_age=_A_YEAR_S, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie(TYPE_COOKIE)
    return answer


def _figures(
    counts: Mapping[str, int],
    members: Iterable[Wanted],
    *,
    labels: Mapping[Wanted, str | Promise],
    of: str,
    by: str,
) -> list[Figure]:
    return [Figure(labels[one], counts[one], _list_address(of, **{by: one.value})) for one in members if one in counts]


def _list(request: HttpRequest, found: PublicList, *, of: str, title: str | Promise, at: datetime) -> HttpResponse:
    english = get_language() == "en"
    context = {
        "of": LISTS[of],
        "title": title,
        "lines": [_shown(one, english=english) for one in found.lines],
        "is_first": "after" not in request.GET,
        "first": _list_address(of, **_kept(request)),
        "next": found.next_after and _list_address(of, **_kept(request), after=str(found.next_after)),
    }
    return show(request, "portal/list.html", context, at=at)


def _shown(one: Line, *, english: bool) -> dict[str, object]:
    def said(name: Named | None, *, otherwise: str | Promise) -> str | Promise:
        return otherwise if name is None else name.said(english=english)

    if one.is_secret:
        name: str | Promise = NOT_PUBLISHED if one.kind is None else KINDS[one.kind]
        return {"number": one.number or NO_NUMBER, "what": name, "where": "", **_state_and_day(one), "href": ""}
    return {
        "number": one.number or NO_NUMBER,
        "what": said(one.what, otherwise=CLASS_UNKNOWN if one.kind is None else KINDS[one.kind]),
        "where": said(one.where, otherwise=PLACE_UNKNOWN if one.kind is None else ""),
        **_state_and_day(one),
        "href": reverse("case", args=[one.uid]) if one.has_page else "",
    }


def _state_and_day(one: Line) -> dict[str, object]:
    state = CASE_STATES[one.state] if isinstance(one.state, CaseState) else REPORT_STATES[one.state]
    return {"state": state, "received_on": one.received_on}


def _wanted(request: HttpRequest, name: str, members: type[Wanted]) -> Wanted | None:
    """Return what a list is narrowed to. Raises: Http404 for what there is not."""
    said = request.GET.get(name)
    if said is None:
        return None
    try:
        return members(said)
    except ValueError as fault:
        raise Http404 from fault


def _after(request: HttpRequest) -> UUID | None:
    """Return the line after which a page begins. Raises: Http404."""
    said = request.GET.get("after")
    if said is None:
        return None
    if not is_id(said):
        raise Http404
    return UUID(said)


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("kind", "state") if name in request.GET}


def _list_address(of: str, **narrowed: str) -> str:
    asked = f"?{urlencode(narrowed)}" if narrowed else ""
    return f"{reverse(of)}{asked}"


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
