"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import CASE_ENDED
from gongzhi.visits import operations


def call_back(entry: EntryRow) -> None:
    """A case ended: nobody needs to go there any more."""
    operations.cancel_visits_of(UUID(entry.subject), at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("visits.call-back", CASE_ENDED, call_back)
