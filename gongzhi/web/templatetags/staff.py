"""Who is signed in, for the head of every staff page."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import get_language

from gongzhi.people.labels import POSTS
from gongzhi.people.queries import SessionRow
from gongzhi.web.sessions import SEAT, safe_next, seat_of

register = template.Library()


@register.inclusion_tag("web/_staff_bar.html", takes_context=True)
def staff_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Show who is signed in, in which post, and the ways to another post, another password, another user, and out."""
    request: HttpRequest | None = context.get("request")
    staff: SessionRow | None = getattr(request, "staff", None)
    if staff is None or staff.actor is None:
        return {"staff": None}
    unit = staff.unit_en if get_language() == "en" else staff.unit_zh
    return {
        "staff": staff,
        "post": POSTS.get(staff.actor.post or "", staff.actor.post),
        "unit": unit,
        "is_substitute": staff.actor.on_behalf_of is not None,
        "csrf_token": context.get("csrf_token"),
        "here": "" if request is None else _here(request),
    }


@register.simple_tag(takes_context=True)
def seat(context: dict[str, Any]) -> str:
    """Name in a form the post in which it was opened: in another one it is not taken."""
    staff: SessionRow | None = getattr(context.get("request"), "staff", None)
    if staff is None or staff.actor is None:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', SEAT, seat_of(staff.actor))


def _here(request: HttpRequest) -> str:
    """Return where somebody comes back to: the page they read, also where it came as the answer to a form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return safe_next(request, request.headers.get("Referer")) or ""
