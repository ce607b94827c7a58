"""Posts and powers for tests, given by those who may give them and with the version that is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.states import AccountKind, Scope
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS


def with_account(number: str, *, at: datetime) -> UUID:
    """Add a member with an account, both of this number."""
    return people.add_member_with_account(
        number, name=number, username=number, kind=AccountKind.STAFF, by=FOUNDER, at=at
    )


def appoint(member: UUID, *, post: str, unit: str, at: datetime, until_at: datetime | None = None) -> UUID:
    """Give a member a post."""
    seen = queries.member_version(member)
    return people.appoint(member, post=post, unit=unit, seen=seen, by=GIVES_POWERS, at=at, until_at=until_at)


def end_appointment(appointment: UUID, *, at: datetime) -> None:
    """End a post."""
    seen = queries.member_version(queries.member_of_appointment(appointment))
    people.end_appointment(appointment, seen=seen, by=GIVES_POWERS, at=at)


def token(appointment: UUID, *, at: datetime, name: str = "test", until_at: datetime | None = None) -> str:
    """Make a token that acts in an appointment."""
    seen = queries.member_version(queries.member_of_appointment(appointment))
    return people.make_token(appointment, name=name, seen=seen, by=GIVES_POWERS, at=at, until_at=until_at)


def end_token(token: UUID, *, at: datetime) -> None:
    """End a token."""
    seen = queries.member_version(queries.member_of_token(token))
    people.end_token(token, seen=seen, by=GIVES_POWERS, at=at)


def grant(post: str, act: str, scope: Scope, *, at: datetime) -> None:
    """Let a post do an act."""
    people.put_grant(post, act, scope, seen=queries.edition(), by=GIVES_POWERS, at=at)


def end_unit(code: str, *, successor: str | None = None, at: datetime) -> None:
    """End a unit, which another one may take over."""
    people.end_unit(code, successor=successor, seen=queries.unit(code).version, by=FOUNDER, at=at)
