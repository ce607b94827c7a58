"""Verification: somebody looks before the case is accepted."""

from datetime import timedelta

import pytest
from django.db import transaction

from gongzhi.audit import delivery, seals
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.cases.rules import HappenedBefore, PlaceMissing
from gongzhi.cases.states import CaseState
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.operations import FileClaimed
from gongzhi.evidence.states import FileRole
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import checking_case, reported_case, verifying_case
from gongzhi.visits import operations as visits
from gongzhi.visits import queries
from gongzhi.visits.rules import VisitPhotoMissing, WrongVisit
from gongzhi.visits.states import VisitKind, VisitResult, VisitState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_the_acceptor_sends_somebody_to_look(reported_case):
    case = moves.order_verification(reported_case)
    visit = moves.visit_of(case)
    assert (visit.kind, visit.state, visit.not_before) == (VisitKind.VERIFY, VisitState.ORDERED, case.moved_at)


def test_nobody_is_sent_to_a_place_that_nobody_knows():
    with pytest.raises(PlaceMissing):
        moves.order_verification(reported_case(place=GivenPlace(address="某处")))


@pytest.mark.parametrize(
    ("confirmed", "result", "state"),
    [(True, VisitResult.CONFIRMED, CaseState.ACCEPTED), (False, VisitResult.NOT_CONFIRMED, CaseState.REPORTED)],
)
def test_what_was_seen_is_reported_with_a_photograph(confirmed, result, state, collector):
    case = verifying_case()
    visit = moves.visit_of(case)
    case = moves.verify(case, confirmed=confirmed)
    done = queries.visit(visit.uid)
    assert (done.state, done.result, done.photos) == (VisitState.DONE, result, 1)
    assert (done.done_at, case.state) == (case.moved_at, state)
    assert [one.role for one in evidence.files_of(case.stream)] == [FileRole.VERIFY]
    assert queries.page(case=case.uid, state=VisitState.ORDERED) == []
    assert verify().intact


def report(visit, *, by, at, photos=None):
    shown = [moves.photo(by, at)] if photos is None else photos
    return visits.report_verification(visit.uid, confirmed=True, photos=shown, seen=visit.version, by=by, at=at)


def test_a_visit_is_proven_by_a_photograph(verifying_case, collector):
    with pytest.raises(VisitPhotoMissing):
        report(moves.visit_of(verifying_case), by=collector, at=verifying_case.moved_at, photos=[])
    assert moves.now(verifying_case) == verifying_case


def test_a_second_look_is_not_proven_by_the_photograph_of_the_first(verifying_case, collector):
    picture = moves.photo(collector)
    visit = moves.visit_of(verifying_case)
    said = {"photos": [picture], "by": collector, "at": verifying_case.moved_at}
    visits.report_verification(visit.uid, confirmed=False, seen=visit.version, **said)
    case = moves.order_verification(moves.now(verifying_case))
    with pytest.raises(FileClaimed), transaction.atomic():
        report(moves.visit_of(case), by=collector, at=case.moved_at, photos=[picture])
    assert moves.now(case) == case


def test_whoever_was_not_sent_out_reports_nothing(verifying_case, acceptor):
    with pytest.raises(NotPermitted):
        report(moves.visit_of(verifying_case), by=acceptor, at=verifying_case.moved_at)


def test_a_visit_is_reported_once(verifying_case, collector):
    visit = moves.visit_of(verifying_case)
    moves.verify(verifying_case)
    with pytest.raises(ChangedMeanwhile):
        report(visit, by=collector, at=verifying_case.moved_at)
    with pytest.raises(MoveNotAllowed):
        report(queries.visit(visit.uid), by=collector, at=verifying_case.moved_at + timedelta(hours=1))


@pytest.mark.parametrize("confirmed", [True, False])
def test_nobody_looked_before_they_were_sent(confirmed):
    case = verifying_case()
    with pytest.raises(HappenedBefore):
        moves.verify(case, at=case.moved_at - timedelta(seconds=1), confirmed=confirmed)


def test_a_check_is_not_reported_as_a_verification(checking_case, collector):
    with pytest.raises(WrongVisit) as refused:
        report(moves.visit_of(checking_case), by=collector, at=checking_case.moved_at)
    assert refused.value.facts == {"wanted": "verify", "found": "check"}


def test_an_unknown_visit_is_not_found(collector, monday_9am):
    with pytest.raises(NotFound):
        visits.report_verification(new_id(), confirmed=True, photos=[], seen=1, by=collector, at=monday_9am)
    for unknown in (new_id(), "no id at all"):
        with pytest.raises(NotFound):
            queries.visit(unknown)


def test_the_open_visits_are_the_collectors_list():
    waiting, also_waiting, done = verifying_case(), checking_case(), verifying_case()
    moves.verify(done)
    ordered = queries.page(state=VisitState.ORDERED)
    assert [one.case for one in ordered] == [waiting.uid, also_waiting.uid]
    assert [one.case for one in queries.page(after=ordered[0].uid, state=VisitState.ORDERED)] == [also_waiting.uid]


def test_a_case_that_is_taken_up_again_is_looked_at_anew_even_before_the_first_visit_was_called_back(verifying_case):
    first = moves.visit_of(verifying_case)
    refused = moves.refuse(verifying_case)
    again = moves.order_verification(turns.uphold_objection(refused))
    assert queries.visit(first.uid).state is VisitState.CANCELLED
    second = moves.visit_of(again)

    seals.place_entries(at=again.moved_at)
    delivery.deliver_all(clock=lambda: again.moved_at)
    assert queries.visit(second.uid).state is VisitState.ORDERED, "what ended was the case before it was taken up again"
    assert moves.verify(again).state is CaseState.ACCEPTED
