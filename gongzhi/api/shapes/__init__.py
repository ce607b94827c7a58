"""What goes in and out, as types: the API's description is made from them. Here is what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from gongzhi.api.rules import cursor_after, read_cursor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.geo import Point
from gongzhi.kernel.ids import is_id

MOST_ROWS = 100
MOST_FILES = 20

Item = TypeVar("Item")
Shape = TypeVar("Shape", bound=BaseModel)
Row = TypeVar("Row")


def _writable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds the character U+0000, which is no text")
    return text


def _spelled_as_id(given: object) -> object:
    if isinstance(given, str) and not is_id(given):
        raise ValueError("is no id as they are given out")
    return given


Words = Annotated[str, AfterValidator(_writable)]
Code = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_writable)]
PublicId = Annotated[UUID, Field(strict=False), BeforeValidator(_spelled_as_id)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
PositionError = Annotated[
    float, Field(ge=0, allow_inf_nan=False, description="how far the position may be wrong, in metres")
]
Instant = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
ClockTime = Annotated[str, Field(pattern="^[0-2][0-9]:[0-5][0-9]$", description="local time of day")]
Photos = Annotated[list[PublicId], Field(max_length=MOST_FILES)]
RowLimit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Cursor = Annotated[str, Field(max_length=40, description="`next` of the page before; leave it out for the first page")]


class In(BaseModel):
    """What somebody sends: no unknown fields, and no value of another type, however well meant."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True)


class Page(Out, Generic[Item]):
    """A part of a list. Rows that are added while somebody reads come on later pages; none comes twice."""

    items: list[Item]
    next: str | None = Field(description="the cursor of the following page; null on the last one")


def shown(shape: type[Shape], row: object, **more: Any) -> Shape:
    """Return a row in its shape: attributes of the same name, and what is said besides."""
    alike = {name: getattr(row, name) for name in shape.model_fields if name not in more}
    return shape(**alike, **more)


def page_of(rows: Sequence[Row], *, limit: int, show: Callable[[Row], Item], uid: Callable[[Row], UUID]) -> Page[Item]:
    """Return a page of at most `limit` rows; one row more than that tells that there is a next page."""
    kept = rows[:limit]
    more = len(rows) > limit
    return Page(items=[show(one) for one in kept], next=cursor_after(uid(kept[-1])) if more else None)


def after(cursor: str | None) -> UUID | None:
    """Return the row after which a page begins. Raises: CursorUnreadable."""
    return None if cursor is None else read_cursor(cursor)


class Fault(Out):
    """One field that is wrong: where the request holds it, and the JSON pointer or name by which it is found there."""

    source: Literal["body", "query", "path", "header", "form", "file"]
    pointer: str
    code: str
    detail: str


class Problem(Out):
    """What went wrong, by RFC 9457. `code` never changes; `title` and `detail` are in the reader's language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    facts: dict[str, str | int | bool | None]
    errors: list[Fault]


class GeoPoint(Out):
    """A GeoJSON point: longitude first, CGCS2000 degrees, seven decimals at most."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


def geo(point: Point | None) -> GeoPoint | None:
    """Return a point as GeoJSON."""
    return None if point is None else GeoPoint(coordinates=(point.lon, point.lat))
