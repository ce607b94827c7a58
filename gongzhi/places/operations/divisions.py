"""Changing the city's divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Crs
from gongzhi.people import queries as people
from gongzhi.places import facts, rules
from gongzhi.places.models import Division
from gongzhi.places.operations.snapshots import IMPORT, Snapshot, locked_version
from gongzhi.places.queries.divisions import division_rows
from gongzhi.places.rules import (
    DivisionDraft,
    drafts_from_geojson,
)
from gongzhi.places.states import AreaClass, DivisionLevel

COLUMNS = [
    *("level", "name_zh", "name_en", "parent_id", "path"),
    *("outline", "from_on", "until_on", "is_schematic", "area_class"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `ended` counts those of `corrected` that got an end."""

    added: int
    corrected: int
    ended: int
    unchanged: int


def import_geojson(text: bytes, *, source: str, crs: Crs, seen: int, by: Actor, at: datetime) -> Imported:
    """Take over divisions from a GeoJSON file, all or nothing.

    Raises: DivisionsUnreadable, and what `import_divisions` raises.
    """
    return import_divisions(drafts_from_geojson(text), source=source, crs=crs, seen=seen, by=by, at=at)


def import_divisions(
    rows: Iterable[DivisionDraft], *, source: str, crs: Crs, seen: int, by: Actor, at: datetime
) -> Imported:
    """Take over divisions from a source, all or nothing: new ones are added, known ones corrected.

    A known division that the source does not name stays as it is, and so does a known outline where the source draws
    none, or a known class of area where the source says nothing of it: a division ends only by a row with its
    `until_on`, and is never deleted. When nothing changes, nothing is recorded.

    Args:
        rows: the divisions, in any order.
        source: where they come from, as it shall stand in the record.
        crs: the system in which all their outlines were drawn.
        seen: the `edition` of the divisions that this import was made for.
        by: who imports them.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, DuplicateDivision, BadDivisionCode, DivisionNameMissing, EndsBeforeItBegins,
        UnknownParent, CyclicParents, ParentMissing, LevelOutOfOrder, OutsideItsParentsTime, OutlineUnreadable,
        OutlineCrossesItself, SecondCity.
    """
    change = _compared(rows, crs=crs, seen=seen, by=by, at=at)
    if change.added or change.corrected:
        _take_over(change, told={"source": source, "crs": crs.value}, seen=seen, by=by, at=at)
    return change.imported


def compare_geojson(text: bytes, *, crs: Crs, seen: int, by: Actor, at: datetime) -> Imported:
    """Say what importing a GeoJSON file would do, and do nothing.

    Raises: what `import_geojson` raises.
    """
    return _compared(drafts_from_geojson(text), crs=crs, seen=seen, by=by, at=at).imported


def compared_divisions(drafts: Sequence[DivisionDraft], *, crs: Crs) -> tuple[Imported, Sequence[Division]]:
    """Say what importing divisions would do, and return all divisions as they would stand, unsaved.

    Raises: what `import_divisions` raises of the divisions themselves.
    """
    change = _change_to(drafts, crs=crs)
    return change.imported, change.wanted


def _compared(rows: Iterable[DivisionDraft], *, crs: Crs, seen: int, by: Actor, at: datetime) -> _Change:
    people.require_administration(by, IMPORT, at=at)
    audit.require_edition(facts.STREAM, seen)
    return _change_to(list(rows), crs=crs)


def _change_to(drafts: Sequence[DivisionDraft], *, crs: Crs) -> _Change:
    rules.require_unique(drafts)
    return _change(drafts, outlines={draft.code: rules.outline_text(draft, crs=crs) for draft in drafts})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What an import comes to, with the digests of all divisions as they shall stand.

    Reading, comparing and hashing outlines takes long, so all of it is done before the transaction begins; inside, the
    edition says whether the divisions still are what this was made from.
    """

    added: list[Division]
    corrected: list[Division]
    wanted: Sequence[Division]
    imported: Imported
    snapshot: Snapshot


def _change(drafts: Sequence[DivisionDraft], *, outlines: Mapping[str, str | None]) -> _Change:
    known = {one.code: one for one in Division.objects.all()}
    wanted = _wanted(known, drafts, outlines)
    added = [one for code, one in wanted.items() if code not in known]
    corrected = [one for code, one in wanted.items() if code in known and _columns(one) != _columns(known[code])]
    for one in corrected:
        one.pk = known[one.code].pk
    return _Change(
        added=added,
        corrected=corrected,
        wanted=list(wanted.values()),
        imported=Imported(
            added=len(added),
            corrected=len(corrected),
            ended=sum(one.until_on is not None and known[one.code].until_on is None for one in corrected),
            unchanged=len(set(outlines) - {one.code for one in (*added, *corrected)}),
        ),
        snapshot=Snapshot.of(divisions=division_rows(wanted.values())),
    )


def _wanted(
    known: Mapping[str, Division], drafts: Iterable[DivisionDraft], outlines: Mapping[str, str | None]
) -> dict[str, Division]:
    """Return all divisions as they shall stand, unsaved, each after its parent."""
    tree = {code: _draft(one) for code, one in known.items()} | {draft.code: draft for draft in drafts}
    paths = rules.paths_in_tree(tree)
    wanted = {}
    for code in sorted(tree, key=lambda code: (tree[code].level.depth, code)):
        one = _division(tree[code], path=paths[code], outline=outlines.get(code))
        if code in known:
            one.outline = one.outline or known[code].outline
            one.area_class = known[code].area_class if tree[code].area_class is None else one.area_class
        wanted[code] = one
    return wanted


@one_change
def _take_over(change: _Change, *, told: Mapping[str, object], seen: int, by: Actor, at: datetime) -> None:
    people.require_administration(by, IMPORT, at=at)  # once more: reading and comparing took long
    version = locked_version()
    audit.require_edition(facts.STREAM, seen)
    Division.objects.bulk_create(change.added)
    _rewrite(change.corrected)
    version.digest = change.snapshot.divisions
    version.save(update_fields=["digest"])
    done = change.imported
    counted = {"added": done.added, "corrected": done.corrected, "ended": done.ended}
    audit.record_snapshot(
        facts.STREAM,
        facts.DIVISIONS_IMPORTED,
        by=by,
        at=at,
        facts={**told, **counted},
        seen=seen,
        digest=change.snapshot.rows,
    )


def _rewrite(divisions: Sequence[Division]) -> None:
    """Write corrected divisions, in the words that `bulk_update` would use at a hundredth of their cost."""
    fields = [field for field in Division._meta.concrete_fields if field.attname in COLUMNS]
    quoted = connection.ops.quote_name
    changes = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    rows = [
        [*(field.get_db_prep_save(getattr(one, field.attname), connection) for field in fields), one.pk]
        for one in divisions
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quoted(Division._meta.db_table)} SET {changes} WHERE id = %s", rows)  # noqa: S608 - names of our own columns


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
        area_class=(draft.area_class or AreaClass.ANY).value,
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
        area_class=AreaClass(one.area_class),
    )
