"""Finding reports: by their number, by the number somebody called from, and by the answer that is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gongzhi.base.crypto import keyed_digest
from gongzhi.intake import rules
from gongzhi.intake.models import PromisedCall, Reply, Report
from gongzhi.intake.queries.reports import ReplyRow, ReportRow, in_sight, reply_row, report_row
from gongzhi.intake.states import ReplyState
from gongzhi.kernel.text import says_something
from gongzhi.people.rules import Sight

UNSENT = (ReplyState.OWED, ReplyState.DRAFTED, ReplyState.APPROVED)


def by_number(number: str) -> ReportRow | None:
    """Return the report with this number, however it is typed; None where there is none."""
    found = Report.objects.filter(number=rules.as_typed(number)).first()
    return None if found is None else report_row(found)


def of_phone(phone: str, *, sight: Sight, limit: int = 20) -> list[ReportRow]:
    """Return what somebody with this number told the city before, the latest first, as far as sight reaches.

    The number itself is not kept in clear: only the very same number is found.
    """
    if not says_something(phone):
        return []
    found = Report.objects.filter(phone_index=keyed_digest(phone.strip(), purpose="phone")).order_by("-id")
    if not sight.everywhere:
        found = found.filter(in_sight(sight))
    return [report_row(one) for one in found[:limit]]


def replies_waiting(
    *, sight: Sight, states: tuple[ReplyState, ...] = UNSENT, after: UUID | None = None, limit: int = 50
) -> list[tuple[ReportRow, ReplyRow]]:
    """Return the answers that are still to be sent, the one that is due first first, after that of a given report."""
    found = Reply.objects.filter(state__in=[one.value for one in states]).select_related("report")
    if not sight.everywhere:
        found = found.filter(in_sight(sight, of="report__"))
    last = None
    if after is not None:
        last = Reply.objects.filter(report__uid=after).order_by("-round").values_list("due_at", "id").first()
    if last is not None:
        found = found.filter(_behind(*last))
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "id")
    return [(report_row(one.report), reply_row(one)) for one in ordered[:limit]]


def replies_count(*, sight: Sight, states: tuple[ReplyState, ...] = UNSENT, most: int = 99) -> int:
    """Return how many answers are still to be sent, and `most` + 1 for more than that."""
    found = Reply.objects.filter(state__in=[one.value for one in states])
    if not sight.everywhere:
        found = found.filter(in_sight(sight, of="report__"))
    return found[: most + 1].count()


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise to call a reporter back that nobody kept yet: by when, and how often nobody answered."""

    due_at: datetime
    promised_at: datetime
    attempts: int


def promised_calls(
    *, sight: Sight, before: datetime | None = None, after: UUID | None = None, limit: int = 50
) -> list[tuple[ReportRow, PromiseRow]]:
    """Return the calls that were promised and not made, the one that is due first first, after that of a report."""
    found = _promised(sight).select_related("report")
    if before is not None:
        found = found.filter(due_at__lte=before)
    last = None
    if after is not None:
        last = PromisedCall.objects.filter(report__uid=after, ended_at=None).values_list("due_at", "id").first()
    if last is not None:
        found = found.filter(_behind(*last))
    return [(report_row(one.report), promise_row(one)) for one in found.order_by("due_at", "id")[:limit]]


def promised_calls_count(*, sight: Sight, most: int = 99) -> int:
    """Return how many promised calls are not made, and `most` + 1 for more than that."""
    return _promised(sight)[: most + 1].count()


def promise_of(report: UUID) -> PromiseRow | None:
    """Return the call that was promised to a reporter and not made."""
    found = PromisedCall.objects.filter(report__uid=report, ended_at=None).first()
    return None if found is None else promise_row(found)


def promise_row(one: PromisedCall) -> PromiseRow:
    """Return a promise as a plain row."""
    return PromiseRow(one.due_at, one.promised_at, one.attempts)


def _promised(sight: Sight) -> QuerySet[PromisedCall]:
    found = PromisedCall.objects.filter(ended_at=None)
    return found if sight.everywhere else found.filter(in_sight(sight, of="report__"))


def _behind(due_at: object, row: int) -> Q:
    if due_at is None:
        return Q(due_at=None, id__gt=row)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=row) | Q(due_at=None)
