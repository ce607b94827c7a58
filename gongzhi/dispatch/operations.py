"""Changing the rules, and dispatching by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import facts
from gongzhi.dispatch.models import DispatchRule
from gongzhi.dispatch.queries import STREAM, suggest
from gongzhi.dispatch.rules import NoResponsibleUnit, Rule, RuleEndsBeforeItBegins, RuleHoursIncomplete, RuleRepeated
from gongzhi.kernel.actor import Actor
from gongzhi.people import queries as people


@one_change
def put_rules(rules: Iterable[Rule], *, seen: int, by: Actor, at: datetime) -> int:
    """Add or replace rules by their code, all or nothing; return how many.

    Raises: NotPermitted, ChangedMeanwhile, RuleRepeated, RuleEndsBeforeItBegins, RuleHoursIncomplete, UnitEnded;
        NotFound for an unknown unit.
    """
    people.require_administration(by, "dispatch.put_rules", at=at)
    audit.require_edition(STREAM, seen)
    known: set[str] = set()
    codes: set[str] = set()
    for one in rules:
        if one.code in codes:
            raise RuleRepeated(rule=one.code)
        codes.add(one.code)
        if one.until_on is not None and one.until_on <= one.from_on:
            raise RuleEndsBeforeItBegins(rule=one.code)
        if (one.from_ is None) != (one.until is None):
            raise RuleHoursIncomplete(rule=one.code)
        if one.unit_code not in known:
            people.working_unit(one.unit_code, at=at)
            known.add(one.unit_code)
        DispatchRule.objects.update_or_create(
            code=one.code,
            defaults={
                "unit_id": one.unit_code,
                "class_prefix": one.class_prefix,
                "area": one.area,
                "from_time": one.from_,
                "until_time": one.until,
                "from_on": one.from_on,
                "until_on": one.until_on,
            },
        )
    audit.record_snapshot(STREAM, facts.RULES_CHANGED, by=by, at=at, facts={"put": len(codes)}, seen=seen)
    return len(codes)


@one_change
def dispatch_by_rule(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Dispatch a case to the unit that the rules name; the reason is kept in the record.

    Raises: NoResponsibleUnit, and what `cases.dispatch_case` raises.
    """
    people.require(by, "case.dispatch", case_queries.case(case_id).matter, at=at)
    suggestion = suggest(case_id, at=at)
    told = {"by": suggestion.by, "source": suggestion.source, "weighed": list(suggestion.weighed)}
    return cases.dispatch_case(case_id, unit_code=suggestion.unit_code, seen=seen, by=by, at=at, told=told)


__all__ = [
    "NoResponsibleUnit",
    "RuleEndsBeforeItBegins",
    "RuleHoursIncomplete",
    "RuleRepeated",
    "dispatch_by_rule",
    "put_rules",
]
