"""Who was told what: the messages about a matter, with their recipients as posts instead of ids."""

from __future__ import annotations

from datetime import datetime

from gongzhi.audit.delivery import deliver_all
from gongzhi.notices import queries as notices
from gongzhi.people import queries as people
from gongzhi.testing.moves import MONDAY_9AM


def deliver(at: datetime = MONDAY_9AM) -> None:
    """Let every fact reach those who listen."""
    deliver_all(clock=lambda: at)


def told(about: str) -> dict[str, set[str]]:
    """Return who was told what about a matter: by topic the posts, units and addressees, a desk with its unit."""
    posts = {
        f"member:{one.member}": f"{one.post} {one.unit}" if one.post in {"department_desk", "handler"} else one.post
        for one in people.appointments(at=MONDAY_9AM)
    }
    found: dict[str, set[str]] = {}
    for one in notices.messages_about(about, limit=1000):
        found.setdefault(one.topic, set()).add(posts.get(one.recipient, one.recipient))
    return found
