"""Work lists: the open cases that wait for somebody, the one due first first, and what is left of their clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered, EditionNotKept
from gongzhi.calendars.rules import CalendarTooShort, used_s
from gongzhi.calendars.rules.limits import WORKING_UNITS
from gongzhi.calendars.rules.table import WorkingTime
from gongzhi.cases import clocks
from gongzhi.cases.models import Case, CaseStage
from gongzhi.cases.queries import CaseRow, StageRow, case_row, in_sight, stage_row
from gongzhi.cases.states import UNIT_WORKS, AppealState, CaseState
from gongzhi.norms.states import Stage
from gongzhi.people.rules import Sight
from gongzhi.places import queries as places
from gongzhi.places.states import PlaceState


class Asked(Enum):
    """What was asked for or proposed, and waits for somebody's word."""

    EXTENSION = Q(case__extension_asked_at__isnull=False)
    HOLD = Q(case__hold_asked_until_at__isnull=False)
    VOID = Q(case__void_proposed_at__isnull=False)
    CLOSING = Q(case__closing_proposed_at__isnull=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which waiting cases are wanted; what is left out does not narrow the list.

    Attributes:
        stages: those that wait in one of these stages.
        placed: those whose place is known, or those whose place somebody has to find.
        asked: those for which one of these was asked.
        due_before: those whose stage is due before an instant, what is late already included.
    """

    stages: frozenset[Stage] = frozenset()
    placed: bool | None = None
    asked: tuple[Asked, ...] = ()
    due_before: datetime | None = None
    class_key: str = ""
    area: str = ""
    unit: str = ""
    urgent: bool = False
    supervised: bool = False


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What is left of a clock at an instant, in its own time; below zero, by how much it ran out."""

    seconds: int
    in_working_time: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits, the stage in which it does, and what is left of that stage; `uid` is the stage's public id."""

    uid: UUID
    case: CaseRow
    stage: StageRow
    left: TimeLeft | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What runs in a case now: its stage, and the disposal clock where it runs."""

    waiting: Waiting | None
    disposal: TimeLeft | None


def waiting(wanted: Wanted, *, sight: Sight, at: datetime, after: UUID | None = None, limit: int = 50) -> list[Waiting]:
    """Return up to `limit` waiting cases after a given one; what is due first comes first, what is never due last.

    The number of queries does not depend on the number of rows.

    Args:
        wanted: which cases.
        sight: as far as the reader may act or read.
        at: the instant at which clocks are read.
        after: the stage after which the list goes on.
        limit: how many at most.
    """
    found = _found(wanted, sight=sight).select_related("case").order_by(F("due_at").asc(nulls_last=True), "id")
    last = None if after is None else CaseStage.objects.filter(uid=after).values_list("due_at", "id").first()
    if last is not None:
        found = found.filter(_behind(*last))
    reader = _Clocks()
    return [_waiting(one, reader=reader, at=at) for one in found[:limit]]


def count(wanted: Wanted, *, sight: Sight, most: int = 99) -> int:
    """Return how many cases wait, and `most` + 1 for more than that: nobody counts further."""
    return _found(wanted, sight=sight)[: most + 1].count()


def latest(*, area: str = "", class_key: str = "", sight: Sight, limit: int = 20) -> list[CaseRow]:
    """Return the latest cases of a division or a class, ended ones too, as far as sight reaches.

    They are chosen by indexes that hold all that is asked, and only then read: among very many this is what takes time.
    """
    found = Case.objects.order_by("-uid")
    if area:
        found = found.filter(area__in=places.paths_within(area))
    if class_key:
        found = found.filter(class_key=class_key)
    if not sight.everywhere:
        found = found.filter(in_sight(sight))
    chosen = list(found.values_list("uid", flat=True)[:limit])
    return [case_row(one) for one in Case.objects.filter(uid__in=chosen).order_by("-uid")]


def appealed(
    states: Iterable[AppealState], *, sight: Sight, after: UUID | None = None, limit: int = 50
) -> list[CaseRow]:
    """Return closed cases whose unit appeals against its timeout, as far as that is, in the order of the cases."""
    found = _appealed(states, sight=sight).order_by("uid")
    if after is not None:
        found = found.filter(uid__gt=after)
    return [case_row(one) for one in found[:limit]]


def appealed_count(states: Iterable[AppealState], *, sight: Sight, most: int = 99) -> int:
    """Return how many appeals wait, and `most` + 1 for more than that."""
    return _appealed(states, sight=sight)[: most + 1].count()


def _appealed(states: Iterable[AppealState], *, sight: Sight) -> QuerySet[Case]:
    found = Case.objects.exclude(appeal="").filter(appeal__in=[one.value for one in states])
    return found if sight.everywhere else found.filter(in_sight(sight))


def standing(uid: UUID, *, at: datetime) -> Standing:
    """Return what runs in a case at an instant. A case that has ended waits for nobody."""
    reader = _Clocks()
    one = CaseStage.objects.filter(case__uid=uid, ended_at=None).select_related("case").first()
    if one is None:
        return Standing(None, None)
    case, runs = one.case, CaseState(one.case.state) in UNIT_WORKS
    key, text = case.clock_calendar_key or case.calendar_key, case.clock_text or case.limit_text
    disposal = reader.left(text, key, case.due_edition, due_at=case.due_at, at=at) if runs else None
    return Standing(_waiting(one, reader=reader, at=at), disposal)


def _found(wanted: Wanted, *, sight: Sight) -> QuerySet[CaseStage]:
    found = CaseStage.objects.filter(ended_at=None)
    if wanted.stages:
        found = found.filter(stage__in=sorted(one.value for one in wanted.stages))
    if wanted.due_before is not None:
        found = found.filter(due_at__lt=wanted.due_before)
    if not sight.everywhere:
        found = found.filter(in_sight(sight, of="case__"))
    if wanted.placed is not None:
        located = Q(case__place_state=PlaceState.LOCATED.value)
        found = found.filter(located if wanted.placed else ~located)
    if wanted.asked:
        found = found.filter(_any(one.value for one in wanted.asked))
    if wanted.class_key:
        found = found.filter(case__class_key=wanted.class_key)
    if wanted.area:
        found = found.filter(Q(case__area=wanted.area) | Q(case__area__startswith=f"{wanted.area}/"))
    if wanted.unit:
        found = found.filter(case__unit_code=wanted.unit)
    if wanted.urgent:
        found = found.filter(case__urgent_at__isnull=False)
    if wanted.supervised:
        found = found.filter(case__supervised_at__isnull=False)
    return found


def _any(parts: Iterable[Q]) -> Q:
    either = Q()
    for one in parts:
        either |= one
    return either


def _behind(due_at: datetime | None, row: int) -> Q:
    if due_at is None:
        return Q(due_at=None, id__gt=row)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=row) | Q(due_at=None)


def _waiting(one: CaseStage, *, reader: _Clocks, at: datetime) -> Waiting:
    left = reader.left(one.limit_text, one.calendar_key, one.due_edition, due_at=one.due_at, at=at)
    return Waiting(one.uid, case_row(one.case), stage_row(one), left)


class _Clocks:
    """Reads clocks; every calendar is fetched once."""

    def __init__(self) -> None:
        self._fetched: dict[tuple[str, int | None], WorkingTime | None] = {}

    def left(
        self, text: str, calendar_key: str, edition: int | None, *, due_at: datetime | None, at: datetime
    ) -> TimeLeft | None:
        """Return what is left until a limit runs out, on the calendars on which it was computed.

        Where those are not kept any more, or do not reach so far, it is told by the clock on the wall.
        """
        if due_at is None:
            return None
        first, last, sign = (at, due_at, 1) if at <= due_at else (due_at, at, -1)
        clock = clocks.read_clock(text, calendar_key=calendar_key, edition=edition) if text else None
        worked_s = None if clock is None else self._worked_s(clock, first, last)
        if worked_s is None:
            return TimeLeft(sign * int((last - first).total_seconds()), in_working_time=False)
        return TimeLeft(sign * worked_s, in_working_time=True)

    def _worked_s(self, clock: clocks.Clock, first: datetime, last: datetime) -> int | None:
        """Return the seconds of working time between two instants; None for a clock that runs day and night."""
        working_time = self._working_time(clock)
        if clock.unit not in WORKING_UNITS or working_time is None:
            return None
        try:
            return used_s(working_time, clock.unit, start=first, until=last)
        except CalendarTooShort:
            return None

    def _working_time(self, clock: clocks.Clock) -> WorkingTime | None:
        named = (clock.calendar_key, clock.edition)
        if named not in self._fetched:
            try:
                self._fetched[named] = clock.working_time()
            except (CalendarUnknown, DaysNotEntered, EditionNotKept):
                self._fetched[named] = None
        return self._fetched[named]
