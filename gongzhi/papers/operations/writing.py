"""Writing a paper, as long as nobody has issued it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import ReportRow
from gongzhi.kernel.actor import Actor
from gongzhi.papers import rules
from gongzhi.papers.lifecycle import MADE, PAPER, make_act
from gongzhi.papers.models import Paper
from gongzhi.papers.operations.steps import checked
from gongzhi.papers.queries import WRITTEN, PaperRow, matter_about, paper, paper_row, said_now, subject_of
from gongzhi.papers.states import PaperKind
from gongzhi.people import queries as people


@one_change
def make_paper(kind: PaperKind, subject_id: UUID, *, written: Mapping[str, str], by: Actor, at: datetime) -> PaperRow:
    """Write a paper about a case or a report. What is not written into it comes from the record when it is issued.

    Args:
        kind: what paper; it says whether the subject is a case or a report.
        subject_id: the case or the report.
        written: what is said in the fields of this kind.
        by: who writes it.
        at: when.

    Raises: NotFound, NotAppointed, NotPermitted, PaperFieldMissing, PaperTextTooLong, CaseNotSupervised, NoUnitYet,
        ReplyNotWritten.
    """
    subject = _subject(kind, subject_id)
    people.require(by, make_act(kind), matter_about(subject), at=at)
    if isinstance(subject, CaseRow):
        cases.require_readable(subject, by=by, at=at)
    else:
        people.require(by, "report.read_words", intake.seen_matter(subject), at=at)
    kept = rules.require_fields(kind, written)
    said_now(kind, subject, written=kept, at=at)  # refuses what could not be issued
    row = Paper(
        kind=kind.value,
        state=PAPER.initial.value,
        case_id=subject.uid if isinstance(subject, CaseRow) else None,
        report_id=None if isinstance(subject, CaseRow) else subject.uid,
        made_by=by.id,
        made_at=at,
    )
    audit.record(row, MADE, by=by, at=at, facts={"about": subject.stream}, held={WRITTEN: kept})
    return paper_row(row)


@one_change
def revise_paper(paper_id: UUID, *, written: Mapping[str, str], seen: int, by: Actor, at: datetime) -> PaperRow:
    """Write a draft anew. Whoever does so is the one who wrote it.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, MoveNotAllowed, PaperFieldMissing, PaperTextTooLong,
        CaseNotSupervised, NoUnitYet, ReplyNotWritten.
    """
    told = paper(paper_id)
    row, step = checked(paper_id, "revise", seen=seen, by=by, at=at, power=make_act(told.kind))
    kept = rules.require_fields(told.kind, written)
    said_now(told.kind, subject_of(told), written=kept, at=at)
    row.made_by = by.id
    audit.record(row, step, by=by, at=at, held={WRITTEN: kept})
    return paper_row(row)


def _subject(kind: PaperKind, subject_id: UUID) -> CaseRow | ReportRow:
    return cases.case(subject_id) if kind.is_about_case else intake.report(subject_id)
