"""Reads the tables that come with the package: catalogue, local extensions, filing conditions, stage limits."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from functools import cache
from importlib.resources import files

from gongzhi.kernel.units import ClockUnit, Limit
from gongzhi.norms.rules import (
    CatalogueLine,
    CheckingWindow,
    ConditionDraft,
    FixedTime,
    LegacyLine,
    ShareOfLimit,
    StageLimitDraft,
    StageTime,
    class_key,
    condition_code,
)
from gongzhi.norms.states import CheckingMode, ClassKind, Grade, Publication, StageClock
from gongzhi.places.states import AreaClass

STANDARD_REF = "GB/T 47678.5-2026"
DEFAULT_SOURCE = "configured default"
_FAULT_MAJORS = frozenset({"01", "02", "03", "04", "05"})


def catalogue() -> list[CatalogueLine]:
    """Return the classes of the national standard, then the local extensions proposed for a coastal city.

    Source: GB/T 47678.5-2026, annexes A and C; suggested units and limits are configured defaults.
    """
    national = [_catalogue_line(row, is_local_extension=False) for row in _table("taxonomy.csv")]
    return national + [_catalogue_line(row, is_local_extension=True) for row in _table("local_classes.csv")]


@cache
def publications() -> Mapping[tuple[ClassKind, str], Publication]:
    """Return when the public may read about cases of some classes as we ship it, by kind and code."""
    return {(ClassKind(row["kind"]), row["code"]): Publication(row["publication"]) for row in _table("publication.csv")}


def conditions(lines: Iterable[CatalogueLine]) -> Iterator[ConditionDraft]:
    """Yield conditions for every class: those written for it, or one default from its suggested limit and unit."""
    written: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _table("conditions.csv"):
        written.setdefault((row["kind"], row["code"]), []).append(row)
    for line in lines:
        rows = written.pop((line.kind.value, line.code), None)
        if rows is None:
            yield default_condition(line, standard_ref=STANDARD_REF)
        else:
            yield from (_condition(row, line) for row in rows)
    if written:
        message = f"conditions.csv names classes that the catalogue does not have: {sorted(written)}"
        raise ValueError(message)


def default_condition(line: CatalogueLine, *, standard_ref: str) -> ConditionDraft:
    """Return the one condition of a class for which nobody wrote any.

    Raises: ValueError when no limit is suggested for the class.
    """
    if line.limit is None:
        message = f"no limit is suggested for {line.code}"
        raise ValueError(message)
    zh, en, closing_zh, closing_en = _default_words(line)
    return ConditionDraft(
        class_key=class_key(standard_ref, line.kind, line.code),
        code=condition_code(line.kind, line.code, 1),
        number=1,
        zh=zh,
        en=en,
        closing_zh=closing_zh,
        closing_en=closing_en,
        limit=line.limit,
        grade=Grade.URGENT if line.limit.unit is ClockUnit.URGENT_HOUR else Grade.GENERAL,
        unit_hint_zh=line.unit_hint_zh,
        unit_hint_en=line.unit_hint_en,
        source=DEFAULT_SOURCE,
    )


def legacy_codes() -> Iterator[LegacyLine]:
    """Yield the event codes of the oldest generation with what they are now.

    Names and order are those of a running system; what each is now is this project's own judgement.
    """
    for row in _table("legacy_events.csv"):
        yield LegacyLine(ClassKind.EVENT, row["legacy_code"], row["legacy_minor_zh"], row["current_event_code"])


def stage_limits() -> Iterator[StageLimitDraft]:
    """Yield the stage limits; each row says where it comes from."""
    for row in _table("stage_limits.csv"):
        yield StageLimitDraft(
            stage=row["stage"],
            area_class=AreaClass(row["area_class"]),
            time=_stage_time(row),
            calendar=row["calendar"],
            source=row["source"],
        )


def _default_words(line: CatalogueLine) -> tuple[str, str, str, str]:
    if line.kind is ClassKind.COMPONENT:
        return (
            f"现场确认{line.zh}缺失、破损或不能正常使用",
            f"{line.en}: missing, damaged or out of use on the spot",
            f"{line.zh}已修复或补齐，现场无安全隐患",
            f"{line.en}: repaired or replaced, the place is safe",
        )
    if line.major_code in _FAULT_MAJORS:
        return (
            f"现场确认{line.zh}，影响安全或使用",
            f"{line.en} confirmed on the spot, safety or use affected",
            f"{line.zh}已排除，恢复正常使用",
            f"{line.en}: put right and in use again",
        )
    return (
        f"现场确认存在“{line.zh}”",
        f"{line.en}: confirmed on the spot",
        f"“{line.zh}”已消除，现场恢复正常",
        f"{line.en}: gone, the place is in order again",
    )


def _catalogue_line(row: dict[str, str], *, is_local_extension: bool) -> CatalogueLine:
    unit_zh, _, unit_en = row["suggested_department"].partition("/")
    return CatalogueLine(
        kind=ClassKind(row["kind"]),
        major_code=row["major_code"],
        major_zh=row["major_zh"],
        major_en=row["major_en"],
        minor_code=row["minor_code"],
        zh=row["minor_zh"],
        en=row["minor_en"],
        is_local_extension=is_local_extension,
        unit_hint_zh=unit_zh,
        unit_hint_en=unit_en,
        limit=Limit.parse(row["suggested_limit"]),
    )


def _condition(row: dict[str, str], line: CatalogueLine) -> ConditionDraft:
    number, area_class = int(row["number"]), AreaClass(row["area_class"])
    window = None
    if row["check_from"]:
        window = CheckingWindow(time.fromisoformat(row["check_from"]), time.fromisoformat(row["check_until"]))
    return ConditionDraft(
        class_key=class_key(STANDARD_REF, line.kind, line.code),
        code=condition_code(line.kind, line.code, number, area_class),
        number=number,
        area_class=area_class,
        zh=row["zh"],
        en=row["en"],
        closing_zh=row["closing_zh"],
        closing_en=row["closing_en"],
        limit=Limit.parse(row["limit"]),
        grade=Grade(row["grade"]),
        checking_mode=CheckingMode(row["checking_mode"]),
        window=window,
        unit_hint_zh=line.unit_hint_zh,
        unit_hint_en=line.unit_hint_en,
        legal_basis=row["legal_basis"],
        source=row["source"],
    )


def _stage_time(row: dict[str, str]) -> StageTime:
    if row["share_percent"]:
        return ShareOfLimit(int(row["share_percent"]))
    return FixedTime(StageClock(row["clock"]), int(row["length_s"]))


def _table(name: str) -> list[dict[str, str]]:
    text = (files("gongzhi.norms") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
