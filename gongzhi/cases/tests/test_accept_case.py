"""From the report to acceptance: place, class, verification, acceptance or not."""

from datetime import timedelta

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of, held_by_entry
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.operations import Place
from gongzhi.cases.rules import GroundsMissing, HappenedBefore, PlaceMissing, VerificationNeeded
from gongzhi.cases.states import CaseState
from gongzhi.intake.rules import GivenPlace
from gongzhi.intake.states import Channel
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms.operations import ClassUnknown
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.people.states import Post
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.cases import reported_case, verifying_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def found_by_a_collector(**said):
    return reported_case(channel=Channel.PATROL, by=moves.member(Post.COLLECTOR), **said)


def test_what_a_collector_found_is_accepted_without_another_look(acceptor):
    case = found_by_a_collector()
    accepted = moves.accept(case)
    assert accepted.state is CaseState.ACCEPTED
    assert accepted.accepted_at == case.moved_at + moves.A_STEP
    assert accepted.hands == {"case.accept": (acceptor.id,)}


def test_what_nobody_of_ours_saw_is_verified_first(reported_case):
    with pytest.raises(VerificationNeeded):
        moves.accept(reported_case)


def test_a_city_may_accept_reports_unseen(monday_9am):
    set_parameter("verify_before_filing", 0, seen=edition(), by=FOUNDER, at=monday_9am - timedelta(days=1))
    assert moves.accept(reported_case()).state is CaseState.ACCEPTED


def test_a_case_without_a_place_waits_in_the_queue_until_somebody_finds_it(acceptor):
    case = reported_case(place=GivenPlace(address="中山路骑楼下"))
    assert case.place_state == PlaceState.IN_WORDS
    assert [one.uid for one in queries.needs_location()] == [case.uid]
    with pytest.raises(PlaceMissing):
        moves.order_verification(case)

    place = Place(PlaceState.LOCATED, to_point(118.09, 24.46, crs=Crs.WGS84), division="350203", area="350200/350203")
    located = cases.locate_case(case.uid, place=place, seen=case.version, by=acceptor, at=case.moved_at)
    assert located.point == place.point
    assert queries.needs_location_count() == 0
    assert moves.order_verification(located).state is CaseState.VERIFYING


def test_the_acceptor_chooses_the_class(acceptor):
    case = reported_case(class_key=None)
    said = {"seen": case.version, "by": acceptor, "at": case.moved_at}
    with pytest.raises(ClassUnknown):
        cases.classify_case(case.uid, class_key="GB/T 47678.5-2026|event|99999", **said)
    assert cases.classify_case(case.uid, class_key=moves.STREET_VENDOR, **said).class_key == moves.STREET_VENDOR


def test_a_verified_case_is_accepted(verifying_case, collector):
    accepted = moves.verify(verifying_case)
    assert accepted.state is CaseState.ACCEPTED
    assert not accepted.needs_verification
    assert accepted.hands["case.confirm_verified"] == (collector.id,)


def test_what_was_not_confirmed_goes_back_to_the_acceptor_who_decides(verifying_case, acceptor):
    case = moves.verify(verifying_case, confirmed=False)
    assert case.state is CaseState.REPORTED
    *earlier, held = queries.stages(case.uid)
    assert [(one.stage, one.ended_at) for one in earlier][-1] == ("verify", case.moved_at)
    assert (held.stage, held.holder_post, held.ended_at) == ("accept", Post.ACCEPTOR, None)
    assert held.due_at == case.moved_at + timedelta(minutes=10), "five minutes were gone before it was sent out"
    again = moves.verify(moves.order_verification(case), confirmed=False)
    assert queries.stages(case.uid)[-1].due_at == again.moved_at + timedelta(minutes=5)
    assert moves.refuse(again).state is CaseState.NOT_ACCEPTED


def test_after_a_look_that_confirmed_nothing_somebody_else_may_look(verifying_case):
    case = moves.order_verification(moves.verify(verifying_case, confirmed=False))
    assert case.state is CaseState.VERIFYING
    assert moves.verify(case).state is CaseState.ACCEPTED


def test_what_a_collector_found_and_another_did_not_is_not_accepted_without_another_look():
    case = moves.verify(moves.order_verification(found_by_a_collector()), confirmed=False)
    with pytest.raises(VerificationNeeded):
        moves.accept(case)
    assert moves.verify(moves.order_verification(case)).state is CaseState.ACCEPTED


@pytest.mark.parametrize("make", [reported_case, verifying_case])
def test_a_matter_is_not_accepted_only_with_grounds(make):
    case = make()
    with pytest.raises(GroundsMissing):
        moves.refuse(case, grounds="  ")
    ended = moves.refuse(case, grounds="属省管公路")
    assert (ended.state, ended.ended_at) == (CaseState.NOT_ACCEPTED, case.moved_at + moves.A_STEP)
    last = entries_of(ended.stream)[-1]
    assert held_by_entry(ended.stream, names=["grounds"])[last.seq] == {"grounds": "属省管公路"}
    assert "属省管公路" not in str(last), "grounds enter the record as a commitment only"


def test_a_case_that_is_none_is_cancelled_only_with_grounds(accepted_case):
    with pytest.raises(GroundsMissing):
        moves.void(accepted_case, grounds="")
    assert moves.void(accepted_case, grounds="重复登记").state is CaseState.VOID


def test_nothing_happens_before_what_it_follows(verifying_case):
    with pytest.raises(HappenedBefore):
        moves.refuse(verifying_case, at=verifying_case.moved_at - timedelta(seconds=1))


def test_whoever_looked_at_an_older_state_is_told_so(reported_case):
    moves.order_verification(reported_case)
    with pytest.raises(ChangedMeanwhile) as refused:
        moves.refuse(reported_case)
    assert refused.value.facts == {"thing": "case", "seen": 1, "now": 2}


def test_a_case_that_does_not_exist_is_not_found(acceptor, monday_9am):
    with pytest.raises(NotFound):
        cases.accept_case(new_id(), seen=1, by=acceptor, at=monday_9am)
    for unknown in (new_id(), str(new_id()), "no id at all", "2026-999999"):
        with pytest.raises(NotFound):
            queries.case(unknown)
        with pytest.raises(NotFound):
            queries.find(str(unknown))
