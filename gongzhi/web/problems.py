"""A refusal as RFC 9457 problem details, spelled the same at every door."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils.encoding import escape_uri_path

from gongzhi.base.words import words_of
from gongzhi.kernel.refusals import Refusal
from gongzhi.web.labels import TITLES

MEDIA_TYPE = "application/problem+json"


def problem_details(
    refusal: Refusal, *, status: HTTPStatus, path: str, errors: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Return what a refused request is told, in the language that is active."""
    return {
        "type": f"urn:gongzhi:problem:{refusal.code}",
        "title": str(TITLES[status]),
        "status": status.value,
        "detail": words_of(refusal),
        "instance": escape_uri_path(path),
        "code": refusal.code,
        "facts": refusal.facts,
        "errors": list(errors),
    }
