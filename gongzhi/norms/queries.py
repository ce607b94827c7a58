"""Answers about the catalogue, filing conditions and limits.

Every answer comes from one picture of the three tables that a process keeps for as long as the record's last entry of
this room stays the same: one short query a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from gongzhi.audit.queries import edition as last_number
from gongzhi.audit.queries import last_of
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.units import ClockUnit, Limit
from gongzhi.norms import sheets, shipped
from gongzhi.norms.models import ClassPublication, FilingCondition, LegacyCode, ManagedClass, StageLimit
from gongzhi.norms.rules import (
    CheckingWindow,
    ClassUnknown,
    ConditionUnknown,
    FilingConditionRow,
    FixedTime,
    LegacyCodeUnknown,
    LegacyRow,
    ManagedClassRow,
    Period,
    ShareOfLimit,
    StageLimitRow,
    StageLimitUnknown,
    chosen_conditions,
    chosen_stage_limit,
    class_key,
)
from gongzhi.norms.states import (
    LEGACY_STANDARD,
    PUBLICATION,
    STREAM,
    CheckingMode,
    ClassKind,
    Grade,
    Publication,
    StageClock,
)
from gongzhi.parameters.queries import parameter
from gongzhi.places.states import AreaClass

BODIES = (
    *("legal_clause", "supervising_zh", "supervising_en", "responsible_zh", "responsible_en"),
    *("collection_zh", "collection_en"),
)
"""Columns of a condition that name bodies, what to collect, and the clause."""


_PUBLICATION_DEFAULTS = (Publication.NEVER, Publication.AFTER_CLOSING, Publication.AT_ONCE)
"""What the city's setting `publication_default` means: 0, 1 and 2."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """All norms of the city at one version."""

    classes: Mapping[str, ManagedClassRow]
    by_class: Mapping[str, Sequence[FilingConditionRow]]
    by_code: Mapping[str, Sequence[FilingConditionRow]]
    by_stage: Mapping[str, Sequence[StageLimitRow]]
    legacy: Sequence[LegacyRow]


def edition() -> int:
    """Return the number of the last change of the norms, 0 before the first: what the next one takes as `seen`."""
    return last_number(STREAM)


def managed_class(key: str) -> ManagedClassRow:
    """Return the class with a key such as `GB/T 47678.5-2026|event|09005`, in force or ended.

    Raises: ClassUnknown.
    """
    found = _picture().classes.get(key)
    if found is None:
        raise ClassUnknown(managed_class=key)
    return found


def find_class(standard_ref: str, kind: str, code: str) -> ManagedClassRow | None:
    """Return the class with five digits in one catalogue of a standard, or None."""
    return _picture().classes.get(class_key(standard_ref, kind, code))


def classes(*, on: date) -> list[ManagedClassRow]:
    """Return the classes in force on a day, by standard, kind and code."""
    return [row for row in _picture().classes.values() if row.period.holds(on)]


def class_of_legacy(
    code: str, *, on: date, kind: ClassKind = ClassKind.EVENT, standard_ref: str = LEGACY_STANDARD
) -> ManagedClassRow | None:
    """Return the class that a code of an earlier standard means now; None where the catalogue has it no more.

    Raises: LegacyCodeUnknown.
    """
    for one in legacy_codes(on=on, standard_ref=standard_ref):
        if (one.kind, one.code) == (kind, code):
            return None if one.class_key is None else managed_class(one.class_key)
    raise LegacyCodeUnknown(legacy=code, standard_ref=standard_ref)


def legacy_codes(*, on: date, standard_ref: str | None = None) -> list[LegacyRow]:
    """Return the codes of earlier standards in force on a day, by standard, kind and code."""
    rows = _picture().legacy
    return [one for one in rows if one.period.holds(on) and standard_ref in (None, one.standard_ref)]


def all_filing_conditions(*, on: date) -> list[FilingConditionRow]:
    """Return every condition in force on a day, by class, area and number."""
    found = [row for rows in _picture().by_class.values() for row in rows if row.period.holds(on)]
    return sorted(found, key=lambda row: (row.class_key, row.area_class, row.number))


