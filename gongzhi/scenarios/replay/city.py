"""Founding the city that a file of requests belongs to, with the districts, classes and units that the file names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from gongzhi.audit.operations import recording_as
from gongzhi.audit.states import Origin
from gongzhi.calendars import operations as calendars
from gongzhi.calendars import queries as calendar_queries
from gongzhi.calendars.states import DaySource
from gongzhi.kernel.geo import Bounds, Crs
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms import shipped
from gongzhi.norms.rules import CatalogueLine, ConditionDraft, class_key, condition_code
from gongzhi.norms.states import FIRST_LOCAL_MINOR, ClassKind
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.people import operations as people
from gongzhi.people.states import UnitKind
from gongzhi.places import operations as places
from gongzhi.places import queries as place_queries
from gongzhi.places.operations import DivisionDraft
from gongzhi.places.states import DivisionLevel
from gongzhi.scenarios.founding import FOUNDER, founded_before
from gongzhi.scenarios.replay.profile import Profile
from gongzhi.scenarios.replay.requests import RequestFile

_MINORS = 1000 - FIRST_LOCAL_MINOR


@dataclass(frozen=True, slots=True)
class ReplayedCity:
    """The city made from a file: the codes of its classes, conditions, units and districts by the file's own words."""

    key: str
    profile: Profile
    first_on: date
    last_on: date
    classes: Mapping[str, CatalogueLine]
    units: Mapping[str, str]
    districts: Mapping[str, str]

    @property
    def founded_at(self) -> datetime:
        """The first instant of the year of the first request."""
        return datetime(self.first_on.year, 1, 1, tzinfo=self.profile.city.zone)

    def class_key(self, category: str) -> str:
        """Return the key of a category's class."""
        line = self.classes[category]
        return class_key(self.profile.catalogue.standard_ref, line.kind, line.code)

    def condition(self, category: str) -> str:
        """Return the code of a category's one filing condition."""
        line = self.classes[category]
        return condition_code(line.kind, line.code, 1)


def city_of(file: RequestFile, profile: Profile) -> ReplayedCity:
    """Return the city of a file. Codes follow the sorted names, so that the same file always gives the same ones.

    A part of the file's digest is in its key: requests of another file belong to another city.
    """
    zone = profile.city.zone
    categories = sorted({one.category for one in file.requests})
    units = sorted({one.unit for one in file.requests})
    districts = sorted({one.district for one in file.requests if one.district})
    return ReplayedCity(
        key=f"{profile.city.key}-{file.digest[:12]}",
        profile=profile,
        first_on=file.requests[0].opened_at.astimezone(zone).date(),
        last_on=file.until.astimezone(zone).date(),
        classes={name: _line(name, number=number, profile=profile) for number, name in enumerate(categories)},
        units={name: f"unit-{number:03d}" for number, name in enumerate(units, start=1)},
        districts={name: f"{profile.city.division}-{name}" for name in districts},
    )


def found(city: ReplayedCity, *, progress: Callable[[str], None] = lambda step: None) -> bool:
    """Found the city, all or nothing; return False when this home holds it already.

    Raises: AnotherCity when the home holds another city.
    """
    if founded_before(city.key):
        return False
    with recording_as(Origin.SEED), transaction.atomic():
        for name, step in _STEPS.items():
            progress(name)
            step(city)
    return True


def _add_city(city: ReplayedCity) -> None:
    profile, at = city.profile, city.founded_at
    parameters.found_city(
        city.key,
        name_zh=profile.city.name_zh,
        name_en=profile.city.name_en,
        time_zone=profile.city.zone.key,
        standard_ref=profile.catalogue.standard_ref,
        is_demo=False,
        by=FOUNDER,
        at=at,
    )
    for name, value in profile.parameters.items():
        parameters.set_parameter(name, value, seen=parameter_queries.edition(), by=FOUNDER, at=at)


