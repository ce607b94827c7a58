"""The city's own settings, calendars, catalogue, limits, rules and divisions, as those who keep them send them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gongzhi.api.shapes import ClockTime, In, Out, Words
from gongzhi.api.shapes.people import UnitCode
from gongzhi.api.shapes.times import Day, GivenLimit, LocalTime
from gongzhi.calendars.rules import Period, Season
from gongzhi.calendars.states import STATUTORY, DayKind, DaySource
from gongzhi.dispatch.rules import Rule
from gongzhi.kernel.geo import Crs
from gongzhi.norms.rules import (
    CatalogueLine,
    CheckingWindow,
    ConditionDraft,
    FixedTime,
    ShareOfLimit,
    StageLimitDraft,
    StageTime,
)
from gongzhi.norms.states import CheckingMode, ClassKind, Grade, StageClock
from gongzhi.places.states import AreaClass, DivisionLevel

Name = Annotated[Words, Field(min_length=1, max_length=80)]
MaybeName = Annotated[Words, Field(max_length=80)]
Source = Annotated[Words, Field(min_length=1, max_length=300)]
CalendarKey = Annotated[Words, Field(min_length=1, max_length=40)]
MaybeCalendar = Annotated[Words, Field(max_length=40)]
MonthDay = Annotated[str, Field(pattern="^[01][0-9]-[0-3][0-9]$", description="month and day, such as 05-01")]
Year = Annotated[int, Field(ge=1900, le=2199)]
Years = Annotated[list[Year], Field(min_length=1, max_length=20)]
OnWhichArea = Annotated[AreaClass, Field(strict=False)]


class ParameterIn(In):
    """The value of a setting from now on."""

    value: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class ParameterOut(Out):
    """A setting: its value now, what it may be, and where its default comes from."""

    name: str
    label: str
    value: int
    default: int
    least: int
    greatest: int
    unit: str
    source: str


class ParametersOut(Out):
    """The city's settings and their edition."""

    edition: int
    parameters: list[ParameterOut]


class RuleIn(In):
    """Which unit answers for a class of matters, in an area, at certain hours. Empty: every class, the whole city."""

    code: Name
    unit_code: UnitCode
    class_prefix: Annotated[Words, Field(max_length=80)] = ""
    area: Annotated[Words, Field(max_length=120)] = ""
    from_time: LocalTime | None = None
    until_time: LocalTime | None = None
    from_on: Day
    until_on: Day | None = None

    def rule(self) -> Rule:
        """Return the rule as the city keeps it."""
        return Rule(
            code=self.code,
            unit_code=self.unit_code,
            class_prefix=self.class_prefix,
            area=self.area,
            from_=self.from_time,
            until=self.until_time,
            from_on=self.from_on,
            until_on=self.until_on,
        )


class RulesIn(In):
    """Rules to add, or to put in the place of those with the same codes."""

    rules: Annotated[list[RuleIn], Field(min_length=1, max_length=1000)]


class RuleOut(Out):
    """A rule of dispatch."""

    code: str
    unit_code: str
    class_prefix: str
    area: str
    from_time: ClockTime | None
    until_time: ClockTime | None
    from_on: str
    until_on: str | None


class RulesOut(Out):
    """All rules of dispatch and their edition."""

    edition: int
    rules: list[RuleOut]


class EditionOut(Out):
    """The number of the last change, which the next change names."""

    edition: int


class LineIn(In):
    """A minor class of the catalogue. Minors from 801 on are the city's own."""

    kind: Annotated[ClassKind, Field(strict=False)]
    major_code: Annotated[str, Field(pattern="^[0-9]{2}$")]
    major_zh: Annotated[Words, Field(min_length=1, max_length=60)]
    major_en: Annotated[Words, Field(min_length=1, max_length=120)]
    minor_code: Annotated[str, Field(pattern="^[0-9]{3}$")]
    zh: Annotated[Words, Field(min_length=1, max_length=120)]
    en: Annotated[Words, Field(min_length=1, max_length=200)]
    is_local_extension: bool = False


class CatalogueIn(In):
    """A catalogue, or the part of it that is new."""

    standard_ref: Annotated[Words, Field(min_length=1, max_length=60)]
    from_on: Day
    classes: Annotated[list[LineIn], Field(min_length=1, max_length=2000)]

    def lines(self) -> list[CatalogueLine]:
        """Return the classes as the catalogue takes them."""
        return [CatalogueLine(**one.model_dump()) for one in self.classes]


