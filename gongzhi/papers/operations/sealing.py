"""Binding the scanned copy of a sealed paper, and declaring a scan or a whole paper void."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as evidence_queries
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import Actor
from gongzhi.papers import rules
from gongzhi.papers.operations.steps import checked
from gongzhi.papers.queries import PaperRow, paper_row


@one_change
def seal_paper(paper_id: UUID, *, scan: UUID | None, seen: int, by: Actor, at: datetime) -> PaperRow:
    """Bind the scanned copy of the sealed sheet to its paper, by its hash and for good.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, ScanMissing, ScanKindWrong, FileUnknown,
        FileOfAnother, FileClaimed, FilesTooMany.
    """
    row, step = checked(paper_id, "seal", seen=seen, by=by, at=at)
    if scan is None:
        raise rules.ScanMissing(paper=row.number)
    rules.require_scan_kind(evidence_queries.file_row(scan).content_type)
    (file,) = evidence.claim_files([scan], for_stream=row.stream, role=FileRole.SCAN, by=by, at=at)
    row.scan, row.scan_sha256, row.sealed_by, row.sealed_at = file.uid, file.sha256, by.id, at
    audit.record(row, step, by=by, at=at)
    return paper_row(row)


@one_change
def void_scan(paper_id: UUID, *, reason: str, seen: int, by: Actor, at: datetime) -> PaperRow:
    """Declare the scanned copy wrong, saying why: it stays on file as what it was, and another one may be bound.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, PaperReasonMissing, PaperTextTooLong.
    """
    row, step = checked(paper_id, "void_scan", seen=seen, by=by, at=at)
    rules.require_reason(reason)
    told = {"scan": str(row.scan), "sha256": row.scan_sha256}
    row.scan, row.scan_sha256, row.sealed_by, row.sealed_at = None, "", "", None
    row.scans_void += 1
    audit.record(row, step, by=by, at=at, facts=told, held={"reason": reason})
    return paper_row(row)


@one_change
def void_paper(paper_id: UUID, *, reason: str, seen: int, by: Actor, at: datetime) -> PaperRow:
    """Declare a paper void, saying why. Its number is not given again, and what it said stays on record.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, PaperReasonMissing, PaperTextTooLong.
    """
    row, step = checked(paper_id, "void", seen=seen, by=by, at=at)
    rules.require_reason(reason)
    row.void_at = at
    audit.record(row, step, by=by, at=at, held={"reason": reason})
    return paper_row(row)
