"""Filing: number, condition, limit."""

from dataclasses import replace
from datetime import date

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.calendars.queries import CalendarUnknown
from gongzhi.cases import queries
from gongzhi.cases.rules import ClassMissing, ConditionMissing, ConditionOfOtherClass
from gongzhi.cases.states import CaseState
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms.operations import ConditionUnknown
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import accepted_case, filed_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_filed_case_has_its_number_its_condition_and_its_limit(accepted_case):
    filed = moves.file(accepted_case, condition=moves.VENDOR_BY_DAY)
    assert filed.state is CaseState.FILED
    assert filed.number == "2026-000001"
    assert (filed.condition_code, filed.limit_text, filed.needs_visit) == (moves.VENDOR_BY_DAY, "work_hour:2", True)
    assert filed.filed_at == accepted_case.moved_at + moves.A_STEP
    assert filed.due_at is None, "the disposal clock starts at dispatch"
    assert entries_of(filed.stream)[-1].facts["cited"], "the source of the limit is cited"
    assert queries.find("2026-000001") == filed


def test_numbers_run_through_the_year_of_the_city():
    numbers = [filed_case().number for _ in range(3)]
    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]


def test_a_case_filed_after_midnight_in_the_city_belongs_to_the_new_year():
    case = accepted_case(at=local("2026-12-31 23:40"))
    assert moves.file(case, at=local("2026-12-31 23:59")).number == "2026-000001"
    case = accepted_case(at=local("2026-12-31 23:40"))
    assert moves.file(case, at=local("2027-01-01 00:01")).number == "2027-000001"


def test_a_condition_without_a_visit_says_so():
    case = filed_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT)
    assert not case.needs_visit


def test_a_case_is_not_filed_under_a_condition_whose_calendar_is_not_there(accepted_case, monkeypatch):
    condition = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=accepted_case.moved_at.date())
    misspelled = replace(condition, calendar="nosuchcal")
    monkeypatch.setattr(norm_queries, "filing_condition", lambda code, *, on: misspelled)
    with pytest.raises(CalendarUnknown):
        moves.file(accepted_case)
    assert moves.now(accepted_case) == accepted_case, "it would never have been dispatched"


def test_an_urgent_case_is_not_filed_later_under_such_a_condition_either(reported_case, monkeypatch):
    sent = turns.dispatch_urgent(turns.mark_urgent(reported_case))
    condition = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=sent.moved_at.date())
    misspelled = replace(condition, calendar="nosuchcal")
    monkeypatch.setattr(norm_queries, "filing_condition", lambda code, *, on: misspelled)
    with pytest.raises(CalendarUnknown):
        turns.file_later(sent)
    assert moves.now(sent) == sent, "its rework would have no deadline"


def test_a_case_is_not_filed_without_a_condition(accepted_case):
    with pytest.raises(ConditionMissing):
        moves.file(accepted_case, condition="")


def test_a_case_is_not_filed_without_a_class():
    with pytest.raises(ClassMissing):
        moves.file(accepted_case(class_key=None))


def test_a_case_is_not_filed_under_the_condition_of_another_class(accepted_case):
    with pytest.raises(ConditionOfOtherClass) as refused:
        moves.file(accepted_case, condition=moves.GOODS_ON_THE_PAVEMENT)
    assert refused.value.facts["found"] == moves.GOODS_OUTSIDE_A_SHOP
    assert moves.now(accepted_case) == accepted_case


def test_a_case_is_not_filed_under_a_condition_that_nobody_knows(accepted_case):
    with pytest.raises(ConditionUnknown):
        moves.file(accepted_case, condition="event-09001-99")


def test_a_case_is_not_filed_under_a_condition_that_has_ended(accepted_case):
    norms.end_condition(
        moves.VENDOR_BY_DAY,
        until_on=date(2026, 11, 23),
        seen=norm_queries.edition(),
        by=FOUNDER,
        at=accepted_case.moved_at,
    )
    with pytest.raises(ConditionUnknown):
        moves.file(accepted_case)


def test_a_condition_that_ends_later_does_not_touch_a_case_filed_under_it():
    case = filed_case()
    norms.end_condition(
        moves.VENDOR_BY_DAY, until_on=date(2026, 11, 24), seen=norm_queries.edition(), by=FOUNDER, at=case.moved_at
    )
    case = moves.dispatch(case, at=local("2026-11-24 09:00"))
    assert case.due_at == local("2026-11-24 11:00")
    case = moves.check(moves.order_check(moves.handle(moves.acknowledge(case))))
    assert moves.close(case).state is CaseState.CLOSED
