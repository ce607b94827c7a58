"""Who is signed in, for the head of every staff page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from gongzhi.people.labels import POSTS
from gongzhi.people.queries import SessionRow

register = template.Library()


@register.inclusion_tag("web/_staff_bar.html", takes_context=True)
def staff_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Show who is signed in, in which post, and the ways to another post, another password, another user, and out."""
    request = context.get("request")
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
        "here": "" if request is None else request.get_full_path(),
    }
