"""Finding a place by its name, in the city's own divisions and layers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import shapely

from gongzhi.base.queries import first_row
from gongzhi.kernel.geo import Point
from gongzhi.places.layers.gazetteer import Entry, Gazetteer, Match
from gongzhi.places.models import Division, LayerFeature
from gongzhi.places.queries.divisions import divisions
from gongzhi.places.queries.layers import all_editions, edition_on
from gongzhi.places.states import DivisionLevel, KnownLayer

MOST_FOUND = 50
DIVISIONS = "divisions"
_NAMELESS = frozenset({KnownLayer.UNIT_GRIDS.value, KnownLayer.RESPONSIBILITY_GRIDS.value})
_FIRST = (*(f"{DIVISIONS}/{level}" for level in DivisionLevel), KnownLayer.OVERLAYS.value, KnownLayer.NAMES.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlace:
    """A place that answers to a name.

    Attributes:
        name: the name that answered, which may be a former one.
        layer: where it stands: `divisions`, or the key of a layer.
        kind: what it is, in the words of that layer.
        code: its code there.
        within: path of the division it lies in; empty where nobody said.
        point: a point of it; None where it is not drawn.
    """

    name: str
    layer: str
    kind: str
    code: str
    within: str
    point: Point | None
    match: Match


def search(words: str, *, on: date, within: str = "", most: int = 20) -> list[FoundPlace]:
    """Return the places that answer to a name on a day: names that are it, begin with it, hold it, or are like it.

    Args:
        words: what was typed; width, case, blanks and punctuation do not matter.
        on: the day.
        within: path of the only division to look in.
        most: how many at most, up to 50.
    """
    hits = _gazetteer(on=on).search(words, within=within, most=min(most, MOST_FOUND))
    return [
        FoundPlace(
            name=hit.entry.name,
            layer=layer,
            kind=kind,
            code=hit.entry.key,
            within=hit.entry.within,
            point=hit.entry.point,
            match=hit.match,
        )
        for hit in hits
        for layer, _, kind in [hit.entry.kind.partition("/")]
    ]


def _gazetteer(*, on: date) -> Gazetteer:
    found = first_row("SELECT digest, layers_digest FROM places_placesversion")
    return Gazetteer([]) if found is None else _as_of(found[0], found[1], on)


@lru_cache(maxsize=2)
def _as_of(divisions_digest: str, layers_digest: str, on: date) -> Gazetteer:
    """Return the names in force on a day; the digests tell this ground from any other."""
    del divisions_digest, layers_digest
    paths = {one.code: one for one in divisions(on=on)}
    drawn_of = dict(Division.objects.exclude(outline=None).values_list("code", "outline"))
    entries = [
        Entry(
            name=one.name_zh,
            kind=f"{DIVISIONS}/{one.level}",
            key=one.code,
            point=_point(shapely.from_geojson(drawn_of[one.code])) if one.code in drawn_of else None,
            within=one.path,
        )
        for one in paths.values()
    ]
    editions = all_editions()
    for layer in sorted({one.layer for one in editions} - _NAMELESS):
        edition = edition_on(editions, layer, on=on)
        if edition is None:
            continue
        named = LayerFeature.objects.filter(edition_id=edition.pk).exclude(name_zh="")
        for code, name, kind, parent, drawn, told in named.values_list(
            "code", "name_zh", "kind", "parent", "outline", "told"
        ):
            point = None if drawn is None else _point(shapely.from_wkb(bytes(drawn)))
            within = paths[parent].path if parent in paths else ""
            entries += [
                Entry(name=each, kind=f"{layer}/{kind}", key=code, point=point, within=within)
                for each in (name, *told.get("also", ()))
            ]
    return Gazetteer(entries, kinds=_kinds(entries))


def _kinds(entries: list[Entry]) -> list[str]:
    """Return the kinds in the order in which they come among equals: divisions, overlay areas, names, the others."""
    others = sorted({entry.kind for entry in entries})
    return sorted(others, key=lambda kind: next((rank for rank, one in enumerate(_FIRST) if kind.startswith(one)), 99))


def _point(drawn: shapely.Geometry) -> Point:
    inside = shapely.point_on_surface(drawn)
    return Point.from_degrees(shapely.get_x(inside), shapely.get_y(inside))
