"""Everything that changes people and their powers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import facts, registry
from gongzhi.people.models import AccessToken, Account, Appointment, Member, PolicyGrant, Unit
from gongzhi.people.queries import require, require_administration, token_hash, working_unit
from gongzhi.people.rules import (
    AdministratorsApart,
    Grant,
    NotAppointed,
    NotPermitted,
    SamePerson,
    UnitEnded,
    require_administrators_apart,
)
from gongzhi.people.states import AccountKind


class CodeTaken(Refusal):
    """A unit, member or account with this code exists already."""

    code = "code-taken"


class EndsBeforeItBegins(Refusal):
    """A period must end after it begins."""

    code = "ends-before-it-begins"


@one_change
def add_unit(
    code: str,
    *,
    kind: str,
    name_zh: str,
    name_en: str,
    parent: str | None = None,
    areas: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> UUID:
    """Add a unit; `areas` are paths of division codes it answers for.

    Raises: NotPermitted, CodeTaken; NotFound when the unit above does not exist.
    """
    require_administration(by, "people.add_unit", at=at)
    if Unit.objects.filter(code=code).exists():
        raise CodeTaken(thing="unit", value=code)
    if parent is not None and not Unit.objects.filter(code=parent).exists():
        raise NotFound(thing="unit", code=parent)
    row = Unit(code=code, kind=kind, name_zh=name_zh, name_en=name_en, parent_id=parent, areas=list(areas), from_at=at)
    audit.record(row, facts.UNIT_ADDED, by=by, at=at)
    return row.uid


@one_change
def end_unit(code: str, *, by: Actor, at: datetime) -> None:
    """End a unit at an instant: nothing is dispatched to it and nobody is appointed in it from then on.

    Raises: NotPermitted, NotFound, UnitEnded when it has ended before, EndsBeforeItBegins.
    """
    require_administration(by, "people.end_unit", at=at)
    row = Unit.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound(thing="unit", code=code)
    if row.until_at is not None:
        raise UnitEnded(unit=code, name=row.name_zh)
    if at <= row.from_at:
        raise EndsBeforeItBegins(thing="unit")
    row.until_at = at
    audit.record(row, facts.UNIT_ENDED, by=by, at=at)


@one_change
def add_member(number: str, *, name: str, account: UUID | None = None, by: Actor, at: datetime) -> UUID:
    """Add a person. The name enters the record as a commitment, so that it can be erased.

    Raises: NotPermitted, CodeTaken.
    """
    require_administration(by, "people.add_member", at=at)
    if Member.objects.filter(number=number).exists():
        raise CodeTaken(thing="member", value=number)
    row = Member(number=number, name=name, account_id=account, from_at=at)
    audit.record(row, facts.MEMBER_ADDED, by=by, at=at)
    return row.uid


@one_change
def add_member_with_account(
    number: str, *, name: str, username: str, kind: AccountKind, by: Actor, at: datetime
) -> UUID:
    """Add a person, or a machine that reports to us, with an account whose tokens open the API.

    Raises: NotPermitted, CodeTaken.
    """
    account = make_account(username, kind=kind)
    return add_member(number, name=name, account=account, by=by, at=at)


@one_change
def appoint(member: UUID, *, post: str, unit: str, by: Actor, at: datetime, until_at: datetime | None = None) -> UUID:
    """Give a member a post in a unit.

    Raises: NotPermitted, NotFound, UnitEnded, EndsBeforeItBegins, AdministratorsApart.
    """
    require_administration(by, "people.appoint", at=at)
    row = Member.objects.select_for_update().filter(uid=member).first()
    if row is None:
        raise NotFound(thing="member", code=str(member))
    working_unit(unit, at=at)
    if until_at is not None and until_at <= at:
        raise EndsBeforeItBegins(thing="appointment")
    held = Appointment.objects.filter(Q(until_at=None) | Q(until_at__gt=at), member__uid=member)
    require_administrators_apart(post, held=held.values_list("post", flat=True))
    post_row = Appointment(member_id=member, post=post, unit_id=unit, from_at=at, until_at=until_at)
    audit.record(row, facts.MEMBER_APPOINTED, by=by, at=at, facts={"post": post, "unit": unit}, also=[post_row])
    return post_row.uid


@one_change
def end_appointment(appointment: UUID, *, by: Actor, at: datetime) -> None:
    """End a post at an instant, or earlier than it was to end.

    Raises: NotPermitted, NotFound, EndsBeforeItBegins.
    """
    require_administration(by, "people.end_appointment", at=at)
    member = Member.objects.select_for_update().filter(appointments__uid=appointment).first()
    row = Appointment.objects.filter(uid=appointment).first()
    if member is None or row is None or (row.until_at is not None and row.until_at <= at):
        raise NotFound(thing="appointment", code=str(appointment))
    if at <= row.from_at:
        raise EndsBeforeItBegins(thing="appointment")
    row.until_at = at
    told = {"post": row.post, "unit": row.unit_id}
    audit.record(member, facts.MEMBER_APPOINTMENT_ENDED, by=by, at=at, facts=told, also=[row])


@one_change
def seed_policy(*, by: Actor, at: datetime, grants: Iterable[Grant] | None = None) -> int:
    """Write the default lines of the policy table where a post has none for an act yet; return how many were added."""
    known = set(PolicyGrant.objects.values_list("post", "act"))
    wanted = registry.default_grants() if grants is None else list(grants)
    fresh = [
        PolicyGrant(post=one.post, act=one.act, scope=one.scope.value)
        for one in wanted
        if (one.post, one.act) not in known
    ]
    PolicyGrant.objects.bulk_create(fresh)
    if fresh:
        audit.record_snapshot("config:policy", facts.POLICY_CHANGED, by=by, at=at, facts={"added": len(fresh)})
    return len(fresh)


@one_change
def make_account(username: str, *, kind: AccountKind, password: str | None = None, is_demo: bool = False) -> UUID:
    """Make an account that can sign in; without a password only its tokens work.

    Raises: CodeTaken.
    """
    if Account.objects.filter(username=username).exists():
        raise CodeTaken(thing="account", value=username)
    return Account.objects.make(username, kind=kind.value, password=password, is_demo=is_demo).uid


@one_change
def make_token(appointment: UUID, *, name: str, by: Actor, at: datetime, until_at: datetime | None = None) -> str:
    """Make an API token that acts in one appointment; it is shown once and kept only as a hash.

    Raises: NotPermitted, EndsBeforeItBegins; NotFound when the appointment's member has no account.
    """
    require_administration(by, "people.make_token", at=at)
    member = Member.objects.select_for_update(of=("self",)).filter(appointments__uid=appointment).first()
    post = Appointment.objects.filter(uid=appointment).first()
    if member is None or post is None or member.account_id is None:
        raise NotFound(thing="appointment", code=str(appointment))
    if until_at is not None and until_at <= at:
        raise EndsBeforeItBegins(thing="token")
    token = secrets.token_urlsafe(32)
    row = AccessToken(
        member_id=member.uid,
        appointment_id=post.uid,
        hash=token_hash(token),
        name=name,
        made_at=at,
        until_at=until_at,
    )
    audit.record(member, facts.MEMBER_TOKEN_MADE, by=by, at=at, facts=_told(row, post), also=[row])
    return token


@one_change
def end_token(token: UUID, *, by: Actor, at: datetime) -> None:
    """End a token, by its id, at an instant, or earlier than it was to end.

    Raises: NotPermitted, NotFound, EndsBeforeItBegins.
    """
    require_administration(by, "people.end_token", at=at)
    member = Member.objects.select_for_update(of=("self",)).filter(tokens__uid=token).first()
    row = AccessToken.objects.filter(uid=token).first()
    if member is None or row is None or (row.until_at is not None and row.until_at <= at):
        raise NotFound(thing="token", code=str(token))
    if at <= row.made_at:
        raise EndsBeforeItBegins(thing="token")
    row.until_at = at
    audit.record(member, facts.MEMBER_TOKEN_ENDED, by=by, at=at, facts=_told(row, row.appointment), also=[row])


def _told(token: AccessToken, post: Appointment) -> dict[str, object]:
    """Return what the record's readers need of a token: which one, for which post, until when."""
    until = None if token.until_at is None else utc_text(token.until_at)
    return {"token": str(token.uid), "post": post.post, "unit": post.unit_id, "until": until}


__all__ = [
    "AdministratorsApart",
    "CodeTaken",
    "EndsBeforeItBegins",
    "NotAppointed",
    "NotPermitted",
    "SamePerson",
    "UnitEnded",
    "add_member",
    "add_member_with_account",
    "add_unit",
    "appoint",
    "end_appointment",
    "end_token",
    "end_unit",
    "make_account",
    "make_token",
    "require",
    "seed_policy",
]
