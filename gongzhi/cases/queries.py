"""Reading cases: one, a queue, the counts of a city, a deadline explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import Finding
from gongzhi.base.queries import first_row, instant_of
from gongzhi.calendars import queries as calendars
from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort, Pause, WalkStep, explain
from gongzhi.cases import clocks, rules
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.models import Case, CaseAssistance, CaseStage, StuckTimer
from gongzhi.cases.rules import Held
from gongzhi.cases.states import ENDS, UNIT_STAGES, UNIT_WAITS, UNIT_WORKS, CaseState, ClosingType
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import from_utc_text, local_date
from gongzhi.kernel.geo import Point
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.lifecycle import Move
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.norms.states import Stage
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import Holding, Matter, Sight
from gongzhi.people.rules.units import MOST_NAMED
from gongzhi.places import queries as places
from gongzhi.places.rules import Located
from gongzhi.places.states import PlaceState

READ = "case.read"
ANSWER_ASSISTANCE = "answer_assistance"
_JUST_AFTER = timedelta(microseconds=1)
_THE_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


class NoClockYet(Refusal):
    """The case has no deadline yet: its clock starts when it is dispatched."""

    code = "no-clock-yet"


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage as readers get it."""

    order: int
    stage: str
    holder_post: str
    holder_unit: str
    limit_text: str
    started_at: datetime
    due_at: datetime | None
    due_provisional: bool
    due_edition: int | None
    ended_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as readers get it. Times are in UTC; `version` is what an operation takes as `seen`."""

    uid: UUID
    version: int
    number: str | None
    state: CaseState
    source: str
    needs_verification: bool
    place_state: str
    point: Point | None
    division: str
    area: str
    area_class: str
    class_key: str
    condition_code: str
    limit_text: str
    needs_visit: bool
    unit_code: str
    handler_id: str
    reported_at: datetime
    accepted_at: datetime | None
    filed_at: datetime | None
    dispatched_at: datetime | None
    handled_at: datetime | None
    ended_at: datetime | None
    moved_at: datetime
    due_at: datetime | None
    due_provisional: bool
    due_edition: int | None
    rework_count: int
    closing_type: str
    is_late: bool
    overtime_hundredths: int
    hands: dict[str, tuple[str, ...]]
    found_by: str
    merged_into: UUID | None
    clock_text: str
    clock_from_at: datetime | None
    extension_asked_at: datetime | None
    extensions_granted: int
    hold_asked_until_at: datetime | None
    hold_until_at: datetime | None
    hold_count: int
    return_count: int
    escalation_count: int
    refusal_count: int
    arbitrated_at: datetime | None
    reopen_count: int
    urgent_at: datetime | None
    linkage_no: str
    arrived_at: datetime | None
    fed_back_at: datetime | None
    supervised_at: datetime | None
    supervision_due_at: datetime | None
    void_proposed_at: datetime | None
    closing_proposed_at: datetime | None
    special_ground: str
    appeal: str
    late_exempted: bool
    earlier_late_count: int
    earlier_exempted_count: int
    erroneous_count: int

    @property
    def is_late_on_record(self) -> bool:
        """Whether a disposal of it was late, this one or one before it was opened again, and is not exempted."""
        return (self.is_late and not self.late_exempted) or self.earlier_late_count > self.earlier_exempted_count

    @property
    def stream(self) -> str:
        """The case's stream in the record."""
        return f"case:{self.uid}"

    @property
    def matter(self) -> Matter:
        """What a permission looks at."""
        return Matter(area=self.area, unit=self.unit_code or None, hands=self.hands, urgent=self.urgent_at is not None)

    def is_overdue(self, *, at: datetime) -> bool:
        """Whether an open case's disposal limit ran out before the unit confirmed its result, as it stands at `at`.

        Nothing is final yet: whether the disposal was late is settled at closing, in `is_late`.
        """
        if self.due_at is None:
            return False
        if self.state in UNIT_WAITS:
            return self.handled_at is not None and self.handled_at > self.due_at
        return self.state in UNIT_WORKS and at > self.due_at


@dataclass(frozen=True, slots=True)
class Explained:
    """A deadline as a readable walk, on the calendars under which it was computed.

    Attributes:
        edition: the edition of the calendars on which the walk goes; None where it was not kept, so that the walk goes
            on the present ones.
        edition_since: since when the calendars stood so.
        present_edition: the edition of the calendars now.
        due_today: when the same limit would end on the present calendars; None where they give no end.
    """

    case: CaseRow
    calendar_key: str
    limit_text: str
    started_at: datetime
    due_at: datetime | None
    provisional: bool
    steps: Sequence[WalkStep]
    edition: int | None
    edition_since: datetime | None
    present_edition: int
    due_today: datetime | None


