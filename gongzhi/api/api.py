"""The API put together: its parts, and what becomes of everything that is refused."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja.errors import AuthenticationError, HttpError, ValidationError

import gongzhi
from gongzhi.api import (
    administration,
    administration_city,
    cases,
    city,
    credentials,
    duty,
    files,
    ground,
    health,
    moves,
    notices,
    precedents,
    record,
    replies,
    reports,
    rules,
    turns,
    uploads,
    visits,
    worksheets,
)
from gongzhi.api.description import DescribedApi
from gongzhi.api.door import StrictJson
from gongzhi.api.problems import problem
from gongzhi.base.operations import store_refusal
from gongzhi.kernel.refusals import Outage, Refusal
from gongzhi.web.rules import RequestUnreadable

log = logging.getLogger(__name__)

api = DescribedApi(
    title="共治 Gongzhi",
    version=gongzhi.__version__,
    description=(
        "Reports, cases and their record. Times are UTC, coordinates longitude first (CGCS2000 degrees; "
        "what comes in names its system). Problems follow RFC 9457."
    ),
    urls_namespace="api",
    docs_url=None,
    parser=StrictJson(),
)
PARTS = (
    *(health, reports, replies, worksheets, cases, moves, turns, visits, files, uploads),
    *(city, ground, record, administration, administration_city, duty, credentials, precedents, notices),
)
for part in PARTS:
    api.add_router("", part.router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Understood and not allowed."""
    return problem(request, refusal)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    """No token, or one that is worth nothing."""
    return problem(request, rules.SignInNeeded())


@api.exception_handler(ValidationError)
def faulty(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Fields that are missing or wrong, each by its name."""
    errors = [_faulty_field(one) for one in fault.errors]
    return problem(request, rules.InputFaulty(count=len(errors)), errors=errors)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """A body that could not be read: what stopped the parser tells why."""
    cause = fault.__cause__
    return problem(request, cause if isinstance(cause, Refusal) else RequestUnreadable())


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, fault: RequestDataTooBig) -> HttpResponse:
    """A body that is larger than it announced."""
    return problem(request, rules.BodyTooLarge(most_bytes=rules.LARGEST_BODY_BYTES))


@api.exception_handler(UnreadablePostError)
def broken_off(request: HttpRequest, fault: UnreadablePostError) -> HttpResponse:
    """The sender went away while sending."""
    return problem(request, RequestUnreadable())


@api.exception_handler(Outage)
def neighbour_silent(request: HttpRequest, fault: Outage) -> HttpResponse:
    """A service that we depend on does not answer: nothing was changed, and trying again later may help."""
    log.warning("%s", fault)
    return problem(request, rules.NeighbourSilent(neighbour=fault.neighbour))


@api.exception_handler(DatabaseError)
def store_unready(request: HttpRequest, fault: DatabaseError) -> HttpResponse:
    """A busy or full database is told as such; any other fault of it is a bug and crashes loudly."""
    refusal = store_refusal(fault)
    if not isinstance(refusal, Refusal):
        raise fault
    return problem(request, refusal)


def _faulty_field(said: dict[str, Any]) -> dict[str, Any]:
    source, *steps = said["loc"]
    if source == "body":
        steps = steps[1:]  # the name of our own argument
        pointer = "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}" for one in steps)
    else:
        pointer = ".".join(str(one) for one in steps)
    return {"source": source, "pointer": pointer, "code": said["type"], "detail": said["msg"]}
