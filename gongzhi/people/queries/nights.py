"""The nights in which urgent matters lay in fewer hands, and what was done in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from gongzhi.kernel.refusals import NotFound
from gongzhi.people.models import NightDuty, RelaxedAct
from gongzhi.people.rules import within_area
from gongzhi.people.states import NightDutyState


@dataclass(frozen=True, slots=True)
class NightDutyRow:
    """A night duty; it is open until somebody else has looked back upon it."""

    uid: UUID
    area: str
    declared_by: str
    from_at: datetime
    until_at: datetime
    state: NightDutyState
    reviewed_at: datetime | None
    reviewed_by: str
    outcome: str
    relaxed: int
    version: int

    @property
    def stream(self) -> str:
        """The night duty's stream in the record."""
        return f"night_duty:{self.uid}"

    def awaits_review(self, *, at: datetime) -> bool:
        """Whether it is over and nobody has looked back upon it."""
        return self.state is NightDutyState.DECLARED and self.until_at <= at


@dataclass(frozen=True, slots=True)
class RelaxedActRow:
    """An act done by hands that would have been kept apart by day: on what, by whom, and what they had done before."""

    night_duty: UUID
    act: str
    about: str
    crossed: tuple[str, ...]
    member: str
    on_behalf_of: str
    post: str
    at: datetime


def night_duty(*, area: str, at: datetime) -> NightDutyRow | None:
    """Return the night duty that holds at an instant where something lies, or None; the one declared first of several.

    A thing whose place is unknown lies in no area.
    """
    found = _night_duties().filter(from_at__lte=at, until_at__gt=at, state=NightDutyState.DECLARED.value)
    return next((_row(one) for one in found.order_by("id") if area and within_area(area, [one.area])), None)


def night_duty_of(uid: UUID) -> NightDutyRow:
    """Return a night duty by its id. Raises: NotFound."""
    found = _night_duties().filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="night duty", code=str(uid))
    return _row(found)


def night_duties(*, limit: int = 100) -> list[NightDutyRow]:
    """Return the night duties, the last one first."""
    return [_row(one) for one in _night_duties().order_by("-from_at", "-id")[:limit]]


def unreviewed_night_duties(*, at: datetime) -> list[NightDutyRow]:
    """Return the night duties that are over and wait for somebody to look back upon them, the oldest first."""
    found = _night_duties().filter(until_at__lte=at, state=NightDutyState.DECLARED.value)
    return [_row(one) for one in found.order_by("until_at", "id")]


def relaxed_acts(
    *, from_at: datetime | None = None, until_at: datetime | None = None, night_duty: UUID | None = None
) -> list[RelaxedActRow]:
    """Return what was done by fewer hands than by day, in a period or under one night duty, in order of time."""
    found = RelaxedAct.objects.order_by("at", "id")
    if from_at is not None:
        found = found.filter(at__gte=from_at)
    if until_at is not None:
        found = found.filter(at__lt=until_at)
    if night_duty is not None:
        found = found.filter(night_duty__uid=night_duty)
    return [_act_row(one) for one in found]


def _night_duties() -> QuerySet[NightDuty]:
    return NightDuty.objects.annotate(relaxed=Count("relaxed_acts"))


def _row(one: NightDuty) -> NightDutyRow:
    return NightDutyRow(
        uid=one.uid,
        area=one.area,
        declared_by=one.declared_by,
        from_at=one.from_at,
        until_at=one.until_at,
        state=NightDutyState(one.state),
        reviewed_at=one.reviewed_at,
        reviewed_by=one.reviewed_by,
        outcome=one.outcome,
        relaxed=one.relaxed,  # type: ignore[attr-defined]  # counted beside the row
        version=one.version,
    )


def _act_row(one: RelaxedAct) -> RelaxedActRow:
    return RelaxedActRow(
        night_duty=one.night_duty_id,
        act=one.act,
        about=one.about,
        crossed=tuple(one.crossed),
        member=one.member,
        on_behalf_of=one.on_behalf_of,
        post=one.post,
        at=one.at,
    )
