"""Where a point lies, on maps that a process keeps for as long as the ground stays the same."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import shapely

from gongzhi.audit.operations import rows_digest
from gongzhi.base.queries import first_row
from gongzhi.kernel.geo import Bounds, Point
from gongzhi.places.layers.locating import CellIndex
from gongzhi.places.models import Division, GridDuty, Layer, LayerFeature, PlacesVersion
from gongzhi.places.queries.divisions import SnapshotRow, division_rows
from gongzhi.places.queries.duties import duty_rows, keeper
from gongzhi.places.queries.layers import EditionRow, all_editions, edition_on, layer_rows, outlines_of
from gongzhi.places.rules import area_class_at
from gongzhi.places.rules.ground import SHORE_M, Area, AreaIndex, Cells, Ground, Keeper, Located, Overlay, Overlays
from gongzhi.places.states import AreaClass, DivisionLevel, KnownLayer, OverlayKind


class Mark(NamedTuple):
    """Which ground a map was made from: digests of divisions, of layers, and of duties."""

    divisions: str
    layers: str
    duties: str


class City:
    """The city's ground over time: what holds on a day is put together when first asked for."""

    def __init__(
        self, divisions: Iterable[Division], *, editions: Sequence[EditionRow], keepers: Iterable[Keeper]
    ) -> None:
        """Note what there is, and the days on which something begins or ends."""
        self._divisions = tuple(divisions)
        self.editions = tuple(editions)
        self._keepers: dict[str, list[Keeper]] = {}
        for one in keepers:
            self._keepers.setdefault(one.grid, []).append(one)
        self._stated = {one.code: AreaClass(one.area_class) for one in self._divisions if one.area_class}
        days = {one.from_on for one in self._divisions} | {one.from_on for one in self.editions}
        days |= {one.until_on for one in self._divisions if one.until_on is not None}
        self._changes_on = sorted(days)
        self._grounds: dict[int, Ground] = {}

    def ground(self, *, on: date) -> Ground:
        """Return what is in force on a day."""
        period = bisect.bisect_right(self._changes_on, on)
        if period not in self._grounds:
            self._grounds[period] = self._put_together(on)
        return self._grounds[period]

    def _put_together(self, on: date) -> Ground:
        there = [one for one in self._divisions if one.from_on <= on and (one.until_on is None or on < one.until_on)]
        grid = edition_on(self.editions, KnownLayer.UNIT_GRIDS, on=on)
        groups = edition_on(self.editions, KnownLayer.RESPONSIBILITY_GRIDS, on=on)
        overlays = edition_on(self.editions, KnownLayer.OVERLAYS, on=on)
        return Ground(
            divisions=AreaIndex(self._area(one) for one in there if one.outline is not None),
            paths={one.code: one.path for one in there},
            stated=self._stated,
            cells=None if grid is None else _cells(grid.pk, grid.digest, is_schematic=grid.is_schematic),
            group_of=None if groups is None else _group_of(groups.pk, groups.digest),
            keepers=self._keepers,
            overlays=None if overlays is None else _overlays(overlays.pk, overlays.digest),
        )

    def _area(self, one: Division) -> Area:
        return Area(
            code=one.code,
            level=DivisionLevel(one.level),
            path=one.path,
            outline=shapely.from_geojson(one.outline),
            from_on=one.from_on,
            until_on=one.until_on,
            area_class=area_class_at(one.path, stated=self._stated),
        )


@dataclass
class _Shelf:
    """The maps this process made last, beside the mark of the ground they were made from.

    The two are set as one value: threads read them while another sets them.
    """

    kept: tuple[Mark, City] | None = None


_shelf = _Shelf()


def locate(point: Point, *, division: str = "", on: date, error_m: float = 0.0, shore_m: float = SHORE_M) -> Located:
    """Return where a point lies on a day: division, unit grid, overlay area, who answers, who else may see it.

    Args:
        point: where.
        division: code of a division that the source names. It is taken where it lies in the one that the map finds;
            otherwise the map is believed.
        on: the day.
        error_m: how far the position may be wrong (`places.rules.position_error_m`): divisions that it reaches are in
            `others_within`.
        shore_m: how far outside every outline a point is taken into the nearest one, flagged as shore.
    """
    return city().ground(on=on).locate(point, on=on, named=division, error_m=error_m, shore_m=shore_m)


