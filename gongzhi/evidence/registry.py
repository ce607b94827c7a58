"""What other rooms tell this one while they start: where a thing lies that files prove something about.

A file belongs to a stream such as `case:<uid>`; only the room of that stream knows its place and who answers for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gongzhi.kernel.geo import Point
from gongzhi.people.rules import Matter


@dataclass(frozen=True, slots=True)
class Owner:
    """What a file belongs to: what a permission looks at, and the place, where one is known."""

    matter: Matter = field(default_factory=Matter)
    point: Point | None = None


Matters = Callable[[Collection[str]], Mapping[str, Matter]]

_finders: dict[str, Callable[[str], Owner]] = {}
_of_many: dict[str, Matters] = {}


def register_owner(kind: str, find: Callable[[str], Owner], *, matters: Matters | None = None) -> None:
    """Name the function that finds the owner with an id, for the streams `<kind>:<id>`.

    Args:
        kind: how the streams begin.
        find: the owner with an id.
        matters: what a permission looks at, for many owners at once by their ids; without it each is found by itself.
    """
    _finders[kind] = find
    if matters is not None:
        _of_many[kind] = matters


def owner_of(stream: str) -> Owner:
    """Return what the files of a stream belong to; a stream that no room knows lies nowhere and with nobody."""
    kind, _, subject = stream.partition(":")
    find = _finders.get(kind)
    return Owner() if find is None else find(subject)


def matters_of(streams: Iterable[str]) -> dict[str, Matter]:
    """Return what a permission looks at for the files of many streams, each kind of them asked for at once."""
    found: dict[str, Matter] = {}
    of_kind: dict[str, list[str]] = {}
    for stream in streams:
        of_kind.setdefault(stream.partition(":")[0], []).append(stream)
    for kind, asked in of_kind.items():
        if kind in _of_many:
            known = _of_many[kind]([stream.partition(":")[2] for stream in asked])
            found |= {stream: known.get(stream.partition(":")[2], Matter()) for stream in asked}
        else:
            found |= {stream: owner_of(stream).matter for stream in asked}
    return found
