"""Changing the rules, dispatching by them, and ruling where units dispute a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases import turns
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import facts
from gongzhi.dispatch.models import DispatchRule, Precedent, PrecedentTerm
from gongzhi.dispatch.queries import STREAM, precedent, suggest, terms_of
from gongzhi.dispatch.rules import (
    NoResponsibleUnit,
    PrecedentEnded,
    PrecedentIsRule,
    Rule,
    RuleEndsBeforeItBegins,
    RuleExists,
    RuleHoursIncomplete,
    RuleRepeated,
)
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, require_grounds, within_area
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.places.states import BorderState


@one_change
def put_rules(rules: Iterable[Rule], *, seen: int, by: Actor, at: datetime) -> int:
    """Add or replace rules by their code, all or nothing; return how many.

    Raises: NotPermitted, ChangedMeanwhile, RuleRepeated, RuleEndsBeforeItBegins, RuleHoursIncomplete, UnitEnded,
        ContractOver; NotFound for an unknown unit.
    """
    _require_keeper(seen=seen, by=by, at=at)
    return _put_rules(rules, told={}, seen=seen, by=by, at=at)


@one_change
def dispatch_by_rule(case_id: UUID, *, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Dispatch a case to the unit that the rules name; the reason is kept in the record.

    Raises: NoResponsibleUnit, and what `cases.dispatch_case` raises.
    """
    people.require(by, "case.dispatch", case_queries.acting_matter(case_queries.case(case_id)), at=at)
    suggestion = suggest(case_id, at=at)
    told: dict[str, object] = {"by": suggestion.by, "source": suggestion.source, "weighed": list(suggestion.weighed)}
    if suggestion.ruling is not None:
        told["ruling"] = str(suggestion.ruling.precedent)
    return cases.dispatch_case(case_id, unit_code=suggestion.unit_code, seen=seen, by=by, at=at, told=told)


