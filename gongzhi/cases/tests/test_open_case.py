"""A report always becomes a case, whatever the city has left unset."""

from datetime import UTC, datetime, timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.states import CaseState
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms.rules import FixedTime, StageLimitDraft
from gongzhi.norms.states import Stage, StageClock
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.cases import reported_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
YEARS_LATER = datetime(2035, 3, 1, 1, 0, tzinfo=UTC)


def end_limit_of_acceptance():
    norms.end_stage_limit(
        Stage.ACCEPT, until_on=moves.MONDAY_9AM.date(), seen=norm_queries.edition(), by=FOUNDER, at=moves.MONDAY_9AM
    )


def count_acceptance_in_working_time():
    end_limit_of_acceptance()
    draft = StageLimitDraft(Stage.ACCEPT, FixedTime(StageClock.WORKING, 900), "test", calendar="office")
    norms.put_stage_limit(
        draft, from_on=moves.MONDAY_9AM.date(), seen=norm_queries.edition(), by=FOUNDER, at=moves.MONDAY_9AM
    )


def first_stage(case):
    (stage,) = queries.stages(case.uid)
    return stage


def opening_of(case):
    return entries_of(case.stream)[0].facts


def test_the_acceptor_has_a_limit_from_the_report_on():
    case = reported_case()
    assert first_stage(case).due_at == case.reported_at + timedelta(minutes=15)
    assert "no_limit" not in opening_of(case)


@pytest.mark.parametrize(
    ("prepare", "at", "why"),
    [
        (end_limit_of_acceptance, moves.MONDAY_9AM, "stage-limit-unknown"),
        (lambda: None, datetime(1999, 5, 1, 1, 0, tzinfo=UTC), "stage-limit-unknown"),
        (count_acceptance_in_working_time, YEARS_LATER, "calendar-too-short"),
    ],
)
def test_a_report_is_taken_even_where_the_city_set_no_limit_or_days(prepare, at, why):
    prepare()
    case = reported_case(at=at)
    held = first_stage(case)
    assert (case.state, held.limit_text) == (CaseState.REPORTED, "")
    assert (held.due_at, held.due_provisional) == (None, True)
    assert opening_of(case)["no_limit"] == why
    assert cases.tick(at + timedelta(days=365)) == 0
    assert verify().intact


def test_a_case_without_a_first_limit_goes_on_like_any_other():
    end_limit_of_acceptance()
    case = moves.order_verification(reported_case())
    assert queries.stages(case.uid)[-1].due_at == case.moved_at + timedelta(minutes=30)
