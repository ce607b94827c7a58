"""Matters near a border: who sees them, who acts, to whom they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongzhi.kernel.refusals import NotFound
from gongzhi.places.models import Border, BorderArea
from gongzhi.places.states import BorderState


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderAreaRow:
    """A division that sees the matter, and when it received it."""

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


def subjects_seen_from(areas: Iterable[str], *, kind: str) -> list[str]:
    """Return the public ids of matters near a border that divisions, or those below them, see as their own.

    Args:
        areas: paths of the divisions.
        kind: of the matter, as its stream begins: `report`, `case`.
    """
    wanted = Q()
    for one in areas:
        wanted |= Q(area=one) | Q(area__startswith=f"{one}/")
    if not wanted:
        return []
    found = BorderArea.objects.filter(wanted, border__subject__startswith=f"{kind}:").order_by("border__id")
    return list(dict.fromkeys(one.partition(":")[2] for one in found.values_list("border__subject", flat=True)))


def border_row(one: Border) -> BorderRow:
    """Return a matter near a border as a plain row."""
    areas = sorted(one.areas.all(), key=lambda area: (area.area != one.home, area.distance_m, area.area))
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
