"""One spelling for every value that is hashed: no floats, no database ids, sorted names, UTC microseconds."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum

import orjson

from gongzhi.kernel.clock import utc_text

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]
_LARGEST = 2**63 - 1


def plain(value: object) -> Plain:
    """Return a value as the record spells it.

    Raises: TypeError for a float or any value or name without one exact spelling; ValueError for an integer over 63
        bits and a decimal that is not finite.

    Example:
        >>> plain({"on": date(2026, 11, 23), "area_m2": Decimal("3.50")})
        {'on': '2026-11-23', 'area_m2': '3.50'}
    """
    if value is None or type(value) is str or type(value) is bool:  # most are, and no enum is
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            message = f"{value} does not fit into 63 bits"
            raise ValueError(message)
        return value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Decimal):
        return _fixed_point(value)
    if isinstance(value, dict):
        return {_name(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    message = f"{type(value).__name__} has no exact spelling in the record"
    raise TypeError(message)


def _fixed_point(value: Decimal) -> str:
    if not value.is_finite():
        message = f"{value} is no number"
        raise ValueError(message)
    return format(value, "f")


def _name(value: object) -> str:
    name = plain(value)
    if not isinstance(name, str):
        message = f"{value!r} cannot name a value: its spelling would be read back as a text"
        raise TypeError(message)
    return name


def canonical_bytes(value: object) -> bytes:
    """Return the bytes that are hashed: UTF-8 JSON with sorted names and no blanks.

    Example:
        >>> canonical_bytes({"b": 1, "a": "立案"}).decode()
        '{"a":"立案","b":1}'
    """
    return orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)
