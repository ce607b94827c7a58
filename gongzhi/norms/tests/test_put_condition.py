from datetime import date, time

import pytest
from django.db import IntegrityError

from gongzhi.audit.queries import entries_of
from gongzhi.kernel.units import Limit
from gongzhi.norms import operations, queries
from gongzhi.norms.models import FilingCondition
from gongzhi.norms.rules import CheckingWindow, class_key
from gongzhi.norms.states import STREAM, CheckingMode, ClassKind, Grade
from gongzhi.norms.tests.factories import NEW_YEAR, OUTSIDE_TRADING, STANDARD, draft
from gongzhi.places.states import AreaClass

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def put(norms_keeper, monday_9am, july):
    def put(one, *, from_on=july, until_on=None):
        return operations.put_condition(
            one, from_on=from_on, until_on=until_on, seen=queries.edition(), by=norms_keeper, at=monday_9am
        )

    return put


@pytest.fixture
def end(norms_keeper, monday_9am):
    def end(code, until_on):
        return operations.end_condition(code, until_on=until_on, seen=queries.edition(), by=norms_keeper, at=monday_9am)

    return end


def test_a_condition_is_kept_with_limit_hours_and_source(put, july):
    evening = CheckingWindow(time(18), time(22))
    said = draft(
        limit=Limit.parse("work_hour:8"),
        window=evening,
        grade=Grade.MAJOR,
        unit_code="brigade-3",
        calendar="street",
        legal_basis="城市市容和环境卫生管理条例 第十四条",
    )
    put(said)
    found = queries.filing_condition("event-09005-1", on=july)
    assert found.limit.text == "work_hour:8"
    assert found.window == evening
    assert found.needs_visit
    assert (found.grade, found.unit_code, found.calendar) == (Grade.MAJOR, "brigade-3", "street")
    assert found.legal_basis == "城市市容和环境卫生管理条例 第十四条"
    assert entries_of(STREAM)[-1].facts["condition"] == "event-09005-1"


def test_a_class_has_several_conditions_and_the_core_area_its_own(put, july):
    put(draft())
    put(draft(code="event-09005-2", number=2))
    put(draft(code="event-09005-1-A", area_class=AreaClass.CORE, limit=Limit.parse("work_hour:1")))
    general = queries.filing_conditions(OUTSIDE_TRADING, on=july)
    core = queries.filing_conditions(OUTSIDE_TRADING, on=july, area_class="A")
    assert [one.code for one in general] == ["event-09005-1", "event-09005-2"]
    assert [one.code for one in core] == ["event-09005-1-A", "event-09005-2"]


def test_a_shorter_limit_takes_over_on_the_day_the_old_one_ends(put, end):
    put(draft())
    end("event-09005-1", NEW_YEAR)
    put(draft(limit=Limit.parse("work_hour:1")), from_on=NEW_YEAR)
    assert queries.filing_condition("event-09005-1", on=date(2026, 12, 31)).limit.text == "work_hour:2"
    assert queries.filing_condition("event-09005-1", on=NEW_YEAR).limit.text == "work_hour:1"


def test_a_reader_sees_a_change_at_once(put, end, july):
    put(draft())
    assert queries.filing_condition("event-09005-1", on=NEW_YEAR).limit.text == "work_hour:2"
    end("event-09005-1", NEW_YEAR)
    with pytest.raises(operations.ConditionUnknown):
        queries.filing_condition("event-09005-1", on=NEW_YEAR)


def test_a_condition_for_an_unknown_class_is_refused(put):
    with pytest.raises(operations.ClassUnknown):
        put(draft(class_key=class_key(STANDARD, ClassKind.EVENT, "09999")))


def test_two_versions_cannot_be_in_force_on_one_day(put, july):
    put(draft(), until_on=NEW_YEAR)
    with pytest.raises(operations.PeriodOverlaps) as refused:
        put(draft(), from_on=date(2026, 12, 31))
    assert refused.value.facts == {"thing": "event-09005-1", "from_on": "2026-07-01", "until_on": "2027-01-01"}
    put(draft(), from_on=NEW_YEAR)


def test_two_codes_cannot_share_a_number_in_one_area(put):
    put(draft())
    with pytest.raises(operations.ConditionNumberTaken) as refused:
        put(draft(code="event-09005-other"))
    assert refused.value.facts == {
        "condition": "event-09005-other",
        "number": 1,
        "other": "event-09005-1",
        "from_on": "2026-07-01",
        "until_on": None,
    }


def test_one_code_cannot_stand_for_two_numbers(put):
    put(draft())
    with pytest.raises(operations.PeriodOverlaps):
        put(draft(number=2))


def test_a_condition_on_a_calendar_that_nobody_defined_is_refused(put, norms_keeper, monday_9am, july):
    misspelled = draft(calendar="nosuchcal")
    with pytest.raises(operations.CalendarUnknown) as refused:
        put(misspelled)
    assert refused.value.facts == {"calendar": "nosuchcal"}
    with pytest.raises(operations.CalendarUnknown):
        operations.put_conditions([misspelled], from_on=july, seen=queries.edition(), by=norms_keeper, at=monday_9am)
    assert not FilingCondition.objects.exists()


def test_a_code_belongs_to_one_class(put):
    put(draft(), until_on=NEW_YEAR)
    with pytest.raises(operations.ConditionCodeTaken) as refused:
        put(draft(class_key=class_key(STANDARD, ClassKind.EVENT, "09006")), from_on=NEW_YEAR)
    assert refused.value.facts["managed_class"] == OUTSIDE_TRADING


def test_a_condition_that_ends_before_it_begins_is_refused(put, july):
    with pytest.raises(operations.PeriodInverted):
        put(draft(), until_on=july)


def test_hours_without_a_visit_are_refused_and_nothing_is_kept(put):
    window = CheckingWindow(time(18), time(22))
    with pytest.raises(operations.CheckingWindowNeedsVisit):
        put(draft(checking_mode=CheckingMode.PHOTO, window=window))
    assert not FilingCondition.objects.exists()


def test_a_condition_ends_after_it_began_and_only_once(put, end, july):
    put(draft())
    with pytest.raises(operations.PeriodInverted):
        end("event-09005-1", july)
    end("event-09005-1", NEW_YEAR)
    with pytest.raises(operations.ConditionUnknown):
        end("event-09005-1", NEW_YEAR)


def test_many_conditions_come_all_or_none(norms_keeper, monday_9am, july):
    sound, faulty = draft(), draft(code="event-09005-9", number=1)
    with pytest.raises(operations.ConditionNumberTaken):
        operations.put_conditions([sound, faulty], from_on=july, seen=queries.edition(), by=norms_keeper, at=monday_9am)
    assert not FilingCondition.objects.exists()
    assert operations.put_conditions([sound], from_on=july, seen=queries.edition(), by=norms_keeper, at=monday_9am) == 1


@pytest.mark.parametrize(
    "altered",
    [
        {"limit_length": 0},
        {"limit_unit": "fortnight"},
        {"grade": "D"},
        {"area_class": "Z"},
        {"checking_mode": "guess"},
        {"check_from": time(18)},
        {"check_from": time(18), "check_until": time(18)},
        {"check_from": time(18), "check_until": time(22), "checking_mode": "photo"},
        {"until_on": date(2026, 7, 1)},
    ],
)
def test_the_database_itself_refuses_a_senseless_condition(put, altered):
    put(draft())
    with pytest.raises(IntegrityError):
        FilingCondition.objects.update(**altered)
