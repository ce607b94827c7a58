"""Tables of the record, and the two kinds of rows that other rooms record."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import DatabaseError, connection, models

from gongzhi.kernel.canonical import Plain, plain


class UnrecordedChange(Exception):
    """A recorded row was saved without an entry. That is a bug, never a situation."""


class Entry(models.Model):
    """One entry of one stream, its canonical bytes kept verbatim."""

    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)
    alg = models.CharField(max_length=12)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="entry_place")]

    def __str__(self) -> str:
        """Return the entry's place and type."""
        return f"{self.stream}#{self.seq} {self.type}"


class HeldValue(models.Model):
    """A committed value: salt and value, encrypted and erasable.

    Where the value lives in a column of a row (`in_row`), only the salt lies here. After an erasure `sealed` is empty.
    """

    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    sealed = models.BinaryField(null=True)
    in_row = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq", "name"], name="held_value_place")]

    def __str__(self) -> str:
        """Return the value's place, never the value."""
        return f"{self.stream}#{self.seq}/{self.name}"


class OutboxItem(models.Model):
    """An entry that has no position yet; written in the entry's own transaction."""

    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="outbox_place")]

    def __str__(self) -> str:
        """Return the entry's place."""
        return f"{self.stream}#{self.seq}"


class Position(models.Model):
    """The commit-ordered number of an entry: the only cursor for sync, live pages and export."""

    position = models.BigIntegerField(primary_key=True)
    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="position_place")]

    def __str__(self) -> str:
        """Return position and place."""
        return f"{self.position}: {self.stream}#{self.seq}"


class Delivery(models.Model):
    """One fact on its way to one subscriber, under a lease while it is being handled."""

    subscriber = models.CharField(max_length=80)
    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    position = models.BigIntegerField()
    state = models.CharField(max_length=12)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=64, default="")
    last_error = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "stream", "seq"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "next_at", "position"], name="delivery_due")]

    def __str__(self) -> str:
        """Return subscriber and place."""
        return f"{self.subscriber} ← {self.stream}#{self.seq}"


class Seal(models.Model):
    """A signed Merkle root over all positions since the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.BigIntegerField()
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64)
    at = models.CharField(max_length=40)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        """Return the seal's span."""
        return f"seal {self.number}: {self.first}–{self.last}"


def spelled(field: models.Field[Any, Any], value: object) -> Plain:
    """Return a value as the record spells it once a column holds it: a decimal with all its places, a day as a day."""
    value = field.to_python(value)
    if isinstance(field, models.DecimalField) and isinstance(value, Decimal):
        value = value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return plain(value)


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model._meta.label_lower} has no column {name}")
    return field


Recorded = TypeVar("Recorded", bound="RecordedRow")


