"""What other rooms hang into the record: subscribers, digests of configuration tables, further checks.

Filled while the rooms start (`AppConfig.ready`), read afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from gongzhi.audit.states import Damage, Origin
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType

if TYPE_CHECKING:
    from django.db.models import Model

SnapshotRows = Callable[[], Iterable[Sequence[str | int | bool | None]]]
Check = Callable[[], "Iterator[Finding]"]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as readers get it."""

    stream: str
    seq: int
    type: str
    v: int
    at: datetime
    recorded_at: datetime
    origin: Origin
    actor: Actor
    facts: Mapping[str, object]
    rows: Mapping[str, object]
    held: Mapping[str, str]
    hash: str
    prev: str

    @property
    def subject(self) -> str:
        """The public id behind the stream's name: `case:<id>` → `<id>`."""
        return self.stream.partition(":")[2]

    def changed(self, table: str, key: str) -> Mapping[str, object]:
        """Return what this change set in one row, by column; empty where it set nothing there."""
        of_table = self.rows.get(table)
        of_row = of_table.get(key) if isinstance(of_table, Mapping) else None
        return of_row if isinstance(of_row, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verification found wrong, with its exact place."""

    damage: Damage
    stream: str
    seq: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A room that listens: a key that never changes, the facts it wants, what it does with one.

    It hears what came into the record by its `origins` alone: whoever tells people of a fact has no use for one that
    was imported or replayed.
    """

    key: str
    wants: frozenset[str]
    handle: Callable[[EntryRow], None]
    origins: frozenset[Origin] = frozenset(Origin)

    def hears(self, fact: str, *, origin: Origin) -> bool:
        """Whether this subscriber gets a fact that came into the record in this way."""
        return fact in self.wants and origin in self.origins


@dataclass
class _Registry:
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    snapshots: dict[str, SnapshotRows] = field(default_factory=dict)
    tables: dict[str, Sequence[type[Model]]] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    hashing_files: set[str] = field(default_factory=set)


_registry = _Registry()


def subscribe(
    key: str,
    wants: Iterable[FactType],
    handle: Callable[[EntryRow], None],
    *,
    origins: Iterable[Origin] = tuple(Origin),
) -> None:
    """Listen to facts. The handler runs at least once per fact, in a transaction of its own, and must be idempotent."""
    _registry.subscribers[key] = Subscriber(key, frozenset(one.name for one in wants), handle, frozenset(origins))


def register_snapshot(stream: str, rows: SnapshotRows, *, tables: Iterable[type[Model]]) -> None:
    """Name the rows of a configuration stream, in an order that is always the same; their digest is in the record.

    Verification also looks at every column of the `tables` they come from: what is misspelled there could be read as if
    it were empty, and the digest would not tell.
    """
    _registry.snapshots[stream] = rows
    _registry.tables[stream] = tuple(tables)


def register_check(name: str, check: Check, *, hashes_files: bool = False) -> None:
    """Add a check to `audit verify`; one that `hashes_files` is left out of a run that leaves the files alone."""
    _registry.checks[name] = check
    if hashes_files:
        _registry.hashing_files.add(name)


def subscribers() -> Mapping[str, Subscriber]:
    """Return all subscribers by key."""
    return _registry.subscribers


def snapshots() -> Mapping[str, SnapshotRows]:
    """Return the configuration streams."""
    return _registry.snapshots


def snapshot_tables(stream: str) -> Sequence[type[Model]]:
    """Return the tables of a configuration stream."""
    return _registry.tables.get(stream, ())


def checks(*, hashing_files: bool = True) -> Mapping[str, Check]:
    """Return the further checks by name, with or without those that hash stored files again."""
    return {
        name: check for name, check in _registry.checks.items() if hashing_files or name not in _registry.hashing_files
    }
