"""Rules of complaints about the service: what one must say, and from whom it is sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from gongzhi.intake.rules import Contact
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something


class ComplaintEmpty(Refusal):
    """Nobody can inquire into a complaint that does not say what happened."""

    code = "complaint-empty"


class ComplaintTooLong(Refusal):
    """The words are longer than the city keeps."""

    code = "complaint-too-long"


class AnswerMissing(Refusal):
    """An inquiry ends with words for whoever complained, or with the grounds for handing it on."""

    code = "conduct-answer-missing"


class InquiryOfAnother(Refusal):
    """Another inspector leads this inquiry."""

    code = "inquiry-of-another"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody says about how a member of the service behaved.

    Attributes:
        text: what happened, in their words.
        person: whom it concerns, as far as they know: a name, a number on a badge, what somebody looked like.
        unit: code of the unit it concerns, empty where they do not know it.
        about: number of the case or report in which it happened, as they typed it.
        contact: how to reach them; nobody has to say.
    """

    text: str
    person: str = ""
    unit: str = ""
    about: str = ""
    contact: Contact = field(default_factory=Contact)


def require_said(complaint: Complaint, *, limit: int) -> None:
    """Refuse a complaint that says nothing, or more than is kept.

    Raises: ComplaintEmpty, ComplaintTooLong.
    """
    if not says_something(complaint.text):
        raise ComplaintEmpty
    words = (complaint.text, complaint.person, complaint.about, complaint.contact.name, complaint.contact.phone)
    for said in words:
        if len(said) > limit:
            raise ComplaintTooLong(length=len(said), most=limit)


def require_words(words: str, *, limit: int) -> None:
    """Refuse an answer, or grounds, without words.

    Raises: AnswerMissing, ComplaintTooLong.
    """
    if not says_something(words):
        raise AnswerMissing
    if len(words) > limit:
        raise ComplaintTooLong(length=len(words), most=limit)


class StillSealed(Refusal):
    """Who is named to inquire belongs to the very unit that the complaint concerns."""

    code = "conduct-still-sealed"


class InspectorThere(Refusal):
    """There are inspectors from whom the complaint is not sealed: nobody else is named for it."""

    code = "conduct-inspector-there"


def is_sealed_from(units: Collection[str], *, concerned: str, below: Collection[str]) -> bool:
    """Whether a complaint is sealed from somebody: one of their posts lies in the unit it concerns, or below it.

    Args:
        units: every unit in which they hold a post, for nobody sheds a unit by changing their seat.
        concerned: the unit that it concerns, empty while nobody knows.
        below: the units below that one.

    Example:
        >>> is_sealed_from({"siming-1"}, concerned="siming", below={"siming-1", "siming-2"})
        True
        >>> is_sealed_from({"huli"}, concerned="siming", below={"siming-1"})
        False
    """
    return bool(concerned) and any(one == concerned or one in below for one in units)
