"""Reading the turns of a case: who sent it back, who was asked to help, what a leader ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from gongzhi.cases.models import Case, CaseAssistance, CaseInstruction, CaseReturn, CaseStage
from gongzhi.cases.states import CaseState, ClosingType, ReturnGround, ReturnOutcome
from gongzhi.norms.states import Stage
from gongzhi.people.states import Post


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A unit sent the case back, and what became of it."""

    unit: str
    ground: ReturnGround
    proposed_unit: str
    returned_at: datetime
    outcome: ReturnOutcome
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssistanceRow:
    """A unit that was asked to help; `uid` is what its answer names."""

    uid: UUID
    unit: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """A leader's instruction; `uid` is what the report names."""

    uid: UUID
    given_by: str
    given_at: datetime
    report_due_at: datetime
    reported_at: datetime | None

    def is_late(self, *, at: datetime) -> bool:
        """Whether somebody reported back too late, or nobody has by `at` though a report was due."""
        return (self.reported_at or at) > self.report_due_at


def returns(uid: UUID) -> list[ReturnRow]:
    """Return how often a case was sent back, first the first."""
    return [
        ReturnRow(
            unit=one.unit,
            ground=ReturnGround(one.ground),
            proposed_unit=one.proposed_unit,
            returned_at=one.returned_at,
            outcome=ReturnOutcome(one.outcome),
            decided_at=one.decided_at,
        )
        for one in CaseReturn.objects.filter(case__uid=uid).order_by("id")
    ]


def returns_in_dispute(uid: UUID) -> list[ReturnRow]:
    """Return the returns of a case since it was last put right before filing: by then it was another matter."""
    found = returns(uid)
    corrected = [index for index, one in enumerate(found, start=1) if one.outcome is ReturnOutcome.CORRECTED]
    return found[corrected[-1] :] if corrected else found


def units_in_dispute(uid: UUID) -> tuple[str, ...]:
    """Return the units that sent a case back and those they named instead, each once, in that order."""
    named = (unit for one in returns_in_dispute(uid) for unit in (one.unit, one.proposed_unit))
    return tuple(dict.fromkeys(unit for unit in named if unit))


def is_escalated(uid: UUID) -> bool:
    """Whether nobody decided on the return of a case in time, so that the shift leader has it in hand."""
    held = CaseStage.objects.filter(case__uid=uid, ended_at=None, stage=Stage.DECIDE_RETURN.value)
    return held.filter(holder_post=Post.SHIFT_LEADER).exists()


def assistances(uid: UUID) -> list[AssistanceRow]:
    """Return the units that were asked to help with a case, first the first."""
    found = CaseAssistance.objects.filter(case__uid=uid).order_by("id")
    return [AssistanceRow(one.uid, one.unit, one.asked_at, one.answered_at) for one in found]


def instructions(uid: UUID) -> list[InstructionRow]:
    """Return what leaders ordered about a case, first the first."""
    return [
        InstructionRow(one.uid, one.given_by, one.given_at, one.report_due_at, one.reported_at)
        for one in CaseInstruction.objects.filter(case__uid=uid).order_by("id")
    ]


def counts() -> dict[str, int]:
    """Return how many cases of the city took each turn, by its name; a case may have taken several.

    Self-handled finds stand here and nowhere among the closed ones: they never were with a unit.
    """
    taken = {
        "returned": Q(return_count__gt=0),
        "arbitrated": Q(arbitrated_at__isnull=False),
        "extended": Q(extensions_granted__gt=0),
        "held": Q(hold_count__gt=0),
        "merged": Q(state=CaseState.MERGED.value),
        "specially_closed": Q(state=CaseState.FORCE_CLOSED.value),
        "reopened": Q(reopen_count__gt=0),
        "closed_in_error": Q(erroneous_count__gt=0),
        "self_handled": Q(closing_type=ClosingType.SELF_HANDLED.value),
        "urgent": Q(urgent_at__isnull=False),
        "supervised": Q(supervised_at__isnull=False),
        "appealed": ~Q(appeal=""),
    }
    found: dict[str, int] = Case.objects.aggregate(**{name: Count("id", filter=which) for name, which in taken.items()})
    return found | {
        "assisted": CaseAssistance.objects.aggregate(found=Count("case", distinct=True))["found"],
        "instructed": CaseInstruction.objects.aggregate(found=Count("case", distinct=True))["found"],
    }
