"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import CASE_ENDED
from gongzhi.intake import operations


def settle_with_its_case(entry: EntryRow) -> None:
    """A case ended: its reports end too, unless an answer is owed. Doing it twice changes nothing."""
    operations.settle_reports_of(UUID(entry.subject), at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("intake.settle-with-case", CASE_ENDED, settle_with_its_case)
