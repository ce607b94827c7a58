"""Dispatch to a unit: the disposal clock starts."""

import pytest

from gongzhi.cases import operations as cases
from gongzhi.cases.rules import UnitMissing
from gongzhi.cases.states import CaseState
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import UnitEnded
from gongzhi.testing import moves, staff
from gongzhi.testing.moves import local

pytestmark = pytest.mark.django_db


def test_the_unit_has_the_case_and_its_clock_runs(filed_case):
    dispatched = moves.dispatch(filed_case, unit=moves.HULI_BUREAU)
    assert (dispatched.state, dispatched.unit_code) == (CaseState.DISPATCHED, moves.HULI_BUREAU)
    assert dispatched.dispatched_at == local("2026-11-23 09:20")
    assert (dispatched.due_at, dispatched.due_provisional) == (local("2026-11-23 11:20"), False)


def test_a_case_is_not_dispatched_to_nobody(filed_case, dispatcher):
    with pytest.raises(UnitMissing):
        cases.dispatch_case(
            filed_case.uid, unit_code="", seen=filed_case.version, by=dispatcher, at=filed_case.moved_at
        )


def test_a_case_is_not_dispatched_to_a_unit_that_does_not_exist(filed_case):
    with pytest.raises(NotFound):
        moves.dispatch(filed_case, unit="bureau-000000")


def test_a_case_is_not_dispatched_to_a_unit_that_has_ended(filed_case):
    staff.end_unit(moves.HULI_BUREAU, at=filed_case.moved_at)
    with pytest.raises(UnitEnded):
        moves.dispatch(filed_case, unit=moves.HULI_BUREAU)
    assert moves.dispatch(filed_case, unit=moves.SIMING_BUREAU).unit_code == moves.SIMING_BUREAU
