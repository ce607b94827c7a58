"""What the rooms of the doors have the worker do for them, in its own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that is done again and again, with the time between."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]


_errands: dict[str, Errand] = {}


def register_errand(name: str, *, every: timedelta, do: Callable[[datetime], object]) -> None:
    """Register what the worker does again and again; registering a name again replaces what was there."""
    _errands[name] = Errand(name, every, do)


def errands() -> list[Errand]:
    """Return what was registered, by name."""
    return [_errands[name] for name in sorted(_errands)]
