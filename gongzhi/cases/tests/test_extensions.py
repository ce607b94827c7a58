"""Extensions: asked for before the deadline, granted twice at most, and judged with even when granted late."""

from datetime import timedelta

import pytest

from gongzhi.audit.verify import verify
from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import (
    ExtensionAsked,
    ExtensionNotAsked,
    ExtensionsUsedUp,
    ExtensionTooLate,
    GroundsMissing,
    WordsMissing,
)
from gongzhi.cases.states import CaseState, ClosingType
from gongzhi.people.operations import SamePerson
from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import handling_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DISPATCHED = local("2026-11-23 09:20")
"""Two working hours: due at 11:20."""


def handling():
    return handling_case(dispatched_at=DISPATCHED)


def finished(case, *, at):
    return moves.check(moves.order_check(moves.handle(case, at=at)))


def test_a_granted_extension_adds_the_limit_once_more():
    asked = turns.ask_extension(handling())
    assert (asked.extension_asked_at, asked.due_at) == (asked.moved_at, local("2026-11-23 11:20"))
    case = turns.grant_extension(asked)
    assert (case.state, case.extensions_granted, case.extension_asked_at) == (CaseState.HANDLING, 1, None)
    assert case.due_at == local("2026-11-23 15:20"), "lunch is no working time"
    assert queries.stages(case.uid)[-1].due_at == case.due_at
    explained = queries.explain_deadline(str(case.number))
    assert [one.kind.value for one in explained.steps].count("extended") == 1
    assert explained.steps[-1].until == explained.due_at == explained.due_today == case.due_at
    assert verify().intact


def test_an_extension_is_asked_for_in_words_and_before_the_deadline():
    case = handling()
    with pytest.raises(WordsMissing):
        turns.ask_extension(case, words=" ")
    with pytest.raises(ExtensionTooLate):
        turns.ask_extension(case, at=local("2026-11-23 11:20") + timedelta(seconds=1))
    assert turns.ask_extension(case, at=local("2026-11-23 11:20")).extension_asked_at is not None


def test_there_is_one_open_request_at_a_time_and_none_to_decide_without_one():
    case = handling()
    with pytest.raises(ExtensionNotAsked):
        turns.grant_extension(case)
    with pytest.raises(ExtensionNotAsked):
        turns.refuse_extension(case)
    case = turns.ask_extension(case)
    with pytest.raises(ExtensionAsked):
        turns.ask_extension(case)


def test_a_case_is_extended_twice_and_refusals_do_not_count():
    case = turns.ask_extension(handling())
    with pytest.raises(GroundsMissing):
        turns.refuse_extension(case, grounds="")
    case = turns.refuse_extension(case)
    for _ in range(2):
        case = turns.grant_extension(turns.ask_extension(case))
    assert (case.extensions_granted, case.due_at) == (2, local("2026-11-23 17:20"))
    with pytest.raises(ExtensionsUsedUp):
        turns.ask_extension(case)


def test_whoever_asked_does_not_grant(jack_of_all_posts):
    case = turns.ask_extension(handling(), by=jack_of_all_posts(Post.DEPARTMENT_DESK))
    with pytest.raises(SamePerson):
        turns.grant_extension(case, by=jack_of_all_posts(Post.DISPATCHER))


def test_a_request_that_was_left_lying_can_be_granted_after_the_deadline_and_the_unit_was_in_time():
    case = turns.ask_extension(handling(), at=local("2026-11-23 11:00"))
    assert cases.tick(local("2026-11-23 14:30")) == 1
    assert queries.stages(case.uid)[-1].is_late
    granted = turns.grant_extension(moves.now(case), at=local("2026-11-23 14:40"))
    assert not queries.stages(case.uid)[-1].is_late, "the deadline is judged with the request"
    closed = moves.close(finished(granted, at=local("2026-11-23 15:00")))
    assert (closed.closing_type, closed.is_late) == (ClosingType.NORMAL, False)
    assert verify().intact


def test_a_request_is_decided_even_while_the_result_is_reviewed_and_before_the_case_is_closed():
    asked = turns.ask_extension(handling(), at=local("2026-11-23 11:00"))
    checked = finished(asked, at=local("2026-11-23 14:30"))
    with pytest.raises(ExtensionAsked):
        moves.close(checked)
    granted = turns.grant_extension(checked)
    dispose = [one for one in queries.stages(granted.uid) if one.stage == "dispose"][-1]
    assert (dispose.due_at, dispose.is_late) == (local("2026-11-23 15:20"), False)
    assert moves.close(granted).closing_type == ClosingType.NORMAL


def test_a_refused_request_leaves_a_late_result_late():
    asked = turns.ask_extension(handling(), at=local("2026-11-23 11:00"))
    checked = finished(asked, at=local("2026-11-23 14:30"))
    closed = moves.close(turns.refuse_extension(checked))
    assert (closed.closing_type, closed.overtime_hundredths) == (ClosingType.LATE, 58)
