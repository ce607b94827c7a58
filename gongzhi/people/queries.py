"""Who is who, and who may do what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gongzhi.audit import queries as audit
from gongzhi.audit.queries import last_of
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import registry
from gongzhi.people.models import AccessToken, Account, Appointment, Member, PolicyGrant, Unit
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
from gongzhi.people.states import AccountKind, Scope, Why

POLICY = "config:policy"
"""The stream in which every change of the policy table stands."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as other rooms see it."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    areas: tuple[str, ...]
    until_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One post of one member."""

    uid: UUID
    member: UUID
    post: str
    unit: str
    from_at: datetime
    until_at: datetime | None

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
class AccountRow:
    """An account, without what would open the door. The name is None after an erasure."""

    uid: UUID
    username: str | None
    kind: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with account, the posts held, and the tokens of each."""

    uid: UUID
    number: str
    name: str | None
    from_at: datetime
    until_at: datetime | None
    account: AccountRow | None
    posts: tuple[tuple[AppointmentRow, tuple[TokenRow, ...]], ...]
    version: int


@dataclass(frozen=True, slots=True)
class Power:
    """One appointment whose post has an act in the policy table: whether it reaches here, and why."""

    member: UUID
    number: str
    post: str
    unit: str
    scope: Scope
    reaches: bool
    why: Why


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
    if acts_in_unit(by) and grant.scope is not Scope.CITY:
        reach = _reach(by.unit or "")
    if not reaches(grant, matter=matter, reach=reach):
        raise NotPermitted(act=act, post=by.post, unit=by.unit)
    require_separate_hands(act, by=by.id, matter=matter, separations=registry.separations())


def require_administration(by: Actor, act: str, *, at: datetime) -> None:
    """Refuse unless the policy table allows an act of administration, which concerns the whole city.

    Before the first line of the table there is no city to guard: founding it is what writes that line.

    Raises: NotAppointed, NotPermitted.
    """
    if last_of(POLICY) is not None:
        require(by, act, Matter(), at=at)


def acts_in_unit(by: Actor) -> bool:
    """Whether the actor acts by an appointment: every member, and machines with an account; our own name no unit."""
    return by.kind is ActorKind.MEMBER or (by.kind is ActorKind.MACHINE and by.unit is not None)


def acts_of(by: Actor, *, at: datetime) -> list[str]:
    """Return what a member's post may do somewhere, by name; empty when the member no longer holds it."""
    if acts_in_unit(by) and not _is_appointed(by, at=at):
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
    return [_appointment_row(one) for one in found]


def posts_held(member: UUID, *, from_at: datetime, until_at: datetime | None = None) -> list[str]:
    """Return the posts that a member holds at some instant of a period; a period without end goes on for ever."""
    held = Appointment.objects.filter(Q(until_at=None) | Q(until_at__gt=from_at), member__uid=member)
    if until_at is not None:
        held = held.filter(from_at__lt=until_at)
    return list(held.values_list("post", flat=True))


def appointments_of_account(account: UUID, *, at: datetime) -> list[AppointmentRow]:
    """Return the posts an account may act in at an instant."""
    found = Appointment.objects.filter(_alive(at), member__account__uid=account).order_by("id")
    return [_appointment_row(one) for one in found]


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
    return _member_rows(Member.objects.filter(_alive(at)).order_by("number"), at=at)


def members_page(*, after: UUID | None, limit: int, at: datetime) -> list[MemberRow]:
    """Return up to `limit` members at an instant in the order in which they were added, after a given one."""
    found = Member.objects.filter(_alive(at)).order_by("uid")
    if after is not None:
        found = found.filter(uid__gt=after)
    return _member_rows(found[:limit], at=at)


def member(uid: UUID, *, at: datetime) -> MemberRow:
    """Return a member, also one who left, with the posts and tokens held at an instant.

    Raises: NotFound.
    """
    found = _member_rows(Member.objects.filter(uid=uid), at=at)
    if not found:
        raise NotFound(thing="member", code=str(uid))
    return found[0]


def member_of_appointment(appointment: UUID) -> UUID:
    """Return whose post this is. Raises: NotFound."""
    found = Appointment.objects.filter(uid=appointment).first()
    if found is None:
        raise NotFound(thing="appointment", code=str(appointment))
    return found.member_id


def member_of_token(token: UUID) -> UUID:
    """Return whose token this is. Raises: NotFound."""
    found = AccessToken.objects.filter(uid=token).first()
    if found is None:
        raise NotFound(thing="token", code=str(token))
    return found.member_id


def member_version(uid: UUID) -> int:
    """Return the version of a member, on which a change of name, posts or tokens is decided. Raises: NotFound."""
    found = Member.objects.filter(uid=uid).values_list("version", flat=True).first()
    if found is None:
        raise NotFound(thing="member", code=str(uid))
    return found


def token(secret: str) -> TokenRow:
    """Return what is kept of a token. Raises: NotFound."""
    found = AccessToken.objects.filter(hash=token_hash(secret)).first()
    if found is None:
        raise NotFound(thing="token")
    return _token_row(found)


def account(uid: UUID) -> AccountRow:
    """Return an account. Raises: NotFound."""
    found = Account.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="account", code=str(uid))
    return _account_row(found)


def account_named(username: str) -> AccountRow:
    """Return the account that signs in with this name. Raises: NotFound."""
    found = Account.objects.filter(username=username).first()
    if found is None:
        raise NotFound(thing="account", code=username)
    return _account_row(found)


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
    return [(one.username, _appointment_row(one)) for one in named]