@dataclass(frozen=True, slots=True)
class StuckTimerRow:
    """A stage whose limit ran out and that no timer could mark: since when, how often it was tried, what stops it."""

    case: str
    stage: str
    due_at: datetime | None
    since: datetime
    next_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one district or unit. A timeout that was exempted on appeal is not counted as late.

    One that was on record before the case was opened again stays counted.
    """

    key: str
    filed: int
    closed: int
    on_time: int
    late: int
    rework: int
    open: int


def case(uid: UUID | str) -> CaseRow:
    """Return a case.

    Raises: NotFound.
    """
    found = Case.objects.filter(uid=uid).first() if isinstance(uid, UUID) or is_id(uid) else None
    if found is None:
        raise NotFound(thing="case", code=str(uid))
    return case_row(found)


def case_as_told(uid: UUID, *, seq: int) -> CaseRow:
    """Return a case with the unit, handler, end and round that it had after an entry of its record.

    Everything else is as it is now: whoever hears late of what happened is told whose matter it was then.

    Raises: NotFound.
    """
    row = case(uid)
    if row.version <= seq:
        return row
    said: dict[str, object] = {}
    for entry in audit.entries_of(row.stream):
        if entry.seq <= seq:
            said |= entry.changed(Case.record_label(), str(uid))
    due_at = said.get("due_at")
    return replace(
        row,
        unit_code=str(said.get("unit_code") or ""),
        handler_id=str(said.get("handler_id") or ""),
        due_at=None if due_at is None else from_utc_text(str(due_at)),
        reopen_count=int(str(said.get("reopen_count") or 0)),
    )


def find(text: str) -> CaseRow:
    """Return the case with this number or public id.

    Raises: NotFound.
    """
    found = Case.objects.filter(number=text).first()
    if found is not None:
        return case_row(found)
    return case(text)


def cases_of(uids: Iterable[UUID]) -> list[CaseRow]:
    """Return several cases, oldest first."""
    return [case_row(one) for one in Case.objects.filter(uid__in=list(uids)).order_by("id")]


def matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return who sees several cases, by id: where they lie, which unit answers for each, and who sees them beyond."""
    found = list(Case.objects.filter(uid__in=list(uids)).values_list("uid", "area", "unit_code"))
    beyond = places.areas_that_see(uid for uid, *_ in found)
    return {uid: Matter(area=area, unit=unit or None, beyond=beyond.get(uid, ())) for uid, area, unit in found}


def acting_matter(row: CaseRow) -> Matter:
    """Return what a power to act looks at: near a border the division that received the case first acts (首接负责)."""
    return replace(row.matter, area=acting_area(row))


def acting_matters_of(uids: Iterable[UUID]) -> dict[UUID, Matter]:
    """Return where and with which unit several cases lie for whoever acts, by id, as `acting_matter` does for one."""
    found = list(Case.objects.filter(uid__in=list(uids)).values_list("uid", "area", "unit_code"))
    taken = places.taken_by(uid for uid, *_ in found)
    return {uid: Matter(area=taken.get(uid, area), unit=unit or None) for uid, area, unit in found}


def acting_area(row: CaseRow) -> str:
    """Return the path of the division that acts: the one that received the case near a border, else where it lies."""
    return places.taken_by([row.uid]).get(row.uid, row.area)


def areas_to_tell(row: CaseRow) -> tuple[str, ...]:
    """Return the paths of the divisions whose people are told of a case: of the one that acts.

    Near a border, while none has received it, those of every division that sees it.
    """
    return places.areas_to_tell([row.uid], row.area)


def ground_of(row: CaseRow) -> Located | None:
    """Return the ground on which a case lies, as it was on the day of its report; None where nobody knows the point.

    Unit grid, responsibility grid and whoever answered for it are not kept with the case: editions of the ground are
    never changed, so its point and that day tell them at any time, and they are gone when the point is erased.
    """
    if row.point is None:
        return None
    return places.locate(row.point, division=row.division, on=local_date(row.reported_at, city().zone))


