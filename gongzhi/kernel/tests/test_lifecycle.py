"""A lifecycle is one table; a wrong table is found when it is declared."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.lifecycle import Lifecycle, LifecycleFault, MoveNotAllowed, move, stay
from gongzhi.kernel.refusals import Refusal


class Lamp(StrEnum):
    """What a street lamp can be."""

    DARK = "dark"
    LIT = "lit"
    SCRAPPED = "scrapped"


class Door(StrEnum):
    """Another set of states, one of which is spelled like a lamp's."""

    OPEN = "open"
    LIT = "lit"


class NoCurrent(Refusal):
    """There is no current."""

    code = "no-current"


def current_is_on(facts: object) -> None:
    if facts != "current":
        raise NoCurrent


MOVES = (
    move("light", Lamp.DARK, Lamp.LIT, by="lamplighter", needs=[current_is_on]),
    move("douse", Lamp.LIT, Lamp.DARK, by=["lamplighter", "warden"]),
    stay("clean", [Lamp.DARK, Lamp.LIT], by="cleaner"),
    move("scrap", [Lamp.DARK, Lamp.LIT], Lamp.SCRAPPED, by="warden"),
)
LAMP = Lifecycle("lamp", Lamp.DARK, *MOVES, ends=[Lamp.SCRAPPED])


@pytest.mark.parametrize(
    ("moves", "ends", "said"),
    [
        (MOVES[:3], [Lamp.SCRAPPED], "no move leads to"),
        ((*MOVES, MOVES[0]), [Lamp.SCRAPPED], "two moves are named 'light'"),
        (MOVES, [], "nothing leads out of"),
        ((*MOVES, move("leave", Lamp.LIT, Door.OPEN, by="warden")), [Lamp.SCRAPPED], "another set of states"),
        ((*MOVES, move("enter", Door.OPEN, Lamp.LIT, by="warden")), [Lamp.SCRAPPED], "another set of states"),
        ((*MOVES, move("flash", Lamp.DARK, Door.LIT, by="warden")), [Lamp.SCRAPPED], "another set of states"),
        (MOVES, [Lamp.SCRAPPED, Door.OPEN], "another set of states"),
        ((*MOVES, move("fall", [], Lamp.DARK, by="wind")), [Lamp.SCRAPPED], "'fall' starts nowhere"),
        (
            (MOVES[0], MOVES[3], stay("shine", Lamp.LIT, by="lamp"), move("stay-dark", Lamp.DARK, Lamp.DARK, by="x")),
            [],
            "nothing leads out of",
        ),
    ],
    ids=[
        "a state that nothing reaches",
        "two moves of one name",
        "a dead end that is not declared",
        "a foreign target",
        "a foreign source",
        "a foreign state that is spelled like our own",
        "a foreign end",
        "a move from nowhere",
        "a state that is only ever stayed in",
    ],
)
def test_a_wrong_table_is_found_when_it_is_declared(moves, ends, said):
    with pytest.raises(LifecycleFault, match=said):
        Lifecycle("lamp", Lamp.DARK, *moves, ends=ends)


def test_a_move_that_starts_here_gives_its_step():
    step = LAMP.check("dark", "light", facts="current")
    assert (step.act, step.from_, step.to, step.fact.name) == ("light", Lamp.DARK, Lamp.LIT, "lamp.light")


def test_an_act_that_stays_leads_back_to_where_it_was_done():
    assert LAMP.check("lit", "clean").to is Lamp.LIT


def test_a_move_from_another_state_is_refused_with_the_state():
    with pytest.raises(MoveNotAllowed) as refused:
        LAMP.check("lit", "light", facts="current")
    assert refused.value.facts == {"thing": "lamp", "act": "light", "state": "lit"}


def test_a_guard_refuses_in_its_own_words():
    with pytest.raises(NoCurrent):
        LAMP.check("dark", "light", facts="none")


def test_an_act_that_is_not_in_the_table_is_a_bug():
    with pytest.raises(LifecycleFault):
        LAMP.check("dark", "explode")


def test_the_table_seeds_the_policy():
    assert LAMP.seeds() == [
        ("lamplighter", "lamp.light"),
        ("lamplighter", "lamp.douse"),
        ("warden", "lamp.douse"),
        ("cleaner", "lamp.clean"),
        ("warden", "lamp.scrap"),
    ]


def test_the_table_draws_itself_the_same_way_every_time():
    assert LAMP.mermaid() == Lifecycle("lamp", Lamp.DARK, *MOVES, ends=[Lamp.SCRAPPED]).mermaid()
    assert "dark --> lit: light" in LAMP.mermaid()


@given(st.lists(st.sampled_from(LAMP.acts())))
def test_whatever_is_tried_an_end_is_never_left_and_only_listed_moves_are_made(acts):
    state = Lamp.DARK
    for act in acts:
        open_here = [one.act for one in LAMP.moves_from(state)]
        try:
            step = LAMP.check(state, act, facts="current")
        except MoveNotAllowed:
            assert act not in open_here
            continue
        assert act in open_here
        assert state not in LAMP.ends
        state = Lamp(step.to)