def city_bounds(*, on: date) -> Bounds | None:
    """Return the box around the city on a day, for telling swapped coordinates; None when nothing is drawn."""
    return city().ground(on=on).divisions.bounds()


def city() -> City:
    """Return the maps, made anew when the ground has changed since. Costs one small query while it has not."""
    found = first_row("SELECT digest, layers_digest, duties_digest FROM places_placesversion")
    mark = None if found is None else Mark(*found)
    kept = _shelf.kept
    if kept is not None and kept[0] == mark:
        return kept[1]
    divisions, editions = list(Division.objects.all()), all_editions()
    keepers = [keeper(one) for one in GridDuty.objects.all()]
    made = City(divisions, editions=editions, keepers=keepers)
    # Another process may have changed the rows between the reads: only maps of known content are kept.
    if mark is not None and mark == _mark(divisions, editions, keepers):
        _shelf.kept = (mark, made)
    return made


def city_of(divisions: Iterable[Division]) -> City:
    """Return the maps as they would be with other divisions, everything else as it is."""
    return City(divisions, editions=all_editions(), keepers=[keeper(one) for one in GridDuty.objects.all()])


def snapshot_rows() -> Iterator[SnapshotRow]:
    """Yield every column of every row of divisions and layers, in an order that is always the same."""
    yield from division_rows(Division.objects.all())
    for one in PlacesVersion.objects.all():
        yield from version_rows(one.digest, one.layers_digest)
    yield from layer_rows(Layer.objects.all(), all_editions())


def version_rows(divisions_digest: str, layers_digest: str) -> Iterator[SnapshotRow]:
    """Yield the digests as plain rows, for hashing. Before the first layer there is one, as there always was."""
    yield ("version", divisions_digest)
    if layers_digest:
        yield ("layers", layers_digest)


def layers_digest(layers: Iterable[Layer], editions: Iterable[EditionRow]) -> str:
    """Return the digest of layers and editions; empty where there is none."""
    rows = list(layer_rows(layers, editions))
    return rows_digest(rows) if rows else ""


def duties_digest(keepers: Iterable[Keeper]) -> str:
    """Return the digest of duties; empty where there is none."""
    rows = list(duty_rows(keepers))
    return rows_digest(rows) if rows else ""


def _mark(divisions: Iterable[Division], editions: Iterable[EditionRow], keepers: Iterable[Keeper]) -> Mark:
    return Mark(
        rows_digest(division_rows(divisions)), layers_digest(Layer.objects.all(), editions), duties_digest(keepers)
    )


@lru_cache(maxsize=2)
def _cells(edition: int, digest: str, *, is_schematic: bool) -> Cells:
    """Return the unit grids of an edition; its digest tells it from any other that had its number."""
    del digest
    codes, outlines = outlines_of(edition)
    return Cells(index=CellIndex(codes, outlines), is_schematic=is_schematic)


@lru_cache(maxsize=2)
def _group_of(edition: int, digest: str) -> Mapping[str, str]:
    """Return the responsibility grid of each unit grid."""
    del digest
    found = LayerFeature.objects.filter(edition_id=edition).values_list("code", "told")
    return {cell: code for code, told in found for cell in told.get("cells", ())}


@lru_cache(maxsize=2)
def _overlays(edition: int, digest: str) -> Overlays:
    """Return the overlay areas of an edition."""
    del digest
    found = LayerFeature.objects.filter(edition_id=edition).exclude(outline=None)
    return Overlays([(overlay(one), shapely.from_wkb(bytes(one.outline or b""))) for one in found])


def overlay(one: LayerFeature) -> Overlay:
    """Return an overlay area as a plain row."""
    return Overlay(
        code=one.code,
        kind=OverlayKind(one.kind),
        name_zh=one.name_zh,
        name_en=one.name_en,
        unit=one.unit,
        division=one.parent,
    )
