"""Periods, which condition and which limit hold where, and when a result may be checked on the spot. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongzhi.kernel.clock import require_aware
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.units import Limit
from gongzhi.norms.states import (
    FIRST_LOCAL_MINOR,
    STAGES_WITH_A_LIMIT,
    CheckingMode,
    ClassKind,
    Grade,
    Stage,
    StageClock,
)
from gongzhi.places.states import AreaClass

_STAGES = tuple(one.value for one in STAGES_WITH_A_LIMIT)
_STAGES_OF_DISPOSAL = frozenset({Stage.DISPOSE.value, Stage.REWORK.value})


class ClassUnknown(NotFound):
    """The catalogue has no such class."""

    code = "class-unknown"


class ConditionUnknown(NotFound):
    """No filing condition with this code is in force on that day."""

    code = "condition-unknown"


class LegacyCodeUnknown(NotFound):
    """No class had this code in that earlier standard."""

    code = "legacy-code-unknown"


class ShareWithoutLimit(Refusal):
    """Only disposal and rework may take a share of the disposal limit; any other stage needs a time of its own."""

    code = "share-without-limit"


class StageUnknown(NotFound):
    """No case goes through a stage of this name, or it is one without a limit."""

    code = "stage-unknown"


class StageLimitUnknown(NotFound):
    """No limit for this stage is in force on that day."""

    code = "stage-limit-unknown"


class ClassCodeFaulty(Refusal):
    """A class code is not two digits of a major class and three of a minor one."""

    code = "class-code-faulty"


class ClassNameMissing(Refusal):
    """A class has no name in Chinese or none in English."""

    code = "class-name-missing"


class NationalCodeForLocalClass(Refusal):
    """A local extension asks for a code of the national range; local minors begin at 801."""

    code = "national-code-for-local-class"


class LocalCodeForNationalClass(Refusal):
    """A national class asks for a code of the local range, which begins at 801."""

    code = "local-code-for-national-class"


class PeriodInverted(Refusal):
    """A period ends on or before the day on which it begins."""

    code = "period-inverted"


class CheckingWindowNeedsVisit(Refusal):
    """Hours for checking are given, but the condition is not checked by a visit."""

    code = "checking-window-needs-visit"


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which something is in force: the first is included, `until_on` is not; None has no end."""

    from_on: date
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the day lies in the period.

        Example:
            >>> Period(date(2026, 7, 1), date(2027, 1, 1)).holds(date(2027, 1, 1))
            False
        """
        return self.from_on <= on and (self.until_on is None or on < self.until_on)

    def overlaps(self, other: Period) -> bool:
        """Whether the two periods share a day."""
        ends_before = self.until_on is not None and self.until_on <= other.from_on
        starts_after = other.until_on is not None and other.until_on <= self.from_on
        return not (ends_before or starts_after)


def require_period(from_on: date, until_on: date | None) -> Period:
    """Return the period.

    Raises: PeriodInverted when it would hold on no day.
    """
    if until_on is not None and until_on <= from_on:
        raise PeriodInverted(from_on=from_on.isoformat(), until_on=until_on.isoformat())
    return Period(from_on, until_on)


@dataclass(frozen=True, slots=True)
class CheckingWindow:
    """Hours of the city's day in which a result can be checked: `from_` included, `until` not.

    A window may cross midnight: 22:00 to 01:00 holds three hours. Equal ends hold no time and are refused.
    """

    from_: time
    until: time

    def __post_init__(self) -> None:
        """Refuse a window without time."""
        if self.from_ == self.until:
            message = f"a checking window from {self.from_} until {self.until} holds no time"
            raise ValueError(message)

    def holds(self, at: time) -> bool:
        """Whether a time of day lies in the window.

        Example:
            >>> CheckingWindow(time(22), time(1)).holds(time(0, 30))
            True
        """
        if self.from_ < self.until:
            return self.from_ <= at < self.until
        return at >= self.from_ or at < self.until


def may_check_at(window: CheckingWindow | None, *, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a result may be checked at an instant. An evening vendor is not checked at ten in the morning."""
    return window is None or window.holds(require_aware(at).astimezone(zone).time())


