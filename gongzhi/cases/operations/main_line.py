"""The straight way of a case: from the report to closing, with verification and rework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import next_number, one_change
from gongzhi.cases import clocks, facts, rules, stages
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.models import Case
from gongzhi.cases.operations.change import Place, checked, facts_of, keep, locked, put_place, step
from gongzhi.cases.queries import CaseRow, case_row
from gongzhi.cases.states import CaseSource, CaseState
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import local_date
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city, parameter
from gongzhi.places import operations as places


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
        found_by="" if by.kind is ActorKind.REPORTER else by.id,
        class_key=class_key or "",
        reported_at=at,
        moved_at=at,
    )
    put_place(row, place)
    facts_told: dict[str, object] = {
        "report": None if report is None else str(report),
        "source": source.value,
        **(told or {}),
    }
    first, unclear = stages.opened(row, at=at)
    if unclear is not None:
        facts_told["no_limit"] = unclear.code
    audit.record(row, facts.CASE_OPENED, by=by, at=at, facts=facts_told, also=[first])
    if place.others:
        places.share(row.stream, place.located, error_m=place.error_m, by=by, at=at)
    return case_row(row)


@one_change
def locate_case(case_id: UUID, *, place: Place, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Put a case on the map, or correct its place. Divisions that the error of its position reaches see it.

    An urgent case may be with its unit by now, until it is filed.

    Raises: FiledAlready.
    """
    row, made = checked(case_id, "locate", seen=seen, by=by, at=at)
    put_place(row, place)
    places.share(row.stream, place.located, error_m=place.error_m, by=by, at=at)
    if row.state not in {CaseState.REPORTED, CaseState.VERIFYING}:
        places.receive_at_home(row.stream, by=by, at=at)
    return keep(row, made, by=by, at=at)


