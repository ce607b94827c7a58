"""Issuing a paper: it gets its number, is printed, and says the same from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.base.operations import next_number, one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.states import FileRole
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import local_date
from gongzhi.papers import rules
from gongzhi.papers.lifecycle import issue_act
from gongzhi.papers.operations.steps import checked
from gongzhi.papers.printing import fonts_in_use, printed
from gongzhi.papers.queries import TEXT, PaperRow, mark_of, paper, paper_row, said_now, subject_of, written_of
from gongzhi.papers.rules import Document
from gongzhi.parameters.queries import city

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def issue_paper(paper_id: UUID, *, read: str, seen: int, by: Actor, at: datetime) -> PaperRow:
    """Issue a paper: freeze what it says, give it its number, print it, and put both files on record by their hashes.

    Call it outside any transaction. First the number is taken, in a change of its own, and kept with the draft: if the
    printing fails the number waits for the next try, so that none is left out. Then the paper is printed and stored,
    and last it is issued in one change.

    Args:
        paper_id: the draft.
        read: the digest (`rules.digest_of`) of what the signer read.
        seen: the paper's version.
        by: who signs it.
        at: when.

    Raises: NotFound, NotPermitted, SamePerson, ChangedMeanwhile, MoveNotAllowed, PaperTextChanged, PaperBeingPrinted,
        PaperFontMissing, PaperGlyphsMissing, PaperNotPrinted, CaseNotSupervised, NoUnitYet, ReplyNotWritten, and what
        `evidence.store_file` raises.
    """
    fonts_in_use()
    numbered = _take_number(paper_id, read=read, seen=seen, by=by, at=at)
    document = _document(numbered, at=at)
    with printed(document, on=local_date(at, city().zone)) as made:
        pdf = _store(made.pdf, _PDF, name=f"{numbered.number}.pdf", by=by, at=at)
        docx = _store(made.docx, _DOCX, name=f"{numbered.number}.docx", by=by, at=at)
    try:
        return _issue(numbered, document, read=read, pdf=pdf, docx=docx, by=by, at=at)
    except ChangedMeanwhile as fault:
        raise rules.PaperBeingPrinted(paper=numbered.number) from fault


@one_change
def _take_number(paper_id: UUID, *, read: str, seen: int, by: Actor, at: datetime) -> PaperRow:
    told = paper(paper_id)
    row, step = checked(paper_id, "take_number", seen=seen, by=by, at=at, power=issue_act(told.kind))
    if rules.digest_of(_document(told, at=at)) != read:
        raise rules.PaperTextChanged(paper=row.number)
    if row.number:
        return paper_row(row)
    row.year = local_date(at, city().zone).year
    row.serial = next_number(f"paper:{row.kind}:{row.year}")
    row.number = rules.number_text(mark_of(told.kind, at=at), year=row.year, serial=row.serial)
    audit.record(row, step, by=by, at=at)
    return paper_row(row)


@one_change
def _issue(
    told: PaperRow, document: Document, *, read: str, pdf: FileRow, docx: FileRow, by: Actor, at: datetime
) -> PaperRow:
    row, step = checked(told.uid, "issue", seen=told.version, by=by, at=at, power=issue_act(told.kind))
    if rules.digest_of(_document(told, at=at)) != read:
        raise rules.PaperTextChanged(paper=row.number)
    evidence.claim_files([pdf.uid, docx.uid], for_stream=row.stream, role=FileRole.PAPER, by=by, at=at)
    row.pdf, row.pdf_sha256, row.docx, row.docx_sha256 = pdf.uid, pdf.sha256, docx.uid, docx.sha256
    row.issued_by, row.issued_at = by.id, at
    audit.record(row, step, by=by, at=at, facts={"read": read}, held={TEXT: document.plain()})
    return paper_row(row)


def _document(told: PaperRow, *, at: datetime) -> Document:
    said = said_now(told.kind, subject_of(told), written=written_of(told), at=at)
    return replace(said, number=told.number)


def _store(path: Path, content_type: str, *, name: str, by: Actor, at: datetime) -> FileRow:
    with path.open("rb") as content:
        return evidence.store_file(content, content_type_declared=content_type, name=name, by=by, at=at)
