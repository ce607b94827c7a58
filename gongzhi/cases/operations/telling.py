"""Telling people of cases: when a fact says that something happened, and before a limit runs out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone
from gongzhi.cases import news, queries, rules
from gongzhi.cases.models import Case, CaseInstruction, CaseStage, Warned
from gongzhi.cases.news import Told
from gongzhi.cases.rules import Lead
from gongzhi.kernel.clock import utc_text
from gongzhi.norms.states import Stage
from gongzhi.notices.news import News, of_fact
from gongzhi.notices.rules import NEWSWORTHY
from gongzhi.parameters.queries import parameter

log = logging.getLogger(__name__)


_SET_ASIDE_FOR = timedelta(minutes=1)
_SET_ASIDE_AT_MOST = timedelta(days=1)
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Warning:
    """Something that runs out soon, or ran out: of which case, what it is and when it ends, and what is told of it."""

    sort: News[Told]
    case: UUID
    of: UUID
    due_at: datetime
    key: str
    said: Mapping[str, object] = field(hash=False)


def tell_of_case(case_id: UUID, *, fact: str, said: Mapping[str, object], seq: int, at: datetime) -> int:
    """Tell everybody whom it concerns that something happened to a case; return how many sorts of news were new.

    Args:
        case_id: the case.
        fact: what happened.
        said: what the fact said.
        seq: the number of its entry: telling it again tells nobody.
        at: when it happened.
    """
    row = queries.case_as_told(case_id, seq=seq)
    told = Told(row, {**said, "act": fact}, at)
    key, is_urgent = f"{row.stream}#{seq}", row.urgent_at is not None
    return sum(one.tell(told, about=row.stream, key=key, urgent=is_urgent, at=at) for one in of_fact(news.NEWS, fact))


def remind(at: datetime, *, limit: int = 500) -> int:
    """Warn of what is due soon, and tell of a report to a leader or a supervision that is overdue.

    A limit of which somebody was warned is not warned of again, unless it was given another end; one of which nobody
    could be warned, because nobody is to be told, counts as warned of. A warning that cannot be given is told to the
    log once and set aside for a while that grows: it holds up no other.

    Returns: how many warnings reached somebody who had not heard of it.
    """
    if audit.origin() not in NEWSWORTHY:
        return 0
    found = islice(chain(_stages_due_soon(at), _reports_due(at), _supervisions_over(at)), limit)
    acts = {one: partial(_warn, one, at=at) for one in found}
    _forget_passed(at)
    return each_alone(acts.values(), when_failed=partial(_set_aside, acts, at=at), log=log)


def _warn(warning: _Warning, *, at: datetime) -> bool:
    row = queries.case(warning.case)
    told = Told(row, warning.said, at)
    is_new = warning.sort.tell(told, about=row.stream, key=warning.key, urgent=row.urgent_at is not None, at=at)
    Warned.objects.update_or_create(**_named(warning), defaults={"next_at": None})
    return is_new


def _set_aside(acts: Mapping[_Warning, object], failed: object, fault: Exception, *, at: datetime) -> None:
    """Leave a warning that could not be given alone: for a minute, then twice as long each time, a day at most."""
    (warning,) = (one for one, act in acts.items() if act is failed)
    row = Warned.objects.filter(**_named(warning)).first() or Warned(**_named(warning))
    if row.attempts == 0:
        log.error("the warning %s cannot be given and is set aside", warning.key, exc_info=fault)
    row.next_at = at + min(_SET_ASIDE_FOR * 2 ** min(row.attempts, 20), _SET_ASIDE_AT_MOST)
    row.attempts += 1
    row.save()


def _named(warning: _Warning) -> dict[str, Any]:
    return {"of": warning.of, "topic": warning.sort.topic, "due_at": warning.due_at}


def _given(sort: News[Told], *, due: str, at: datetime) -> Exists:
    """Return, for a query, whether a warning of a row's end was given, or rests because it could not be."""
    known = Warned.objects.filter(of=OuterRef("uid"), topic=sort.topic, due_at=OuterRef(due))
    return Exists(known.filter(Q(next_at=None) | Q(next_at__gt=at)))


