"""People and what they are given, for the tests of this room."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.kernel.actor import Actor
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.states import AccountKind, CredentialKind, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
SIMING = "350200/350203"


def add(number: str, *, at: datetime = MONDAY_9AM) -> UUID:
    """Add somebody with an account and no post."""
    return people.add_member_with_account(
        number, name="陈小明", username=number, kind=AccountKind.STAFF, by=FOUNDER, at=at
    )


def in_post(number: str, post: str, unit: str, *, at: datetime = MONDAY_9AM) -> Actor:
    """Add somebody and give them a post."""
    appointment = staff.appoint(add(number, at=at), post=post, unit=unit, at=at)
    (held,) = [one for one in queries.appointments(at=at, post=post, unit=unit) if one.uid == appointment]
    return held.actor()


def duty_leader(unit: str = "bureau-350203") -> Actor:
    """Return somebody who leads the night shift of a bureau."""
    return in_post("9101", Post.DUTY_LEADER, unit)


def substitute(
    appointment: UUID,
    by_member: UUID,
    *,
    from_at: datetime = MONDAY_9AM,
    until_at: datetime = MONDAY_9AM + 7 * A_DAY,
    grounds: str = "年休假",
    at: datetime = MONDAY_9AM,
    by: Actor = GIVES_POWERS,
) -> UUID:
    """Let somebody act for somebody."""
    return people.substitute(
        appointment,
        by_member=by_member,
        from_at=from_at,
        until_at=until_at,
        grounds=grounds,
        seen=queries.member_version(by_member),
        by=by,
        at=at,
    )


def certify(
    member: UUID,
    number: str = "闽D-02-001",
    *,
    kind: str = CredentialKind.ENFORCEMENT,
    area: str = "",
    from_at: datetime = MONDAY_9AM - 30 * A_DAY,
    until_at: datetime = MONDAY_9AM + 30 * A_DAY,
    by: Actor = GIVES_POWERS,
) -> UUID:
    """Enter a credential."""
    return people.add_credential(
        member,
        kind=kind,
        number=number,
        body="福建省人民政府",
        field="城市管理",
        area=area,
        from_at=from_at,
        until_at=until_at,
        seen=queries.member_version(member),
        by=by,
        at=MONDAY_9AM,
    )
