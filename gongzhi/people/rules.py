"""Who may do what, as pure functions over the policy table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import ADMINISTRATORS, Post, Scope

ADMINISTRATION = (
    *((Post.SYSTEM_ADMINISTRATOR, f"people.{act}") for act in ("add_unit", "end_unit", "add_member")),
    *(
        (post, f"people.{act}")
        for post in (Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR)
        for act in ("appoint", "end_appointment", "make_token", "end_token")
    ),
)
"""Who keeps units and members, and who gives and takes powers."""


class NotPermitted(Refusal):
    """The post has no power for this act here."""

    code = "not-permitted"


class NotAppointed(Refusal):
    """The member does not hold this post in this unit at this time."""

    code = "not-appointed"


class AdministratorsApart(Refusal):
    """System, security and audit administrator are three separate persons."""

    code = "administrators-apart"


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


def require_administrators_apart(post: str, *, held: Iterable[str]) -> None:
    """Refuse a second administrator's post to somebody who holds another. Raises: AdministratorsApart."""
    others = ADMINISTRATORS.intersection(held) - {post}
    if post in ADMINISTRATORS and others:
        raise AdministratorsApart(post=post, held=min(others))


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