def exported(*, on: date, standard_ref: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the conditions of a standard in force on a day as the rows of the sheets that cities keep."""
    rows: dict[str, list[tuple[str, ...]]] = {name: [] for name in sheets.SHEETS}
    for condition in all_filing_conditions(on=on):
        of = managed_class(condition.class_key)
        if of.standard_ref == standard_ref:
            rows[sheets.sheet_of(of)].append(sheets.line_of(condition, of))
    return rows


def filing_conditions(class_key: str, *, on: date, area_class: str = AreaClass.ANY) -> list[FilingConditionRow]:
    """Return the conditions under which a matter of a class is filed in an area on a day, by number.

    An area's own condition takes the place of the general one with the same number. Empty when the class has none.
    """
    return chosen_conditions(_picture().by_class.get(class_key, ()), on=on, area_class=area_class)


def filing_condition(code: str, *, on: date) -> FilingConditionRow:
    """Return the version of a filing condition that is in force on a day.

    Raises: ConditionUnknown.
    """
    for row in _picture().by_code.get(code, ()):
        if row.period.holds(on):
            return row
    raise ConditionUnknown(condition=code, on=on.isoformat())


def stage_limit(stage: str, *, on: date, area_class: str = AreaClass.ANY) -> StageLimitRow:
    """Return how long a stage may take in an area on a day; an area's own limit goes before the general one.

    Raises: StageLimitUnknown.
    """
    found = chosen_stage_limit(_picture().by_stage.get(stage, ()), on=on, area_class=area_class)
    if found is None:
        raise StageLimitUnknown(stage=stage, on=on.isoformat())
    return found


def stage_limits(*, on: date, area_class: str = AreaClass.ANY) -> list[StageLimitRow]:
    """Return the limits of all stages in an area on a day, by stage; an area's own goes before the general one."""
    versions = [_picture().by_stage[stage] for stage in sorted(_picture().by_stage)]
    found = (chosen_stage_limit(rows, on=on, area_class=area_class) for rows in versions)
    return [one for one in found if one is not None]


def publications() -> Mapping[str, Publication]:
    """Return when the public may read about cases of a class, for the classes of which the city or we say so.

    Of the others the city's setting decides.
    """
    return {**shipped_publications(), **own_publications()}


def publication_of(class_key: str, *, at: datetime) -> Publication:
    """Return when the public may read about cases of a class; never while nobody knows the class."""
    otherwise = _PUBLICATION_DEFAULTS[parameter("publication_default", at=at)]
    return publications().get(class_key, otherwise) if class_key else Publication.NEVER


def own_publications() -> Mapping[str, Publication]:
    """Return the same for the classes of which the city itself said so."""
    last = last_of(PUBLICATION)
    return {} if last is None else _publications_as_of(last[1])


def shipped_publications() -> Mapping[str, Publication]:
    """Return the same as we ship it, for the classes that the catalogue of this city knows."""
    told = shipped.publications()
    return {key: told[row.kind, row.code] for key, row in _picture().classes.items() if (row.kind, row.code) in told}


def publication_edition() -> int:
    """Return the number of the last change of who may read what, 0 before the first."""
    return last_number(PUBLICATION)


@lru_cache(maxsize=2)
def _publications_as_of(last_hash: str) -> Mapping[str, Publication]:
    """Return the publications for one last entry; its hash covers the digest of these very rows."""
    del last_hash
    standing = ClassPublication.objects.filter(until_at=None)
    return {one.managed_class_id: Publication(one.publication) for one in standing}


def publication_rows() -> Iterator[tuple[str | int | bool | None, ...]]:
    """Yield what the record watches of publications."""
    for one in ClassPublication.objects.order_by("id"):
        until = None if one.until_at is None else utc_text(one.until_at)
        yield (one.managed_class_id, one.publication, utc_text(one.from_at), until)


def snapshot_rows() -> Iterator[tuple[str | int | bool | None, ...]]:
    """Yield every column of every row of this room, in an order that does not depend on the database."""
    for one in sorted(ManagedClass.objects.all(), key=lambda row: row.key):
        yield (
            "managed_class",
            one.key,
            one.standard_ref,
            one.kind,
            one.code,
            one.major_code,
            one.major_zh,
            one.major_en,
            one.zh,
            one.en,
            one.is_local_extension,
            *_dates(one),
        )
    for condition in sorted(FilingCondition.objects.all(), key=lambda row: (row.code, row.from_on)):
        yield (
            "filing_condition",
            condition.code,
            condition.managed_class_id,
            condition.number,
            condition.area_class,
            condition.zh,
            condition.en,
            condition.closing_zh,
            condition.closing_en,
            condition.limit_unit,
            condition.limit_length,
            condition.grade,
            condition.unit_hint_zh,
            condition.unit_hint_en,
            condition.unit_code,
            condition.checking_mode,
            None if condition.check_from is None else condition.check_from.isoformat(),
            None if condition.check_until is None else condition.check_until.isoformat(),
            condition.calendar,
            condition.legal_basis,
            condition.source,
            *_dates(condition),
            *_bodies(condition),
        )
    for legacy in sorted(LegacyCode.objects.all(), key=lambda row: (row.standard_ref, row.kind, row.code, row.from_on)):
        yield (
            "legacy_code",
            legacy.standard_ref,
            legacy.kind,
            legacy.code,
            legacy.zh,
            legacy.managed_class_id,
            *_dates(legacy),
        )
    for limit in sorted(StageLimit.objects.all(), key=lambda row: (row.stage, row.area_class, row.from_on)):
        yield (
            "stage_limit",
            limit.stage,
            limit.area_class,
            limit.clock,
            limit.length_s,
            limit.share_percent,
            limit.calendar,
            limit.source,
            *_dates(limit),
        )


def class_row(one: ManagedClass) -> ManagedClassRow:
    """Return a class as a plain row."""
    return ManagedClassRow(
        key=one.key,
        standard_ref=one.standard_ref,
        kind=ClassKind(one.kind),
        code=one.code,
        major_code=one.major_code,
        major_zh=one.major_zh,
        major_en=one.major_en,
        zh=one.zh,
        en=one.en,
        is_local_extension=one.is_local_extension,
        period=Period(one.from_on, one.until_on),
    )


def condition_row(one: FilingCondition) -> FilingConditionRow:
    """Return a filing condition as a plain row."""
    return FilingConditionRow(
        code=one.code,
        class_key=one.managed_class_id,
        number=one.number,
        area_class=AreaClass(one.area_class),
        zh=one.zh,
        en=one.en,
        closing_zh=one.closing_zh,
        closing_en=one.closing_en,
        limit=Limit(ClockUnit(one.limit_unit), one.limit_length),
        grade=Grade(one.grade),
        unit_hint_zh=one.unit_hint_zh,
        unit_hint_en=one.unit_hint_en,
        unit_code=one.unit_code,
        checking_mode=CheckingMode(one.checking_mode),
        window=_window(one),
        calendar=one.calendar,
        legal_basis=one.legal_basis,
        source=one.source,
        period=Period(one.from_on, one.until_on),
        **{name: getattr(one, name) for name in BODIES},
    )


def _window(one: FilingCondition) -> CheckingWindow | None:
    if one.check_from is None or one.check_until is None:
        return None
    return CheckingWindow(one.check_from, one.check_until)


def stage_limit_row(one: StageLimit) -> StageLimitRow:
    """Return a stage limit as a plain row."""
    if one.share_percent is not None:
        time: FixedTime | ShareOfLimit = ShareOfLimit(one.share_percent)
    else:
        time = FixedTime(StageClock(one.clock), one.length_s or 0)
    return StageLimitRow(
        stage=one.stage,
        area_class=AreaClass(one.area_class),
        time=time,
        calendar=one.calendar,
        source=one.source,
        period=Period(one.from_on, one.until_on),
    )


def _picture() -> _Picture:
    last = last_of(STREAM)
    return _drawn() if last is None else _kept(last[1])


@lru_cache(maxsize=2)
def _kept(last_hash: str) -> _Picture:
    """Return the picture for one last entry; its hash covers the digest of these very rows."""
    del last_hash
    return _drawn()


def _drawn() -> _Picture:
    by_class: dict[str, list[FilingConditionRow]] = {}
    by_code: dict[str, list[FilingConditionRow]] = {}
    by_stage: dict[str, list[StageLimitRow]] = {}
    for one in FilingCondition.objects.all():
        row = condition_row(one)
        by_class.setdefault(row.class_key, []).append(row)
        by_code.setdefault(row.code, []).append(row)
    for limit in StageLimit.objects.all():
        by_stage.setdefault(limit.stage, []).append(stage_limit_row(limit))
    in_order = sorted(ManagedClass.objects.all(), key=lambda one: (one.standard_ref, one.kind, one.code))
    found = {one.key: class_row(one) for one in in_order}
    legacy = [
        LegacyRow(one.standard_ref, ClassKind(one.kind), one.code, one.zh, one.managed_class_id, _period(one))
        for one in LegacyCode.objects.order_by("id")
    ]
    legacy.sort(key=lambda row: (row.standard_ref, row.kind, row.code, row.period.from_on))
    return _Picture(classes=found, by_class=by_class, by_code=by_code, by_stage=by_stage, legacy=legacy)


def _period(row: LegacyCode) -> Period:
    return Period(row.from_on, row.until_on)


def _bodies(row: FilingCondition) -> tuple[str, ...]:
    """Return what a condition says of bodies, collection and clause; nothing where it says nothing of them.

    So a condition gives the row that it gave before there were these columns: what was recorded then still agrees.
    """
    said = tuple(str(getattr(row, name)) for name in BODIES)
    return said if any(said) else ()


def _dates(row: ManagedClass | FilingCondition | StageLimit | LegacyCode) -> tuple[str, str | None]:
    return row.from_on.isoformat(), None if row.until_on is None else row.until_on.isoformat()
