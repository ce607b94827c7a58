"""Founding the city and turning its settings."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Refusal
from gongzhi.parameters import facts, rules
from gongzhi.parameters.models import City, Parameter
from gongzhi.parameters.queries import CityRow, NoCity, city, city_or_none
from gongzhi.parameters.rules import BadParameter, UnknownParameter
from gongzhi.people import queries as people


class AnotherCity(Refusal):
    """This home holds another city; one database is one city."""

    code = "another-city"


class UnknownTimeZone(Refusal):
    """The time zone is in no table."""

    code = "unknown-time-zone"


@one_change
def found_city(
    key: str,
    *,
    name_zh: str,
    name_en: str,
    time_zone: str,
    standard_ref: str,
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> CityRow:
    """Found the city of this database; founding the same one again changes nothing.

    Raises: AnotherCity, UnknownTimeZone.
    """
    existing = city_or_none()
    if existing is not None:
        if existing.key != key:
            raise AnotherCity(wanted=key, found=existing.key)
        return existing
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise UnknownTimeZone(time_zone=time_zone) from fault
    row = City(
        key=key, name_zh=name_zh, name_en=name_en, time_zone=time_zone, standard_ref=standard_ref, is_demo=is_demo
    )
    audit.record(row, facts.CITY_FOUNDED, by=by, at=at)
    return city()


@one_change
def set_parameter(name: str, value: int, *, seen: int, by: Actor, at: datetime) -> None:
    """Set a city's setting from an instant on; the value before ends there.

    Args:
        name: the setting.
        value: its new value.
        seen: the `edition` of the settings on which the change was decided.
        by: who sets it.
        at: from when on.

    Raises: NotPermitted, NoCity, ChangedMeanwhile, UnknownParameter, BadParameter.
    """
    people.require_administration(by, "parameter.set", at=at)
    rules.checked(name, value)
    row = City.objects.select_for_update().first()
    if row is None:
        raise NoCity
    audit.require_version(row, seen)
    fresh = Parameter(city_id=row.key, name=name, value=value, from_at=at)
    changed = [fresh]
    open_value = Parameter.objects.filter(name=name, until_at=None).first()
    if open_value is not None:
        if at <= open_value.from_at:
            raise BadParameter(name=name, value=value, reason="begins before the value in force")
        open_value.until_at = at
        changed.insert(0, open_value)
    told = {"name": name, "value": value}
    audit.record(row, facts.PARAMETER_SET, by=by, at=at, facts=told, also=changed)


__all__ = [
    "AnotherCity",
    "BadParameter",
    "NoCity",
    "UnknownParameter",
    "UnknownTimeZone",
    "found_city",
    "set_parameter",
]
