"""What stands before every page that people read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

Answer = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

LARGEST_FORM_BYTES = 128 * 1024 * 1024
"""The most that a form with files may hold; what is larger is refused before it is read. The API has its own limits."""
LARGEST_PLAIN_FORM_BYTES = 2_621_440
"""The most that any other form may hold, as much as the words of a page."""
_TAKES_FILES = "takes_files"
_NO_TEXT = ("\x00", "%00")


def takes_files(view: View) -> View:
    """Let a page take files: only its forms may be as large as files are."""
    setattr(view, _TAKES_FILES, True)
    return view


def refuse_large_forms(get_response: Answer) -> Answer:
    """Refuse a form that announces more than its page takes, before its bytes fill the disk."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        is_number = announced.isascii() and announced.isdecimal()
        if request.path.startswith("/api/") or (is_number and len(announced) < 20 and _fits(request, int(announced))):
            return get_response(request)
        context = {"largest_mb": f"{_largest(request) / (1024 * 1024):g}"}
        return render(request, "web/too_large.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return answer


def refuse_what_is_no_text(get_response: Answer) -> Answer:
    """Find nothing under an address that holds a NUL: no text of ours does, and a database refuses to look for it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = (request.path, request.META.get("QUERY_STRING", ""))
        if not request.path.startswith("/api/") and any(one in said for one in _NO_TEXT for said in asked):
            raise Http404
        return get_response(request)

    return answer


def _fits(request: HttpRequest, announced_bytes: int) -> bool:
    return announced_bytes <= LARGEST_PLAIN_FORM_BYTES or announced_bytes <= _largest(request)


def _largest(request: HttpRequest) -> int:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return LARGEST_PLAIN_FORM_BYTES
    return LARGEST_FORM_BYTES if getattr(view, _TAKES_FILES, False) else LARGEST_PLAIN_FORM_BYTES
