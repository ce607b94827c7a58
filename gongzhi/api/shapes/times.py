"""Instants, days, hours and limits as somebody sends them: read strictly, and never from a number."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from gongzhi.kernel.units import Limit

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_LIMIT = "(urgent_hour|work_hour|work_day|natural_day):[1-9][0-9]{0,3}"
_FIRST_ON, _UNTIL_ON = date(1900, 1, 1), date(2200, 1, 1)


def _instant(given: object) -> object:
    if given is None:
        return None
    if not isinstance(given, str) or _INSTANT.fullmatch(given) is None:
        raise ValueError("is no instant such as 2026-11-23T01:00:00Z")
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except OverflowError as fault:
        raise ValueError("lies outside the years 1 to 9999") from fault


def _day(given: object) -> object:
    if given is None:
        return None
    if not isinstance(given, str) or _DAY.fullmatch(given) is None:
        raise ValueError("is no day such as 2026-11-23")
    day = date.fromisoformat(given)
    if not _FIRST_ON <= day < _UNTIL_ON:
        raise ValueError("lies outside the years 1900 to 2199")
    return day


def _clock(given: object) -> object:
    if given is None:
        return None
    if not isinstance(given, str) or re.fullmatch(_CLOCK, given) is None:
        raise ValueError("is no time of day such as 09:30")
    return time.fromisoformat(given)


def _limit(given: object) -> object:
    if not isinstance(given, str) or re.fullmatch(_LIMIT, given) is None:
        raise ValueError("is no limit such as work_hour:4")
    return Limit.parse(given)


GivenInstant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
LocalTime = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}$", "description": "local time of day"}),
]
GivenLimit = Annotated[
    Limit,
    BeforeValidator(_limit),
    WithJsonSchema({"type": "string", "pattern": f"^{_LIMIT}$", "examples": ["work_hour:4"]}),
]
