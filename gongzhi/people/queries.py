"""Who is who, and who may do what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import F, Q

from gongzhi.audit.queries import last_of
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import registry
from gongzhi.people.models import AccessToken, Appointment, Member, PolicyGrant, Unit
from gongzhi.people.rules import (
    Grant,
    Matter,
    NotAppointed,
    NotPermitted,
    Reach,
    Sight,
    UnitEnded,
    reaches,
    require_separate_hands,
)
from gongzhi.people.states import AccountKind, Scope


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as other rooms see it."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One post of one member."""

    uid: UUID
    member: UUID
    post: str
    unit: str

    def actor(self) -> Actor:
        """Return the member acting in this post."""
        return Actor(id=str(self.member), kind=ActorKind.MEMBER, post=self.post, unit=self.unit)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, without what would open the door."""

    uid: UUID
    name: str
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with the posts held, and the tokens of each."""

    uid: UUID
    number: str
    name: str | None
    posts: tuple[tuple[AppointmentRow, tuple[TokenRow, ...]], ...]


def allow(by: Actor, act: str, matter: Matter, *, at: datetime) -> bool:
    """Whether the actor may do the act now. Doors ask this to know what to show; operations call `require`."""
    try:
        require(by, act, matter, at=at)
    except Refusal:
        return False
    return True


def require(by: Actor, act: str, matter: Matter, *, at: datetime) -> None:
    """Refuse unless the policy table allows the act to this actor, here, with these hands.

    Raises: NotAppointed, NotPermitted, SamePerson.
    """
    grant = _grant(by, act, at=at)
    reach = Reach(unit=by.unit)
    if _acts_in_unit(by) and grant.scope is not Scope.CITY:
        reach = _reach(by.unit or "")
    if not reaches(grant, matter=matter, reach=reach):
        raise NotPermitted(act=act, post=by.post, unit=by.unit)
    require_separate_hands(act, by=by.id, matter=matter, separations=registry.separations())


def require_administration(by: Actor, act: str, *, at: datetime) -> None:
    """Refuse unless the policy table allows an act of administration, which concerns the whole city.

    Before the first line of the table there is no city to guard: founding it is what writes that line.

    Raises: NotAppointed, NotPermitted.
    """
    if last_of("config:policy") is not None:
        require(by, act, Matter(), at=at)


def acts_of(by: Actor, *, at: datetime) -> list[str]:
    """Return what a member's post may do somewhere, by name; empty when the member no longer holds it."""
    if _acts_in_unit(by) and not _is_appointed(by, at=at):
        return []
    return sorted(act for post, act in _grants() if post == by.post)


def sight(by: Actor, act: str, *, at: datetime) -> Sight:
    """Return how far an act reaches for an actor, so that a list shows exactly what it may open one by one.

    Raises: NotAppointed, NotPermitted.
    """
    grant = _grant(by, act, at=at)
    if grant.scope is Scope.CITY:
        return Sight(everywhere=True)
    reach = _reach(by.unit or "")
    if grant.scope is Scope.AREA:
        return Sight(areas=reach.areas)
    return Sight(units=reach.units_below | {by.unit or ""})


def unit(code: str) -> UnitRow:
    """Return a unit.

    Raises: NotFound.
    """
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotFound(thing="unit", code=code)
    return _unit_row(found)


def working_unit(code: str, *, at: datetime) -> UnitRow:
    """Return a unit that has not ended by an instant.

    Raises: NotFound, UnitEnded.
    """
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotFound(thing="unit", code=code)
    if found.until_at is not None and found.until_at <= at:
        raise UnitEnded(unit=code, name=found.name_zh)
    return _unit_row(found)


def units(*, at: datetime) -> list[UnitRow]:
    """Return the units that exist at an instant, by code."""
    return [_unit_row(one) for one in Unit.objects.filter(_alive(at)).order_by("code")]


def appointments(*, at: datetime, post: str | None = None, unit: str | None = None) -> list[AppointmentRow]:
    """Return the appointments in force at an instant, optionally of one post or unit, in the order they were made."""
    found = Appointment.objects.filter(_alive(at)).order_by("id")
    if post is not None:
        found = found.filter(post=post)
    if unit is not None:
        found = found.filter(unit_id=unit)
    return [AppointmentRow(one.uid, one.member_id, one.post, one.unit_id) for one in found]


def appointments_of_account(account: UUID, *, at: datetime) -> list[AppointmentRow]:
    """Return the posts an account may act in at an instant."""
    found = Appointment.objects.filter(_alive(at), member__account__uid=account).order_by("id")
    return [AppointmentRow(one.uid, one.member_id, one.post, one.unit_id) for one in found]


