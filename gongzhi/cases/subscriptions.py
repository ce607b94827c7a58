"""What this room listens to: its own facts, of which it tells people after the change is kept."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.operations import recording_as
from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases import news, operations
from gongzhi.notices.news import facts_of
from gongzhi.notices.rules import NEWSWORTHY


def tell(entry: EntryRow) -> None:
    """Tell everybody whom it concerns. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_case(UUID(entry.subject), fact=entry.type, said=entry.facts, seq=entry.seq, at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("cases.tell", facts_of(news.NEWS), tell, origins=NEWSWORTHY)
