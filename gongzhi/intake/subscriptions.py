"""What this room listens to."""

from __future__ import annotations

from uuid import UUID

from gongzhi.audit.operations import recording_as
from gongzhi.audit.registry import EntryRow, subscribe
from gongzhi.cases.facts import CASE_ENDED, CASE_REOPENED, CASE_REOPENED_BY_REPORTER, OBJECTION_UPHELD
from gongzhi.intake import facts, news, operations
from gongzhi.kernel.facts import FactType
from gongzhi.notices.news import facts_of
from gongzhi.notices.rules import NEWSWORTHY

REPORT_SUPPLEMENTED = FactType("report.supplement")
CASE_ARRIVED, CASE_FED_BACK = FactType("case.arrive"), FactType("case.feed_back")
CASE_GOES_ON = (CASE_REOPENED, CASE_REOPENED_BY_REPORTER, OBJECTION_UPHELD)


def settle_with_its_case(entry: EntryRow) -> None:
    """A case ended: its reports end too, unless an answer is owed. Doing it twice changes nothing."""
    operations.settle_reports_of(UUID(entry.subject), at=entry.at)


def take_up_with_its_case(entry: EntryRow) -> None:
    """A case that had ended goes on: its reports are not done either, whoever of them it was taken up again for.

    Doing it twice changes nothing.
    """
    operations.take_up_reports_of(UUID(entry.subject), at=entry.at)


def tell_of_arrival(entry: EntryRow) -> None:
    """Somebody reached the place, or told what they found: the neighbour that follows the matter hears of it once."""
    operations.tell_of_arrival(
        UUID(entry.subject),
        arrived=entry.type == CASE_ARRIVED.name,
        cause=f"{entry.stream}#{entry.seq}",
        at=entry.at,
    )


def tell_of_its_report(entry: EntryRow) -> None:
    """Tell the reporter, or our own people of what is late. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_its_report(UUID(entry.subject), fact=entry.type, seq=entry.seq, at=entry.at)


def tell_of_its_case(entry: EntryRow) -> None:
    """Tell whoever reported a case how it goes on. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_its_case(UUID(entry.subject), fact=entry.type, seq=entry.seq, at=entry.at)


def tell_of_its_sheet(entry: EntryRow) -> None:
    """Tell our own people of a work sheet that is late. Doing it twice tells nobody twice."""
    with recording_as(entry.origin):
        operations.tell_of_its_sheet(UUID(entry.subject), fact=entry.type, seq=entry.seq, at=entry.at)


def index_its_words(entry: EntryRow) -> None:
    """A report said something: it is found by that from now on. Doing it twice changes nothing."""
    operations.draw_terms(UUID(entry.subject))


def register() -> None:
    """Subscribe; called once while the room starts."""
    subscribe("intake.tell-of-report", facts_of(news.OF_REPORTS), tell_of_its_report, origins=NEWSWORTHY)
    subscribe("intake.tell-of-case", facts_of(news.OF_CASES), tell_of_its_case, origins=NEWSWORTHY)
    subscribe("intake.tell-of-sheet", facts_of(news.OF_SHEETS), tell_of_its_sheet, origins=NEWSWORTHY)
    subscribe("intake.settle-with-case", CASE_ENDED, settle_with_its_case)
    subscribe("intake.take-up-with-case", CASE_GOES_ON, take_up_with_its_case)
    subscribe("intake.tell-of-arrival", (CASE_ARRIVED, CASE_FED_BACK), tell_of_arrival)
    subscribe("intake.index-words", (facts.REPORT_RECEIVED, REPORT_SUPPLEMENTED), index_its_words)
