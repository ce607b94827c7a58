"""What goes with the turns of a case beside its main line, and how they are told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import Code, In, Instant, Out, Photos, PublicId, Words
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.cases.states import ReturnGround, SpecialGround


class WordsIn(In):
    """What there is to say."""

    words: Words


class RemarkIn(In):
    """A remark, where there is one."""

    words: Words = ""


class MergeIn(In):
    """The case that goes on, and its version: it changes as well."""

    into: PublicId
    seen_into: Annotated[int, Field(ge=1, le=2_147_483_647)]


class SelfHandledIn(In):
    """What the collector did, shown by photographs of the place before and after."""

    before_photos: Photos
    after_photos: Photos
    words: Words = ""


class ReturnCaseIn(In):
    """Why the unit sends the case back, and which unit answers instead where there is one."""

    ground: Annotated[ReturnGround, Field(strict=False)]
    proposed_unit: Code | None = None
    words: Words = ""


class RulingIn(In):
    """The unit that answers for the case, and why."""

    unit_code: Code
    grounds: Words


class UrgentIn(In):
    """The number under which 110 keeps the matter, where it came from there."""

    linkage_no: Annotated[Words, Field(max_length=60)] = ""


class SendIn(In):
    """The unit that goes there."""

    unit_code: Code


class DecideReturnIn(SendIn):
    """The unit that gets a returned case; `grounds` say why a unit gets back what it sent back."""

    grounds: Words = ""


class HoldIn(In):
    """Until when the case is to be held, and why."""

    until_at: GivenInstant
    words: Words


class AskAssistanceIn(In):
    """The unit that is to help, and with what."""

    unit_code: Code
    words: Words


class AnswerAssistanceIn(In):
    """What the unit did that was asked to help, and photographs of it."""

    assistance: PublicId
    words: Words
    photos: Photos = []


class SuperviseIn(In):
    """By when the case is to be closed, and why it is watched."""

    due_at: GivenInstant
    grounds: Words


class InstructIn(In):
    """What is to be done, and by when somebody reports back."""

    words: Words
    report_due_at: GivenInstant


class ReportBackIn(In):
    """What came of an instruction."""

    instruction: PublicId
    words: Words


class SpecialClosingIn(In):
    """Why the case cannot end as others do."""

    ground: Annotated[SpecialGround, Field(strict=False)]
    words: Words = ""


class OpinionIn(In):
    """The first opinion on an appeal."""

    supported: bool
    words: Words


class AppealIn(In):
    """The decision on an appeal."""

    upheld: bool
    grounds: Words


class ReturnOut(Out):
    """A unit sent the case back, and what became of it."""

    unit: str
    ground: str
    proposed_unit: str
    returned_at: Instant
    outcome: str
    decided_at: Instant | None


class AssistanceOut(Out):
    """A unit that was asked to help. Its answer names `id`."""

    id: UUID
    unit: str
    asked_at: Instant
    answered_at: Instant | None


class InstructionOut(Out):
    """A leader's instruction. The report names `id`; the words stand in the case's history."""

    id: UUID
    given_by: str
    given_at: Instant
    report_due_at: Instant
    reported_at: Instant | None
    late: bool = Field(description="whether the report came too late, or is overdue at this request")


class CaseTurnsOut(Out):
    """What turned a case from its main line, or stands above it."""

    case: UUID
    clock: str = Field(description="the limit that runs: the condition's, that of urgent cases, or of rework")
    clock_from_at: Instant | None
    extension_asked_at: Instant | None
    extensions_granted: int
    hold_asked_until_at: Instant | None
    hold_until_at: Instant | None
    returns: list[ReturnOut]
    arbitrated_at: Instant | None
    refusal_count: int = Field(description="returns of the unit that was responsible in the end; settled at closing")
    merged_into: UUID | None
    reopen_count: int
    urgent_at: Instant | None
    linkage_no: str
    arrived_at: Instant | None
    fed_back_at: Instant | None
    supervised_at: Instant | None
    supervision_due_at: Instant | None
    instructions: list[InstructionOut]
    assistances: list[AssistanceOut]
    void_proposed_at: Instant | None
    closing_proposed_at: Instant | None
    special_ground: str
    appeal: str
    late_exempted: bool
    earlier_late_count: int = Field(description="disposals that were late before the case was opened again")
    earlier_exempted_count: int = Field(description="how many of those were exempted on appeal")
    erroneous_count: int = Field(description="how often it was put on record as closed in error")
