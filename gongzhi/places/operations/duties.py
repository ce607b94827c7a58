"""Saying who answers for which responsibility grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Refusal
from gongzhi.people import queries as people
from gongzhi.people.operations import MemberEnded
from gongzhi.people.rules import require_name
from gongzhi.places import facts
from gongzhi.places.models import GridDuty
from gongzhi.places.operations.snapshots import locked_version
from gongzhi.places.queries.duties import duty_mark_rows, duty_rows, keeper
from gongzhi.places.queries.ground import city, duties_digest
from gongzhi.places.rules.ground import Keeper

_ASSIGN = "places.assign"


class GridUnknown(Refusal):
    """The city has no responsibility grid of this code on that day."""

    code = "responsibility-grid-unknown"


class DutyTwice(Refusal):
    """The same post and member would answer for a grid twice at the same time."""

    code = "duty-twice"


class DutyEndsBeforeItBegins(Refusal):
    """A duty ends on or before the day it begins."""

    code = "duty-ends-before-it-begins"


def put_duties(
    added: Iterable[Keeper] = (), *, ended: Iterable[str] = (), from_on: date, seen: int, by: Actor, at: datetime
) -> int:
    """Let posts or members answer for responsibility grids from a day on, all or nothing; return how many are new.

    Args:
        added: who; each names its grid, post, unit and perhaps a member, and the first day.
        ended: grids whose keepers of before end on the day `from_on`: those who take over are in `added`.
        from_on: the first day of the new order.
        seen: the `duties_edition` on which this was decided.
        by: who decides.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, GridUnknown, NotFound for a unit or member that is not there, UnitEnded,
        ContractOver, MemberEnded, NameBlank, NameTooLong, NameUnreadable, DutyTwice, DutyEndsBeforeItBegins.
    """
    people.require_administration(by, _ASSIGN, at=at)
    audit.require_edition(facts.DUTIES, seen)
    wanted = list(added)
    _require_sound(wanted, at=at)
    held = list(GridDuty.objects.all())
    ending = _ending(held, grids=set(ended), on=from_on)
    kept = [keeper(one) if one.pk not in ending else replace(keeper(one), until_on=from_on) for one in held]
    _refuse_twice([*kept, *wanted])
    rows = [*kept, *wanted]
    if wanted or ending:
        _put(wanted, ending=ending, rows=rows, on=from_on, seen=seen, by=by, at=at)
    return len(wanted)


@one_change
def _put(
    wanted: Sequence[Keeper], *, ending: set[int], rows: Sequence[Keeper], on: date, seen: int, by: Actor, at: datetime
) -> None:
    people.require_administration(by, _ASSIGN, at=at)  # once more: comparing took long
    version = locked_version()
    audit.require_edition(facts.DUTIES, seen)
    GridDuty.objects.filter(pk__in=ending).update(until_on=on)
    GridDuty.objects.bulk_create(
        GridDuty(
            grid=one.grid,
            post=one.post,
            unit=one.unit,
            member=one.member,
            from_on=one.from_on,
            until_on=one.until_on,
        )
        for one in wanted
    )
    version.duties_digest = duties_digest(rows)
    version.save(update_fields=["duties_digest"])
    told = {"from_on": on.isoformat(), "added": len(wanted), "ended": len(ending)}
    digest = audit.rows_digest([*duty_rows(rows), *duty_mark_rows(version.duties_digest)])
    audit.record_snapshot(facts.DUTIES, facts.DUTIES_SET, by=by, at=at, facts=told, seen=seen, digest=digest)


def _require_sound(wanted: Sequence[Keeper], *, at: datetime) -> None:
    grids_on = {on: set((city().ground(on=on).group_of or {}).values()) for on in {one.from_on for one in wanted}}
    for one in wanted:
        if one.until_on is not None and one.until_on <= one.from_on:
            raise DutyEndsBeforeItBegins(
                grid=one.grid, from_on=one.from_on.isoformat(), until_on=one.until_on.isoformat()
            )
        if one.grid not in grids_on[one.from_on]:
            raise GridUnknown(grid=one.grid, on=one.from_on.isoformat())
        require_name(one.post, named="appointment.post", longest=GridDuty._meta.get_field("post").max_length or 0)
    for unit in sorted({one.unit for one in wanted}):
        people.working_unit(unit, at=at)
    for member in sorted({one.member for one in wanted if one.member is not None}):
        row = people.member(member, at=at)
        if row.until_at is not None and row.until_at <= at:
            raise MemberEnded(member=row.number)


def _ending(held: Iterable[GridDuty], *, grids: set[str], on: date) -> set[int]:
    """Return the duties that a new order ends: those of its grids that hold on its first day and began before."""
    return {one.pk for one in held if one.grid in grids and one.from_on < on and keeper(one).is_in_force(on=on)}


def _refuse_twice(rows: Sequence[Keeper]) -> None:
    by_who: dict[tuple[str, str, str, str], list[Keeper]] = {}
    for one in rows:
        others = by_who.setdefault((one.grid, one.post, one.unit, str(one.member)), [])
        for other in others:
            starts_after = other.until_on is not None and other.until_on <= one.from_on
            ends_before = one.until_on is not None and one.until_on <= other.from_on
            if not (starts_after or ends_before):
                raise DutyTwice(grid=one.grid, post=one.post, unit=one.unit, from_on=other.from_on.isoformat())
        others.append(one)
