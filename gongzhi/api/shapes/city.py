"""What the city is made of."""

from __future__ import annotations

from gongzhi.api.shapes import ClockTime, GeoPoint, Out


class ClassOut(Out):
    """A class of the catalogue."""

    key: str
    standard_ref: str
    kind: str
    code: str
    major_code: str
    major_zh: str
    major_en: str
    zh: str
    en: str
    is_local_extension: bool


class ConditionOut(Out):
    """A filing condition: when to file, how long it may take, when it is done, and how that is checked."""

    code: str
    class_key: str
    number: int
    area_class: str
    zh: str
    en: str
    closing_zh: str
    closing_en: str
    limit: str
    grade: str
    unit_code: str
    unit_hint_zh: str
    unit_hint_en: str
    checking_mode: str
    check_from: ClockTime | None
    check_until: ClockTime | None
    calendar: str
    legal_basis: str
    legal_clause: str
    supervising_zh: str
    supervising_en: str
    responsible_zh: str
    responsible_en: str
    collection_zh: str
    collection_en: str
    source: str


class DivisionOut(Out):
    """A district, street or community."""

    code: str
    level: str
    name_zh: str
    name_en: str
    parent: str | None
    path: str
    is_schematic: bool


class PlaceOut(Out):
    """Where a point lies. `border_m` tells how far the nearest border is, in whole metres.

    `is_shore`: outside every outline, and taken into the nearest division because outlines cut off shores.
    """

    point: GeoPoint
    state: str
    division: str | None
    path: str | None
    border_m: int | None
    grid: str | None
    responsibility_grid: str | None
    is_shore: bool


class UnitOut(Out):
    """A unit, and the divisions it answers for."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    areas: list[str]
