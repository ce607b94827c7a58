"""Who may do what, as pure functions over the policy table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.people.states import ADMINISTRATORS, Post, Scope

KEEPS_PEOPLE = ("add_unit", "renew_contract", "end_unit", "add_member", "rename_member", "end_member", "make_account")
GIVES_POWERS = (
    *("appoint", "end_appointment", "substitute", "end_substitution", "make_token", "end_token"),
    *("close_account", "reopen_account", "set_password", "end_second_factor", "put_grant", "end_grant"),
    *("put_credential_need", "end_credential_need"),
)
ADMINISTRATION = (
    *((Post.SYSTEM_ADMINISTRATOR, f"people.{act}") for act in KEEPS_PEOPLE),
    *((Post.SECURITY_ADMINISTRATOR, f"people.{act}") for act in GIVES_POWERS),
)
"""Whoever adds people gives them no powers, and whoever gives powers adds nobody.

Nor does one who gives powers act in the post of another administrator: tokens and passwords of administrators are made
at the terminal.
"""
KEY_TO_THE_TABLE = (Post.SECURITY_ADMINISTRATOR, "people.put_grant")
"""The line of the policy table without which nobody could ever change it again."""
KEEPERS = frozenset({Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR})
"""The posts that are never empty: without the one nobody brings in people, without the other nobody gives powers."""

LONGEST_AREA = 255
_AREA = re.compile(r"[0-9]{2,32}(/[0-9]{2,32})*", re.ASCII)


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


class BeyondAdministration(Refusal):
    """An administrator takes no part in the work on reports and cases, beyond what the post has by itself."""

    code = "beyond-administration"


class LastKeeper(Refusal):
    """Nobody else holds this post for as long: without a successor the city could not keep its people or powers."""

    code = "last-keeper"


class NameBlank(Refusal):
    """A name or code shows nothing that a person could see."""

    code = "name-blank"


class NameTooLong(Refusal):
    """A name or code is longer than there is room for."""

    code = "name-too-long"


class NameUnreadable(Refusal):
    """A name or code holds characters that are no text: half a surrogate pair, or the character zero."""

    code = "name-unreadable"


class AreaUnreadable(Refusal):
    """An area is no path of division codes from the city down."""

    code = "area-unreadable"


class KeyOfAnAdministrator(Refusal):
    """Nobody makes a token or a password that lets them act as another administrator."""

    code = "key-of-an-administrator"


class OwnPowers(Refusal):
    """Nobody gives a power to themselves."""

    code = "own-powers"


class TableLocked(Refusal):
    """Without this line nobody could change the policy table any more."""

    code = "table-locked"


class SamePerson(Refusal):
    """The law of separate hands: whoever did the earlier act may not do this one."""

    code = "same-person"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a permission looks at: where the thing lies, which unit answers for it, whose hands it went through.

    `area` is a path of division codes (`3502/350203/350203001`), empty when the place is unknown. `hands` maps an act
    (`case.accept`) to the ids of those who did it. `urgent` is what cannot wait for the morning: while a night duty
    holds there, it may lie in fewer hands. `beyond` are the divisions across a border that see it as well, for its
    position is not exact: whoever asks for a power to read names them, whoever asks for one to act does not.
    """

    area: str = ""
    unit: str | None = None
    hands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urgent: bool = False
    beyond: tuple[str, ...] = ()

    @property
    def areas(self) -> tuple[str, ...]:
        """All divisions that see it; none for one whose place is unknown."""
        return tuple(one for one in (self.area, *self.beyond) if one)


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the policy table."""

    post: str
    act: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Separation:
    """Acts that must be done by different people: `act` not by one who did any of `not_after`.

    A `firm` one holds by night as by day.
    """

    act: str
    not_after: frozenset[str]
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """One who is about to do an act did an earlier one from which it is kept apart."""

    act: str
    earlier: str
    person: str
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """That an act may be done; and where hands were not kept apart, under which night duty and from which acts."""

    act: str
    night_duty: str | None = None
    crossed: tuple[str, ...] = ()

    def told(self) -> dict[str, str]:
        """Return what the entry of the act says of it.

        Example:
            >>> Permission("case.close").told(), Permission("case.close", "01a2", ("case.pass_check",)).told()
            ({}, {'relaxed': 'night_duty:01a2'})
        """
        return {} if self.night_duty is None else {"relaxed": f"night_duty:{self.night_duty}"}


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
        return self.everywhere or with_unit or any(within_area(one, self.areas) for one in matter.areas)


def require_administrators_apart(post: str, *, held: Iterable[str]) -> None:
    """Refuse a second administrator's post to somebody who holds another. Raises: AdministratorsApart."""
    others = ADMINISTRATORS.intersection(held) - {post}
    if post in ADMINISTRATORS and others:
        raise AdministratorsApart(post=post, held=min(others))