def _forget_passed(at: datetime) -> None:
    """Let go of warnings of what was due soon and has long been over: nothing asks for them any more."""
    soon = [news.DUE_SOON.topic, news.REPORT_DUE_SOON.topic]
    passed = Warned.objects.filter(topic__in=soon, due_at__lt=at - _KEPT)
    if passed.exists():
        passed.delete()


def _stages_due_soon(at: datetime) -> Iterator[_Warning]:
    """Yield the running stages whose limit ends soon. That a hold ends is told when it has ended."""
    lead = _lead(at)
    running = CaseStage.objects.filter(ended_at=None, is_late=False, due_at__gte=at, due_at__lte=at + lead.most)
    fresh = running.exclude(stage=Stage.HOLD.value).exclude(_given(news.DUE_SOON, due="due_at", at=at))
    columns = ("uid", "case__uid", "stage", "holder_post", "holder_unit", "started_at", "due_at")
    for uid, case, stage, post, unit, started_at, due_at in fresh.order_by("due_at", "id").values_list(*columns):
        if due_at is not None and rules.is_due_soon(at, started_at=started_at, due_at=due_at, lead=lead):
            said = {"stage": stage, "holder_post": post, "holder_unit": unit, "due_at": utc_text(due_at)}
            yield _Warning(news.DUE_SOON, case, uid, due_at, f"stage:{uid}@{utc_text(due_at)}", said)


def _reports_due(at: datetime) -> Iterator[_Warning]:
    """Yield the instructions on which nobody has reported yet, and whose date is near or over."""
    lead = _lead(at)
    unreported = CaseInstruction.objects.filter(reported_at=None)
    over = unreported.filter(report_due_at__lt=at).exclude(_given(news.REPORT_OVERDUE, due="report_due_at", at=at))
    near = unreported.filter(report_due_at__gte=at, report_due_at__lte=at + lead.most)
    soon = near.exclude(_given(news.REPORT_DUE_SOON, due="report_due_at", at=at))
    for sort, found in ((news.REPORT_OVERDUE, over), (news.REPORT_DUE_SOON, soon)):
        for one in found.order_by("report_due_at", "id"):
            due_at = one.report_due_at
            near_its_end = rules.is_due_soon(at, started_at=one.given_at, due_at=due_at, lead=lead)
            if sort is news.REPORT_OVERDUE or near_its_end:
                said = {"instruction": str(one.uid), "report_due_at": utc_text(due_at)}
                yield _Warning(sort, one.case_id, one.uid, due_at, f"instruction:{one.uid}", said)


def _supervisions_over(at: datetime) -> Iterator[_Warning]:
    """Yield the open cases that were to be closed by a date that a leader set, and are not."""
    sort = news.SUPERVISION_OVERDUE
    over = Case.objects.filter(ended_at=None, supervision_due_at__isnull=False, supervision_due_at__lt=at)
    fresh = over.exclude(_given(sort, due="supervision_due_at", at=at)).order_by("supervision_due_at", "id")
    for uid, due_at in fresh.values_list("uid", "supervision_due_at"):
        if due_at is not None:
            said = {"due_at": utc_text(due_at)}
            yield _Warning(sort, uid, uid, due_at, f"supervision:{uid}@{utc_text(due_at)}", said)


def _lead(at: datetime) -> Lead:
    """Return how long before its end somebody is warned of a limit, as the city has set it."""
    return Lead(
        parameter("notice_soon_percent", at=at),
        least=timedelta(minutes=parameter("notice_soon_least_min", at=at)),
        most=timedelta(hours=parameter("notice_soon_most_h", at=at)),
    )
