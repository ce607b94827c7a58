"""Credentials: what members hold, what runs out, and which acts need one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status

from gongzhi.api import rules
from gongzhi.api.administration import CHANGES
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import PublicId, shown
from gongzhi.api.shapes import credentials as shapes
from gongzhi.api.shapes.people import SoonDays
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.queries import CredentialRow
from gongzhi.people.rules import Matter

router = Router(tags=["credentials"], auth=Token())


@router.get("/members/{member}/credentials", response=list[shapes.CredentialOut], openapi_extra=HAS_A_VERSION)
def list_credentials_of_member(
    request: MemberRequest, response: HttpResponse, member: PublicId
) -> list[shapes.CredentialOut]:
    """List the credentials that a member was given, whatever became of them. The ETag is the member's version."""
    at = now()
    queries.require(request.auth, "credential.read", Matter(), at=at)
    response["ETag"] = rules.etag(queries.member(member, at=at).version)
    return [_shown(one, at=at) for one in queries.credentials(member=member)]


@router.post("/members/{member}/credentials", response={201: shapes.CredentialOut}, openapi_extra=CHANGES)
def add_credential(
    request: MemberRequest, response: HttpResponse, member: PublicId, said: shapes.CredentialIn
) -> Status[shapes.CredentialOut]:
    """Enter a credential that a member was given. If-Match carries the member's version."""
    uid = people.add_credential(
        member,
        kind=said.kind,
        number=said.number,
        body=said.body,
        field=said.field,
        area=said.area or "",
        from_at=said.from_at,
        until_at=said.until_at,
        **decided(request),
    )
    return Status(201, _answer(uid, response=response))


@router.get("/credentials/expiring", response=list[shapes.CredentialOut])
def list_expiring_credentials(request: MemberRequest, within_days: SoonDays = 60) -> list[shapes.CredentialOut]:
    """List the credentials of members at work that ran out or do so soon, and were not renewed."""
    at = now()
    queries.require(request.auth, "credential.read", Matter(), at=at)
    found = queries.credentials_expiring(before=at + timedelta(days=within_days), at=at)
    return [_shown(one, at=at) for one in found]


@router.post("/credentials/{credential}/suspend", response=shapes.CredentialOut, openapi_extra=CHANGES)
def suspend_credential(
    request: MemberRequest, response: HttpResponse, credential: PublicId, said: shapes.CredentialGroundsIn
) -> shapes.CredentialOut:
    """Let a credential not count until it is restored. If-Match carries the version of its holder."""
    people.suspend_credential(credential, grounds=said.grounds, **decided(request))
    return _answer(credential, response=response)


@router.post("/credentials/{credential}/restore", response=shapes.CredentialOut, openapi_extra=CHANGES)
def restore_credential(
    request: MemberRequest, response: HttpResponse, credential: PublicId, said: shapes.CredentialGroundsIn
) -> shapes.CredentialOut:
    """Let a suspended credential count again."""
    people.restore_credential(credential, grounds=said.grounds, **decided(request))
    return _answer(credential, response=response)


@router.post("/credentials/{credential}/withdraw", response=shapes.CredentialOut, openapi_extra=CHANGES)
def withdraw_credential(
    request: MemberRequest, response: HttpResponse, credential: PublicId, said: shapes.CredentialGroundsIn
) -> shapes.CredentialOut:
    """Let a credential count never again."""
    people.withdraw_credential(credential, grounds=said.grounds, **decided(request))
    return _answer(credential, response=response)


@router.get("/policy/needs", response=shapes.NeedsOut, openapi_extra=HAS_A_VERSION)
def list_credential_needs(request: MemberRequest, response: HttpResponse) -> shapes.NeedsOut:
    """List which acts need which credentials."""
    queries.require(request.auth, "people.read", Matter(), at=now())
    return _needs(response)


@router.post("/policy/needs/put", response=shapes.NeedsOut, openapi_extra=CHANGES)
def put_credential_need(request: MemberRequest, response: HttpResponse, said: shapes.NeedIn) -> shapes.NeedsOut:
    """Let nobody do an act without a credential of a kind. If-Match carries the edition of the policy table."""
    people.put_credential_need(said.act, said.kind, **decided(request))
    return _needs(response)


@router.post("/policy/needs/end", response=shapes.NeedsOut, openapi_extra=CHANGES)
def end_credential_need(request: MemberRequest, response: HttpResponse, said: shapes.NeedIn) -> shapes.NeedsOut:
    """Let an act be done without a credential of a kind. If-Match carries the edition of the policy table."""
    people.end_credential_need(said.act, said.kind, **decided(request))
    return _needs(response)


def _answer(uid: UUID, *, response: HttpResponse) -> shapes.CredentialOut:
    row = queries.credential(uid)
    response["ETag"] = rules.etag(row.version)
    return _shown(row, at=now())


def _shown(row: CredentialRow, *, at: datetime) -> shapes.CredentialOut:
    return shown(shapes.CredentialOut, row, id=row.uid, counts=row.counts(at=at))


def _needs(response: HttpResponse) -> shapes.NeedsOut:
    edition = queries.edition()
    response["ETag"] = rules.etag(edition)
    needs = [shapes.NeedOut(act=act, kind=kind) for act, kind in queries.credential_needs()]
    return shapes.NeedsOut(edition=edition, needs=needs)
