"""The session of a browser: who is signed in, in which post a form was opened, and what somebody had typed."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gongzhi.base import crypto
from gongzhi.base.crypto import ValueUnreadable
from gongzhi.base.operations import StoreBusy, StoreFull
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import is_id
from gongzhi.parameters.queries import parameter
from gongzhi.people import operations
from gongzhi.people import queries as people
from gongzhi.people.queries import SessionRow
from gongzhi.people.rules import is_idle
from gongzhi.people.states import SessionEnd
from gongzhi.web.labels import FIELDS
from gongzhi.web.operations import forget_form

SESSION: Final = "staff_session"
SEEN: Final = "staff_seen_s"
GOING: Final = "sign_in_going"
"""Where somebody wants to go who has to show first who they are, and what they had typed."""
SEAT: Final = "seat"
"""The field of every form of staff that names the post in which it was opened."""
FORM_ADDRESS: Final = "form_address"
"""Where a form would have been sent whose sender lets another one at the computer instead."""
_NOTED_EVERY = timedelta(seconds=60)
_MOST_KEPT = 64_000
_NEVER_KEPT = ("csrfmiddlewaretoken", SEAT)
_KEPT_FOR = timedelta(days=1)


def signed_in(request: HttpRequest, *, at: datetime) -> SessionRow | None:
    """Return who is signed in at this browser, or None; whoever asks for a page is there, and is not idle.

    A session that ran idle is over from when that is first seen, and the record says so.
    """
    found, seen_s = request.session.get(SESSION), request.session.get(SEEN)
    if not isinstance(found, str) or not is_id(found) or not isinstance(seen_s, int):
        return None
    seen_at = datetime.fromtimestamp(seen_s, UTC)
    if is_idle(seen_at, at=at, most=timedelta(minutes=parameter("staff_idle_min", at=at))):
        with suppress(StoreBusy, StoreFull):  # then the next request says so that finds it idle
            operations.sign_out(UUID(found), at=at, why=SessionEnd.IDLE)
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


def seat_of(actor: Actor) -> str:
    """Return what names a post in the forms that are opened in it."""
    return ":".join(one or "" for one in (actor.post, actor.unit, actor.on_behalf_of))


def kept_fields(request: HttpRequest, *, at: datetime) -> str | None:
    """Return what a form brought that could not be taken, encrypted, so that its sender gets it back afterwards.

    Only the account that was signed in here gets it back. Passwords and files are not kept.
    """
    whose = _account_before(request)
    return None if whose is None else sealed_form(whose, request.get_full_path(), fields_of(request), at=at)


def sealed_form(whose: UUID, address: str, fields: Sequence[tuple[str, str]], *, at: datetime) -> str | None:
    """Return what was typed into a form, encrypted for one account; None where nothing was, or too much."""
    if not fields or sum(len(name) + len(value) for name, value in fields) > _MOST_KEPT:
        return None
    kept = {"at_s": int(at.timestamp()), "address": address, "fields": fields}
    packed = zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return urlsafe_b64encode(crypto.encrypt(packed, bound_to=_place_of(whose))).decode()


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into a form, by the names of its fields, without what only belongs to its page."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER_KEPT and "password" not in name
        for value in values
    ]


def shown_fields(fields: Sequence[Sequence[str]]) -> dict[str, object]:
    """Return what a page shows of fields that wait to be sent on: what people wrote, and whether there is more."""
    said = [(FIELDS[name], value) for name, value in fields if name in FIELDS and value]
    return {"fields": fields, "said": said, "has_more": len(said) < len(fields)}


def read_kept(said: str, *, account: UUID, at: datetime) -> Mapping[str, Any] | None:
    """Return what was kept of a form, if it is this account's and not older than a day; None otherwise."""
    try:
        opened = crypto.decrypt(urlsafe_b64decode(said), bound_to=_place_of(account))
    except (ValueUnreadable, ValueError):
        return None
    kept: dict[str, Any] = json.loads(zlib.decompress(opened).decode("utf-8", "surrogatepass"))
    return kept if at.timestamp() - kept["at_s"] < _KEPT_FOR.total_seconds() else None


def drop_kept(request: HttpRequest, *, account: UUID, at: datetime) -> None:
    """Forget what was kept of a form once it is sent on."""
    going = request.session.get(GOING, {})
    kept = read_kept(going.get("kept", ""), account=account, at=at)
    if kept is not None and kept["address"] == request.get_full_path():
        request.session[GOING] = {**going, "kept": ""}
        forget_form(account)


def _place_of(account: UUID) -> str:
    return f"kept-fields/{account}"


def with_next(page: str, request: HttpRequest) -> str:
    """Return the address of a page of signing in that leads on to where this request wanted to go."""
    going = request.get_full_path() if request.method in ("GET", "HEAD") else request.headers.get("Referer")
    address = safe_next(request, going)
    return reverse(page) if address is None else f"{reverse(page)}?{urlencode({'next': address})}"


def _account_before(request: HttpRequest) -> UUID | None:
    found = request.session.get(SESSION)
    return people.account_of_session(UUID(found)) if isinstance(found, str) and is_id(found) else None
