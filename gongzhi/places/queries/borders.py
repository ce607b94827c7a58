"""Matters near a border: who sees them, who acts, to whom they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from gongzhi.kernel.refusals import NotFound
from gongzhi.places.models import Border, BorderArea
from gongzhi.places.states import BorderState


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderAreaRow:
    """A division that sees the matter, how far its border is at most, in steps of 50 m, and when it received it."""

    area: str
    distance_m: int
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderRow:
    """A matter near a border.

    Attributes:
        subject: the stream of the matter.
        error_m: how far its position may be wrong.
        home: path of the division its point lies in; empty where it lies in none.
        areas: all divisions that see it, the home first and then the nearest.
        taken_by: path of the division that received it first and acts; empty while none has.
        counts_to: path of the division to which the ruling counts it; empty while there is none.
    """

    uid: UUID
    version: int
    subject: str
    state: BorderState
    error_m: int
    home: str
    areas: tuple[BorderAreaRow, ...]
    taken_by: str
    counts_to: str

    @property
    def acting(self) -> str:
        """The division that acts: the first receiver; before there is one, the one the point lies in."""
        return self.taken_by or self.home


def border(uid: UUID) -> BorderRow:
    """Return a matter near a border.

    Raises: NotFound.
    """
    found = Border.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="border", code=str(uid))
    return border_row(found)


def border_of(subject: str) -> BorderRow | None:
    """Return what is known of a matter's border by its stream; None where its place was exact enough."""
    found = Border.objects.filter(subject=subject).first()
    return None if found is None else border_row(found)


def subjects_seen_from(areas: Iterable[str], *, kind: str) -> QuerySet[BorderArea, UUID]:
    """Return the public ids of matters near a border that divisions, or those below them, see as their own.

    They stand as a query, so that a list narrows itself by them inside the database; a matter that two of the divisions
    see comes twice.

    Args:
        areas: paths of the divisions.
        kind: of the matter, as its stream begins: `report`, `case`.
    """
    wanted = Q(pk__in=[])
    for one in areas:
        wanted |= Q(area=one) | Q(area__startswith=f"{one}/")
    found = BorderArea.objects.filter(wanted, left_at=None, border__subject__startswith=f"{kind}:")
    return found.values_list("border__uid", flat=True)


def areas_that_see(matters: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the divisions that see matters near a border, by the matter's public id; the others are not in it."""
    seen: dict[UUID, list[str]] = {}
    found = BorderArea.objects.filter(border__uid__in=list(matters), left_at=None)
    for matter, area in found.values_list("border__uid", "area"):
        seen.setdefault(matter, []).append(area)
    return {matter: tuple(sorted(areas)) for matter, areas in seen.items()}


def taken_by(matters: Iterable[UUID]) -> dict[UUID, str]:
    """Return the division that received a matter near a border and acts, by the matter's public id, the first first."""
    received = BorderArea.objects.filter(border__uid=OuterRef("uid"), area=OuterRef("taken_by")).values("received_at")
    found = Border.objects.filter(uid__in=list(matters)).exclude(taken_by="")
    return dict(found.order_by(Subquery(received[:1]), "id").values_list("uid", "taken_by"))


def areas_to_tell(matters: Iterable[UUID], area: str) -> tuple[str, ...]:
    """Return the divisions whose people are told of something: the one that acts, near a border the first receiver.

    While none has received it, all that see it.

    Args:
        matters: its public id, and those of what came of it.
        area: path of the division in which it lies.
    """
    asked = list(matters)
    if taken := taken_by(asked):
        return (next(iter(taken.values())),)
    return tuple(dict.fromkeys((area, *(path for paths in areas_that_see(asked).values() for path in paths))))


def rulings(*, kind: str) -> QuerySet[Border]:
    """Return, as a query to join figures with, the matters of a kind that a ruling counts to a division."""
    return Border.objects.filter(state=BorderState.SETTLED.value, subject__startswith=f"{kind}:")


def unreceived(*, kind: str) -> QuerySet[Border, UUID]:
    """Return, as a query, the public ids of matters of a kind that several divisions see and none has received."""
    others = BorderArea.objects.filter(border__uid=OuterRef("uid"), left_at=None).exclude(area=OuterRef("home"))
    found = Border.objects.filter(Exists(others), state=BorderState.SEEN.value, subject__startswith=f"{kind}:")
    return found.values_list("uid", flat=True)


def matter_of(subject: str) -> UUID:
    """Return the public id of a matter by its stream."""
    return UUID(subject.partition(":")[2])


def border_row(one: Border) -> BorderRow:
    """Return a matter near a border as a plain row."""
    areas = sorted(one.areas.filter(left_at=None), key=lambda area: (area.area != one.home, area.distance_m, area.area))
    return BorderRow(
        uid=one.uid,
        version=one.version,
        subject=one.subject,
        state=BorderState(one.state),
        error_m=one.error_m,
        home=one.home,
        areas=tuple(
            BorderAreaRow(area=area.area, distance_m=area.distance_m, received_at=area.received_at) for area in areas
        ),
        taken_by=one.taken_by,
        counts_to=one.counts_to,
    )
