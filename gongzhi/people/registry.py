"""What other rooms tell this one while they start.

Default lines of the policy table, separations of hands, what units and members still hold, and the city's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongzhi.people.rules import Grant, Holding, Separation
from gongzhi.people.states import Scope

HeldByUnit = Callable[[str], Holding | None]
HeldByMember = Callable[[UUID], Holding | None]
Setting = Callable[[str, datetime], int]


@dataclass(frozen=True, slots=True)
class _Holdings:
    """How one room answers what a unit or a member still has in hand there."""

    of_unit: HeldByUnit | None
    of_member: HeldByMember | None


_grants: dict[tuple[str, str], Grant] = {}
_separations: dict[str, Separation] = {}
_holdings: dict[str, _Holdings] = {}
_settings: list[Setting] = []


def register_acts(seeds: Iterable[tuple[str, str]], *, scopes: dict[str, Scope] | None = None) -> None:
    """Register the default (post, act) pairs of a lifecycle; `scopes` gives a post's reach, city-wide otherwise.

    An act whose pairs name administrators, and beside them machines only, is one of administration: a city gives it to
    no other post. One that names a post at work too may be shared.
    """
    for post, act in seeds:
        _grants[(post, act)] = Grant(post=post, act=act, scope=(scopes or {}).get(post, Scope.CITY))


def register_separation(act: str, *, not_after: Iterable[str], firm: bool = False) -> None:
    """Register that an act may not be done by one who did any of the earlier acts, beside those already named.

    Args:
        act: the later act.
        not_after: the earlier ones.
        firm: whether no night duty ever relaxes it; an act that is firm for one room is firm.
    """
    before = _separations.get(act, Separation(act=act, not_after=frozenset()))
    _separations[act] = Separation(act=act, not_after=before.not_after.union(not_after), firm=before.firm or firm)


def register_holdings(name: str, *, of_unit: HeldByUnit | None = None, of_member: HeldByMember | None = None) -> None:
    """Register how to ask a room what a unit, or a member, still has in hand; None says nothing.

    Args:
        name: the kind of thing, such as `case`; registering it again replaces what was there.
        of_unit: called with the code of a unit that is about to end.
        of_member: called with the id of a member who is about to leave.
    """
    _holdings[name] = _Holdings(of_unit=of_unit, of_member=of_member)


def register_settings(setting: Setting) -> None:
    """Register where the city's dated settings are read; the room that keeps them lies above this one."""
    _settings[:] = [setting]


def default_grants() -> list[Grant]:
    """Return the seeds of the policy table, in a fixed order."""
    return [_grants[key] for key in sorted(_grants)]


def separations() -> list[Separation]:
    """Return all separations of hands."""
    return [_separations[act] for act in sorted(_separations)]


def held_by_unit(code: str) -> list[Holding]:
    """Return what a unit still has in hand, by the kind of thing."""
    asked = [one.of_unit for _, one in sorted(_holdings.items()) if one.of_unit is not None]
    return [held for ask in asked if (held := ask(code)) is not None]


def held_by_member(member: UUID) -> list[Holding]:
    """Return what a member still has in hand, by the kind of thing."""
    asked = [one.of_member for _, one in sorted(_holdings.items()) if one.of_member is not None]
    return [held for ask in asked if (held := ask(member)) is not None]


def setting(name: str, *, default: int, at: datetime) -> int:
    """Return one of the city's settings at an instant; the default where nobody keeps any."""
    return _settings[0](name, at) if _settings else default
