"""Accounts, members, the posts they hold, and the tokens that act in those."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import facts, registry
from gongzhi.people.models import AccessToken, Account, Appointment, Member, Substitution
from gongzhi.people.operations.attempts import forget_attempts
from gongzhi.people.operations.second_factors import end_factor
from gongzhi.people.operations.sessions import end_sessions_of
from gongzhi.people.operations.shared import (
    CodeTaken,
    EndsBeforeItBegins,
    locked_member,
    require_names,
    require_serving,
    require_strong,
    told_of_token,
)
from gongzhi.people.queries import (
    acts_in_unit,
    member_of_appointment,
    member_of_token,
    posts_held,
    require_administration,
    token_hash,
    working_unit,
)
from gongzhi.people.rules import (
    KEEPERS,
    KeyOfAnAdministrator,
    LastKeeper,
    MemberStillHolds,
    OwnPowers,
    in_short,
    require_administrators_apart,
    require_grounds,
)
from gongzhi.people.states import ADMINISTRATORS, AccountKind, SessionEnd


class AccountClosed(Refusal):
    """The account is closed already."""

    code = "account-closed"


class AccountOpen(Refusal):
    """The account is open: there is nothing to open again."""

    code = "account-open"


@one_change
def make_account(username: str, *, kind: AccountKind, is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Make an account. Until it is given a password only its tokens open anything.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, CodeTaken.
    """
    require_administration(by, "people.make_account", at=at)
    require_names(Account, username=username)
    if Account.objects.filter(username=username).exists():
        raise CodeTaken(thing="account", value=username)
    row = Account(username=username, kind=kind.value, is_demo=is_demo, password=make_password(None))
    audit.record(row, facts.ACCOUNT_MADE, by=by, at=at)
    return row.uid


@one_change
def take_over_accounts(*, by: Actor, at: datetime) -> int:
    """Put the accounts of a database that an earlier version kept outside the record onto it; return how many.

    It belongs to bringing the database up to date: nothing about an account changes, so no power is asked for. It is
    done once. As soon as any account stands on the record, one that does not was slipped in, and verifying names it.
    """
    if Account.objects.filter(version__gt=0).exists():
        return 0
    taken = 0
    for uid in Account.objects.order_by("id").values_list("uid", flat=True):
        row = Account.locked(uid=uid)
        if row is not None and row.version == 0:
            audit.take_onto_record(row, facts.ACCOUNT_TAKEN_OVER, by=by, at=at)
            taken += 1
    return taken


