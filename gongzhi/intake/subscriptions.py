"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import CASE_ENDED
from gongzhi.intake import operations
from gongzhi.kernel.facts import FactType

CASE_ARRIVED, CASE_FED_BACK = FactType("case.arrive"), FactType("case.feed_back")
CASE_REOPENED = FactType("case.reopen")


def settle_with_its_case(entry: EntryRow) -> None:
    """A case ended: its reports end too, unless an answer is owed. Doing it twice changes nothing."""
    operations.settle_reports_of(UUID(entry.subject), at=entry.at)


def take_up_with_its_case(entry: EntryRow) -> None:
    """A closed case goes on: its reports are not done either. Doing it twice changes nothing."""
    operations.take_up_reports_of(UUID(entry.subject), at=entry.at)


def tell_of_arrival(entry: EntryRow) -> None:
    """Somebody reached the place, or told what they found: the neighbour that follows the matter hears of it once."""
    operations.tell_of_arrival(
        UUID(entry.subject),
        arrived=entry.type == CASE_ARRIVED.name,
        cause=f"{entry.stream}#{entry.seq}",
        at=entry.at,
    )


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("intake.settle-with-case", CASE_ENDED, settle_with_its_case)
    subscribe("intake.take-up-with-case", (CASE_REOPENED,), take_up_with_its_case)
    subscribe("intake.tell-of-arrival", (CASE_ARRIVED, CASE_FED_BACK), tell_of_arrival)