def hold(uid: UUID) -> CaseRow:
    """Return a case, and let nobody change it until the change that asks is done.

    Raises: NotFound.
    """
    found = Case.locked(uid=uid)
    if found is None:
        raise NotFound(thing="case", code=str(uid))
    return case_row(found)


def have_all_ended(uids: Iterable[UUID]) -> bool:
    """Whether nothing is left to do in any of these cases."""
    ends = [one.value for one in ENDS]
    return not Case.objects.filter(uid__in=list(uids)).exclude(state__in=ends).exists()


def page(
    *,
    after: UUID | None = None,
    limit: int = 50,
    states: Iterable[CaseState] | None = None,
    unit: str | None = None,
    class_key: str | None = None,
    area: str | None = None,
    late: bool | None = None,
    placed: bool | None = None,
    unreceived: bool | None = None,
    sight: Sight | None = None,
    at: datetime | None = None,
) -> list[CaseRow]:
    """Return up to `limit` cases in the order in which they were opened, after a given one, as far as sight reaches.

    Args:
        late: whether a disposal was late at closing, or is overdue at `at`.
        unreceived: whether several divisions see it and none has received it yet.
        at: the instant at which open cases are judged; without it only closed ones count as late.
    """
    found: QuerySet[Case] = Case.objects.order_by("uid")
    if sight is not None and not sight.everywhere:
        found = found.filter(in_sight(sight))
    if after is not None:
        found = found.filter(uid__gt=after)
    if states is not None:
        found = _in_states(found, frozenset(states))
    if unit is not None:
        found = found.filter(unit_code=unit)
    if class_key is not None:
        found = found.filter(class_key=class_key)
    if area is not None:
        found = found.filter(Q(area=area) | Q(area__startswith=f"{area}/"))
    if late is not None:
        was_late = Q(is_late=True) | Q(earlier_late_count__gt=0)
        slow = was_late if at is None else was_late | _overdue(at)
        found = found.filter(slow if late else ~slow)
    if placed is not None:
        located = Q(place_state=PlaceState.LOCATED.value)
        found = found.filter(located if placed else ~located)
    if unreceived is not None:
        waiting = Q(uid__in=places.unreceived(kind="case"))
        found = found.filter(waiting if unreceived else ~waiting)
    return [case_row(one) for one in found[:limit]]


def next_lateness_at(after: datetime | None = None) -> datetime | None:
    """Return the first instant at which the clock of a running stage has run out and nobody has acted on it yet.

    Then the stage is late, a hold ends, or a return that nobody decided goes to the shift leader. None when none will.

    Args:
        after: everything that was late before this instant is marked already; naming it spares the search.
    """
    found = first_row(
        "SELECT due_at FROM cases_casestage"
        " WHERE ended_at IS NULL AND due_at >= %s AND NOT is_late ORDER BY due_at LIMIT 1",
        _THE_BEGINNING if after is None else after - _JUST_AFTER,
    )
    return None if found is None else instant_of(found[0]) + _JUST_AFTER


def held_by_unit(code: str) -> Holding | None:
    """Return what a unit still has in hand: the open cases it answers for or was asked to help with."""
    asked = CaseAssistance.objects.filter(unit=code, answered_at=None).values("case")
    return _holding(_open_cases().filter(Q(unit_code=code) | Q(uid__in=asked)))


def held_by_member(member: UUID) -> Holding | None:
    """Return what a member still has in hand: the open cases whose result they submitted."""
    return _holding(_open_cases().filter(handler_id=str(member)))


def open_points() -> list[Point]:
    """Return where the open cases lie that have a place on the map."""
    found = _open_cases().filter(lon_e7__isnull=False, lat_e7__isnull=False).values_list("lon_e7", "lat_e7")
    return [Point(lon_e7, lat_e7) for lon_e7, lat_e7 in found if lon_e7 is not None and lat_e7 is not None]


def open_conditions() -> list[str]:
    """Return the filing condition of each open case that is filed."""
    return list(_open_cases().exclude(filed_at=None).values_list("condition_code", flat=True))


def open_classes() -> list[str]:
    """Return the class of each open case that is not filed yet, empty where it has none."""
    return list(_open_cases().filter(filed_at=None).values_list("class_key", flat=True))


def needs_location() -> QuerySet[Case]:
    """Return the queue of cases whose place somebody has to find, or to decide on where it lies outside the city.

    An urgent one may be with its unit by now.
    """
    return _open_cases().filter(filed_at=None).exclude(place_state=PlaceState.LOCATED.value)


