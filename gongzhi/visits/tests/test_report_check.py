"""The check after disposal, at hours in which the matter shows itself."""

import pytest
from django.db import transaction

from gongzhi.audit import delivery
from gongzhi.audit.verify import verify
from gongzhi.cases import queries as cases
from gongzhi.cases.rules import GroundsMissing
from gongzhi.cases.states import CaseState
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.operations import FileClaimed
from gongzhi.evidence.states import FileRole
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves
from gongzhi.testing.cases import filed_case, handling_case, verifying_case
from gongzhi.testing.moves import local
from gongzhi.visits import operations as visits
from gongzhi.visits import queries
from gongzhi.visits.rules import OutsideCheckingHours, VisitPhotoMissing, WrongVisit
from gongzhi.visits.states import VisitState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_passed_check_carries_its_photograph(checking_case):
    passed = moves.check(checking_case)
    assert passed.state is CaseState.CHECK_PASSED
    assert FileRole.CHECK in [one.role for one in evidence.files_of(passed.stream)]
    assert verify().intact


def test_a_failed_check_sends_the_case_back_with_the_checkers_words(checking_case):
    with pytest.raises(GroundsMissing):
        moves.check(checking_case, passed=False, words=" ")
    failed = moves.check(checking_case, passed=False, words="垃圾未清")
    assert (failed.state, failed.rework_count) == (CaseState.REWORK, 1)


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_is_proven_by_a_photograph(passed, checking_case, checker):
    visit = moves.visit_of(checking_case)
    with pytest.raises(VisitPhotoMissing):
        visits.report_check(
            visit.uid,
            passed=passed,
            photos=[],
            words="未清",
            seen=visit.version,
            by=checker,
            at=checking_case.moved_at,
        )
    assert moves.now(checking_case) == checking_case


def report(case, *, photos, by, passed=True):
    visit = moves.visit_of(case)
    said = {"words": "垃圾未清", "seen": visit.version, "by": by, "at": case.moved_at}
    with transaction.atomic():
        visits.report_check(visit.uid, passed=passed, photos=photos, **said)
    return moves.now(case)


def test_the_photograph_of_a_failed_check_does_not_prove_the_next_one(checking_case, checker):
    picture = moves.photo(checker)
    failed = report(checking_case, photos=[picture], by=checker, passed=False)
    again = moves.order_check(moves.handle(failed))
    with pytest.raises(FileClaimed):
        report(again, photos=[picture], by=checker)
    assert moves.now(again) == again
    assert report(again, photos=[moves.photo(checker)], by=checker).state is CaseState.CHECK_PASSED


def test_one_photograph_does_not_count_twice(checking_case, checker):
    picture = moves.photo(checker)
    with pytest.raises(FileClaimed):
        report(checking_case, photos=[picture, picture], by=checker)
    assert moves.now(checking_case) == checking_case


def test_a_collector_does_not_check(checking_case, collector):
    with pytest.raises(NotPermitted):
        moves.check(checking_case, by=collector)


def test_a_verification_is_not_reported_as_a_check(verifying_case, checker):
    with pytest.raises(WrongVisit):
        moves.check(verifying_case, by=checker)


# --- checking hours -------------------------------------------------------------------------------------------------


def evening_vendor(*, handled_at="2026-11-23 09:50"):
    """Vendors who come in the evening, handled in the morning; the check shows itself from 18:00 to 22:00."""
    case = moves.acknowledge(moves.dispatch(filed_case(condition=moves.VENDOR_IN_THE_EVENING)))
    return moves.handle(case, at=local(handled_at))


def test_an_evening_vendor_is_not_checked_at_ten_in_the_morning():
    case = moves.order_check(evening_vendor(), at=local("2026-11-23 10:00"))
    assert moves.visit_of(case).not_before == local("2026-11-23 18:00")
    for hour in ("2026-11-23 10:00", "2026-11-23 17:59", "2026-11-23 22:00"):
        with pytest.raises(OutsideCheckingHours) as refused:
            moves.check(case, at=local(hour))
        assert (refused.value.facts["from_"], refused.value.facts["until"]) == ("18:00", "22:00")
    assert moves.check(case, at=local("2026-11-23 18:00")).state is CaseState.CHECK_PASSED


def test_the_checkers_clock_begins_when_the_checking_hours_begin():
    case = moves.order_check(evening_vendor(), at=local("2026-11-23 10:00"))
    held = cases.stages(case.uid)[-1]
    assert (held.started_at, held.due_at) == (local("2026-11-23 10:00"), local("2026-11-23 18:30"))


def test_within_the_checking_hours_the_check_begins_at_once():
    case = moves.order_check(evening_vendor(), at=local("2026-11-23 19:30"))
    assert moves.visit_of(case).not_before == local("2026-11-23 19:30")
    assert cases.stages(case.uid)[-1].due_at == local("2026-11-23 20:00")


def test_after_the_checking_hours_the_check_waits_for_the_next_evening():
    case = moves.order_check(evening_vendor(), at=local("2026-11-23 22:30"))
    assert moves.visit_of(case).not_before == local("2026-11-24 18:00")
    assert moves.check(case, at=local("2026-11-24 18:10")).state is CaseState.CHECK_PASSED


def test_waiting_for_the_evening_does_not_make_the_unit_late():
    case = moves.order_check(evening_vendor(), at=local("2026-11-23 10:00"))
    closed = moves.close(moves.check(case, at=local("2026-11-23 20:00")))
    assert not closed.is_late


def test_work_at_night_is_checked_across_midnight():
    case = handling_case(class_key="GB/T 47678.5-2026|event|08001", condition="event-08001-2")  # 22:00 to 06:00
    case = moves.order_check(moves.handle(case))
    assert moves.visit_of(case).not_before == local("2026-11-23 22:00")
    with pytest.raises(OutsideCheckingHours):
        moves.check(case, at=local("2026-11-24 06:00"))
    assert moves.check(case, at=local("2026-11-24 02:00")).state is CaseState.CHECK_PASSED


# --- a case ends while somebody is on the way -----------------------------------------------------------------------


@pytest.mark.parametrize("end", [moves.void, moves.refuse])
def test_when_a_case_ends_its_visit_is_called_back(end):
    case = verifying_case()
    visit = moves.visit_of(case)
    ended = end(case)
    delivery.deliver_all(clock=lambda: ended.moved_at)
    assert queries.visit(visit.uid).state is VisitState.CANCELLED
    assert visits.cancel_visits_of(case.uid, at=ended.moved_at) == 0
    assert verify().intact


def test_no_refusal_tells_somebody_else_how_far_a_visit_is(checking_case):
    visit = moves.visit_of(checking_case)
    stranger = moves.member("department_desk", moves.HULI_BUREAU)
    said = {"photos": [], "seen": 99, "by": stranger, "at": checking_case.moved_at}
    with pytest.raises(NotPermitted):
        visits.report_check(visit.uid, passed=True, **said)
    with pytest.raises(NotPermitted):
        visits.report_verification(visit.uid, confirmed=True, **said)
