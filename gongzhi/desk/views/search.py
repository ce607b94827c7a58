"""Search: a number, words of a place or a class, and for permitted posts the number somebody called from."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongzhi.cases import queries as cases
from gongzhi.cases import worklists
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.queries import Line, Names, ReportShown, case_line, ref_of, reports_shown, sight_of
from gongzhi.intake import queries as intake
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import operations as staff
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.web import operations as web
from gongzhi.web.access import StaffRequest

FINDS_BY_PHONE = "report.reveal_contact"
"""Whoever may see a reporter's number may also find what was told from it."""
READS_WORDS = "report.read_words"
MOST_FOUND = 20
_LONGEST = 60
_PHONE = "phone search"
_A_PHONE = re.compile(r"[0-9+\-\s()]{7,20}")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def search(request: StaffRequest) -> HttpResponse:
    """Find cases and reports; the one with exactly this number is opened at once.

    What was asked stands in the address, so that it can be kept and gone back to; a telephone number never does.
    """
    people.sight(request.actor, cases.READ, at=request.at)
    said = request.POST if request.method == "POST" else request.GET
    asked = said.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    is_phone = _A_PHONE.fullmatch(asked) is not None
    if request.method == "POST" and not is_phone:
        return HttpResponseRedirect(f"{reverse('desk:search')}?{urlencode({'q': asked})}")
    if not says_something(asked):
        return page(request, "desk/search.html", {"asked": asked})
    exact = _exact(asked, request)
    if exact is not None:
        return HttpResponseRedirect(exact)
    names = Names(request.at, english=is_english())
    found = {
        "asked": asked,
        "said": [] if is_phone else _saying(asked, names, request),
        "places": _by_place(asked, request, names),
        "classes": _by_class(asked, request, names),
        "reports": by_phone(asked, names, request) if is_phone and request.method == "POST" else [],
    }
    return page(request, "desk/search.html", found)


def by_phone(phone: str, names: Names, request: StaffRequest) -> list[ReportShown]:
    """Return what was told from a number before, as far as a post may see numbers; nothing for others.

    Who asks is on record with what was found, and asks in an hour for so many numbers only (`staff_numbers_per_hour`):
    the masked number of a report is not to be guessed by trying all that it could be.

    Raises: TooManyAttempts.
    """
    by, at = request.actor, request.at
    if FINDS_BY_PHONE not in people.acts_of(by, at=at) or not says_something(phone):
        return []
    sight = sight_of(FINDS_BY_PHONE, by=by, at=at)
    rows = intake.of_phone(phone, sight=sight_of("report.read", by=by, at=at), limit=MOST_FOUND)
    matters = intake.seen_matters((one.uid, one.area) for one in rows)
    found = [one for one in rows if sight.reaches(matters[one.uid])]
    most = parameter("staff_numbers_per_hour", at=at)
    if web.count_once(_PHONE, phone.strip(), sender=by.id, most=most, at=at):
        staff.note_contact_search(request.staff.uid, found=[one.number for one in found], by=by, at=at)
    return reports_shown(found, names, by=by, at=at)


def _saying(asked: str, names: Names, request: StaffRequest) -> list[ReportShown]:
    """Return reports whose words say this, for a post that reads words; nothing for others."""
    by, at = request.actor, request.at
    if READS_WORDS not in people.acts_of(by, at=at):
        return []
    rows = intake.saying(asked, sight=sight_of("report.read", by=by, at=at), limit=MOST_FOUND)
    return [one for one in reports_shown(rows, names, by=by, at=at) if one.words is not None]


def _exact(asked: str, request: StaffRequest) -> str | None:
    try:
        row = cases.find(asked)
        cases.require_readable(row, by=request.actor, at=request.at)
    except Refusal:
        report = intake.by_number(asked)
        if report is None:
            return None
        readable = people.allow(request.actor, "report.read", intake.seen_matter(report), at=request.at)
        return reverse("desk:report", args=[report.number]) if readable else None
    return reverse("desk:case", args=[ref_of(row)])


def _by_place(asked: str, request: StaffRequest, names: Names) -> list[dict[str, Any]]:
    """Return the places that answer to these words, each with the latest cases in the division it lies in."""
    found = places.search(asked, on=local_date(request.at, city().zone), most=3)
    return [
        {"name": one.name, "where": names.where(one.within), "area": one.within, "lines": lines}
        for one in found
        if one.within and (lines := _latest(request, names, area=one.within))
    ]


def _by_class(asked: str, request: StaffRequest, names: Names) -> list[dict[str, Any]]:
    return [
        {"name": names.what(key), "key": key, "lines": lines}
        for key in names.classes_named(asked)[:3]
        if (lines := _latest(request, names, class_key=key))
    ]


def _latest(request: StaffRequest, names: Names, *, area: str = "", class_key: str = "") -> list[Line]:
    sight = people.sight(request.actor, cases.READ, at=request.at)
    rows = worklists.latest(area=area, class_key=class_key, sight=sight, limit=MOST_FOUND)
    return [case_line(one, names) for one in rows]
