from datetime import time

import pytest
from django.apps import apps

from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.kernel.units import Limit
from gongzhi.norms import operations, queries, shipped
from gongzhi.norms.models import FilingCondition
from gongzhi.norms.rules import CheckingWindow, FixedTime, ShareOfLimit, class_key
from gongzhi.norms.states import STAGES_WITH_A_LIMIT, STREAM, CheckingMode, ClassKind, Stage, StageClock
from gongzhi.norms.tests.factories import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(norms_keeper, monday_9am, july):
    return lambda: operations.seed_default_norms(from_on=july, seen=queries.edition(), by=norms_keeper, at=monday_9am)


def event(code):
    return class_key(shipped.STANDARD_REF, ClassKind.EVENT, code)


def test_the_shipped_catalogue_has_the_counts_of_the_standard():
    lines = shipped.catalogue()
    national = [one for one in lines if not one.is_local_extension]
    assert len([one for one in national if one.kind is ClassKind.COMPONENT]) == 153
    assert len([one for one in national if one.kind is ClassKind.EVENT]) == 250
    assert all(int(one.minor_code) >= 801 for one in lines if one.is_local_extension)


def test_every_class_can_be_filed_and_common_ones_under_several_conditions(seed, july):
    seeded = seed()
    numbers = [len(queries.filing_conditions(one.key, on=july)) for one in queries.classes(on=july)]
    assert len(numbers) == seeded.classes == 411
    assert min(numbers) == 1
    assert len([n for n in numbers if n > 1]) >= 25


def test_unauthorised_building_has_three_steps_each_with_its_own_limit(seed, july):
    seed()
    steps = queries.filing_conditions(event("06001"), on=july)
    assert [one.limit.text for one in steps] == ["work_hour:4", "work_day:7", "work_day:20"]


def test_itinerant_vendors_of_the_evening_are_checked_in_the_evening(seed, july):
    seed()
    by_day, evening, gate = queries.filing_conditions(event("09001"), on=july)
    assert by_day.window is None
    assert evening.window == CheckingWindow(time(18), time(22))
    assert gate.window == CheckingWindow(time(16), time(18, 30))
    assert [one.limit.text for one in queries.filing_conditions(event("09001"), on=july, area_class="A")] == [
        "work_hour:1",
        "work_hour:8",
        "work_hour:4",
    ]


def test_a_class_without_written_conditions_gets_its_suggested_limit_and_unit(seed, july):
    seed()
    (only,) = queries.filing_conditions(event("10001"), on=july)
    assert only.limit == Limit.parse("urgent_hour:4")
    assert (only.unit_hint_zh, only.unit_hint_en) == ("环卫", "Sanitation")
    assert only.source == "configured default"
    assert only.zh == "现场确认存在“道路积雪、结冰”"


def test_goods_outside_a_shop_are_passed_from_the_photo_without_a_visit(seed, july):
    seed()
    found = queries.filing_condition("event-09005-1", on=july)
    assert found.checking_mode is CheckingMode.PHOTO
    assert not found.needs_visit


@pytest.mark.parametrize(
    ("stage", "area_class", "time"),
    [
        (Stage.ACCEPT, "", FixedTime(StageClock.CONTINUOUS, 900)),
        (Stage.FILE, "", FixedTime(StageClock.WORKING, 3600)),
        (Stage.FILE, "C", FixedTime(StageClock.WORKING, 7200)),
        (Stage.DISPATCH, "", FixedTime(StageClock.CONTINUOUS, 900)),
        (Stage.ACKNOWLEDGE, "", FixedTime(StageClock.WORKING, 3600)),
        (Stage.VERIFY, "", FixedTime(StageClock.CONTINUOUS, 1800)),
        (Stage.CHECK, "A", FixedTime(StageClock.CONTINUOUS, 1800)),
        (Stage.DISPOSE, "", ShareOfLimit(100)),
        (Stage.REWORK, "", ShareOfLimit(50)),
    ],
)
def test_every_stage_has_its_default_limit_and_its_source(seed, july, stage, area_class, time):
    seed()
    found = queries.stage_limit(stage, on=july, area_class=area_class)
    assert found.time == time
    assert found.source


def test_all_stages_of_the_program_have_a_default_limit(seed, july):
    seed()
    assert all(queries.stage_limit(stage, on=july).source for stage in STAGES_WITH_A_LIMIT)


def test_seeding_again_adds_nothing_and_keeps_what_the_city_has_set(seed, norms_keeper, monday_9am, july):
    first = seed()
    assert (first.conditions, first.stage_limits) > (411, 10)
    operations.end_condition(
        "event-09005-1", until_on=july.replace(year=2027), seen=queries.edition(), by=norms_keeper, at=monday_9am
    )
    operations.put_condition(
        draft(limit=Limit.parse("work_hour:1")),
        from_on=july.replace(year=2027),
        seen=queries.edition(),
        by=norms_keeper,
        at=monday_9am,
    )
    assert seed() == operations.SeededNorms(0, 0, 0)
    assert queries.filing_condition("event-09005-1", on=july.replace(year=2027)).limit.text == "work_hour:1"
    assert len(entries_of(STREAM)) == 3


def test_the_record_holds_the_digest_of_every_column(seed):
    seed()
    FilingCondition.objects.filter(code="event-09005-1").update(supervising_zh="城管部门")
    assert entries_of(STREAM)[-1].facts["rows_digest"] != rows_digest(queries.snapshot_rows())
    FilingCondition.objects.filter(code="event-09005-1").update(supervising_zh="")
    assert entries_of(STREAM)[-1].facts["rows_digest"] == rows_digest(queries.snapshot_rows())
    for name, kept in (
        ("ManagedClass", "managed_class"),
        ("FilingCondition", "filing_condition"),
        ("StageLimit", "stage_limit"),
        ("LegacyCode", "legacy_code"),
    ):
        columns = len(apps.get_model("norms", name)._meta.concrete_fields)
        FilingCondition.objects.update(collection_zh="拍摄全景")
        row = next(row for row in queries.snapshot_rows() if row[0] == kept)
        assert len(row) == columns, f"{name}: a column is not in the snapshot"


def test_a_limit_that_was_lengthened_behind_the_record_is_named(seed):
    seed()
    assert verify().intact
    FilingCondition.objects.filter(code="event-09005-1").update(limit_length=200)
    assert [(one.damage, one.stream) for one in verify().findings] == [(Damage.SNAPSHOT_ALTERED, STREAM)]


def test_an_answer_costs_one_short_query(seed, july, django_assert_num_queries):
    seed()
    queries.filing_conditions(event("09005"), on=july)
    with django_assert_num_queries(1):
        queries.filing_conditions(event("09006"), on=july)


def test_conditions_for_a_class_that_the_catalogue_lacks_are_a_fault_of_the_tables():
    with pytest.raises(ValueError, match="does not have"):
        list(shipped.conditions([]))
