"""What follows on a report: calls, answers, dates, satisfaction, objections, and what reporters do with their code."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import MOST_FILES, In, Instant, Out, PublicId, Words
from gongzhi.api.shapes.reports import FollowIn, ReportFileIn
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.intake.states import ContactOutcome, ReplyWay

Stars = Annotated[int, Field(ge=1, le=5, description="from 1 (very dissatisfied) to 5 (very satisfied)")]
Way = Annotated[ReplyWay, Field(strict=False)]
Outcome = Annotated[ContactOutcome, Field(strict=False)]


class ContactAttemptIn(In):
    """An attempt to speak to the reporter: by which way, what came of it, and what was said."""

    way: Way
    outcome: Outcome
    words: Words = ""


class DraftIn(In):
    """The answer as it is to go out."""

    words: Words


class RefuseDraftIn(In):
    """Why a draft must be written anew."""

    grounds: Words


class SendIn(In):
    """By which way the approved answer reaches the reporter."""

    way: Way = ReplyWay.PHONE


class ExtensionIn(In):
    """Until when the outer date should be extended, and why."""

    until: GivenInstant
    words: Words


class ExtensionDecisionIn(In):
    """What was decided on an extension that was asked for."""

    granted: bool
    words: Words = ""


class CallBackIn(In):
    """What came of calling a reporter back; both ratings are left out for who was not reached."""

    outcome: Outcome
    result: Stars | None = None
    service: Stars | None = None
    words: Words = ""


class ObjectionDecisionIn(In):
    """Whether an objection is upheld, in words that the reporter reads."""

    upheld: bool
    grounds: Words


class ReplyOut(Out):
    """The duty to answer a report in one of its rounds; who was late is the post and unit that had it in hand then."""

    round: int
    state: str
    due_at: Instant | None
    outer_due_at: Instant | None
    asked_until: Instant | None
    extensions: int
    drafted_at: Instant | None
    approved_at: Instant | None
    sent_at: Instant | None
    way: str
    late_at: Instant | None
    late_post: str
    late_unit: str
    outer_late_at: Instant | None
    outer_late_post: str
    outer_late_unit: str


class ContactAttemptOut(Out):
    """One attempt to speak to the reporter."""

    round: int
    way: str
    outcome: str
    at: Instant


class RatingOut(Out):
    """How satisfied the reporter is, with the result and with the service apart."""

    round: int
    through: str
    result: int | None
    service: int | None
    at: Instant


class ObjectionOut(Out):
    """An objection to a matter that was not accepted; `decision` is null for a post that may not read words."""

    case: UUID
    state: str
    made_at: Instant
    due_at: Instant | None
    decided_at: Instant | None
    is_late: bool
    decision: str | None


class SupplementOut(Out):
    """What was added to a report."""

    at: Instant
    words: str


class TurnsOut(Out):
    """Everything that followed on a report; `supplements` is null for a post that may not read words."""

    replies: list[ReplyOut]
    contacts: list[ContactAttemptOut]
    ratings: list[RatingOut]
    objections: list[ObjectionOut]
    supplements: list[SupplementOut] | None


class DueOut(Out):
    """An answer that is still to be sent."""

    report: UUID
    version: int
    number: str
    kind: str
    received_at: Instant
    reply: ReplyOut


class SupplementIn(FollowIn):
    """What a reporter adds, with number and query code."""

    text: Words = ""
    files: Annotated[list[ReportFileIn], Field(max_length=MOST_FILES)] = []


class WithdrawIn(FollowIn):
    """A reporter takes the report back, and may say why."""

    text: Words = ""


class RateIn(FollowIn):
    """How satisfied the reporter is; one of the two may be left out."""

    result: Stars | None = None
    service: Stars | None = None
    text: Words = ""


class ReopenIn(FollowIn):
    """Why it is not solved."""

    text: Words


class ObjectIn(FollowIn):
    """Why the matter should have been accepted; `case` is its id as following the report shows it."""

    case: PublicId
    text: Words
