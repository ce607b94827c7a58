"""Reporting in four pages: photographs and words, the place, what it is, read back and send. In large type it is two.

A draft lies on the server under a key in the address and a secret in a cookie of the device; what was typed on any page
is kept with it before anything is refused. Nothing here needs JavaScript.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import TooManyFiles, require_text
from gongzhi.intake.states import ReportKind
from gongzhi.kernel.clock import local_date, wall_clock
from gongzhi.kernel.geo import Crs, ImpossiblePoint, to_point
from gongzhi.kernel.refusals import Outage, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city, parameter
from gongzhi.places import queries as places
from gongzhi.places.labels import PLATE_ENDINGS
from gongzhi.places.queries import FoundPlace, PlateRow
from gongzhi.places.queries.names import DIVISIONS
from gongzhi.places.rules.codes import PLATE_ERROR_M, NoSuchCode, spelled, tidy_code
from gongzhi.portal import matters, publication, queries
from gongzhi.portal.labels import AT_PLATE, FILE_NUMBER, STEPS, WANTS
from gongzhi.portal.names import Names
from gongzhi.portal.operations import add_photo, change_draft, forget_draft, put_point, send_draft
from gongzhi.portal.page import Fault, fault_of, filled, is_large, reads_english, show, told, told_as_page, typed
from gongzhi.portal.rules import (
    LONGEST_SEARCH,
    UNSURE,
    ClassUnsaid,
    DraftUnknown,
    NothingYet,
    NotOffered,
    PhoneOdd,
    PlaceUnsaid,
    Sketch,
    degrees_said,
    error_said,
    require_callable,
)
from gongzhi.portal.states import Step
from gongzhi.web import maps
from gongzhi.web.door import sender_of
from gongzhi.web.middleware import takes_files
from gongzhi.web.operations import Upload

DEVICE_COOKIE = "device"
_DEVICE_S = 2 * 24 * 3600
_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_MOST_PLACES = 8
_RANDOM = 4
"""The version of UUIDs of which nobody guesses another one's."""
_AT = "at"
"""Names the place code in the address of a report that begins at a plate, so that the back button finds it again."""
_POINTED = {"phone": "", "map": "map_"}
"""Ways that give a point themselves, and how the names of their fields begin."""
_LARGE_STEPS = (Step.WORDS, Step.SEND)


@require_safe
@told_as_page
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of a new report, under an address of its own: the back button finds it as it was."""
    if "lost" not in request.GET:
        return redirect("report-words", uuid.uuid4())
    return _words_page(request, Sketch(key=str(uuid.uuid4())), at=wall_clock(), was_lost=True)


@require_safe
@told_as_page
def begin_at(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the first page of a report from the plate that somebody scanned; tell them if it stands for no place."""
    at = wall_clock()
    try:
        found = places.plate(code)
    except NoSuchCode as refused:
        context = {"typed": code[:LONGEST_SEARCH], "why": words_of(refused)}
        return show(request, "portal/code.html", context, at=at, status=HTTPStatus.NOT_FOUND)
    if found.ended_for is not None:
        ended = {"plate": _plate_shown(found), "why": PLATE_ENDINGS[found.ended_for]}
        return show(request, "portal/code.html", ended, at=at, status=HTTPStatus.GONE)
    return redirect(f"{reverse('report-words', args=[uuid.uuid4()])}?{urlencode({_AT: found.code})}")


@require_POST
def type_code(request: HttpRequest) -> HttpResponse:
    """Go to the place whose code somebody read off a plate and typed."""
    code = tidy_code(typed(request, "code"))[:LONGEST_SEARCH]
    return redirect("report-at", code) if code.isalnum() else redirect("report")


