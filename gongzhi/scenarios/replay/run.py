"""The replay itself: every request goes through the lifecycle at its historical times, and the counts are compared."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypedDict
from uuid import UUID

from gongzhi.audit import queries as audit
from gongzhi.audit.operations import ChangedMeanwhile, recording_as
from gongzhi.audit.states import Origin
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as intake_queries
from gongzhi.intake.rules import Draft, GivenPlace
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import Post
from gongzhi.scenarios.replay import city as cities
from gongzhi.scenarios.replay.city import ReplayedCity
from gongzhi.scenarios.replay.profile import Profile
from gongzhi.scenarios.replay.requests import Request, RequestFile
from gongzhi.scenarios.replay.times import PlannedMove, moves
from gongzhi.scenarios.turns import TURN_S
from gongzhi.scenarios.virtual_time import VirtualTime

Progress = Callable[[int, int], None]


class RequestStuck(Refusal):
    """A request of the file could not make a move of its life; the moves before it are kept."""

    code = "replay-request-stuck"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """What the file says of one unit, and what the home holds now."""

    code: str
    name: str
    open_in_source: int
    closed_in_source: int
    open: int
    closed: int
    late: int

    @property
    def agrees(self) -> bool:
        """Whether both counts are those of the source."""
        return (self.open, self.closed) == (self.open_in_source, self.closed_in_source)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did, and what the home holds after it."""

    units: Sequence[UnitCount]
    rejected: Sequence[str]
    unplaced: int
    moves: int
    entries: int

    @property
    def open(self) -> int:
        """How many of the requests are open."""
        return sum(one.open for one in self.units)

    @property
    def closed(self) -> int:
        """How many of the requests are closed."""
        return sum(one.closed for one in self.units)

    @property
    def late(self) -> int:
        """How many were closed after their limit."""
        return sum(one.late for one in self.units)

    @property
    def differing(self) -> list[str]:
        """The units whose open or closed requests are not as many as in the source."""
        return [one.name for one in self.units if not one.agrees]

    @property
    def agrees(self) -> bool:
        """Whether every unit has as many open and closed requests as in the source."""
        return not self.differing


def replay(
    file: RequestFile,
    profile: Profile,
    *,
    progress: Progress = lambda made, of: None,
    moves_at_once: int = 100,
    turn_s: float = TURN_S,
) -> Replayed:
    """Found the city of a file where this home has none, and let its requests live through what the home lacks yet.

    Doing it again adds nothing; doing it again after the process was killed goes on where the last transaction ended.

    Args:
        file: the requests.
        profile: how they are to be understood.
        progress: called with the moves made so far and the moves there are to make.
        moves_at_once: how many moves share a transaction at most.
        turn_s: after so long a transaction takes in no further move.

    Raises: AnotherCity, RequestStuck.
    """
    city = cities.city_of(file, profile)
    cities.found(city)
    before = audit.last_position()
    lives = _lives(file, city)
    to_make = sum(one.moves_left for one in lives)
    made = 0

    def told(moves_made: int) -> None:
        nonlocal made
        made += moves_made
        progress(made, to_make)

    time = VirtualTime(moves_at_once=moves_at_once, turn_s=turn_s)
    with recording_as(Origin.REPLAY):
        for one in lives:
            one.plan_next(time)
        time.run(until=file.until, progress=told)
    return Replayed(
        units=_compared(file, city),
        rejected=file.rejected,
        unplaced=file.unplaced,
        moves=made,
        entries=audit.last_position() - before,
    )


def _lives(file: RequestFile, city: ReplayedCity) -> list[_Life]:
    """Return every request with the moves that it has still to make."""
    known = intake_queries.cases_by_source_key(city.profile.name)
    done = {row.uid: row.hands for row in case_queries.cases_of(known.values())}
    lives = []
    for request in file.requests:
        case = known.get(request.key)
        planned = moves(
            city.profile.assumed, opened_at=request.opened_at, closed_at=request.closed_at, until=file.until
        )
        left = [one for one in planned if case is None or f"case.{one.act}" not in done[case]]
        lives.append(_Life(request, city, case, left))
    return lives


