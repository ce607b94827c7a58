"""Places by their names, layers, who answers for a place, and matters near a border."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gongzhi.api.shapes import GeoPoint, In, Instant, Out, PublicId, Words

Area = Annotated[Words, Field(min_length=1, max_length=255, description="path of division codes")]


class FoundPlaceOut(Out):
    """A place that answers to a name; `within` is the path of the division it lies in."""

    name: str
    layer: str
    kind: str
    code: str
    within: str
    point: GeoPoint | None


class EditionOfLayerOut(Out):
    """All of a layer as one source drew it; it holds from a day until a later one takes over."""

    number: int
    from_on: str
    source: str
    is_schematic: bool
    features: int


class LayerOut(Out):
    """A named layer of the city's ground."""

    key: str
    name_zh: str
    name_en: str
    editions: list[EditionOfLayerOut]


class ResponsibleOut(Out):
    """Somebody who answers for a responsibility grid at this moment."""

    member: PublicId
    number: str
    name: str | None
    post: str
    unit: str


class AnsweringOut(Out):
    """Who answers for a place: the grids around it, the people, and the area that outranks the tree of divisions."""

    grid: str | None
    responsibility_grid: str | None
    people: list[ResponsibleOut]
    overlay: str | None = Field(description="code of the overlay area around the place")
    overlay_name: str | None
    overlay_unit: str | None = Field(description="code or name of whoever answers for the overlay area")


class BorderAreaOut(Out):
    """A division that sees the matter."""

    area: str
    distance_m: int
    received_at: Instant | None


class BorderOut(Out):
    """A matter whose position is not exact enough to tell in which of several divisions it lies."""

    uid: PublicId
    version: int
    subject: str
    state: str
    error_m: int
    home: str
    areas: list[BorderAreaOut]
    taken_by: str
    counts_to: str
    acting: str


class ReceiveIn(In):
    """For which division the matter is received."""

    area: Area


class SettleIn(In):
    """To which division the matter counts, and why."""

    area: Area
    grounds: Annotated[Words, Field(max_length=2000)]
