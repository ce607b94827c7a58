"""Taking a call: what somebody tells is entered for them, beside what they told before and what lies near."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.audit import queries as audit
from gongzhi.base.words import words_of
from gongzhi.cases import duplicates
from gongzhi.cases import queries as cases
from gongzhi.desk import fields, forms, labels
from gongzhi.desk.door import desk_page, fragment, is_english, page
from gongzhi.desk.queries import Names, readable_cases, reports_shown, sight_of
from gongzhi.desk.rules import LONGEST_PASTE, read_chat
from gongzhi.desk.views.cases import candidates_shown
from gongzhi.desk.views.search import by_phone
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.labels import CHANNELS, KINDS
from gongzhi.intake.rules import ENTER, Contact, Draft, GivenFile, GivenPlace, act_of_channel
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, ImpossiblePoint, to_point
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import queries as places
from gongzhi.web import maps
from gongzhi.web.access import StaffRequest
from gongzhi.web.middleware import takes_files
from gongzhi.web.rules import TooManyAttempts

_CHANNELS = {one: name for one, name in CHANNELS.items() if act_of_channel(one) == ENTER and one is not Channel.API}
MOST_PLACES = 8
RECEIPT_LASTS = timedelta(hours=1)
"""So long the receipt of a call can be printed once more."""


class CallForm(django_forms.Form):
    """What a caller tells."""

    key = django_forms.CharField(widget=django_forms.HiddenInput, max_length=80)
    phone = django_forms.CharField(label=labels.PHONE, required=False, max_length=40)
    name = django_forms.CharField(label=labels.NAME, required=False, max_length=60)
    kind = django_forms.TypedChoiceField(label=labels.KIND, choices=list(KINDS.items()), coerce=ReportKind)
    channel = django_forms.TypedChoiceField(label=labels.CHANNEL, choices=list(_CHANNELS.items()), coerce=Channel)
    text = django_forms.CharField(label=labels.TEXT, widget=django_forms.Textarea(attrs={"rows": 5}))
    class_key = django_forms.ChoiceField(label=labels.CLASS, required=False)
    address = django_forms.CharField(label=labels.ADDRESS, required=False, max_length=200)
    lon = django_forms.FloatField(label=labels.LONGITUDE, required=False, widget=django_forms.TextInput)
    lat = django_forms.FloatField(label=labels.LATITUDE, required=False, widget=django_forms.TextInput)
    photos = fields.Photos(label=labels.PHOTOS, required=False)
    pasted = django_forms.CharField(
        widget=django_forms.HiddenInput, required=False, max_length=LONGEST_PASTE, strip=False
    )

    def __init__(self, data: QueryDict | None = None, *, about: list[tuple[str, Any]], **said: Any) -> None:
        super().__init__(data, auto_id=forms.FORM_ID, **said)
        self.fields["class_key"].choices = [("", labels.CLASS_UNKNOWN), *about]  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """Return the report as the city takes it."""
        said = self.cleaned_data
        return Draft(
            kind=said["kind"],
            channel=said["channel"],
            text=said["text"],
            place=GivenPlace(said["lon"], said["lat"], Crs.WGS84, said["address"]),
            contact=Contact(said["name"], said["phone"]),
            class_key=said["class_key"] or None,
            files=tuple(GivenFile(one, "") for one in said["photos"]),
        )


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def take(request: StaffRequest) -> HttpResponse:
    """Enter what a caller tells. `look` only looks for the place and for duplicates, and keeps what was typed."""
    people.sight(request.actor, ENTER, at=request.at)
    classes = classes_of(request)
    if request.method != "POST":
        caller = request.GET.get("caller", "")[:40]
        form = CallForm(about=classes, initial={"key": str(new_id()), "phone": caller, "channel": Channel.PHONE})
        return form_page(request, form, said={"phone": caller})  # a telephone system opens it so; see operations.md
    came = forms.received(request, ["photos"], by=request.actor, at=request.at)
    said = _picked(came.data)
    form = CallForm(said, about=classes)
    if "look" in said or "pick" in said:
        form = CallForm(about=classes, initial=_typed(said))
        return form_page(request, form, said=said)
    if came.why_not:
        return form_page(request, form, said=said, why_not=came.why_not, status=came.status)
    if not form.is_valid():
        return form_page(request, form, said=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        receipt = intake.receive_report(
            form.draft(), source=_source(request), key=form.cleaned_data["key"], by=request.actor, at=request.at
        )
    except Refusal as refusal:
        return form_page(request, form, said=said, why_not=words_of(refusal), status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(reverse("desk:receipt", args=[receipt.number]))


@require_POST
@desk_page
def near(request: StaffRequest) -> HttpResponse:
    """Show, as a part of the page, the places that answer to the words and the open cases near the point."""
    people.sight(request.actor, ENTER, at=request.at)
    return fragment(request, "desk/_near.html", _near(request, request.POST))


@require_safe
@desk_page
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """Show number and query code, to be read back and printed, for an hour, to the member who entered the report.

    Whoever holds the code acts as the reporter: after the call it is the reporter's alone.
    """
    row = queries.by_number(number)
    first = None if row is None else audit.entry(row.stream, 1)
    if row is None or first is None or first.actor.id != request.actor.id or request.at - first.at > RECEIPT_LASTS:
        raise NotFound(thing="report", code=number)
    people.require(request.actor, ENTER, Matter(area=row.area), at=request.at)
    names = Names(request.at, english=is_english())
    shown = reports_shown([row], names, by=request.actor, at=request.at)[0]
    found = readable_cases(queries.cases_of(row.uid), by=request.actor, at=request.at)
    said = {
        "report": row,
        "shown": shown,
        "what": names.what(row.class_key),
        "code": queries.code_of(row.uid),
        "case": found[0] if found else None,
    }
    return page(request, "desk/receipt.html", said)


def form_page(
    request: StaffRequest,
    form: CallForm,
    *,
    said: Any,
    why_not: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Show the form beside what the caller told before, what lies near, and the conversation it was read from."""
    names = Names(request.at, english=is_english())
    try:
        earlier, too_many = by_phone(said.get("phone", ""), names, request), ""
    except TooManyAttempts as refusal:
        earlier, too_many = [], words_of(refusal)
    shown = {
        "form": form,
        "why_not": why_not,
        "frame": maps.frame(),
        "earlier": earlier,
        "too_many": too_many,
        "caller": said.get("phone", ""),
        **_chat(said.get("pasted", "")),
        **_near(request, said),
    }
    return page(request, "desk/call.html", shown, status=status)


