"""What a day with a neighbour came to, and where the two lists disagree."""

from datetime import date, timedelta

import pytest

from gongzhi.intake import operations as intake
from gongzhi.intake.queries import sheets as queries
from gongzhi.intake.queries.sheets import Difference, Theirs
from gongzhi.intake.states import ReportKind, SheetState
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import MONDAY_9AM, local
from gongzhi.testing.replies import take, work_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(hours=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def day(city):
    """Four work sheets of a day (waiting, returned, answered in time, answered late), and one of the day before."""
    acceptor = moves.member("acceptor")
    found = {no: take(work_sheet(no, type=ReportKind.CONSULT)).sheet for no in ("A1", "A2", "A3", "A4")}
    take(work_sheet("A0", type=ReportKind.CONSULT), at=MONDAY_9AM - timedelta(days=1))
    take(work_sheet("A1"), neighbour="110")
    intake.return_sheet(found["A2"], reason="不属我方", seen=1, by=acceptor, at=LATER)
    for no, at in (("A3", LATER), ("A4", local("2026-11-26 09:00"))):
        intake.acknowledge_sheet(found[no], seen=1, by=acceptor, at=LATER)
        report = queries.sheet(found[no]).report
        replies.answer(report, at=at + timedelta(minutes=30))
    return found


def test_a_day_is_counted(day):
    told = queries.reconciliation("12345", on=MONDAY, at=local("2026-11-24 09:00"))
    assert (told.received, told.acknowledged, told.returned, told.answered, told.closed) == (4, 2, 1, 2, 0)
    assert told.late == 1, "one was answered after the neighbour's date"
    assert (told.waiting_messages, told.failed_messages) == (5, 0)
    assert told.differences == ()
    assert queries.reconciliation("12345", on=MONDAY, at=local("2026-12-24 09:00")).late == 2, "and one never was"


def test_differences_are_named_by_number(day):
    theirs = [
        Theirs("A1", version=1, state=SheetState.RECEIVED),
        Theirs("A2", version=2, state=SheetState.RETURNED),
        Theirs("A4", state=SheetState.RECEIVED),
        Theirs("A9"),
    ]
    told = queries.reconciliation("12345", on=MONDAY, at=LATER, theirs=theirs)
    assert told.differences == (
        Difference("A2", "version", "1", "2"),
        Difference("A3", "missing-there", "A3", ""),
        Difference("A4", "state", "answered", "received"),
        Difference("A9", "missing-here", "", "A9"),
    )


def test_work_sheets_are_listed_by_neighbour_state_and_day(day):
    listed = queries.sheets_page(neighbour="12345", on=MONDAY)
    assert [one.sheet_no for one in listed] == ["A1", "A2", "A3", "A4"]
    assert [one.sheet_no for one in queries.sheets_page(state=SheetState.RETURNED)] == ["A2"]
    assert [one.sheet_no for one in queries.sheets_page(neighbour="12345", after=listed[1].uid, limit=1)] == ["A3"]
    assert queries.sheet_numbered("12345", "A0") is not None
    assert queries.sheet_numbered("110", "A0") is None
