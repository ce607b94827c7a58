"""Holds: the clock stands still until a granted day, and runs on by itself."""

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import (
    EndNotAhead,
    GroundsMissing,
    HoldNotAsked,
    HoldOfOverdueCase,
    HoldTooLong,
    HoldUsedUp,
    WordsMissing,
)
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.kernel.actor import TIMER
from gongzhi.people.operations import SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import handling_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DISPATCHED = local("2026-11-23 09:20")
"""Two working hours: due at 11:20."""
FRIDAY_10AM = local("2026-11-27 10:00")


def handling():
    return handling_case(dispatched_at=DISPATCHED)


def held(*, at="2026-11-23 10:20", until="2026-11-27 10:00"):
    asked = turns.ask_hold(handling(), until_at=local(until), at=local(at))
    return turns.approve_hold(asked, at=local(at))


def test_a_case_on_hold_has_a_holder_and_an_end_and_its_clock_stands_still():
    case = held()
    assert (case.state, case.hold_until_at, case.hold_count) == (CaseState.SUSPENDED, FRIDAY_10AM, 1)
    assert case.due_at == local("2026-11-27 11:00"), "an hour of its limit was left"
    stage = queries.stages(case.uid)[-1]
    assert (stage.stage, stage.holder_post, stage.holder_unit) == ("hold", Post.DEPARTMENT_DESK, moves.SIMING_BUREAU)
    assert stage.due_at == FRIDAY_10AM
    assert not case.is_overdue(at=local("2026-12-24 10:00"))
    assert verify().intact


def test_a_hold_ends_by_itself_and_nobody_is_late_in_it():
    case = held()
    assert cases.tick(FRIDAY_10AM) == 0
    at = FRIDAY_10AM + timedelta(seconds=20)
    assert queries.next_lateness_at() == FRIDAY_10AM + timedelta(microseconds=1)
    assert cases.tick(at) == 1
    now = moves.now(case)
    assert (now.state, now.due_at) == (CaseState.HANDLING, local("2026-11-27 11:00"))
    *_, hold, dispose = queries.stages(case.uid)
    assert (hold.stage, hold.ended_at, hold.is_late) == ("hold", at, False)
    assert (dispose.stage, dispose.due_at) == ("dispose", now.due_at)
    last = entries_of(case.stream)[-1]
    assert (last.type, last.actor) == ("case.resume", TIMER)
    assert cases.tick(at) == 0


def test_a_timer_that_comes_too_late_gives_the_unit_no_more_than_was_granted():
    case = held()
    assert cases.tick(FRIDAY_10AM + timedelta(minutes=50)) == 1
    assert moves.now(case).due_at == local("2026-11-27 11:00")
    assert queries.explain_deadline(str(case.number)).steps[-1].until == local("2026-11-27 11:00")


def test_whoever_resumes_earlier_gives_the_rest_of_the_hold_away():
    case = turns.resume(held(), at=local("2026-11-24 09:00"))
    assert (case.state, case.due_at) == (CaseState.HANDLING, local("2026-11-24 10:00"))
    assert cases.tick(FRIDAY_10AM + timedelta(days=1)) == 1, "the disposal is late, and no hold ends a second time"
    assert moves.now(case).state is CaseState.HANDLING


def test_a_deadline_explains_its_hold_as_a_step():
    explained = queries.explain_deadline(str(held().number))
    (pause,) = [one for one in explained.steps if one.kind == "paused"]
    assert (pause.from_, pause.until) == (local("2026-11-23 10:20"), FRIDAY_10AM)
    assert explained.steps[-1].until == explained.due_at == local("2026-11-27 11:00")


def test_the_disposal_is_judged_without_the_time_on_hold():
    case = turns.resume(held(), at=FRIDAY_10AM)
    checked = moves.check(moves.order_check(moves.handle(case, at=local("2026-11-27 11:30"))))
    closed = moves.close(checked)
    assert (closed.closing_type, closed.overtime_hundredths) == (ClosingType.LATE, 25)


def test_a_hold_and_an_extension_add_up():
    case = turns.grant_extension(turns.ask_extension(turns.resume(held(), at=FRIDAY_10AM)))
    assert case.due_at == local("2026-11-27 15:00")
    assert queries.explain_deadline(str(case.number)).steps[-1].until == case.due_at


def test_a_hold_is_explained_and_has_an_end_within_a_year():
    case = handling()
    with pytest.raises(WordsMissing):
        turns.ask_hold(case, words="")
    with pytest.raises(EndNotAhead):
        turns.ask_hold(case, at=local("2026-11-23 10:00"), until_at=local("2026-11-23 10:00"))
    with pytest.raises(HoldTooLong):
        turns.ask_hold(case, until_at=case.moved_at + timedelta(days=366))
    assert turns.ask_hold(case, until_at=case.moved_at + timedelta(days=365)).hold_asked_until_at is not None


def test_an_overdue_case_is_not_put_on_hold():
    case = handling()
    with pytest.raises(HoldOfOverdueCase):
        turns.ask_hold(case, at=local("2026-11-23 11:21"))
    asked = turns.ask_hold(case, at=local("2026-11-23 11:00"))
    with pytest.raises(HoldOfOverdueCase):
        turns.approve_hold(asked, at=local("2026-11-23 11:21"))


def test_a_case_is_held_once():
    case = turns.resume(held(), at=local("2026-11-24 09:00"))
    with pytest.raises(HoldUsedUp):
        turns.ask_hold(case)


def test_a_refused_hold_uses_nothing_up_and_there_must_be_one_to_decide():
    case = handling()
    with pytest.raises(HoldNotAsked):
        turns.approve_hold(case)
    asked = turns.ask_hold(case)
    said: dict[str, Any] = {"seen": asked.version, "by": moves.member(Post.SHIFT_LEADER), "at": asked.moved_at}
    with pytest.raises(GroundsMissing):
        cases.refuse_hold(asked.uid, grounds="", **said)
    refused = cases.refuse_hold(asked.uid, grounds="可即时处置", **said)
    assert (refused.state, refused.hold_asked_until_at) == (CaseState.HANDLING, None)
    with pytest.raises(HoldNotAsked):
        turns.approve_hold(refused)
    assert turns.approve_hold(turns.ask_hold(refused)).state is CaseState.SUSPENDED


def test_a_request_lapses_when_the_case_moves_on():
    case = moves.handle(turns.ask_hold(handling()))
    assert case.hold_asked_until_at is None


def test_whoever_asked_does_not_grant(jack_of_all_posts):
    asked = turns.ask_hold(handling(), by=jack_of_all_posts(Post.DEPARTMENT_DESK))
    with pytest.raises(SamePerson):
        turns.approve_hold(asked, by=jack_of_all_posts(Post.SHIFT_LEADER))
