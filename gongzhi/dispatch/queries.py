"""Which unit a case should go to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongzhi.audit import queries as audit
from gongzhi.audit.queries import edition as last_number
from gongzhi.audit.queries import last_of
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.base.crypto import keyed_digest
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import rules
from gongzhi.dispatch.models import DispatchRule, Precedent, PrecedentTerm
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.terms import terms, wanted_terms
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ClassUnknown
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import ContractOver, UnitEnded
from gongzhi.places import queries as places
from gongzhi.places.rules import Located

STREAM = "config:dispatch"


@dataclass(frozen=True, slots=True)
class Ruling:
    """That units disputed such a matter hereabouts before, and which of them it was given to."""

    precedent: UUID
    number: str
    unit_code: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The responsible unit with its reason: `by` is `overlay`, `rule` or `norm`, `source` the code of that.

    `weighed` is what speaks about the case, best first. `ruling` is the nearest precedent, where there is one; it binds
    nobody until it is made a rule. `ground` is where the case lies today, with the keepers of its responsibility grid;
    None where nobody knows its point.
    """

    unit_code: str
    by: str
    source: str
    weighed: tuple[str, ...]
    ruling: Ruling | None = None
    ground: Located | None = None


@dataclass(frozen=True, slots=True)
class PrecedentRow:
    """A ruling as those read it who are about to send a case back. The grounds are None after an erasure.

    Attributes:
        number: the case in which it was given.
        units: the units that were in dispute.
        unit_code: the one that answers.
        rule: the code of the dispatch rule that was made of it, or empty.
    """

    uid: UUID
    case: UUID
    number: str
    class_key: str
    area: str
    units: tuple[str, ...]
    unit_code: str
    grounds: str | None
    decided_at: datetime
    until_at: datetime | None
    rule: str
    version: int

    @property
    def stream(self) -> str:
        """The precedent's stream in the record."""
        return f"precedent:{self.uid}"


def edition() -> int:
    """Return the number of the last change of the rules, 0 before the first: what the next one takes as `seen`."""
    return last_number(STREAM)


def suggest(case_id: UUID, *, at: datetime) -> Suggestion:
    """Return the unit that answers for a case: the overlay area's, else the narrowest dispatch rule's, else the norm's.

    An overlay area (island, station, airport, development zone) outranks the tree of divisions, not a rule for a class
    wherever it lies. Near a border the rules of the division that received the case speak. Where the unit has ended,
    its successor answers. What names a unit that has ended, or whose contract is over, and has no successor at work is
    passed over. A ruling in a dispute of this kind is told besides.

    Raises: NoResponsibleUnit.
    """
    row = cases.case(case_id)
    area = cases.acting_area(row)
    ruled = ruling(class_key=row.class_key, area=area, at=at)
    ground = _ground(row, at=at)
    choice, claim = _choice(row, area=area, at=at), _claim(ground, at=at)
    chosen = None if choice is None else next(one for one in all_rules() if one.code == choice.rule)
    weighed = () if choice is None else choice.weighed
    if claim is not None and rules.outranking(claim, chosen=chosen):
        return Suggestion(claim.unit_code, "overlay", claim.code, (claim.named, *weighed), ruled, ground)
    if choice is not None:
        told = weighed if claim is None else (weighed[0], claim.named, *weighed[1:])
        return Suggestion(choice.unit_code, "rule", choice.rule, told, ruled, ground)
    if row.condition_code and row.filed_at is not None:
        filed_on = row.filed_at.astimezone(city().zone).date()
        condition = norms.filing_condition(row.condition_code, on=filed_on)
        unit_code = _answering(condition.unit_code, at=at) if condition.unit_code else None
        if unit_code is not None:
            return Suggestion(unit_code, "norm", condition.code, (), ruled, ground)
    raise rules.NoResponsibleUnit(case=row.number, class_key=row.class_key, area=area)


def _ground(row: CaseRow, *, at: datetime) -> Located | None:
    if row.point is None:
        return None
    return places.locate(row.point, division=row.division, on=local_date(at, city().zone))


def _claim(ground: Located | None, *, at: datetime) -> rules.Claim | None:
    """Return the overlay area around a case where a unit of ours at work answers for it."""
    overlay = None if ground is None else ground.overlay
    unit_code = _answering(overlay.unit, at=at) if overlay is not None and overlay.unit else None
    return None if overlay is None or unit_code is None else rules.Claim(overlay.code, unit_code)


def _choice(row: CaseRow, *, area: str, at: datetime) -> rules.Choice | None:
    """Return the choice of the narrowest rule that names a unit at work, or one that such a unit took over from."""
    local = at.astimezone(city().zone)
    known = all_rules()
    while True:
        choice = rules.choose(known, class_key=row.class_key, area=area, on=local.date(), clock=local.time())
        if choice is None:
            return None
        answering = _answering(choice.unit_code, at=at)
        if answering is not None:
            return replace(choice, unit_code=answering)
        known = [one for one in known if one.unit_code != choice.unit_code]


