"""Taking over a planned layer of the city's ground, all or nothing.

What stands on a layer is written beforehand, a little at a time so that nobody is kept waiting, as an edition that
counts nowhere; one short transaction makes it count and records its digest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import shapely
from django.utils import translation

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.people import queries as people
from gongzhi.places import facts
from gongzhi.places.labels import LAYERS
from gongzhi.places.models import LONGEST_LAYER_NAME, Layer, LayerEdition, LayerFeature
from gongzhi.places.operations.planning import LayerPlan, NewEdition
from gongzhi.places.operations.snapshots import IMPORT, Snapshot, locked_version
from gongzhi.places.queries.layers import NoSuchLayer, all_editions, edition_on, edition_row, told_of
from gongzhi.places.states import KnownLayer

_ROWS_AT_ONCE: Final = 500
_LONGEST_WRITING: Final = timedelta(days=1)


class LayerNameMissing(Refusal):
    """A new layer of the city's own needs a name in both languages."""

    code = "layer-name-missing"


class LayerNameTooLong(Refusal):
    """The name of a layer is longer than there is room for."""

    code = "layer-name-too-long"


def import_layer(
    plan: LayerPlan, *, seen: int, by: Actor, at: datetime, name_zh: str = "", name_en: str = ""
) -> LayerPlan:
    """Take over a planned layer. When it is the edition in force already, nothing is recorded.

    Args:
        plan: what `plan_layer`, `plan_made_grid` or `plan_made_groups` returned.
        seen: the `edition` of the ground for which the plan was made.
        by: who imports it.
        at: when.
        name_zh: Chinese name of a new layer of the city's own.
        name_en: its English name.

    Raises: NotPermitted, ChangedMeanwhile, LayerInAnotherSystem, LayerShifted, LayerHasErrors, LayerNameMissing,
        LayerNameTooLong.
    """
    people.require_administration(by, IMPORT, at=at)
    audit.require_edition(facts.STREAM, seen)
    plan.require_sound()
    if not plan.changes_nothing:
        layer = _layer(plan.edition.layer, name_zh=name_zh, name_en=name_en)
        _take_over(layer, plan.edition, what=facts.LAYER_IMPORTED, seen=seen, by=by, at=at)
    return plan


def end_layer(key: str, *, from_on: date, seen: int, by: Actor, at: datetime) -> None:
    """Let a layer hold no longer from a day on; what stood on it before stays on record.

    Raises: NotPermitted, ChangedMeanwhile, NoSuchLayer.
    """
    people.require_administration(by, IMPORT, at=at)
    audit.require_edition(facts.STREAM, seen)
    if edition_on(all_editions(), key, on=from_on) is None:
        raise NoSuchLayer(layer=key, on=from_on.isoformat())
    nothing = NewEdition(
        layer=key, from_on=from_on, source="", system="", is_schematic=False, drafts=(), digest=audit.rows_digest([])
    )
    _take_over(Layer.objects.get(key=key), nothing, what=facts.LAYER_ENDED, seen=seen, by=by, at=at)


def sweep_unfinished(*, at: datetime) -> int:
    """Remove editions whose writing was broken off more than a day ago; return how many."""
    left = list(
        LayerEdition.objects.filter(number=None, begun_at__lt=at - _LONGEST_WRITING).values_list("pk", flat=True)
    )
    for pk in left:
        _discard(pk)
    return len(left)


def _take_over(layer: Layer, new: NewEdition, *, what: FactType, seen: int, by: Actor, at: datetime) -> None:
    sweep_unfinished(at=at)
    draft = _begun(new, at=at)
    try:
        for batch in _batches(new, edition=draft.pk):
            _write(batch)
        others = all_editions()
        draft.number = 1 + max((one.number for one in others if one.layer == layer.key), default=0)
        counted = replace(edition_row(draft), layer=layer.key)
        layers = [*Layer.objects.exclude(key=layer.key), layer]
        snapshot = Snapshot.of(layers=layers, editions=[*others, counted])
        _let_count(layer, draft, snapshot=snapshot, what=what, seen=seen, by=by, at=at)
    except BaseException:
        _discard(draft.pk)
        raise


@one_change
def _begun(new: NewEdition, *, at: datetime) -> LayerEdition:
    return LayerEdition.objects.create(
        from_on=new.from_on,
        source=new.source,
        system=new.system,
        is_schematic=new.is_schematic,
        features=len(new.drafts),
        digest=new.digest,
        begun_at=at,
    )


@one_change
def _write(batch: list[LayerFeature]) -> None:
    LayerFeature.objects.bulk_create(batch)


@one_change
def _let_count(
    layer: Layer, draft: LayerEdition, *, snapshot: Snapshot, what: FactType, seen: int, by: Actor, at: datetime
) -> None:
    """Give the edition its layer and number, and record the digest of all layers with it."""
    people.require_administration(by, IMPORT, at=at)  # once more: writing took long
    version = locked_version()
    audit.require_edition(facts.STREAM, seen)
    if layer.pk is None:
        layer.save(force_insert=True)
    draft.layer = layer
    draft.save(update_fields=["layer", "number"])
    version.layers_digest = snapshot.layers
    version.save(update_fields=["layers_digest"])
    told = {
        "layer": layer.key,
        "edition": draft.number,
        "from_on": draft.from_on.isoformat(),
        "source": draft.source,
        "system": draft.system,
        "features": draft.features,
        "schematic": draft.is_schematic,
    }
    audit.record_snapshot(facts.STREAM, what, by=by, at=at, facts=told, seen=seen, digest=snapshot.rows)


def _discard(pk: int) -> None:
    """Remove an edition that counts nowhere, a little at a time."""
    while rows := list(LayerFeature.objects.filter(edition_id=pk).values_list("pk", flat=True)[:_ROWS_AT_ONCE]):
        _remove(rows)
    LayerEdition.objects.filter(pk=pk, number=None).delete()


@one_change
def _remove(rows: list[int]) -> None:
    LayerFeature.objects.filter(pk__in=rows).delete()


def _batches(new: NewEdition, *, edition: int) -> Iterator[list[LayerFeature]]:
    rows = (
        LayerFeature(
            edition_id=edition,
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            kind=one.kind,
            parent=one.parent,
            unit=one.unit,
            outline=None if one.outline is None else shapely.to_wkb(one.outline),
            told=told_of(one),
        )
        for one in new.drafts
    )
    while batch := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        yield batch


def _layer(key: str, *, name_zh: str, name_en: str) -> Layer:
    """Return a layer; a new one unsaved, with the names the product gives to those it knows."""
    found = Layer.objects.filter(key=key).first()
    if found is not None:
        return found
    if key in set(KnownLayer):
        name_zh, name_en = (_in_words(KnownLayer(key), language) for language in ("zh-hans", "en"))
    if not says_something(name_zh) or not says_something(name_en):
        raise LayerNameMissing(layer=key)
    for name in (name_zh, name_en):
        if len(name.strip()) > LONGEST_LAYER_NAME:
            raise LayerNameTooLong(layer=key, most=LONGEST_LAYER_NAME)
    return Layer(key=key, name_zh=name_zh.strip(), name_en=name_en.strip())


def _in_words(layer: KnownLayer, language: str) -> str:
    with translation.override(language):
        return str(LAYERS[layer])
