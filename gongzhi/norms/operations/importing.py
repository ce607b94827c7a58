"""Norms out of the spreadsheets that cities keep: read, compared, and then taken over under one entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Fact
from gongzhi.kernel.units import ClockUnit
from gongzhi.norms import facts, registry, sheets
from gongzhi.norms.models import FilingCondition, ManagedClass
from gongzhi.norms.operations.keeping import (
    ClassDiffers,
    KnownConditions,
    add_classes,
    new_condition,
    record_norms,
    refuse_overlap,
    require_calendars,
    require_power,
)
from gongzhi.norms.queries import condition_row
from gongzhi.norms.rules import (
    CatalogueLine,
    ClassUnknown,
    ConditionChange,
    ConditionDraft,
    FilingConditionRow,
    Period,
    ProposedNorms,
    class_key,
    condition_code,
    require_sound_line,
)
from gongzhi.norms.sheets import NormRow
from gongzhi.norms.states import Grade
from gongzhi.places.states import AreaClass

_HEADINGS_OF_CLASSES = {"major_zh": "大类名称", "major_en": "大类英文名称", "zh": "小类名称", "en": "小类英文名称"}
_HEADINGS_OF_CONDITIONS = {
    "zh": "立案条件",
    "en": "立案条件英文",
    "closing_zh": "结案条件",
    "closing_en": "结案条件英文",
    "unit_hint_zh": "处置单位",
    "unit_hint_en": "处置单位英文",
    "unit_code": "处置单位代码",
    "supervising_zh": "主管部门",
    "supervising_en": "主管部门英文",
    "responsible_zh": "责任主体",
    "responsible_en": "责任主体英文",
    "collection_zh": "采集要求",
    "collection_en": "采集要求英文",
    "legal_basis": "法律法规依据",
    "legal_clause": "条款",
    "calendar": "日历",
    "source": "来源",
}

Place = tuple[str, str, int]
"""Class, class of area, and number: what a condition is known by beside its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormPlan:
    """What an import of norms would do; nothing has been written yet.

    Attributes:
        lines: classes of the city's own that are new.
        drafts: conditions that are new, or that take over from the version in force.
        ends: codes of the conditions whose version in force ends: replaced, or not in the file beside its class.
        changes: of each condition that is new, other or gone, by its code.
        added, replaced, ended, unchanged: conditions.
        effects: what it would change for open matters, by what is counted.
    """

    file: str
    standard_ref: str
    from_on: date
    lines: tuple[CatalogueLine, ...]
    drafts: tuple[ConditionDraft, ...]
    ends: tuple[str, ...]
    changes: Mapping[str, ConditionChange]
    added: int
    replaced: int
    ended: int
    unchanged: int
    effects: Mapping[str, Mapping[str, int]]

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is in force already."""
        return not (self.lines or self.drafts or self.ends)


def plan_norms(content: bytes, *, file: str, standard_ref: str, from_on: date, sheet: str = "") -> NormPlan:
    """Read norms from a file, compare them with those in force, and say what taking them over would do.

    What the file says of a class is all there is of it from that day on: a condition of the class that is not in the
    file ends. Classes that are not in the file stay as they are. A further column that the file does not have leaves
    what is on record. It writes nothing and asks for no power: a door that lets others plan asks for that of importing.

    Args:
        content: a workbook with the sheets used in practice, or a text file that holds one of them.
        file: its name; it stands as the source of what is new.
        standard_ref: the standard whose codes the file uses.
        from_on: the day from which it holds.
        sheet: which sheet a text file holds; of a workbook, the only one to read.

    Raises: NoNormSheet, NormRowFaulty, NormCellTooLong, HeadingsMerged, HeadingMissing and what else reading a table
        raises; ClassUnknown, ClassDiffers, ClassCodeFaulty, ClassNameMissing, NationalCodeForLocalClass;
        CalendarUnknown, PeriodOverlaps for a condition that would begin before the one it replaces, ConditionCodeTaken,
        ConditionNumberTaken, CheckingWindowNeedsVisit.
    """
    rows = sheets.rows_of_file(content, file=file, sheet=sheet)
    lines = _new_lines(rows, standard_ref=standard_ref)
    placed = _placed(rows, standard_ref=standard_ref)
    in_force = _in_force(from_on, classes={place[0] for place in placed})
    changes: dict[str, ConditionChange] = {}
    drafts = []
    for place, row in placed.items():
        before = in_force.get(place)
        draft = _draft(row, place, before=before, file=file)
        _require_room(row, draft, FilingCondition, headings=_HEADINGS_OF_CONDITIONS)
        change = ConditionChange(before, draft)
        if change.what():
            drafts.append(draft)
            changes[draft.code] = change
    gone = [row for place, row in in_force.items() if place not in placed]
    changes |= {row.code: ConditionChange(row, None) for row in gone}
    replaced = [code for code, change in changes.items() if change.before is not None and change.after is not None]
    plan = NormPlan(
        file=file,
        standard_ref=standard_ref,
        from_on=from_on,
        lines=tuple(lines),
        drafts=tuple(drafts),
        ends=tuple(sorted([*replaced, *(row.code for row in gone)])),
        changes=changes,
        added=len(drafts) - len(replaced),
        replaced=len(replaced),
        ended=len(gone),
        unchanged=len(placed) - len(drafts),
        effects=registry.effects_of(ProposedNorms(from_on, changes)),
    )
    _unsaved(plan)
    return plan


@one_change
def import_norms(plan: NormPlan, *, seen: int, by: Actor, at: datetime) -> NormPlan:
    """Take over planned norms, all or nothing. When everything is in force already, nothing is recorded.

    Args:
        plan: what `plan_norms` returned.
        seen: the `edition` of the norms for which the plan was made.
        by: who imports them.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, CalendarUnknown.
    """
    require_power(by, "norms.import", seen=seen, at=at)
    if plan.changes_nothing:
        return plan
    add_classes(plan.lines, standard_ref=plan.standard_ref, from_on=plan.from_on)
    conditions = _unsaved(plan)
    _held(plan.from_on).filter(code__in=plan.ends).update(until_on=plan.from_on)
    FilingCondition.objects.bulk_create(conditions)
    told: dict[str, Fact] = {
        "file": plan.file,
        "from_on": plan.from_on.isoformat(),
        "classes": len(plan.lines),
        "added": plan.added,
        "replaced": plan.replaced,
        "ended": plan.ended,
    }
    record_norms(facts.IMPORTED, seen=seen, by=by, at=at, told=told)
    return plan


def _new_lines(rows: Iterable[NormRow], *, standard_ref: str) -> list[CatalogueLine]:
    """Return the classes that the catalogue does not have; only those of the city's own may be new."""
    known = {one.key: one for one in ManagedClass.objects.filter(standard_ref=standard_ref)}
    found: dict[str, CatalogueLine] = {}
    for row in rows:
        key = class_key(standard_ref, row.kind, row.code)
        names = (row.zh, row.major_zh)
        here = known.get(key)
        if here is not None:
            if names != (here.zh, here.major_zh):
                raise ClassDiffers(managed_class=key)
        elif not row.is_local:
            raise ClassUnknown(managed_class=key)
        elif key not in found:
            found[key] = _line(row)
            _require_room(row, found[key], ManagedClass, headings=_HEADINGS_OF_CLASSES)
        elif names != (found[key].zh, found[key].major_zh):
            raise ClassDiffers(managed_class=key)
    for line in found.values():
        require_sound_line(line)
    return list(found.values())