class LoadedOut(Out):
    """How many classes were new, and how many were there already."""

    edition: int
    added: int
    unchanged: int


class ConditionIn(In):
    """A filing condition of a class: when to file, the limit, when it is done, and how that is checked."""

    class_key: Name
    code: Annotated[Words, Field(min_length=1, max_length=60)]
    number: Annotated[int, Field(ge=1, le=999)]
    zh: Annotated[Words, Field(min_length=1, max_length=200)]
    en: Annotated[Words, Field(min_length=1, max_length=300)]
    closing_zh: Annotated[Words, Field(min_length=1, max_length=200)]
    closing_en: Annotated[Words, Field(min_length=1, max_length=300)]
    limit: GivenLimit
    source: Source
    area_class: OnWhichArea = AreaClass.ANY
    grade: Annotated[Grade, Field(strict=False)] = Grade.GENERAL
    unit_hint_zh: Annotated[Words, Field(max_length=60)] = ""
    unit_hint_en: Annotated[Words, Field(max_length=120)] = ""
    unit_code: Annotated[Words, Field(max_length=40)] = ""
    checking_mode: Annotated[CheckingMode, Field(strict=False)] = CheckingMode.VISIT
    check_from: LocalTime | None = None
    check_until: LocalTime | None = None
    calendar: MaybeCalendar = ""
    legal_basis: Annotated[Words, Field(max_length=300)] = ""
    legal_clause: Annotated[Words, Field(max_length=100)] = ""
    supervising_zh: Annotated[Words, Field(max_length=60)] = ""
    supervising_en: Annotated[Words, Field(max_length=120)] = ""
    responsible_zh: Annotated[Words, Field(max_length=60)] = ""
    responsible_en: Annotated[Words, Field(max_length=120)] = ""
    collection_zh: Annotated[Words, Field(max_length=300)] = ""
    collection_en: Annotated[Words, Field(max_length=400)] = ""
    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def _hours_are_whole(self) -> ConditionIn:
        if (self.check_from is None) != (self.check_until is None):
            raise ValueError("check_from and check_until go together")
        if self.check_from is not None and self.check_from == self.check_until:
            raise ValueError("check_from and check_until hold no time between them")
        return self

    def draft(self) -> ConditionDraft:
        """Return the condition as the norms take it."""
        hours = {"check_from", "check_until", "from_on", "until_on"}
        window = None
        if self.check_from is not None and self.check_until is not None:
            window = CheckingWindow(self.check_from, self.check_until)
        given = {name: getattr(self, name) for name in type(self).model_fields if name not in hours}
        return ConditionDraft(**given, window=window)


class EndConditionIn(In):
    """Which condition ends; `until_on` is the first day on which it no longer holds."""

    code: Annotated[Words, Field(min_length=1, max_length=60)]
    until_on: Day


class StageLimitIn(In):
    """How long a stage may take: a time of its own (`clock`, `length_s`), or a share of the disposal limit."""

    stage: Annotated[Words, Field(min_length=1, max_length=24)]
    area_class: OnWhichArea = AreaClass.ANY
    clock: Annotated[StageClock, Field(strict=False)] | None = None
    length_s: Annotated[int, Field(ge=1, le=366 * 86_400)] | None = None
    share_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    calendar: MaybeCalendar = ""
    source: Source
    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def _is_one_time(self) -> StageLimitIn:
        own = (self.clock is not None, self.length_s is not None)
        if own not in ((True, True), (False, False)) or own[0] == (self.share_percent is not None):
            raise ValueError("give clock and length_s together, or share_percent alone")
        return self

    def draft(self) -> StageLimitDraft:
        """Return the limit as the norms take it."""
        return StageLimitDraft(self.stage, self._time(), self.source, self.area_class, self.calendar)

    def _time(self) -> StageTime:
        if self.clock is not None and self.length_s is not None:
            return FixedTime(self.clock, self.length_s)
        return ShareOfLimit(self.share_percent or 0)


class EndStageLimitIn(In):
    """Which stage limit ends; `until_on` is the first day on which it no longer holds."""

    stage: Annotated[Words, Field(min_length=1, max_length=24)]
    area_class: OnWhichArea = AreaClass.ANY
    until_on: Day


class StageLimitOut(Out):
    """How long a stage may take today, in an area."""

    stage: str
    area_class: str
    clock: str | None
    length_s: int | None
    share_percent: int | None
    calendar: str
    source: str


class StageLimitsOut(Out):
    """The limits of the stages and the edition of the norms."""

    edition: int
    limits: list[StageLimitOut]


