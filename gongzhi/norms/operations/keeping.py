"""Everything that changes the catalogue, filing conditions and limits. Each change leaves a digest in the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.calendars import queries as calendars
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType
from gongzhi.kernel.refusals import Fact, Refusal
from gongzhi.norms import facts, shipped
from gongzhi.norms.models import FilingCondition, LegacyCode, ManagedClass, StageLimit
from gongzhi.norms.queries import BODIES, condition_row, stage_limit_row
from gongzhi.norms.rules import (
    CatalogueLine,
    ClassUnknown,
    ConditionDraft,
    ConditionUnknown,
    FilingConditionRow,
    FixedTime,
    LegacyLine,
    Period,
    StageLimitDraft,
    StageLimitRow,
    StageLimitUnknown,
    class_key,
    require_known_stage,
    require_period,
    require_share_of_a_limit,
    require_sound_condition,
    require_sound_line,
)
from gongzhi.norms.states import LEGACY_STANDARD, STREAM
from gongzhi.people import queries as people
from gongzhi.places.states import AreaClass


class ClassRepeated(Refusal):
    """A catalogue brings the same class twice."""

    code = "class-repeated"


class ClassDiffers(Refusal):
    """A catalogue brings a class that is here under other names. A new edition has a `standard_ref` of its own."""

    code = "class-differs"


class PeriodOverlaps(Refusal):
    """Two versions of one thing would be in force on the same day."""

    code = "period-overlaps"


class ConditionNumberTaken(Refusal):
    """Another condition has this number in the class and area on some of these days."""

    code = "condition-number-taken"


class ConditionCodeTaken(Refusal):
    """The code already names a condition of another class."""

    code = "condition-code-taken"


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """How many classes a catalogue added, and how many were there already."""

    added: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class SeededNorms:
    """How much the shipped defaults added. A second seeding adds nothing."""

    classes: int
    conditions: int
    stage_limits: int
    legacy_codes: int = 0


@one_change
def load_catalogue(
    rows: Iterable[CatalogueLine], *, standard_ref: str, from_on: date, seen: int, by: Actor, at: datetime
) -> LoadedCatalogue:
    """Bring a catalogue in, all of it or nothing. Loading the same one again changes nothing.

    Raises: NotPermitted, ChangedMeanwhile, ClassCodeFaulty, ClassNameMissing, NationalCodeForLocalClass,
        LocalCodeForNationalClass, ClassRepeated, ClassDiffers.
    """
    require_power(by, "norms.load_catalogue", seen=seen, at=at)
    loaded = add_classes(rows, standard_ref=standard_ref, from_on=from_on)
    if loaded.added:
        told: dict[str, Fact] = {"standard_ref": standard_ref, "added": loaded.added, "from_on": from_on.isoformat()}
        record_norms(facts.CATALOGUE_LOADED, seen=seen, by=by, at=at, told=told)
    return loaded


@one_change
def put_condition(
    draft: ConditionDraft, *, from_on: date, until_on: date | None = None, seen: int, by: Actor, at: datetime
) -> FilingConditionRow:
    """Put a filing condition, or a later version of one, in force.

    Raises: NotPermitted, ChangedMeanwhile, ClassUnknown, CalendarUnknown, PeriodInverted, PeriodOverlaps,
        ConditionCodeTaken, ConditionNumberTaken, CheckingWindowNeedsVisit.
    """
    require_power(by, "norms.put", seen=seen, at=at)
    require_calendars([draft.calendar])
    condition = new_condition(draft, period=require_period(from_on, until_on))
    condition.save(force_insert=True)
    told: dict[str, Fact] = {"condition": draft.code, "limit": draft.limit.text, "from_on": from_on.isoformat()}
    record_norms(facts.CONDITION_PUT, seen=seen, by=by, at=at, told=told)
    return condition_row(condition)


@one_change
def put_conditions(drafts: Iterable[ConditionDraft], *, from_on: date, seen: int, by: Actor, at: datetime) -> int:
    """Put many filing conditions in force under one entry, all of them or none. Returns how many.

    Raises: as `put_condition`.
    """
    require_power(by, "norms.put", seen=seen, at=at)
    drafts = list(drafts)
    require_calendars(one.calendar for one in drafts)
    added = _add_conditions(drafts, period=Period(from_on))
    told: dict[str, Fact] = {"added": added, "from_on": from_on.isoformat()}
    record_norms(facts.CONDITION_PUT, seen=seen, by=by, at=at, told=told)
    return added


@one_change
def end_condition(code: str, *, until_on: date, seen: int, by: Actor, at: datetime) -> FilingConditionRow:
    """End the open version of a filing condition; `until_on` is the first day on which it no longer holds.

    Raises: NotPermitted, ChangedMeanwhile, ConditionUnknown, PeriodInverted.
    """
    require_power(by, "norms.end", seen=seen, at=at)
    condition = FilingCondition.objects.filter(code=code, until_on=None).first()
    if condition is None:
        raise ConditionUnknown(condition=code, on=until_on.isoformat())
    condition.until_on = require_period(condition.from_on, until_on).until_on
    condition.save(update_fields=["until_on"])
    told: dict[str, Fact] = {"condition": code, "until_on": until_on.isoformat()}
    record_norms(facts.CONDITION_ENDED, seen=seen, by=by, at=at, told=told)
    return condition_row(condition)


@one_change
def put_stage_limit(
    draft: StageLimitDraft, *, from_on: date, until_on: date | None = None, seen: int, by: Actor, at: datetime
) -> StageLimitRow:
    """Put the limit of a stage in force, everywhere or in one class of area.

    Raises: NotPermitted, ChangedMeanwhile, StageUnknown, CalendarUnknown, ShareWithoutLimit, PeriodInverted,
        PeriodOverlaps.
    """
    require_power(by, "norms.put", seen=seen, at=at)
    require_known_stage(draft)
    require_calendars([draft.calendar])
    limit = _new_stage_limit(draft, period=require_period(from_on, until_on))
    limit.save(force_insert=True)
    told: dict[str, Fact] = {
        "stage": draft.stage,
        "area_class": draft.area_class.value,
        "from_on": from_on.isoformat(),
    }
    record_norms(facts.STAGE_LIMIT_PUT, seen=seen, by=by, at=at, told=told)
    return stage_limit_row(limit)


@one_change
def end_stage_limit(
    stage: str, *, area_class: AreaClass = AreaClass.ANY, until_on: date, seen: int, by: Actor, at: datetime
) -> StageLimitRow:
    """End the open version of a stage limit; `until_on` is the first day on which it no longer holds.

    Raises: NotPermitted, ChangedMeanwhile, StageLimitUnknown, PeriodInverted.
    """
    require_power(by, "norms.end", seen=seen, at=at)
    limit = StageLimit.objects.filter(stage=stage, area_class=area_class.value, until_on=None).first()
    if limit is None:
        raise StageLimitUnknown(stage=stage, on=until_on.isoformat())
    limit.until_on = require_period(limit.from_on, until_on).until_on
    limit.save(update_fields=["until_on"])
    told: dict[str, Fact] = {"stage": stage, "area_class": area_class.value, "until_on": until_on.isoformat()}
    record_norms(facts.STAGE_LIMIT_ENDED, seen=seen, by=by, at=at, told=told)
    return stage_limit_row(limit)


@one_change
def seed_default_norms(*, from_on: date, seen: int, by: Actor, at: datetime) -> SeededNorms:
    """Bring in the shipped catalogue, filing conditions and stage limits, under one entry.

    What is there already stays as the city has set it: a condition or stage that has any version is not touched.

    Raises: NotPermitted, ChangedMeanwhile.
    """
    require_power(by, "norms.seed_defaults", seen=seen, at=at)
    lines = shipped.catalogue()
    loaded = add_classes(lines, standard_ref=shipped.STANDARD_REF, from_on=from_on)
    known_codes = set(FilingCondition.objects.values_list("code", flat=True))
    drafts = [draft for draft in shipped.conditions(lines) if draft.code not in known_codes]
    conditions = _add_conditions(drafts, period=Period(from_on))
    known_stages = set(StageLimit.objects.values_list("stage", "area_class"))
    limits = [one for one in shipped.stage_limits() if (one.stage, one.area_class.value) not in known_stages]
    StageLimit.objects.bulk_create([_new_stage_limit(one, period=Period(from_on)) for one in limits])
    legacy = _add_legacy_codes(
        shipped.legacy_codes(),
        standard_ref=LEGACY_STANDARD,
        current_standard=shipped.STANDARD_REF,
        from_on=from_on,
    )
    seeded = SeededNorms(
        classes=loaded.added, conditions=conditions, stage_limits=len(limits), legacy_codes=legacy.added
    )
    if seeded != SeededNorms(0, 0, 0):
        told: dict[str, Fact] = {
            "standard_ref": shipped.STANDARD_REF,
            "classes": seeded.classes,
            "conditions": seeded.conditions,
            "stage_limits": seeded.stage_limits,
            "legacy_codes": seeded.legacy_codes,
        }
        record_norms(facts.DEFAULTS_SEEDED, seen=seen, by=by, at=at, told=told)
    return seeded


@one_change
def load_legacy_codes(
    rows: Iterable[LegacyLine],
    *,
    standard_ref: str,
    current_standard: str,
    from_on: date,
    seen: int,
    by: Actor,
    at: datetime,
) -> LoadedCatalogue:
    """Bring in what classes were called in an earlier standard, all or nothing; known codes stay as they are.

    Raises: NotPermitted, ChangedMeanwhile, ClassUnknown for a current class that is not in the catalogue.
    """
    require_power(by, "norms.load_catalogue", seen=seen, at=at)
    loaded = _add_legacy_codes(rows, standard_ref=standard_ref, current_standard=current_standard, from_on=from_on)
    if loaded.added:
        told: dict[str, Fact] = {"standard_ref": standard_ref, "added": loaded.added, "from_on": from_on.isoformat()}
        record_norms(facts.LEGACY_CODES_LOADED, seen=seen, by=by, at=at, told=told)
    return loaded


def _add_legacy_codes(
    rows: Iterable[LegacyLine], *, standard_ref: str, current_standard: str, from_on: date
) -> LoadedCatalogue:
    known = set(LegacyCode.objects.filter(standard_ref=standard_ref).values_list("kind", "code"))
    classes = set(ManagedClass.objects.values_list("key", flat=True))
    added: dict[tuple[str, str], LegacyCode] = {}
    unchanged = 0
    for line in rows:
        place = (line.kind.value, line.code)
        if place in added:
            raise ClassRepeated(managed_class=f"{standard_ref} {line.code}")
        if place in known:
            unchanged += 1
            continue
        current = class_key(current_standard, line.kind, line.current) if line.current else None
        if current is not None and current not in classes:
            raise ClassUnknown(managed_class=current)
        added[place] = LegacyCode(
            standard_ref=standard_ref,
            kind=line.kind.value,
            code=line.code,
            zh=line.zh,
            managed_class_id=current,
            from_on=from_on,
        )
    LegacyCode.objects.bulk_create(added.values())
    return LoadedCatalogue(added=len(added), unchanged=unchanged)


def add_classes(rows: Iterable[CatalogueLine], *, standard_ref: str, from_on: date) -> LoadedCatalogue:
    """Add the classes of a catalogue that are not there yet; call it inside a change.

    Raises: as `load_catalogue`.
    """
    here = {one.key: one for one in ManagedClass.objects.filter(standard_ref=standard_ref)}
    added: dict[str, ManagedClass] = {}
    unchanged: set[str] = set()
    for line in rows:
        require_sound_line(line)
        one = _new_class(line, standard_ref=standard_ref, from_on=from_on)
        if one.key in added or one.key in unchanged:
            raise ClassRepeated(managed_class=one.key)
        if one.key not in here:
            added[one.key] = one
        elif _words(one) == _words(here[one.key]):
            unchanged.add(one.key)
        else:
            raise ClassDiffers(managed_class=one.key)
    ManagedClass.objects.bulk_create(added.values())
    return LoadedCatalogue(added=len(added), unchanged=len(unchanged))


def _new_class(line: CatalogueLine, *, standard_ref: str, from_on: date) -> ManagedClass:
    return ManagedClass(
        key=class_key(standard_ref, line.kind, line.code),
        standard_ref=standard_ref,
        kind=line.kind.value,
        code=line.code,
        major_code=line.major_code,
        major_zh=line.major_zh,
        major_en=line.major_en,
        zh=line.zh,
        en=line.en,
        is_local_extension=line.is_local_extension,
        from_on=from_on,
    )


def _words(one: ManagedClass) -> tuple[str, str, str, str, bool]:
    return one.zh, one.en, one.major_zh, one.major_en, one.is_local_extension


def _add_conditions(drafts: Iterable[ConditionDraft], *, period: Period) -> int:
    known = KnownConditions.read()
    added = [new_condition(draft, period=period, known=known) for draft in drafts]
    FilingCondition.objects.bulk_create(added)
    return len(added)


@dataclass(frozen=True, slots=True)
class KnownConditions:
    """What a new condition must not contradict: the classes, whose code is whose, and the periods taken.

    A period is taken twice: for the code, and for the number that the condition has in its class and area.
    """

    class_keys: set[str]
    class_of_code: dict[str, str]
    by_code: dict[str, list[Period]]
    by_place: dict[tuple[str, int, str], list[tuple[str, Period]]]

    @classmethod
    def read(cls, *, class_key: str | None = None, code: str | None = None) -> KnownConditions:
        """Read all of them, or only those that one class and one code concern."""
        classes, conditions = ManagedClass.objects.all(), FilingCondition.objects.all()
        if class_key is not None:
            classes = classes.filter(key=class_key)
            conditions = conditions.filter(Q(managed_class=class_key) | Q(code=code))
        known = cls(set(classes.values_list("key", flat=True)), {}, {}, {})
        for one in conditions:
            known.add(one)
        return known

    def add(self, one: FilingCondition) -> None:
        """Take one more condition into account."""
        self.class_of_code[one.code] = one.managed_class_id
        place = (one.managed_class_id, one.number, one.area_class)
        period = Period(one.from_on, one.until_on)
        self.by_code.setdefault(one.code, []).append(period)
        self.by_place.setdefault(place, []).append((one.code, period))


def new_condition(draft: ConditionDraft, *, period: Period, known: KnownConditions | None = None) -> FilingCondition:
    """Return a new condition, unsaved, after checking that it contradicts none of those known; it is known then too.

    Raises: as `put_condition`.
    """
    require_sound_condition(draft)
    known = known or KnownConditions.read(class_key=draft.class_key, code=draft.code)
    if draft.class_key not in known.class_keys:
        raise ClassUnknown(managed_class=draft.class_key)
    owner = known.class_of_code.get(draft.code, draft.class_key)
    if owner != draft.class_key:
        raise ConditionCodeTaken(condition=draft.code, managed_class=owner)
    refuse_overlap(known.by_code.get(draft.code, []), period, thing=draft.code)
    _refuse_taken_number(draft, period, known=known)
    condition = _unsaved_condition(draft, period=period)
    known.add(condition)
    return condition


def _refuse_taken_number(draft: ConditionDraft, period: Period, *, known: KnownConditions) -> None:
    for code, other in known.by_place.get((draft.class_key, draft.number, draft.area_class.value), []):
        if period.overlaps(other):
            raise ConditionNumberTaken(condition=draft.code, number=draft.number, other=code, **_dates(other))


def _unsaved_condition(draft: ConditionDraft, *, period: Period) -> FilingCondition:
    return FilingCondition(
        code=draft.code,
        managed_class_id=draft.class_key,
        number=draft.number,
        area_class=draft.area_class.value,
        zh=draft.zh,
        en=draft.en,
        closing_zh=draft.closing_zh,
        closing_en=draft.closing_en,
        limit_unit=draft.limit.unit.value,
        limit_length=draft.limit.length,
        grade=draft.grade.value,
        unit_hint_zh=draft.unit_hint_zh,
        unit_hint_en=draft.unit_hint_en,
        unit_code=draft.unit_code,
        checking_mode=draft.checking_mode.value,
        check_from=None if draft.window is None else draft.window.from_,
        check_until=None if draft.window is None else draft.window.until,
        calendar=draft.calendar,
        legal_basis=draft.legal_basis,
        source=draft.source,
        **{name: getattr(draft, name) for name in BODIES},
        from_on=period.from_on,
        until_on=period.until_on,
    )


def _new_stage_limit(draft: StageLimitDraft, *, period: Period) -> StageLimit:
    require_share_of_a_limit(draft)
    versions = StageLimit.objects.filter(stage=draft.stage, area_class=draft.area_class.value)
    refuse_overlap([Period(one.from_on, one.until_on) for one in versions], period, thing=draft.stage)
    own = draft.time if isinstance(draft.time, FixedTime) else None
    return StageLimit(
        stage=draft.stage,
        area_class=draft.area_class.value,
        clock="" if own is None else own.clock.value,
        length_s=None if own is None else own.length_s,
        share_percent=None if isinstance(draft.time, FixedTime) else draft.time.percent,
        calendar=draft.calendar,
        source=draft.source,
        from_on=period.from_on,
        until_on=period.until_on,
    )


def refuse_overlap(taken: Iterable[Period], period: Period, *, thing: str) -> None:
    """Refuse a period that shares a day with one that is taken. Raises: PeriodOverlaps."""
    for other in taken:
        if period.overlaps(other):
            raise PeriodOverlaps(thing=thing, **_dates(other))


def _dates(period: Period) -> dict[str, Fact]:
    until_on = None if period.until_on is None else period.until_on.isoformat()
    return {"from_on": period.from_on.isoformat(), "until_on": until_on}


def require_calendars(keys: Iterable[str]) -> None:
    """Refuse a calendar that nobody has defined: a case on it would never get a deadline. Raises: CalendarUnknown."""
    for key in sorted(set(keys) - {""}):
        calendars.calendar(key)


def require_power(by: Actor, act: str, *, seen: int, at: datetime) -> None:
    """Refuse whoever has no power over the norms, or has not seen them as they are."""
    people.require_administration(by, act, at=at)
    audit.require_edition(STREAM, seen)


def record_norms(fact: FactType, *, seen: int, by: Actor, at: datetime, told: Mapping[str, Fact]) -> None:
    """Append the digest; refuse when somebody else changed the norms since this change looked for overlaps."""
    audit.record_snapshot(STREAM, fact, by=by, at=at, facts=told, seen=seen)
