"""Duty: who holds a post now, who stands in for whom, the nights that were declared, and what is still in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from ninja import Query, Router, Status

from gongzhi.api import rules
from gongzhi.api.administration import CHANGES
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, PublicId, RowLimit, shown
from gongzhi.api.shapes import duty as shapes
from gongzhi.api.shapes.people import PostCode, UnitCode
from gongzhi.api.shapes.times import Day
from gongzhi.parameters.queries import city
from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.queries import NightDutyRow, SubstitutionRow
from gongzhi.people.rules import Holding, Matter
from gongzhi.people.states import Post

router = Router(tags=["duty"], auth=Token())


@router.get("/duty", response=list[shapes.OnDutyOut])
def list_on_duty(
    request: MemberRequest, post: PostCode = Post.DUTY_LEADER, unit: Query[UnitCode | None] = None
) -> list[shapes.OnDutyOut]:
    """List who holds a post now, substitutes after those who were appointed; without a post, the duty leaders."""
    at = now()
    queries.require(request.auth, "duty.read", Matter(), at=at)
    return [
        shown(shapes.OnDutyOut, one, instead_of=getattr(one, "instead_of", None))
        for one in queries.in_post(post, unit=unit, at=at)
    ]


@router.get("/substitutions", response=list[shapes.SubstitutionOut])
def list_substitutions(request: MemberRequest) -> list[shapes.SubstitutionOut]:
    """List who stands in for whom now."""
    at = now()
    queries.require(request.auth, "people.read", Matter(), at=at)
    return [_substitution(one) for one in queries.substitutions(at=at)]


@router.post("/appointments/{appointment}/substitutions", response={201: shapes.SubstitutionOut}, openapi_extra=CHANGES)
def substitute_member(
    request: MemberRequest, response: HttpResponse, appointment: PublicId, said: shapes.SubstituteIn
) -> Status[shapes.SubstitutionOut]:
    """Let a member act in the post of another for a time. If-Match carries the version of the one who acts."""
    uid = people.substitute(
        appointment,
        by_member=said.member,
        from_at=said.from_at,
        until_at=said.until_at,
        grounds=said.grounds,
        **decided(request),
    )
    return Status(201, _answer_substitution(queries.substitution(uid), response=response))


@router.post("/substitutions/{substitution}/end", response=shapes.SubstitutionOut, openapi_extra=CHANGES)
def end_substitution(request: MemberRequest, response: HttpResponse, substitution: PublicId) -> shapes.SubstitutionOut:
    """End a substitution now, or call it off. If-Match carries the version of the one who acts."""
    people.end_substitution(substitution, **decided(request))
    return _answer_substitution(queries.substitution(substitution), response=response)


@router.post("/substitutions/{substitution}/tokens", response={201: shapes.SubstitutesTokenOut}, openapi_extra=CHANGES)
def make_substitutes_token(
    request: MemberRequest, response: HttpResponse, substitution: PublicId, said: shapes.SubstitutesTokenIn
) -> Status[shapes.SubstitutesTokenOut]:
    """Make a token that acts as the substitute; it is in this answer and nowhere else."""
    token = people.make_substitutes_token(substitution, name=said.name, **decided(request))
    response["ETag"] = rules.etag(queries.member_version(queries.substitution(substitution).member))
    kept = queries.token(token)
    return Status(201, shown(shapes.SubstitutesTokenOut, kept, id=kept.uid, token=token))


@router.get("/night-duties", response=list[shapes.NightDutyOut])
def list_night_duties(request: MemberRequest, limit: RowLimit = 50) -> list[shapes.NightDutyOut]:
    """List the night duties, the last one first."""
    at = now()
    queries.require(request.auth, "night_duty.read", Matter(), at=at)
    return [_night(one, at=at) for one in queries.night_duties(limit=limit)]


@router.get("/night-duties/to-review", response=list[shapes.NightDutyOut])
def list_night_duties_to_review(request: MemberRequest) -> list[shapes.NightDutyOut]:
    """List the night duties that are over and wait for somebody to look back upon them, the oldest first."""
    at = now()
    queries.require(request.auth, "night_duty.read", Matter(), at=at)
    return [_night(one, at=at) for one in queries.unreviewed_night_duties(at=at)]


@router.post("/night-duties", response={201: shapes.NightDutyOut}, openapi_extra=HAS_A_VERSION)
def declare_night_duty(
    request: MemberRequest, response: HttpResponse, said: shapes.NightDutyIn
) -> Status[shapes.NightDutyOut]:
    """Declare that urgent matters in an area may lie in fewer hands for some hours."""
    uid = people.declare_night_duty(
        said.area, from_at=said.from_at, until_at=said.until_at, grounds=said.grounds, by=request.auth, at=now()
    )
    return Status(201, _answer_night(queries.night_duty_of(uid), response=response))


@router.get("/night-duties/{night_duty}", response=shapes.NightDutyOut, openapi_extra=HAS_A_VERSION)
def read_night_duty(request: MemberRequest, response: HttpResponse, night_duty: PublicId) -> shapes.NightDutyOut:
    """Read one night duty."""
    queries.require(request.auth, "night_duty.read", Matter(), at=now())
    return _answer_night(queries.night_duty_of(night_duty), response=response)


@router.post("/night-duties/{night_duty}/end", response=shapes.NightDutyOut, openapi_extra=CHANGES)
def end_night_duty(request: MemberRequest, response: HttpResponse, night_duty: PublicId) -> shapes.NightDutyOut:
    """End a night duty before its time."""
    people.end_night_duty(night_duty, **decided(request))
    return _answer_night(queries.night_duty_of(night_duty), response=response)


@router.post("/night-duties/{night_duty}/review", response=shapes.NightDutyOut, openapi_extra=CHANGES)
def review_night_duty(
    request: MemberRequest, response: HttpResponse, night_duty: PublicId, said: shapes.ReviewIn
) -> shapes.NightDutyOut:
    """Look back upon a night duty that is over; nobody does who declared it or acted under it."""
    people.review_night_duty(night_duty, outcome=said.outcome, words=said.words, **decided(request))
    return _answer_night(queries.night_duty_of(night_duty), response=response)


@router.get("/night-duties/{night_duty}/acts", response=list[shapes.RelaxedActOut])
def list_acts_of_night_duty(request: MemberRequest, night_duty: PublicId) -> list[shapes.RelaxedActOut]:
    """List what was done under a night duty by hands that would have been kept apart by day."""
    queries.require(request.auth, "night_duty.read", Matter(), at=now())
    return _acts(queries.relaxed_acts(night_duty=queries.night_duty_of(night_duty).uid))


@router.get("/relaxed-acts/{on}", response=list[shapes.RelaxedActOut])
def list_relaxed_acts(request: MemberRequest, on: Day) -> list[shapes.RelaxedActOut]:
    """List what was done on one of the city's days by hands that would otherwise have been kept apart."""
    queries.require(request.auth, "night_duty.read", Matter(), at=now())
    begins = datetime.combine(on, time(), tzinfo=city().zone)
    ends = datetime.combine(on + timedelta(days=1), time(), tzinfo=city().zone)
    return _acts(queries.relaxed_acts(from_at=begins, until_at=ends))


