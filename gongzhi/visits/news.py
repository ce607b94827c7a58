"""Whom a visit concerns: those who look on the spot, closest to where the case lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from gongzhi.cases import queries as cases
from gongzhi.cases.news import named
from gongzhi.cases.queries import CaseRow
from gongzhi.notices.news import News, Whom, in_both
from gongzhi.notices.rules import Audience, holders_at
from gongzhi.people.states import Post
from gongzhi.visits import facts
from gongzhi.visits.labels import KINDS
from gongzhi.visits.queries import VisitRow
from gongzhi.visits.states import VisitKind


@dataclass(frozen=True, slots=True)
class Told:
    """A visit of which there is something to tell, and the case that it looks at."""

    visit: VisitRow
    case: CaseRow


def _going(post: str, kind: VisitKind) -> Whom[Told]:
    def find(told: Told) -> Audience | None:
        return holders_at(post, cases.acting_area(told.case)) if told.visit.kind is kind else None

    return Whom(f"post:{post}", find)


def _usual(told: Told) -> Mapping[str, object]:
    """What is told of every visit."""
    return {**named(told.case), "not_before": told.visit.not_before, **in_both("visit", KINDS[told.visit.kind])}


CHECKER, VERIFIER = _going(Post.CHECKER, VisitKind.CHECK), _going(Post.COLLECTOR, VisitKind.VERIFY)

ORDERED = News(
    "visit.ordered",
    title=pgettext_lazy("notice", "案件 {case} 需要{visit}"),
    text=pgettext_lazy("notice", "案件 {case} 需要{visit}，请于 {not_before} 起到现场查看。"),
    of=(facts.VISIT_ORDERED,),
    to=(CHECKER, VERIFIER),
    facts=_usual,
)
CALLED_BACK = News(
    "visit.called_back",
    title=pgettext_lazy("notice", "案件 {case} 不再需要{visit}"),
    text=pgettext_lazy("notice", "案件 {case} 不再需要{visit}，请勿前往现场。"),
    of=(facts.VISIT_CALLED_BACK,),
    to=(CHECKER, VERIFIER),
    facts=_usual,
)
NEWS: tuple[News[Told], ...] = (ORDERED, CALLED_BACK)
