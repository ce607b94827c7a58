"""What rooms above this one tell it while they start: what a change of the ground would do to their open matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gongzhi.places.rules import Effect, Proposed

_effects: dict[str, Effect] = {}


def register_effect(name: str, effect: Effect) -> None:
    """Let an import say beforehand what it would change for a room's open matters.

    Args:
        name: what is counted, such as `open-cases`.
        effect: called with the ground as it is and as it would be; returns counts by name.
    """
    _effects[name] = effect


def effects_of(proposed: Callable[[], Proposed]) -> dict[str, Mapping[str, int]]:
    """Return what a proposed ground would change, by what is counted; it is made only where somebody counts."""
    if not _effects:
        return {}
    made = proposed()
    return {name: effect(made) for name, effect in sorted(_effects.items())}
