"""What is written into a paper by hand, its number, and what is refused. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.papers.states import PaperKind

LONGEST = 4000
"""How many characters are written into one field of a paper at most: two and a half pages."""

FIELDS: Mapping[PaperKind, Mapping[str, bool]] = {
    PaperKind.ASSIGNMENT: {"demands": True, "contact": False, "copies": False},
    PaperKind.SUPERVISION: {"words": True, "demands": True, "contact": False, "copies": False},
    PaperKind.RECEIPT: {"addressee": True, "words": False},
    PaperKind.REPLY: {"addressee": True, "contact": False},
}
"""What somebody writes into a paper of each kind, and whether it must be there; all else comes from the record."""

NOT_NUMBERED = "紧急先行处置，编号待立案后补"
"""What stands for the number of an urgent case that is filed later; papers are in Chinese."""

_SCANS = ("application/pdf", "image/jpeg", "image/png", "image/webp")


class PaperFieldMissing(Refusal):
    """A paper of this kind does not go without this field."""

    code = "paper-field-missing"


class PaperTextTooLong(Refusal):
    """More was written into a field than a paper takes."""

    code = "paper-text-too-long"


class PaperReasonMissing(Refusal):
    """Whoever declares a paper or a scan void says why."""

    code = "paper-reason-missing"


class PaperTextChanged(Refusal):
    """What the paper would say is no longer what was read before signing: the case, or the template, changed."""

    code = "paper-text-changed"


class PaperBeingPrinted(Refusal):
    """The paper was changed while it was being printed. Nothing was issued."""

    code = "paper-being-printed"


class CaseNotSupervised(Refusal):
    """There is no letter of supervision without supervision: that is decided in the case first."""

    code = "case-not-supervised"


class NoUnitYet(Refusal):
    """Nobody can be told in writing: the case has not been given to a unit."""

    code = "paper-no-unit"


class ReplyNotWritten(Refusal):
    """There is no approved answer that a paper could carry."""

    code = "paper-reply-not-written"


class ScanMissing(Refusal):
    """A paper is sealed by its scanned copy, and none came."""

    code = "scan-missing"


class ScanKindWrong(Refusal):
    """The scanned copy is neither a PDF nor a picture."""

    code = "scan-kind-wrong"


class PaperFontMissing(Refusal):
    """No font for papers is installed on this machine, so none can be printed."""

    code = "paper-font-missing"


class PaperGlyphsMissing(Refusal):
    """The font lacks characters of the paper: they would be printed as boxes."""

    code = "paper-glyphs-missing"


class PaperNotPrinted(Refusal):
    """The program that prints papers failed or took too long. Nothing was issued."""

    code = "paper-not-printed"


def require_fields(kind: PaperKind, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was written into a paper, every field of its kind and no other.

    Raises: PaperFieldMissing, PaperTextTooLong.

    Example:
        >>> require_fields(PaperKind.RECEIPT, {"addressee": " 陈先生 ", "other": "x"})
        {'addressee': '陈先生', 'words': ''}
    """
    written = {}
    for name, needed in FIELDS[kind].items():
        said = fields.get(name, "").strip()
        if needed and not says_something(said):
            raise PaperFieldMissing(field=name, kind=kind.value)
        if len(said) > LONGEST:
            raise PaperTextTooLong(field=name, longest=LONGEST)
        written[name] = said
    return written


def require_reason(reason: str) -> None:
    """Raises: PaperReasonMissing, PaperTextTooLong."""
    if not says_something(reason):
        raise PaperReasonMissing
    if len(reason) > LONGEST:
        raise PaperTextTooLong(field="reason", longest=LONGEST)


def require_scan_kind(content_type: str) -> None:
    """Raises: ScanKindWrong."""
    if content_type not in _SCANS:
        raise ScanKindWrong(found=content_type)


def number_text(mark: str, *, year: int, serial: int) -> str:
    """Return the number of a paper as it is printed.

    Source: GB/T 9704-2012, 7.2.5: mark of the office, year in hexagonal brackets, serial number without leading zeros.

    Example:
        >>> number_text("城管督", year=2026, serial=12)
        '城管督〔2026〕第12号'
    """
    return f"{mark}〔{year}〕第{serial}号"