def _chat(pasted: str) -> dict[str, Any]:
    """Return what a pasted conversation said, beside the form that was filled in from it."""
    if not says_something(pasted):
        return {"chat": None}
    chat = read_chat(pasted[:LONGEST_PASTE])
    system = labels.CHAT_POINTS[chat.crs] if chat.point is not None else ""
    return {"chat": chat, "chat_point": system, "pasted": pasted}


def _near(request: StaffRequest, said: Any) -> dict[str, Any]:
    """Return the places that answer to the words, and the cases of the class near the point."""
    words, at = said.get("address", ""), request.at
    found = places.search(words, on=local_date(at, city().zone), most=MOST_PLACES) if says_something(words) else []
    names = Names(at, english=is_english())
    shown = [
        {"name": one.name, "where": names.where(one.within), "at": f"{one.point.lon:.6f},{one.point.lat:.6f}"}
        for one in found
        if one.point is not None
    ]
    return {"places": shown, "duplicates": _duplicates(request, said, names), "looked": bool(words)}


def _duplicates(request: StaffRequest, said: Any, names: Names) -> list[dict[str, Any]]:
    key = said.get("class_key", "")
    try:
        point = to_point(float(said.get("lon", "")), float(said.get("lat", "")), crs=Crs.WGS84)
    except (ValueError, ImpossiblePoint):
        return []
    if not key:
        return []
    sight = sight_of(cases.READ, by=request.actor, at=request.at)
    found = duplicates.candidates(point, class_key=key, at=request.at, sight=sight)
    return candidates_shown(found, names)


def _picked(data: QueryDict) -> QueryDict:
    """Return the form with the place that was picked from the list."""
    lon, comma, lat = data.get("pick", "").partition(",")
    if comma:
        data["lon"], data["lat"] = lon, lat
    return data


def _typed(data: QueryDict) -> dict[str, Any]:
    return {**data.dict(), "photos": data.getlist("photos")}


def classes_of(request: StaffRequest) -> list[tuple[str, Any]]:
    """Return the classes of the catalogue by their major class, as a field offers them."""
    english = is_english()
    grouped: dict[str, list[tuple[str, str]]] = {}
    for one in norms.classes(on=local_date(request.at, city().zone)):
        major, minor = (one.major_en, one.en) if english else (one.major_zh, one.zh)
        grouped.setdefault(major, []).append((one.key, minor))
    return list(grouped.items())


def _source(request: StaffRequest) -> str:
    """Return the name under which the keys of one member's entries are kept: a double click is one report."""
    return f"desk:{UUID(request.actor.id)}"
