"""The one way a staff page knows its reader: who is signed in at this browser, in which post, at this instant."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast, overload

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control

from gongzhi.base.words import words_of
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import wall_clock
from gongzhi.kernel.refusals import NotFound, Outage, Refusal
from gongzhi.people import queries as people
from gongzhi.people.queries import SessionRow
from gongzhi.people.rules import NotAppointed, NotPermitted
from gongzhi.web.rules import FilesSilent
from gongzhi.web.sessions import (
    SEAT,
    drop_kept,
    fields_of,
    kept_fields,
    safe_next,
    seat_of,
    shown_fields,
    signed_in,
    with_next,
)
from gongzhi.web.signing_in import sign_in_again, wanted_first

Asked = ParamSpec("Asked")
Page = Callable[Concatenate["StaffRequest", Asked], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, Asked], HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in: `actor` is the member in the post, `at` the instant of the request."""

    actor: Actor
    at: datetime
    staff: SessionRow


@overload
def staff_page(page: Page[Asked], /) -> View[Asked]: ...


@overload
def staff_page(*, act: str | None = None) -> Callable[[Page[Asked]], View[Asked]]: ...


def staff_page(
    page: Page[Asked] | None = None, /, *, act: str | None = None
) -> View[Asked] | Callable[[Page[Asked]], View[Asked]]:
    """Let a page be seen by members who are signed in: `@staff_page`, or `@staff_page(act="case.read")`.

    Everything is asked anew with every request: whether the session runs, the account is open, the post still theirs.
    Whoever is not signed in goes to the sign-in page and comes back; what they typed comes back with them. So it is for
    whoever must first choose a password or a post, and a form that was opened in another post than the present one is
    shown again before anything is done in a post that nobody thought of. A refusal that the page does not tell itself
    becomes a page that says why: 403 with whom to ask where the power is missing, 404 where there is no such thing, 503
    where files cannot be reached, 409 otherwise.

    Args:
        page: the view; it gets a `StaffRequest`.
        act: a power without which nobody sees the page; operations ask for theirs in any case.
    """

    def decorate(page: Page[Asked]) -> View[Asked]:
        @functools.wraps(page)
        def answer(request: HttpRequest, /, *args: Asked.args, **kwargs: Asked.kwargs) -> HttpResponseBase:
            at = wall_clock()
            staff = signed_in(request, at=at)
            if staff is None:
                return _to_sign_in(request, at=at)
            if staff.must_change_password:
                return wanted_first(request, "change-password", at=at)
            if staff.actor is None:
                return wanted_first(request, "choose-post", at=at)
            known = _known(request, staff, actor=staff.actor, at=at)
            if request.method == "POST":
                if request.POST.get(SEAT, seat_of(known.actor)) != seat_of(known.actor):
                    return _opened_elsewhere(known)
                drop_kept(request, account=staff.account, at=at)
            try:
                if act is not None and act not in people.acts_of(known.actor, at=at):
                    raise NotPermitted(act=act, post=known.actor.post, unit=known.actor.unit)
                response = page(known, *args, **kwargs)
            except NotFound as refusal:
                raise Http404 from refusal
            except (NotPermitted, NotAppointed) as refusal:
                response = refused(known, refusal, status=HTTPStatus.FORBIDDEN)
            except Refusal as refusal:
                response = refused(known, refusal, status=HTTPStatus.CONFLICT)
            except Outage:
                response = refused(known, FilesSilent(), status=HTTPStatus.SERVICE_UNAVAILABLE)
            patch_cache_control(response, no_store=True, private=True)
            return response

        return answer

    return decorate if page is None else decorate(page)


def refused(request: HttpRequest, refusal: Refusal, *, status: HTTPStatus) -> HttpResponse:
    """Show why something was not done, and whom to ask; nothing was changed."""
    context = {
        "words": words_of(refusal),
        "is_forbidden": status is HTTPStatus.FORBIDDEN,
        "act": refusal.facts.get("act"),
        "back": safe_next(request, request.headers.get("Referer")),
    }
    return render(request, "web/refused.html", context, status=status)


def _known(request: HttpRequest, staff: SessionRow, *, actor: Actor, at: datetime) -> StaffRequest:
    known = cast(StaffRequest, request)
    known.actor, known.at, known.staff = actor, at, staff
    return known


def _to_sign_in(request: HttpRequest, *, at: datetime) -> HttpResponseBase:
    """Send to the sign-in page; a form that was being sent is shown there again after signing in."""
    if request.method in ("GET", "HEAD"):
        return redirect(with_next("sign-in", request))
    return sign_in_again(request, kept=kept_fields(request, at=at))


def _opened_elsewhere(request: StaffRequest) -> HttpResponse:
    """Show a form again that was opened in another post than the one its sender acts in now; nothing was done."""
    back = safe_next(request, request.headers.get("Referer")) or "/desk/"
    context = {
        "address": request.get_full_path(),
        **shown_fields(fields_of(request)),
        "next": back,
        "is_other_post": True,
    }
    answer = render(request, "web/resume.html", context, status=HTTPStatus.CONFLICT)
    patch_cache_control(answer, no_store=True, private=True)
    return answer
