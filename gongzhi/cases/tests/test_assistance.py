"""Lead and assisting units."""

import pytest

from gongzhi.audit.verify import verify
from gongzhi.cases import queries
from gongzhi.cases.rules import AssistanceAnswered, AssistanceByItself, AssistanceOpen, WordsMissing
from gongzhi.cases.states import CaseState
from gongzhi.cases.turns import assistances
from gongzhi.evidence import queries as evidence
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.operations import NotPermitted, SamePerson, UnitEnded
from gongzhi.people.states import Post
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def other_desk():
    return moves.member(Post.DEPARTMENT_DESK, HULI_BUREAU)


def test_a_unit_that_is_asked_to_help_reads_the_case_and_finds_it_in_its_list(handling_case, other_desk):
    at = handling_case.moved_at

    def listed():
        return [one.uid for one in queries.page(sight=people.sight(other_desk, "case.read", at=at))]

    with pytest.raises(NotPermitted):
        queries.require_readable(handling_case, by=other_desk, at=at)
    assert listed() == []
    asked = turns.ask_assistance(handling_case)
    assert (asked.state, asked.unit_code) == (CaseState.HANDLING, SIMING_BUREAU), "the lead stays where it was"
    queries.require_readable(asked, by=other_desk, at=at)
    assert listed() == [asked.uid]
    assert verify().intact


def test_the_helper_answers_with_files_of_its_own(handling_case, other_desk):
    asked = turns.ask_assistance(handling_case)
    assert [one.act for one in queries.open_moves(asked, by=other_desk, at=asked.moved_at)] == ["answer_assistance"]
    shown = moves.photo(other_desk)
    answered = turns.answer_assistance(asked, photos=[shown])
    (row,) = assistances(answered.uid)
    assert (row.unit, row.answered_at) == (HULI_BUREAU, answered.moved_at)
    assert shown in [one.uid for one in evidence.files_of(answered.stream)]
    with pytest.raises(AssistanceAnswered):
        turns.answer_assistance(answered)
    assert queries.open_moves(answered, by=other_desk, at=answered.moved_at) == []
    assert verify().intact


def test_only_the_unit_that_was_asked_answers(handling_case):
    asked = turns.ask_assistance(handling_case)
    with pytest.raises(NotPermitted):
        turns.answer_assistance(asked, by=moves.desk_of(asked))


def test_a_helper_moves_nothing_else(handling_case, other_desk):
    asked = turns.ask_assistance(handling_case)
    with pytest.raises(NotPermitted):
        moves.submit(asked, by=moves.member(Post.HANDLER, HULI_BUREAU))
    with pytest.raises(NotPermitted):
        turns.ask_extension(asked, by=other_desk)


def test_help_is_asked_for_in_words_from_another_unit_that_works_once_at_a_time(handling_case):
    with pytest.raises(WordsMissing):
        turns.ask_assistance(handling_case, words="")
    with pytest.raises(AssistanceByItself):
        turns.ask_assistance(handling_case, unit=SIMING_BUREAU)
    with pytest.raises(NotFound):
        turns.ask_assistance(handling_case, unit="bureau-000000")
    asked = turns.ask_assistance(handling_case)
    with pytest.raises(AssistanceOpen):
        turns.ask_assistance(asked)
    with pytest.raises(WordsMissing):
        turns.answer_assistance(asked, words="")
    again = turns.ask_assistance(turns.answer_assistance(asked))
    assert len(assistances(again.uid)) == 2


def test_a_unit_that_has_ended_is_not_asked(handling_case):
    staff.end_unit(HULI_BUREAU, at=handling_case.moved_at)
    with pytest.raises(UnitEnded):
        turns.ask_assistance(handling_case)


def test_whoever_helped_does_not_check(handling_case, jack_of_all_posts):
    helper = jack_of_all_posts(Post.DEPARTMENT_DESK, HULI_BUREAU)
    case = turns.answer_assistance(turns.ask_assistance(handling_case), by=helper)
    case = moves.order_check(moves.handle(case))
    with pytest.raises(SamePerson):
        moves.check(case, by=jack_of_all_posts(Post.CHECKER))
    moves.check(case)
