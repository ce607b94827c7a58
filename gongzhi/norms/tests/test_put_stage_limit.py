import pytest
from django.db import IntegrityError

from gongzhi.audit.queries import entries_of
from gongzhi.norms import operations, queries
from gongzhi.norms.models import StageLimit
from gongzhi.norms.rules import FixedTime, ShareOfLimit, StageLimitDraft
from gongzhi.norms.states import STREAM, Stage, StageClock
from gongzhi.norms.tests.factories import NEW_YEAR
from gongzhi.places.states import AreaClass

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]
HALF_AN_HOUR = FixedTime(StageClock.WORKING, 1800)
AN_HOUR = FixedTime(StageClock.WORKING, 3600)
TWO_HOURS = FixedTime(StageClock.WORKING, 7200)


@pytest.fixture
def put(norms_keeper, monday_9am, july):
    def put(stage, time, *, area_class=AreaClass.ANY, from_on=july, until_on=None, calendar="office"):
        said = StageLimitDraft(stage, time, "test", area_class, calendar)
        return operations.put_stage_limit(
            said, from_on=from_on, until_on=until_on, seen=queries.edition(), by=norms_keeper, at=monday_9am
        )

    return put


@pytest.fixture
def end(norms_keeper, monday_9am):
    def end(stage, until_on):
        return operations.end_stage_limit(
            stage, until_on=until_on, seen=queries.edition(), by=norms_keeper, at=monday_9am
        )

    return end


def test_a_stage_has_seconds_of_its_own_or_a_share_of_the_disposal_limit(put, july):
    put(Stage.FILE, AN_HOUR)
    put(Stage.REWORK, ShareOfLimit(50))
    assert queries.stage_limit(Stage.FILE, on=july).time == AN_HOUR
    assert queries.stage_limit("rework", on=july).time == ShareOfLimit(50)
    assert [entry.facts["stage"] for entry in entries_of(STREAM)] == ["file", "rework"]


def test_the_fringe_has_its_own_limit_beside_the_general_one(put, july):
    put(Stage.FILE, AN_HOUR)
    put(Stage.FILE, TWO_HOURS, area_class=AreaClass.FRINGE)
    assert queries.stage_limit(Stage.FILE, on=july, area_class="C").time == TWO_HOURS
    assert queries.stage_limit(Stage.FILE, on=july, area_class="A").time == AN_HOUR


@pytest.mark.parametrize("stage", ["nonsense", "appeal", "", "File", Stage.HOLD])
def test_what_is_no_stage_of_a_case_gets_no_limit(put, stage):
    with pytest.raises(operations.StageUnknown) as refused:
        put(stage, AN_HOUR)
    assert refused.value.facts["stage"] == stage
    assert not StageLimit.objects.exists()


def test_a_stage_limit_on_a_calendar_that_nobody_defined_is_refused(put):
    with pytest.raises(operations.CalendarUnknown):
        put(Stage.FILE, AN_HOUR, calendar="nosuchcal")
    assert not StageLimit.objects.exists()


@pytest.mark.parametrize("stage", [Stage.ACCEPT, Stage.VERIFY, Stage.FILE, Stage.DISPATCH, Stage.CLOSE])
def test_a_stage_outside_the_units_work_takes_no_share_of_its_limit(put, stage):
    with pytest.raises(operations.ShareWithoutLimit) as refused:
        put(stage, ShareOfLimit(50))
    assert refused.value.facts == {"stage": stage}


def test_a_stage_without_a_limit_is_refused(july):
    with pytest.raises(operations.StageLimitUnknown) as refused:
        queries.stage_limit("appeal", on=july)
    assert refused.value.facts == {"stage": "appeal", "on": "2026-07-01"}


def test_two_limits_of_a_stage_cannot_hold_on_one_day(put, end):
    put(Stage.FILE, AN_HOUR)
    with pytest.raises(operations.PeriodOverlaps):
        put(Stage.FILE, AN_HOUR, from_on=NEW_YEAR)
    end(Stage.FILE, NEW_YEAR)
    put(Stage.FILE, HALF_AN_HOUR, from_on=NEW_YEAR)
    assert queries.stage_limit(Stage.FILE, on=NEW_YEAR).time == HALF_AN_HOUR


def test_a_stage_limit_ends_after_it_began_and_only_if_there_is_one(put, end, july):
    put(Stage.FILE, AN_HOUR)
    with pytest.raises(operations.PeriodInverted):
        end(Stage.FILE, july)
    with pytest.raises(operations.PeriodInverted):
        put(Stage.CLOSE, AN_HOUR, until_on=july)
    with pytest.raises(operations.StageLimitUnknown):
        end(Stage.CLOSE, NEW_YEAR)


@pytest.mark.parametrize(
    "altered",
    [
        {"length_s": None},
        {"share_percent": 50},
        {"clock": ""},
        {"clock": "sundial"},
        {"length_s": 0},
        {"clock": "", "length_s": None},
    ],
)
def test_the_database_itself_refuses_a_limit_that_is_neither_time_nor_share(put, altered):
    put(Stage.FILE, AN_HOUR)
    with pytest.raises(IntegrityError):
        StageLimit.objects.update(**altered)
