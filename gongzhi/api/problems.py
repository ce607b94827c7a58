"""A refusal as RFC 9457 problem details: the one place that knows which status belongs to which refusal."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from gongzhi.api import rules
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.base.operations import StoreBusy, StoreFull
from gongzhi.evidence import rules as evidence
from gongzhi.intake import rules as intake
from gongzhi.kernel.geo import ImpossiblePoint
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.notices.operations import AddressUnusable, ClearingGroundsMissing, NotYourMessage, QuietHoursIncomplete
from gongzhi.parameters.queries import NoCity
from gongzhi.parameters.rules import BadParameter
from gongzhi.people.rules import (
    AreaUnreadable,
    CredentialExpired,
    CredentialMissing,
    CredentialSuspended,
    CredentialWithdrawn,
    GroundsNeeded,
    NameBlank,
    NameTooLong,
    NameUnreadable,
    NotAppointed,
    NotPermitted,
)
from gongzhi.web.problems import MEDIA_TYPE, problem_details
from gongzhi.web.rules import MethodNotAllowed, RequestUnreadable, TooManyAttempts

BUSY_WAIT_S = 1

STATUS: dict[type[Refusal], HTTPStatus] = {
    Refusal: HTTPStatus.CONFLICT,
    NotFound: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    NotAppointed: HTTPStatus.FORBIDDEN,
    CredentialMissing: HTTPStatus.FORBIDDEN,
    CredentialExpired: HTTPStatus.FORBIDDEN,
    CredentialSuspended: HTTPStatus.FORBIDDEN,
    CredentialWithdrawn: HTTPStatus.FORBIDDEN,
    GroundsNeeded: HTTPStatus.UNPROCESSABLE_ENTITY,
    ChangedMeanwhile: HTTPStatus.PRECONDITION_FAILED,
    StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreFull: HTTPStatus.INSUFFICIENT_STORAGE,
    evidence.NoSpace: HTTPStatus.INSUFFICIENT_STORAGE,
    NoCity: HTTPStatus.SERVICE_UNAVAILABLE,
    evidence.FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    evidence.PictureTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    evidence.DocumentSwells: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    evidence.UploadOverflows: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    evidence.FileKindUnknown: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    evidence.FileEmpty: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.FileTruncated: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.PictureUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.DocumentDamaged: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.DocumentLocked: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.UploadChecksumWrong: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.FileGroundsMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadParameter: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImpossiblePoint: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.NothingSaid: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.TextTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.TextUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.CoordinatesSwapped: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.HalfAPoint: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.PositionErrorAbsurd: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.TooManyFiles: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.ReasonMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.AnswerMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    NameBlank: HTTPStatus.UNPROCESSABLE_ENTITY,
    NameTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    NameUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    AreaUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    AddressUnusable: HTTPStatus.UNPROCESSABLE_ENTITY,
    ClearingGroundsMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuietHoursIncomplete: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotYourMessage: HTTPStatus.FORBIDDEN,
    intake.RatingMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.RatingOffScale: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.SheetFieldMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.SheetFieldFaulty: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.SheetFieldUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    intake.NeighbourUnknown: HTTPStatus.NOT_FOUND,
    intake.SignatureWrong: HTTPStatus.UNAUTHORIZED,
    rules.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    intake.ChannelNotOpen: HTTPStatus.FORBIDDEN,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    RequestUnreadable: HTTPStatus.BAD_REQUEST,
    rules.BodyUnreadable: HTTPStatus.BAD_REQUEST,
    rules.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    rules.MediaTypeUnknown: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    rules.InputFaulty: HTTPStatus.UNPROCESSABLE_ENTITY,
    rules.SeenVersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    rules.SeenVersionUnreadable: HTTPStatus.BAD_REQUEST,
    rules.KeyMissing: HTTPStatus.BAD_REQUEST,
    rules.KeyUnusable: HTTPStatus.BAD_REQUEST,
    rules.KeyGuessable: HTTPStatus.BAD_REQUEST,
    rules.CursorUnreadable: HTTPStatus.BAD_REQUEST,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    rules.NeighbourSilent: HTTPStatus.SERVICE_UNAVAILABLE,
    rules.OurFault: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(refusal: Refusal) -> HTTPStatus:
    """Return the status of a refusal: its own, or that of the nearest kind of refusal it is."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def problem(request: HttpRequest, refusal: Refusal, *, errors: Sequence[dict[str, Any]] = ()) -> HttpResponse:
    """Return the answer to a refused request, in the reader's language."""
    status = status_of(refusal)
    said = problem_details(refusal, status=status, path=request.path, errors=errors)
    response = HttpResponse(orjson.dumps(said), content_type=MEDIA_TYPE, status=status.value)
    if status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="gongzhi"'
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(BUSY_WAIT_S)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.facts["wait_s"])
    return response


def refusal_of_status(request: HttpRequest, status: int) -> Refusal:
    """Return the refusal behind an answer that came from the framework and not from one of our rooms."""
    if status == HTTPStatus.NOT_FOUND:
        return rules.NoSuchAddress(path=request.path)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(method=request.method)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return rules.BodyTooLarge(most_bytes=rules.LARGEST_BODY_BYTES)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return rules.OurFault()
    return RequestUnreadable()