def _add_places(city: ReplayedCity) -> None:
    source = f"replay profile {city.profile.name}"
    seen = place_queries.edition()
    places.import_divisions(_divisions(city), source=source, crs=Crs.WGS84, seen=seen, by=FOUNDER, at=city.founded_at)


def _divisions(city: ReplayedCity) -> Iterator[DivisionDraft]:
    """Yield the city with a schematic box as outline, and its districts without outlines: the file names them only."""
    words, districts = city.profile.city, city.profile.districts
    from_on = city.founded_at.date()
    yield DivisionDraft(
        code=words.division,
        level=DivisionLevel.CITY,
        name_zh=words.division_zh,
        name_en=words.division_en,
        from_on=from_on,
        outline=_box(words.box),
        is_schematic=True,
    )
    for name, code in city.districts.items():
        yield DivisionDraft(
            code=code,
            level=DivisionLevel.DISTRICT,
            name_zh=districts.zh.format(district=name),
            name_en=districts.en.format(district=name),
            from_on=from_on,
            parent=words.division,
        )


def _box(bounds: Bounds) -> str:
    west, south, east, north = bounds.west, bounds.south, bounds.east, bounds.north
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _add_calendars(city: ReplayedCity) -> None:
    """Enter the days by the weekday rule. They stay unconfirmed: the city's holidays are not known here."""
    at = city.founded_at
    calendars.define_usual_calendars(seen=calendar_queries.edition(), by=FOUNDER, at=at)
    years = range(city.first_on.year, city.last_on.year + 1)
    calendars.seed_days(years, seen=calendar_queries.edition(), by=FOUNDER, at=at, library=DaySource.WEEKENDS)


def _add_norms(city: ReplayedCity) -> None:
    profile, at, from_on = city.profile, city.founded_at, city.founded_at.date()
    standard_ref = profile.catalogue.standard_ref
    norms.load_catalogue(
        city.classes.values(),
        standard_ref=standard_ref,
        from_on=from_on,
        seen=norm_queries.edition(),
        by=FOUNDER,
        at=at,
    )
    conditions = [_condition(category, city) for category in city.classes]
    norms.put_conditions(conditions, from_on=from_on, seen=norm_queries.edition(), by=FOUNDER, at=at)
    for one in shipped.stage_limits():
        norms.put_stage_limit(one, from_on=from_on, seen=norm_queries.edition(), by=FOUNDER, at=at)


def _line(category: str, *, number: int, profile: Profile) -> CatalogueLine:
    """Return a category as a minor class. Its name stands in the file's own language in both columns."""
    said = profile.catalogue
    major, minor = divmod(number, _MINORS)
    return CatalogueLine(
        kind=ClassKind.EVENT,
        major_code=f"{int(said.major_code) + major:02d}",
        major_zh=said.major_zh,
        major_en=said.major_en,
        minor_code=f"{FIRST_LOCAL_MINOR + minor}",
        zh=category,
        en=category,
        is_local_extension=True,
    )


def _condition(category: str, city: ReplayedCity) -> ConditionDraft:
    limits = city.profile.limits
    return ConditionDraft(
        class_key=city.class_key(category),
        code=city.condition(category),
        number=1,
        zh=category,
        en=category,
        closing_zh="来源系统已办结该请求",
        closing_en="the source closed the request",
        limit=limits.of(category),
        checking_mode=city.profile.checking_mode,
        source=limits.source,
    )


def _add_units(city: ReplayedCity) -> None:
    at = city.founded_at
    for name, code in city.units.items():
        people.add_unit(code, kind=UnitKind.DEPARTMENT, name_zh=name, name_en=name, by=FOUNDER, at=at)
    people.seed_policy(seen=0, by=FOUNDER, at=at)


_STEPS: Mapping[str, Callable[[ReplayedCity], None]] = {
    "city": _add_city,
    "places": _add_places,
    "calendars": _add_calendars,
    "norms": _add_norms,
    "units": _add_units,
}
