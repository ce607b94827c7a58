"""Place codes: the list of plates, issuing and ending them, lists as files, and sheets of plates to print."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import segno
from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.desk import forms, labels
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.queries import Names
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import operations, queries
from gongzhi.places.labels import PLATE_ENDINGS, PLATE_KINDS, PLATE_STATES
from gongzhi.places.queries import PlateRow
from gongzhi.places.rules.codes import (
    ISSUE,
    LONGEST_PLATE,
    READ_CODES,
    PlateDraft,
    read_plates,
    spelled,
    tidy_code,
    written_plates,
)
from gongzhi.places.states import PlateEnding, PlateKind
from gongzhi.web import maps
from gongzhi.web.access import StaffRequest
from gongzhi.web.middleware import takes_files

MOST_ON_A_SHEET = 200
LARGEST_LIST_BYTES = 1024 * 1024


class PlateForm(django_forms.Form):
    """A plate that shall hang somewhere."""

    use_required_attribute = False
    words = django_forms.CharField(label=labels.PLATE_WORDS, max_length=LONGEST_PLATE, required=False)
    words_en = django_forms.CharField(label=labels.PLATE_WORDS_EN, max_length=LONGEST_PLATE, required=False)
    kind = django_forms.TypedChoiceField(
        label=labels.PLATE_KIND, choices=list(PLATE_KINDS.items()), coerce=PlateKind, initial=PlateKind.STOP
    )
    lon = django_forms.FloatField(
        label=labels.LONGITUDE, required=False, widget=django_forms.TextInput, min_value=-180, max_value=180
    )
    lat = django_forms.FloatField(
        label=labels.LATITUDE, required=False, widget=django_forms.TextInput, min_value=-90, max_value=90
    )
    feature = django_forms.CharField(label=labels.PLATE_FEATURE, max_length=64, required=False)
    code = django_forms.CharField(label=labels.PLATE_CODE, max_length=40, required=False)

    def draft(self) -> PlateDraft:
        """Return the plate as the city takes it."""
        said = self.cleaned_data
        has_point = said["lon"] is not None and said["lat"] is not None
        return PlateDraft(
            row=1,
            kind=said["kind"],
            words=said["words"].strip(),
            words_en=said["words_en"].strip(),
            code=tidy_code(said["code"]),
            point=to_point(said["lon"], said["lat"], crs=Crs.WGS84) if has_point else None,
            feature=said["feature"].strip(),
        )


@require_safe
@desk_page
def show(request: StaffRequest) -> HttpResponse:
    """List the place codes; `q` and `state` in the address narrow the list. Raises: NotFound, NotPermitted."""
    return _page(request, PlateForm(auto_id=forms.FORM_ID))


@require_http_methods(["POST"])
@desk_page
def issue(request: StaffRequest) -> HttpResponse:
    """Issue one place code; what is refused comes back as it was typed."""
    form = PlateForm(request.POST, auto_id=forms.FORM_ID)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        [issued] = _issued([form.draft()], request)
    except Refusal as refusal:
        return _page(request, form, why_not=words_of(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, str(labels.CODE_ISSUED).format(code=spelled(issued.code), words=issued.words))
    return HttpResponseRedirect(f"{reverse('desk:codes')}?q={issued.code}")


@takes_files
@require_POST
@desk_page
def take(request: StaffRequest) -> HttpResponse:
    """Issue the place codes of a list that came as a file."""
    sent = request.FILES.get("list")
    form = PlateForm(auto_id=forms.FORM_ID)
    if sent is None or (sent.size or 0) > LARGEST_LIST_BYTES:
        return _page(request, form, why_not=str(labels.NO_LIST), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        issued = _issued(read_plates(sent.read(), file=sent.name or ""), request)
    except Refusal as refusal:
        return _page(request, form, why_not=words_of(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, str(labels.CODES_ISSUED).format(count=len(issued)))
    return HttpResponseRedirect(reverse("desk:codes"))


@require_POST
@desk_page
def end(request: StaffRequest, code: str) -> HttpResponse:
    """End a place code. Raises: NotFound, NotPermitted."""
    reason, seen = request.POST.get("reason", ""), request.POST.get("seen", "")
    row = queries.plate(code)
    if reason not in list(PlateEnding) or not seen.isdecimal():
        raise NotFound(thing="place-code", code=code)
    by, at = request.actor, request.at
    operations.end_code(row.code, reason=PlateEnding(reason), seen=int(seen[:9]), by=by, at=at)
    messages.success(request, str(labels.CODE_ENDED).format(code=spelled(row.code)))
    return HttpResponseRedirect(f"{reverse('desk:codes')}?q={row.code}")


@require_safe
@desk_page
def list_file(request: StaffRequest) -> HttpResponse:
    """Send the list of all place codes as CSV; an import takes it back."""
    _require(request)
    base = request.build_absolute_uri("/").rstrip("/")
    content = written_plates(queries.exported_plates(queries.all_plates(), base=base))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="place-codes-{local_date(request.at, city().zone)}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@desk_page
def sheet(request: StaffRequest) -> HttpResponse:
    """Show plates to print and cut: those that `code` in the address names, or those of the list, 200 at most."""
    _require(request)
    chosen = [tidy_code(one) for one in request.GET.getlist("code")][:MOST_ON_A_SHEET]
    if chosen:
        rows = [one for one in queries.plates_of(chosen) if one.is_in_use]
    else:
        rows = queries.plates(words=request.GET.get("q", "")[:60], in_use=True, most=MOST_ON_A_SHEET)
    said = {
        "plates": [_plate(one, request) for one in rows],
        "city": city().name_en if is_english() else city().name_zh,
        "hotline": parameter("hotline_number", at=request.at),
    }
    return page(request, "desk/code_sheet.html", said)


def _page(
    request: StaffRequest, form: PlateForm, *, why_not: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    _require(request)
    asked, state = request.GET.get("q", "")[:60], request.GET.get("state", "")
    rows = queries.plates(
        words=asked,
        in_use={"in_use": True, "ended": False}.get(state),
        after=request.GET.get("after", "")[:20],
        most=queries.PLATES_ON_A_PAGE + 1,
    )
    names = Names(request.at, english=is_english())
    acts = set(people.acts_of(request.actor, at=request.at))
    said = {
        "plates": [_line(one, names) for one in rows[: queries.PLATES_ON_A_PAGE]],
        "next_after": rows[queries.PLATES_ON_A_PAGE - 1].code if len(rows) > queries.PLATES_ON_A_PAGE else "",
        "asked_code": asked,
        "state": state,
        "states": list(PLATE_STATES.items()),
        "endings": list(PLATE_ENDINGS.items()),
        "form": form,
        "why_not": why_not,
        "frame": maps.frame(),
        "may_issue": ISSUE in acts,
        "may_end": "code.end" in acts,
    }
    return page(request, "desk/codes.html", said, status=status)


def _require(request: StaffRequest) -> None:
    people.require(request.actor, READ_CODES, Matter(), at=request.at)


def _issued(drafts: list[PlateDraft], request: StaffRequest) -> list[PlateRow]:
    on = local_date(request.at, city().zone)
    return operations.issue_codes(drafts, on=on, by=request.actor, at=request.at)


def _line(one: PlateRow, names: Names) -> dict[str, Any]:
    return {
        "code": one.code,
        "spelled": spelled(one.code),
        "words": one.words_en if is_english() and one.words_en else one.words,
        "kind": PLATE_KINDS[one.kind],
        "where": names.where(one.area),
        "state": PLATE_STATES[one.state],
        "is_in_use": one.is_in_use,
        "ended_for": PLATE_ENDINGS[one.ended_for] if one.ended_for else "",
        "issued_at": one.issued_at,
        "version": one.version,
        "lon": f"{one.point.lon:.6f}",
        "lat": f"{one.point.lat:.6f}",
    }


def _plate(one: PlateRow, request: StaffRequest) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("report-at", args=[one.code]))
    return {"spelled": spelled(one.code), "words": one.words, "words_en": one.words_en, "qr": _qr(address)}


def _qr(address: str) -> SafeString:
    """Return a QR code as SVG that stays readable when a quarter of it is scratched."""
    drawn = segno.make(address, error="q", micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - squares only: nothing of the address stands in it as text