def _line(row: NormRow) -> CatalogueLine:
    return CatalogueLine(
        kind=row.kind,
        major_code=row.major_code,
        major_zh=row.major_zh,
        major_en=row.said.get("大类英文名称") or row.major_zh,
        minor_code=row.minor_code,
        zh=row.zh,
        en=row.said.get("小类英文名称") or row.zh,
        is_local_extension=True,
    )


def _require_room(
    row: NormRow,
    told: CatalogueLine | ConditionDraft,
    table: type[FilingCondition | ManagedClass],
    *,
    headings: Mapping[str, str],
) -> None:
    """Refuse what a row says where its column in the table has no room for it. Raises: NormCellTooLong."""
    for field in table._meta.concrete_fields:
        said = getattr(told, field.attname) if field.attname in headings else ""
        if field.max_length is not None and len(said) > field.max_length:
            raise row.too_long(headings[field.attname], most=field.max_length, found=len(said))


def _placed(rows: Iterable[NormRow], *, standard_ref: str) -> dict[Place, NormRow]:
    """Return the rows by what their conditions are known by; without a number of their own they are counted."""
    found: dict[Place, NormRow] = {}
    for row in rows:
        key, area = class_key(standard_ref, row.kind, row.code), sheets.area_class_of(row).value
        number = sheets.number_of(row) or 1 + sum(place[:2] == (key, area) for place in found)
        if (key, area, number) in found:
            raise row.fault("条件序号", number)
        found[key, area, number] = row
    return found


