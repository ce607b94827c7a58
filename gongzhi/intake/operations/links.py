"""Which cases a report belongs to: linked, merged, split off again, ended with them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.intake import facts
from gongzhi.intake.lifecycle import REPORT
from gongzhi.intake.models import Report, ReportCase
from gongzhi.intake.operations.sheet_messages import tell_of_report
from gongzhi.intake.operations.steps import (
    checked,
    followed,
    link_to,
    lock_reports_of,
    reports_named,
    settle,
    take_up_again,
)
from gongzhi.intake.queries import ReportRow, links, report_row
from gongzhi.intake.states import ReportState
from gongzhi.kernel.actor import TIMER, Actor


@one_change
def link_report(report_id: UUID, *, case_id: UUID, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Let a report belong to one more case. When all its cases have ended by now and no answer is owed, it ends too.

    Raises: NotFound.
    """
    row, step = checked(report_id, "link", seen=seen, by=by, at=at)
    case_queries.hold(case_id)
    audit.record(row, step, by=by, at=at, facts={"case": str(case_id)}, also=[link_to(row, case_id, at=at)])
    settle(row, at=at)
    return report_row(row)


@one_change
def merge_case_into(case_id: UUID, *, into: UUID, seen: int, seen_target: int, by: Actor, at: datetime) -> CaseRow:
    """Merge a case into another one that tells of the same matter; its reports belong to that one from now on.

    Reports are locked before cases, and cases in ascending order, like everywhere: no two merges block each other.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, and what merging the case refuses.
    """
    reports = lock_reports_of([case_id, into])
    merged = cases.merge_case(case_id, into=into, seen=seen, seen_target=seen_target, by=by, at=at)
    moved = set(links().filter(case__uid=case_id).values_list("report__uid", flat=True))
    stay = set(links().filter(case__uid=into).values_list("report__uid", flat=True))
    for row in reports:
        if row.uid in moved - stay:
            _link_by_merging(row, into, merged_from=case_id, by=by, at=at)
    return merged


@one_change
def split_case_off(case_id: UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> CaseRow:
    """Undo a merging: the case is a matter of its own again, and the reports that came with it belong to it alone.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, GroundsMissing.
    """
    lock_reports_of([case_id])
    split = cases.split_off_case(case_id, grounds=grounds, seen=seen, by=by, at=at)
    left = {one.report_id: one for one in links().filter(merged_from=case_id).select_related("report")}
    for row in reports_named(left):
        _unlink(row, left[row.uid], by=by, at=at)
    return split


@one_change
def settle_reports_of(case_id: UUID, *, at: datetime) -> int:
    """End the reports all of whose cases have ended and to which no answer is owed; return how many ended."""
    return sum(settle(row, at=at) for row in lock_reports_of([case_id]))


@one_change
def take_up_reports_of(case_id: UUID, *, at: datetime) -> int:
    """Take up again the reports that ended, since a case of theirs goes on; return how many."""
    if case_queries.have_all_ended([case_id]):
        return 0
    return sum(_taken_up(row, at=at) for row in lock_reports_of([case_id]))


def _link_by_merging(row: Report, into: UUID, *, merged_from: UUID, by: Actor, at: datetime) -> None:
    """Link a report to the case into which its own was merged; whoever may merge the cases may do that."""
    told = {"case": str(into), "merged_from": str(merged_from)}
    link = link_to(row, into, at=at, merged_from=merged_from)
    audit.record(row, REPORT.fact("link"), by=by, at=at, facts=told, also=[link])


def _unlink(row: Report, link: ReportCase, *, by: Actor, at: datetime) -> None:
    """End the link that came of a merging. A report that had ended goes on with its own case."""
    link.ended_at = at
    told = {"case": str(link.case_id), "merged_from": str(link.merged_from)}
    audit.record(row, facts.REPORT_UNLINKED, by=by, at=at, facts=told, also=[link])
    _taken_up(row, at=at)


def _taken_up(row: Report, *, at: datetime) -> bool:
    if row.state not in {ReportState.ANSWERED, ReportState.SETTLED}:
        return False
    step = followed(row, "take_up_again")
    audit.record(row, step, by=TIMER, at=at, also=take_up_again(row, at=at))
    tell_of_report(row, "take_up_again", words="", told={}, by=TIMER, at=at)
    return True
