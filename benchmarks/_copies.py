"""Copies of recorded streams: other ids, names, places and times; chained, hashed, committed and encrypted anew.

Some streams are recorded through the product's operations. An `Original` takes apart those that belong together: what
must differ in a copy becomes a hole, everything else stays as it is. `Original.copy` fills the holes, and
`_bulk.Writer` writes copies behind the record's back.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from gongzhi.audit import rules
from gongzhi.audit.models import Entry, HeldValue, RecordedRow, spelled
from gongzhi.audit.queries import recorded_models
from gongzhi.base import crypto
from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.geo import Point, coarse_cell

_ALGORITHM = "sha256"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PREV = "⟦prev⟧"


class NotCopyable(Exception):
    """The streams hold something that a copy could not have of its own."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as rows keep it: coordinates, fine and wide cell, division, its path, and the class of the area."""

    lon_e7: int
    lat_e7: int
    cell: int
    coarse_cell: str
    division: str
    area: str
    area_class: str


_PARTS: tuple[str, ...] = Spot.__slots__


@dataclass(frozen=True, slots=True)
class Name:
    """A text that each copy needs another of: a number, a path, a key. `at` is when it was given, where that counts."""

    sort: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Shape:
    """What a copier must know of the tables beside what the record says.

    Attributes:
        names: columns (`table/column`) whose texts differ in every copy, each with its sort and the column of its `at`.
        held_names: held values whose texts differ in every copy, each with its sort.
        digests: columns that keep the keyed digest of a name, each with its sort, which is also the digest's purpose.
    """

    names: Mapping[str, tuple[str, str]]
    held_names: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Other:
    """What is different in a copy: how much later, under which ids and names, and where."""

    later: timedelta
    uids: Sequence[UUID]
    names: Sequence[str]
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy, ready to be written: entries with the instants in whose order they are placed, held values, rows."""

    entries: list[tuple[str, tuple[str, int, str, str, str, bytes]]]
    held: list[tuple[str, int, str, bytes, bool]]
    rows: list[tuple[type[models.Model], list[Any]]]


class Original:
    """Streams that belong together, taken apart for copying.

    `uids` and `names` are what a copy needs others of, in the order in which `copy` expects them. The ids ascend, and
    those of a copy must, too: an entry tells rows in the order of their ids. `spot` is where it happened, if anywhere.
    """

    def __init__(self, streams: Sequence[str], *, shape: Shape) -> None:
        """Read some streams with their held values and rows.

        Raises: NotCopyable.
        """
        lines = {stream: _line_of(stream) for stream in streams}
        self.rows = [row for stream in streams for row in _rows_of(stream)]
        held = [one for stream in streams for one in _held_of(stream, self.rows)]
        self.uids = sorted({row.record_key for row in self.rows if _UID.fullmatch(row.record_key)})
        self.names = _names_of(self.rows, held, shape)
        self.spot = _spot_of(self.rows)
        told = {found for line in lines.values() for said in line for found in _INSTANT.findall(_spelled(said))}
        self.instants = sorted(told)
        self._digests = list(shape.digests.values())
        fixed = [*self.uids, *self.instants]
        parts = [_part_mark(one) for one in _PARTS]
        commitments = [_commitment_mark(number) for number in range(len(held))]
        texts = _Holes([*fixed, *(one.text for one in self.names), *parts, *commitments, _PREV])
        cells = _Holes([*fixed, *parts, *map(_digest_mark, self._digests)])
        places = {(one.stream, one.seq, one.name): mark for one, mark in zip(held, commitments, strict=True)}
        self._lines = [
            (_Text(stream, texts), [_Written(_marked(said, self.spot, places), texts) for said in line])
            for stream, line in lines.items()
        ]
        self._held = [
            (_Text(one.stream, texts), one.seq, _Text(one.name, texts), _Text(one.value, texts), one.in_row)
            for one in held
        ]
        self._rows = [_Row(row, self.spot, shape, texts=texts, cells=cells) for row in self.rows]

    @property
    def begins_at(self) -> datetime:
        """The first instant that it tells."""
        return datetime.fromisoformat(self.instants[0])

    @property
    def told(self) -> list[datetime]:
        """All instants that it tells, also those that are still to come."""
        return [datetime.fromisoformat(one) for one in self.instants]

    def copy(self, other: Other) -> Copied:
        """Return a copy."""
        moved = [datetime.fromisoformat(one) + other.later for one in self.instants]
        spot = other.spot or self.spot
        parts = [None if spot is None else getattr(spot, one) for one in _PARTS]
        filling: list[Any] = [*map(str, other.uids), *map(utc_text, moved), *other.names, *parts]
        first = len(filling)
        filling += [""] * (len(self._held) + 1)  # the commitments, and the hash of the entry before
        held = self._copied_held(filling, first)
        entries = self._copied_entries(filling)
        digests = [self._digest(sort, other.names) for sort in self._digests]
        stored = [*map(_stored_uid, other.uids), *map(_stored_instant, moved), *parts, *digests]
        return Copied(entries, held, [(one.table, one.filled(filling, stored)) for one in self._rows])

    def _copied_held(self, filling: list[Any], first: int) -> list[tuple[str, int, str, bytes, bool]]:
        """Commit to the values and encrypt them anew; the commitments go where the entries find them."""
        copied = []
        for number, (of_stream, seq, named, said, in_row) in enumerate(self._held, start=first):
            stream, name, value = of_stream.filled(filling), named.filled(filling), said.filled(filling)
            salt = os.urandom(rules.SALT_BYTES)
            filling[number] = rules.commitment(orjson.loads(value), salt=salt)
            kept = salt if in_row else salt + value.encode()
            copied.append((stream, seq, name, crypto.encrypt(kept, bound_to=f"{stream}#{seq}/{name}"), in_row))
        return copied

    def _copied_entries(self, filling: list[Any]) -> list[tuple[str, tuple[str, int, str, str, str, bytes]]]:
        """Chain and hash the entries anew."""
        copied = []
        for of_stream, line in self._lines:
            stream, prev = of_stream.filled(filling), rules.FIRST
            for seq, one in enumerate(line, start=1):
                filling[-1] = prev
                body = one.body.filled(filling).encode()
                prev = rules.digest(body, alg=_ALGORITHM)
                copied.append((one.at.filled(filling), (stream, seq, one.type, prev, _ALGORITHM, body)))
        return copied

    def _digest(self, sort: str, names: Sequence[str]) -> str:
        of_sort = [text for one, text in zip(self.names, names, strict=True) if one.sort == sort]
        return crypto.keyed_digest(of_sort[0], purpose=sort) if of_sort else ""


def belonging_together(kinds: Iterable[str]) -> list[list[str]]:
    """Return the streams of some kinds in groups: those of which one names the other are in the same."""
    wanted = tuple(f"{kind}:" for kind in kinds)
    entries = Entry.objects.order_by("id").values_list("stream", "body")
    bodies = [(stream, bytes(body).decode()) for stream, body in entries if stream.startswith(wanted)]
    group_of = {stream: [stream] for stream, _ in bodies}
    streams_of: dict[str, list[str]] = {}
    for stream in group_of:
        streams_of.setdefault(stream.partition(":")[2], []).append(stream)
    for stream, body in bodies:
        for uid in _UID.findall(body):
            for other in streams_of.get(uid, ()):
                _unite(group_of, stream, other)
    return list({id(group): group for group in group_of.values()}.values())


def ascending_ids(how_many: int, *, at: datetime, chance: Random) -> list[UUID]:
    """Return ids as if they had been made from an instant on, one each millisecond."""
    first_ms = int(at.timestamp() * 1000)
    return [
        UUID(
            int=(first_ms + number) << 80
            | 0x7 << 76
            | chance.getrandbits(12) << 64
            | 0b10 << 62
            | chance.getrandbits(62)
        )
        for number in range(how_many)
    ]


def _unite(group_of: dict[str, list[str]], one: str, other: str) -> None:
    first, second = group_of[one], group_of[other]
    if first is not second:
        first.extend(second)
        group_of.update((stream, first) for stream in second)


class _Holes:
    """What differs from copy to copy, each with its number among the values that fill the holes."""

    def __init__(self, literals: Sequence[str]) -> None:
        self.numbers = {one: number for number, one in enumerate(literals)}
        if len(self.numbers) != len(literals):
            raise NotCopyable("two things that must differ are spelled alike")
        longest_first = sorted((re.escape(one) for one in literals), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![0-9A-Za-z])({'|'.join(longest_first)})(?![0-9A-Za-z])")


class _Text:
    """A text with holes."""

    __slots__ = ("_numbers", "_pattern")

    def __init__(self, text: str, holes: _Holes) -> None:
        parts = holes.pattern.split(text)
        numbers = [holes.numbers[one] for one in parts[1::2]]
        self._pattern = "%s".join(one.replace("%", "%%") for one in parts[0::2])
        self._numbers = itemgetter(*numbers) if numbers else _nothing

    def filled(self, filling: Sequence[Any]) -> str:
        """Return the text of a copy."""
        return self._pattern % self._numbers(filling)


def _nothing(_: Sequence[Any]) -> tuple[()]:
    return ()


class _Written:
    """An entry with holes, and the instant by which it is placed among all others."""

    __slots__ = ("at", "body", "type")

    def __init__(self, said: Mapping[str, Any], texts: _Holes) -> None:
        self.type = str(said["type"])
        self.at = _Text(said["at"], texts)
        self.body = _Text(_spelled(said), texts)


class _Row:
    """A row with holes, its columns as this database keeps them."""

    def __init__(self, row: RecordedRow, spot: Spot | None, shape: Shape, *, texts: _Holes, cells: _Holes) -> None:
        self.table = type(row)
        self._kept: list[Any] = []
        self._cells: list[tuple[int, int]] = []
        self._texts: list[tuple[int, _Text]] = []
        is_there = spot is not None and _has_point(row)
        for column, one in enumerate(columns_of(self.table)):
            value = getattr(row, one.attname)
            place = f"{row.record_label()}/{one.attname}"
            mark = _part_mark(one.attname) if is_there and one.attname in _PARTS else _spelled_in_column(one, value)
            if place in shape.digests and value:
                mark = _digest_mark(shape.digests[place])
            kept = json.dumps(value) if isinstance(value, dict | list) else one.get_db_prep_save(value, connection)
            self._kept.append(kept)
            if mark in cells.numbers:
                self._cells.append((column, cells.numbers[mark]))
            elif isinstance(kept, str) and texts.pattern.search(kept):
                self._texts.append((column, _Text(kept, texts)))

    def filled(self, filling: Sequence[Any], stored: Sequence[Any]) -> list[Any]:
        """Return the row of a copy."""
        row = self._kept.copy()
        for column, number in self._cells:
            row[column] = stored[number]
        for column, text in self._texts:
            row[column] = text.filled(filling)
        return row


def columns_of(table: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns that are written: all but the number that the database gives."""
    return [one for one in table._meta.concrete_fields if not one.primary_key]


