"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.facts import ERASED
from gongzhi.audit.operations import recording_as
from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.intake.states import Part
from gongzhi.papers import operations

_SAID_IN_PAPERS = frozenset({Part.CONTACT.value, Part.WORDS.value})
"""What a paper about a report may hold, so that it goes with either of them."""


def erase_with_its_report(entry: EntryRow) -> None:
    """A report's words or contact were erased: its papers hold them no longer. Doing it twice changes nothing."""
    parts = entry.facts.get("parts")
    if not entry.stream.startswith("report:") or not isinstance(parts, list) or _SAID_IN_PAPERS.isdisjoint(parts):
        return
    with recording_as(entry.origin):
        operations.erase_papers_of(UUID(entry.subject), rule=str(entry.facts["rule"]), by=entry.actor, at=entry.at)


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("papers.erase-with-report", (ERASED,), erase_with_its_report)
