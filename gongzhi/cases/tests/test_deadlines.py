"""When a disposal is due: a table to read aloud."""

import pytest

from gongzhi.cases import queries
from gongzhi.cases.queries import NoClockYet
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case, handled_case, rework_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

TWO_WORKING_HOURS = (moves.STREET_VENDOR, "event-09001-1")
ONE_WORKING_DAY = (moves.GOODS_OUTSIDE_A_SHOP, "event-09005-3")
TWO_URGENT_HOURS = ("GB/T 47678.5-2026|event|06029", "event-06029-1")


@pytest.mark.parametrize(
    ("condition", "dispatched_at", "due_at"),
    [
        # two working hours; the office works 08:00–12:00 and 14:00–18:00
        (TWO_WORKING_HOURS, "2026-11-23 09:00", "2026-11-23 11:00"),
        (TWO_WORKING_HOURS, "2026-11-23 11:30", "2026-11-23 15:30"),  # over the lunch break
        (TWO_WORKING_HOURS, "2026-11-23 12:30", "2026-11-23 16:00"),  # begins when work begins again
        (TWO_WORKING_HOURS, "2026-11-27 17:00", "2026-11-30 09:00"),  # over the weekend
        (TWO_WORKING_HOURS, "2026-11-28 10:00", "2026-11-30 10:00"),  # on a Saturday
        (TWO_WORKING_HOURS, "2026-02-13 17:00", "2026-02-14 09:00"),  # that Saturday is worked, before Spring Festival
        (TWO_WORKING_HOURS, "2026-02-14 17:00", "2026-02-24 09:00"),  # over Spring Festival
        (TWO_WORKING_HOURS, "2026-02-20 10:00", "2026-02-24 10:00"),  # within Spring Festival
        # one working day ends at the same hour of the next one
        (ONE_WORKING_DAY, "2026-11-23 15:00", "2026-11-24 15:00"),
        (ONE_WORKING_DAY, "2026-11-27 15:00", "2026-11-30 15:00"),
        (ONE_WORKING_DAY, "2026-02-13 15:00", "2026-02-14 15:00"),
        (ONE_WORKING_DAY, "2026-02-14 15:00", "2026-02-24 15:00"),
        # two urgent hours run day and night
        (TWO_URGENT_HOURS, "2026-11-27 23:00", "2026-11-28 01:00"),
        (TWO_URGENT_HOURS, "2026-02-17 12:30", "2026-02-17 14:30"),
    ],
)
def test_a_disposal_is_due(condition, dispatched_at, due_at):
    class_key, code = condition
    at = local(dispatched_at)
    case = dispatched_case(class_key=class_key, condition=code, at=at - 4 * moves.A_STEP, dispatched_at=at)
    assert (case.due_at, case.due_provisional) == (local(due_at), False)
    assert explained_end(case) == case.due_at


def test_past_the_last_confirmed_year_a_deadline_is_provisional():
    at = local("2026-12-31 17:00")
    case = dispatched_case(at=at - 4 * moves.A_STEP, dispatched_at=at)
    assert case.due_provisional
    assert case.due_at == local("2027-01-01 09:00"), "the holidays of that year are not published yet"
    assert queries.explain_deadline(str(case.uid)).provisional


def explained_end(case):
    explained = queries.explain_deadline(str(case.uid))
    assert explained.due_at == case.due_at
    return explained.steps[-1].until


def test_the_walk_to_a_deadline_ends_at_the_deadline_also_after_rework():
    case = rework_case(dispatched_at=local("2026-11-23 09:20"), handled_at=local("2026-11-23 11:00"))
    assert explained_end(case) == case.due_at == local("2026-11-23 11:30")
    again = moves.check(moves.order_check(moves.handle(case)), passed=False)
    assert explained_end(again) == again.due_at
    assert again.due_at > case.due_at
    assert sum("paus" in step.kind for step in queries.explain_deadline(str(again.number)).steps) == 2


def test_while_a_result_waits_for_review_its_deadline_stands():
    case = handled_case()
    assert explained_end(case) == case.due_at == local("2026-11-23 11:20")


def test_before_dispatch_there_is_no_deadline_to_explain(filed_case):
    with pytest.raises(NoClockYet) as refused:
        queries.explain_deadline(str(filed_case.number))
    assert refused.value.facts == {"case": "2026-000001", "state": "filed"}