def _spelled_in_column(column: models.Field[Any, Any], value: object) -> str:
    """Return an id or an instant as the record spells it, so that its hole is found."""
    return str(spelled(column, value)) if isinstance(value, UUID | datetime) else ""


@dataclass(frozen=True, slots=True)
class _Held:
    """A held value with the text that was committed to, wherever it lies."""

    stream: str
    seq: int
    name: str
    value: str
    in_row: bool


def _line_of(stream: str) -> list[dict[str, Any]]:
    """Return what the entries of a stream say, as if each had been recorded at the instant of which it tells."""
    bodies = Entry.objects.filter(stream=stream).order_by("seq").values_list("body", flat=True)
    said = [orjson.loads(bytes(body)) for body in bodies]
    return [one | {"recorded_at": one["at"], "prev": _PREV} for one in said]


def _rows_of(stream: str) -> Iterator[RecordedRow]:
    kind, _, owner = stream.partition(":")
    for model in recorded_models().values():
        if model.stream_kind == kind:
            yield from model._base_manager.filter(**{model.stream_column: owner}).order_by("pk")


def _held_of(stream: str, rows: Iterable[RecordedRow]) -> Iterator[_Held]:
    """Yield the values of a stream. A point that lies in a row is a hole; one that was given up stays where it was."""
    row_of = {f"{row.record_label()}/{row.record_key}": row for row in rows if row.stream == stream}
    for one in HeldValue.objects.filter(stream=stream).order_by("seq", "id"):
        if one.sealed is None:
            raise NotCopyable(f"{one} was erased")
        kept = crypto.decrypt(bytes(one.sealed), bound_to=f"{one}")[rules.SALT_BYTES :]
        if not one.in_row:
            yield _Held(stream, one.seq, one.name, kept.decode(), in_row=False)
            continue
        place, _, column = one.name.rpartition("/")
        row = row_of[place]
        if column in _PARTS and _has_point(row):
            yield _Held(stream, one.seq, one.name, _part_mark(column), in_row=True)
        else:
            value = canonical_bytes(getattr(row, column)).decode()
            yield _Held(stream, one.seq, one.name, value, in_row=True)


