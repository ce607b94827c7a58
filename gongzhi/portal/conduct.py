"""Complaining about how somebody of the service behaved, and reading the answer. It is no report: other people read it.

After the complaint was taken, or its code was right, a signed cookie of this browser opens it for an hour.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.accountability import queries
from gongzhi.accountability.labels import STATES
from gongzhi.accountability.rules import Complaint, ComplaintEmpty
from gongzhi.accountability.states import ENDS
from gongzhi.intake.rules import Contact
from gongzhi.kernel.clock import wall_clock
from gongzhi.kernel.ids import is_id, new_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.portal import labels
from gongzhi.portal.names import unit_names
from gongzhi.portal.page import Fault, fault_of, reads_english, show, told, told_as_page
from gongzhi.web import operations as web
from gongzhi.web.door import sender_of

COOKIE = "complained"
_SALT = "gongzhi.complained"
_LASTS_S = 3600
_FIELDS = ("text", "person", "unit", "about", "name", "phone")


@require_http_methods(["GET", "HEAD", "POST"])
@told_as_page
def complain(request: HttpRequest) -> HttpResponse:
    """Ask what happened, and take it."""
    at = wall_clock()
    if request.method != "POST":
        return _form(request, {"about": request.GET.get("about", "")[:80]}, key=str(new_id()), at=at)
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").replace("\x00", "") for name in _FIELDS}
    key = request.POST.get("key", "")
    if not is_id(key):
        key = str(new_id())
    said = Complaint(
        text=typed["text"],
        person=typed["person"],
        unit=typed["unit"],
        about=typed["about"],
        contact=Contact(name=typed["name"], phone=typed["phone"]),
    )
    try:
        receipt = web.complain_as_citizen(said, key=key, sender=sender_of(request), at=at)
    except NotFound:
        fault = Fault("unit", str(labels.CONDUCT_UNIT_UNKNOWN))
        return _form(request, typed, key=key, at=at, faults=[fault])
    except Refusal as refused:
        field = "text" if isinstance(refused, ComplaintEmpty) else ""
        return _form(request, typed, key=key, at=at, faults=[fault_of(field, refused)])
    row = queries.held_by_code(receipt.number, code=receipt.query_code)
    return _opened_for(row.uid, redirect(f"{reverse('conduct-answer')}?new=1"), request)


@require_http_methods(["GET", "HEAD", "POST"])
@told_as_page
def find(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, and open the complaint for this browser."""
    at = wall_clock()
    if request.method != "POST":
        return show(request, "portal/conduct_find.html", {"number": ""}, at=at)
    number, code = request.POST.get("number", "").strip(), request.POST.get("code", "").strip()
    try:
        row = web.complaint_by_code(number, code=code, sender=sender_of(request), at=at)
    except NotFound as refused:
        faults = [Fault("number", str(labels.FOLLOW_UNKNOWN), fault_of("number", refused).status)]
        return show(request, "portal/conduct_find.html", {"number": number}, at=at, faults=faults)
    except Refusal as refused:
        faults = [fault_of("number", refused)]
        return show(request, "portal/conduct_find.html", {"number": number}, at=at, faults=faults)
    return _opened_for(row.uid, redirect("conduct-answer"), request)


@require_safe
@told_as_page
def answer(request: HttpRequest) -> HttpResponse:
    """Show how far the complaint of this browser is, and what was answered."""
    at, uid = wall_clock(), _opened(request)
    if uid is None:
        return redirect("conduct-find")
    row = queries.complaint_of_code_holder(uid)
    context = {
        "found": row,
        "code": queries.code_of(row.uid) if request.GET.get("new") else "",
        "state": STATES[row.state],
        "is_open": row.state not in ENDS,
        "received": told(row.received_at),
        "due": told(row.due_at),
        "ended": told(row.ended_at),
        "answer": queries.words_of(row).get("answer", ""),
    }
    response = show(request, "portal/conduct_answer.html", context, at=at)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the complaint in this browser, for the next person at it."""
    response = redirect("conduct")
    response.delete_cookie(COOKIE, path=reverse("conduct"))
    return response


def _form(
    request: HttpRequest, typed: dict[str, str], *, key: str, at: datetime, faults: list[Fault] | None = None
) -> HttpResponse:
    english = reads_english()
    units = [(code, name.said(english=english)) for code, name in unit_names(at=at).items()]
    context = {"typed": typed, "key": key, "units": units}
    response = show(request, "portal/conduct.html", context, at=at, faults=faults or ())
    response["Cache-Control"] = "no-store"
    return response


def _opened_for(uid: UUID, response: HttpResponse, request: HttpRequest) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        signing.dumps(str(uid), salt=_SALT),
        max_age=_LASTS_S,
        path=reverse("conduct"),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _opened(request: HttpRequest) -> UUID | None:
    """Return the complaint that this browser opened; None where it did not, or too long ago."""
    try:
        return UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LASTS_S))
    except signing.BadSignature:
        return None
