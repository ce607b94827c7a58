"""Night duty: declared by the duty leader, told in every act it relaxed, and looked back upon by somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts, registry
from gongzhi.people.lifecycle import NIGHT_DUTY
from gongzhi.people.models import NightDuty, RelaxedAct
from gongzhi.people.operations.shared import EndsBeforeItBegins, require_place
from gongzhi.people.queries import require
from gongzhi.people.rules import (
    Matter,
    NightDutyFacts,
    NightDutyOver,
    OwnNightDuty,
    Permission,
    persons_of,
    require_grounds,
    require_night,
    require_nights_apart,
    within_area,
)
from gongzhi.people.states import ReviewOutcome

MOST_HOURS = "night_duty_most_h"
"""The city's setting for how long a night duty may last."""
MOST_HOURS_BY_DEFAULT = 12


@one_change
def declare_night_duty(
    area: str, *, from_at: datetime, until_at: datetime, grounds: str, by: Actor, at: datetime
) -> UUID:
    """Let urgent matters in an area lie in fewer hands for some hours; each act that needs it is told and reviewed.

    Args:
        area: a path of division codes.
        from_at: from when on, now or later.
        until_at: until when; no longer than the city allows, also together with other nights within a day.
        grounds: why hands are too few.
        by: the duty leader.
        at: when it is declared.

    Raises: NotPermitted, AreaUnreadable, GroundsNeeded, EndsBeforeItBegins, NightDutyInThePast, NightDutyTooLong,
        NightDutyTooOften.
    """
    require(by, "night_duty.declare", Matter(area=area, unit=by.unit), at=at)
    require_place(NightDuty, area=area)
    require_grounds(grounds)
    if until_at <= from_at:
        raise EndsBeforeItBegins(thing="night duty")
    most_h = registry.setting(MOST_HOURS, default=MOST_HOURS_BY_DEFAULT, at=at)
    require_night(from_at, until_at, at=at, most_h=most_h)
    require_nights_apart([(from_at, until_at), *_others(area, from_at=from_at, until_at=until_at)], most_h=most_h)
    row = NightDuty(area=area, declared_by=by.id, from_at=from_at, until_at=until_at)
    told = {"area": area, "from": utc_text(from_at), "until": utc_text(until_at)}
    audit.record(row, facts.NIGHT_DUTY_DECLARED, by=by, at=at, facts=told, held={"grounds": grounds})
    return row.uid


@one_change
def end_night_duty(night_duty: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """End a night duty before its time, or call it off, because there are hands enough.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, MoveNotAllowed, NightDutyOver.
    """
    row = _locked(night_duty, "end", seen=seen, by=by, at=at)
    step = NIGHT_DUTY.check(row.state, "end", facts=NightDutyFacts(until_at=row.until_at, at=at))
    if row.until_at <= at:
        raise NightDutyOver
    row.until_at = max(at, row.from_at)
    audit.record(row, step, by=by, at=at)


@one_change
def tell_relaxed(permission: Permission, *, about: str, by: Actor, at: datetime) -> dict[str, str]:
    """Enter under its night duty that an act was done by fewer hands; return what the act's own entry tells of it.

    Every operation that asks `queries.require` about hands calls this, in its own transaction. By day, and wherever
    hands were separate, it writes nothing and returns nothing.

    Args:
        permission: what `require` returned.
        about: the stream of the thing that was changed, such as `case:<id>`.
        by: who did it.
        at: when.

    Raises: NotFound.
    """
    if permission.night_duty is None:
        return {}
    row = NightDuty.locked(uid=permission.night_duty)
    if row is None:
        raise NotFound(thing="night duty", code=permission.night_duty)
    act = RelaxedAct(
        night_duty_id=row.uid,
        act=permission.act,
        about=about,
        crossed=list(permission.crossed),
        member=by.id,
        on_behalf_of="".join(persons_of(by)[1:]),
        post=by.post or "",
        at=at,
    )
    told = {"act": permission.act, "about": about, "crossed": list(permission.crossed)}
    audit.record(row, facts.NIGHT_DUTY_RELAXED, by=by, at=at, facts=told, also=[act])
    return permission.told()


@one_change
def review_night_duty(
    night_duty: UUID, *, outcome: ReviewOutcome, words: str, seen: int, by: Actor, at: datetime
) -> None:
    """Look back upon a night duty that is over and say, in words, whether all of it was proper.

    Nobody does so who declared it, or acted under it.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, MoveNotAllowed, NightDutyRunning, GroundsNeeded, OwnNightDuty.
    """
    row = _locked(night_duty, "review", seen=seen, by=by, at=at)
    looked_at = NightDutyFacts(until_at=row.until_at, at=at, outcome=outcome, words=words)
    step = NIGHT_DUTY.check(row.state, "review", facts=looked_at)
    if not _hands_of(row).isdisjoint(persons_of(by)):
        raise OwnNightDuty
    row.state, row.outcome = step.to.value, outcome.value
    row.reviewed_at, row.reviewed_by = at, by.id
    audit.record(row, step, by=by, at=at, facts={"outcome": outcome.value}, held={"words": words})


def _others(area: str, *, from_at: datetime, until_at: datetime) -> list[tuple[datetime, datetime]]:
    """Return the night duties of the same place, or of a part of it, around these hours."""
    day = timedelta(days=1)
    near = NightDuty.objects.filter(until_at__gt=from_at - day, from_at__lt=until_at + day)
    found = near.values_list("area", "from_at", "until_at")
    return [(begin, end) for where, begin, end in found if within_area(where, [area]) or within_area(area, [where])]


def _locked(uid: UUID, act: str, *, seen: int, by: Actor, at: datetime) -> NightDuty:
    """Return a night duty, locked, for one who may do the act; nobody else learns its version or its state.

    Raises: NotFound, NotPermitted, ChangedMeanwhile.
    """
    row = NightDuty.locked(uid=uid)
    if row is None:
        raise NotFound(thing="night duty", code=str(uid))
    require(by, f"night_duty.{act}", Matter(area=row.area, unit=by.unit), at=at)
    audit.require_version(row, seen)
    return row


def _hands_of(row: NightDuty) -> set[str]:
    """Return everybody who declared a night duty or acted under it, for themself or for another."""
    acted = RelaxedAct.objects.filter(night_duty__uid=row.uid).values_list("member", "on_behalf_of")
    return {row.declared_by, *(one for both in acted for one in both if one)}
