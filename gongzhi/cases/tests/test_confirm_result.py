"""Disposal: acknowledged, solved, shown, confirmed."""

import pytest

from gongzhi.cases import queries
from gongzhi.cases.rules import AfterPhotoMissing, ResultMissing
from gongzhi.cases.states import CaseState
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.operations import FileClaimed, FileUnknown
from gongzhi.kernel.ids import new_id
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.cases import handling_case
from gongzhi.testing.city import FOUNDED_AT

pytestmark = pytest.mark.django_db


def test_the_unit_takes_the_case(dispatched_case, desk):
    case = moves.acknowledge(dispatched_case)
    assert case.state is CaseState.HANDLING
    assert case.hands["case.acknowledge"] == (desk.id,)


def test_a_submitted_result_waits_for_the_desk_and_the_clock_runs_on(handling_case, handler):
    submitted = moves.submit(handling_case)
    assert (submitted.state, submitted.handler_id) == (CaseState.HANDLING, handler.id)
    assert submitted.handled_at is None
    assert queries.stages(submitted.uid)[-1].ended_at is None


def test_the_desk_confirms_and_the_clock_stops(handling_case):
    confirmed = moves.confirm(moves.submit(handling_case))
    assert confirmed.state is CaseState.HANDLED
    assert confirmed.handled_at == handling_case.moved_at + 2 * moves.A_STEP


def test_nothing_is_confirmed_that_nobody_submitted(handling_case):
    with pytest.raises(ResultMissing):
        moves.confirm(handling_case)


def test_after_a_rework_the_old_result_does_not_count(rework_case):
    with pytest.raises(ResultMissing):
        moves.confirm(rework_case)


def test_a_result_is_shown(handling_case):
    with pytest.raises(AfterPhotoMissing):
        moves.submit(handling_case, photos=[])


def test_after_a_rework_a_new_photograph_is_needed(rework_case):
    with pytest.raises(AfterPhotoMissing):
        moves.submit(rework_case, photos=[])


def test_after_a_rework_the_old_photograph_does_not_count(handling_case, handler):
    picture = moves.photo(handler)
    case = moves.send_back(moves.confirm(moves.submit(handling_case, photos=[picture])))
    with pytest.raises(FileClaimed):
        moves.submit(case, photos=[picture])
    assert moves.now(case) == case


def test_a_city_may_do_without_photographs(city):
    set_parameter("result_photo_required", 0, seen=edition(), by=FOUNDER, at=FOUNDED_AT)
    assert moves.submit(handling_case(), photos=[]).handler_id


def test_a_photograph_proves_one_case_only(city, handler):
    first, second = handling_case(), handling_case()
    picture = moves.photo(handler)
    moves.submit(first, photos=[picture])
    with pytest.raises(FileClaimed):
        moves.submit(second, photos=[picture])
    assert moves.now(second) == second
    assert picture in [one.uid for one in evidence.files_of(first.stream)]


def test_a_photograph_that_was_never_uploaded_proves_nothing(handling_case):
    with pytest.raises(FileUnknown):
        moves.submit(handling_case, photos=[new_id()])


def test_a_handler_may_correct_a_result_until_it_is_confirmed(handling_case, handler):
    case = moves.submit(moves.submit(handling_case))
    assert case.hands["case.submit_result"] == (handler.id,)
    assert moves.confirm(case).state is CaseState.HANDLED
