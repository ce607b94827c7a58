"""Everything that changes a case: lock, check the table, write, record — one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone, next_number, one_change
from gongzhi.calendars.rules import Pause
from gongzhi.cases import clocks, facts, rules, stages
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.models import Case, CaseStage, StuckTimer
from gongzhi.cases.queries import CaseRow, case_row, waits
from gongzhi.cases.rules import CaseFacts
from gongzhi.cases.states import CaseSource
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import TIMER, Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Point, cell_int
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.places.states import PlaceState

log = logging.getLogger(__name__)

_SET_ASIDE_FOR = timedelta(minutes=1)
_SET_ASIDE_AT_MOST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter lies: how well it is known, the point where there is one, and the divisions around it."""

    state: PlaceState
    point: Point | None = None
    division: str = ""
    area: str = ""
    area_class: str = ""


@one_change
def open_case(
    *,
    source: CaseSource,
    place: Place,
    class_key: str | None,
    report: UUID | None,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Open a case for a report that needs action. Only `intake` calls this: there is one door.

    Nobody's report is refused because the city has not set its limits or calendars: such a case has no deadline yet.

    Raises: ClassUnknown.
    """
    if class_key is not None:
        norms.managed_class(class_key)
    unseen = source is not CaseSource.COLLECTOR and parameter("verify_before_filing", at=at) == 1
    row = Case(
        state=CASE.initial.value,
        source=source.value,
        needs_verification=unseen,
        class_key=class_key or "",
        reported_at=at,
        moved_at=at,
    )
    _put_place(row, place)
    facts_told: dict[str, object] = {
        "report": None if report is None else str(report),
        "source": source.value,
        **(told or {}),
    }
    first, unclear = stages.opened(row, at=at)
    if unclear is not None:
        facts_told["no_limit"] = unclear.code
    audit.record(row, facts.CASE_OPENED, by=by, at=at, facts=facts_told, also=[first])
    return case_row(row)


@one_change
def locate_case(case_id: UUID, *, place: Place, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Put a case on the map, or correct its place."""
    row, step = _checked(case_id, "locate", seen=seen, by=by, at=at)
    _put_place(row, place)
    return _keep(row, step, by=by, at=at)


@one_change
def classify_case(case_id: UUID, *, class_key: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Choose the class of the catalogue.

    Raises: ClassUnknown.
    """
    norms.managed_class(class_key)
    row, step = _checked(case_id, "classify", seen=seen, by=by, at=at)
    row.class_key = class_key
    return _keep(row, step, by=by, at=at)


@one_change
def send_to_verify(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Have somebody look before the case is accepted; the acceptor's clock stands still meanwhile."""
    row, step = _checked(case_id, "verify", seen=seen, by=by, at=at)
    return _keep(row, step, by=by, at=at)


@one_change
def confirm_verified(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Somebody looked and it is so: the case is accepted."""
    row, step = _checked(case_id, "confirm_verified", seen=seen, by=by, at=at)
    row.needs_verification = False
    row.accepted_at = at
    return _keep(row, step, by=by, at=at)


@one_change
def report_unconfirmed(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Somebody looked and it is not so: the acceptor has the case again, and nobody accepts it without another look."""
    row, step = _checked(case_id, "report_unconfirmed", seen=seen, by=by, at=at)
    row.needs_verification = True
    return _keep(row, step, by=by, at=at)


@one_change
def accept_case(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """Accept a report that a collector saw (or that the city's rules accept unseen).

    Raises: VerificationNeeded.
    """
    row, step = _checked(case_id, "accept", seen=seen, by=by, at=at)
    row.accepted_at = at
    return _keep(row, step, by=by, at=at, told=told)


@one_change
def not_accept_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Do not accept the matter, with grounds that the reporter will read.

    Raises: GroundsMissing.
    """
    row, step = _checked(case_id, "not_accept", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = at
    return _keep(row, step, by=by, at=at, grounds=grounds)


@one_change
def file_case(
    case_id: UUID,
    *,
    condition_code: str,
    seen: int,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """File the case: it gets its number, condition, limit and way of checking.

    Raises: PlaceMissing, ClassMissing, ConditionMissing, ConditionUnknown, ConditionOfOtherClass, ConditionOfOtherArea,
        CalendarUnknown, DaysNotEntered.
    """
    row = _locked(case_id)
    today = local_date(at, city().zone)
    row.condition_code = condition_code
    step = _step(row, "file", seen=seen, by=by, at=at)
    condition = norms.filing_condition(condition_code, on=today)
    if condition.class_key != row.class_key:
        raise rules.ConditionOfOtherClass(condition=condition_code, wanted=row.class_key, found=condition.class_key)
    choices = [one.code for one in norms.filing_conditions(row.class_key, on=today, area_class=row.area_class)]
    if condition_code not in choices:
        raise rules.ConditionOfOtherArea(
            condition=condition_code,
            found=condition.area_class.value,
            area_class=row.area_class,
            choices="、".join(choices),
        )
    clock = clocks.disposal_clock(condition.limit, calendar_key=condition.calendar)
    clock.as_of_today().working_time()  # what has no deadline could never be dispatched
    row.number = f"{today:%Y}-{next_number(f'case:{today:%Y}'):06d}"
    row.condition_from_on = condition.period.from_on
    row.limit_text, row.calendar_key = clock.text, clock.calendar_key
    row.needs_visit = condition.needs_visit
    row.filed_at = at
    cited = {"cited": condition.source, **(told or {})}
    return _keep(row, step, by=by, at=at, told=cited)


@one_change
def dispatch_case(
    case_id: UUID,
    *,
    unit_code: str,
    seen: int,
    by: Actor,
    at: datetime,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Give the case to its responsible unit; the disposal clock starts now.

    Raises: UnitMissing, UnitEnded; NotFound when there is no such unit.
    """
    row = _locked(case_id)
    row.unit_code = unit_code
    step = _step(row, "dispatch", seen=seen, by=by, at=at)
    people.working_unit(unit_code, at=at)
    row.dispatched_at = at
    stages.set_due(row, start=at)
    return _keep(row, step, by=by, at=at, told=told)


@one_change
def acknowledge_case(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The unit has seen the case and takes it."""
    row, step = _checked(case_id, "acknowledge", seen=seen, by=by, at=at)
    return _keep(row, step, by=by, at=at, told=told)


@one_change
def submit_result(
    case_id: UUID,
    *,
    seen: int,
    by: Actor,
    at: datetime,
    after_photos: Sequence[UUID] = (),
    words: str = "",
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """The handler has solved it and shows the place afterwards. The clock runs on until the unit confirms.

    Raises: AfterPhotoMissing, and what claiming a file refuses.
    """
    row = _locked(case_id)
    row.after_photos += len(after_photos)
    photo_required = parameter("result_photo_required", at=at) == 1
    step = _step(row, "submit_result", seen=seen, by=by, at=at, shown=len(after_photos), photo_required=photo_required)
    evidence.claim_files(list(after_photos), for_stream=row.stream, role=FileRole.AFTER, by=by, at=at)
    row.handler_id = by.id
    row.result_at = at
    return _keep(row, step, by=by, at=at, words=words, told=told)


@one_change
def confirm_result(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The unit confirms its handler's result and sends it back: here the unit's clock stops.

    Raises: ResultMissing.
    """
    row, step = _checked(case_id, "confirm_result", seen=seen, by=by, at=at)
    row.handled_at = at
    return _keep(row, step, by=by, at=at, told=told)


@one_change
def send_to_check(case_id: UUID, *, not_before: datetime | None = None, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher finds the result plausible and has it checked on the spot.

    The checker's clock starts `not_before` the checking hours begin.

    Raises: NoVisitNeeded.
    """
    row, step = _checked(case_id, "send_to_check", seen=seen, by=by, at=at)
    return _keep(row, step, by=by, at=at, clock_from=not_before)


@one_change
def pass_from_desk(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The dispatcher passes a result whose filing condition needs no visit.

    Raises: VisitNeeded, SamePerson.
    """
    row, step = _checked(case_id, "pass_from_desk", seen=seen, by=by, at=at)
    return _keep(row, step, by=by, at=at, told=told)


@one_change
def send_back(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher sends a result back to the unit for rework.

    Raises: GroundsMissing.
    """
    return _to_rework(case_id, "send_back", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def pass_check(case_id: UUID, *, check_photos: Sequence[UUID], seen: int, by: Actor, at: datetime) -> CaseRow:
    """The checker saw that it is done, and shows it.

    Raises: SamePerson, CheckPhotoMissing, and what claiming a file refuses.
    """
    row = _locked(case_id)
    step = _step(row, "pass_check", seen=seen, by=by, at=at)
    if not check_photos:
        raise rules.CheckPhotoMissing(case=row.number, wanted=1, found=0)
    evidence.claim_files(list(check_photos), for_stream=row.stream, role=FileRole.CHECK, by=by, at=at)
    row.check_photos += len(check_photos)
    return _keep(row, step, by=by, at=at)


@one_change
def fail_check(
    case_id: UUID, *, grounds: str, check_photos: Sequence[UUID] = (), seen: int, by: Actor, at: datetime
) -> CaseRow:
    """The checker saw that it is not done: the case goes back to the unit, with a limit of its own.

    Raises: SamePerson, GroundsMissing.
    """
    return _to_rework(case_id, "fail_check", grounds=grounds, photos=check_photos, seen=seen, by=by, at=at)


@one_change
def refuse_closing(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The shift leader does not close what was passed; it goes back to the unit.

    Raises: GroundsMissing.
    """
    return _to_rework(case_id, "refuse_closing", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def close_case(
    case_id: UUID,
    *,
    closing_confirmed: bool,
    seen: int,
    by: Actor,
    at: datetime,
    grounds: str = "",
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Close the case: the closing condition is confirmed, the proof is there, and the timing is settled.

    Raises: ClosingUnconfirmed, CheckPhotoMissing, SamePerson.
    """
    row = _locked(case_id)
    step = _step(row, "close", seen=seen, by=by, at=at, closing_confirmed=closing_confirmed)
    row.ended_at = at
    stages.settle_timing(row)
    return _keep(row, step, by=by, at=at, grounds=grounds, told=told)


@one_change
def void_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Cancel a case that is none.

    Raises: GroundsMissing.
    """
    row, step = _checked(case_id, "void", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = at
    return _keep(row, step, by=by, at=at, grounds=grounds)


def tick(at: datetime, *, limit: int = 500) -> int:
    """Mark the open stages whose limit has run out; return how many were marked.

    Each is a change of its own, attributed to the post and unit that held the case at that moment. A stage that cannot
    be marked is told to the log once, set aside for a while that grows, and holds up no other: see `stuck_timers`.
    """
    set_aside = StuckTimer.objects.filter(next_at__gt=at).values("stage")
    due = CaseStage.objects.filter(ended_at=None, is_late=False, due_at__lt=at).exclude(uid__in=set_aside)
    late = list(due.order_by("due_at", "id").values_list("uid", "case__uid")[:limit])
    marks = {stage: partial(_mark_late, stage, case_id, at=at) for stage, case_id in late}
    return each_alone(marks.values(), when_failed=partial(_set_aside, marks, at=at), log=log)


def _set_aside(marks: Mapping[UUID, object], failed: object, fault: Exception, *, at: datetime) -> None:
    """Leave a stage that could not be marked alone: for a minute, then for twice as long each time, a day at most."""
    (stage,) = (uid for uid, mark in marks.items() if mark is failed)
    stuck = StuckTimer.objects.filter(stage__uid=stage).first() or StuckTimer(stage_id=stage, since=at, attempts=0)
    if stuck.attempts == 0:
        log.error("the stage %s cannot be marked late and is set aside", stage, exc_info=fault)
    stuck.attempts += 1
    stuck.next_at = at + min(_SET_ASIDE_FOR * 2 ** min(stuck.attempts - 1, 20), _SET_ASIDE_AT_MOST)
    stuck.error = f"{type(fault).__name__}: {fault}"[:300]
    stuck.save()


@one_change
def _mark_late(stage: UUID, case_id: UUID, *, at: datetime) -> bool:
    row, held = Case.locked(uid=case_id), CaseStage.locked(uid=stage)
    if row is None or held is None:
        raise AssertionError(f"the stage {stage} belongs to no case")
    if held.ended_at is not None or held.is_late or held.due_at is None or held.due_at >= at:
        return False
    held.is_late = True
    told = {"stage": held.stage, "holder_post": held.holder_post, "holder_unit": held.holder_unit}
    audit.record(row, facts.STAGE_LATE, by=TIMER, at=at, facts=told, also=[held])
    StuckTimer.objects.filter(stage__uid=stage).delete()
    return True


def _locked(case_id: UUID) -> Case:
    row = Case.locked(uid=case_id)
    if row is None:
        raise NotFound(thing="case", code=str(case_id))
    return row


def _checked(case_id: UUID, act: str, *, seen: int, by: Actor, at: datetime, grounds: str = "") -> tuple[Case, Step]:
    row = _locked(case_id)
    return row, _step(row, act, seen=seen, by=by, at=at, grounds=grounds)


def _step(
    row: Case,
    act: str,
    *,
    seen: int,
    by: Actor,
    at: datetime,
    grounds: str = "",
    closing_confirmed: bool = False,
    shown: int = 0,
    photo_required: bool = True,
) -> Step:
    """Check policy, version, table and order of time; set the state and keep whose hands it was.

    The policy comes first: whom the case does not concern learns neither its version nor its state from a refusal.
    """
    people.require(by, f"case.{act}", case_row(row).matter, at=at)
    audit.require_version(row, seen)
    known = CaseFacts(
        number=row.number,
        placed=row.place_state == PlaceState.LOCATED.value,
        class_key=row.class_key or None,
        condition_code=row.condition_code or None,
        unit=row.unit_code or None,
        needs_verification=row.needs_verification,
        needs_visit=row.needs_visit,
        result_submitted=row.result_at is not None,
        after_photos=shown,
        after_photo_required=photo_required,
        check_photos=row.check_photos,
        closing_confirmed=closing_confirmed,
        grounds=grounds,
    )
    step = CASE.check(row.state, act, facts=known)
    rules.require_order(at, not_before=row.moved_at)
    row.state = step.to.value
    row.moved_at = at
    row.hands = rules.with_hand(row.hands, f"case.{act}", by.id)
    return step


def _keep(
    row: Case,
    step: Step,
    *,
    by: Actor,
    at: datetime,
    grounds: str = "",
    words: str = "",
    clock_from: datetime | None = None,
    told: Mapping[str, object] | None = None,
) -> CaseRow:
    """Turn the stages, save, record."""
    turned = stages.turned(row, step, by=by, at=at, clock_from=clock_from)
    StuckTimer.objects.filter(stage__uid__in=[one.uid for one in turned if one.ended_at is not None]).delete()
    held = {"grounds": grounds or None, "words": words or None}
    audit.record(row, step, by=by, at=at, facts=told, held=held, also=turned)
    return case_row(row)


def _to_rework(
    case_id: UUID,
    act: str,
    *,
    grounds: str,
    photos: Sequence[UUID] = (),
    seen: int,
    by: Actor,
    at: datetime,
) -> CaseRow:
    """Send the case back to its unit. The wait for review and check is given back to the unit's clock."""
    row, step = _checked(case_id, act, seen=seen, by=by, at=at, grounds=grounds)
    evidence.claim_files(list(photos), for_stream=row.stream, role=FileRole.CHECK, by=by, at=at)
    row.check_photos = 0
    row.rework_count += 1
    row.result_at = None
    if row.dispatched_at is None or row.handled_at is None:
        raise AssertionError(f"{row} was reworked before it was handled")
    pauses = [*waits(row.uid), Pause(row.handled_at, at)]
    stages.set_due(row, start=row.dispatched_at, pauses=pauses)
    return _keep(row, step, by=by, at=at, grounds=grounds)


def _put_place(row: Case, place: Place) -> None:
    row.place_state = place.state.value
    row.lon_e7 = None if place.point is None else place.point.lon_e7
    row.lat_e7 = None if place.point is None else place.point.lat_e7
    row.cell = None if place.point is None else cell_int(place.point)
    row.division, row.area, row.area_class = place.division, place.area, place.area_class
