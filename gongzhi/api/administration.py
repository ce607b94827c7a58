"""Units, members, posts, accounts, tokens and powers: everything that makes somebody able to do something."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from gongzhi.api import city, rules
from gongzhi.api.description import CHANGES_A_VERSION, HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, Cursor, Page, PublicId, RowLimit, after, page_of, shown
from gongzhi.api.shapes import people as shapes
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.base.words import words_of
from gongzhi.cases import queries as cases
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.labels import WHY
from gongzhi.people.queries import MemberRow, Power, UnitRow
from gongzhi.people.rules import Matter

router = Router(tags=["administration"], auth=Token())
CHANGES = {**CHANGES_A_VERSION, **HAS_A_VERSION}


@city.router.post(
    "/units", response={201: shapes.KeptUnitOut}, openapi_extra=HAS_A_VERSION, auth=Token(), tags=["administration"]
)
def add_unit(request: MemberRequest, response: HttpResponse, said: shapes.UnitIn) -> Status[shapes.KeptUnitOut]:
    """Add a unit. Sent again it is refused, because its code is taken."""
    people.add_unit(**said.model_dump(), by=request.auth, at=now())
    return Status(201, _unit(queries.unit(said.code), response=response))


@router.get("/units/{code}", response=shapes.KeptUnitOut, openapi_extra=HAS_A_VERSION)
def read_unit(request: MemberRequest, response: HttpResponse, code: Code) -> shapes.KeptUnitOut:
    """Read one unit, at work or ended."""
    return _unit(queries.unit(code), response=response)


@router.post("/units/{code}/end", response=shapes.KeptUnitOut, openapi_extra=CHANGES)
def end_unit(
    request: MemberRequest, response: HttpResponse, code: Code, successor: Query[shapes.UnitCode | None] = None
) -> shapes.KeptUnitOut:
    """End a unit now: nothing is dispatched to it and nobody is appointed in it any more.

    While it still holds something it ends only with a successor, which answers for that.
    """
    people.end_unit(code, successor=successor, **decided(request))
    return _unit(queries.unit(code), response=response)


@router.post("/units/{code}/contract", response=shapes.KeptUnitOut, openapi_extra=CHANGES)
def renew_contract(
    request: MemberRequest, response: HttpResponse, code: Code, said: shapes.ContractIn
) -> shapes.KeptUnitOut:
    """Let the contract of a contractor run until an instant."""
    people.renew_contract(code, from_at=said.from_at, until_at=said.until_at, **decided(request))
    return _unit(queries.unit(code), response=response)


@router.get("/contracts/ending", response=list[shapes.KeptUnitOut])
def list_ending_contracts(request: MemberRequest, within_days: shapes.SoonDays = 60) -> list[shapes.KeptUnitOut]:
    """List the contractors whose contract ran out or does so soon, the first one first."""
    at = now()
    queries.require(request.auth, "people.read", Matter(), at=at)
    levels = queries.unit_levels()
    found = queries.contracts_ending(before=at + timedelta(days=within_days), at=at)
    return [_show_unit(one, level=levels[one.code]) for one in found]


@router.get("/members", response=Page[shapes.MemberOut])
def list_members(request: MemberRequest, cursor: Cursor | None = None, limit: RowLimit = 50) -> Page[shapes.MemberOut]:
    """List the members at work with their posts, in the order in which they were added."""
    at = now()
    queries.require(request.auth, "people.read", Matter(), at=at)
    rows = queries.members_page(after=after(cursor), limit=limit + 1, at=at)
    return page_of(rows, limit=limit, show=_show_member, uid=lambda row: row.uid)


@router.post("/members", response={201: shapes.MemberOut}, openapi_extra=HAS_A_VERSION)
def add_member(request: MemberRequest, response: HttpResponse, said: shapes.MemberIn) -> Status[shapes.MemberOut]:
    """Add a member with an account. Sent again it is refused, because the staff number is taken."""
    uid = people.add_member_with_account(
        said.number,
        name=said.name,
        username=said.username or said.number,
        kind=said.kind,
        by=request.auth,
        at=now(),
    )
    return Status(201, _member(uid, response=response))


@router.get("/members/{member}", response=shapes.MemberOut, openapi_extra=HAS_A_VERSION)
def read_member(request: MemberRequest, response: HttpResponse, member: PublicId) -> shapes.MemberOut:
    """Read one member, at work or not any more; the ETag is what a change of name, posts and tokens needs."""
    queries.require(request.auth, "people.read", Matter(), at=now())
    return _member(member, response=response)


@router.post("/members/{member}/rename", response=shapes.MemberOut, openapi_extra=CHANGES)
def rename_member(
    request: MemberRequest, response: HttpResponse, member: PublicId, said: shapes.NameIn
) -> shapes.MemberOut:
    """Let a member bear another name."""
    people.rename_member(member, said.name, **decided(request))
    return _member(member, response=response)


@router.post("/members/{member}/end", response=shapes.MemberOut, openapi_extra=CHANGES)
def end_member(
    request: MemberRequest, response: HttpResponse, member: PublicId, handed_to: Query[PublicId | None] = None
) -> shapes.MemberOut:
    """Let a member leave now: all posts and tokens end with it, and the account is closed.

    Whoever still has work in hand leaves only when somebody is named to whom it is handed.
    """
    people.end_member(member, handed_to=handed_to, **decided(request))
    return _member(member, response=response)


@router.post("/members/{member}/appointments", response={201: shapes.MemberOut}, openapi_extra=CHANGES)
def appoint_member(
    request: MemberRequest, response: HttpResponse, member: PublicId, said: shapes.AppointmentIn
) -> Status[shapes.MemberOut]:
    """Give a member a post in a unit."""
    people.appoint(member, post=said.post, unit=said.unit, until_at=said.until_at, **decided(request))
    return Status(201, _member(member, response=response))


@router.post("/appointments/{appointment}/end", response=shapes.MemberOut, openapi_extra=CHANGES)
def end_appointment(request: MemberRequest, response: HttpResponse, appointment: PublicId) -> shapes.MemberOut:
    """End a post now, and with it every token that acts in it. If-Match carries the member's version."""
    people.end_appointment(appointment, **decided(request))
    return _member(queries.member_of_appointment(appointment), response=response)