@one_change
def close_account(account: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """Close an account: neither its password nor any of its tokens opens anything until it is opened again.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, AccountClosed when it is closed already.
    """
    require_administration(by, "people.close_account", at=at)
    _close(_account(account, seen=seen), by=by, at=at)


@one_change
def reopen_account(account: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """Open an account that was closed; what was in force with it and has not ended meanwhile is in force again.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, AccountOpen, MemberEnded when its member has left.
    """
    require_administration(by, "people.reopen_account", at=at)
    row = _account(account, seen=seen)
    if row.is_active:
        raise AccountOpen(account=row.username)
    owner = Member.objects.filter(account__uid=row.uid).first()
    if owner is not None:
        require_serving(owner, at=at)
    row.is_active = True
    audit.record(row, facts.ACCOUNT_REOPENED, by=by, at=at)


def set_password(account: UUID, password: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Give an account a password in place of the one it had; the record says that, and never which.

    Whoever is signed in with the old one is not any more, and a name that was shut out may try again. Unless somebody
    sets their own, they choose another at the next sign-in, for somebody else knows this one. Hashing takes a while and
    happens before anything is locked.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, PasswordWeak; KeyOfAnAdministrator for the account of another
        administrator, whose password is set at the terminal.
    """
    require_administration(by, "people.set_password", at=at)
    row = Account.objects.filter(uid=account).first()
    if row is None:
        raise NotFound(thing="account", code=str(account))
    require_strong(password, row)
    _keep_password(account, make_password(password), seen=seen, by=by, at=at)


@one_change
def _keep_password(account: UUID, hashed: str, *, seen: int, by: Actor, at: datetime) -> None:
    require_administration(by, "people.set_password", at=at)
    row = _account(account, seen=seen)
    owner = Member.objects.filter(account__uid=row.uid).first()
    if owner is not None:
        _require_no_administrators_key(owner, posts_held(owner.uid, from_at=at), by=by)
    row.password = hashed
    row.password_is_own = owner is not None and by.id == str(owner.uid)
    audit.record(row, facts.ACCOUNT_PASSWORD_SET, by=by, at=at)
    forget_attempts(row.username or "")
    end_sessions_of(row.uid, why=SessionEnd.PASSWORD_CHANGED, by=by, at=at)


@one_change
def end_second_factor(account: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    """Take an account's second factor away from it, so that its owner can set up another: the telephone is gone.

    Raises: NotPermitted, GroundsNeeded, NotFound, ChangedMeanwhile, SecondFactorMissing; KeyOfAnAdministrator for the
        account of another administrator, whose second factor is ended at the terminal.
    """
    require_administration(by, "people.end_second_factor", at=at)
    require_grounds(grounds)
    row = _account(account, seen=seen)
    owner = Member.objects.filter(account__uid=row.uid).first()
    if owner is not None:
        _require_no_administrators_key(owner, posts_held(owner.uid, from_at=at), by=by)
    end_factor(row, grounds=grounds, by=by, at=at)
    end_sessions_of(row.uid, why=SessionEnd.SECOND_FACTOR_ENDED, by=by, at=at)


@one_change
def add_member(number: str, *, name: str, account: UUID | None = None, by: Actor, at: datetime) -> UUID:
    """Add a person. The name enters the record as a commitment, so that it can be erased.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, NotFound, CodeTaken when the number or the account is
        another member's.
    """
    require_administration(by, "people.add_member", at=at)
    require_names(Member, number=number, name=name)
    if Member.objects.filter(number=number).exists():
        raise CodeTaken(thing="member", value=number)
    if account is not None and not Account.objects.filter(uid=account).exists():
        raise NotFound(thing="account", code=str(account))
    if account is not None and Member.objects.filter(account__uid=account).exists():
        raise CodeTaken(thing="account", value=str(account))
    row = Member(number=number, name=name, account_id=account, from_at=at)
    audit.record(row, facts.MEMBER_ADDED, by=by, at=at)
    return row.uid


@one_change
def add_member_with_account(
    number: str, *, name: str, username: str, kind: AccountKind, by: Actor, at: datetime
) -> UUID:
    """Add a person, or a machine that reports to us, with an account whose tokens open the API.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, CodeTaken.
    """
    account = make_account(username, kind=kind, by=by, at=at)
    return add_member(number, name=name, account=account, by=by, at=at)


@one_change
def rename_member(member: UUID, name: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Let a member bear another name from now on.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, NotFound, ChangedMeanwhile, MemberEnded.
    """
    require_administration(by, "people.rename_member", at=at)
    require_names(Member, name=name)
    row = locked_member(member, seen=seen)
    require_serving(row, at=at)
    row.name = name
    audit.record(row, facts.MEMBER_RENAMED, by=by, at=at)


@one_change
def end_member(member: UUID, *, handed_to: UUID | None = None, seen: int, by: Actor, at: datetime) -> None:
    """Let a member leave: every post, substitution and token ends with it, and the account is closed, in one change.

    Args:
        member: who leaves.
        handed_to: who takes over what the member still has in hand; needed where there is something.
        seen: the member's version.
        by: who enters it.
        at: when the member leaves.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, MemberEnded, EndsBeforeItBegins, MemberStillHolds; LastKeeper for
        the only system or security administrator.
    """
    require_administration(by, "people.end_member", at=at)
    _hold_keepers(posts_held(member, from_at=at))
    row = locked_member(member, seen=seen)
    require_serving(row, at=at)
    held = registry.held_by_member(member)
    if held and handed_to is None:
        raise MemberStillHolds(member=row.number, holds=in_short(held), count=sum(one.count for one in held))
    if handed_to is not None:
        _require_another(member, handed_to, at=at)
    not_over = Q(until_at=None) | Q(until_at__gt=at)
    posts = list(Appointment.objects.filter(not_over, member__uid=member))
    tokens = list(AccessToken.objects.filter(not_over, member__uid=member))
    stands_in = list(Substitution.objects.filter(until_at__gt=at, member__uid=member))
    if at <= max([row.from_at, *(one.from_at for one in posts), *(one.made_at for one in tokens)]):
        raise EndsBeforeItBegins(thing="member")
    _require_successors(posts, member=row, at=at)
    row.until_at = at
    for post in posts:
        post.until_at = at
    for arranged in stands_in:
        arranged.until_at = max(at, arranged.from_at)
    for token in tokens:
        token.until_at = at
    told: dict[str, object] = {"posts": len(posts), "tokens": len(tokens)}
    if handed_to is not None:
        told |= {"handed_to": str(handed_to), "held": {one.thing: one.count for one in held}}
    audit.record(row, facts.MEMBER_ENDED, by=by, at=at, facts=told, also=[*posts, *stands_in, *tokens])
    account = None if row.account_id is None else Account.locked(uid=row.account_id)
    if account is not None and account.is_active:
        _close(account, by=by, at=at)


@one_change
def appoint(
    member: UUID, *, post: str, unit: str, seen: int, by: Actor, at: datetime, until_at: datetime | None = None
) -> UUID:
    """Give a member a post in a unit.

    Raises: NotPermitted, OwnPowers, NameBlank, NameTooLong, NameUnreadable, NotFound, ChangedMeanwhile, MemberEnded,
        UnitEnded, EndsBeforeItBegins, AdministratorsApart.
    """
    require_administration(by, "people.appoint", at=at)
    if by.id == str(member):
        raise OwnPowers(act="people.appoint")
    require_names(Appointment, post=post)
    row = locked_member(member, seen=seen)
    require_serving(row, at=at)
    working_unit(unit, at=at)
    if until_at is not None and until_at <= at:
        raise EndsBeforeItBegins(thing="appointment")
    require_administrators_apart(post, held=posts_held(member, from_at=at, until_at=until_at))
    post_row = Appointment(member_id=member, post=post, unit_id=unit, from_at=at, until_at=until_at)
    audit.record(row, facts.MEMBER_APPOINTED, by=by, at=at, facts={"post": post, "unit": unit}, also=[post_row])
    return post_row.uid


@one_change
def end_appointment(appointment: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """End a post at an instant, or earlier than it was to end; `seen` is the member's version.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, EndsBeforeItBegins; LastKeeper for the only system or security
        administrator.
    """
    require_administration(by, "people.end_appointment", at=at)
    owner = member_of_appointment(appointment)
    _hold_keepers(posts_held(owner, from_at=at))
    member = locked_member(owner, seen=seen)
    row = Appointment.objects.get(uid=appointment)
    if row.until_at is not None and row.until_at <= at:
        raise NotFound(thing="appointment", code=str(appointment))
    if at <= row.from_at:
        raise EndsBeforeItBegins(thing="appointment")
    _require_successors([row], member=member, at=at)
    row.until_at = at
    told = {"post": row.post, "unit": row.unit_id}
    audit.record(member, facts.MEMBER_APPOINTMENT_ENDED, by=by, at=at, facts=told, also=[row])


@one_change
def make_token(
    appointment: UUID, *, name: str, seen: int, by: Actor, at: datetime, until_at: datetime | None = None
) -> str:
    """Make an API token that acts in one appointment; it is shown once and kept only as a hash.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, ChangedMeanwhile, EndsBeforeItBegins; NotFound when
        the appointment is over or its member has no account; KeyOfAnAdministrator for the post of another
        administrator, whose tokens are made at the terminal.
    """
    require_administration(by, "people.make_token", at=at)
    require_names(AccessToken, name=name)
    member = locked_member(member_of_appointment(appointment), seen=seen)
    post = Appointment.objects.get(uid=appointment)
    if member.account_id is None or (post.until_at is not None and post.until_at <= at):
        raise NotFound(thing="appointment", code=str(appointment))
    _require_no_administrators_key(member, [post.post], by=by)
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
    audit.record(member, facts.MEMBER_TOKEN_MADE, by=by, at=at, facts=told_of_token(row, post), also=[row])
    return token


@one_change
def end_token(token: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """End a token, by its id, at an instant, or earlier than it was to end; `seen` is the member's version.

    Raises: NotPermitted, NotFound, ChangedMeanwhile, EndsBeforeItBegins.
    """
    require_administration(by, "people.end_token", at=at)
    member = locked_member(member_of_token(token), seen=seen)
    row = AccessToken.objects.get(uid=token)
    if row.until_at is not None and row.until_at <= at:
        raise NotFound(thing="token", code=str(token))
    if at <= row.made_at:
        raise EndsBeforeItBegins(thing="token")
    row.until_at = at
    audit.record(member, facts.MEMBER_TOKEN_ENDED, by=by, at=at, facts=told_of_token(row, row.appointment), also=[row])


def _account(uid: UUID, *, seen: int) -> Account:
    row = Account.locked(uid=uid)
    if row is None:
        raise NotFound(thing="account", code=str(uid))
    audit.require_version(row, seen)
    return row


def _close(row: Account, *, by: Actor, at: datetime) -> None:
    if not row.is_active:
        raise AccountClosed(account=row.username)
    row.is_active = False
    audit.record(row, facts.ACCOUNT_CLOSED, by=by, at=at)
    end_sessions_of(row.uid, why=SessionEnd.ACCOUNT_CLOSED, by=by, at=at)


def _require_another(member: UUID, other: UUID, *, at: datetime) -> None:
    """Refuse to hand work to the one who leaves, or to somebody who left. Raises: NotFound, MemberEnded."""
    found = Member.objects.filter(uid=other).exclude(uid=member).first()
    if found is None:
        raise NotFound(thing="member", code=str(other))
    require_serving(found, at=at)


def _hold_keepers(posts: Iterable[str]) -> None:
    """Lock whoever holds one of these posts that are never empty: two who end each other at once wait for one another.

    In the order in which they were added, and before any of them is locked alone, so that nobody waits in a ring.
    """
    keepers = KEEPERS.intersection(posts)
    if keepers:
        holding = Appointment.objects.filter(post__in=keepers).values("member_id")
        list(Member.objects.select_for_update().filter(uid__in=holding).order_by("id").values_list("id"))


def _require_successors(ending: Sequence[Appointment], *, member: Member, at: datetime) -> None:
    """Refuse to leave a post empty that is never empty: somebody with an open account must hold it for as long.

    Raises: LastKeeper.
    """
    others = Appointment.objects.exclude(uid__in=[one.uid for one in ending])
    for one in ending:
        as_long = Q(until_at=None) if one.until_at is None else Q(until_at=None) | Q(until_at__gte=one.until_at)
        there = others.filter(as_long, post=one.post, from_at__lte=at, member__account__is_active=True)
        if one.post in KEEPERS and not there.exists():
            raise LastKeeper(post=one.post, member=member.number)


def _require_no_administrators_key(owner: Member, posts: Iterable[str], *, by: Actor) -> None:
    """Refuse to make for oneself what opens the door to an administrator's post. The terminal makes it, and the owner.

    Raises: KeyOfAnAdministrator.
    """
    held = ADMINISTRATORS.intersection(posts)
    if held and acts_in_unit(by) and by.id != str(owner.uid):
        raise KeyOfAnAdministrator(member=owner.number, post=min(held))