@router.get("/units/{code}/holdings", response=list[shapes.HoldingOut])
def list_holdings_of_unit(request: MemberRequest, code: Code) -> list[shapes.HoldingOut]:
    """List what a unit still has in hand; while there is something it ends only with a successor."""
    queries.require(request.auth, "people.read", Matter(), at=now())
    return _holdings(registry.held_by_unit(queries.unit(code).code))


@router.get("/members/{member}/holdings", response=list[shapes.HoldingOut])
def list_holdings_of_member(request: MemberRequest, member: PublicId) -> list[shapes.HoldingOut]:
    """List what a member still has in hand; while there is something, somebody must be named who takes it over."""
    at = now()
    queries.require(request.auth, "people.read", Matter(), at=at)
    return _holdings(registry.held_by_member(queries.member(member, at=at).uid))


def _substitution(row: SubstitutionRow) -> shapes.SubstitutionOut:
    return shown(shapes.SubstitutionOut, row, id=row.uid, version=queries.member_version(row.member))


def _answer_substitution(row: SubstitutionRow, *, response: HttpResponse) -> shapes.SubstitutionOut:
    answer = _substitution(row)
    response["ETag"] = rules.etag(answer.version)
    return answer


def _night(row: NightDutyRow, *, at: datetime) -> shapes.NightDutyOut:
    return shown(shapes.NightDutyOut, row, id=row.uid, state=row.state.value, awaits_review=row.awaits_review(at=at))


def _answer_night(row: NightDutyRow, *, response: HttpResponse) -> shapes.NightDutyOut:
    response["ETag"] = rules.etag(row.version)
    return _night(row, at=now())


def _acts(found: Sequence[queries.RelaxedActRow]) -> list[shapes.RelaxedActOut]:
    return [shown(shapes.RelaxedActOut, one, crossed=list(one.crossed)) for one in found]


def _holdings(found: Sequence[Holding]) -> list[shapes.HoldingOut]:
    return [shown(shapes.HoldingOut, one, some=list(one.some)) for one in found]
