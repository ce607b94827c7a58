"""The city and the value of a setting at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.db import connection

from gongzhi.base.queries import first_row
from gongzhi.kernel.refusals import Refusal
from gongzhi.parameters import rules


class NoCity(Refusal):
    """This database holds no city yet: `gongzhi init` founds one."""

    code = "no-city"


@dataclass(frozen=True, slots=True)
class CityRow:
    """The city as other rooms see it."""

    key: str
    name_zh: str
    name_en: str
    zone: ZoneInfo
    standard_ref: str
    is_demo: bool


def city() -> CityRow:
    """Return the city of this database.

    Raises: NoCity.
    """
    found = city_or_none()
    if found is None:
        raise NoCity
    return found


def city_or_none() -> CityRow | None:
    """Return the city of this database, or None before it was founded.

    Raises: Django's DatabaseError where the database was never prepared; see `has_tables`.
    """
    found = first_row("SELECT key, name_zh, name_en, time_zone, standard_ref, is_demo FROM parameters_city")
    if found is None:
        return None
    key, name_zh, name_en, time_zone, standard_ref, is_demo = found
    return CityRow(key, name_zh, name_en, ZoneInfo(time_zone), standard_ref, bool(is_demo))


def edition() -> int:
    """Return the number of the last change of the city and its settings, 0 before it is founded.

    It is what the next change takes as `seen`.
    """
    found = first_row("SELECT version FROM parameters_city")
    return 0 if found is None else int(found[0])


def zone_of_people() -> tzinfo:
    """Return the zone in which people read times: the city's; UTC before there is a city."""
    found = city_or_none()
    return UTC if found is None else found.zone


def has_tables() -> bool:
    """Whether this database was ever prepared: in a fresh home it is empty, and there is no city to ask for."""
    return "parameters_city" in connection.introspection.table_names()


def parameter(name: str, *, at: datetime) -> int:
    """Return a setting's value at an instant, its default where the city set none.

    Raises: UnknownParameter.
    """
    return parameters(name, at=at)[name]


def parameters(*names: str, at: datetime) -> dict[str, int]:
    """Return the values of some settings at an instant, with one question for all of them.

    Raises: UnknownParameter.
    """
    for name in names:
        if name not in rules.DECLARED:
            raise rules.UnknownParameter(name=name)
    found = {name: rules.DECLARED[name].default for name in names}
    at_of_column = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, value FROM parameters_parameter WHERE name IN ({', '.join(['%s'] * len(names))})"  # noqa: S608 - holes
            " AND from_at <= %s AND (until_at IS NULL OR until_at > %s) ORDER BY id DESC",
            [*names, at_of_column, at_of_column],
        )
        found.update((name, int(value)) for name, value in cursor.fetchall())
    return found
