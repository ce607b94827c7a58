"""A lifecycle declared as one table, checked when it is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gongzhi.kernel.facts import FactType
from gongzhi.kernel.refusals import Refusal

Guard = Callable[[Any], None]


class MoveNotAllowed(Refusal):
    """The thing is not in a state from which this move leads."""

    code = "move-not-allowed"


class LifecycleFault(Exception):
    """The table itself is wrong: found when it is declared, never at work."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change: the act, where it may start, where it ends, who does it by default, what it needs.

    `target` is None for an act that is done in a state and does not leave it.
    """

    act: str
    sources: tuple[StrEnum, ...]
    target: StrEnum | None
    by: tuple[str, ...]
    needs: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was checked for a thing in a certain state and may now be made."""

    act: str
    from_: StrEnum
    to: StrEnum
    fact: FactType


def move(
    act: str,
    sources: StrEnum | Iterable[StrEnum],
    target: StrEnum,
    *,
    by: str | Iterable[str],
    needs: Iterable[Guard] = (),
) -> Move:
    """Declare one move.

    Args:
        act: its name, unique in the table; the fact it announces is `<lifecycle>.<act>`.
        sources: the state or states it may start from.
        target: the state it ends in.
        by: the post or posts that make it by default; this seeds the policy table, which decides.
        needs: pure guards called with the facts of the thing; each raises its own refusal.
    """
    from_ = (sources,) if isinstance(sources, StrEnum) else tuple(sources)
    posts = (by,) if isinstance(by, str) else tuple(by)
    return Move(act=act, sources=from_, target=target, by=tuple(str(post) for post in posts), needs=tuple(needs))


def stay(
    act: str, states: StrEnum | Iterable[StrEnum], *, by: str | Iterable[str], needs: Iterable[Guard] = ()
) -> Move:
    """Declare an act that is allowed in certain states and leaves the thing where it is."""
    inside = (states,) if isinstance(states, StrEnum) else tuple(states)
    posts = (by,) if isinstance(by, str) else tuple(by)
    return Move(act=act, sources=inside, target=None, by=tuple(str(post) for post in posts), needs=tuple(needs))


@dataclass(frozen=True)
class Lifecycle:
    """The whole life of a thing as a table of moves.

    Args:
        name: the stream kind, such as `case`.
        initial: the state in which the thing is born.
        moves: every allowed change.
        ends: states that a thing may rest in for ever.

    Raises: LifecycleFault when a state is unreachable, is a dead end that is not declared as an end, when two moves
        share a name, or when a move mixes state sets.
    """

    name: str
    initial: StrEnum
    moves: tuple[Move, ...]
    ends: frozenset[StrEnum]
    _by_act: Mapping[str, Move] = field(init=False, repr=False, compare=False)

    def __init__(self, name: str, initial: StrEnum, *moves: Move, ends: Iterable[StrEnum]) -> None:
        """Check the table once, loudly."""
        by_act: dict[str, Move] = {}
        for one in moves:
            if one.act in by_act:
                raise LifecycleFault(f"{name}: two moves are named {one.act!r}")
            if not one.sources:
                raise LifecycleFault(f"{name}: the move {one.act!r} starts nowhere")
            by_act[one.act] = one
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "initial", initial)
        object.__setattr__(self, "moves", moves)
        object.__setattr__(self, "ends", frozenset(ends))
        object.__setattr__(self, "_by_act", by_act)
        self._check_states()

    def _check_states(self) -> None:
        states = set(type(self.initial))
        # a list: states of two sets that share a spelling are equal, and a set would keep only one of them
        named = [*self.ends]
        for one in self.moves:
            named += one.sources if one.target is None else (*one.sources, one.target)
        if foreign := {state for state in named if type(state) is not type(self.initial)}:
            raise LifecycleFault(f"{self.name}: {sorted(foreign)} belong to another set of states")
        reached, frontier = {self.initial}, {self.initial}
        while frontier:
            frontier = {one.target for one in self.moves if one.target and frontier.intersection(one.sources)} - reached
            reached |= frontier
        if unreached := states - reached:
            raise LifecycleFault(f"{self.name}: no move leads to {sorted(unreached)}")
        leaving = {state for one in self.moves for state in one.sources if one.target not in (None, state)}
        if stuck := states - leaving - self.ends:
            raise LifecycleFault(f"{self.name}: nothing leads out of {sorted(stuck)}, and they are not ends")

    def check(self, state: str, act: str, *, facts: object = None) -> Step:
        """Return the step, or refuse.

        Raises: MoveNotAllowed when the act does not start from this state; whatever refusal a guard raises.
        """
        chosen = self._by_act.get(act)
        if chosen is None:
            raise LifecycleFault(f"{self.name}: there is no move {act!r}")
        here = type(self.initial)(state)
        if here not in chosen.sources:
            raise MoveNotAllowed(thing=self.name, act=act, state=here.value)
        for guard in chosen.needs:
            guard(facts)
        return Step(act=act, from_=here, to=chosen.target or here, fact=self.fact(act))

    def fact(self, act: str) -> FactType:
        """Return the fact that a move announces."""
        return FactType(f"{self.name}.{act}")

    def moves_from(self, state: str) -> list[Move]:
        """Return the moves that start from a state, in the order of the table."""
        return [one for one in self.moves if state in one.sources]

    def acts(self) -> list[str]:
        """Return every act, in the order of the table."""
        return [one.act for one in self.moves]

    def seeds(self) -> list[tuple[str, str]]:
        """Return (post, act) pairs with which the policy table starts."""
        return [(post, f"{self.name}.{one.act}") for one in self.moves for post in one.by]

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram, the same text every time."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        for one in self.moves:
            lines.extend(f"    {source} --> {one.target or source}: {one.act}" for source in one.sources)
        lines.extend(f"    {end.value} --> [*]" for end in sorted(self.ends))
        return "\n".join(lines) + "\n"
