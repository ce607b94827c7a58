"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.operations import recording_as
from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import NOBODY_LOOKS_NOW
from gongzhi.notices.news import facts_of
from gongzhi.notices.rules import NEWSWORTHY
from gongzhi.visits import news, operations


def call_back(entry: EntryRow) -> None:
    """A case ended, or a unit is on the way at once: nobody needs to go there and look any more."""
    operations.cancel_visits_of(UUID(entry.subject), at=entry.at)


def tell(entry: EntryRow) -> None:
    """Tell those who go there. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_visit(UUID(entry.subject), fact=entry.type, cause=f"{entry.stream}#{entry.seq}", at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("visits.tell", facts_of(news.NEWS), tell, origins=NEWSWORTHY)
    subscribe("visits.call-back", NOBODY_LOOKS_NOW, call_back)
