"""Two people act on one case at the same time: one wins, the other is told."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState, ReturnOutcome
from gongzhi.cases.turns import returns
from gongzhi.evidence import queries as evidence
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import (
    accepted_case,
    closed_case,
    dispatched_case,
    filed_case,
    handling_case,
    reported_case,
    returned_case,
    suspended_case,
)
from gongzhi.testing.moves import local
from gongzhi.testing.races import at_once, while_the_first_has_not_finished

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def test_who_comes_while_another_is_about_to_finish_is_told_that_the_case_changed():
    case = filed_case()
    first = partial(moves.dispatch, case, by=moves.member(Post.DISPATCHER), unit=moves.SIMING_BUREAU)
    second = partial(moves.void, case, by=moves.member(Post.SHIFT_LEADER))
    dispatched, refused = while_the_first_has_not_finished(first, second)

    assert isinstance(refused, ChangedMeanwhile)
    assert refused.facts == {"thing": "case", "seen": case.version, "now": case.version + 1}
    assert moves.now(case) == dispatched
    assert dispatched.state is CaseState.DISPATCHED
    assert [one.type for one in entries_of(case.stream)][-1] == "case.dispatch"
    assert verify().intact


def test_of_many_who_act_at_once_exactly_one_wins():
    case = dispatched_case()
    desk = moves.desk_of(case)
    results = at_once(*[partial(moves.acknowledge, case, by=desk)] * 6)
    winners = [one for one in results if isinstance(one, CaseRow)]
    assert [one.version for one in winners] == [case.version + 1]
    assert all(isinstance(one, ChangedMeanwhile) for one in results if one not in winners)
    assert moves.now(case) == winners[0]
    assert [one.stage for one in queries.stages(case.uid)].count("dispose") == 1
    assert verify().intact


def test_the_loser_claims_no_photograph():
    case = handling_case()
    handler = moves.member(Post.HANDLER, case.unit_code)
    pictures = [moves.photo(handler), moves.photo(handler)]
    results = while_the_first_has_not_finished(
        partial(moves.submit, case, by=handler, photos=pictures[:1]),
        partial(moves.submit, case, by=handler, photos=pictures[1:]),
    )
    assert isinstance(results[1], ChangedMeanwhile)
    claimed = {one.uid for one in evidence.files_of(case.stream)}
    assert claimed & set(pictures) == {pictures[0]}


def test_a_timer_and_a_person_do_not_overwrite_each_other():
    case = dispatched_case()
    late = local("2026-11-23 10:30")
    desk = moves.desk_of(case)
    marked, refused = while_the_first_has_not_finished(
        partial(cases.tick, late), partial(moves.acknowledge, case, by=desk, at=late)
    )
    assert marked == 1
    assert isinstance(refused, ChangedMeanwhile)
    moves.acknowledge(moves.now(case), by=desk, at=late)
    assert [one.stage for one in queries.stages(case.uid) if one.is_late] == ["acknowledge"]
    assert verify().intact


def test_two_cases_filed_at_once_get_two_numbers():
    waiting = [accepted_case() for _ in range(4)]
    leader = moves.member(Post.SHIFT_LEADER)
    filed = at_once(*[partial(moves.file, one, by=leader) for one in waiting])
    assert sorted(str(one.number) for one in filed if isinstance(one, CaseRow)) == [
        f"2026-{number:06d}" for number in range(1, 5)
    ]


def one_wins(*deciders):
    """Let all decide at once: one does, the others are told that the case changed."""
    results = at_once(*deciders)
    winners = [one for one in results if isinstance(one, CaseRow)]
    assert len(winners) == 1
    assert all(isinstance(one, ChangedMeanwhile) for one in results if not isinstance(one, CaseRow))
    assert verify().intact
    return winners[0]


def test_of_a_dispatcher_and_a_shift_leader_who_decide_on_a_return_one_wins():
    case = returned_case()
    given = partial(moves.dispatch, case, unit=moves.HULI_BUREAU)
    ruled = partial(turns.arbitrate, case, unit=moves.SIMING_BUREAU)
    now = one_wins(given, ruled)
    assert moves.now(case) == now
    assert ReturnOutcome.OPEN not in [one.outcome for one in returns(case.uid)]


def test_of_two_who_decide_on_one_request_one_wins():
    case = turns.ask_extension(handling_case())
    now = one_wins(partial(turns.grant_extension, case), partial(turns.refuse_extension, case))
    assert now.extensions_granted in {0, 1}
    assert moves.now(case).extension_asked_at is None


def test_a_hold_that_ends_by_itself_and_by_hand_ends_once():
    case = suspended_case()
    over_at = case.moved_at + timedelta(days=8)
    ticked, refused = while_the_first_has_not_finished(
        partial(cases.tick, over_at), partial(turns.resume, case, at=over_at)
    )
    assert ticked == 1
    assert isinstance(refused, ChangedMeanwhile)
    assert [one.stage for one in queries.stages(case.uid)].count("hold") == 1
    assert moves.now(case).state is CaseState.HANDLING
    assert verify().intact


def test_two_cases_that_are_merged_into_each_other_at_once_do_not_both_vanish():
    one, other = reported_case(), reported_case()
    said: dict[str, Any] = {"seen_target": 1, "seen": 1, "by": moves.member(Post.ACCEPTOR), "at": one.moved_at}
    merged = one_wins(
        partial(cases.merge_case, one.uid, into=other.uid, **said),
        partial(cases.merge_case, other.uid, into=one.uid, **said),
    )
    assert {moves.now(one).state, moves.now(other).state} == {CaseState.MERGED, CaseState.REPORTED}
    assert merged.merged_into in {one.uid, other.uid}


def test_a_reporter_and_a_shift_leader_open_a_case_again_once():
    case = closed_case()
    now = one_wins(partial(turns.reopen_by_reporter, case), partial(turns.reopen, case))
    assert (now.reopen_count, now.rework_count) == (1, case.rework_count + 1)