def needs_location_count() -> int:
    """Return how many cases wait for a place."""
    return needs_location().count()


def stages(uid: UUID) -> list[StageRow]:
    """Return the stages of a case in order."""
    return [stage_row(one) for one in CaseStage.objects.filter(case__uid=uid).order_by("order")]


def require_readable(row: CaseRow, *, by: Actor, at: datetime) -> None:
    """Refuse whoever may not read a case. A unit that was asked to assist reads it as the responsible one does.

    Near a border every division within the error of its position reads it as the one in which it lies.

    Raises: NotAppointed, NotPermitted.
    """
    if people.allow(by, READ, row.matter, at=at):
        return
    asked = CaseAssistance.objects.filter(case__uid=row.uid).values_list("unit", flat=True).distinct()
    for unit in asked:
        if people.allow(by, READ, Matter(unit=unit), at=at):
            return
    people.require(by, READ, matters_of([row.uid])[row.uid], at=at)


def open_moves(row: CaseRow, *, by: Actor, at: datetime) -> list[Move]:
    """Return the moves that this member can make on this case now, as far as post and hands decide."""
    acting = acting_matter(row)
    return [
        one
        for one in CASE.moves_from(row.state)
        if any(people.allow(by, f"case.{one.act}", matter, at=at) for matter in matters(row, one.act, acting=acting))
    ]


def matters(row: CaseRow, act: str, *, acting: Matter | None = None) -> list[Matter]:
    """Return what a permission for an act looks at: the case, or the case as lying with a unit that is to help.

    `acting` is what `acting_matter` says of it, where the caller has asked already.
    """
    if act != ANSWER_ASSISTANCE:
        return [acting or acting_matter(row)]
    asked = CaseAssistance.objects.filter(case__uid=row.uid, answered_at=None).values_list("unit", flat=True)
    return [replace(row.matter, unit=unit) for unit in asked]


def stuck_timers() -> list[StuckTimerRow]:
    """Return the running stages that no timer could mark late, the longest stuck first."""
    found = StuckTimer.objects.filter(stage__ended_at=None, stage__is_late=False).order_by("since", "stage")
    return [
        StuckTimerRow(
            case=one.stage.case.number or str(one.stage.case.uid),
            stage=one.stage.stage,
            due_at=one.stage.due_at,
            since=one.since,
            next_at=one.next_at,
            attempts=one.attempts,
            error=one.error,
        )
        for one in found.select_related("stage__case")
    ]


def explain_deadline(text: str) -> Explained:
    """Return the walk from the start of a case's disposal clock to its deadline, holds and extensions as steps of it.

    The clock starts with the dispatch that counts, or with a reopening. The walk goes on the calendars under which the
    deadline was computed.

    Raises: NotFound, NoClockYet, EditionNotKept.
    """
    row = find(text)
    if row.clock_from_at is None:
        raise NoClockYet(case=row.number or str(row.uid), state=row.state.value)
    stored = Case.objects.get(uid=row.uid)
    key = stored.clock_calendar_key or stored.calendar_key
    clock = clocks.read_clock(row.clock_text, calendar_key=key, edition=row.due_edition)
    pauses, present = pauses_of(row.uid, since=row.clock_from_at), calendars.edition()
    more = [clock.limit] * row.extensions_granted
    steps = explain(clock.working_time(), clock.limit, start=row.clock_from_at, pauses=pauses, extensions=more)
    today = replace(clock, edition=present)
    return Explained(
        case=row,
        calendar_key=key,
        limit_text=row.clock_text,
        started_at=row.clock_from_at,
        due_at=row.due_at,
        provisional=row.due_provisional,
        steps=steps,
        edition=row.due_edition,
        edition_since=None if row.due_edition is None else calendars.edition_since(row.due_edition),
        present_edition=present,
        due_today=_due_on(today, start=row.clock_from_at, pauses=pauses, extensions=row.extensions_granted),
    )


def _due_on(clock: clocks.Clock, *, start: datetime, pauses: Sequence[Pause], extensions: int) -> datetime | None:
    try:
        return clock.due(start=start, pauses=pauses, extensions=extensions).due_at
    except (CalendarUnknown, DaysNotEntered, CalendarTooShort):
        return None


