"""Everything that changes papers: write, issue, seal, declare void, erase; and their templates."""

from gongzhi.papers.operations.erasing import erase_paper, erase_papers_of
from gongzhi.papers.operations.issuing import issue_paper
from gongzhi.papers.operations.sealing import seal_paper, void_paper, void_scan
from gongzhi.papers.operations.templates import put_template
from gongzhi.papers.operations.writing import make_paper, revise_paper
from gongzhi.papers.rules import (
    CaseNotSupervised,
    NoUnitYet,
    PaperBeingPrinted,
    PaperFieldMissing,
    PaperFontMissing,
    PaperGlyphsMissing,
    PaperNotPrinted,
    PaperReasonMissing,
    PaperTextChanged,
    PaperTextTooLong,
    ReplyNotWritten,
    ScanKindWrong,
    ScanMissing,
    TemplateWrong,
)

__all__ = [
    "CaseNotSupervised",
    "NoUnitYet",
    "PaperBeingPrinted",
    "PaperFieldMissing",
    "PaperFontMissing",
    "PaperGlyphsMissing",
    "PaperNotPrinted",
    "PaperReasonMissing",
    "PaperTextChanged",
    "PaperTextTooLong",
    "ReplyNotWritten",
    "ScanKindWrong",
    "ScanMissing",
    "TemplateWrong",
    "erase_paper",
    "erase_papers_of",
    "issue_paper",
    "make_paper",
    "put_template",
    "revise_paper",
    "seal_paper",
    "void_paper",
    "void_scan",
]