@router.get("/members/{member}/tokens", response=list[shapes.TokenOut], openapi_extra=HAS_A_VERSION)
def list_tokens(request: MemberRequest, response: HttpResponse, member: PublicId) -> list[shapes.TokenOut]:
    """List the tokens with which a member opens the API now."""
    at = now()
    queries.require(request.auth, "people.read", Matter(), at=at)
    row = queries.member(member, at=at)
    response["ETag"] = rules.etag(row.version)
    return [token for post in _show_member(row).appointments for token in post.tokens]


@router.post("/appointments/{appointment}/tokens", response={201: shapes.MadeTokenOut}, openapi_extra=CHANGES)
def make_token(
    request: MemberRequest, response: HttpResponse, appointment: PublicId, said: shapes.TokenIn
) -> Status[shapes.MadeTokenOut]:
    """Make a token that acts in a post; it is in this answer and nowhere else. If-Match: the member's version."""
    token = people.make_token(appointment, name=said.name, until_at=said.until_at, **decided(request))
    response["ETag"] = rules.etag(queries.member_version(queries.member_of_appointment(appointment)))
    kept = queries.token(token)
    return Status(201, shown(shapes.MadeTokenOut, kept, id=kept.uid, token=token))


@router.post("/tokens/{token}/end", response=shapes.MemberOut, openapi_extra=CHANGES)
def end_token(request: MemberRequest, response: HttpResponse, token: PublicId) -> shapes.MemberOut:
    """End a token now, named by its id. If-Match carries the member's version."""
    people.end_token(token, **decided(request))
    return _member(queries.member_of_token(token), response=response)


@router.get("/accounts/{account}", response=shapes.AccountOut, openapi_extra=HAS_A_VERSION)
def read_account(request: MemberRequest, response: HttpResponse, account: PublicId) -> shapes.AccountOut:
    """Read one account; its ETag is what closing, opening again and a new password need."""
    queries.require(request.auth, "people.read", Matter(), at=now())
    return _account(account, response=response)


@router.post("/accounts/{account}/close", response=shapes.AccountOut, openapi_extra=CHANGES)
def close_account(request: MemberRequest, response: HttpResponse, account: PublicId) -> shapes.AccountOut:
    """Close an account: neither its password nor its tokens open anything."""
    people.close_account(account, **decided(request))
    return _account(account, response=response)


@router.post("/accounts/{account}/reopen", response=shapes.AccountOut, openapi_extra=CHANGES)
def reopen_account(request: MemberRequest, response: HttpResponse, account: PublicId) -> shapes.AccountOut:
    """Open a closed account again."""
    people.reopen_account(account, **decided(request))
    return _account(account, response=response)


@router.post("/accounts/{account}/password", response=shapes.AccountOut, openapi_extra=CHANGES)
def set_password(
    request: MemberRequest, response: HttpResponse, account: PublicId, said: shapes.PasswordIn
) -> shapes.AccountOut:
    """Give an account a password in place of the one it had; no answer and no entry ever tells it."""
    people.set_password(account, said.password, **decided(request))
    return _account(account, response=response)


@router.post("/accounts/{account}/second-factor/end", response=shapes.AccountOut, openapi_extra=CHANGES)
def end_second_factor(
    request: MemberRequest, response: HttpResponse, account: PublicId, said: shapes.FactorEndIn
) -> shapes.AccountOut:
    """Take the authenticator away from an account whose owner lost it; they set up another at the next sign-in."""
    people.end_second_factor(account, grounds=said.grounds, **decided(request))
    return _account(account, response=response)


