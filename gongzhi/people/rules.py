"""Who may do what, as pure functions over the policy table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import ADMINISTRATORS, Post, Scope

KEEPS_PEOPLE = ("add_unit", "end_unit", "add_member", "rename_member", "end_member", "make_account")
GIVES_POWERS = (
    *("appoint", "end_appointment", "make_token", "end_token"),
    *("close_account", "reopen_account", "set_password", "put_grant", "end_grant"),
)
ADMINISTRATION = (
    *((Post.SYSTEM_ADMINISTRATOR, f"people.{act}") for act in KEEPS_PEOPLE),
    *((Post.SECURITY_ADMINISTRATOR, f"people.{act}") for act in GIVES_POWERS),
)
"""Whoever adds people gives them no powers, and whoever gives powers adds nobody: it takes two to make one powerful."""
KEY_TO_THE_TABLE = (Post.SECURITY_ADMINISTRATOR, "people.put_grant")
"""The line of the policy table without which nobody could ever change it again."""


class NotPermitted(Refusal):
    """The post has no power for this act here."""

    code = "not-permitted"


class NotAppointed(Refusal):
    """The member does not hold this post in this unit at this time."""

    code = "not-appointed"


class AdministratorsApart(Refusal):
    """System, security and audit administrator are three separate persons."""

    code = "administrators-apart"


class PowersApart(Refusal):
    """What one administrator may do is given to no other post."""

    code = "powers-apart"


class OwnPowers(Refusal):
    """Nobody gives a power to themselves."""

    code = "own-powers"


class TableLocked(Refusal):
    """Without this line nobody could change the policy table any more."""

    code = "table-locked"


class UnitEnded(Refusal):
    """The unit does not exist any more at this time."""

    code = "unit-ended"


class SamePerson(Refusal):
    """The law of separate hands: whoever did the earlier act may not do this one."""

    code = "same-person"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a permission looks at: where the thing lies, which unit answers for it, whose hands it went through.

    `area` is a path of division codes (`3502/350203/350203001`), empty when the place is unknown. `hands` maps an act
    (`case.accept`) to the ids of those who did it.
    """

    area: str = ""
    unit: str | None = None
    hands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the policy table."""

    post: str
    act: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Separation:
    """Acts that must be done by different people: `act` not by one who did any of `not_after`."""

    act: str
    not_after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an actor stands: the codes of its unit and of the units above it, and the areas the unit answers for."""

    unit: str | None = None
    units_below: frozenset[str] = frozenset()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor sees of a list: everything, or what lies with these units or in these areas."""

    everywhere: bool = False
    units: frozenset[str] = frozenset()
    areas: tuple[str, ...] = ()

    def reaches(self, matter: Matter) -> bool:
        """Whether a matter is among what the actor sees; one without a place lies in no area.

        Example:
            >>> Sight(areas=("3502/350203",)).reaches(Matter(area="3502/350203/350203001"))
            True
        """
        with_unit = matter.unit is not None and matter.unit in self.units
        return self.everywhere or with_unit or within_area(matter.area, self.areas)


def require_administrators_apart(post: str, *, held: Iterable[str]) -> None:
    """Refuse a second administrator's post to somebody who holds another. Raises: AdministratorsApart."""
    others = ADMINISTRATORS.intersection(held) - {post}
    if post in ADMINISTRATORS and others:
        raise AdministratorsApart(post=post, held=min(others))


def require_powers_apart(post: str, act: str, *, defaults: Iterable[Grant]) -> None:
    """Refuse an act of administration to any post but its own, and one administrator's act to another administrator.

    Raises: PowersApart.
    """
    owner = next((owner for owner, owned in ADMINISTRATION if owned == act), None)
    if owner is not None and post != owner:
        raise PowersApart(post=post, act=act, owner=owner)
    meant_for = {one.post for one in defaults if one.act == act}
    if post in ADMINISTRATORS - meant_for and meant_for & ADMINISTRATORS:
        raise PowersApart(post=post, act=act, owner=min(meant_for & ADMINISTRATORS))


def within_area(area: str, areas: Iterable[str]) -> bool:
    """Whether a division path lies in one of the given divisions.

    Example:
        >>> within_area("3502/350203/350203001", ["3502/350203"]), within_area("3502/350206", ["3502/350203"])
        (True, False)
    """
    return any(area == one or area.startswith(f"{one}/") for one in areas)


def reaches(grant: Grant, *, matter: Matter, reach: Reach) -> bool:
    """Whether a grant covers a matter, seen from where the actor stands.

    A matter whose place is unknown lies in no area, so only city-wide posts reach it.
    """
    if grant.scope is Scope.CITY:
        return True
    if grant.scope is Scope.AREA:
        return bool(matter.area) and within_area(matter.area, reach.areas)
    return matter.unit is not None and (matter.unit == reach.unit or matter.unit in reach.units_below)


def require_separate_hands(act: str, *, by: str, matter: Matter, separations: Iterable[Separation]) -> None:
    """Refuse when the same person did an act that must lie in other hands.

    Raises: SamePerson.
    """
    for separation in separations:
        if separation.act != act:
            continue
        for earlier in sorted(separation.not_after):
            if by in matter.hands.get(earlier, ()):
                raise SamePerson(act=act, earlier=earlier)