@takes_files
@_METHODS
@told_as_page
def words(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take photographs and a few words. The draft begins when the page is sent."""
    at, secret = wall_clock(), _secret(request)
    if request.method != "POST":
        return _page_of(request, key, at=at, page=_words_page, begins=key.version == _RANDOM)
    text = typed(request, "text")
    faults = _faulty_text("text", text, at=at)
    kept: dict[str, Any] = {} if faults else {"text": text}
    address = typed(request, "address").strip()
    if "address" in request.POST and not _faulty_text("address", address, at=at):
        kept |= {"address": address, "place_unknown": not says_something(address)}
    sketch, _ = _kept(request, key, secret=secret, at=at, **kept)
    if sketch.report:
        return _with_device(redirect("report-done", key), secret, request)
    faults += _take_plate(request, sketch, address, secret=secret, at=at)
    if removed := request.POST.get("remove", ""):
        sketch = change_draft(str(key), lambda one: one.without_file(removed), secret=secret, at=at)
    faults += _take_photos(request, key, secret=secret, at=at)
    sketch = queries.draft(str(key), secret=secret, at=at)
    stays = bool(removed) or request.POST.get("go") == "stay"
    if not stays and not faults and sketch.missing is Step.WORDS:
        faults.append(fault_of("text", NothingYet()))
    if faults:
        answer = _words_page(request, sketch, at=at, faults=faults, typed=text)
    elif stays:
        answer = redirect("report-words", key)
    else:
        answer = _onward(request, sketch, after=Step.WORDS)
    return _with_device(answer, secret, request)


@_METHODS
@told_as_page
def place(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take the place: of the photograph, of the phone, by name, in words, or unknown. None is refused for its place."""
    at = wall_clock()
    if request.method != "POST":
        return _page_of(request, key, at=at, page=_place_page)
    address, searches = typed(request, "address").strip(), request.POST.get("go") == "search"
    faults = _faulty_text("address", address, at=at)
    asked = address[:LONGEST_SEARCH] if searches and not faults else ""
    sketch, secret = _kept(request, key, at=at, address="" if faults else address, asked_place=asked)
    if not faults and not searches and not sketch.report:
        try:
            chosen = _chosen_place(request, sketch, address, at=at)
            sketch = put_point(str(key), chosen, secret=secret, sender=sender_of(request), at=at)
        except Refusal as refused:
            faults.append(fault_of("address", refused))
    if sketch.report:
        answer: HttpResponse = redirect("report-done", key)
    elif faults:
        answer = _place_page(request, sketch, at=at, faults=faults, typed=address)
    elif searches:
        answer = redirect(_found_at("report-place", key, request))
    else:
        answer = _onward(request, sketch, after=Step.PLACE)
    return _with_device(answer, secret, request)


@_METHODS
@told_as_page
def kind(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take what it is about, from a short list in plain words or found by searching."""
    at = wall_clock()
    if request.method != "POST":
        return _page_of(request, key, at=at, page=_kind_page)
    wants, chosen = request.POST.get("wants", ""), request.POST.get("class", "")
    searches = request.POST.get("go") == "search"
    kept: dict[str, Any] = {"asked_class": typed(request, "search").strip()[:LONGEST_SEARCH] if searches else ""}
    if wants in list(ReportKind):
        kept["kind"] = wants
    if chosen == UNSURE or chosen in {one.key for one in norms.classes(on=_today(at))}:
        kept["class_key"] = chosen
    sketch, secret = _kept(request, key, at=at, **kept)
    if sketch.report:
        answer: HttpResponse = redirect("report-done", key)
    elif searches:
        answer = redirect(_found_at("report-kind", key, request))
    elif sketch.missing is Step.KIND:
        answer = _kind_page(request, sketch, at=at, faults=[fault_of("class", ClassUnsaid())])
    else:
        answer = _onward(request, sketch, after=Step.KIND)
    return _with_device(answer, secret, request)


@_METHODS
@told_as_page
def send(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what may be the same matter, read everything back, take a phone number or none, and send.

    Whoever says that it is the same matter as one nearby joins that one: they get a number of their own, and follow it.
    """
    at = wall_clock()
    if request.method != "POST":
        return _page_of(request, key, at=at, page=_send_page)
    name, phone = typed(request, "name").strip(), typed(request, "phone").strip()
    faults = _faulty_text("name", name, at=at)
    try:
        tidy = require_callable(phone)
    except PhoneOdd as refused:
        tidy = ""
        faults.append(fault_of("phone", refused))
    joins = request.POST.get("joins", "")
    sketch, secret = _kept(request, key, at=at, name="" if faults else name, phone=tidy, joins="")
    if sketch.report:
        return _with_device(redirect("report-done", key), secret, request)
    if _missing(request, sketch) is not None:
        return _with_device(_onward(request, sketch, after=Step.SEND), secret, request)
    if joins and joins not in {str(one.uid) for one in _offered(sketch, at=at)}:
        faults.append(fault_of("send", NotOffered()))
    if not faults:
        sketch = replace(sketch, joins=joins)
        try:
            send_draft(str(key), sketch, secret=secret, sender=sender_of(request), at=at)
        except (Refusal, Outage) as refused:
            faults.append(fault_of("send", refused))
    if faults:
        answer = _send_page(request, sketch, at=at, faults=faults, typed_name=name, typed_phone=phone, joins=joins)
    else:
        answer = redirect("report-done", key)
    return _with_device(answer, secret, request)


@require_safe
@told_as_page
def done(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give number and query code, as a slip to keep or to print."""
    at = wall_clock()
    try:
        sketch = queries.draft(str(key), secret=_device(request), at=at)
    except DraftUnknown:
        return redirect("follow")
    if not sketch.report:
        return _onward(request, sketch, after=Step.SEND)
    row = intake.report(sketch.report)
    context = {
        "number": row.number,
        "code": intake.code_of(row.uid),
        "received": told(row.received_at),
        "reply_due": told(row.reply_due_at),
        "people": matters.people_beside(row.uid),
        "key": key,
    }
    answer = show(request, "portal/done.html", context, at=at)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def forget(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Leave nothing of a report on this device, for the next person at it. What was sent stays sent."""
    forget_draft(str(key), secret=_device(request))
    answer = redirect("front")
    answer.delete_cookie(DEVICE_COOKIE, path=reverse("report"))
    return answer


def _page_of(
    request: HttpRequest, key: uuid.UUID, *, at: datetime, page: Callable[..., HttpResponse], begins: bool = False
) -> HttpResponse:
    """Show a page of a draft; of one that was sent its receipt, and without a draft the way to a new report.

    A page that `begins` a report is shown without a draft, empty.
    """
    try:
        sketch = queries.draft(str(key), secret=_device(request), at=at)
    except DraftUnknown:
        return page(request, Sketch(key=str(key)), at=at) if begins else redirect(f"{reverse('report')}?lost")
    if sketch.report:
        return redirect("report-done", key)
    return page(request, sketch, at=at)


def _kept(request: HttpRequest, key: uuid.UUID, *, at: datetime, secret: str = "", **said: Any) -> tuple[Sketch, str]:
    """Keep what a page said, also where its draft has gone meanwhile; return the draft and the device's secret."""
    if key.version != _RANDOM:
        raise DraftUnknown(draft=str(key))
    secret, sender = secret or _secret(request), sender_of(request)
    return change_draft(str(key), lambda one: replace(one, **said), secret=secret, at=at, opens_for=sender), secret


def _words_page(
    request: HttpRequest,
    sketch: Sketch,
    *,
    at: datetime,
    faults: Sequence[Fault] = (),
    typed: str | None = None,
    was_lost: bool = False,
) -> HttpResponse:
    sketch = _begun(request, sketch)
    context = {
        "sketch": sketch,
        "text": sketch.text if typed is None else typed,
        "was_lost": was_lost,
        "most_files": parameter("report_files_limit", at=at),
        "largest_mb": min(parameter("photo_largest_mb", at=at), parameter("anonymous_upload_largest_mb", at=at)),
        "lost_words": words_of(DraftUnknown()),
        "plate": _plate_shown(places.plate(sketch.place_code)) if sketch.place_code else None,
    }
    return _step(request, "portal/words.html", Step.WORDS, context, at=at, faults=faults)


def _place_page(
    request: HttpRequest, sketch: Sketch, *, at: datetime, faults: Sequence[Fault] = (), typed: str | None = None
) -> HttpResponse:
    asked, today = sketch.asked_place, _today(at)
    names = Names(today)
    found = places.search(asked, on=today, most=_MOST_PLACES) if asked else []
    plate = _plate_asked(asked) if asked else None
    is_found = plate is not None or (bool(found) and _is_precise(found[0]))
    cameras = [one for one in sketch.files if one.lon is not None and one.lat is not None]
    seen = (sketch.lon, sketch.lat) if sketch.has_point else next(((one.lon, one.lat) for one in cameras), None)
    context = {
        "sketch": sketch,
        "frame": maps.frame(),
        "start": [f"{one:.7f}" for one in seen or () if one is not None],
        "address": typed if typed is not None else sketch.address or asked,
        "asked": asked,
        "plate": plate and _plate_shown(plate),
        "found": [
            {
                "value": f"found:{one.layer}/{one.code}",
                "name": one.name,
                "within": _street(names, one.within),
                "has_point": _is_precise(one),
            }
            for one in found
        ],
        "cameras": [
            {"value": f"camera:{one.id}", "name": one.name, "where": _near(names, one.lon, one.lat, at=at)}
            for one in cameras
        ],
        "words_first": not is_found if asked else not (cameras or sketch.has_point or sketch.place_unknown),
        "point_near": _near(names, sketch.lon, sketch.lat, at=at) if sketch.has_point else "",
    }
    return _step(request, "portal/place.html", Step.PLACE, context, at=at, faults=faults)


def _kind_page(request: HttpRequest, sketch: Sketch, *, at: datetime, faults: Sequence[Fault] = ()) -> HttpResponse:
    asked, english = "" if "usual" in request.GET else sketch.asked_class, reads_english()
    common = publication.common_classes(on=_today(at))
    found = publication.found_classes(asked, on=_today(at))
    listed = found if asked else common
    chosen = sketch.class_key
    if chosen not in {"", UNSURE, *(one.key for one in listed)}:
        row = norms.managed_class(chosen)
        listed = [publication.plain(row), *listed]
    context = {
        "sketch": sketch,
        "asked": asked,
        "nothing_found": bool(asked) and not found,
        "classes": [{"key": one.key, "name": one.name.said(english=english)} for one in listed],
        "unsure": UNSURE,
        "wants": [{"value": one.value, "name": name} for one, name in WANTS.items()],
    }
    return _step(request, "portal/kind.html", Step.KIND, context, at=at, faults=faults)


def _send_page(
    request: HttpRequest,
    sketch: Sketch,
    *,
    at: datetime,
    faults: Sequence[Fault] = (),
    typed_name: str | None = None,
    typed_phone: str | None = None,
    joins: str = "",
) -> HttpResponse:
    if _missing(request, sketch) is not None:
        return _onward(request, sketch, after=Step.SEND)
    english, names = reads_english(), Names(_today(at))
    known = sketch.class_key not in {"", UNSURE}
    named = names.of_class(sketch.class_key) if known else None
    context = {
        "sketch": sketch,
        "name": sketch.name if typed_name is None else typed_name,
        "phone": sketch.phone if typed_phone is None else typed_phone,
        "wants": WANTS[ReportKind(sketch.kind)],
        "class_name": named.said(english=english) if named else "",
        "joins": joins,
        "near": [matters.shown_near(one, english=english) for one in _offered(sketch, at=at)],
        "point_near": _near(names, sketch.lon, sketch.lat, at=at) if sketch.has_point else "",
    }
    return _step(request, "portal/send.html", Step.SEND, context, at=at, faults=faults)


def _offered(sketch: Sketch, *, at: datetime) -> list[matters.Near]:
    """Return the open cases that may be the same matter, for whoever said what it is and where."""
    if sketch.class_key in {"", UNSURE} or sketch.lon is None or sketch.lat is None:
        return []
    return matters.near(sketch.lon, sketch.lat, class_key=sketch.class_key, at=at)


def _step(
    request: HttpRequest,
    template: str,
    step: Step,
    context: dict[str, object],
    *,
    at: datetime,
    faults: Sequence[Fault],
) -> HttpResponse:
    """Show a step with its place among the others."""
    steps = list(_LARGE_STEPS if is_large(request) else Step)
    here = steps.index(step) if step in steps else 0
    line = [{"name": STEPS[one], "is_here": place == here, "is_done": place < here} for place, one in enumerate(steps)]
    told = {
        "page": "report",
        "steps": line,
        "step_number": here + 1,
        "step_count": len(steps),
        "back_to_send": _came_from(request),
    }
    return show(request, template, {**context, **told}, at=at, faults=faults)


def _onward(request: HttpRequest, sketch: Sketch, *, after: Step) -> HttpResponse:
    """Go on: to the first step that lacks something, back to where one came from, or to the next one."""
    missing, order = _missing(request, sketch), list(Step)
    if missing is not None and (order.index(missing) <= order.index(after) or _came_from(request)):
        return redirect(_address(missing), sketch.key)
    if is_large(request) or _came_from(request) or after is Step.SEND:
        return redirect(_address(Step.SEND), sketch.key)
    onward = order[order.index(after) + 1]
    if onward is Step.PLACE and sketch.place_code:
        onward = Step.KIND  # the plate has said where
    return redirect(_address(onward), sketch.key)


def _missing(request: HttpRequest, sketch: Sketch) -> Step | None:
    """Return what still lacks; in large type nobody is asked for the class: an acceptor finds it."""
    missing = sketch.missing
    return None if missing is Step.KIND and is_large(request) else missing


def _found_at(page: str, key: uuid.UUID, request: HttpRequest) -> str:
    """Return where the answers to a search are shown. What was searched for lies in the draft and in no address."""
    came_from = _came_from(request)
    return f"{reverse(page, args=[key])}{'?' + urlencode(came_from) if came_from else ''}#found"


def _address(step: Step) -> str:
    return f"report-{step.value}"


def _take_plate(request: HttpRequest, sketch: Sketch, address: str, *, secret: str, at: datetime) -> list[Fault]:
    """Let a draft that began at a plate be about its place, once; what was typed in its stead goes before its words."""
    said = tidy_code(request.POST.get("place_code", ""))
    if not said or said == sketch.place_code or sketch.has_point:
        return []
    try:
        found = places.plate(said)
        place = _at_plate(found) if found.is_in_use else {}
        if address:
            place.pop("address", None)
        put_point(sketch.key, place, secret=secret, sender=sender_of(request), at=at)
    except NoSuchCode:
        return []  # the field is hidden: somebody wrote into it what no plate says
    except Refusal as refused:
        return [fault_of("text", refused)]
    return []


def _begun(request: HttpRequest, sketch: Sketch) -> Sketch:
    """Return a draft with the place of the plate at which it begins, unless it says a place already."""
    plate = _plate_asked(request.GET[_AT]) if _AT in request.GET else None
    says_where = sketch.has_point or sketch.address or sketch.place_unknown
    return sketch if plate is None or says_where else replace(sketch, **_at_plate(plate))


def _at_plate(plate: PlateRow) -> dict[str, Any]:
    """Return what a place code says of the place, by the names of the draft."""
    return {
        "place_code": plate.code,
        "lon": plate.point.lon,
        "lat": plate.point.lat,
        "error_m": PLATE_ERROR_M,
        "address": str(AT_PLATE).format(words=plate.words, code=spelled(plate.code)),
        "place_unknown": False,
    }


def _plate_shown(plate: PlateRow) -> dict[str, str]:
    words = plate.words_en if reads_english() and plate.words_en else plate.words
    return {"words": words, "code": spelled(plate.code)}


def _plate_asked(asked: str) -> PlateRow | None:
    """Return the place code that somebody typed as an address; None for any other words, and for one that ended."""
    try:
        found = places.plate(asked)
    except NoSuchCode:
        return None
    return found if found.is_in_use else None


def _take_photos(request: HttpRequest, key: uuid.UUID, *, secret: str, at: datetime) -> list[Fault]:
    """Take the photographs of a form in, each by itself: one that is refused takes no other with it."""
    faults: list[Fault] = []
    most = parameter("report_files_limit", at=at)
    for number, sent in enumerate(request.FILES.getlist("photos"), start=1):
        about = f"{filled(FILE_NUMBER, number=str(number))} {sent.name or ''}".strip()
        count = len(queries.draft(str(key), secret=secret, at=at).files)
        if count >= most:
            faults.append(fault_of("photos", TooManyFiles(most=most, found=count + 1), about=about))
            break
        try:
            add_photo(str(key), _upload(sent), secret=secret, sender=sender_of(request), at=at)
        except (Refusal, Outage) as refused:
            faults.append(fault_of("photos", refused, about=about))
    return faults


def _upload(sent: UploadedFile) -> Upload:
    return Upload(
        stream=cast(BinaryIO, sent.file),
        content_type=sent.content_type or "",
        name=(sent.name or "").replace("\x00", ""),
        size_bytes=sent.size or 0,
    )


def _chosen_place(request: HttpRequest, sketch: Sketch, address: str, *, at: datetime) -> dict[str, Any]:
    """Return what a choice on the page means for the draft. Raises: PlaceUnsaid."""
    way, _, what = request.POST.get("place", "words").partition(":")
    said: dict[str, Any] = {"place_unknown": False, "lon": None, "lat": None, "error_m": None, "place_code": ""}
    if way == "unknown":
        return {**said, "place_unknown": True}
    if way == "kept" and sketch.has_point:
        return {"place_unknown": False}
    if way == "camera":
        for one in sketch.files:
            if one.id == what:
                return {**said, "lon": one.lon, "lat": one.lat}
    if way in _POINTED:
        lon, lat, error_m = (request.POST.get(f"{_POINTED[way]}{name}", "") for name in ("lon", "lat", "error_m"))
        point = degrees_said(lon, lat)
        if point is not None:
            return {**said, "lon": point[0], "lat": point[1], "error_m": error_said(error_m)}
    if way == "plate" and (plate := _plate_asked(what)) is not None:
        return {**said, **_at_plate(plate)}
    if way == "found":
        layer, _, code = what.partition("/")
        for found in places.search(typed(request, "asked")[:LONGEST_SEARCH], on=_today(at), most=_MOST_PLACES):
            if (found.layer, found.code) == (layer, code):
                return {**said, **_found(found, address)}
    if not says_something(address):
        raise PlaceUnsaid
    return said


def _found(found: FoundPlace, address: str) -> dict[str, object]:
    """Return a place that was found by name: its point where it is one place, and words that hold its name."""
    words = address if found.name in address else f"{found.name} {address}".strip()
    if not _is_precise(found) or found.point is None:
        return {"address": words}
    return {"address": words, "lon": found.point.lon, "lat": found.point.lat}


def _is_precise(found: FoundPlace) -> bool:
    """Whether a place is small enough to stand for a point: a whole district is not."""
    return found.point is not None and found.layer != DIVISIONS


def _near(names: Names, lon: float | None, lat: float | None, *, at: datetime) -> str:
    """Return the street in which a point lies, in the reader's language; empty where it lies in none of ours."""
    if lon is None or lat is None:
        return ""
    try:
        located = places.locate(to_point(lon, lat, crs=Crs.WGS84), on=_today(at))
    except ImpossiblePoint:
        return ""
    return _street(names, located.path or "")


def _street(names: Names, area: str) -> str:
    found = names.of_street(area)
    return "" if found is None else found.said(english=reads_english())


def _faulty_text(field: str, text: str, *, at: datetime) -> list[Fault]:
    try:
        require_text(field, text, limit=parameter("report_text_limit", at=at))
    except Refusal as refused:
        return [fault_of(field, refused)]
    return []


def _today(at: datetime) -> date:
    return local_date(at, city().zone)


def _came_from(request: HttpRequest) -> dict[str, str]:
    """Return the mark of somebody who changes one thing and goes back to the last page."""
    said = request.POST.get("from") or request.GET.get("from")
    return {"from": Step.SEND.value} if said == Step.SEND.value else {}


def _device(request: HttpRequest) -> str:
    return request.COOKIES.get(DEVICE_COOKIE, "")


def _secret(request: HttpRequest) -> str:
    return _device(request) or secrets.token_urlsafe(24)


def _with_device(response: HttpResponse, secret: str, request: HttpRequest) -> HttpResponse:
    """Let the device keep its secret for as long as its drafts."""
    response.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=_DEVICE_S,
        path=reverse("report"),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
