"""The dispatcher reviews a result: pass it, have it checked, or send it back."""

import pytest

from gongzhi.cases import queries
from gongzhi.cases.rules import GroundsMissing, NoVisitNeeded, VisitNeeded
from gongzhi.cases.states import CaseState
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import handled_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def shown_in_photographs():
    return handled_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT)


def test_a_condition_that_needs_no_visit_is_passed_from_the_photographs(shown_in_photographs):
    passed = moves.pass_from_desk(shown_in_photographs)
    assert passed.state is CaseState.CHECK_PASSED
    assert moves.close(passed).state is CaseState.CLOSED


def test_a_condition_that_needs_no_visit_sends_nobody_out(shown_in_photographs):
    with pytest.raises(NoVisitNeeded):
        moves.order_check(shown_in_photographs)


def test_a_condition_that_needs_a_visit_is_not_passed_from_the_desk():
    with pytest.raises(VisitNeeded):
        moves.pass_from_desk(handled_case())


def test_a_result_is_sent_back_with_grounds_and_the_same_unit_has_it_again():
    case = handled_case()
    with pytest.raises(GroundsMissing):
        moves.send_back(case, grounds="")
    back = moves.send_back(case, grounds="照片不是同一地点")
    assert (back.state, back.unit_code, back.rework_count) == (CaseState.REWORK, case.unit_code, 1)
    held = queries.stages(back.uid)[-1]
    assert (held.stage, held.holder_post, held.holder_unit) == ("rework", Post.DEPARTMENT_DESK, case.unit_code)


def test_what_was_passed_may_still_be_refused_by_the_shift_leader(checked_case, shift_leader):
    from gongzhi.cases.operations import refuse_closing

    said = {"seen": checked_case.version, "by": shift_leader, "at": checked_case.moved_at}
    with pytest.raises(GroundsMissing):
        refuse_closing(checked_case.uid, grounds="", **said)
    back = refuse_closing(checked_case.uid, grounds="核查照片不是本案地点", **said)
    assert (back.state, back.rework_count) == (CaseState.REWORK, 1)

    case = moves.order_check(moves.handle(back))
    assert moves.close(moves.check(case)).state is CaseState.CLOSED


def test_each_rework_is_counted_and_earlier_material_stays(rework_case):
    case = moves.check(moves.order_check(moves.handle(rework_case)), passed=False)
    assert case.rework_count == 2
    assert [one.stage for one in queries.stages(case.uid)].count("rework") == 2
