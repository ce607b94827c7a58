"""Who is signed in at a browser, in which post, and what they sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.models import Account, SecondFactor, StaffSession
from gongzhi.people.queries.directory import AppointmentRow, SubstitutionRow, appointments_of_account, substitutions
from gongzhi.people.rules import within_time
from gongzhi.people.states import AccountKind

SeatRow = AppointmentRow | SubstitutionRow
"""A post that somebody may sign in to: their own, or one of another that they take care of."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that holds: whose it is, and the post it acts in, where one was chosen and is still theirs.

    `unit_zh` and `unit_en` are the names of the post's unit; `must_change_password` says that somebody else knows it.
    """

    uid: UUID
    account: UUID
    username: str
    member: UUID
    number: str
    name: str
    from_at: datetime
    until_at: datetime
    actor: Actor | None
    unit_zh: str
    unit_en: str
    must_change_password: bool
    version: int


def session(uid: UUID, *, at: datetime) -> SessionRow | None:
    """Return a session, or None when it is over, its account is closed or invented, or its member left."""
    found = (
        StaffSession.objects.select_related("account__member", "appointment__unit", "substitution")
        .filter(uid=uid, account__is_active=True, account__kind=AccountKind.STAFF.value, account__member__isnull=False)
        .first()
    )
    if found is None or not within_time(found.from_at, found.until_at, at=at):
        return None
    account = found.account
    member = account.member
    if not within_time(member.from_at, member.until_at, at=at):
        return None
    if account.is_demo and settings.GONGZHI_MODE == "production":
        return None
    actor = _actor(found, member=member.uid, at=at)
    unit = None if actor is None or found.appointment is None else found.appointment.unit
    return SessionRow(
        uid=found.uid,
        account=account.uid,
        username=account.username or "",
        member=member.uid,
        number=member.number,
        name=member.name or "",
        from_at=found.from_at,
        until_at=found.until_at,
        actor=actor,
        unit_zh="" if unit is None else unit.name_zh,
        unit_en="" if unit is None else unit.name_en,
        must_change_password=not account.password_is_own and not account.is_demo,
        version=found.version,
    )


def seats(account: UUID, *, at: datetime) -> list[SeatRow]:
    """Return the posts that somebody may sign in to at an instant: their own first, then those they take care of."""
    held = appointments_of_account(account, at=at)
    whose = Account.objects.filter(uid=account).values_list("member__uid", flat=True).first()
    arranged = [] if whose is None else substitutions(at=at, member=whose)
    return [*held, *arranged]


def has_second_factor(account: UUID) -> bool:
    """Whether an account signs in with an authenticator app beside its password."""
    return SecondFactor.objects.filter(account__uid=account, until_at=None).exists()


def account_of_session(uid: UUID) -> UUID | None:
    """Return whose session this is or was; None when there never was one."""
    return StaffSession.objects.filter(uid=uid).values_list("account__uid", flat=True).first()


def session_version(uid: UUID) -> int:
    """Return the version of a session. Raises: NotFound."""
    found = StaffSession.objects.filter(uid=uid).values_list("version", flat=True).first()
    if found is None:
        raise NotFound(thing="session", code=str(uid))
    return found


def _actor(found: StaffSession, *, member: UUID, at: datetime) -> Actor | None:
    """Return the member in the post of the session; None when none was chosen, or it is no longer theirs."""
    post, stands_in = found.appointment, found.substitution
    if post is None or not within_time(post.from_at, post.until_at, at=at):
        return None
    if stands_in is None:
        return Actor(id=str(member), kind=ActorKind.MEMBER, post=post.post, unit=post.unit_id)
    if not within_time(stands_in.from_at, stands_in.until_at, at=at):
        return None
    instead_of = str(post.member_id)
    return Actor(id=str(member), kind=ActorKind.MEMBER, post=post.post, unit=post.unit_id, on_behalf_of=instead_of)
