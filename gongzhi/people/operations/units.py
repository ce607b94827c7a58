"""Units: added under others, hired for a time, and ended with a successor for what they still hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts, registry
from gongzhi.people.models import Unit
from gongzhi.people.operations.shared import CodeTaken, EndsBeforeItBegins, require_names
from gongzhi.people.queries import answering_unit, require_administration, standing_of_units, working_unit
from gongzhi.people.rules import (
    ContractMisplaced,
    UnitEnded,
    UnitStillHolds,
    UnitSucceedsItself,
    in_short,
    require_area,
    require_place_below,
)
from gongzhi.people.states import UnitKind


@one_change
def add_unit(
    code: str,
    *,
    kind: str,
    name_zh: str,
    name_en: str,
    parent: str | None = None,
    areas: Sequence[str] = (),
    contract_until_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Add a unit; `areas` are paths of division codes it answers for.

    Args:
        code: its code, used by no other unit before.
        kind: what it is.
        name_zh: its Chinese name.
        name_en: its English name.
        parent: the code of the unit above it.
        areas: paths of division codes.
        contract_until_at: when the contract of a contractor runs out; it begins now.
        by: who adds it.
        at: since when it exists.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, AreaUnreadable, CodeTaken, UnitTooDeep,
        UnitBelowContractor, ContractMisplaced, EndsBeforeItBegins; NotFound when the unit above does not exist.
    """
    require_administration(by, "people.add_unit", at=at)
    require_names(Unit, code=code, name_zh=name_zh, name_en=name_en)
    for area in areas:
        require_area(area)
    if Unit.objects.filter(code=code).exists():
        raise CodeTaken(thing="unit", value=code)
    if parent is not None:
        standing = standing_of_units()
        if parent not in standing:
            raise NotFound(thing="unit", code=parent)
        require_place_below(kind, above=parent, units=standing)
    row = Unit(code=code, kind=kind, name_zh=name_zh, name_en=name_en, parent_id=parent, areas=list(areas), from_at=at)
    if contract_until_at is not None:
        _hire(row, from_at=at, until_at=contract_until_at)
    audit.record(row, facts.UNIT_ADDED, by=by, at=at)
    return row.uid


@one_change
def renew_contract(
    code: str, *, until_at: datetime, from_at: datetime | None = None, seen: int, by: Actor, at: datetime
) -> None:
    """Let the contract of a contractor run until an instant, whether it runs still or ran out.

    Args:
        code: the contractor.
        until_at: when it runs out.
        from_at: when it begins, where that is written anew; otherwise as it was, or now for a first contract.
        seen: the unit's version.
        by: who enters it.
        at: when it was agreed.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, UnitEnded, ContractMisplaced, EndsBeforeItBegins.
    """
    require_administration(by, "people.renew_contract", at=at)
    row = _serving_unit(code, seen=seen)
    _hire(row, from_at=from_at or row.contract_from_at or at, until_at=until_at)
    told = {"until": utc_text(until_at)}
    audit.record(row, facts.UNIT_CONTRACT_RENEWED, by=by, at=at, facts=told)


@one_change
def end_unit(code: str, *, successor: str | None = None, seen: int, by: Actor, at: datetime) -> None:
    """End a unit at an instant: nothing is dispatched to it and nobody is appointed in it from then on.

    Its successor answers for what it still holds: the successor's desk may act wherever its own could.

    Args:
        code: the unit that ends.
        successor: the unit that takes over; needed while the unit still holds something.
        seen: the unit's version.
        by: who ends it.
        at: when.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, UnitEnded when it, or its successor, has ended before,
        EndsBeforeItBegins, UnitStillHolds, UnitSucceedsItself, ContractOver.
    """
    require_administration(by, "people.end_unit", at=at)
    row = _serving_unit(code, seen=seen)
    if at <= row.from_at:
        raise EndsBeforeItBegins(thing="unit")
    held = registry.held_by_unit(code)
    if held and successor is None:
        raise UnitStillHolds(unit=code, name=row.name_zh, holds=in_short(held), count=sum(one.count for one in held))
    told: dict[str, object] = {}
    if successor is not None:
        if answering_unit(successor, at=at) == code:
            raise UnitSucceedsItself(unit=code, name=row.name_zh)
        working_unit(successor, at=at)
        row.successor_id = successor
        told = {"successor": successor, "held": {one.thing: one.count for one in held}}
    row.until_at = at
    audit.record(row, facts.UNIT_ENDED, by=by, at=at, facts=told)


def _serving_unit(code: str, *, seen: int) -> Unit:
    row = Unit.locked(code=code)
    if row is None:
        raise NotFound(thing="unit", code=code)
    audit.require_version(row, seen)
    if row.until_at is not None:
        raise UnitEnded(unit=code, name=row.name_zh)
    return row


def _hire(row: Unit, *, from_at: datetime, until_at: datetime) -> None:
    if row.kind != UnitKind.CONTRACTOR:
        raise ContractMisplaced(unit=row.code, name=row.name_zh)
    if until_at <= from_at:
        raise EndsBeforeItBegins(thing="contract")
    row.contract_from_at, row.contract_until_at = from_at, until_at