def actor_of_token(token: str, *, at: datetime) -> Actor | None:
    """Return the actor behind an API token, or None when it is unknown, ended, or its account is closed."""
    found = (
        AccessToken.objects.select_related("member__account", "appointment")
        .filter(Q(until_at=None) | Q(until_at__gt=at), hash=token_hash(token), member__account__is_active=True)
        .first()
    )
    if found is None or found.member.account is None:
        return None
    post = found.appointment
    if post.from_at > at or (post.until_at is not None and post.until_at <= at):
        return None
    kind = ActorKind.MACHINE if found.member.account.kind == AccountKind.MACHINE else ActorKind.MEMBER
    return Actor(id=str(post.member_id), kind=kind, post=post.post, unit=post.unit_id)


def members(*, at: datetime) -> list[MemberRow]:
    """Return the members at an instant with the posts and tokens they hold, by staff number."""
    posts: dict[UUID, list[AppointmentRow]] = {}
    for one in appointments(at=at):
        posts.setdefault(one.member, []).append(one)
    tokens: dict[UUID, list[TokenRow]] = {}
    for each in AccessToken.objects.filter(Q(until_at=None) | Q(until_at__gt=at), made_at__lte=at).order_by("id"):
        tokens.setdefault(each.appointment_id, []).append(TokenRow(each.uid, each.name, each.until_at))
    return [
        MemberRow(
            one.uid,
            one.number,
            one.name,
            tuple((post, tuple(tokens.get(post.uid, ()))) for post in posts.get(one.uid, ())),
        )
        for one in Member.objects.filter(_alive(at)).order_by("number")
    ]


def member_uid(number: str) -> UUID:
    """Return the id of the member with this staff number.

    Raises: NotFound.
    """
    found = Member.objects.filter(number=number).first()
    if found is None:
        raise NotFound(thing="member", code=number)
    return found.uid


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept. Tokens carry 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def demo_appointments(*, at: datetime) -> list[tuple[str, AppointmentRow]]:
    """Return the posts that the invented accounts hold at an instant, each with its user name; none outside a demo."""
    found = Appointment.objects.filter(_alive(at), member__account__is_demo=True).order_by("id")
    named = found.annotate(username=F("member__account__username"))
    return [(one.username, AppointmentRow(one.uid, one.member_id, one.post, one.unit_id)) for one in named]


def policy_rows() -> Iterator[Sequence[str]]:
    """Yield the policy table for the record."""
    yield from PolicyGrant.objects.order_by("post", "act").values_list("post", "act", "scope")


def _alive(at: datetime) -> Q:
    return Q(from_at__lte=at) & (Q(until_at=None) | Q(until_at__gt=at))


def _grant(by: Actor, act: str, *, at: datetime) -> Grant:
    """Return the line of the policy table that gives the act to the actor's post; whoever acts in a unit holds it."""
    grant = None if by.post is None else _grants().get((by.post, act))
    if grant is None:
        raise NotPermitted(act=act, post=by.post)
    if _acts_in_unit(by) and not _is_appointed(by, at=at):
        raise NotAppointed(post=by.post, unit=by.unit)
    return grant


def _acts_in_unit(by: Actor) -> bool:
    """Whether the actor acts by an appointment: every member, and machines with an account; our own name no unit."""
    return by.kind is ActorKind.MEMBER or (by.kind is ActorKind.MACHINE and by.unit is not None)


def _is_appointed(by: Actor, *, at: datetime) -> bool:
    return Appointment.objects.filter(_alive(at), member__uid=by.id, post=by.post, unit__code=by.unit or "").exists()


def _grants() -> Mapping[tuple[str, str], Grant]:
    """Return the policy table, read again only when its stream in the record grew."""
    last = last_of("config:policy")
    return {} if last is None else _grants_as_of(last[1])


@lru_cache(maxsize=2)
def _grants_as_of(last_hash: str) -> Mapping[tuple[str, str], Grant]:
    """Return the policy table under one last entry; its hash covers the digest of these very rows."""
    del last_hash
    return {(one.post, one.act): Grant(one.post, one.act, Scope(one.scope)) for one in PolicyGrant.objects.all()}


def _reach(code: str) -> Reach:
    rows = {one.code: one for one in Unit.objects.only("code", "parent_id", "areas")}
    below: set[str] = set()
    frontier = {code}
    while frontier:
        frontier = {one.code for one in rows.values() if one.parent_id in frontier} - below
        below |= frontier
    areas = tuple(rows[code].areas) if code in rows else ()
    return Reach(unit=code, units_below=frozenset(below), areas=areas)


def _unit_row(one: Unit) -> UnitRow:
    return UnitRow(one.code, one.kind, one.name_zh, one.name_en, one.parent_id, tuple(one.areas))
