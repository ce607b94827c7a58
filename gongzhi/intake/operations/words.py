"""Drawing what reports are found by from what they say."""

from __future__ import annotations

from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.intake.models import Report, ReportTerm
from gongzhi.intake.queries.words import terms_of


@one_change
def draw_terms(report_id: UUID) -> int:
    """Write anew what a report is found by, from what it says now; return by how many terms that is.

    Doing it twice changes nothing. A report that is erased meanwhile waits for the lock and is found by what is left.
    """
    row = Report.locked(uid=report_id)
    return 0 if row is None else redraw(row)


def redraw(row: Report) -> int:
    """Write anew what a locked report is found by; return by how many terms that is."""
    wanted = terms_of(row)
    kept = set(ReportTerm.objects.filter(report=row).values_list("term", flat=True))
    ReportTerm.objects.filter(report=row, term__in=sorted(kept - wanted)).delete()
    ReportTerm.objects.bulk_create([ReportTerm(report=row, term=one) for one in sorted(wanted - kept)])
    return len(wanted)


@one_change
def draw_missing_terms(*, after: int, limit: int) -> int | None:
    """Draw the terms of reports that came in before reports were found by their words; for bringing a city up to date.

    Args:
        after: the number of the last report looked at in the turn before, 0 to begin.
        limit: how many reports in this turn.

    Returns: the number to go on from, None when all were looked at.
    """
    found = list(Report.objects.filter(pk__gt=after).order_by("pk")[:limit])
    known = set(ReportTerm.objects.filter(report__in=found).values_list("report_id", flat=True))
    for row in found:
        if row.pk not in known:
            redraw(row)
    return found[-1].pk if found else None