def require_powers_apart(post: str, act: str, *, defaults: Iterable[Grant]) -> None:
    """Refuse an act of administration to any post but its own, and to an administrator whatever the post lacks itself.

    Raises: PowersApart, BeyondAdministration.
    """
    meant_for = _meant_for(act, defaults=defaults)
    owner = whose_alone(post, act, defaults=defaults)
    if owner is not None:
        raise PowersApart(post=post, act=act, owner=owner)
    if post in ADMINISTRATORS and post not in meant_for:
        raise BeyondAdministration(post=post, act=act)


def whose_alone(post: str, act: str, *, defaults: Iterable[Grant]) -> str | None:
    """Return the administrator to whom an act belongs and therefore not to this post; None where the post may have it.

    An act is one of administration when the default lines give it to administrators and, beside them, to machines only.
    A room that gives it to a post at work as well says by that that a city may share it.

    Example:
        >>> whose_alone("night_clerk", "bell.ring", defaults=[Grant("system_administrator", "bell.ring", Scope.CITY)])
        'system_administrator'
    """
    meant_for = _meant_for(act, defaults=defaults)
    owners = meant_for & ADMINISTRATORS
    if post in meant_for or not owners or meant_for - owners - {Post.MACHINE}:
        return None
    return min(owners)


def is_misplaced(grant: Grant, *, defaults: Iterable[Grant]) -> bool:
    """Whether a line may not stand in the policy table; one for an act that no room knows any more does no harm."""
    known = list(defaults)
    try:
        require_powers_apart(grant.post, grant.act, defaults=known)
    except (PowersApart, BeyondAdministration):
        return bool(_meant_for(grant.act, defaults=known))
    return False


def _meant_for(act: str, *, defaults: Iterable[Grant]) -> frozenset[str]:
    return frozenset(one.post for one in defaults if one.act == act)


def require_name(name: str, *, named: str, longest: int) -> None:
    """Refuse a name or code that shows nothing, is no text, or is longer than there is room for.

    Args:
        name: what it shall be called.
        named: which name of which thing this is, `unit.code`.
        longest: how many characters there is room for.

    Raises: NameBlank, NameUnreadable, NameTooLong.
    """
    if not says_something(name):
        raise NameBlank(named=named)
    if "\0" in name or any("\ud800" <= one <= "\udfff" for one in name):
        raise NameUnreadable(named=named)
    if len(name) > longest:
        raise NameTooLong(named=named, limit=longest, found=len(name))


def require_area(area: str, *, longest: int = LONGEST_AREA) -> None:
    """Refuse what is no path of division codes from the city down: numbers, with a stroke between them.

    Args:
        area: the path.
        longest: how many characters there is room for.

    Example:
        >>> require_area("350200/350203/350203001")

    Raises: AreaUnreadable.
    """
    if len(area) > longest or _AREA.fullmatch(area) is None:
        raise AreaUnreadable(area=ascii(area)[1:-1][:LONGEST_AREA])


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
        return any(within_area(one, reach.areas) for one in matter.areas)
    return matter.unit is not None and (matter.unit == reach.unit or matter.unit in reach.units_below)


def persons_of(by: Actor) -> tuple[str, ...]:
    """Return whose hands act: the member's, and those of the member in whose place it acts.

    An acceptor who enters what a citizen said acts on behalf of nobody whose hands we know.

    Example:
        >>> persons_of(Actor("li", ActorKind.MEMBER, on_behalf_of="chen"))
        ('li', 'chen')
        >>> persons_of(Actor("li", ActorKind.MEMBER, on_behalf_of="reporter"))
        ('li',)
    """
    represented = by.on_behalf_of
    return (by.id,) if represented in (None, by.id, ActorKind.REPORTER.value) else (by.id, str(represented))


def crossings(act: str, *, persons: Iterable[str], matter: Matter, separations: Iterable[Separation]) -> list[Crossing]:
    """Return where hands that must be separate would meet, by the name of the earlier act."""
    named = tuple(persons)
    return [
        Crossing(act=act, earlier=earlier, person=person, firm=separation.firm)
        for separation in separations
        if separation.act == act
        for earlier in sorted(separation.not_after)
        for person in named
        if person in matter.hands.get(earlier, ())
    ]


def require_separate_hands(
    act: str, *, persons: Iterable[str], matter: Matter, separations: Iterable[Separation]
) -> None:
    """Refuse when one of these persons did an act that must lie in other hands.

    Raises: SamePerson.
    """
    met = crossings(act, persons=persons, matter=matter, separations=separations)
    if met:
        raise SamePerson(act=act, earlier=met[0].earlier)
