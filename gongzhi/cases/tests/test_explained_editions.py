"""A deadline is explained on the calendars of its day, whatever the calendars say later."""

from datetime import date, timedelta

import pytest
from django.db import connection

from gongzhi.audit.verify import verify
from gongzhi.calendars import operations as calendars
from gongzhi.calendars import queries as calendar_queries
from gongzhi.calendars.queries import EditionNotKept
from gongzhi.calendars.states import DayKind, DaySource
from gongzhi.cases import queries
from gongzhi.cases.states import ClosingType
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

FRIDAY_5PM = local("2026-11-27 17:00")
MONDAY_9AM = local("2026-11-30 09:00")
TUESDAY_9AM = local("2026-12-01 09:00")


@pytest.fixture
def friday_case():
    """Two working hours from Friday at five: Monday at nine."""
    case = dispatched_case(at=FRIDAY_5PM - 4 * moves.A_STEP, dispatched_at=FRIDAY_5PM)
    assert case.due_at == MONDAY_9AM
    return case


def close_the_offices_on_monday(kind=DayKind.REST):
    seen = calendar_queries.edition()
    calendars.set_day(date(2026, 11, 30), kind, name_zh="台风停工", seen=seen, by=FOUNDER, at=FRIDAY_5PM)
    return seen


def test_a_deadline_is_explained_on_the_calendars_under_which_it_was_computed(friday_case):
    edition = close_the_offices_on_monday()
    explained = queries.explain_deadline(friday_case.number)
    assert explained.due_at == explained.steps[-1].until == MONDAY_9AM
    assert (explained.edition, explained.present_edition) == (edition, edition + 1)
    assert explained.edition_since == calendar_queries.edition_since(edition) < FRIDAY_5PM
    assert explained.due_today == TUESDAY_9AM
    assert verify().intact


def test_while_the_calendars_stand_the_explanation_says_the_same_for_today(friday_case):
    explained = queries.explain_deadline(friday_case.number)
    assert explained.edition == explained.present_edition == friday_case.due_edition
    assert explained.due_today == explained.due_at == MONDAY_9AM


def test_confirming_a_year_later_does_not_change_what_was_provisional():
    at = local("2026-12-31 17:00")
    case = dispatched_case(at=at - 4 * moves.A_STEP, dispatched_at=at)
    assert case.due_provisional
    for change in (
        lambda seen: calendars.seed_days([2027], seen=seen, by=FOUNDER, at=at, library=DaySource.WEEKENDS),
        lambda seen: calendars.set_day(date(2027, 1, 1), DayKind.REST, name_zh="元旦", seen=seen, by=FOUNDER, at=at),
        lambda seen: calendars.confirm_years([2027], notice="通知", seen=seen, by=FOUNDER, at=at),
    ):
        change(calendar_queries.edition())
    explained = queries.explain_deadline(str(case.number))
    assert explained.due_at == explained.steps[-1].until == local("2027-01-01 09:00")
    assert explained.provisional
    assert explained.steps[-1].provisional
    assert explained.due_today == local("2027-01-04 09:00")


def test_lateness_is_measured_on_the_calendars_of_the_deadline(friday_case):
    close_the_offices_on_monday()
    case = moves.handle(moves.acknowledge(friday_case), at=local("2026-11-30 10:00"))
    closed = moves.close(moves.check(moves.order_check(case)))
    assert (closed.closing_type, closed.overtime_hundredths) == (ClosingType.LATE, 50)


def test_a_deadline_that_rework_moves_is_computed_on_the_calendars_of_that_day(friday_case):
    case = moves.handle(moves.acknowledge(friday_case), at=FRIDAY_5PM + timedelta(minutes=30))
    edition = close_the_offices_on_monday()
    reworked = moves.send_back(case, at=FRIDAY_5PM + timedelta(minutes=40))
    assert (reworked.due_edition, friday_case.due_edition) == (edition + 1, edition)
    assert reworked.due_at == local("2026-12-01 09:10")
    explained = queries.explain_deadline(str(case.number))
    assert explained.steps[-1].until == explained.due_today == reworked.due_at


def test_each_stage_remembers_its_calendars(friday_case):
    edition = close_the_offices_on_monday()
    moves.acknowledge(friday_case)
    stages = {one.stage: one.due_edition for one in queries.stages(friday_case.uid)}
    assert stages == {
        **dict.fromkeys(("accept", "verify", "file", "dispatch", "acknowledge"), edition),
        "dispose": edition,
    }
    moves.handle(moves.now(friday_case))
    assert queries.stages(friday_case.uid)[-1].due_edition == edition + 1


def test_a_deadline_older_than_the_keeping_of_calendars_is_explained_on_the_present_ones(friday_case):
    close_the_offices_on_monday()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET due_edition = NULL")
    explained = queries.explain_deadline(friday_case.number)
    assert (explained.edition, explained.edition_since) == (None, None)
    assert explained.steps[-1].until == explained.due_today == TUESDAY_9AM
    assert explained.due_at == MONDAY_9AM


def test_where_the_calendars_of_the_day_are_gone_nothing_is_made_up(friday_case):
    edition = close_the_offices_on_monday()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM calendars_pastedition")
    calendar_queries._edition.cache_clear()
    calendar_queries._prepared.cache_clear()
    with pytest.raises(EditionNotKept) as refused:
        queries.explain_deadline(friday_case.number)
    assert refused.value.facts == {"edition": edition}
