"""Rulings on which unit answers: searched before a case is sent back, made rules, ended."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from gongzhi.api import rules
from gongzhi.api.administration import CHANGES
from gongzhi.api.administration_city import show_rules
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, PublicId, RowLimit, shown
from gongzhi.api.shapes import precedents as shapes
from gongzhi.api.shapes.configuration import RulesOut
from gongzhi.api.shapes.people import AreaPath, UnitCode
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries
from gongzhi.dispatch.queries import PrecedentRow
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

router = Router(tags=["precedents"], auth=Token())


@router.get("/precedents", response=list[shapes.PrecedentOut])
def search_precedents(
    request: MemberRequest,
    text: shapes.SearchText = "",
    class_key: Query[Code | None] = None,
    area: Query[AreaPath | None] = None,
    unit: Query[UnitCode | None] = None,
    limit: RowLimit = 50,
) -> list[shapes.PrecedentOut]:
    """Find the rulings that stand now by their words, class, place and the units that took part, the latest first."""
    at = now()
    people.require(request.auth, "precedent.read", Matter(), at=at)
    found = queries.precedents(text=text, class_key=class_key, area=area, unit=unit, limit=limit, at=at)
    return [_shown(one) for one in found]


@router.get("/precedents/{precedent}", response=shapes.PrecedentOut, openapi_extra=HAS_A_VERSION)
def read_precedent(request: MemberRequest, response: HttpResponse, precedent: PublicId) -> shapes.PrecedentOut:
    """Read one ruling, also one that has ended."""
    people.require(request.auth, "precedent.read", Matter(), at=now())
    return _answer(queries.precedent(precedent), response=response)


@router.post("/precedents/{precedent}/rule", response=RulesOut, openapi_extra=CHANGES)
def make_rule_of_precedent(
    request: MemberRequest, response: HttpResponse, precedent: PublicId, said: shapes.RuleOfIn
) -> RulesOut:
    """Make the ruling a rule of dispatch. If-Match carries the edition of the rules."""
    dispatch.make_rule_of(
        precedent, code=said.code, from_on=said.from_on, until_on=said.until_on, area=said.area, **decided(request)
    )
    return show_rules(response)


@router.post("/precedents/{precedent}/end", response=shapes.PrecedentOut, openapi_extra=CHANGES)
def end_precedent(
    request: MemberRequest, response: HttpResponse, precedent: PublicId, said: shapes.EndPrecedentIn
) -> shapes.PrecedentOut:
    """Let the ruling be a precedent no more; a rule made of it holds until it is ended by itself."""
    dispatch.end_precedent(precedent, grounds=said.grounds, **decided(request))
    return _answer(queries.precedent(precedent), response=response)


@router.post("/precedents/{precedent}/erase", response=shapes.PrecedentOut, openapi_extra=CHANGES)
def erase_grounds_of_precedent(
    request: MemberRequest, response: HttpResponse, precedent: PublicId, said: shapes.EraseGroundsIn
) -> shapes.PrecedentOut:
    """Erase the words of the ruling for ever; the ruling itself stands."""
    dispatch.erase_grounds(precedent, rule=said.rule, grounds=said.grounds, **decided(request))
    return _answer(queries.precedent(precedent), response=response)


def _answer(row: PrecedentRow, *, response: HttpResponse) -> shapes.PrecedentOut:
    response["ETag"] = rules.etag(row.version)
    return _shown(row)


def _shown(row: PrecedentRow) -> shapes.PrecedentOut:
    return shown(shapes.PrecedentOut, row, id=row.uid, units=list(row.units))