def _in_force(on: date, *, classes: set[str]) -> dict[Place, FilingConditionRow]:
    rows = [condition_row(one) for one in _held(on) if one.managed_class_id in classes]
    return {(row.class_key, row.area_class.value, row.number): row for row in rows}


def _held(on: date) -> QuerySet[FilingCondition]:
    """Return the conditions that would hold on a day, as far as is known now."""
    return FilingCondition.objects.filter(from_on__lte=on).filter(Q(until_on=None) | Q(until_on__gt=on))


def _draft(row: NormRow, place: Place, *, before: FilingConditionRow | None, file: str) -> ConditionDraft:
    """Return the condition that a row stands for; what the file has no column for stays as it was."""
    key, area, number = place
    kept = ConditionDraft(
        class_key=key,
        code=condition_code(row.kind, row.code, number, area),
        number=number,
        area_class=AreaClass(area),
        zh="",
        en="",
        closing_zh="",
        closing_en="",
        limit=row.limit,
        grade=Grade.URGENT if row.limit.unit is ClockUnit.URGENT_HOUR else Grade.GENERAL,
        source=file,
    )
    if before is not None:
        kept = _as_draft(before)
    told = replace(
        kept,
        zh=row.condition_zh,
        en=_beside(row, "立案条件英文", row.condition_zh, before=(kept.zh, kept.en)) or row.condition_zh,
        closing_zh=row.closing_zh,
        closing_en=_beside(row, "结案条件英文", row.closing_zh, before=(kept.closing_zh, kept.closing_en))
        or row.closing_zh,
        limit=row.limit,
        grade=sheets.grade_of(row, otherwise=kept.grade),
        unit_hint_zh=row.unit_hint_zh,
        unit_hint_en=_beside(row, "处置单位英文", row.unit_hint_zh, before=(kept.unit_hint_zh, kept.unit_hint_en)),
        unit_code=_beside(row, "处置单位代码", row.unit_hint_zh, before=(kept.unit_hint_zh, kept.unit_code)),
        supervising_zh=row.supervising_zh,
        supervising_en=_beside(
            row, "主管部门英文", row.supervising_zh, before=(kept.supervising_zh, kept.supervising_en)
        ),
        responsible_zh=row.said.get("责任主体", kept.responsible_zh),
        responsible_en=row.said.get("责任主体英文", kept.responsible_en),
        collection_zh=row.said.get("采集要求", kept.collection_zh),
        collection_en=row.said.get("采集要求英文", kept.collection_en),
        legal_basis=row.said.get("法律法规依据", kept.legal_basis),
        legal_clause=row.said.get("条款", kept.legal_clause),
        checking_mode=sheets.checking_of(row, otherwise=kept.checking_mode),
        window=sheets.window_of(row, otherwise=kept.window),
        calendar=row.said.get("日历", kept.calendar),
        source=row.said.get("来源") or kept.source,
    )
    is_other = before is not None and told != kept
    return replace(told, source=file) if is_other and not row.said.get("来源") else told


def _beside(row: NormRow, column: str, zh: str, *, before: tuple[str, str]) -> str:
    """Return what goes with a Chinese value: its own column, or what went with the same value before."""
    if column in row.said:
        return row.said[column]
    return before[1] if before[0] == zh else ""


def _as_draft(row: FilingConditionRow) -> ConditionDraft:
    alike = {name: getattr(row, name) for name in ConditionDraft.__dataclass_fields__}
    return ConditionDraft(**alike)


def _unsaved(plan: NormPlan) -> Sequence[FilingCondition]:
    """Return the new conditions, unsaved, after checking that no two would hold on the same day.

    Calendars are kept elsewhere and may have changed since the plan was made.
    """
    require_calendars(draft.calendar for draft in plan.drafts)
    known = KnownConditions(set(ManagedClass.objects.values_list("key", flat=True)), {}, {}, {})
    known.class_keys.update(class_key(plan.standard_ref, line.kind, line.code) for line in plan.lines)
    ending = set(_held(plan.from_on).filter(code__in=plan.ends).values_list("pk", flat=True))
    period = Period(plan.from_on)
    for one in FilingCondition.objects.all():
        if one.pk in ending:
            if one.from_on >= plan.from_on:
                refuse_overlap([Period(one.from_on, one.until_on)], period, thing=one.code)
            one.until_on = plan.from_on
        known.add(one)
    return [new_condition(draft, period=period, known=known) for draft in plan.drafts]