def pauses_of(uid: UUID, *, since: datetime, back_at: datetime | None = None) -> list[Pause]:
    """Return the spans in which the disposal clock stood still: everything that settles or explains it reads this list.

    They are those in which the work did not lie with the unit: review and check that sent it back, the decision on a
    return, a hold (an open one up to its granted end).

    Args:
        uid: the case.
        since: when the disposal clock began.
        back_at: the instant at which the work comes back to the unit, in a change that is being made.
    """
    held = [
        Held(
            started_at=one.started_at,
            ended_at=one.ended_at,
            with_unit=one.stage in UNIT_STAGES,
            hold_until_at=one.due_at if one.stage == Stage.HOLD else None,
        )
        for one in CaseStage.objects.filter(case__uid=uid, started_at__gte=since).order_by("order")
    ]
    return [Pause(one.from_, one.until) for one in rules.standstills(held, back_at=back_at)]


def tally_by_unit() -> list[Tally]:
    """Return filed, closed, on-time, late and reworked cases per responsible unit."""
    return _tally(Case.objects.all(), F("unit_code"))


def tally_by_division() -> list[Tally]:
    """Return the same counts per second step of the division path (the district); rulings near borders decide."""
    per: dict[str, list[Tally]] = {}
    for found, credit in _by_credit(Case.objects.all()):
        for one in _tally(found, credit):
            per.setdefault(_district(one.key), []).append(one)
    return [
        Tally(
            key=key,
            filed=sum(one.filed for one in parts),
            closed=sum(one.closed for one in parts),
            on_time=sum(one.on_time for one in parts),
            late=sum(one.late for one in parts),
            rework=sum(one.rework for one in parts),
            open=sum(one.open for one in parts),
        )
        for key, parts in sorted(per.items())
    ]


def self_handled_by_division() -> dict[str, int]:
    """Return how many finds collectors solved on the spot, per district: they are counted apart."""
    per: dict[str, int] = {}
    for found, credit in _by_credit(Case.objects.filter(closing_type=ClosingType.SELF_HANDLED.value)):
        for row in found.values(key=credit).annotate(count=Count("id")):
            key = _district(row["key"])
            per[key] = per.get(key, 0) + row["count"]
    return dict(sorted(per.items()))


def state_counts() -> dict[str, int]:
    """Return how many cases are in each state."""
    return dict(Case.objects.values_list("state").annotate(Count("id")).order_by("state"))


def check_cells() -> Iterator[Finding]:
    """Compute every case's cell again from its coordinates."""
    return places.wrong_cells(Case._base_manager.all())


def case_row(one: Case) -> CaseRow:
    """Return a case's plain row."""
    return CaseRow(
        uid=one.uid,
        version=one.version,
        number=one.number,
        state=CaseState(one.state),
        source=one.source,
        needs_verification=one.needs_verification,
        place_state=one.place_state,
        point=None if one.lon_e7 is None or one.lat_e7 is None else Point(one.lon_e7, one.lat_e7),
        division=one.division,
        area=one.area,
        area_class=one.area_class,
        class_key=one.class_key,
        condition_code=one.condition_code,
        limit_text=one.limit_text,
        needs_visit=one.needs_visit,
        unit_code=one.unit_code,
        handler_id=one.handler_id,
        reported_at=one.reported_at,
        accepted_at=one.accepted_at,
        filed_at=one.filed_at,
        dispatched_at=one.dispatched_at,
        handled_at=one.handled_at,
        ended_at=one.ended_at,
        moved_at=one.moved_at,
        due_at=one.due_at,
        due_provisional=one.due_provisional,
        due_edition=one.due_edition,
        rework_count=one.rework_count,
        closing_type=one.closing_type,
        is_late=one.is_late,
        overtime_hundredths=one.overtime_hundredths,
        hands={act: tuple(hands) for act, hands in one.hands.items()},
        found_by=one.found_by,
        merged_into=one.merged_into_id,
        clock_text=one.clock_text or one.limit_text,
        clock_from_at=one.clock_from_at or one.dispatched_at,
        extension_asked_at=one.extension_asked_at,
        extensions_granted=one.extensions_granted,
        hold_asked_until_at=one.hold_asked_until_at,
        hold_until_at=one.hold_until_at,
        hold_count=one.hold_count,
        return_count=one.return_count,
        escalation_count=one.escalation_count,
        refusal_count=one.refusal_count,
        arbitrated_at=one.arbitrated_at,
        reopen_count=one.reopen_count,
        urgent_at=one.urgent_at,
        linkage_no=one.linkage_no,
        arrived_at=one.arrived_at,
        fed_back_at=one.fed_back_at,
        supervised_at=one.supervised_at,
        supervision_due_at=one.supervision_due_at,
        void_proposed_at=one.void_proposed_at,
        closing_proposed_at=one.closing_proposed_at,
        special_ground=one.special_ground,
        appeal=one.appeal,
        late_exempted=one.late_exempted,
        earlier_late_count=one.earlier_late_count,
        earlier_exempted_count=one.earlier_exempted_count,
        erroneous_count=one.erroneous_count,
    )


