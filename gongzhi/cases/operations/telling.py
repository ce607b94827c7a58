"""Telling people of cases: when a fact says that something happened, and before a limit runs out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone
from gongzhi.cases import news, queries, rules
from gongzhi.cases.models import CaseInstruction, CaseStage
from gongzhi.cases.news import Told
from gongzhi.cases.rules import Lead
from gongzhi.kernel.clock import utc_text
from gongzhi.norms.states import Stage
from gongzhi.notices import queries as notices
from gongzhi.notices.news import News
from gongzhi.notices.rules import NEWSWORTHY
from gongzhi.parameters.queries import parameter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Warning:
    """Something that runs out soon, or ran out: of which case, and what makes it the same warning again."""

    sort: News[Told]
    case: UUID
    key: str
    said: Mapping[str, object]

    @property
    def told_as(self) -> str:
        """The key under which the messages are kept."""
        return f"{self.key}/{self.sort.topic}"


def tell_of_case(
    case_id: UUID, *, fact: str, said: Mapping[str, object], unit: str | None, cause: str, at: datetime
) -> int:
    """Tell everybody whom it concerns that something happened to a case; return how many sorts of news were new.

    Args:
        case_id: the case.
        fact: what happened.
        said: what the fact said.
        unit: the unit that this very change gave the case to; None where it changed nothing about that.
        cause: the place of the fact in the record: telling it again tells nobody.
        at: when it happened.
    """
    row = queries.case(case_id)
    told = Told(row, {**said, "act": fact}, row.unit_code if unit is None else unit, at)
    sorts = news.news_of(fact)
    return sum(one.tell(told, about=row.stream, key=cause, urgent=row.urgent_at is not None, at=at) for one in sorts)


def remind(at: datetime, *, limit: int = 500) -> int:
    """Warn of what is due soon, and tell of a report to a leader that is overdue; return how many warnings were new.

    A limit of which somebody was warned is not warned of again, unless it was given another end.
    """
    if audit.origin() not in NEWSWORTHY:
        return 0
    found = [*_stages_due_soon(at), *_reports_due(at)]
    known = notices.told({one.told_as for one in found})
    fresh = [one for one in found if one.told_as not in known]
    return each_alone([partial(_warn, one, at=at) for one in fresh[:limit]], log=log)


def _warn(warning: _Warning, *, at: datetime) -> bool:
    row = queries.case(warning.case)
    told = Told(row, warning.said, row.unit_code, at)
    return warning.sort.tell(told, about=row.stream, key=warning.key, urgent=row.urgent_at is not None, at=at)


def _stages_due_soon(at: datetime) -> Iterator[_Warning]:
    """Yield the running stages whose limit ends soon. That a hold ends is told when it has ended."""
    lead = _lead(at)
    running = CaseStage.objects.filter(ended_at=None, is_late=False, due_at__gte=at, due_at__lte=at + lead.most)
    columns = ("uid", "case__uid", "stage", "holder_post", "holder_unit", "started_at", "due_at")
    for uid, case, stage, post, unit, started_at, due_at in (
        running.exclude(stage=Stage.HOLD.value).order_by("due_at", "id").values_list(*columns)
    ):
        if due_at is not None and rules.is_due_soon(at, started_at=started_at, due_at=due_at, lead=lead):
            said = {"stage": stage, "holder_post": post, "holder_unit": unit, "due_at": utc_text(due_at)}
            yield _Warning(news.DUE_SOON, case, f"stage:{uid}@{utc_text(due_at)}", said)


def _reports_due(at: datetime) -> Iterator[_Warning]:
    """Yield the instructions on which nobody has reported yet, and whose date is near or over."""
    lead = _lead(at)
    unreported = CaseInstruction.objects.filter(reported_at=None, report_due_at__lte=at + lead.most)
    for given in unreported.order_by("report_due_at", "id"):
        said = {"instruction": str(given.uid), "report_due_at": utc_text(given.report_due_at)}
        key = f"instruction:{given.uid}"
        if given.report_due_at < at:
            yield _Warning(news.REPORT_OVERDUE, given.case_id, key, said)
        elif rules.is_due_soon(at, started_at=given.given_at, due_at=given.report_due_at, lead=lead):
            yield _Warning(news.REPORT_DUE_SOON, given.case_id, key, said)


def _lead(at: datetime) -> Lead:
    """Return how long before its end somebody is warned of a limit, as the city has set it."""
    return Lead(
        parameter("notice_soon_percent", at=at),
        least=timedelta(minutes=parameter("notice_soon_least_min", at=at)),
        most=timedelta(hours=parameter("notice_soon_most_h", at=at)),
    )
