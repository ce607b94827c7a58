"""Erasing what papers say of persons: texts, files and names. That there was a paper, and its hashes, stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.evidence import operations as evidence
from gongzhi.kernel.actor import Actor
from gongzhi.papers import rules
from gongzhi.papers.models import Paper
from gongzhi.papers.operations.steps import checked, locked
from gongzhi.papers.queries import TEXT, WRITTEN, PaperRow, paper_row

_NAMES = (WRITTEN, TEXT, "reason")


@one_change
def erase_paper(paper_id: UUID, *, rule: str, grounds: str, seen: int, by: Actor, at: datetime) -> PaperRow:
    """Erase for ever what a paper says, with its files and its scans.

    Args:
        paper_id: the paper.
        rule: on which ground of the law.
        grounds: why, in words; kept encrypted.
        seen: the paper's version.
        by: who erases.
        at: when.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, PaperReasonMissing, NothingToErase.
    """
    row, _ = checked(paper_id, "erase", seen=seen, by=by, at=at)
    rules.require_reason(grounds)
    if not _erase(row, rule=rule, grounds=grounds, by=by, at=at):
        raise NothingToErase(stream=row.stream, seq=row.version, name=TEXT)
    return paper_row(row)


@one_change
def erase_papers_of(report: UUID, *, rule: str, by: Actor, at: datetime) -> int:
    """Erase what the papers about a report say, after the report itself was erased; return how many.

    Doing it twice changes nothing.
    """
    found = list(Paper.objects.filter(report__uid=report).order_by("id").values_list("uid", flat=True))
    return sum(_erase(locked(uid), rule=rule, grounds=None, by=by, at=at) for uid in found)


def _erase(row: Paper, *, rule: str, grounds: str | None, by: Actor, at: datetime) -> bool:
    targets = audit_queries.erasable(row.stream, names=_NAMES)
    files = evidence.erase_files_of(row.stream, rule=rule, by=by, at=at)
    if not targets and not files:
        return False
    audit.erase(row, targets, rule=rule, by=by, at=at, facts={"files": files}, held={"why_erased": grounds})
    return True