class RecordedQuerySet(models.QuerySet[Recorded]):
    """Finds recorded rows, and refuses to change many at once: that would leave no entry."""

    def update(self, **_: object) -> NoReturn:
        """Refuse."""
        self._refuse()

    def delete(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def bulk_create(self, *_: object, **__: object) -> NoReturn:
        """Refuse."""
        self._refuse()

    def bulk_update(self, *_: object, **__: object) -> NoReturn:
        """Refuse."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UnrecordedChange(
            f"{self.model.record_label()}: change its rows one by one through audit.operations.record"
        )


class RecordedRow(models.Model):
    """A row whose every change is written into a stream of the record, column by column.

    `stream_kind` and `stream_column` give its stream (`case:<uid>`), `key_column` tells it from its neighbours there.
    Columns in `committed` enter as commitments; columns in `not_folded` do not enter at all, each with its reason.
    """

    stream_kind: ClassVar[str]
    stream_column: ClassVar[str] = "uid"
    key_column: ClassVar[str] = "uid"
    committed: ClassVar[frozenset[str]] = frozenset()
    not_folded: ClassVar[Mapping[str, str]] = {}

    objects = models.Manager.from_queryset(RecordedQuerySet)()

    class Meta:
        abstract = True

    _as_read: dict[str, Any]
    _is_unknown_to_the_record: bool = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a change that leaves no entry."""
        raise UnrecordedChange(f"{self.record_label()}: change it through audit.operations.record")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: reference data end, cases are voided, personal values are erased."""
        raise UnrecordedChange(f"{self.record_label()} is never deleted")

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Remember what the record says, so that the next entry holds just what changed."""
        row = super().from_db(db, field_names, values, **kwargs)
        if len(field_names) == len(cls._meta.concrete_fields):
            row._remember()
        return row

    @classmethod
    def locked(cls, **where: object) -> Self | None:
        """Return the row that has these values, locked until the transaction ends; None when there is none.

        Says what `objects.select_for_update().filter(...).first()` says, at a fifth of its cost: the statement is put
        together once, and every operation begins with one.
        """
        reader = _reader(cls, tuple((name, value is None) for name, value in where.items()), connection.vendor)
        values = [
            _column(cls, name).get_db_prep_value(value, connection)
            for name, value in where.items()
            if value is not None
        ]
        with connection.cursor() as cursor:
            cursor.execute(reader.statement, values)
            found = cursor.fetchone()
        if found is None:
            return None
        read = [_converted(value, converters) for value, converters in zip(found, reader.converters, strict=True)]
        return cls.from_db(connection.alias, reader.names, read)

    @classmethod
    def folded_fields(cls) -> list[models.Field[Any, Any]]:
        """Return the columns that the record can rebuild, in the order of the table."""
        return [field for field in cls._meta.concrete_fields if field.attname not in {"id", *cls.not_folded}]

    @classmethod
    def record_label(cls) -> str:
        """Return the name of this table in the record."""
        return cls._meta.label_lower

    @property
    def stream(self) -> str:
        """The stream this row's changes are written to."""
        return f"{self.stream_kind}:{getattr(self, self.stream_column)}"

    @property
    def record_key(self) -> str:
        """What tells this row from others of its table in the same stream."""
        return str(getattr(self, self.key_column))

    def changed(self) -> dict[str, Plain]:
        """Return the columns that differ from what the record says. A new row differs in all.

        Raises: UnrecordedChange when the row was loaded in part, so that nobody can tell.
        """
        fields = self.folded_fields()
        if self._state.adding or self._is_unknown_to_the_record:
            return {field.attname: spelled(field, getattr(self, field.attname)) for field in fields}
        if not hasattr(self, "_as_read"):
            raise UnrecordedChange(f"{self.record_label()} was loaded in part and cannot be recorded")
        changed = {}
        for field in fields:
            before, now = self._as_read[field.attname], getattr(self, field.attname)
            if before is not now and (value := spelled(field, now)) != spelled(field, before):
                changed[field.attname] = value
        return changed

    def tell_whole(self) -> None:
        """Let the next entry hold every column: the row was there before its table came under the record."""
        self._is_unknown_to_the_record = True

    def before(self, column: str) -> Plain:
        """Return what the record says of a column until the next entry."""
        return spelled(_column(type(self), column), self._as_read[column])

    def save_recorded(self, *, columns: Sequence[str]) -> None:
        """Write the row, its unfolded columns included; only `audit.operations.record` calls this."""
        if self._state.adding:
            self._insert()
        elif written := {*columns, *self.not_folded}:
            self._update(written)
        self._is_unknown_to_the_record = False
        self._remember()

    def _insert(self) -> None:
        """Add the row, in the words that `save` would use at a fraction of their cost."""
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        quoted = connection.ops.quote_name
        columns, places = ", ".join(quoted(field.column) for field in fields), ", ".join(["%s"] * len(fields))
        values = [field.get_db_prep_save(getattr(self, field.attname), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quoted(self._meta.db_table)} ({columns}) VALUES ({places}) RETURNING id",  # noqa: S608 - names of our own columns
                values,
            )
            (self.pk,) = cursor.fetchone()
        self._state.adding, self._state.db = False, connection.alias

    def _update(self, columns: Collection[str]) -> None:
        """Write some columns, in the words that `save` would use at a third of their cost."""
        fields = [field for field in self._meta.concrete_fields if field.attname in columns]
        quoted = connection.ops.quote_name
        changes = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
        values = [field.get_db_prep_save(getattr(self, field.attname), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {quoted(self._meta.db_table)} SET {changes} WHERE id = %s", [*values, self.pk])  # noqa: S608 - names of our own columns
            if cursor.rowcount != 1:
                raise DatabaseError(f"{self.record_label()} {self.record_key} is gone")

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """Read the row anew, and with it what the record says."""
        named = None if fields is None else list(fields)
        super().refresh_from_db(using, named, from_queryset)
        if named is None:
            self._remember()
        elif hasattr(self, "_as_read"):
            columns = [_column(type(self), name).attname for name in named]
            self._as_read |= {column: copy.deepcopy(self.__dict__[column]) for column in columns}

    def _remember(self) -> None:
        # JSON values are copied: a list that is changed in place must not change what we remember
        self._as_read = {
            field.attname: copy.deepcopy(value) if isinstance(value, list | dict) else value
            for field in self._meta.concrete_fields
            for value in (getattr(self, field.attname),)
        }


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the rows of a table are read: the statement, the columns in its order, and what turns each into its value."""

    statement: str
    names: Sequence[str]
    converters: Sequence[Sequence[Callable[[Any], Any]]]


@cache
def _reader(model: type[RecordedRow], where: tuple[tuple[str, bool], ...], vendor: str) -> _Reader:
    """Return the reader for rows with some values; the flag beside each name says that it is to be empty."""
    fields = model._meta.concrete_fields
    quoted = connection.ops.quote_name
    wanted = " AND ".join(
        f"{quoted(_column(model, name).column)} {'IS NULL' if is_empty else '= %s'}" for name, is_empty in where
    )
    columns = ", ".join(quoted(field.column) for field in fields)
    lock = " FOR UPDATE" if vendor == "postgresql" else ""
    return _Reader(
        statement=f"SELECT {columns} FROM {quoted(model._meta.db_table)} WHERE {wanted} ORDER BY id LIMIT 1{lock}",  # noqa: S608 - names of our own columns
        names=[field.attname for field in fields],
        converters=[_converters(field) for field in fields],
    )


def _converters(field: models.Field[Any, Any]) -> list[Callable[[Any], Any]]:
    column = field.get_col(field.model._meta.db_table)
    known = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    return [partial(_convert, convert, column) for convert in known]


def _convert(how: Callable[..., object], column: object, value: object) -> object:
    return how(value, column, connection)


def _converted(value: object, converters: Sequence[Callable[[Any], Any]]) -> object:
    for convert in converters:
        value = convert(value)
    return value


class Aggregate(RecordedRow):
    """The row that owns a stream. Its lock is the chain's lock; its version is the number of the last entry."""

    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
