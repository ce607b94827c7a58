"""Who stands at a door, as far as anybody can tell who has not signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from gongzhi.web import rules


def sender_of(request: HttpRequest) -> str:
    """Return the network from which a request comes, for limits."""
    address = rules.believed_address(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.GONGZHI_PROXIES,
    )
    return rules.sender_network(address)
