"""What every operation on a case does: lock, check power, version and table, turn the stages, save, record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.cases import rules, stages
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.models import Case, CaseStage, StuckTimer
from gongzhi.cases.queries import CaseRow, acting_matter, case_row
from gongzhi.cases.rules import CaseFacts
from gongzhi.cases.states import AppealState, CaseSource, ClosingType
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Point, cell_int
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.operations import tell_relaxed
from gongzhi.people.rules import Matter, Permission, persons_of
from gongzhi.places import operations as places
from gongzhi.places.rules import Across, Located
from gongzhi.places.states import PlaceState

if TYPE_CHECKING:
    from gongzhi.audit.models import RecordedRow


_TAKES_THE_MATTER = frozenset({"accept", "confirm_verified", "dispatch_urgent", "close_self_handled"})
"""Moves by which the division in which a matter lies has received it: near a border, the first that does so acts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter lies: how well it is known, the point where there is one, and the divisions around it.

    `others` are the divisions beside it in which it may as well lie, for its position may be wrong by `error_m`.
    """

    state: PlaceState
    point: Point | None = None
    division: str = ""
    area: str = ""
    area_class: str = ""
    others: tuple[Across, ...] = ()
    error_m: float = 0.0

    @property
    def located(self) -> Located:
        """What decides who sees the matter."""
        return Located(
            state=self.state, division=self.division or None, path=self.area or None, others_within=self.others
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A step that was checked and set, and what its entry tells of the permission for it."""

    step: Step
    told: Mapping[str, object]


def locked(case_id: UUID) -> Case:
    """Return the case, locked.

    Raises: NotFound.
    """
    row = Case.locked(uid=case_id)
    if row is None:
        raise NotFound(thing="case", code=str(case_id))
    return row


def facts_of(row: Case, *, at: datetime) -> CaseFacts:
    """Return what the guards look at, as the case stands at an instant; an operation adds what is said besides."""
    return CaseFacts(
        at=at,
        number=row.number,
        source=CaseSource(row.source),
        placed=row.place_state == PlaceState.LOCATED.value,
        place_erased=row.place_state == PlaceState.ERASED.value,
        class_key=row.class_key or None,
        condition_code=row.condition_code or None,
        filed_at=row.filed_at,
        unit=row.unit_code or None,
        needs_verification=row.needs_verification,
        needs_visit=row.needs_visit,
        result_submitted=row.result_at is not None,
        check_photos=row.check_photos,
        due_at=row.due_at,
        extension_asked_at=row.extension_asked_at,
        extensions_granted=row.extensions_granted,
        hold_asked_until_at=row.hold_asked_until_at,
        hold_count=row.hold_count,
        arbitrated=row.arbitrated_at is not None,
        reworks=row.rework_count,
        void_proposed=row.void_proposed_at is not None,
        closing_proposed=row.closing_proposed_at is not None,
        closing_type=ClosingType(row.closing_type) if row.closing_type else None,
        late_on_record=case_row(row).is_late_on_record,
        ended_at=row.ended_at,
        appeal=AppealState(row.appeal) if row.appeal else None,
        urgent=row.urgent_at is not None,
        arrived=row.arrived_at is not None,
        supervised=row.supervised_at is not None,
    )


def permitted(row: Case, act: str, *, seen: int, by: Actor, at: datetime, matter: Matter | None = None) -> Permission:
    """Return the permission for a move on the case, in the version on which it was decided.

    The power comes first: whom the case does not concern learns neither its version nor its state from a refusal.

    Raises: NotAppointed, NotPermitted, SamePerson, ChangedMeanwhile, and what papers are asked for.
    """
    permission = people.require(by, f"case.{act}", matter or acting_matter(case_row(row)), at=at)
    audit.require_version(row, seen)
    return permission


def step(
    row: Case,
    act: str,
    *,
    seen: int,
    by: Actor,
    at: datetime,
    known: CaseFacts | None = None,
    matter: Matter | None = None,
) -> Made:
    """Check power, version, table and order of time; set the state and keep whose hands it was: of a substitute both's.

    Args:
        row: the locked case, with what the operation chooses set.
        act: the move.
        seen: the version on which the move was decided.
        by: who makes it.
        at: when.
        known: what the guards look at, where something is said with the move.
        matter: what the permission looks at, where it is not the case as it lies with its unit.

    Raises: what `permitted` refuses, MoveNotAllowed, what a guard refuses, HappenedBefore.
    """
    if act in _TAKES_THE_MATTER:
        places.hold(row.stream)
    permission = permitted(row, act, seen=seen, by=by, at=at, matter=matter)
    checked_step = CASE.check(row.state, act, facts=known or facts_of(row, at=at))
    rules.require_order(at, not_before=row.moved_at)
    row.state = checked_step.to.value
    row.moved_at = at
    for person in persons_of(by):
        row.hands = rules.with_hand(row.hands, f"case.{act}", person)
    if checked_step.to is not checked_step.from_:
        _let_lapse(row)
    return Made(checked_step, tell_relaxed(permission, about=row.stream, by=by, at=at))


def checked(
    case_id: UUID, act: str, *, seen: int, by: Actor, at: datetime, grounds: str = "", words: str = ""
) -> tuple[Case, Made]:
    """Return the locked case and the step, where a move needs nothing but words."""
    row = locked(case_id)
    known = replace(facts_of(row, at=at), grounds=grounds, words=words)
    return row, step(row, act, seen=seen, by=by, at=at, known=known)


def keep(
    row: Case,
    made: Made,
    *,
    by: Actor,
    at: datetime,
    grounds: str = "",
    words: str = "",
    clock_from: datetime | None = None,
    told: Mapping[str, object] | None = None,
    also: Sequence[RecordedRow] = (),
) -> CaseRow:
    """Turn the stages, save the case with what changed beside it, record."""
    changed = [*stages.turned(row, made.step, by=by, at=at, clock_from=clock_from), *also]
    ended = [one.uid for one in changed if isinstance(one, CaseStage) and one.ended_at is not None]
    StuckTimer.objects.filter(stage__uid__in=ended).delete()
    held = {"grounds": grounds or None, "words": words or None}
    told = {**made.told, **(told or {})}
    audit.record(row, made.step, by=by, at=at, facts=told, held=held, also=changed)
    if made.step.act in _TAKES_THE_MATTER:
        places.receive_at_home(row.stream, by=by, at=at)
    return case_row(row)


def put_place(row: Case, place: Place) -> None:
    """Put a case where it lies."""
    row.place_state = place.state.value
    row.lon_e7 = None if place.point is None else place.point.lon_e7
    row.lat_e7 = None if place.point is None else place.point.lat_e7
    row.cell = None if place.point is None else cell_int(place.point)
    row.division, row.area, row.area_class = place.division, place.area, place.area_class


def _let_lapse(row: Case) -> None:
    """Drop what was proposed or asked for while the case stood where it stood: it moved on."""
    row.void_proposed_at = row.closing_proposed_at = row.hold_asked_until_at = None
    row.special_ground = ""
