"""What an answer needs on its way to a reporter, who holds it meanwhile, and on which scale it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from gongzhi.intake.rules.reports import AnswerMissing, CasesStillOpen, ReasonMissing
from gongzhi.intake.states import ReplyState
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something
from gongzhi.people.rules import Separation
from gongzhi.people.states import Post


class ApprovalNeed(IntEnum):
    """Which answers somebody else must approve: the values of the setting `reply_approval`."""

    NONE = 0
    OF_MATTERS = 1
    ALL = 2


class Satisfaction(IntEnum):
    """How satisfied a reporter is, on the scale of five words that hotlines ask by."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    FAIR = 3
    SATISFIED = 4
    VERY_SATISFIED = 5


class CallerNotContacted(Refusal):
    """Whoever left a number is spoken to before an answer is written, or at least called."""

    code = "caller-not-contacted"


class ReplyNotApproved(Refusal):
    """Somebody else must approve the answer before it goes out."""

    code = "reply-not-approved"


class NoOuterDeadline(Refusal):
    """Nobody outside has set a date for this answer, so there is none to extend."""

    code = "no-outer-deadline"


class ExtensionTooLate(Refusal):
    """The date has passed: what is late cannot be extended any more."""

    code = "reply-extension-too-late"


class ExtensionNotLater(Refusal):
    """An extension must end after the date that stands."""

    code = "reply-extension-not-later"


class ExtensionOpen(Refusal):
    """An extension was asked for, and nobody has decided on it yet."""

    code = "reply-extension-open"


class NoExtensionOpen(Refusal):
    """Nobody asks for an extension that could be decided."""

    code = "no-reply-extension-open"


class ExtensionsUsedUp(Refusal):
    """The date was extended as often as it can be."""

    code = "reply-extensions-used-up"


class RatingOffScale(Refusal):
    """Satisfaction is told from one to five."""

    code = "rating-off-scale"


class RatingMissing(Refusal):
    """Somebody who was reached and asked says how satisfied they are; who was not reached says nothing."""

    code = "rating-missing"


class RatedBefore(Refusal):
    """This answer was judged before, by this way."""

    code = "rated-before"


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """What the guards of a reply look at. `is_approved` speaks of these very words."""

    report: str
    is_approved: bool = False
    can_be_called: bool = False
    attempts: int = 0
    contact_first: bool = True
    needs_approval: bool = True
    cases_open: bool = False
    words: str = ""
    grounds: str = ""


def words_there(facts: ReplyFacts) -> None:
    """Refuse an answer without words. Raises: AnswerMissing."""
    if not says_something(facts.words):
        raise AnswerMissing


def caller_contacted(facts: ReplyFacts) -> None:
    """Refuse to write to somebody whom nobody has tried to reach. Raises: CallerNotContacted."""
    if facts.contact_first and facts.can_be_called and facts.attempts == 0:
        raise CallerNotContacted(report=facts.report)


def approved(facts: ReplyFacts) -> None:
    """Refuse to send what must be approved and is not. Raises: ReplyNotApproved."""
    if facts.needs_approval and not facts.is_approved:
        raise ReplyNotApproved(report=facts.report)


def cases_ended(facts: ReplyFacts) -> None:
    """Refuse to tell an outcome that is not there yet. Raises: CasesStillOpen."""
    if facts.cases_open:
        raise CasesStillOpen(report=facts.report)


class Reasoned(Protocol):
    """Whatever is decided with grounds."""

    @property
    def grounds(self) -> str:
        """Why, in words."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the guards look at where nothing but the grounds counts."""

    grounds: str = ""


def grounds_given(facts: Reasoned) -> None:
    """Refuse a decision that must be reasoned and is not. Raises: ReasonMissing."""
    if not says_something(facts.grounds):
        raise ReasonMissing


def needs_approval(setting: int, *, opens_cases: bool) -> bool:
    """Whether an answer must be approved: none, those about a matter that was handled, or all.

    Example:
        >>> needs_approval(1, opens_cases=True), needs_approval(1, opens_cases=False)
        (True, False)
    """
    return setting >= (ApprovalNeed.OF_MATTERS if opens_cases else ApprovalNeed.ALL)


_HOLDERS = {
    ReplyState.OWED: Post.ACCEPTOR,
    ReplyState.DRAFTED: Post.SHIFT_LEADER,
    ReplyState.APPROVED: Post.ACCEPTOR,
}


def holder_of(state: ReplyState) -> str:
    """Return the post that has an unsent answer in hand: who writes it, who approves it, who sends it.

    Example:
        >>> holder_of(ReplyState.DRAFTED)
        'shift_leader'
    """
    return _HOLDERS[state]


def require_extensible(
    outer_due_at: datetime | None,
    *,
    until: datetime,
    asked_until: datetime | None,
    granted: int,
    most: int,
    at: datetime,
) -> datetime:
    """Return the date to be extended, or refuse.

    Args:
        outer_due_at: the date that stands, where somebody outside set one.
        until: the date that is asked for.
        asked_until: what was asked for before and is not decided.
        granted: how often it was extended.
        most: how often it may be.
        at: now.

    Raises: NoOuterDeadline, ExtensionTooLate, ExtensionOpen, ExtensionsUsedUp, ExtensionNotLater.
    """
    if outer_due_at is None:
        raise NoOuterDeadline
    if at > outer_due_at:
        raise ExtensionTooLate(due_at=utc_text(outer_due_at))
    if asked_until is not None:
        raise ExtensionOpen(until=utc_text(asked_until))
    if granted >= most:
        raise ExtensionsUsedUp(most=most)
    require_later(outer_due_at, until=until)
    return outer_due_at


def require_later(outer_due_at: datetime | None, *, until: datetime) -> datetime:
    """Return the date that an extension gives, or refuse what is no later than the one that stands.

    Raises: ExtensionNotLater.
    """
    if outer_due_at is not None and until <= outer_due_at:
        raise ExtensionNotLater(due_at=utc_text(outer_due_at), until=utc_text(until))
    return until


def require_on_scale(*ratings: int | None) -> None:
    """Refuse a rating off the scale. Raises: RatingOffScale.

    Example:
        >>> require_on_scale(1, 5, None)
    """
    for one in ratings:
        if one is not None and one not in set(Satisfaction):
            raise RatingOffScale(found=one, least=min(Satisfaction).value, greatest=max(Satisfaction).value)


SEPARATIONS = (
    Separation("reply.approve", not_after=frozenset({"reply.draft"})),
    Separation("reply.grant_extension", not_after=frozenset({"reply.ask_extension"})),
    Separation("objection.uphold", not_after=frozenset({"case.not_accept"}), firm=True),
    Separation("objection.refuse", not_after=frozenset({"case.not_accept"}), firm=True),
)
"""Nobody approves their own words, grants themselves more time, or decides on an objection to their own decision."""