def stage_row(one: CaseStage) -> StageRow:
    """Return a stage's plain row."""
    return StageRow(
        order=one.order,
        stage=one.stage,
        holder_post=one.holder_post,
        holder_unit=one.holder_unit,
        limit_text=one.limit_text,
        started_at=one.started_at,
        due_at=one.due_at,
        due_provisional=one.due_provisional,
        due_edition=one.due_edition,
        ended_at=one.ended_at,
        is_late=one.is_late,
    )


def _open_cases() -> QuerySet[Case]:
    return _in_states(Case.objects.all(), frozenset(CaseState) - frozenset(ENDS))


def _in_states(found: QuerySet[Case], states: frozenset[CaseState]) -> QuerySet[Case]:
    """Narrow a search to some states; open cases alone are looked for among the open ones, which are few."""
    found = found.filter(state__in=sorted(one.value for one in states))
    return found if states.intersection(ENDS) else found.filter(ended_at=None)


def _holding(found: QuerySet[Case]) -> Holding | None:
    named = [number or str(uid) for number, uid in found.order_by("id").values_list("number", "uid")[:MOST_NAMED]]
    return Holding("case", found.count(), tuple(named)) if named else None


def _late_on_record() -> Q:
    """Return what `CaseRow.is_late_on_record` says, as a condition."""
    return Q(is_late=True, late_exempted=False) | Q(earlier_late_count__gt=F("earlier_exempted_count"))


def _overdue(at: datetime) -> Q:
    working = Q(state__in=[one.value for one in UNIT_WORKS], due_at__lt=at)
    return working | Q(state__in=[one.value for one in UNIT_WAITS], handled_at__gt=F("due_at"))


def in_sight(sight: Sight, *, of: str = "") -> Q:
    """Return what lies with an actor's units, was asked of them as assistance, or lies in or near an actor's areas.

    Args:
        sight: how far the actor sees.
        of: the path to the case from the table that is searched, such as `case__`.
    """
    units = sorted(sight.units - {""})
    helped = CaseAssistance.objects.filter(unit__in=units).values("case")
    seen = Q(**{f"{of}unit_code__in": units}) | Q(**{f"{of}uid__in": helped})
    for area in sight.areas:
        seen |= Q(**{f"{of}area": area}) | Q(**{f"{of}area__startswith": f"{area}/"})
    if sight.areas:
        seen |= Q(**{f"{of}uid__in": places.subjects_seen_from(sight.areas, kind="case")})
    return seen


def _district(area: str) -> str:
    """Return the second step of a division path, the district; the first where there is no other."""
    steps = area.split("/")
    return steps[1] if len(steps) > 1 else steps[0]


def _by_credit(found: QuerySet[Case]) -> list[tuple[QuerySet[Case], F | Subquery]]:
    """Return cases in two parts, each with the division to which it counts: where it lies, or as it was ruled."""
    ruled = places.rulings(kind="case")
    counts_to = ruled.filter(uid=OuterRef("uid")).values("counts_to")[:1]
    return [
        (found.exclude(uid__in=ruled.values("uid")), F("area")),
        (found.filter(uid__in=ruled.values("uid")), Subquery(counts_to)),
    ]


def _tally(found: QuerySet[Case], by: F | Subquery) -> list[Tally]:
    filed = found.exclude(filed_at=None)
    closed = Q(state=CaseState.CLOSED.value)
    rows = (
        filed.values(key=by)
        .annotate(
            filed=Count("id"),
            closed=Count("id", filter=closed),
            late=Count("id", filter=closed & _late_on_record()),
            rework=Count("id", filter=Q(rework_count__gt=0)),
            open=Count("id", filter=~Q(state__in=[one.value for one in ENDS])),
        )
        .order_by("key")
    )
    return [
        Tally(
            key=row["key"],
            filed=row["filed"],
            closed=row["closed"],
            on_time=row["closed"] - row["late"],
            late=row["late"],
            rework=row["rework"],
            open=row["open"],
        )
        for row in rows
    ]
