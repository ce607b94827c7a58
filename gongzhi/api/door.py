"""Who stands at the door, when, and what they hold in their hands: the parts of a request that are no fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, cast

import orjson
from django.http import HttpRequest
from ninja.parser import Parser
from ninja.security import HttpBearer

from gongzhi.api import rules
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import queries as people

JSON = "application/json"


class MemberRequest(HttpRequest):
    """A request with a token: `auth` is the member in the post that the token acts in."""

    auth: Actor


def now() -> datetime:
    """Return the instant of this request. The door reads the clock once and passes it on."""
    return wall_clock()


class Token(HttpBearer):
    """A token of a member's appointment."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the member behind a token, or None when it is worth nothing now."""
        return people.actor_of_token(token, at=now())


class TokenOrCitizen(Token):
    """A token, or nobody known: a citizen. A token that is worth nothing is refused, not taken for a citizen."""

    def __call__(self, request: HttpRequest) -> Any | None:
        """Return the member, or the unknown citizen when no token was given."""
        if self.header not in request.headers:
            return ANONYMOUS_REPORTER
        return super().__call__(request)


def seen_version(request: HttpRequest) -> int:
    """Return the version that a change was decided on.

    Raises: SeenVersionMissing, SeenVersionUnreadable.
    """
    return rules.seen_version(request.headers.get("If-Match"))


class Decided(TypedDict):
    """What every change of something that was read needs: the version it was decided on, by whom, and when."""

    seen: int
    by: Actor
    at: datetime


def decided(request: MemberRequest) -> Decided:
    """Return on which version a change was decided, by whom, and when.

    Raises: SeenVersionMissing, SeenVersionUnreadable.
    """
    return {"seen": seen_version(request), "by": request.auth, "at": now()}


def given_key(request: HttpRequest) -> str | None:
    """Return the idempotency key of a request, or None. Raises: KeyUnusable."""
    key = request.headers.get("Idempotency-Key")
    return None if key is None else rules.usable_key(key)


def wanted_key(request: HttpRequest) -> str:
    """Return the idempotency key of a request. Raises: KeyMissing, KeyUnusable."""
    return rules.usable_key(given_key(request))


def citizens_key(request: HttpRequest) -> str | None:
    """Return the idempotency key of a request without a token, or None. Raises: KeyUnusable, KeyGuessable."""
    key = given_key(request)
    return None if key is None else rules.unguessable_key(key)


class StrictJson(Parser):
    """Reads bodies: UTF-8 JSON without NaN, infinities and half surrogate pairs, and not nested beyond all use."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a body says.

        Raises: MediaTypeUnknown, BodyUnreadable.
        """
        if request.content_type != JSON:
            raise rules.MediaTypeUnknown(wanted=JSON, found=request.content_type or "")
        try:
            return cast(dict[str, Any], orjson.loads(request.body))
        except orjson.JSONDecodeError as fault:
            raise rules.BodyUnreadable(reason=f"{fault.msg}: {fault.lineno}:{fault.colno}") from fault
