"""Acting for another: for a time, with grounds, and with both names in every entry."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts
from gongzhi.people.models import AccessToken, Appointment, Substitution
from gongzhi.people.operations.shared import (
    EndsBeforeItBegins,
    locked_member,
    require_names,
    require_serving,
    told_of_token,
)
from gongzhi.people.queries import require_administration, token_hash
from gongzhi.people.rules import (
    AdministratorNotSubstituted,
    OwnPowers,
    OwnSubstitute,
    SubstitutionOutside,
    require_grounds,
)
from gongzhi.people.states import ADMINISTRATORS


@one_change
def substitute(
    appointment: UUID,
    *,
    by_member: UUID,
    from_at: datetime,
    until_at: datetime,
    grounds: str,
    seen: int,
    by: Actor,
    at: datetime,
) -> UUID:
    """Let a member act in the post of another for a time. What is done so stands in the record under both names.

    The one who is away keeps the post. Hands that must be separate are those of both.

    Args:
        appointment: the post that is taken care of.
        by_member: who acts in it.
        from_at: from when on, now or later.
        until_at: until when.
        grounds: why.
        seen: the version of the member who acts.
        by: who arranges it.
        at: when.

    Raises: NotPermitted, OwnPowers, NotFound, ChangedMeanwhile, MemberEnded, GroundsNeeded, EndsBeforeItBegins,
        OwnSubstitute, AdministratorNotSubstituted, SubstitutionOutside.
    """
    require_administration(by, "people.substitute", at=at)
    if by.id == str(by_member):
        raise OwnPowers(act="people.substitute")
    require_grounds(grounds)
    row = locked_member(by_member, seen=seen)
    require_serving(row, at=at)
    if from_at < at or until_at <= from_at:
        raise EndsBeforeItBegins(thing="substitution")
    post = Appointment.objects.filter(uid=appointment).first()
    if post is None:
        raise NotFound(thing="appointment", code=str(appointment))
    if post.member_id == by_member:
        raise OwnSubstitute(member=row.number)
    if post.post in ADMINISTRATORS:
        raise AdministratorNotSubstituted(post=post.post)
    if post.from_at > from_at or (post.until_at is not None and post.until_at < until_at):
        raise SubstitutionOutside(post=post.post, unit=post.unit_id)
    held = Substitution(member_id=by_member, appointment_id=post.uid, from_at=from_at, until_at=until_at)
    told = {
        "post": post.post,
        "unit": post.unit_id,
        "instead_of": str(post.member_id),
        "from": utc_text(from_at),
        "until": utc_text(until_at),
    }
    said = {"grounds": grounds}
    audit.record(row, facts.MEMBER_SUBSTITUTED, by=by, at=at, facts=told, held=said, also=[held])
    return held.uid


@one_change
def end_substitution(substitution: UUID, *, seen: int, by: Actor, at: datetime) -> None:
    """End a substitution with its tokens, or call it off before it begins; `seen` is the substitute's version.

    Raises: NotPermitted, NotFound when it is over, ChangedMeanwhile.
    """
    require_administration(by, "people.end_substitution", at=at)
    found = Substitution.objects.filter(uid=substitution).first()
    if found is None:
        raise NotFound(thing="substitution", code=str(substitution))
    member = locked_member(found.member_id, seen=seen)
    row = Substitution.objects.select_related("appointment").get(uid=substitution)
    if row.until_at <= at:
        raise NotFound(thing="substitution", code=str(substitution))
    row.until_at = max(at, row.from_at)
    tokens = list(AccessToken.objects.filter(substitution__uid=substitution, until_at__gt=at))
    for token in tokens:
        token.until_at = at
    told = {"post": row.appointment.post, "unit": row.appointment.unit_id, "tokens": len(tokens)}
    audit.record(member, facts.MEMBER_SUBSTITUTION_ENDED, by=by, at=at, facts=told, also=[row, *tokens])


@one_change
def make_substitutes_token(substitution: UUID, *, name: str, seen: int, by: Actor, at: datetime) -> str:
    """Make an API token that acts as a substitute and ends with the substitution; it is shown once.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, ChangedMeanwhile; NotFound when the substitution is
        over or its member has no account.
    """
    require_administration(by, "people.make_token", at=at)
    require_names(AccessToken, name=name)
    found = Substitution.objects.select_related("appointment").filter(uid=substitution).first()
    if found is None or found.until_at <= at:
        raise NotFound(thing="substitution", code=str(substitution))
    member = locked_member(found.member_id, seen=seen)
    if member.account_id is None:
        raise NotFound(thing="account", code=member.number)
    token = secrets.token_urlsafe(32)
    row = AccessToken(
        member_id=member.uid,
        appointment_id=found.appointment_id,
        substitution_id=found.uid,
        hash=token_hash(token),
        name=name,
        made_at=at,
        until_at=found.until_at,
    )
    told = {**told_of_token(row, found.appointment), "substitution": str(found.uid)}
    audit.record(member, facts.MEMBER_TOKEN_MADE, by=by, at=at, facts=told, also=[row])
    return token
