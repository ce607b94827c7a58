"""One matter reported twice: merged, and taken apart again when it was none."""

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import GroundsMissing, MergeIntoItself, TargetEnded, TargetMerged
from gongzhi.cases.states import CaseState
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import accepted_case, handling_case, reported_case, verifying_case, voided_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.mark.parametrize("make", [reported_case, accepted_case])
def test_a_case_that_is_not_filed_goes_into_another_and_both_tell_it(make):
    target, case = handling_case(), make()
    merged = turns.merge(case, target)
    assert (merged.state, merged.merged_into, merged.ended_at) == (CaseState.MERGED, target.uid, merged.moved_at)
    assert [one for one in queries.stages(merged.uid) if one.ended_at is None] == []
    last = entries_of(target.stream)[-1]
    assert (last.type, last.facts) == ("case.took-in", {"case": str(case.uid)})
    now = moves.now(target)
    assert (now.state, now.version) == (target.state, target.version + 1)
    assert verify().intact


def test_while_somebody_is_out_to_look_nothing_is_merged():
    with pytest.raises(MoveNotAllowed):
        turns.merge(verifying_case(), handling_case())


def test_a_case_is_not_merged_into_itself(reported_case):
    with pytest.raises(MergeIntoItself):
        turns.merge(reported_case, reported_case)


def test_nothing_is_merged_into_what_has_ended_or_was_merged_itself():
    case, other = reported_case(), reported_case()
    with pytest.raises(TargetEnded):
        turns.merge(case, voided_case())
    turns.merge(other, reported_case())
    with pytest.raises(TargetMerged):
        turns.merge(case, other)


def test_what_was_filed_is_not_merged(filed_case):
    with pytest.raises(MoveNotAllowed):
        turns.merge(filed_case, reported_case())


def test_whoever_saw_an_older_state_of_either_case_is_told_so(acceptor):
    case, target = reported_case(), reported_case()
    said = {"into": target.uid, "by": acceptor, "at": case.moved_at}
    for seen, seen_target in ((case.version + 1, target.version), (case.version, target.version + 1)):
        with pytest.raises(ChangedMeanwhile):
            cases.merge_case(case.uid, seen=seen, seen_target=seen_target, **said)
    with pytest.raises(NotFound):
        cases.merge_case(case.uid, seen=1, seen_target=1, **(said | {"into": new_id()}))


def test_a_merged_case_comes_out_again_with_grounds_and_the_acceptor_has_it():
    target, case = reported_case(), reported_case()
    merged = turns.merge(case, target)
    with pytest.raises(GroundsMissing):
        turns.split_off(merged, grounds=" ")
    apart = turns.split_off(merged)
    assert (apart.state, apart.merged_into, apart.ended_at) == (CaseState.REPORTED, None, None)
    held = queries.stages(apart.uid)[-1]
    assert (held.stage, held.order, held.ended_at) == ("accept", 2, None)
    assert entries_of(target.stream)[-1].type == "case.gave-back"
    assert turns.merge(apart, target).merged_into == target.uid
    assert verify().intact
