"""What other rooms tell this one while they start: default lines of the policy table, separations of hands."""

from __future__ import annotations

from collections.abc import Iterable

from gongzhi.people.rules import Grant, Separation
from gongzhi.people.states import Scope

_grants: dict[tuple[str, str], Grant] = {}
_separations: dict[str, Separation] = {}


def register_acts(seeds: Iterable[tuple[str, str]], *, scopes: dict[str, Scope] | None = None) -> None:
    """Register the default (post, act) pairs of a lifecycle; `scopes` gives a post's reach, city-wide otherwise.

    An act whose pairs name administrators, and beside them machines only, is one of administration: a city gives it to
    no other post. One that names a post at work too may be shared.
    """
    for post, act in seeds:
        _grants[(post, act)] = Grant(post=post, act=act, scope=(scopes or {}).get(post, Scope.CITY))


def register_separation(act: str, *, not_after: Iterable[str]) -> None:
    """Register that an act may not be done by one who did any of the earlier acts, beside those already named."""
    named = _separations[act].not_after if act in _separations else frozenset()
    _separations[act] = Separation(act=act, not_after=named.union(not_after))


def default_grants() -> list[Grant]:
    """Return the seeds of the policy table, in a fixed order."""
    return [_grants[key] for key in sorted(_grants)]


def separations() -> list[Separation]:
    """Return all separations of hands."""
    return [_separations[act] for act in sorted(_separations)]
