"""What other rooms tell this one while they start: where a thing lies that files prove something about.

A file belongs to a stream such as `case:<uid>`; only the room of that stream knows its place and who answers for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gongzhi.kernel.geo import Point
from gongzhi.people.rules import Matter


@dataclass(frozen=True, slots=True)
class Owner:
    """What a file belongs to: what a permission looks at, and the place, where one is known."""

    matter: Matter = field(default_factory=Matter)
    point: Point | None = None


_finders: dict[str, Callable[[str], Owner]] = {}


def register_owner(kind: str, find: Callable[[str], Owner]) -> None:
    """Name the function that finds the owner with an id, for the streams `<kind>:<id>`."""
    _finders[kind] = find


def owner_of(stream: str) -> Owner:
    """Return what the files of a stream belong to; a stream that no room knows lies nowhere and with nobody."""
    kind, _, subject = stream.partition(":")
    find = _finders.get(kind)
    return Owner() if find is None else find(subject)