@one_change
def classify_case(case_id: UUID, *, class_key: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Choose the class of the catalogue; until it is filed, also of an urgent case that is with its unit by now.

    Raises: ClassUnknown, FiledAlready.
    """
    norms.managed_class(class_key)
    row, made = checked(case_id, "classify", seen=seen, by=by, at=at)
    if class_key != row.class_key:
        row.condition_code = ""
    row.class_key = class_key
    return keep(row, made, by=by, at=at)


@one_change
def send_to_verify(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Have somebody look before the case is accepted; the acceptor's clock stands still meanwhile."""
    row, made = checked(case_id, "verify", seen=seen, by=by, at=at)
    return keep(row, made, by=by, at=at)


@one_change
def confirm_verified(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Somebody looked and it is so: the case is accepted."""
    row, made = checked(case_id, "confirm_verified", seen=seen, by=by, at=at)
    row.needs_verification = False
    row.accepted_at = at
    return keep(row, made, by=by, at=at)


@one_change
def report_unconfirmed(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Somebody looked and it is not so: the acceptor has the case again, and nobody accepts it without another look."""
    row, made = checked(case_id, "report_unconfirmed", seen=seen, by=by, at=at)
    row.needs_verification = True
    return keep(row, made, by=by, at=at)


@one_change
def accept_case(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """Accept a report that a collector saw (or that the city's rules accept unseen).

    Raises: VerificationNeeded.
    """
    row, made = checked(case_id, "accept", seen=seen, by=by, at=at)
    row.accepted_at = at
    return keep(row, made, by=by, at=at, told=told)


@one_change
def not_accept_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Do not accept the matter, with grounds that the reporter will read.

    Raises: GroundsMissing.
    """
    row, made = checked(case_id, "not_accept", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = at
    return keep(row, made, by=by, at=at, grounds=grounds)


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

    A case that was filed before and came back to be put right keeps its number.

    Raises: PlaceMissing, ClassMissing, ConditionMissing, ConditionUnknown, ConditionOfOtherClass, ConditionOfOtherArea,
        CalendarUnknown, DaysNotEntered.
    """
    row = locked(case_id)
    row.condition_code = condition_code
    made = step(row, "file", seen=seen, by=by, at=at)
    source = put_under_condition(row, condition_code, at=at)
    return keep(row, made, by=by, at=at, told={"cited": source, **(told or {})})


def put_under_condition(row: Case, condition_code: str, *, at: datetime) -> str:
    """Give the case its number, condition, limit and way of checking; return the source of the limit.

    Raises: ConditionUnknown, ConditionOfOtherClass, ConditionOfOtherArea, CalendarUnknown, DaysNotEntered.
    """
    today = local_date(at, city().zone)
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
    clock.as_of_today().working_time()  # what has no deadline could never be dispatched or done anew
    row.number = row.number or f"{today:%Y}-{next_number(f'case:{today:%Y}'):06d}"
    row.condition_code, row.condition_from_on = condition_code, condition.period.from_on
    row.limit_text, row.calendar_key = clock.text, clock.calendar_key
    row.needs_visit = condition.needs_visit
    row.filed_at = at
    return condition.source


@one_change
def acknowledge_case(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The unit has seen the case and takes it."""
    row, made = checked(case_id, "acknowledge", seen=seen, by=by, at=at)
    return keep(row, made, by=by, at=at, told=told)


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
    row = locked(case_id)
    photo_required = parameter("result_photo_required", at=at) == 1
    known = replace(facts_of(row, at=at), after_photos=len(after_photos), after_photo_required=photo_required)
    made = step(row, "submit_result", seen=seen, by=by, at=at, known=known)
    row.after_photos += len(after_photos)
    evidence.claim_files(list(after_photos), for_stream=row.stream, role=FileRole.AFTER, by=by, at=at)
    row.handler_id = by.id
    row.result_at = at
    return keep(row, made, by=by, at=at, words=words, told=told)


@one_change
def confirm_result(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The unit confirms its handler's result and sends it back: here the unit's clock stops.

    Raises: ResultMissing.
    """
    row, made = checked(case_id, "confirm_result", seen=seen, by=by, at=at)
    row.handled_at = at
    return keep(row, made, by=by, at=at, told=told)


@one_change
def send_to_check(case_id: UUID, *, not_before: datetime | None = None, seen: int, by: Actor, at: datetime) -> CaseRow:
    """The dispatcher finds the result plausible and has it checked on the spot.

    The checker's clock starts `not_before` the checking hours begin.

    Raises: NoVisitNeeded.
    """
    row, made = checked(case_id, "send_to_check", seen=seen, by=by, at=at)
    return keep(row, made, by=by, at=at, clock_from=not_before)


@one_change
def pass_from_desk(
    case_id: UUID, *, seen: int, by: Actor, at: datetime, told: Mapping[str, object] | None = None
) -> CaseRow:
    """The dispatcher passes a result whose filing condition needs no visit.

    Raises: VisitNeeded, SamePerson.
    """
    row, made = checked(case_id, "pass_from_desk", seen=seen, by=by, at=at)
    return keep(row, made, by=by, at=at, told=told)


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
    row = locked(case_id)
    made = step(row, "pass_check", seen=seen, by=by, at=at)
    if not check_photos:
        raise rules.CheckPhotoMissing(case=row.number, wanted=1, found=0)
    evidence.claim_files(list(check_photos), for_stream=row.stream, role=FileRole.CHECK, by=by, at=at)
    row.check_photos += len(check_photos)
    return keep(row, made, by=by, at=at)


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
    row = locked(case_id)
    known = replace(facts_of(row, at=at), closing_confirmed=closing_confirmed)
    made = step(row, "close", seen=seen, by=by, at=at, known=known)
    row.ended_at = at
    stages.settle_timing(row)
    stages.settle_refusals(row)
    return keep(row, made, by=by, at=at, grounds=grounds, told=told)


@one_change
def void_case(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Cancel a case that is none.

    Raises: GroundsMissing.
    """
    row, made = checked(case_id, "void", seen=seen, by=by, at=at, grounds=grounds)
    row.ended_at = at
    return keep(row, made, by=by, at=at, grounds=grounds)


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
    row, made = checked(case_id, act, seen=seen, by=by, at=at, grounds=grounds)
    evidence.claim_files(list(photos), for_stream=row.stream, role=FileRole.CHECK, by=by, at=at)
    row.check_photos = 0
    row.rework_count += 1
    row.result_at = None
    stages.come_back(row, at=at)
    return keep(row, made, by=by, at=at, grounds=grounds)
