"""How often somebody tried something without signing in."""

from __future__ import annotations

from datetime import datetime

from gongzhi.base.crypto import keyed_digest
from gongzhi.web.models import AttemptCount
from gongzhi.web.rules import window_of


def attempts(act: str, *, sender: str, at: datetime) -> int:
    """Return how often a network address tried something in the hour of an instant."""
    found = AttemptCount.objects.filter(act=act, sender=sender_digest(sender), hour_at=window_of(at))
    return found.values_list("count", flat=True).first() or 0


def sender_digest(sender: str) -> str:
    """Return what is kept of a network address: two hits of one sender are recognised, the address is not."""
    return keyed_digest(sender, purpose="sender")
