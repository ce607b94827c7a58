"""What rooms above this one tell it while they start: what a change of the norms would do to their open matters."""

from __future__ import annotations

from collections.abc import Mapping

from gongzhi.norms.rules import Effect, ProposedNorms

_effects: dict[str, Effect] = {}


def register_effect(name: str, effect: Effect) -> None:
    """Let an import say beforehand what it would change for a room's open matters.

    Args:
        name: what is counted, such as `open-cases`.
        effect: called with what would change; returns counts by name.
    """
    _effects[name] = effect


def effects_of(proposed: ProposedNorms) -> dict[str, Mapping[str, int]]:
    """Return what proposed norms would change, by what is counted."""
    return {name: effect(proposed) for name, effect in sorted(_effects.items())}
