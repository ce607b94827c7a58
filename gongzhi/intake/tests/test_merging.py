"""Two cases of one matter: merged with their reports, and split off again."""

from datetime import timedelta
from functools import partial

import pytest

from gongzhi.audit import delivery
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.cases.states import CaseState
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.states import ReportState
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def two(city):
    """Two reports of one matter, each with a case of its own."""
    return moves.report(text="东侧"), moves.report(text="西侧")


def merge(source, target, *, by=None, at=LATER):
    source, target = moves.case_of(source), moves.case_of(target)
    return intake.merge_case_into(
        source.uid,
        into=target.uid,
        seen=source.version,
        seen_target=target.version,
        by=by or moves.member("acceptor"),
        at=at,
    )


def split(source, *, by=None, at=LATER):
    case = moves.case_of(source)
    by = by or moves.member("shift_leader")
    return intake.split_case_off(case.uid, grounds="不是同一处", seen=case.version, by=by, at=at)


def cases_of(receipt):
    return {one.uid for one in queries.cases_of(receipt.report)}


def test_the_reports_of_a_merged_case_belong_to_the_other_one(two):
    mine, other = two
    assert merge(mine, other).state is CaseState.MERGED
    assert cases_of(mine) == {mine.case, other.case}
    assert {one.uid for one in queries.reports_of(other.case)} == {mine.report, other.report}
    assert verify().intact


def test_a_report_ends_with_the_case_into_which_its_own_was_merged(two):
    mine, other = two
    merge(mine, other)
    delivery.deliver_all(clock=lambda: LATER)
    assert queries.report(mine.report).state is ReportState.RECEIVED
    ended = moves.void(moves.case_of(other), at=LATER)
    delivery.deliver_all(clock=lambda: ended.moved_at)
    assert queries.report(mine.report).state is ReportState.SETTLED


def test_split_off_again_each_report_has_its_own_case_alone(two):
    mine, other = two
    merge(mine, other)
    assert split(mine).state is CaseState.REPORTED
    assert (cases_of(mine), cases_of(other)) == ({mine.case}, {other.case})
    assert verify().intact


def test_a_report_that_had_ended_goes_on_when_its_case_is_split_off(two):
    mine, other = two
    merge(mine, other)
    ended = moves.void(moves.case_of(other), at=LATER)
    delivery.deliver_all(clock=lambda: ended.moved_at)
    split(mine, at=ended.moved_at)
    report = queries.report(mine.report)
    assert (report.state, report.round, report.ended_at) == (ReportState.RECEIVED, 2, None)
    assert queries.report(other.report).state is ReportState.SETTLED


def test_a_report_that_belonged_to_both_keeps_its_own_link(two, acceptor):
    mine, other = two
    intake.link_report(mine.report, case_id=other.case, seen=1, by=acceptor, at=MONDAY_9AM)
    merge(mine, other)
    split(mine)
    assert cases_of(mine) == {mine.case, other.case}


def test_merged_once_more_after_a_split_the_link_holds_again(two):
    mine, other = two
    merge(mine, other)
    split(mine)
    merge(mine, other)
    assert cases_of(mine) == {mine.case, other.case}
    assert verify().intact


def test_only_who_may_merge_and_saw_both_merges(two, handler):
    mine, other = two
    with pytest.raises(NotPermitted):
        merge(mine, other, by=handler)
    with pytest.raises(ChangedMeanwhile):
        intake.merge_case_into(mine.case, into=other.case, seen=1, seen_target=9, by=moves.member("acceptor"), at=LATER)
    assert cases_of(mine) == {mine.case}


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_the_two_into_each_other_do_not_block_and_one_is_refused(two):
    mine, other = two
    got = at_once(partial(merge, mine, other), partial(merge, other, mine))
    assert sorted(type(one).__name__ == "CaseRow" for one in got) == [False, True]
    states = sorted(moves.case_of(one).state.value for one in two)
    assert states == ["merged", "reported"]
    assert verify().intact
