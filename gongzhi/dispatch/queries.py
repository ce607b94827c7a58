"""Which unit a case should go to, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from gongzhi.audit.queries import edition as last_number
from gongzhi.audit.queries import last_of
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import rules
from gongzhi.dispatch.models import DispatchRule
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import UnitEnded

STREAM = "config:dispatch"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The responsible unit with its reason: `by` is `rule` or `norm`, `source` the rule's or condition's code."""

    unit_code: str
    by: str
    source: str
    weighed: tuple[str, ...]


def edition() -> int:
    """Return the number of the last change of the rules, 0 before the first: what the next one takes as `seen`."""
    return last_number(STREAM)


def suggest(case_id: UUID, *, at: datetime) -> Suggestion:
    """Return the unit that answers for a case: the narrowest dispatch rule, else the norm's unit.

    A unit that has ended answers for nothing any more: what names it is passed over.

    Raises: NoResponsibleUnit.
    """
    row = cases.case(case_id)
    choice = _choice(row, at=at)
    if choice is not None:
        return Suggestion(choice.unit_code, "rule", choice.rule, choice.weighed)
    if row.condition_code and row.filed_at is not None:
        filed_on = row.filed_at.astimezone(city().zone).date()
        condition = norms.filing_condition(row.condition_code, on=filed_on)
        if condition.unit_code and _works(condition.unit_code, at=at):
            return Suggestion(condition.unit_code, "norm", condition.code, ())
    raise rules.NoResponsibleUnit(case=row.number, class_key=row.class_key, area=row.area)


def _choice(row: CaseRow, *, at: datetime) -> rules.Choice | None:
    local = at.astimezone(city().zone)
    known = all_rules()
    while True:
        choice = rules.choose(known, class_key=row.class_key, area=row.area, on=local.date(), clock=local.time())
        if choice is None or _works(choice.unit_code, at=at):
            return choice
        known = [one for one in known if one.unit_code != choice.unit_code]


def _works(unit_code: str, *, at: datetime) -> bool:
    try:
        people.working_unit(unit_code, at=at)
    except (NotFound, UnitEnded):
        return False
    return True


def all_rules() -> Sequence[rules.Rule]:
    """Return every dispatch rule, read again only when the rules changed."""
    last = last_of(STREAM)
    return () if last is None else _rules_as_of(last[1])


@lru_cache(maxsize=2)
def _rules_as_of(last_hash: str) -> Sequence[rules.Rule]:
    """Return the rules under one last entry of the record; its hash covers the digest of these very rows."""
    del last_hash
    return tuple(_rule(one) for one in DispatchRule.objects.order_by("code"))


def snapshot_rows() -> Iterator[Sequence[str | None]]:
    """Yield every rule for the record."""
    for one in DispatchRule.objects.order_by("code"):
        yield (
            one.code,
            one.unit_id,
            one.class_prefix,
            one.area,
            None if one.from_time is None else one.from_time.isoformat(),
            None if one.until_time is None else one.until_time.isoformat(),
            one.from_on.isoformat(),
            None if one.until_on is None else one.until_on.isoformat(),
        )


def _rule(one: DispatchRule) -> rules.Rule:
    return rules.Rule(
        code=one.code,
        unit_code=one.unit_id,
        class_prefix=one.class_prefix,
        area=one.area,
        from_=one.from_time,
        until=one.until_time,
        from_on=one.from_on,
        until_on=one.until_on,
    )
