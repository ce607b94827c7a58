"""The layers of the city's ground, their editions, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import shapely

from gongzhi.audit.operations import rows_digest
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.places.facts import STREAM
from gongzhi.places.models import Layer, LayerEdition, LayerFeature
from gongzhi.places.queries.divisions import SnapshotRow
from gongzhi.places.rules.features import FeatureDraft

COLUMNS = ("code", "name_zh", "name_en", "kind", "parent", "unit", "outline", "told")
_ROWS_AT_ONCE = 5_000


class NoSuchLayer(NotFound):
    """The city has no layer of this name on that day."""

    code = "no-such-layer"


class NoSuchFeature(NotFound):
    """Nothing on the layer has this code on that day."""

    code = "no-such-feature"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """An edition of a layer: `pk` is for this room alone."""

    pk: int
    layer: str
    number: int
    from_on: date
    source: str
    system: str
    is_schematic: bool
    features: int
    digest: str
    begun_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """A layer with its editions, the first one first."""

    key: str
    name_zh: str
    name_en: str
    editions: tuple[EditionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRow:
    """A feature as other rooms see it.

    Attributes:
        outline: in CGCS2000 degrees; None where it is not drawn.
        told: what else its source says; `cells` of a responsibility grid, `also` of former names.
    """

    code: str
    name_zh: str
    name_en: str
    kind: str
    parent: str
    unit: str
    outline: shapely.Geometry | None
    told: Mapping[str, Any]


def layers() -> list[LayerRow]:
    """Return all layers by key."""
    by_layer: dict[str, list[EditionRow]] = {}
    for one in all_editions():
        by_layer.setdefault(one.layer, []).append(one)
    return [
        LayerRow(key=one.key, name_zh=one.name_zh, name_en=one.name_en, editions=tuple(by_layer.get(one.key, ())))
        for one in Layer.objects.order_by("key")
    ]


def all_editions() -> list[EditionRow]:
    """Return every edition that is on record, by layer and number."""
    found = LayerEdition.objects.exclude(number=None).order_by("layer_id", "number")
    return [edition_row(one) for one in found]


def edition_on(editions: Iterable[EditionRow], layer: str, *, on: date) -> EditionRow | None:
    """Return the edition of a layer that holds on a day: the one that began last, and of those the latest made."""
    begun = [one for one in editions if one.layer == layer and one.from_on <= on]
    found = max(begun, key=lambda one: (one.from_on, one.number), default=None)
    return found if found is not None and found.features else None


def features(layer: str, *, on: date, parent: str | None = None) -> list[FeatureRow]:
    """Return what stands on a layer on a day, by code.

    Args:
        layer: its key.
        on: the day.
        parent: the only thing whose parts are wanted: the building of a floor, the community of a grid.

    Raises: NoSuchLayer.
    """
    found = LayerFeature.objects.filter(edition_id=_wanted(layer, on=on).pk).order_by("code")
    return [_feature_row(one) for one in (found if parent is None else found.filter(parent=parent))]


def feature(layer: str, code: str, *, on: date) -> FeatureRow:
    """Return one thing of a layer on a day.

    Raises: NoSuchLayer, NoSuchFeature.
    """
    found = LayerFeature.objects.filter(edition_id=_wanted(layer, on=on).pk, code=code).first()
    if found is None:
        raise NoSuchFeature(layer=layer, feature=code)
    return _feature_row(found)


def layer_rows(layers: Iterable[Layer], editions: Iterable[EditionRow]) -> Iterator[SnapshotRow]:
    """Yield layers and editions as plain rows, for hashing; what stands on an edition is in its own digest."""
    for layer in sorted(layers, key=lambda one: one.key):
        yield ("layer", layer.key, layer.name_zh, layer.name_en)
    for one in sorted(editions, key=lambda one: (one.layer, one.number)):
        yield (
            "edition",
            one.layer,
            one.number,
            one.from_on.isoformat(),
            one.source,
            one.system,
            one.is_schematic,
            one.features,
            one.digest,
            utc_text(one.begun_at),
        )


def feature_rows(edition: int) -> Iterator[SnapshotRow]:
    """Yield what stands on an edition as plain rows by code, for hashing."""
    found = LayerFeature.objects.filter(edition_id=edition).values_list(*COLUMNS)
    for code, *texts, outline, told in sorted(found.iterator(chunk_size=_ROWS_AT_ONCE)):
        yield (code, *texts, None if outline is None else bytes(outline).hex(), _spelled(told))


def draft_row(one: FeatureDraft) -> SnapshotRow:
    """Return a feature that is to be written as the row that `feature_rows` will yield."""
    outline = None if one.outline is None else shapely.to_wkb(one.outline, hex=True).lower()
    return (one.code, one.name_zh, one.name_en, one.kind, one.parent, one.unit, outline, _spelled(told_of(one)))


def told_of(one: FeatureDraft) -> dict[str, Any]:
    """Return what is kept of a feature beside its columns."""
    extra: dict[str, Any] = {"cells": list(one.cells), "also": list(one.also)}
    return {**one.told, **{name: value for name, value in extra.items() if value}}


def altered_editions() -> Iterator[Finding]:
    """Compute the digest of each edition's features again, and name the editions of which it differs."""
    for one in all_editions():
        if rows_digest(feature_rows(one.pk)) != one.digest:
            detail = f"edition {one.number} of the layer {one.layer} is not the one that was recorded"
            yield Finding(Damage.SNAPSHOT_ALTERED, STREAM, None, detail)


def edition_row(one: LayerEdition) -> EditionRow:
    """Return an edition as a plain row."""
    return EditionRow(
        pk=one.pk or 0,
        layer=one.layer_id or "",
        number=one.number or 0,
        from_on=one.from_on,
        source=one.source,
        system=one.system,
        is_schematic=one.is_schematic,
        features=one.features,
        digest=one.digest,
        begun_at=one.begun_at,
    )


def outlines_of(edition: int) -> tuple[Sequence[str], Sequence[shapely.Geometry]]:
    """Return codes and outlines of what is drawn on an edition, by code."""
    found = LayerFeature.objects.filter(edition_id=edition).exclude(outline=None)
    pairs = sorted((code, bytes(outline or b"")) for code, outline in found.values_list("code", "outline"))
    return [code for code, _ in pairs], shapely.from_wkb([outline for _, outline in pairs])


def _wanted(layer: str, *, on: date) -> EditionRow:
    found = edition_on(all_editions(), layer, on=on)
    if found is None:
        raise NoSuchLayer(layer=layer, on=on.isoformat())
    return found


def _feature_row(one: LayerFeature) -> FeatureRow:
    return FeatureRow(
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        kind=one.kind,
        parent=one.parent,
        unit=one.unit,
        outline=None if one.outline is None else shapely.from_wkb(bytes(one.outline)),
        told=one.told,
    )


def _spelled(told: Mapping[str, Any]) -> str:
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
