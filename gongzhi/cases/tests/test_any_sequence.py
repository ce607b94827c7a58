"""Whatever people try, in whatever order: history is kept, somebody always holds the case, hands stay apart."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.lifecycle import ACCEPTED_BY, CASE, CHECKED_BY, HANDLED_BY
from gongzhi.cases.states import ENDS, STAGE_OF, WITH_A_UNIT, CaseState, ReturnGround
from gongzhi.cases.tests.attempts import ATTEMPTS, jack_of_all_posts, unit_of, usual_person
from gongzhi.intake.rules import GivenPlace
from gongzhi.intake.states import Channel
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.rules import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import cases as made
from gongzhi.testing import moves, turns
from gongzhi.testing.moves import local
from gongzhi.testing.turns import THE_REPORTER

OF_NOBODY = {"escalate_return", "reopen_by_reporter"}
"""Made by a timer, or by the reporter: no post holds them."""
RARE = {
    "send_for_correction",
    "force_close",
    "void_by_review",
    "locate",
    "classify",
    "not_accept",
    "merge",
    "void",
    "report_unconfirmed",
    "instruct",
    "ask_assistance",
}
"""Tried less often than the others, or few cases would ever be handled."""
ATTEMPTS_PER_CASE = 36
NAMES = ("王全", "李能", "张多", "赵手", "孙快", "周到")
MEET_AGAIN = 2
"""Half of what is tried, so few people try; among six, hands that must be apart would hardly ever meet."""
MAY_BE_EARLIER = -5
POSTS_OF = {
    one.act: [post for post in one.by if post not in {Post.IMPORTER, Post.TIMER}] or [Post.TIMER] for one in CASE.moves
}
MINUTES_LATER = [0, 1, 5, 5, 20, 20, 60, 200, 3000]


WAYS_ON = {
    CaseState.REPORTED: ("locate", "classify", "verify", "accept"),
    CaseState.VERIFYING: ("confirm_verified",),
    CaseState.ACCEPTED: ("locate", "classify", "file"),
    CaseState.FILED: ("dispatch",),
    CaseState.DISPATCHED: ("acknowledge",),
    CaseState.HANDLING: ("submit_result", "confirm_result"),
    CaseState.SUSPENDED: ("resume",),
    CaseState.REWORK: ("submit_result", "confirm_result"),
    CaseState.HANDLED: ("pass_from_desk", "send_to_check"),
    CaseState.CHECKING: ("pass_check",),
    CaseState.CHECK_PASSED: ("refuse_extension", "locate", "classify", "file_later", "close"),
}
"""What the usual people do to bring a case to its end, in this order; what is not needed is refused and passed over."""
OUT_OF_A_RETURN = {
    Post.DISPATCHER: ("dispatch", "send_for_correction", "arbitrate"),
    Post.SHIFT_LEADER: ("decide_return", "correct_return", "arbitrate"),
}
"""The same after a return, by who has it in hand; on a dispute the shift leader rules."""
STEPS_AT_MOST = 16


def sent_at_once():
    """A unit goes there, and nobody knows yet where exactly it is, and of which class."""
    case = made.reported_case(place=GivenPlace(address="中山路口塌方"), class_key=None)
    return turns.dispatch_urgent(turns.mark_urgent(case))


def closed_late():
    """It took three days instead of two hours."""
    at = local("2026-11-26 09:20")
    return moves.close(moves.check(moves.order_check(made.handled_case(handled_at=at))))


BEGINNINGS = [
    lambda collector: made.reported_case(channel=Channel.PATROL, by=collector),
    lambda _: made.reported_case(),
    *(lambda _, make=make: make() for make in (made.accepted_case, made.filed_case, made.dispatched_case)),
    *(lambda _, make=make: make() for make in (made.handling_case, made.handled_case, made.checked_case)),
    *(lambda _, make=make: make() for make in (made.closed_case, closed_late)),
    *(lambda _, make=make: make() for make in (made.returned_case, sent_at_once)),
]
"""Every sequence begins on the main line, with a return, or on the urgent track, as the usual people left it."""


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


def usual_acts(case):
    """What people try where a case stands: rather what moves it on than what leaves it there."""
    here = CASE.moves_from(case.state)
    onward = [one.act for one in here if one.target is not None and one.act not in RARE]
    return [*onward * 4, *(one.act for one in here)] or list(ATTEMPTS)


def somebody(act, case, person, post):
    """Who tries an act: a person in a post that usually has it, or whoever it is that has none."""
    if act in OF_NOBODY:
        return TIMER if act == "escalate_return" else THE_REPORTER
    return person(post, unit_of(act, case))


def people_of(case, acts):
    return {person for act in acts for person in case.hands.get(act, ())}


def check_history(case):
    entries = entries_of(case.stream)
    assert [one.seq for one in entries] == list(range(1, case.version + 1))
    walked = [(one.facts["from"], one.facts["to"]) for one in entries if "from" in one.facts]
    stood = [CASE.initial.value, *(to for _, to in walked)]
    assert [from_ for from_, _ in walked] == stood[:-1]
    assert stood[-1] == case.state.value, "the entries are the moves, all of them"


def check_holder_and_clock(case):
    stages = queries.stages(case.uid)
    assert [one.order for one in stages] == list(range(1, len(stages) + 1))
    open_stages = [one for one in stages if one.ended_at is None]
    if case.state in ENDS:
        assert open_stages == []
        assert case.ended_at is not None
        assert (case.merged_into is not None) == (case.state is CaseState.MERGED)
        return
    (held,) = open_stages
    assert held.holder_post
    assert held.stage == STAGE_OF[case.state].value
    assert held.due_at is not None or held.due_provisional
    assert case.ended_at is None
    if case.state in WITH_A_UNIT:
        assert case.due_at is not None
        assert case.unit_code
        explained = queries.explain_deadline(str(case.uid))
        assert explained.steps[-1].until == explained.due_at == case.due_at


PROPOSED_AND_DECIDED = [
    ("case.propose_void", "case.void_by_review"),
    ("case.review_appeal", "case.decide_appeal"),
]
"""Pairs that come once at most: whoever did the former never did the latter."""


def check_hands(case):
    assert not people_of(case, HANDLED_BY) & people_of(case, CHECKED_BY)
    assert not people_of(case, ["case.close"]) & people_of(case, HANDLED_BY | CHECKED_BY | ACCEPTED_BY)
    for proposed, decided in PROPOSED_AND_DECIDED:
        assert not people_of(case, [proposed]) & people_of(case, [decided]), decided


def check_way_out(case):
    """Bring a case to its end by the usual people: whatever others did before, it can be done and closed."""
    for _ in range(STEPS_AT_MOST):
        if case.state in ENDS:
            return
        before = case
        holder = queries.stages(case.uid)[-1].holder_post
        ways = OUT_OF_A_RETURN[holder] if case.state is CaseState.RETURNED else WAYS_ON[case.state]
        for act in ways:
            if case.state is before.state:
                attempt(act, case, by=usual_person(act, case), at=case.moved_at)
                case = moves.now(case)
        assert case.state is not before.state, f"{holder} has no way out of {before.state}"
    raise AssertionError(f"{case.state} goes on without an end")


def check_what_always_holds(case):
    check_history(case)
    check_holder_and_clock(case)
    check_hands(case)


@pytest.mark.django_db
@given(data=st.data())
@settings(
    max_examples=max(settings().max_examples // 6, 1), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_sequence_of_moves_loses_history_or_mixes_hands(data, six_people):
    with transaction.atomic():
        begin = data.draw(st.sampled_from(BEGINNINGS), label="the case as it is found")
        case = begin(six_people[0](Post.COLLECTOR))
        at = case.moved_at
        for _ in range(ATTEMPTS_PER_CASE):
            act = data.draw(st.sampled_from(usual_acts(case)) | st.sampled_from(list(ATTEMPTS)), label="act")
            person = data.draw(st.sampled_from(six_people[:MEET_AGAIN]) | st.sampled_from(six_people), label="person")
            post = data.draw(st.sampled_from(POSTS_OF[act]), label="post")
            minutes = data.draw(st.sampled_from([MAY_BE_EARLIER, *MINUTES_LATER]), label="minutes later")
            at += timedelta(minutes=minutes)
            if data.draw(st.integers(0, 5), label="timer") == 0:
                cases.tick(at)
                case = moves.now(case)
            refusal = attempt(act, case, by=somebody(act, case, person, post), at=at)
            after = moves.now(case)
            if refusal is not None:
                assert after == case, "a refused move leaves no trace"
            if case.state in ENDS and act not in {one.act for one in CASE.moves_from(case.state)}:
                assert isinstance(refusal, MoveNotAllowed | NotPermitted | SamePerson)
            case = after
            check_what_always_holds(case)
        check_way_out(case)
        assert verify().intact
        transaction.set_rollback(True)


def silent_return(case, ground):
    """Sent back on a ground that names no other unit, and left lying by the dispatcher."""
    back = turns.send_away(case, ground=ground, proposed="")
    due_at = queries.stages(back.uid)[-1].due_at
    assert due_at is not None
    cases.tick(due_at + timedelta(seconds=1))
    return moves.now(back)


UNFILED = [
    lambda case: silent_return(case, ReturnGround.NOT_A_MATTER),
    lambda case: turns.approve_hold(
        turns.ask_hold(moves.acknowledge(case), until_at=case.moved_at + timedelta(hours=9))
    ),
    lambda case: moves.send_back(moves.handle(moves.acknowledge(case))),
    lambda case: moves.check(moves.order_check(moves.handle(moves.acknowledge(case)))),
]
"""Where an urgent case may be that nobody could place, classify and file before its unit was sent."""


@pytest.mark.django_db
def test_what_was_sent_at_once_or_returned_in_silence_has_a_way_to_its_end(city):
    sent, dispatched = sent_at_once(), made.dispatched_case()
    begun = [partial(go, sent) for go in UNFILED]
    for begin in [*begun, partial(silent_return, dispatched, ReturnGround.WRONG_PLACE)]:
        with transaction.atomic():
            check_way_out(begin())
            transaction.set_rollback(True)