@router.get("/policy", response=shapes.PolicyOut, openapi_extra=HAS_A_VERSION)
def list_policy(request: MemberRequest, response: HttpResponse) -> shapes.PolicyOut:
    """List the policy table: which post may do what, and how far."""
    queries.require(request.auth, "people.read", Matter(), at=now())
    return _policy(response)


@router.post("/policy/grants/put", response=shapes.PolicyOut, openapi_extra=CHANGES)
def put_grant(request: MemberRequest, response: HttpResponse, said: shapes.GrantIn) -> shapes.PolicyOut:
    """Let a post do an act, or change how far its power reaches. If-Match carries the table's edition."""
    people.put_grant(said.post, said.act, said.scope, **decided(request))
    return _policy(response)


@router.post("/policy/grants/end", response=shapes.PolicyOut, openapi_extra=CHANGES)
def end_grant(request: MemberRequest, response: HttpResponse, said: shapes.EndGrantIn) -> shapes.PolicyOut:
    """Take from a post the power for an act. If-Match carries the table's edition."""
    people.end_grant(said.post, said.act, **decided(request))
    return _policy(response)


@router.post("/policy/seed", response=shapes.PolicyOut, openapi_extra=CHANGES)
def seed_policy(request: MemberRequest, response: HttpResponse) -> shapes.PolicyOut:
    """Add the default lines of acts that no line names yet, after an update of the program."""
    people.seed_policy(**decided(request))
    return _policy(response)


@router.get("/policy/why", response=shapes.WhyOut)
def explain_power(
    request: MemberRequest,
    act: Query[shapes.ActName],
    post: Query[shapes.PostCode | None] = None,
    unit: Query[shapes.UnitCode | None] = None,
    area: Query[shapes.AreaPath | None] = None,
    case: Query[PublicId | None] = None,
    hour: Query[GivenInstant | None] = None,
) -> shapes.WhyOut:
    """Say who may do an act at an hour where a thing lies and for the unit that answers for it, and why or why not.

    With a case it is about that case: where it lies, whose it is, and through whose hands it went. Without an hour it
    is about now.
    """
    queries.require(request.auth, "people.read", Matter(), at=now())
    matter = Matter(area=area or "", unit=unit) if case is None else cases.case(case).matter
    found = queries.explain(act, matter=matter, at=hour or now(), post=post)
    return shown(
        shapes.WhyOut,
        found,
        grants=[shown(shapes.GrantOut, one, scope=one.scope.value) for one in found.grants],
        needs=list(found.needs),
        not_after=[] if found.separation is None else sorted(found.separation.not_after),
        firm=found.separation is not None and found.separation.firm,
        night_duty=None if found.night_duty is None else found.night_duty.uid,
        powers=[_power(one) for one in found.powers],
    )


def _unit(row: UnitRow, *, response: HttpResponse) -> shapes.KeptUnitOut:
    response["ETag"] = rules.etag(row.version)
    return _show_unit(row, level=queries.unit_levels()[row.code])


def _show_unit(row: UnitRow, *, level: int) -> shapes.KeptUnitOut:
    return shown(shapes.KeptUnitOut, row, areas=list(row.areas), level=level)


def _power(one: Power) -> shapes.PowerOut:
    stops = [shapes.StopOut(code=stop.code, words=words_of(stop), facts=stop.facts) for stop in one.stops]
    return shown(shapes.PowerOut, one, scope=one.scope.value, words=str(WHY[one.why]), stops=stops)


def _member(uid: UUID, *, response: HttpResponse) -> shapes.MemberOut:
    row = queries.member(uid, at=now())
    response["ETag"] = rules.etag(row.version)
    return _show_member(row)


def _show_member(row: MemberRow) -> shapes.MemberOut:
    appointments = [
        shown(
            shapes.AppointmentOut, post, id=post.uid, tokens=[shown(shapes.TokenOut, one, id=one.uid) for one in tokens]
        )
        for post, tokens in row.posts
    ]
    account = None if row.account is None else shown(shapes.AccountOut, row.account, id=row.account.uid)
    return shown(shapes.MemberOut, row, id=row.uid, account=account, appointments=appointments)


def _account(uid: UUID, *, response: HttpResponse) -> shapes.AccountOut:
    row = queries.account(uid)
    response["ETag"] = rules.etag(row.version)
    return shown(shapes.AccountOut, row, id=row.uid)


def _policy(response: HttpResponse) -> shapes.PolicyOut:
    edition = queries.edition()
    response["ETag"] = rules.etag(edition)
    grants = [shown(shapes.GrantOut, one, scope=one.scope.value) for one in queries.grants()]
    return shapes.PolicyOut(edition=edition, grants=grants)
