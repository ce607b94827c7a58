"""A form whose page was opened too long ago, or before somebody else signed in here: what was typed comes back."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongzhi.web.sessions import SEAT, fields_of, shown_fields


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was done, and bring back what was typed, to be sent once more by whoever reads it.

    Only a form of our own pages comes back: what another site sends is told nothing and asked for nothing. A password
    never comes back. A form of staff says in which post it was opened, as it did before.
    """
    del reason  # it names the check that failed, which helps nobody who filled a form in
    context: dict[str, object] = {}
    if _is_ours(request) and not any("password" in name for name in request.POST):
        seat = [(SEAT, request.POST[SEAT])] if SEAT in request.POST else []
        context = {"address": request.get_full_path(), **shown_fields(fields_of(request)), "seat": seat}
    answer = render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN.value)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of this very site sent the form, as the browser says it."""
    where = request.headers.get("Sec-Fetch-Site")
    if where is not None:
        return where == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
