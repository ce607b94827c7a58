"""What is asked at the terminal about one case."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from gongzhi.calendars import operations as calendars
from gongzhi.calendars import queries as calendar_queries
from gongzhi.calendars.states import DayKind
from gongzhi.cases import operations as cases
from gongzhi.cases.operations import timers
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as intake_queries
from gongzhi.intake.operations import timers as marking
from gongzhi.intake.queries import sheets
from gongzhi.jobs.case_commands import explain_deadline, stuck_timers
from gongzhi.kernel.clock import from_utc_text
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, replies
from gongzhi.testing.cases import dispatched_case, reported_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

FRIDAY_5PM = local("2026-11-27 17:00")


def typed(command, *words):
    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def case():
    return dispatched_case(at=FRIDAY_5PM - 4 * moves.A_STEP, dispatched_at=FRIDAY_5PM)


def test_a_deadline_is_explained_with_its_calendars_and_what_todays_would_give(case):
    edition = calendar_queries.edition()
    assert f"按现行日历（第 {edition} 版" in typed(explain_deadline, case.number)
    calendars.set_day(date(2026, 11, 30), DayKind.REST, seen=edition, by=FOUNDER, at=FRIDAY_5PM)

    told = typed(explain_deadline, case.number)
    assert "截止时间 2026-11-30 09:00" in told
    assert f"按当时的日历（第 {edition} 版" in told
    assert f"现为第 {edition + 1} 版" in told
    assert "若按现行日历，截止时间为 2026-12-01 09:00" in told

    said = json.loads(typed(explain_deadline, case.number, "--json"))
    assert (said["edition"], said["present_edition"]) == (edition, edition + 1)
    assert from_utc_text(said["due_at"]) == from_utc_text(said["steps"][-1]["until"]) == local("2026-11-30 09:00")
    assert from_utc_text(said["due_today"]) == local("2026-12-01 09:00")


def test_timers_that_are_stuck_are_listed(monkeypatch):
    assert typed(stuck_timers) == ""
    case = reported_case(at=local("2026-11-23 09:00"))

    def broken(stage, case_id, *, at):
        raise RuntimeError("the record of this case is damaged")

    monkeypatch.setattr(timers, "_let_run_out", broken)
    cases.tick(local("2026-11-23 12:00"))
    assert f"{case.uid}  accept" in typed(stuck_timers)
    (told,) = typed(stuck_timers, "--json").splitlines()
    assert json.loads(told)["error"] == "RuntimeError: the record of this case is damaged"


def test_answers_and_work_sheets_that_cannot_be_marked_late_are_set_aside_hold_up_no_other_and_are_listed(
    monkeypatch, caplog
):
    """With room for one in each round; the second is mended an hour later."""
    stuck, other = (replies.take(replies.work_sheet(f"XM202611230000{n}")).sheet for n in (1, 2))
    usual = marking._mark_sheet

    def mark(uid, *, at):
        if uid == stuck:
            raise RuntimeError("the record of this sheet is damaged")
        return usual(uid, at=at)

    monkeypatch.setattr(marking, "_mark_sheet", mark)
    late = local("2026-11-26 09:00")
    assert [intake.tick(late + timedelta(seconds=20 * n), limit=1) for n in range(2)] == [0, 1]
    assert sheets.sheet(other).acknowledged_late
    assert f"sheet  {stuck}" in typed(stuck_timers)
    assert json.loads(typed(stuck_timers, "--json"))["sheet"] == str(stuck)
    for minutes in range(1, 8):
        intake.tick(late + timedelta(minutes=minutes))
    assert caplog.text.count("is set aside") == 1
    (row,) = intake_queries.stuck_marks()
    assert (row.attempts, row.next_at) == (4, late + timedelta(minutes=15)), "after one minute, three and seven"
    monkeypatch.undo()
    assert intake.tick(late + timedelta(minutes=15)) == 1
    intake.tick(late + timedelta(minutes=16))
    assert typed(stuck_timers) == ""
