"""The city's outlines as the grey ground of a map: simplified, small, and made once while they stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
import shapely

from gongzhi.base.queries import first_row
from gongzhi.kernel.geo import Bounds, Point
from gongzhi.places.models import Division, LayerFeature
from gongzhi.places.queries.divisions import in_force
from gongzhi.places.queries.ground import city_bounds
from gongzhi.places.queries.layers import all_editions, edition_on
from gongzhi.places.states import DivisionLevel, KnownLayer

ROADS = "roads"
"""The layer of the city's own that is drawn as roads where it was imported."""
_LEVELS = (DivisionLevel.DISTRICT, DivisionLevel.STREET, DivisionLevel.COMMUNITY)
_STEPS_ACROSS = 6_000
"""Finer than one in so many of the city's width nobody sees on a screen."""
_DECIMALS = 5
_MOST_ROADS = 4_000
_MOST_NAMES = 3_000


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The ground of a map.

    Attributes:
        mark: tells this ground from any other.
        content: GeoJSON: outlines of districts, streets and communities, a point for each name, and the names of places
            and the roads that the city imported.
        bounds: the box around the city; None where nothing is drawn.
        is_schematic: whether any outline was drawn and not surveyed.
    """

    mark: str
    content: bytes
    bounds: Bounds | None
    is_schematic: bool


def base_map(*, on: date) -> BaseMap:
    """Return the ground of a map as it is on a day."""
    found = first_row("SELECT digest, layers_digest FROM places_placesversion") or ("", "")
    return _made(found[0], found[1], on)


def centres(*, on: date) -> Mapping[str, Point]:
    """Return a point inside each district, street and community that is drawn on a day, by code."""
    found = first_row("SELECT digest FROM places_placesversion") or ("",)
    return _centres(found[0], on)


@lru_cache(maxsize=2)
def _made(divisions_digest: str, layers_digest: str, on: date) -> BaseMap:
    """Return the ground of a map; the digests tell it from any other."""
    drawn = _drawn(on)
    bounds = city_bounds(on=on)
    step = (bounds.east - bounds.west) / _STEPS_ACROSS if bounds else 0.0
    features = [*_outlines(drawn, step=step), *_names(drawn), *_places(on), *_roads(on, step=step)]
    return BaseMap(
        mark=f"{divisions_digest[:16]}-{layers_digest[:16]}-{on.isoformat()}",
        content=orjson.dumps({"type": "FeatureCollection", "features": features}),
        bounds=bounds,
        is_schematic=any(one.is_schematic for one, _ in drawn),
    )


@lru_cache(maxsize=2)
def _centres(divisions_digest: str, on: date) -> dict[str, Point]:
    del divisions_digest
    return {one.code: _inside(outline) for one, outline in _drawn(on)}


def _drawn(on: date) -> list[tuple[Division, shapely.Geometry]]:
    found = Division.objects.filter(in_force(on), level__in=[one.value for one in _LEVELS]).exclude(outline=None)
    return [(one, shapely.from_geojson(one.outline)) for one in found.order_by("path")]


def _outlines(drawn: Sequence[tuple[Division, shapely.Geometry]], *, step: float) -> Iterator[dict[str, Any]]:
    """Yield the outlines level by level: what two divisions share stays shared when it is simplified."""
    for level in _LEVELS:
        here = [(one, outline) for one, outline in drawn if one.level == level.value]
        if not here:
            continue
        simpler = shapely.coverage_simplify([outline for _, outline in here], step)
        for (one, _), outline in zip(here, simpler, strict=True):
            yield _feature(outline, kind=level.value, code=one.code)


def _names(drawn: Iterable[tuple[Division, shapely.Geometry]]) -> Iterator[dict[str, Any]]:
    for one, outline in drawn:
        names = {"zh": one.name_zh, "en": one.name_en or one.name_zh}
        yield _feature(shapely.point_on_surface(outline), kind=f"{one.level}-name", code=one.code, **names)


def _places(on: date) -> Iterator[dict[str, Any]]:
    """Yield the city's own names of places, where it imported any."""
    edition = edition_on(all_editions(), KnownLayer.NAMES, on=on)
    if edition is None:
        return
    found = LayerFeature.objects.filter(edition_id=edition.pk).exclude(outline=None).exclude(name_zh="")
    for name_zh, name_en, drawn in found.order_by("code").values_list("name_zh", "name_en", "outline")[:_MOST_NAMES]:
        if drawn:
            outline = shapely.from_wkb(bytes(drawn))
            yield _feature(shapely.point_on_surface(outline), kind="place-name", zh=name_zh, en=name_en or name_zh)


def _roads(on: date, *, step: float) -> Iterator[dict[str, Any]]:
    """Yield the longest roads, where the city imported any."""
    edition = edition_on(all_editions(), ROADS, on=on)
    if edition is None:
        return
    found = LayerFeature.objects.filter(edition_id=edition.pk).exclude(outline=None)
    lines = [shapely.from_wkb(bytes(drawn)) for drawn in found.values_list("outline", flat=True) if drawn]
    for line in sorted(lines, key=shapely.length, reverse=True)[:_MOST_ROADS]:
        yield _feature(shapely.simplify(line, step), kind="road")


def _feature(outline: shapely.Geometry, **said: str) -> dict[str, Any]:
    rounded = shapely.transform(outline, lambda pairs: pairs.round(_DECIMALS))
    return {"type": "Feature", "properties": said, "geometry": orjson.Fragment(shapely.to_geojson(rounded))}


def _inside(outline: shapely.Geometry) -> Point:
    point = shapely.point_on_surface(outline)
    return Point.from_degrees(shapely.get_x(point), shapely.get_y(point))
