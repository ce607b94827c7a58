"""What stands before every page that people read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

LARGEST_FORM_BYTES = 128 * 1024 * 1024
"""The most that a form with files may hold; what is larger is refused before it is read. The API has its own limits."""


def refuse_large_forms(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse a form that announces more than any page takes, before its bytes fill the disk."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        is_number = announced.isascii() and announced.isdecimal()
        if request.path.startswith("/api/") or (is_number and int(announced) <= LARGEST_FORM_BYTES):
            return get_response(request)
        context = {"largest_mb": LARGEST_FORM_BYTES // (1024 * 1024)}
        return render(request, "web/too_large.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return answer
