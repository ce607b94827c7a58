"""The session of a browser: who is signed in, where they wanted to go, and what they had typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gongzhi.kernel.ids import is_id
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people
from gongzhi.people.queries import SessionRow
from gongzhi.people.rules import is_idle

SESSION: Final = "staff_session"
SEEN: Final = "staff_seen_s"
_NOTED_EVERY = timedelta(seconds=60)
_MOST_KEPT = 64_000
_NEVER_KEPT = ("csrfmiddlewaretoken",)


def signed_in(request: HttpRequest, *, at: datetime) -> SessionRow | None:
    """Return who is signed in at this browser, or None; whoever asks for a page is there, and is not idle."""
    found, seen_s = request.session.get(SESSION), request.session.get(SEEN)
    if not isinstance(found, str) or not is_id(found) or not isinstance(seen_s, int):
        return None
    seen_at = datetime.fromtimestamp(seen_s, UTC)
    if is_idle(seen_at, at=at, most=timedelta(minutes=parameter("staff_idle_min", at=at))):
        return None
    staff = people.session(UUID(found), at=at)
    if staff is not None and at - seen_at >= _NOTED_EVERY:
        request.session[SEEN] = int(at.timestamp())
    return staff


def safe_next(request: HttpRequest, said: str | None) -> str | None:
    """Return an address to go on to if it is one of ours and no page of signing in or out; None otherwise."""
    host = request.get_host()
    if not said or not url_has_allowed_host_and_scheme(said, allowed_hosts={host}, require_https=request.is_secure()):
        return None
    address = said
    for scheme in ("https://", "http://"):
        address = address.removeprefix(f"{scheme}{host}")
    ways_in = (reverse("sign-in"), reverse("sign-out"))
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return None  # what is left after our own host may name another one
    return None if address.startswith(ways_in) else address


def kept_fields(request: HttpRequest) -> str | None:
    """Return what a form brought whose sender was not signed in any more, signed, so that they get it back afterwards.

    Only the account that was signed in here gets it back. Passwords and files are not kept.
    """
    whose = _account_before(request)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER_KEPT and "password" not in name
        for value in values
    ]
    if whose is None or not fields or sum(len(name) + len(value) for name, value in fields) > _MOST_KEPT:
        return None
    kept = {"account": whose, "address": request.get_full_path(), "fields": fields}
    return signing.dumps(kept, salt="kept-fields", compress=True)


def read_kept(said: str, *, account: UUID) -> Mapping[str, object] | None:
    """Return what was kept of a form, if it is this account's and not older than a day; None otherwise."""
    try:
        kept = signing.loads(said, salt="kept-fields", max_age=timedelta(days=1))
    except signing.BadSignature:
        return None
    return cast(Mapping[str, object], kept) if kept["account"] == str(account) else None


def with_next(page: str, request: HttpRequest) -> str:
    """Return the address of a page of signing in that leads on to where this request wanted to go."""
    going = request.get_full_path() if request.method in ("GET", "HEAD") else request.headers.get("Referer")
    address = safe_next(request, going)
    return reverse(page) if address is None else f"{reverse(page)}?{urlencode({'next': address})}"


def _account_before(request: HttpRequest) -> str | None:
    found = request.session.get(SESSION)
    whose = people.account_of_session(UUID(found)) if isinstance(found, str) and is_id(found) else None
    return None if whose is None else str(whose)
