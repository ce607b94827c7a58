"""Choosing the responsible unit: class × area × time → unit. Pure functions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from gongzhi.kernel.refusals import Refusal


class NoResponsibleUnit(Refusal):
    """No rule and no norm names a unit for this case: a person decides."""

    code = "no-responsible-unit"


class RuleEndsBeforeItBegins(Refusal):
    """A rule must end after it begins."""

    code = "rule-ends-before-it-begins"


class RuleHoursIncomplete(Refusal):
    """A rule for certain hours names both where they begin and where they end."""

    code = "rule-hours-incomplete"


class RuleRepeated(Refusal):
    """One code stands for two rules that are put at once."""

    code = "rule-repeated"


class PrecedentEnded(Refusal):
    """The ruling is a precedent no more."""

    code = "precedent-ended"


class PrecedentIsRule(Refusal):
    """A rule was made of this ruling before, and still holds."""

    code = "precedent-is-rule"


class RuleExists(Refusal):
    """A rule of this code is there already, and a ruling does not overwrite it."""

    code = "rule-exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the city.

    `class_prefix` is a prefix of a class key (`GB/T 47678.5-2026|event|09`), empty for all classes. `area` is a path of
    division codes, empty for the whole city. `from_` and `until` are local times of day; a window may cross midnight.
    """

    code: str
    unit_code: str
    class_prefix: str = ""
    area: str = ""
    from_: time | None = None
    until: time | None = None
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The unit that answers, by which rule, and what was weighed, best first."""

    unit_code: str
    rule: str
    weighed: tuple[str, ...]


def covers(rule: Rule, *, class_key: str, area: str, on: date, clock: time) -> bool:
    """Whether a rule speaks about this class, here, now.

    Example:
        >>> rule = Rule(code="r", unit_code="u", area="3502/350203", from_on=date(2026, 1, 1))
        >>> covers(rule, class_key="x", area="3502/350203/350203001", on=date(2026, 5, 1), clock=time(9))
        True
        >>> covers(rule, class_key="x", area="3502/3502031", on=date(2026, 5, 1), clock=time(9))
        False
    """
    if not rule.from_on <= on or (rule.until_on is not None and on >= rule.until_on):
        return False
    if rule.area and area != rule.area and not area.startswith(f"{rule.area}/"):
        return False
    return class_key.startswith(rule.class_prefix) and _at_this_hour(rule, clock)


def specificity(rule: Rule) -> tuple[int, int, int]:
    """Return how narrow a rule is: class first, then area, then hours. The narrowest that covers a case wins."""
    return (len(rule.class_prefix), rule.area.count("/") + 1 if rule.area else 0, int(rule.from_ is not None))


def choose(rules: Iterable[Rule], *, class_key: str, area: str, on: date, clock: time) -> Choice | None:
    """Return the choice of the narrowest rule that covers a case; equal ones are decided by their code."""
    fitting = [one for one in rules if covers(one, class_key=class_key, area=area, on=on, clock=clock)]
    if not fitting:
        return None
    ranked = sorted(fitting, key=lambda one: (tuple(-part for part in specificity(one)), one.code))
    return Choice(unit_code=ranked[0].unit_code, rule=ranked[0].code, weighed=tuple(one.code for one in ranked))


@dataclass(frozen=True, slots=True)
class Claim:
    """An area that outranks the tree of divisions, by its code, and the unit at work that answers there."""

    code: str
    unit_code: str

    @property
    def named(self) -> str:
        """How the claim stands among what was weighed."""
        return f"overlay {self.code}"


def outranking(claim: Claim | None, *, chosen: Rule | None) -> bool:
    """Whether an overlay area answers before the rule that was chosen.

    Islands, stations, airports and development zones outrank the tree of divisions, so a rule for a division or for
    the whole city gives way. A rule for a class wherever it lies does not: a pipe belongs to the waterworks there too.

    Example:
        >>> island = Claim("gulangyu", "island-office")
        >>> in_the_street = Rule(code="r", unit_code="u", area="3502/350203", from_on=date(2026, 1, 1))
        >>> pipes = Rule(code="p", unit_code="water", class_prefix="x|component", from_on=date(2026, 1, 1))
        >>> outranking(island, chosen=in_the_street), outranking(island, chosen=pipes)
        (True, False)
    """
    if claim is None:
        return False
    return chosen is None or bool(chosen.area) or not chosen.class_prefix


def _at_this_hour(rule: Rule, clock: time) -> bool:
    if rule.from_ is None or rule.until is None:
        return True
    if rule.from_ < rule.until:
        return rule.from_ <= clock < rule.until
    return clock >= rule.from_ or clock < rule.until


DISTRICT_PARTS = 2
"""How many division codes name a district: the city's and its own. A ruling in one district binds no other."""


def district_of(area: str) -> str:
    """Return the path of the district in which a path lies; empty where the path goes no further than the city.

    Example:
        >>> district_of("350200/350203/350203001"), district_of("350200")
        ('350200/350203', '')
    """
    parts = area.split("/")
    return "/".join(parts[:DISTRICT_PARTS]) if len(parts) >= DISTRICT_PARTS else ""


def nearness(area: str, other: str) -> int:
    """Return how far down two places lie in the same divisions.

    Example:
        >>> nearness("350200/350203/350203001", "350200/350203/350203002")
        2
    """
    pairs = zip(area.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
