"""Who is who: units, members, the posts they hold, and what opens the door for them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import F, Q, QuerySet

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import rules
from gongzhi.people.models import AccessToken, Account, Appointment, Member, Substitution, Unit
from gongzhi.people.states import AccountKind, UnitKind


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
    successor: str | None
    contract_from_at: datetime | None
    contract_until_at: datetime | None
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
class SubstitutionRow:
    """A member who acts in the post of another for a time; `uid` names the substitution."""

    uid: UUID
    member: UUID
    instead_of: UUID
    appointment: UUID
    post: str
    unit: str
    from_at: datetime
    until_at: datetime

    def actor(self) -> Actor:
        """Return the substitute acting in the post, on behalf of the one whose post it is."""
        return Actor(
            id=str(self.member),
            kind=ActorKind.MEMBER,
            post=self.post,
            unit=self.unit,
            on_behalf_of=str(self.instead_of),
        )


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


def unit(code: str) -> UnitRow:
    """Return a unit.

    Raises: NotFound.
    """
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotFound(thing="unit", code=code)
    return _unit_row(found)


def working_unit(code: str, *, at: datetime) -> UnitRow:
    """Return a unit that has not ended by an instant, and whose contract runs where it works under one.

    Raises: NotFound, UnitEnded, ContractOver.
    """
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotFound(thing="unit", code=code)
    if found.until_at is not None and found.until_at <= at:
        raise rules.UnitEnded(unit=code, name=found.name_zh)
    if found.contract_until_at is not None and rules.is_contract_over(found.contract_until_at, at=at):
        raise rules.ContractOver(unit=code, name=found.name_zh, until=utc_text(found.contract_until_at))
    return _unit_row(found)


def answering_unit(code: str, *, at: datetime) -> str:
    """Return the unit that answers at an instant for what a unit had: itself, or the one that took over from it.

    Raises: NotFound.
    """
    found = unit(code)
    while found.until_at is not None and found.until_at <= at and found.successor is not None:
        found = unit(found.successor)
    return found.code


def unit_levels() -> dict[str, int]:
    """Return the level of every unit: 0 for the bureaus of city and districts, 1 to 3 for the units under them."""
    return rules.levels(standing_of_units())


def standing_of_units() -> dict[str, tuple[str, str | None]]:
    """Return of every unit its kind and the code of the unit above it."""
    return {one.code: (one.kind, one.parent_id) for one in Unit.objects.only("code", "kind", "parent_id")}


def contracts_ending(*, before: datetime, at: datetime) -> list[UnitRow]:
    """Return the contractors at work whose contract has run out or does so before an instant, the first one first."""
    found = Unit.objects.filter(in_force(at), kind=UnitKind.CONTRACTOR.value, contract_until_at__lt=before)
    return [_unit_row(one) for one in found.order_by("contract_until_at", "code")]


def units(*, at: datetime) -> list[UnitRow]:
    """Return the units that exist at an instant, by code."""
    return [_unit_row(one) for one in Unit.objects.filter(in_force(at)).order_by("code")]


def appointments(*, at: datetime, post: str | None = None, unit: str | None = None) -> list[AppointmentRow]:
    """Return the appointments in force at an instant, optionally of one post or unit, in the order they were made."""
    found = Appointment.objects.filter(in_force(at)).order_by("id")
    if post is not None:
        found = found.filter(post=post)
    if unit is not None:
        found = found.filter(unit_id=unit)
    return [_appointment_row(one) for one in found]


def units_of_member(member: UUID, *, at: datetime) -> frozenset[str]:
    """Return every unit in which a member holds a post at an instant."""
    held = Appointment.objects.filter(in_force(at), member__uid=member)
    return frozenset(str(unit) for unit in held.values_list("unit_id", flat=True))


def posts_held(member: UUID, *, from_at: datetime, until_at: datetime | None = None) -> list[str]:
    """Return the posts that a member holds at some instant of a period; a period without end goes on for ever."""
    held = Appointment.objects.filter(Q(until_at=None) | Q(until_at__gt=from_at), member__uid=member)
    if until_at is not None:
        held = held.filter(from_at__lt=until_at)
    return list(held.values_list("post", flat=True))


def posts_stood_in_for(member: UUID, *, from_at: datetime) -> list[str]:
    """Return the posts of others that a member takes care of at an instant or later."""
    arranged = Substitution.objects.filter(member__uid=member, until_at__gt=from_at)
    return list(arranged.values_list("appointment__post", flat=True))


def substitutions(
    *,
    at: datetime,
    member: UUID | None = None,
    instead_of: UUID | None = None,
    post: str | None = None,
    unit: str | None = None,
) -> list[SubstitutionRow]:
    """Return who acts for whom at an instant, in the order in which it was arranged; none for a post that is over."""
    found = _substitutions().filter(in_force(at), _post_in_force(at))
    if member is not None:
        found = found.filter(member__uid=member)
    if instead_of is not None:
        found = found.filter(appointment__member__uid=instead_of)
    if post is not None:
        found = found.filter(appointment__post=post)
    if unit is not None:
        found = found.filter(appointment__unit__code=unit)
    return [_substitution_row(one) for one in found.order_by("id")]


def substitution(uid: UUID) -> SubstitutionRow:
    """Return a substitution, also one that is over. Raises: NotFound."""
    found = _substitutions().filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="substitution", code=str(uid))
    return _substitution_row(found)


def in_post(post: str, *, at: datetime, unit: str | None = None) -> list[AppointmentRow | SubstitutionRow]:
    """Return who holds a post at an instant: those appointed, and after them those who act for one of them."""
    held = appointments(at=at, post=post, unit=unit)
    return [*held, *substitutions(at=at, post=post, unit=unit)]


def appointments_of_account(account: UUID, *, at: datetime) -> list[AppointmentRow]:
    """Return the posts an account holds at an instant; those of others that it takes care of are `substitutions`."""
    found = Appointment.objects.filter(in_force(at), member__account__uid=account).order_by("id")
    return [_appointment_row(one) for one in found]


def actor_of_token(token: str, *, at: datetime) -> Actor | None:
    """Return the actor behind an API token, or None when it is unknown, ended, or its account is closed.

    The tokens of a demo's invented accounts are told to everybody: in production none of them opens anything.
    """
    found = (
        AccessToken.objects.select_related("member__account", "appointment", "substitution")
        .filter(Q(until_at=None) | Q(until_at__gt=at), hash=token_hash(token), member__account__is_active=True)
        .first()
    )
    if found is None or found.member.account is None:
        return None
    if found.member.account.is_demo and settings.GONGZHI_MODE == "production":
        return None
    post, stands_in = found.appointment, found.substitution
    if post.from_at > at or (post.until_at is not None and post.until_at <= at):
        return None
    if stands_in is not None and not stands_in.from_at <= at < stands_in.until_at:
        return None
    kind = ActorKind.MACHINE if found.member.account.kind == AccountKind.MACHINE else ActorKind.MEMBER
    instead_of = None if stands_in is None else str(post.member_id)
    return Actor(id=str(found.member_id), kind=kind, post=post.post, unit=post.unit_id, on_behalf_of=instead_of)


def members(*, at: datetime) -> list[MemberRow]:
    """Return the members at an instant with the posts and tokens they hold, by staff number."""
    return _member_rows(Member.objects.filter(in_force(at)).order_by("number"), at=at)


def members_page(*, after: UUID | None, limit: int, at: datetime) -> list[MemberRow]:
    """Return up to `limit` members at an instant in the order in which they were added, after a given one."""
    found = Member.objects.filter(in_force(at)).order_by("uid")
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
    found = Appointment.objects.filter(in_force(at), member__account__is_demo=True).order_by("id")
    named = found.annotate(username=F("member__account__username"))
    return [(one.username, _appointment_row(one)) for one in named]


def demo_names() -> set[str]:
    """Return the names of the invented accounts that still open with the password that everybody knows."""
    found = Account.objects.filter(is_demo=True, is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return {one for one in found.values_list("username", flat=True) if one}


def in_force(at: datetime) -> Q:
    """Return the condition that a period has begun and is not over."""
    return Q(from_at__lte=at) & (Q(until_at=None) | Q(until_at__gt=at))


def _unit_row(one: Unit) -> UnitRow:
    return UnitRow(
        code=one.code,
        kind=one.kind,
        name_zh=one.name_zh,
        name_en=one.name_en,
        parent=one.parent_id,
        areas=tuple(one.areas),
        until_at=one.until_at,
        successor=one.successor_id,
        contract_from_at=one.contract_from_at,
        contract_until_at=one.contract_until_at,
        version=one.version,
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
    for one in Appointment.objects.filter(in_force(at), member__uid__in=whose).order_by("id"):
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


def _substitutions() -> QuerySet[Substitution]:
    return Substitution.objects.select_related("appointment")


def _post_in_force(at: datetime) -> Q:
    runs_on = Q(appointment__until_at=None) | Q(appointment__until_at__gt=at)
    return Q(appointment__from_at__lte=at) & runs_on


def _substitution_row(one: Substitution) -> SubstitutionRow:
    post = one.appointment
    return SubstitutionRow(
        uid=one.uid,
        member=one.member_id,
        instead_of=post.member_id,
        appointment=post.uid,
        post=post.post,
        unit=post.unit_id,
        from_at=one.from_at,
        until_at=one.until_at,
    )