@one_change
def arbitrate(case_id: UUID, *, unit_code: str, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Rule which unit answers for a case that units sent back and forth, and keep the ruling as a precedent.

    The grounds stand with the case and with the precedent; each is erased by itself. Near a border the case counts to
    the division for which the unit answers, where it is one of those that see the case and the only one.

    Raises: what `cases.arbitrate_case` raises.
    """
    row = Precedent(case_id=case_id, unit_id=unit_code, decided_at=at)
    told = {"precedent": str(row.uid)}
    ruled = cases.arbitrate_case(case_id, unit_code=unit_code, grounds=grounds, seen=seen, by=by, at=at, told=told)
    row.number, row.class_key, row.area = ruled.number or "", ruled.class_key, ruled.area
    row.units = _in_dispute(ruled)
    named = {"case": str(case_id), "units": row.units, "unit": unit_code}
    audit.record(row, facts.PRECEDENT_SET, by=by, at=at, facts=named, held={"grounds": grounds})
    _draw_terms(row.uid)
    _settle_credit(ruled, precedent=row, by=by, at=at)
    return ruled


@one_change
def make_rule_of(
    precedent_id: UUID,
    *,
    code: str,
    from_on: date,
    until_on: date | None = None,
    area: str | None = None,
    seen: int,
    by: Actor,
    at: datetime,
) -> Rule:
    """Make a ruling a rule of dispatch, so that the next matter of this kind goes there by itself.

    Args:
        precedent_id: the ruling.
        code: the code of the new rule.
        from_on: from which day it holds.
        until_on: until which day; for good otherwise.
        area: where it holds, as a path of division codes; where the matter lay otherwise.
        seen: the edition of the rules.
        by: who writes rules.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, NotFound, PrecedentEnded, RuleExists, PrecedentIsRule, and what `put_rules`
        raises.
    """
    _require_keeper(seen=seen, by=by, at=at)
    row = _locked(precedent_id)
    if row.until_at is not None and row.until_at <= at:
        raise PrecedentEnded(number=row.number)
    if DispatchRule.objects.filter(code=code).exists():
        raise RuleExists(rule=code)
    holds = DispatchRule.objects.filter(Q(until_on=None) | Q(until_on__gt=from_on), code=row.rule)
    if holds.exists():
        raise PrecedentIsRule(number=row.number, rule=row.rule)
    rule = Rule(
        code=code,
        unit_code=people.answering_unit(row.unit_id, at=at),
        class_prefix=row.class_key,
        area=row.area if area is None else area,
        from_on=from_on,
        until_on=until_on,
    )
    _put_rules([rule], told={"precedent": str(row.uid)}, seen=seen, by=by, at=at)
    row.rule = code
    audit.record(row, facts.PRECEDENT_MADE_RULE, by=by, at=at, facts={"rule": code})
    return rule


@one_change
def end_precedent(precedent_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    """Let a ruling be a precedent no more. A rule that was made of it holds until it is ended by itself.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, PrecedentEnded, GroundsNeeded.
    """
    row = _allowed(precedent_id, "precedent.end", seen=seen, by=by, at=at)
    require_grounds(grounds)
    if row.until_at is not None:
        raise PrecedentEnded(number=row.number)
    row.until_at = at
    audit.record(row, facts.PRECEDENT_ENDED, by=by, at=at, held={"why_ended": grounds})


@one_change
def erase_grounds(precedent_id: UUID, *, rule: str, grounds: str, seen: int, by: Actor, at: datetime) -> None:
    """Erase the words of a ruling for ever, and what they were found by. The ruling itself stands.

    Args:
        precedent_id: the ruling.
        rule: on which ground of the law.
        grounds: why, in words.
        seen: the precedent's version.
        by: who erases.
        at: when.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, GroundsNeeded, NothingToErase.
    """
    row = _allowed(precedent_id, "precedent.erase", seen=seen, by=by, at=at)
    require_grounds(grounds)
    targets = audit_queries.erasable(row.stream, names=["grounds", "why_ended"])
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name="grounds")
    audit.erase(row, targets, rule=rule, by=by, at=at, held={"why_erased": grounds})
    _draw_terms(row.uid)


def _settle_credit(case: CaseRow, *, precedent: Precedent, by: Actor, at: datetime) -> None:
    """Let a case near a border count where the ruling gave it, if that is clear and whoever ruled may say so."""
    border = places.border_of(case.stream)
    if border is None or border.state is not BorderState.TAKEN:
        return
    its_areas = people.unit(case.unit_code).areas
    found = [one.area for one in border.areas if within_area(one.area, its_areas)]
    if len(found) == 1 and people.allow(by, "border.settle", Matter(area=found[0]), at=at):
        why = f"precedent:{precedent.uid}"
        ground.settle(border.uid, area=found[0], grounds=why, seen=border.version, by=by, at=at)


def _require_keeper(*, seen: int, by: Actor, at: datetime) -> None:
    people.require_administration(by, "dispatch.put_rules", at=at)
    audit.require_edition(STREAM, seen)


def _put_rules(rules: Iterable[Rule], *, told: Mapping[str, object], seen: int, by: Actor, at: datetime) -> int:
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
    told = {"put": len(codes), **told}
    audit.record_snapshot(STREAM, facts.RULES_CHANGED, by=by, at=at, facts=told, seen=seen)
    return len(codes)


def _in_dispute(case: CaseRow) -> list[str]:
    """Return the units that sent the case back, those they named instead, and the one that it was given to."""
    return list(dict.fromkeys([*turns.units_in_dispute(case.uid), case.unit_code]))


def _locked(uid: UUID) -> Precedent:
    row = Precedent.locked(uid=uid)
    if row is None:
        raise NotFound(thing="precedent", code=str(uid))
    return row


def _allowed(uid: UUID, act: str, *, seen: int, by: Actor, at: datetime) -> Precedent:
    """Return a precedent, locked, with which this person may do this, in the version on which it was decided."""
    row = _locked(uid)
    people.require(by, act, Matter(area=row.area, unit=row.unit_id), at=at)
    audit.require_version(row, seen)
    return row


def _draw_terms(uid: UUID) -> None:
    """Write anew what a precedent is found by, from what it says now."""
    PrecedentTerm.objects.filter(precedent__uid=uid).delete()
    wanted = sorted(terms_of(precedent(uid)))
    PrecedentTerm.objects.bulk_create([PrecedentTerm(precedent_id=uid, term=one) for one in wanted])


__all__ = [
    "NoResponsibleUnit",
    "NothingToErase",
    "PrecedentEnded",
    "PrecedentIsRule",
    "RuleEndsBeforeItBegins",
    "RuleExists",
    "RuleHoursIncomplete",
    "RuleRepeated",
    "arbitrate",
    "dispatch_by_rule",
    "end_precedent",
    "erase_grounds",
    "make_rule_of",
    "put_rules",
]
