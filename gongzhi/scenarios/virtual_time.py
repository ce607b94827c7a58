"""Virtual time: what a scenario plans happens in the order of its instants, and clocks run out in between.

The demo and the replay drive the same operations as people do, only with instants of their own. Between two moves the
city does not stand still: a limit that ran out is marked at the moment it ran out, before the next move, and facts are
delivered with the instant reached so far as the instant now.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.db import transaction

from gongzhi.audit import delivery
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.scenarios.turns import TURN_S

Move = Callable[[datetime], None]


class TimeRunsForward(Exception):
    """A move was planned before the instant already reached, or a clock never comes to rest. That is a bug."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one room.

    Attributes:
        next_at: the first instant, not before the given one, at which `tick` would find something; None for none.
        tick: let everything act that ran out before an instant; return how many did.
    """

    next_at: Callable[[datetime | None], datetime | None]
    tick: Callable[[datetime], int]


CASE_CLOCKS = Clocks(next_at=case_queries.next_lateness_at, tick=cases.tick)


@dataclass(order=True, slots=True)
class _Planned:
    at: datetime
    order: int
    move: Move = field(compare=False)


class VirtualTime:
    """Holds what is planned and lets it happen in order.

    Args:
        clocks: the rooms whose clocks run.
        moves_at_once: at most so many moves share one transaction, with the clocks that run out between them and the
            delivery of their facts. A process that is killed loses the moves of the open transaction and nothing else.
        turn_s: after so long a transaction takes in no further move and no further tick.
        stopwatch: seconds that only grow.
    """

    def __init__(
        self,
        *,
        clocks: Sequence[Clocks] = (CASE_CLOCKS,),
        moves_at_once: int = 100,
        turn_s: float = TURN_S,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with nothing planned and no instant reached."""
        self._clocks = clocks
        self._moves_at_once = moves_at_once
        self._turn_s = turn_s
        self._stopwatch = stopwatch
        self._planned: list[_Planned] = []
        self._order = count()
        self._reached: datetime | None = None

    def plan(self, at: datetime, move: Move) -> None:
        """Plan a move. Moves of one instant happen in the order in which they were planned.

        Raises: TimeRunsForward.
        """
        if self._reached is not None and at < self._reached:
            raise TimeRunsForward(f"{at.isoformat()} is over, it is {self._reached.isoformat()}")
        heapq.heappush(self._planned, _Planned(at, next(self._order), move))

    def run(self, *, until: datetime | None = None, progress: Callable[[int], None] = lambda moves: None) -> int:
        """Let everything happen that is planned, and what that plans in turn; return the number of moves.

        Args:
            until: let clocks run on to this instant after the last move, and leave later moves planned.
            progress: called after each transaction with the number of moves in it.
        """
        moved = 0
        while self._has_moves(until):
            with transaction.atomic():
                made = self._some_moves(until)
                self._deliver()
            moved += made
            progress(made)
        if until is not None:
            self._come_to_rest(until)
        return moved

    def _come_to_rest(self, until: datetime) -> None:
        """Let the clocks run on to an instant when no move is left."""
        at_rest = False
        while not at_rest:
            with transaction.atomic():
                at_rest = self._let_clocks_run(until, ends_s=self._stopwatch() + self._turn_s)
                self._deliver()

    def _has_moves(self, until: datetime | None) -> bool:
        return bool(self._planned) and (until is None or self._planned[0].at <= until)

    def _some_moves(self, until: datetime | None) -> int:
        """Make moves for one turn, and let the clocks run before each; return how many were made."""
        ends_s = self._stopwatch() + self._turn_s
        made = 0
        while made < self._moves_at_once and self._has_moves(until):
            if not self._let_clocks_run(self._planned[0].at, ends_s=ends_s):
                break
            following = heapq.heappop(self._planned)
            following.move(following.at)
            made += 1
            if self._stopwatch() >= ends_s:
                break
        return made

    def _let_clocks_run(self, until: datetime, *, ends_s: float) -> bool:
        """Let the clocks tick that run out up to an instant, each at its own; then that instant is reached.

        Returns: whether it was; after `ends_s` nothing further ticks, and the next turn goes on from there.
        """
        while (due := self._next_tick()) is not None and due <= until:
            self._reached = due
            if sum(clocks.tick(due) for clocks in self._clocks) == 0:
                raise TimeRunsForward(f"a clock was due at {due.isoformat()} and did nothing")
            if self._stopwatch() >= ends_s:
                return False
        self._reached = until
        return True

    def _next_tick(self) -> datetime | None:
        instants = [clocks.next_at(self._reached) for clocks in self._clocks]
        return min((one for one in instants if one is not None), default=None)

    def _deliver(self) -> None:
        reached = self._reached
        if reached is not None:
            delivery.deliver_all(clock=lambda: reached)
