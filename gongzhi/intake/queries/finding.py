"""Finding reports: by their number, by the number somebody called from, and by the answer that is still owed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q

from gongzhi.base.crypto import keyed_digest
from gongzhi.intake import rules
from gongzhi.intake.models import Reply, Report
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


def _behind(due_at: object, row: int) -> Q:
    if due_at is None:
        return Q(due_at=None, id__gt=row)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=row) | Q(due_at=None)
