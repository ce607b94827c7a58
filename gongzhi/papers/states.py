"""Kinds of official papers, how far a paper is, and how it is laid out."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """What a paper is.

    Attributes:
        ASSIGNMENT: 交办单, a case is given to a unit with what is demanded and by when.
        SUPERVISION: 督办函, a unit is urged in a case under supervision.
        RECEIPT: 回执, a reporter has it on paper that the report was taken.
        REPLY: 答复书, a reporter has the answer on paper.
    """

    ASSIGNMENT = "assignment"
    SUPERVISION = "supervision"
    RECEIPT = "receipt"
    REPLY = "reply"

    @property
    def is_about_case(self) -> bool:
        """Whether such a paper is about a case; otherwise it is about a report."""
        return self in (PaperKind.ASSIGNMENT, PaperKind.SUPERVISION)


class PaperState(StrEnum):
    """How far a paper is.

    Attributes:
        DRAFT: it can still be changed.
        AWAITING_SEAL: it has its number and its text for good, and waits for the seal.
        SEALED: the scanned copy of the sealed sheet is bound to it.
        VOID: it does not hold; what it said stays on record.
    """

    DRAFT = "draft"
    AWAITING_SEAL = "awaiting_seal"
    SEALED = "sealed"
    VOID = "void"


class Layout(StrEnum):
    """How a paper looks.

    Attributes:
        LETTER: with the red head of the office that sends it.
        SLIP: a titled sheet.
    """

    LETTER = "letter"
    SLIP = "slip"
