"""What other rooms hang into the record: subscribers, digests of configuration tables, further checks.

Filled while the rooms start (`AppConfig.ready`), read afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gongzhi.audit.states import Damage, Origin
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.facts import FactType

SnapshotRows = Callable[[], Iterable[Sequence[str | int | bool | None]]]


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

    `outward` subscribers reach people outside (messages, webhooks): they get live facts only.
    """

    key: str
    wants: frozenset[str]
    handle: Callable[[EntryRow], None]
    outward: bool = False


@dataclass
class _Registry:
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    snapshots: dict[str, SnapshotRows] = field(default_factory=dict)
    checks: dict[str, Callable[[], Iterator[Finding]]] = field(default_factory=dict)


_registry = _Registry()


def subscribe(
    key: str, wants: Iterable[FactType], handle: Callable[[EntryRow], None], *, outward: bool = False
) -> None:
    """Listen to facts. The handler runs at least once per fact, in a transaction of its own, and must be idempotent."""
    _registry.subscribers[key] = Subscriber(key, frozenset(one.name for one in wants), handle, outward)


def register_snapshot(stream: str, rows: SnapshotRows) -> None:
    """Name the rows of a configuration stream, in an order that is always the same; their digest is in the record."""
    _registry.snapshots[stream] = rows


def register_check(name: str, check: Callable[[], Iterator[Finding]]) -> None:
    """Add a check to `audit verify`, such as hashing all files again."""
    _registry.checks[name] = check


def subscribers() -> Mapping[str, Subscriber]:
    """Return all subscribers by key."""
    return _registry.subscribers


def snapshots() -> Mapping[str, SnapshotRows]:
    """Return the configuration streams."""
    return _registry.snapshots


def checks() -> Mapping[str, Callable[[], Iterator[Finding]]]:
    """Return the further checks by name."""
    return _registry.checks
