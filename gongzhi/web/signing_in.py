"""The pages of signing in and out, for staff: name and password, a code, a post, one's own password."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

import pyotp
import segno
from django.conf import settings
from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.base import crypto
from gongzhi.base.words import words_of
from gongzhi.kernel.clock import wall_clock
from gongzhi.kernel.refusals import Refusal
from gongzhi.parameters.queries import city_or_none, has_tables, zone_of_people
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.labels import POSTS
from gongzhi.people.operations import Pending, Wanted
from gongzhi.people.queries import SeatRow, SessionRow, SubstitutionRow
from gongzhi.people.rules import DEMO_PASSWORD
from gongzhi.people.states import SessionEnd
from gongzhi.web.door import sender_of
from gongzhi.web.forms import CodeForm, FactorForm, PasswordForm, SeatForm, SignInForm
from gongzhi.web.middleware import takes_files
from gongzhi.web.operations import forget_form, keep_form
from gongzhi.web.queries import kept_form
from gongzhi.web.sessions import (
    FORM_ADDRESS,
    GOING,
    SEEN,
    SESSION,
    fields_of,
    kept_fields,
    read_kept,
    safe_next,
    sealed_form,
    shown_fields,
    signed_in,
    with_next,
)

HOME: Final = "/desk/"
_PENDING: Final = "sign_in_pending"
_PENDING_FOR = timedelta(minutes=10)
_SECRET_PLACE = "sign-in secret"  # noqa: S105 - where a secret lies, and none itself
_KNOWN_COOKIE = "known_here"
_KNOWN_FOR_S = 180 * 24 * 3600
_MOST_KNOWN = 12
"""So many names one browser knows: a computer that a whole shift shares."""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for name and password. Whoever is signed in here is not any more once another one is."""
    at = wall_clock()
    if not _has_city():
        return redirect("front")
    if request.method != "POST":
        return _sign_in_page(request, SignInForm(), going=_going_of(request), at=at)
    form = SignInForm(request.POST)
    going = _going_of(request)
    if not form.is_valid():
        return _sign_in_page(request, form, going=going, at=at, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        found = people.sign_in(name, password, sender=sender_of(request), browser=_browser(request, name), at=at)
    except Refusal as refusal:
        form.add_error(None, words_of(refusal))
        return _sign_in_page(request, form, going=going, at=at, status=_status_of(refusal))
    if isinstance(found, Pending):
        _wait_for_more(request, found, going=going, at=at)
        return redirect("sign-in-code" if found.wanted is Wanted.CODE else "sign-in-factor")
    _let_in(request, found, going=going, at=at)
    return _known_here(redirect(_onward(request, at=at)), request, name)


def wanted_first(request: HttpRequest, page: str, *, at: datetime) -> HttpResponseBase:
    """Send somebody who is signed in to what is wanted of them first; a form that was being sent waits for them."""
    if request.method not in ("GET", "HEAD"):
        kept = kept_fields(request, at=at) or ""
        request.session[GOING] = {"next": safe_next(request, request.headers.get("Referer")) or "", "kept": kept}
    return redirect(with_next(page, request))


def sign_in_again(request: HttpRequest, *, kept: str | None) -> HttpResponse:
    """Show the sign-in page in answer to a form whose sender is not signed in any more; what it held goes along."""
    going = {"next": safe_next(request, request.headers.get("Referer")) or "", "kept": kept or ""}
    answer = _sign_in_page(request, SignInForm(), going=going, at=wall_clock(), status=HTTPStatus.UNAUTHORIZED)
    answer["Cache-Control"] = "no-store, private"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the authenticator."""
    at = wall_clock()
    pending = _pending(request, at=at)
    if pending is None or pending.wanted is not Wanted.CODE:
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            browser = _browser(request, pending.username)
            session = people.sign_in_with_code(pending, code, sender=sender_of(request), browser=browser, at=at)
        except Refusal as refusal:
            form.add_error("code", words_of(refusal))
            status = _status_of(refusal)
        else:
            _let_in(request, session, going=request.session.get(GOING, {}), at=at)
            return _known_here(redirect(_onward(request, at=at)), request, pending.username)
    return render(request, "web/sign_in_code.html", {"form": form}, status=_answer_status(form, status))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_factor(request: HttpRequest) -> HttpResponseBase:
    """Set up an authenticator: for somebody who must have one to be let in, or who wants one."""
    at = wall_clock()
    pending, staff = _pending(request, at=at), signed_in(request, at=at)
    if pending is not None and pending.wanted is not Wanted.NEW_FACTOR:
        return redirect("sign-in-code")
    if pending is None and staff is None:
        return redirect(with_next("sign-in", request))
    if pending is None and staff is not None and queries.has_second_factor(staff.account):
        return render(request, "web/second_factor_kept.html", {"staff": staff})
    wanted_form = CodeForm if pending is not None else FactorForm
    form = wanted_form(request.POST if request.method == "POST" else None)
    secret, status = _secret(request), HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            if pending is not None:
                session = people.sign_in_with_new_factor(pending, secret, code, sender=sender_of(request), at=at)
                _let_in(request, session, going=request.session.get(GOING, {}), at=at)
            elif staff is not None:
                password = form.cleaned_data["password"]
                people.add_second_factor(staff.uid, secret, code, password=password, sender=sender_of(request), at=at)
                del request.session[_SECRET_PLACE]
        except Refusal as refusal:
            form.add_error("password" if refusal.code == "password-wrong" else "code", words_of(refusal))
            status = _status_of(refusal)
        else:
            return redirect(_onward(request, at=at))
    name = pending.username if pending is not None else staff.username if staff is not None else ""
    context = {"form": form, "is_wanted": pending is not None, "secret": _in_fours(secret), "qr": _qr(secret, name)}
    return render(request, "web/sign_in_factor.html", context, status=_answer_status(form, status))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_post(request: HttpRequest) -> HttpResponseBase:
    """Let somebody choose the post to act in: one of their own, or one that they take care of."""
    at = wall_clock()
    staff = signed_in(request, at=at)
    if staff is None:
        return redirect(with_next("sign-in", request))
    seats = queries.seats(staff.account, at=at)
    form = SeatForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            people.take_seat(staff.uid, form.cleaned_data["seat"], at=at)
        except Refusal as refusal:
            form.add_error("seat", words_of(refusal))
            status = _status_of(refusal)
        else:
            return redirect(_onward(request, at=at))
    context = {"form": form, "staff": staff, "seats": _shown_seats(seats, staff, at=at), "next": _next_of(request)}
    return render(request, "web/choose_post.html", context, status=_answer_status(form, status))


@never_cache
@sensitive_post_parameters("old_password", "new_password", "again_password")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Let somebody who is signed in choose another password."""
    at = wall_clock()
    staff = signed_in(request, at=at)
    if staff is None:
        return redirect(with_next("sign-in", request))
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
        try:
            people.change_own_password(staff.uid, old, new, sender=sender_of(request), at=at)
        except Refusal as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), words_of(refusal))
            status = _status_of(refusal)
        else:
            request.session.cycle_key()
            rotate_token(request)
            return redirect(_onward(request, at=at))
    context = {"form": form, "staff": staff, "next": _next_of(request)}
    return render(request, "web/change_password.html", context, status=_answer_status(form, status))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponseBase:
    """Give back what somebody had typed when their session ended, ready to be sent again, or to be let go of."""
    at = wall_clock()
    staff = signed_in(request, at=at)
    going = request.session.get(GOING, {})
    kept = None if staff is None else read_kept(going.get("kept", ""), account=staff.account, at=at)
    if staff is not None and request.method == "POST":
        forget_form(staff.account)
    if kept is None or request.method == "POST":
        return redirect(_onward(request, at=at, resumes=False))
    context = {"address": kept["address"], **shown_fields(kept["fields"]), "next": going.get("next") or HOME}
    return render(request, "web/resume.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session of this browser; the next one who signs in may go on at the same page."""
    at = wall_clock()
    staff = signed_in(request, at=at)
    if request.method != "POST":
        if staff is None:
            return redirect("sign-in")
        going = safe_next(request, request.GET.get("next") or request.headers.get("Referer")) or ""
        return render(request, "web/sign_out.html", {"staff": staff, "next": going})
    if staff is not None:
        people.sign_out(staff.uid, at=at)
    request.session.flush()
    going = _next_of(request) if "change" in request.POST else ""
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': going})}" if going else "sign-in")


@never_cache
@takes_files
@require_POST
def change_user(request: HttpRequest) -> HttpResponseBase:
    """Let the next one at the computer, at once: what was typed here is kept for the one who typed it, and nobody else.

    It comes with the form itself, whose address stands in `form_address`. Files are not kept.
    """
    at = wall_clock()
    staff = signed_in(request, at=at)
    address = safe_next(request, request.POST.get(FORM_ADDRESS))
    if staff is not None:
        typed = [(name, value) for name, value in fields_of(request) if name != FORM_ADDRESS]
        sealed = None if address is None else sealed_form(staff.account, address, typed, at=at)
        if sealed is not None:
            keep_form(staff.account, sealed, at=at)
        people.sign_out(staff.uid, at=at)
    going = safe_next(request, request.POST.get("next") or request.headers.get("Referer"))
    request.session.flush()
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': going})}" if going else "sign-in")


_FIELD_OF = {"password-wrong": "old_password", "password-weak": "new_password", "password-unchanged": "new_password"}


def _sign_in_page(
    request: HttpRequest,
    form: SignInForm,
    *,
    going: Mapping[str, str],
    at: datetime,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "form": form,
        "staff": signed_in(request, at=at),
        "next": going["next"],
        "kept": going["kept"],
        "is_over": status is HTTPStatus.UNAUTHORIZED,
        "demo": _demo_accounts(at=at),
        "demo_password": DEMO_PASSWORD,
    }
    return render(request, "web/sign_in.html", context, status=status)


def _has_city() -> bool:
    return has_tables() and city_or_none() is not None


def _next_of(request: HttpRequest) -> str:
    said = request.POST.get("next") if request.method == "POST" else request.GET.get("next")
    return safe_next(request, said) or ""


def _going_of(request: HttpRequest) -> dict[str, str]:
    """Return where somebody wants to go, and what they had typed, as the request says it."""
    return {"next": _next_of(request), "kept": request.POST.get("kept", "")}


def _wait_for_more(request: HttpRequest, pending: Pending, *, going: Mapping[str, str], at: datetime) -> None:
    """Remember whose password was right, for a few minutes and under a new name of the browser's session.

    Whoever was signed in here is not any more: somebody else sits there, whether or not their code follows.
    """
    _end_before(request, at=at)
    request.session[_PENDING] = {
        "account": str(pending.account),
        "username": pending.username,
        "mark": pending.mark,
        "wanted": pending.wanted.value,
        "at_s": int(at.timestamp()),
    }
    request.session[GOING] = dict(going)


def _pending(request: HttpRequest, *, at: datetime) -> Pending | None:
    said = request.session.get(_PENDING)
    if said is None or not 0 <= at.timestamp() - said["at_s"] < _PENDING_FOR.total_seconds():
        return None
    return Pending(UUID(said["account"]), said["username"], said["mark"], Wanted(said["wanted"]))


def _let_in(request: HttpRequest, session: UUID, *, going: Mapping[str, str], at: datetime) -> None:
    """Give the browser a new session that nobody knew before; whoever was signed in here is not any more."""
    _end_before(request, at=at)
    request.session[SESSION] = str(session)
    request.session[SEEN] = int(at.timestamp())
    account = queries.account_of_session(session)
    waits = "" if account is None else kept_form(account)
    request.session[GOING] = {**going, "kept": going.get("kept") or waits}
    rotate_token(request)


def _end_before(request: HttpRequest, *, at: datetime) -> None:
    """End the session of whoever was signed in at this browser, and begin one that nobody knew before."""
    before = request.session.get(SESSION)
    request.session.flush()
    if before is not None:
        people.sign_out(UUID(before), at=at, why=SessionEnd.ANOTHER_SIGNED_IN)


def _browser(request: HttpRequest, name: str) -> str:
    """Return what names this browser if the owner of a name signed in at it before; empty otherwise."""
    known = _known(request)
    return known["browser"] if _mark_of(name) in known["names"] else ""


def _known_here(answer: HttpResponseBase, request: HttpRequest, name: str) -> HttpResponseBase:
    """Let a browser know that the owner of a name signed in at it: what others fail elsewhere shuts nobody out here."""
    known = _known(request)
    mark = _mark_of(name)
    names = [mark, *(one for one in known["names"] if one != mark)][:_MOST_KNOWN]
    said = signing.dumps({"browser": known["browser"] or token_urlsafe(12), "names": names}, salt=_KNOWN_COOKIE)
    answer.set_cookie(
        _KNOWN_COOKIE,
        said,
        max_age=_KNOWN_FOR_S,
        path=reverse("sign-in"),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


def _known(request: HttpRequest) -> dict[str, Any]:
    try:
        known: dict[str, Any] = signing.loads(request.COOKIES.get(_KNOWN_COOKIE, ""), salt=_KNOWN_COOKIE)
    except signing.BadSignature:
        return {"browser": "", "names": []}
    return known


def _mark_of(name: str) -> str:
    return crypto.keyed_digest(name, purpose="known browser")[:16]


def _onward(request: HttpRequest, *, at: datetime, resumes: bool = True) -> str:
    """Return the next page of somebody who was let in: what is still wanted of them, then where they wanted to go."""
    going = cast(Mapping[str, str], request.session.get(GOING, {}))
    staff = signed_in(request, at=at)
    if staff is not None and staff.must_change_password:
        return "change-password"
    if staff is not None and staff.actor is None:
        return "choose-post"
    if resumes and staff is not None and read_kept(going.get("kept", ""), account=staff.account, at=at):
        return "sign-in-resume"
    if staff is not None and GOING in request.session:
        del request.session[GOING]
    return _next_of(request) or going.get("next") or HOME


def _status_of(refusal: Refusal) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if refusal.code == "sign-in-shut" else HTTPStatus.UNPROCESSABLE_ENTITY


def _answer_status(form: Form, status: HTTPStatus) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors and status is HTTPStatus.OK else status


def _secret(request: HttpRequest) -> str:
    """Return the secret that this browser is setting up: the same until its first code was right."""
    kept = request.session.get(_SECRET_PLACE)
    if kept is not None:
        return crypto.decrypt(b64decode(kept), bound_to=_SECRET_PLACE).decode()
    secret = people.new_secret()
    sealed = crypto.encrypt(secret.encode(), bound_to=_SECRET_PLACE)
    request.session[_SECRET_PLACE] = b64encode(sealed).decode()
    return secret


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _qr(secret: str, name: str) -> str:
    """Return the picture that an authenticator reads, as SVG without styles or scripts."""
    city = city_or_none()
    issuer = "Gongzhi" if city is None else f"Gongzhi {city.name_en}"
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=4, light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn by us: squares, and no text that anybody typed


def _shown_seats(seats: list[SeatRow], staff: SessionRow, *, at: datetime) -> list[dict[str, object]]:
    """Return the posts as the page shows them: what, where, until when, and for whom."""
    english = get_language() == "en"
    named = {one.code: one.name_en if english else one.name_zh for one in queries.units(at=at)}
    actor = staff.actor
    return [
        {
            "uid": one.uid,
            "post": POSTS.get(one.post, one.post),
            "unit": named.get(one.unit, one.unit),
            "until_at": None if one.until_at is None else one.until_at.astimezone(zone_of_people()),
            "instead_of": queries.member(one.instead_of, at=at).number if isinstance(one, SubstitutionRow) else "",
            "is_taken": actor is not None and one.actor() == actor,
        }
        for one in seats
    ]


def _demo_accounts(*, at: datetime) -> list[dict[str, object]]:
    """Return the invented accounts that everybody may try, each with the first of its posts; none outside a demo."""
    city = city_or_none()
    if settings.GONGZHI_MODE == "production" or city is None or not city.is_demo:
        return []
    english = get_language() == "en"
    named = {one.code: one.name_en if english else one.name_zh for one in queries.units(at=at)}
    open_to_all = queries.demo_names()
    shown: dict[str, dict[str, object]] = {}
    for name, post in queries.demo_appointments(at=at):
        if name in open_to_all:
            shown.setdefault(
                name,
                {
                    "username": name,
                    "post": POSTS.get(post.post, post.post),
                    "unit": named.get(post.unit, post.unit),
                },
            )
    return list(shown.values())