def grants() -> list[Grant]:
    """Return the policy table, by post and act."""
    return [Grant(post, act, Scope(scope)) for post, act, scope in policy_rows()]


def edition() -> int:
    """Return the number of the last change of the policy table, 0 before the first."""
    return audit.edition(POLICY)


def powers(act: str, *, matter: Matter, at: datetime, post: str | None = None) -> list[Power]:
    """Return who may do an act here, and who only elsewhere, each with the reason; by post and staff number.

    Whose account is closed may do nothing meanwhile and is named with that reason. What a person did in a case before
    is not looked at: the law of separate hands is the case's own.

    Args:
        act: what is to be done.
        matter: where the thing lies and which unit answers for it.
        at: when.
        post: the only post to look at.

    Raises: NotFound when no room knows the act and no line names it.
    """
    lines = grants()
    if act not in {one.act for one in (*lines, *registry.default_grants())}:
        raise NotFound(thing="act", code=act)
    named = [one for one in lines if one.act == act and (post is None or one.post == post)]
    scopes = {one.post: one for one in named}
    found = Appointment.objects.filter(_alive(at), post__in=scopes).select_related("member__account")
    held = list(found.order_by("post", "member__number", "id"))
    units = _units_by_code()
    reach_of = {code: _reach(code, units=units) for code in {one.unit_id for one in held}}
    return [_power(one, scopes[one.post], matter=matter, reach=reach_of[one.unit_id]) for one in held]


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
    if acts_in_unit(by) and not _is_appointed(by, at=at):
        raise NotAppointed(post=by.post, unit=by.unit)
    return grant


def _is_appointed(by: Actor, *, at: datetime) -> bool:
    return Appointment.objects.filter(_alive(at), member__uid=by.id, post=by.post, unit__code=by.unit or "").exists()


def _grants() -> Mapping[tuple[str, str], Grant]:
    """Return the policy table, read again only when its stream in the record grew."""
    last = last_of(POLICY)
    return {} if last is None else _grants_as_of(last[1])


@lru_cache(maxsize=2)
def _grants_as_of(last_hash: str) -> Mapping[tuple[str, str], Grant]:
    """Return the policy table under one last entry; its hash covers the digest of these very rows."""
    del last_hash
    return {(one.post, one.act): Grant(one.post, one.act, Scope(one.scope)) for one in PolicyGrant.objects.all()}


def _power(held: Appointment, grant: Grant, *, matter: Matter, reach: Reach) -> Power:
    there = reaches(grant, matter=matter, reach=reach)
    account = held.member.account
    is_shut_out = account is not None and not account.is_active
    return Power(
        member=held.member_id,
        number=held.member.number,
        post=held.post,
        unit=held.unit_id,
        scope=grant.scope,
        reaches=there and not is_shut_out,
        why=Why.ACCOUNT_CLOSED if is_shut_out else _why(grant.scope, there=there),
    )


def _why(scope: Scope, *, there: bool) -> Why:
    if scope is Scope.CITY:
        return Why.EVERYWHERE
    if scope is Scope.AREA:
        return Why.IN_ITS_AREA if there else Why.OUTSIDE_ITS_AREA
    return Why.WITH_ITS_UNIT if there else Why.WITH_ANOTHER_UNIT


def _units_by_code() -> dict[str, Unit]:
    return {one.code: one for one in Unit.objects.only("code", "parent_id", "areas")}


def _reach(code: str, *, units: Mapping[str, Unit] | None = None) -> Reach:
    """Return where somebody in a unit stands; `units` are all units, where the caller has read them already."""
    known = _units_by_code() if units is None else units
    below: set[str] = set()
    frontier = {code}
    while frontier:
        frontier = {one.code for one in known.values() if one.parent_id in frontier} - below
        below |= frontier
    areas = tuple(known[code].areas) if code in known else ()
    return Reach(unit=code, units_below=frozenset(below), areas=areas)


def _unit_row(one: Unit) -> UnitRow:
    return UnitRow(
        one.code, one.kind, one.name_zh, one.name_en, one.parent_id, tuple(one.areas), one.until_at, one.version
    )


def _appointment_row(one: Appointment) -> AppointmentRow:
    return AppointmentRow(one.uid, one.member_id, one.post, one.unit_id, one.from_at, one.until_at)


def _token_row(one: AccessToken) -> TokenRow:
    return TokenRow(one.uid, one.name, one.until_at)


def _account_row(one: Account) -> AccountRow:
    return AccountRow(one.uid, one.username, one.kind, one.is_active, one.version)


def _member_rows(found: QuerySet[Member], *, at: datetime) -> list[MemberRow]:
    rows = list(found.select_related("account"))
    whose = [one.uid for one in rows]
    tokens: dict[UUID, list[TokenRow]] = {}
    unended = Q(until_at=None) | Q(until_at__gt=at)
    for each in AccessToken.objects.filter(unended, made_at__lte=at, member__uid__in=whose).order_by("id"):
        tokens.setdefault(each.appointment_id, []).append(_token_row(each))
    posts: dict[UUID, list[tuple[AppointmentRow, tuple[TokenRow, ...]]]] = {}
    for one in Appointment.objects.filter(_alive(at), member__uid__in=whose).order_by("id"):
        posts.setdefault(one.member_id, []).append((_appointment_row(one), tuple(tokens.get(one.uid, ()))))
    return [
        MemberRow(
            uid=one.uid,
            number=one.number,
            name=one.name,
            from_at=one.from_at,
            until_at=one.until_at,
            account=None if one.account is None else _account_row(one.account),
            posts=tuple(posts.get(one.uid, ())),
            version=one.version,
        )
        for one in rows
    ]
