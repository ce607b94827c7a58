"""The rule by which times are invented that a file does not have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.states import CaseState
from gongzhi.scenarios.replay import profile
from gongzhi.scenarios.replay.times import moves

OPENED = datetime(2015, 3, 5, 17, 4, 29, tzinfo=UTC)
spans = st.integers(min_value=0, max_value=10 * 365 * 86_400).map(lambda span_s: timedelta(seconds=span_s))


@pytest.fixture(scope="module", params=profile.names())
def rule(request):
    return profile.load(request.param).assumed


@given(span=spans)
def test_assumed_moves_stand_in_order_between_opening_and_closing(rule, span):
    closed = OPENED + span
    planned = [one.at for one in moves(rule, opened_at=OPENED, closed_at=closed, until=closed)]
    assert [OPENED, *planned] == sorted([OPENED, *planned])
    assert planned[-1] == closed


@given(span=spans)
def test_an_open_request_is_in_the_hands_of_its_unit_by_the_end_of_the_file(rule, span):
    until = OPENED + span
    planned = moves(rule, opened_at=OPENED, closed_at=None, until=until)
    assert state_after(planned) is CaseState.HANDLING
    assert all(OPENED <= one.at <= until for one in planned)


def test_the_moves_of_a_closed_request_are_those_of_the_lifecycle(rule):
    planned = moves(rule, opened_at=OPENED, closed_at=OPENED, until=OPENED)
    assert state_after(planned) is CaseState.CLOSED
    assert [one.act for one in planned if not one.is_assumed] == ["close"]


def state_after(planned):
    state = CASE.initial
    for one in planned:
        (move,) = [move for move in CASE.moves if move.act == one.act]
        assert state in move.sources
        state = move.target or state
    return state


def test_a_profile_that_does_not_ship_is_refused_with_those_that_do():
    with pytest.raises(profile.NoSuchReplayProfile) as refused:
        profile.load("nyc311")
    assert refused.value.facts == {"profile": "nyc311", "known": "sf311"}