def _answering(named: str, *, at: datetime) -> str | None:
    """Return the unit at work that answers for what names a unit: itself, or its successor; None where neither does."""
    try:
        return people.working_unit(people.answering_unit(named, at=at), at=at).code
    except (NotFound, UnitEnded, ContractOver):
        return None


def ruling(*, class_key: str, area: str, at: datetime) -> Ruling | None:
    """Return the precedent that comes nearest to a matter: of its class and in its district, best in its street.

    Of several equally near ones the latest; None where there is none or nobody knows where the matter lies.
    """
    district = rules.district_of(area)
    if not district:
        return None
    found = _in_force(at).filter(_within(district), class_key=class_key).order_by("-decided_at", "-id")
    nearest = max(found[:_LOOKED_AT], key=lambda one: rules.nearness(one.area, area), default=None)
    return None if nearest is None else Ruling(nearest.uid, nearest.number, nearest.unit_id, nearest.decided_at)


def precedents(
    *,
    class_key: str | None = None,
    area: str | None = None,
    unit: str | None = None,
    text: str = "",
    at: datetime,
    limit: int = 50,
) -> list[PrecedentRow]:
    """Return the rulings that stand at an instant, the latest first.

    Args:
        class_key: only those about a class of matters.
        area: only those in a division, as a path of division codes.
        unit: only those in which this unit took part.
        text: only those whose grounds, class or units hold all these words, in Chinese by pairs of characters.
        at: when they must stand.
        limit: how many at most.
    """
    found = _in_force(at).order_by("-decided_at", "-id")
    if class_key is not None:
        found = found.filter(class_key=class_key)
    if area is not None:
        found = found.filter(_within(area))
    wanted = {*wanted_terms(text)} if unit is None else {*wanted_terms(text), unit_term(unit)}
    if wanted:
        digests = term_digests(wanted)
        found = found.filter(terms__term__in=digests).annotate(met=Count("terms")).filter(met=len(digests))
    return _rows(found[:limit])


def precedent(uid: UUID) -> PrecedentRow:
    """Return a precedent, also one that has ended. Raises: NotFound."""
    found = _rows(Precedent.objects.filter(uid=uid))
    if not found:
        raise NotFound(thing="precedent", code=str(uid))
    return found[0]


def terms_of(row: PrecedentRow) -> frozenset[str]:
    """Return the digests by which a precedent is found: of its grounds, its class and its units."""
    told = [row.grounds or "", row.number, _class_name(row.class_key)]
    told += [people.unit(code).name_zh for code in row.units]
    words = frozenset[str]().union(*(terms(one) for one in told))
    return term_digests(words | {unit_term(code) for code in row.units})


def unit_term(code: str) -> str:
    """Return what a precedent is found by when a unit took part in it; no word of a text looks so."""
    return f"unit {code}"


def term_digests(wanted: Iterable[str]) -> frozenset[str]:
    """Return keyed digests of terms, so that nobody reads them from the table."""
    return frozenset(keyed_digest(one, purpose="precedent-term")[:16] for one in wanted)


def check_terms() -> Iterator[Finding]:
    """Find precedents that are not found by what they say."""
    kept: dict[UUID, set[str]] = {}
    for uid, term in PrecedentTerm.objects.values_list("precedent__uid", "term"):
        kept.setdefault(uid, set()).add(term)
    for row in _rows(Precedent.objects.order_by("id")):
        if kept.get(row.uid, set()) != terms_of(row):
            yield Finding(Damage.CHECK_FAILED, row.stream, row.version, "its search terms are not those of its words")


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


_LOOKED_AT = 200
"""Of so many rulings in one district and class the nearest is looked for; older ones are not."""


def _in_force(at: datetime) -> QuerySet[Precedent]:
    return Precedent.objects.filter(Q(until_at=None) | Q(until_at__gt=at), decided_at__lte=at)


def _within(area: str) -> Q:
    return Q(area=area) | Q(area__startswith=f"{area}/")


def _rows(found: Iterable[Precedent]) -> list[PrecedentRow]:
    rows = list(found)
    said = audit.held_values([one.stream for one in rows], names=["grounds"])
    return [_precedent_row(one, said.get(one.stream, {})) for one in rows]


def _precedent_row(one: Precedent, said: Mapping[str, object]) -> PrecedentRow:
    grounds = said.get("grounds")
    return PrecedentRow(
        uid=one.uid,
        case=one.case_id,
        number=one.number,
        class_key=one.class_key,
        area=one.area,
        units=tuple(one.units),
        unit_code=one.unit_id,
        grounds=None if grounds is None else str(grounds),
        decided_at=one.decided_at,
        until_at=one.until_at,
        rule=one.rule,
        version=one.version,
    )


def _class_name(key: str) -> str:
    try:
        return norms.managed_class(key).zh
    except ClassUnknown:
        return ""
