"""Whatever people try, in whatever order: history is kept, somebody always holds the case, hands stay apart."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.lifecycle import ACCEPTED_BY, CASE, CHECKED_BY, HANDLED_BY
from gongzhi.cases.states import ENDS
from gongzhi.cases.tests.attempts import ATTEMPTS, jack_of_all_posts
from gongzhi.intake.states import Channel
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.rules import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import reported_case

POST_OF = {one.act: one.by[0] for one in CASE.moves} | {
    "confirm_verified": Post.COLLECTOR,
    "report_unconfirmed": Post.COLLECTOR,
}
OFF_THE_MAIN_LINE = {"locate", "classify", "report_unconfirmed", "not_accept", "void"}
"""Tried less often than the others, or few cases would ever be handled."""
ATTEMPTS_PER_CASE = 40
NAMES = ("王全", "李能", "张多", "赵手", "孙快", "周到")


@pytest.fixture
def six_people(city):
    return [jack_of_all_posts(f"999{number}", name=name) for number, name in enumerate(NAMES)]


def attempt(act, case, *, by, at):
    """Try an act as one transaction; return its refusal, or None."""
    try:
        with transaction.atomic():
            ATTEMPTS[act](case, {"seen": case.version, "by": by, "at": at})
    except Refusal as refusal:
        return refusal
    return None


def people_of(case, acts):
    return {person for act in acts for person in case.hands.get(act, ())}


def check_what_always_holds(case):
    assert [one.seq for one in entries_of(case.stream)] == list(range(1, case.version + 1))
    open_stages = [one for one in queries.stages(case.uid) if one.ended_at is None]
    if case.state in ENDS:
        assert open_stages == []
        assert case.ended_at is not None
    else:
        assert len(open_stages) == 1
        assert open_stages[0].due_at is not None
        assert case.ended_at is None
    assert not people_of(case, HANDLED_BY) & people_of(case, CHECKED_BY)
    assert not people_of(case, ["case.close"]) & people_of(case, HANDLED_BY | CHECKED_BY | ACCEPTED_BY)


@pytest.mark.django_db
@given(data=st.data())
@settings(
    max_examples=max(settings().max_examples // 6, 1), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_sequence_of_moves_loses_history_or_mixes_hands(data, six_people):
    with transaction.atomic():
        channel = data.draw(st.sampled_from([Channel.PATROL, Channel.PORTAL]), label="channel")
        reporter = six_people[0](Post.COLLECTOR) if channel is Channel.PATROL else ANONYMOUS_REPORTER
        case = reported_case(channel=channel, by=reporter)
        at = case.moved_at
        for _ in range(ATTEMPTS_PER_CASE):
            onward = [one.act for one in CASE.moves_from(case.state) if one.act not in OFF_THE_MAIN_LINE]
            act = data.draw(st.sampled_from(onward * 10 + list(ATTEMPTS)), label="act")
            person = data.draw(st.sampled_from(six_people), label="person")
            at += timedelta(minutes=data.draw(st.integers(-5, 200), label="minutes later"))
            if data.draw(st.integers(0, 5), label="timer") == 0:
                cases.tick(at)
                case = moves.now(case)
            refusal = attempt(act, case, by=person(POST_OF[act]), at=at)
            after = moves.now(case)
            if refusal is not None:
                assert after == case, "a refused move leaves no trace"
            if case.state in ENDS:
                assert isinstance(refusal, MoveNotAllowed | NotPermitted | SamePerson)
            case = after
            check_what_always_holds(case)
        assert verify().intact
        transaction.set_rollback(True)