class _Life:
    """One request on its way: the case it became, and the moves that are still before it."""

    def __init__(self, request: Request, city: ReplayedCity, case: UUID | None, left: Sequence[PlannedMove]) -> None:
        self.request = request
        self.city = city
        self._case = case
        self._version = 1
        self._left = deque(left)

    @property
    def moves_left(self) -> int:
        """How many moves are still to be made; being received counts as one."""
        return len(self._left) + (self._case is None)

    @property
    def case(self) -> UUID:
        """The case that the request became."""
        if self._case is None:
            raise AssertionError(f"request {self.request.key} is not received yet")
        return self._case

    def plan_next(self, time: VirtualTime) -> None:
        """Plan the next move, which plans the one after it."""
        if self._case is None:
            time.plan(self.request.opened_at, lambda at: self._live("receive", partial(self._receive, at), time))
        elif self._left:
            move = self._left.popleft()
            time.plan(move.at, lambda at: self._live(move.act, partial(self._move, move.act, at), time))

    def _live(self, act: str, happen: Callable[[], object], time: VirtualTime) -> None:
        try:
            happen()
        except Refusal as refusal:
            raise RequestStuck(key=self.request.key, act=act, reason=str(refusal)) from refusal
        self.plan_next(time)

    def _receive(self, at: datetime) -> None:
        request, city = self.request, self.city
        division = city.districts.get(request.district, "")
        draft = Draft(
            kind=city.profile.report_kind,
            channel=request.channel,
            text=request.text,
            topic=request.category,
            place=GivenPlace(request.lon, request.lat, address=request.address, division=division),
            class_key=city.class_key(request.category),
        )
        source = city.profile.name
        self._case = intake.receive_report(draft, source=source, key=request.key, by=_hand("intake"), at=at).case

    def _move(self, act: str, at: datetime) -> None:
        """Make a move on the version last seen; when a limit was marked as run out meanwhile, on the one after that."""
        operation, hand, assumed = _ACTS[act]
        how = _How(seen=self._version, by=_hand(hand), at=at, told={"assumed": list(assumed)})
        try:
            self._version = operation(self, how).version
        except ChangedMeanwhile as changed:
            how["seen"] = int(changed.facts["now"] or 0)
            self._version = operation(self, how).version


class _How(TypedDict):
    """What every move of a case takes."""

    seen: int
    by: Actor
    at: datetime
    told: Mapping[str, object]


def _hand(name: str) -> Actor:
    """Return the machine that stands for one desk of the source. Each has an id of its own: hands stay separate."""
    return Actor(id=f"replay:{name}", kind=ActorKind.MACHINE, post=Post.IMPORTER)


def _file(life: _Life, how: _How) -> CaseRow:
    return cases.file_case(life.case, condition_code=life.city.condition(life.request.category), **how)


def _dispatch(life: _Life, how: _How) -> CaseRow:
    return cases.dispatch_case(life.case, unit_code=life.city.units[life.request.unit], **how)


def _close(life: _Life, how: _How) -> CaseRow:
    return cases.close_case(life.case, closing_confirmed=True, grounds=life.request.outcome, **how)


_ALL_OF_IT = ("move", "at")
_ACTS: Mapping[str, tuple[Callable[[_Life, _How], CaseRow], str, Sequence[str]]] = {
    "accept": (lambda life, how: cases.accept_case(life.case, **how), "acceptor", _ALL_OF_IT),
    "file": (_file, "shift-leader", (*_ALL_OF_IT, "condition", "limit")),
    "dispatch": (_dispatch, "dispatcher", ("at",)),
    "acknowledge": (lambda life, how: cases.acknowledge_case(life.case, **how), "unit", _ALL_OF_IT),
    "submit_result": (lambda life, how: cases.submit_result(life.case, **how), "unit", _ALL_OF_IT),
    "confirm_result": (lambda life, how: cases.confirm_result(life.case, **how), "unit", _ALL_OF_IT),
    "pass_from_desk": (lambda life, how: cases.pass_from_desk(life.case, **how), "dispatcher", _ALL_OF_IT),
    "close": (_close, "shift-leader", ("closing_confirmed",)),
}
"""Each act with its operation, the desk whose hand it is in, and what of it the file does not tell."""


def _compared(file: RequestFile, city: ReplayedCity) -> list[UnitCount]:
    """Return each unit's counts in the file beside those in the home, by the unit's name."""
    open_, closed = Counter[str](), Counter[str]()
    for one in file.requests:
        (open_ if one.closed_at is None else closed)[one.unit] += 1
    here = {one.key: one for one in case_queries.tally_by_unit()}
    counts = []
    for name, code in city.units.items():
        tally = here.get(code)
        counts.append(
            UnitCount(
                code=code,
                name=name,
                open_in_source=open_[name],
                closed_in_source=closed[name],
                open=0 if tally is None else tally.open,
                closed=0 if tally is None else tally.closed,
                late=0 if tally is None else tally.late,
            )
        )
    return counts
