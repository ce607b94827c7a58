"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import NOBODY_LOOKS_NOW
from gongzhi.visits import operations


def call_back(entry: EntryRow) -> None:
    """A case ended, or a unit is on the way at once: nobody needs to go there and look any more."""
    operations.cancel_visits_of(UUID(entry.subject), at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("visits.call-back", NOBODY_LOOKS_NOW, call_back)
