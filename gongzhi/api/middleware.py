"""Whatever goes wrong under /api/ is told as a problem, also where the framework answers before our views."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gongzhi.api import problems, rules
from gongzhi.web.problems import MEDIA_TYPE

_PREFIX = "/api/"
_LARGEST = {
    "multipart/form-data": rules.LARGEST_UPLOAD_BYTES,
    "application/octet-stream": rules.LARGEST_PIECE_BYTES,
    "application/offset+octet-stream": rules.LARGEST_PIECE_BYTES,
}
_SET_ANEW = frozenset({"content-type", "content-length"})


def problems_for_machines(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse oversized bodies before they are read, and turn the framework's error pages into problem details."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(_PREFIX):
            return get_response(request)
        most_bytes = largest_body(request)
        if announced_bytes(request) > most_bytes:
            return problems.problem(request, rules.BodyTooLarge(most_bytes=most_bytes))
        response = get_response(request)
        if response.status_code < 400 or response.get("Content-Type") == MEDIA_TYPE:
            return response
        told = problems.problem(request, problems.refusal_of_status(request, response.status_code))
        for name, value in response.items():
            if name.lower() not in _SET_ANEW:
                told[name] = value
        return told

    return answer


def largest_body(request: HttpRequest) -> int:
    """Return the most bytes that a request of its type may hold."""
    return _LARGEST.get(request.content_type or "", rules.LARGEST_BODY_BYTES)


def announced_bytes(request: HttpRequest) -> int:
    """Return the size that a request announces; more than that is never read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isascii() and announced.isdecimal() else 0
