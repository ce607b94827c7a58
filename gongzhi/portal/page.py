"""What all pages of this door share: large type, the phone number, the list of faults, times as the city shows them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import get_language

from gongzhi.base.labels import INSTANT
from gongzhi.base.operations import StoreBusy, StoreFull
from gongzhi.base.words import words_of
from gongzhi.evidence.rules import NoSpace
from gongzhi.kernel.refusals import NotFound, Outage, Refusal
from gongzhi.parameters.queries import parameter, zone_of_people
from gongzhi.portal.labels import STORE_SILENT
from gongzhi.web.rules import TooManyAttempts

Asked = ParamSpec("Asked")
TYPE_COOKIE = "type"
_STATUS: dict[type[Refusal], HTTPStatus] = {
    Refusal: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreFull: HTTPStatus.INSUFFICIENT_STORAGE,
    NoSpace: HTTPStatus.INSUFFICIENT_STORAGE,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to be mended, said beside the field and in the summary."""

    field: str
    words: str
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY


def fault_of(field: str, refused: Refusal | Outage, *, about: str = "") -> Fault:
    """Return a refusal as a fault of a field; `about` names the thing where a field holds several."""
    if isinstance(refused, Outage):
        said, status = str(STORE_SILENT), HTTPStatus.SERVICE_UNAVAILABLE
    else:
        said = words_of(refused)
        status = next(_STATUS[kind] for kind in type(refused).__mro__ if kind in _STATUS)
    return Fault(field, f"{about}：{said}" if about else said, status)


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    at: datetime,
    faults: Iterable[Fault] = (),
    status: int | None = None,
) -> HttpResponse:
    """Return a page of this door; with faults its status is that of the first one."""
    told = list(faults)
    shared = {
        "large": is_large(request),
        "hotline": parameter("hotline_number", at=at),
        "faults": told,
        "fault": {one.field: one.words for one in reversed(told)},
    }
    answer = status or (told[0].status.value if told else HTTPStatus.OK.value)
    response = render(request, template, {**shared, **context}, status=answer)
    response["Cache-Control"] = "private, no-cache"
    return response


def told_as_page(page: Callable[Concatenate[HttpRequest, Asked], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a refusal that a page does not tell itself become a page that says what happened and what is kept."""

    @functools.wraps(page)
    def answered(request: HttpRequest, *args: Asked.args, **kwargs: Asked.kwargs) -> HttpResponse:
        try:
            return page(request, *args, **kwargs)
        except (Refusal, Outage) as refused:
            fault = fault_of("", refused)
            return render(request, "portal/refused.html", {"words": fault.words}, status=fault.status.value)

    return answered


def is_large(request: HttpRequest) -> bool:
    """Whether the reader asked for large type and few steps."""
    return request.COOKIES.get(TYPE_COOKIE) == "large"


def reads_english() -> bool:
    """Whether the page is read in English."""
    return get_language() == "en"


def told(at: datetime | None) -> dict[str, str] | None:
    """Return an instant as people read it and as machines do; None stays None."""
    if at is None:
        return None
    local = at.astimezone(zone_of_people())
    return {"said": dateformat.format(local, str(INSTANT)), "iso": local.isoformat(timespec="minutes")}


def told_day(at: datetime) -> dict[str, str]:
    """Return the day of an instant as people read it and as machines do, and nothing of the hour."""
    day = at.astimezone(zone_of_people()).date().isoformat()
    return {"said": day, "iso": day}


def typed(request: HttpRequest, name: str) -> str:
    """Return what somebody typed into a field: with lines that end in one way, and without what no text holds."""
    return request.POST.get(name, "").replace("\r\n", "\n").replace("\x00", "")


def filled(words: str | Promise, **facts: str) -> str:
    """Return a sentence with its facts put in."""
    return str(words).format(**facts)