def _names_of(rows: Iterable[RecordedRow], held: Iterable[_Held], shape: Shape) -> list[Name]:
    """Return the texts that each copy needs others of, once each."""
    found: dict[str, Name] = {}
    for row in rows:
        for place, (sort, at) in shape.names.items():
            label, _, column = place.partition("/")
            if row.record_label() == label and getattr(row, column):
                found[getattr(row, column)] = Name(sort, getattr(row, column), getattr(row, at) if at else None)
    for one in held:
        if one.name in shape.held_names:
            text = orjson.loads(one.value)
            found[text] = Name(shape.held_names[one.name], text)
    return list(found.values())


def _has_point(row: RecordedRow) -> bool:
    """Whether the row lies at a place that the map found."""
    return getattr(row, "cell", None) is not None


def _spot_of(rows: Iterable[RecordedRow]) -> Spot | None:
    """Return where all this happened.

    Raises: NotCopyable when it happened at several places.
    """
    spots = {_spot(row) for row in rows if _has_point(row)}
    classes = {one.area_class for one in spots} - {""}
    places = {(one.lon_e7, one.lat_e7, one.division, one.area) for one in spots}
    if len(places) > 1 or len(classes) > 1:
        raise NotCopyable(f"it happened at several places: {sorted(places)}")
    return max(spots, key=lambda one: one.area_class, default=None)