class WorkPeriodIn(In):
    """Working hours; an end at or before the start lies on the next day."""

    starts_at: LocalTime
    ends_at: LocalTime


class SeasonIn(In):
    """Working hours in a part of the year; `until` is the first day after it, the same day twice the whole year."""

    from_month_day: MonthDay
    until_month_day: MonthDay
    periods: Annotated[list[WorkPeriodIn], Field(min_length=1, max_length=12)]


class CalendarIn(In):
    """A named calendar. An empty `day_table` means that every day is worked."""

    key: CalendarKey
    name_zh: Name
    name_en: Name
    seasons: Annotated[list[SeasonIn], Field(min_length=1, max_length=24)]
    day_table: MaybeCalendar = STATUTORY

    def drawn_seasons(self) -> list[Season]:
        """Return the seasons as the calendars take them. Raises: SeasonFaulty."""
        return [
            Season(
                one.from_month_day,
                one.until_month_day,
                tuple(Period(period.starts_at, period.ends_at) for period in one.periods),
            )
            for one in self.seasons
        ]


class WorkPeriodOut(Out):
    """Working hours."""

    starts_at: ClockTime
    ends_at: ClockTime


class SeasonOut(Out):
    """Working hours in a part of the year."""

    from_month_day: str
    until_month_day: str
    periods: list[WorkPeriodOut]


class CalendarOut(Out):
    """A named calendar."""

    key: str
    name_zh: str
    name_en: str
    day_table: str
    seasons: list[SeasonOut]


class CalendarsOut(Out):
    """All calendars and their edition."""

    edition: int
    calendars: list[CalendarOut]


class EnterDaysIn(In):
    """Years whose days are entered, from the library of published notices or by the weekday rule."""

    years: Years
    library: Literal["chinesecalendar", "weekends"] = "chinesecalendar"
    day_table: CalendarKey = STATUTORY

    def source(self) -> DaySource:
        """Return where the days come from."""
        return DaySource(self.library)


class EnteredOut(Out):
    """How many days were entered that were not there."""

    edition: int
    entered: int


class SetDayIn(In):
    """What a day is, on a member's word."""

    on: Day
    kind: Annotated[DayKind, Field(strict=False)]
    name_zh: MaybeName = ""
    name_en: MaybeName = ""
    notice: Annotated[Words, Field(max_length=200)] = ""
    day_table: CalendarKey = STATUTORY


class ConfirmYearsIn(In):
    """Years whose days agree with a published notice."""

    years: Years
    notice: Annotated[Words, Field(min_length=1, max_length=200)]
    day_table: CalendarKey = STATUTORY


class DayOut(Out):
    """What is entered for a day."""

    on: str
    kind: str
    name_zh: str
    name_en: str
    source: str
    notice: str
    is_confirmed: bool


class FromElsewhere(BaseModel):
    """A part of a GeoJSON file, which may say more than we read."""

    model_config = ConfigDict(strict=True)


class OutlineIn(FromElsewhere):
    """An outline, longitude first."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class DivisionIn(FromElsewhere):
    """What a division is; `until_on` is the first day on which it is no longer in force."""

    code: Annotated[Words, Field(min_length=1, max_length=32)]
    level: Annotated[DivisionLevel, Field(strict=False)]
    name_zh: Annotated[Words, Field(min_length=1, max_length=100)]
    name_en: Annotated[Words, Field(max_length=100)] = ""
    parent: Annotated[Words, Field(min_length=1, max_length=32)] | None = None
    from_on: Day
    until_on: Day | None = None
    schematic: bool = False
    area_class: OnWhichArea | None = None


class FeatureIn(FromElsewhere):
    """One division with its outline, or without one."""

    type: Literal["Feature"] = "Feature"
    geometry: OutlineIn | None = None
    properties: DivisionIn


class CollectionIn(FromElsewhere):
    """The divisions as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: Annotated[list[FeatureIn], Field(min_length=1, max_length=2000)]


class DivisionsIn(In):
    """Divisions from a source, with the system in which all outlines were drawn; `dry_run` only compares."""

    source: Annotated[Words, Field(min_length=1, max_length=200)]
    crs: Annotated[Crs, Field(strict=False)]
    divisions: CollectionIn
    dry_run: bool = False


class ImportedOut(Out):
    """What an import did, or would do. `ended` counts those of `corrected` that got an end."""

    edition: int
    added: int
    corrected: int
    ended: int
    unchanged: int
