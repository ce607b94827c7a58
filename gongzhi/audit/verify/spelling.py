"""Spelling a stored value as the record spells it, straight from the cursor.

Django's own conversion would take longer than all other work together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import connection, models

from gongzhi.audit.models import spelled
from gongzhi.audit.verify.stored import name_of
from gongzhi.kernel.canonical import plain

Speller = Callable[[Any], object]
UNSPELLABLE = (ValueError, TypeError, AttributeError)
_UID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that is of no kind its column can hold; equal to nothing that was recorded."""

    stored: object

    def __str__(self) -> str:
        return name_of(self.stored)


class _Flags(dict[int, bool]):
    """How SQLite keeps yes and no. Any other number stays what it is, and so differs from both."""

    def __missing__(self, stored: int) -> int:
        return stored


def _sqlite_instant(text: str) -> str:
    return text.replace(" ", "T") + ("Z" if "." in text else ".000000Z")


def _sqlite_uid(text: str) -> str:
    if len(text) != _UID_DIGITS:
        raise ValueError(text)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_AS_IT_IS = {
    "CharField": None,
    "TextField": None,
    "BigIntegerField": None,
    "IntegerField": None,
    "PositiveBigIntegerField": None,
    "PositiveIntegerField": None,
    "PositiveSmallIntegerField": None,
    "SmallIntegerField": None,
}
_WRITTEN_AS_THEY_ARE: dict[type[models.Field[Any, Any]], type] = {
    models.CharField: str,
    models.TextField: str,
    models.BigAutoField: int,
    models.BigIntegerField: int,
    models.IntegerField: int,
    models.PositiveBigIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.SmallIntegerField: int,
}
# How a value is spelled when it comes straight from the cursor, by database and kind of column.
SPELLERS: dict[str, dict[str, Speller | None]] = {
    "sqlite": {
        **_AS_IT_IS,
        "BooleanField": _Flags({0: False, 1: True}).__getitem__,
        "DateField": None,
        "DateTimeField": _sqlite_instant,
        "JSONField": orjson.loads,
        "UUIDField": _sqlite_uid,
    },
    "postgresql": {
        **_AS_IT_IS,
        "BooleanField": None,
        "DateField": plain,
        "DateTimeField": plain,
        "JSONField": orjson.loads,
        "UUIDField": str,
    },
}


def kind_of(field: models.Field[Any, Any]) -> str:
    """Return the kind of a column; a key to another table is of the kind it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()


def speller_of(field: models.Field[Any, Any]) -> Speller | None:
    """Return what spells a column of this database; None where a value comes as the record spells it."""
    return SPELLERS[connection.vendor][kind_of(field)]


def spell(value: object, how: Speller | None) -> object:
    """Spell one value as the record does, or mark it as one that cannot be."""
    if value is None or how is None:
        return value
    try:
        return how(value)
    except UNSPELLABLE:
        return Odd(value)


def rewriter_of(field: models.Field[Any, Any]) -> Speller:
    """Return what gives, for a value stored in a column, what Django would write for what it reads there."""
    column = field.get_col(field.model._meta.db_table)
    converters = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))

    def rewritten(stored: object) -> object:
        read = stored
        try:
            for convert in converters:
                read = convert(read, column, connection)
            return field.get_db_prep_save(read, connection)
        except (*UNSPELLABLE, ValidationError):
            return Odd(stored)

    return rewritten


def written_as_it_is(field: models.Field[Any, Any]) -> type | None:
    """Return the type whose values Django writes into a column just as it reads them there, None when there is none."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return _WRITTEN_AS_THEY_ARE.get(type(field))


def spelled_alike(one: object, other: object) -> bool:
    """Whether two values that Python calls equal are the same JSON: to Python, true and 1 are equal."""
    if not isinstance(one, dict | list):
        return True
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def default_of(column: models.Field[Any, Any]) -> object:
    """What stands in a column that is younger than the row: migrations filled it with its default."""
    return None if callable(column.default) else spelled(column, column.get_default())
