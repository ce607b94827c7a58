"""What this room listens to: its own facts, to tell those whom they concern."""

from __future__ import annotations

from uuid import UUID

from gongzhi.accountability import news, operations
from gongzhi.audit.operations import recording_as
from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.notices.news import facts_of
from gongzhi.notices.rules import NEWSWORTHY


def tell_of_complaint(entry: EntryRow) -> None:
    """Tell those who may inquire, or whoever complained. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_complaint(UUID(entry.subject), fact=entry.type, seq=entry.seq, at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("accountability.tell", facts_of(news.NEWS), tell_of_complaint, origins=NEWSWORTHY)