def _spot(row: Any) -> Spot:
    wide = coarse_cell(Point(row.lon_e7, row.lat_e7))
    return Spot(row.lon_e7, row.lat_e7, row.cell, wide, row.division, row.area, getattr(row, "area_class", ""))


def _marked(said: dict[str, Any], spot: Spot | None, places: Mapping[tuple[str, int, str], str]) -> dict[str, Any]:
    """Return what an entry says with marks where commitments and the place stand."""
    stream, seq = said["stream"], said["seq"]
    rows = {
        label: {
            key: {
                name: {"held": places[stream, seq, f"{label}/{key}/{name}"]} if _is_commitment(value) else value
                for name, value in columns.items()
            }
            for key, columns in keyed.items()
        }
        for label, keyed in said["rows"].items()
    }
    held = {name: places[stream, seq, name] for name in said["held"]}
    marked: dict[str, Any] = _with_spot(said | {"rows": rows, "held": held}, spot)
    return marked


def _is_commitment(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"held"}


def _with_spot(said: Any, spot: Spot | None, *, named: str = "") -> Any:
    """Put marks where an entry names the place."""
    if spot is None:
        return said
    if isinstance(said, dict):
        return {name: _with_spot(value, spot, named=name) for name, value in said.items()}
    if isinstance(said, list):
        return [_with_spot(value, spot, named=named) for value in said]
    if isinstance(said, str) and said:
        for part in ("division", "area", "coarse_cell"):
            if said == getattr(spot, part):
                return _part_mark(part)
        if named == "area_class" and said == spot.area_class:
            return _part_mark("area_class")
    return said


def _spelled(said: Mapping[str, Any]) -> str:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def _part_mark(part: str) -> str:
    return f"⟦{part}⟧"


def _commitment_mark(number: int) -> str:
    return f"⟦commitment {number}⟧"


def _digest_mark(sort: str) -> str:
    return f"⟦digest {sort}⟧"


def _stored_uid(uid: UUID) -> str:
    """Return an id as this database's columns keep it."""
    return uid.hex if connection.vendor == "sqlite" else str(uid)


def _stored_instant(at: datetime) -> object:
    """Return an instant as this database's columns keep it."""
    return connection.ops.adapt_datetimefield_value(at)
