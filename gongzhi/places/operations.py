"""Changing the city's divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gongzhi.audit.operations import record_snapshot, rows_digest
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Crs
from gongzhi.places import facts, rules
from gongzhi.places.models import Division, PlacesVersion
from gongzhi.places.queries import NoSuchDivision, division_rows
from gongzhi.places.rules import (
    BadDivisionCode,
    CyclicParents,
    DivisionDraft,
    DivisionNameMissing,
    DivisionsUnreadable,
    DuplicateDivision,
    EndsBeforeItBegins,
    LevelOutOfOrder,
    OutlineCrossesItself,
    OutlineUnreadable,
    OutsideItsParentsTime,
    ParentMissing,
    UnknownParent,
    drafts_from_geojson,
)
from gongzhi.places.states import DivisionLevel

COLUMNS = ["level", "name_zh", "name_en", "parent_id", "path", "outline", "from_on", "until_on", "is_schematic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `ended` counts those of `corrected` that got an end."""

    added: int
    corrected: int
    ended: int
    unchanged: int


def import_geojson(text: bytes, *, source: str, crs: Crs, by: Actor, at: datetime) -> Imported:
    """Take over divisions from a GeoJSON file, all or nothing.

    Raises: DivisionsUnreadable, and what `import_divisions` raises.
    """
    return import_divisions(drafts_from_geojson(text), source=source, crs=crs, by=by, at=at)


def import_divisions(rows: Iterable[DivisionDraft], *, source: str, crs: Crs, by: Actor, at: datetime) -> Imported:
    """Take over divisions from a source, all or nothing: new ones are added, known ones corrected.

    A known division that the source does not name stays as it is, and so does a known outline where the source draws
    none: a division ends only by a row with its `until_on`, and is never deleted. When nothing changes, nothing is
    recorded.

    Args:
        rows: the divisions, in any order.
        source: where they come from, as it shall stand in the record.
        crs: the system in which all their outlines were drawn.
        by: who imports them.
        at: when.

    Raises: DuplicateDivision, BadDivisionCode, DivisionNameMissing, EndsBeforeItBegins, UnknownParent, CyclicParents,
        ParentMissing, LevelOutOfOrder, OutsideItsParentsTime, OutlineUnreadable, OutlineCrossesItself.
    """
    drafts = list(rows)
    if not drafts:
        return Imported(added=0, corrected=0, ended=0, unchanged=0)
    rules.require_unique(drafts)
    # Reading outlines takes long; no transaction is held open for it.
    outlines = {draft.code: rules.outline_text(draft, crs=crs) for draft in drafts}
    with transaction.atomic():
        version = _locked_version()
        known = {one.code: one for one in Division.objects.order_by("code")}
        wanted = _wanted(known, drafts, outlines)
        imported = _save_differences(known, wanted, named=set(outlines))
        if imported.added or imported.corrected:
            version.digest = rows_digest(division_rows(list(Division.objects.order_by("code"))))
            version.save(update_fields=["digest"])
            told = {
                "source": source,
                "crs": crs.value,
                "added": imported.added,
                "corrected": imported.corrected,
                "ended": imported.ended,
            }
            record_snapshot(facts.STREAM, facts.DIVISIONS_IMPORTED, by=by, at=at, facts=told)
    return imported


def _locked_version() -> PlacesVersion:
    """Let one import in at a time."""
    PlacesVersion.objects.get_or_create(id=1, defaults={"digest": ""})
    return PlacesVersion.objects.select_for_update().get(id=1)


def _wanted(
    known: Mapping[str, Division], drafts: Iterable[DivisionDraft], outlines: Mapping[str, str | None]
) -> dict[str, Division]:
    """Return all divisions as they shall stand, unsaved, each after its parent."""
    tree = {code: _draft(one) for code, one in known.items()} | {draft.code: draft for draft in drafts}
    paths = rules.paths_in_tree(tree)
    stored = {code: one.outline for code, one in known.items()}
    return {
        code: _division(tree[code], path=paths[code], outline=outlines.get(code) or stored.get(code))
        for code in sorted(tree, key=lambda code: (tree[code].level.depth, code))
    }


def _save_differences(
    known: Mapping[str, Division], wanted: Mapping[str, Division], *, named: AbstractSet[str]
) -> Imported:
    added = [one for code, one in wanted.items() if code not in known]
    corrected = [one for code, one in wanted.items() if code in known and _columns(one) != _columns(known[code])]
    for one in corrected:
        one.pk = known[one.code].pk
    Division.objects.bulk_create(added)
    Division.objects.bulk_update(corrected, [column.removesuffix("_id") for column in COLUMNS])
    return Imported(
        added=len(added),
        corrected=len(corrected),
        ended=sum(one.until_on is not None and known[one.code].until_on is None for one in corrected),
        unchanged=len(named - {one.code for one in (*added, *corrected)}),
    )


def _columns(one: Division) -> list[object]:
    return [getattr(one, column) for column in COLUMNS]


def _division(draft: DivisionDraft, *, path: str, outline: str | None) -> Division:
    return Division(
        code=draft.code,
        level=draft.level.value,
        name_zh=draft.name_zh.strip(),
        name_en=draft.name_en.strip(),
        parent_id=draft.parent,
        path=path,
        outline=outline,
        from_on=draft.from_on,
        until_on=draft.until_on,
        is_schematic=draft.is_schematic,
    )


def _draft(one: Division) -> DivisionDraft:
    return DivisionDraft(
        code=one.code,
        level=DivisionLevel(one.level),
        name_zh=one.name_zh,
        name_en=one.name_en,
        parent=one.parent_id,
        from_on=one.from_on,
        until_on=one.until_on,
        is_schematic=one.is_schematic,
    )


__all__ = [
    "BadDivisionCode",
    "CyclicParents",
    "DivisionDraft",
    "DivisionNameMissing",
    "DivisionsUnreadable",
    "DuplicateDivision",
    "EndsBeforeItBegins",
    "Imported",
    "LevelOutOfOrder",
    "NoSuchDivision",
    "OutlineCrossesItself",
    "OutlineUnreadable",
    "OutsideItsParentsTime",
    "ParentMissing",
    "UnknownParent",
    "drafts_from_geojson",
    "import_divisions",
    "import_geojson",
]
