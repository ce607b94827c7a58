"""Who answers for a responsibility grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongzhi.audit.queries import edition as last_number
from gongzhi.people import queries as people
from gongzhi.places.facts import DUTIES
from gongzhi.places.models import GridDuty, PlacesVersion
from gongzhi.places.queries.divisions import SnapshotRow, in_force
from gongzhi.places.rules.ground import Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsiblePerson:
    """A member who answers for a grid at this moment, in the post in which they do."""

    member: UUID
    number: str
    name: str | None
    post: str
    unit: str


def duties_edition() -> int:
    """Return the number of the last change of duties, 0 before the first: what the next one takes as `seen`."""
    return last_number(DUTIES)


def duties(*, on: date, grid: str | None = None) -> list[Keeper]:
    """Return who answers for which responsibility grid on a day, by grid, post and member."""
    found = GridDuty.objects.filter(in_force(on))
    return sorted(map(keeper, found if grid is None else found.filter(grid=grid)), key=keeper_order)


def responsible_people(keepers: Sequence[Keeper], *, at: datetime) -> list[ResponsiblePerson]:
    """Return the members behind the keepers of a grid who hold their posts at an instant.

    A duty that names a member counts only while that one holds the post; one that names only a post counts for all who
    hold it in the unit.
    """
    found: dict[tuple[UUID, str, str], ResponsiblePerson] = {}
    for one in keepers:
        for held in people.appointments(at=at, post=one.post, unit=one.unit):
            if one.member in (None, held.member):
                member = people.member(held.member, at=at)
                found[held.member, one.post, one.unit] = ResponsiblePerson(
                    member=member.uid, number=member.number, name=member.name, post=one.post, unit=one.unit
                )
    return list(found.values())


def duty_rows(found: Iterable[Keeper]) -> Iterator[SnapshotRow]:
    """Yield duties as plain rows, for hashing."""
    for one in sorted(found, key=keeper_order):
        yield (
            one.grid,
            one.post,
            one.unit,
            None if one.member is None else str(one.member),
            one.from_on.isoformat(),
            None if one.until_on is None else one.until_on.isoformat(),
        )


def snapshot_of_duties() -> Iterator[SnapshotRow]:
    """Yield every duty for the record, and the mark by which a process knows that its map is out of date."""
    yield from duty_rows(map(keeper, GridDuty.objects.all()))
    for one in PlacesVersion.objects.all():
        yield from duty_mark_rows(one.duties_digest)


def duty_mark_rows(digest: str) -> Iterator[SnapshotRow]:
    """Yield the mark of the duties as a plain row; none before the first."""
    if digest:
        yield ("version", digest)


def keeper(one: GridDuty) -> Keeper:
    """Return a duty as a plain row."""
    return Keeper(
        grid=one.grid, post=one.post, unit=one.unit, member=one.member, from_on=one.from_on, until_on=one.until_on
    )


def keeper_order(one: Keeper) -> tuple[str, str, str, str, date]:
    """Return by what duties are sorted."""
    return one.grid, one.post, one.unit, str(one.member or ""), one.from_on