def next_opening(window: CheckingWindow | None, *, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant not before `at` at which a result may be checked, in UTC.

    On days when the zone moves its clocks, hours that do not exist open nothing and hours that come twice open twice.
    """
    here = require_aware(at)
    while not may_check_at(window, at=here, zone=zone):
        here = _opening_or_clock_change(window, at=here, zone=zone)
    return here


def _opening_or_clock_change(window: CheckingWindow | None, *, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the coming opening, or the coming change of the zone's clocks when that is earlier."""
    if window is None:
        return at
    local = at.astimezone(zone)
    opening = datetime.combine(local.date(), window.from_)
    now = local.replace(tzinfo=None)
    ahead = opening - now if opening > now else opening + timedelta(days=1) - now
    reached = at + ahead
    if reached.astimezone(zone).utcoffset() == local.utcoffset():
        return reached
    return _clock_change(after=at, until=reached, zone=zone)


def _clock_change(*, after: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between two at which the zone's offset has changed, to the microsecond."""
    before, offset = after, after.astimezone(zone).utcoffset()
    while until - before > timedelta(microseconds=1):
        middle = before + (until - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            until = middle
    return until


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """One minor class as a catalogue brings it, with the unit and limit that are suggested for it.

    `unit_hint_zh`, `unit_hint_en` and `limit` fill the default filing condition of a class that has no condition of its
    own; they are no part of the class.
    """

    kind: ClassKind
    major_code: str
    major_zh: str
    major_en: str
    minor_code: str
    zh: str
    en: str
    is_local_extension: bool = False
    unit_hint_zh: str = ""
    unit_hint_en: str = ""
    limit: Limit | None = None

    @property
    def code(self) -> str:
        """The five digits."""
        return self.major_code + self.minor_code


def class_key(standard_ref: str, kind: str, code: str) -> str:
    """Return the text that names a class for ever.

    Example:
        >>> class_key("GB/T 47678.5-2026", ClassKind.EVENT, "09005")
        'GB/T 47678.5-2026|event|09005'
    """
    return f"{standard_ref}|{ClassKind(kind).value}|{code}"


def require_sound_line(line: CatalogueLine) -> None:
    """Refuse a class that cannot enter the catalogue.

    Source: GB/T 47678.5-2026, extension rule: cities may add minor classes, national codes are not used again.

    Raises: ClassCodeFaulty, ClassNameMissing, NationalCodeForLocalClass, LocalCodeForNationalClass.
    """
    if not _digits(line.major_code, 2) or not _digits(line.minor_code, 3):
        raise ClassCodeFaulty(class_code=line.code)
    if not line.zh or not line.en or not line.major_zh or not line.major_en:
        raise ClassNameMissing(class_code=line.code)
    if line.kind is ClassKind.SERVICE:
        return  # the standard knows no service matters, so every code of theirs is the city's own
    in_local_range = int(line.minor_code) >= FIRST_LOCAL_MINOR
    if line.is_local_extension and not in_local_range:
        raise NationalCodeForLocalClass(class_code=line.code, first=FIRST_LOCAL_MINOR)
    if in_local_range and not line.is_local_extension:
        raise LocalCodeForNationalClass(class_code=line.code, first=FIRST_LOCAL_MINOR)


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class ConditionDraft:
    """A filing condition as a city writes it down, without its dates.

    Args:
        class_key: the class it belongs to.
        code: unique text such as `event-09005-1`, kept when a later version replaces this one.
        number: its place within the class; an area's own condition has the number of the one it replaces there.
        limit: how long disposal may take.
        window: hours of the day in which the result can be checked; None for any time.
        unit_hint_zh: who handles such matters 处置单位, in words.
        unit_code: the unit that handles them, empty where only words are known.
        calendar: the calendar its limit runs on, empty for the unit's own.
        legal_basis: the law or rule 法律法规依据; `legal_clause` is its clause 条款.
        supervising_zh: the body that supervises 监管主体 or 主管部门.
        responsible_zh: the body that is responsible 责任主体, such as the owner.
        collection_zh: what has to be collected on the spot 采集要求.
    """

    class_key: str
    code: str
    number: int
    zh: str
    en: str
    closing_zh: str
    closing_en: str
    limit: Limit
    source: str
    area_class: AreaClass = AreaClass.ANY
    grade: Grade = Grade.GENERAL
    checking_mode: CheckingMode = CheckingMode.VISIT
    window: CheckingWindow | None = None
    unit_hint_zh: str = ""
    unit_hint_en: str = ""
    unit_code: str = ""
    calendar: str = ""
    legal_basis: str = ""
    legal_clause: str = ""
    supervising_zh: str = ""
    supervising_en: str = ""
    responsible_zh: str = ""
    responsible_en: str = ""
    collection_zh: str = ""
    collection_en: str = ""


def require_sound_condition(draft: ConditionDraft) -> None:
    """Refuse a condition that contradicts itself.

    Raises: CheckingWindowNeedsVisit.
    """
    if draft.window is not None and draft.checking_mode is not CheckingMode.VISIT:
        raise CheckingWindowNeedsVisit(condition=draft.code, checking_mode=draft.checking_mode.value)


def condition_code(kind: str, code: str, number: int, area_class: str = AreaClass.ANY) -> str:
    """Return the usual code of a condition.

    Example:
        >>> condition_code(ClassKind.EVENT, "09001", 1, AreaClass.CORE)
        'event-09001-1-A'
    """
    usual = f"{ClassKind(kind).value}-{code}-{number}"
    return f"{usual}-{AreaClass(area_class).value}" if area_class else usual


@dataclass(frozen=True, slots=True)
class FixedTime:
    """A stage limit of its own: so many seconds, day and night or in working time."""

    clock: StageClock
    length_s: int

    def __post_init__(self) -> None:
        """Refuse a limit that leaves no time."""
        if self.length_s <= 0:
            message = f"a stage limit of {self.length_s} s leaves no time"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class ShareOfLimit:
    """A stage limit that follows the limit of the case's filing condition: so many hundredths of it."""

    percent: int

    def __post_init__(self) -> None:
        """Refuse a share that leaves no time."""
        if self.percent <= 0:
            message = f"{self.percent} % of a limit leaves no time"
            raise ValueError(message)

    def of(self, limit: Limit) -> Limit:
        """Return the share of a limit in the same unit, rounded up to whole units so that nobody loses time.

        Example:
            >>> ShareOfLimit(50).of(Limit.parse("work_day:15")).text
            'work_day:8'
        """
        return Limit(limit.unit, -(-limit.length * self.percent // 100))


StageTime = FixedTime | ShareOfLimit


@dataclass(frozen=True, slots=True)
class StageLimitDraft:
    """How long a stage may take in a class of area, without its dates."""

    stage: str
    time: StageTime
    source: str
    area_class: AreaClass = AreaClass.ANY
    calendar: str = ""


def require_known_stage(draft: StageLimitDraft) -> None:
    """Refuse a limit for something that is no stage of a case, or for a hold, which has none.

    Raises: StageUnknown.
    """
    if draft.stage not in _STAGES:
        raise StageUnknown(stage=draft.stage, stages="、".join(_STAGES))


def require_share_of_a_limit(draft: StageLimitDraft) -> None:
    """Refuse a share of the disposal limit for a stage outside the unit's work: before filing there is no such limit.

    Raises: ShareWithoutLimit.
    """
    if isinstance(draft.time, ShareOfLimit) and draft.stage not in _STAGES_OF_DISPOSAL:
        raise ShareWithoutLimit(stage=draft.stage)


@dataclass(frozen=True, slots=True)
class ManagedClassRow:
    """A minor class of the catalogue."""

    key: str
    standard_ref: str
    kind: ClassKind
    code: str
    major_code: str
    major_zh: str
    major_en: str
    zh: str
    en: str
    is_local_extension: bool
    period: Period


@dataclass(frozen=True, slots=True)
class FilingConditionRow:
    """A filing condition in one of its versions."""

    code: str
    class_key: str
    number: int
    area_class: AreaClass
    zh: str
    en: str
    closing_zh: str
    closing_en: str
    limit: Limit
    grade: Grade
    unit_hint_zh: str
    unit_hint_en: str
    unit_code: str
    checking_mode: CheckingMode
    window: CheckingWindow | None
    calendar: str
    legal_basis: str
    source: str
    period: Period
    legal_clause: str = ""
    supervising_zh: str = ""
    supervising_en: str = ""
    responsible_zh: str = ""
    responsible_en: str = ""
    collection_zh: str = ""
    collection_en: str = ""

    @property
    def needs_visit(self) -> bool:
        """Whether somebody has to go and look before the case can be closed."""
        return self.checking_mode is CheckingMode.VISIT


@dataclass(frozen=True, slots=True)
class LegacyLine:
    """What a class was called in an earlier standard; `current` is its five digits now, empty where there is none."""

    kind: ClassKind
    code: str
    zh: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """A code of an earlier standard. `class_key` is None for a matter that the catalogue does not have any more."""

    standard_ref: str
    kind: ClassKind
    code: str
    zh: str
    class_key: str | None
    period: Period


@dataclass(frozen=True, slots=True)
class StageLimitRow:
    """A stage limit in one of its versions."""

    stage: str
    area_class: AreaClass
    time: StageTime
    calendar: str
    source: str
    period: Period


def chosen_conditions(rows: Iterable[FilingConditionRow], *, on: date, area_class: str) -> list[FilingConditionRow]:
    """Return the conditions to choose from in an area on a day, by number.

    An area's own condition takes the place of the general one with the same number.
    """
    by_number: dict[int, FilingConditionRow] = {}
    for row in rows:
        if not row.period.holds(on) or row.area_class not in (AreaClass.ANY, area_class):
            continue
        if row.number not in by_number or row.area_class is not AreaClass.ANY:
            by_number[row.number] = row
    return [by_number[number] for number in sorted(by_number)]


def chosen_stage_limit(rows: Iterable[StageLimitRow], *, on: date, area_class: str) -> StageLimitRow | None:
    """Return the limit of a stage in an area on a day: the area's own one, else the general one, else None."""
    in_force = {row.area_class: row for row in rows if row.period.holds(on)}
    return in_force.get(AreaClass(area_class)) or in_force.get(AreaClass.ANY)


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """A filing condition before and after a change of the norms; None where there is none."""

    before: FilingConditionRow | None
    after: ConditionDraft | None

    def what(self) -> frozenset[str]:
        """Return what is other: `ended`, `new`, or of `limit`, `grade`, `words`, `closing`, `unit`, `check`, `law`."""
        if self.before is None:
            return frozenset({"new"})
        if self.after is None:
            return frozenset({"ended"})
        before, after = self.before, self.after
        return frozenset(
            what
            for what, columns in _WHAT_CHANGES.items()
            if any(getattr(before, column) != getattr(after, column) for column in columns)
        )


_WHAT_CHANGES: Mapping[str, tuple[str, ...]] = {
    "limit": ("limit", "calendar"),
    "grade": ("grade",),
    "words": ("zh", "en", "collection_zh", "collection_en"),
    "closing": ("closing_zh", "closing_en"),
    "unit": (
        *("unit_hint_zh", "unit_hint_en", "unit_code"),
        *("supervising_zh", "supervising_en", "responsible_zh", "responsible_en"),
    ),
    "check": ("checking_mode", "window"),
    "law": ("legal_basis", "legal_clause", "source"),
}


@dataclass(frozen=True, slots=True)
class ProposedNorms:
    """What an import of norms that nobody has made yet would change.

    Attributes:
        on: the day from which it would hold.
        changes: by the code of the condition.
    """

    on: date
    changes: Mapping[str, ConditionChange]

    def count(self, *, filed: Iterable[str] = (), unfiled: Iterable[str] = ()) -> dict[str, int]:
        """Count open matters by what would be other for the next one like them.

        A matter that is filed keeps the condition under which it was filed, with its limit. The count says how many
        there are whose condition would read otherwise from that day on, and how many unfiled ones would find another
        choice.

        Args:
            filed: the condition's code of each filed matter.
            unfiled: the class key of each matter that is not filed yet; empty where it has no class.
        """
        counted: Counter[str] = Counter({"all": 0})
        what_of = {code: change.what() for code, change in self.changes.items()}
        classes = {
            found.class_key
            for code, change in self.changes.items()
            if what_of[code] and (found := change.after or change.before) is not None
        }
        for code in filed:
            counted.update(["all", *what_of.get(code, ())])
        for key in unfiled:
            counted.update(["all", *(["choice"] if key in classes else [])])
        return dict(counted)


Effect = Callable[[ProposedNorms], Mapping[str, int]]
"""Counts, for a room above this one, what of its open matters proposed norms would change."""
