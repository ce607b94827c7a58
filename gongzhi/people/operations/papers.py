"""Credentials: entered as they were issued, suspended, restored, withdrawn."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts
from gongzhi.people.lifecycle import CREDENTIAL
from gongzhi.people.models import Credential
from gongzhi.people.operations.shared import (
    CodeTaken,
    EndsBeforeItBegins,
    locked_member,
    require_names,
    require_place,
    require_serving,
)
from gongzhi.people.queries import require
from gongzhi.people.rules import CredentialFacts, Matter, OwnPowers


@one_change
def add_credential(
    member: UUID,
    *,
    kind: str,
    number: str,
    body: str,
    field: str = "",
    area: str = "",
    from_at: datetime,
    until_at: datetime,
    seen: int,
    by: Actor,
    at: datetime,
) -> UUID:
    """Enter a credential that a member was given. Its number enters the record as a commitment.

    Args:
        member: the holder.
        kind: what it is, a code such as `enforcement`.
        number: as printed on it; no other of this kind has it.
        body: who issued it.
        field: for which field of work, in the issuing body's words.
        area: where it counts, as a path of division codes; empty for everywhere.
        from_at: since when it counts.
        until_at: until when.
        seen: the member's version.
        by: who enters it; never the holder.
        at: when.

    Raises: NotPermitted, OwnPowers, NameBlank, NameTooLong, NameUnreadable, AreaUnreadable, NotFound, ChangedMeanwhile,
        MemberEnded, CodeTaken, EndsBeforeItBegins.
    """
    require(by, "credential.add", Matter(), at=at)
    _require_not_own(by, member, act="credential.add")
    require_names(Credential, kind=kind, number=number, body=body, **({"field": field} if field else {}))
    if area:
        require_place(Credential, area=area)
    holder = locked_member(member, seen=seen)
    require_serving(holder, at=at)
    if until_at <= from_at:
        raise EndsBeforeItBegins(thing="credential")
    if Credential.objects.filter(kind=kind, number=number).exists():
        raise CodeTaken(thing="credential", value=number)
    row = Credential(
        member_id=member,
        kind=kind,
        number=number,
        body=body,
        field=field,
        area=area,
        from_at=from_at,
        until_at=until_at,
        status_at=at,
    )
    audit.record(holder, facts.MEMBER_CREDENTIAL_ADDED, by=by, at=at, facts={"kind": kind}, also=[row])
    return row.uid


def suspend_credential(credential: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    """Let a credential not count until it is restored; `seen` is the version of its holder.

    Raises: NotPermitted, OwnPowers, NotFound, ChangedMeanwhile, MoveNotAllowed, GroundsNeeded.
    """
    _move(credential, "suspend", grounds=grounds, seen=seen, by=by, at=at)


def restore_credential(credential: UUID, *, grounds: str = "", seen: int, by: Actor, at: datetime) -> None:
    """Let a suspended credential count again.

    Raises: NotPermitted, OwnPowers, NotFound, ChangedMeanwhile, MoveNotAllowed.
    """
    _move(credential, "restore", grounds=grounds, seen=seen, by=by, at=at)


def withdraw_credential(credential: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    """Let a credential count never again.

    Raises: NotPermitted, OwnPowers, NotFound, ChangedMeanwhile, MoveNotAllowed, GroundsNeeded.
    """
    _move(credential, "withdraw", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def _move(credential: UUID, act: str, *, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    require(by, f"credential.{act}", Matter(), at=at)
    found = Credential.objects.filter(uid=credential).first()
    if found is None:
        raise NotFound(thing="credential", code=str(credential))
    _require_not_own(by, found.member_id, act=f"credential.{act}")
    holder = locked_member(found.member_id, seen=seen)
    row = Credential.objects.get(uid=credential)
    step = CREDENTIAL.check(row.status, act, facts=CredentialFacts(grounds=grounds))
    row.status, row.status_at = step.to.value, at
    told = {"kind": row.kind, "credential": str(row.uid)}
    audit.record(holder, step, by=by, at=at, facts=told, held={"grounds": grounds or None}, also=[row])


def _require_not_own(by: Actor, member: UUID, *, act: str) -> None:
    """Nobody keeps the papers on which the own powers depend. Raises: OwnPowers."""
    if by.id == str(member):
        raise OwnPowers(act=act)
