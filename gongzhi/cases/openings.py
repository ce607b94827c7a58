"""Which moves a case is open to for a member, and why not, as far as that is certain before anything is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import rules, turns
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.models import Case
from gongzhi.cases.operations.change import facts_of
from gongzhi.cases.queries import CaseRow, acting_matter, matters
from gongzhi.cases.rules import CaseFacts
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.lifecycle import Guard, Move
from gongzhi.kernel.refusals import Refusal
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

_TOLD_BY_THE_CASE: frozenset[Guard] = frozenset(
    {
        rules.placed,
        rules.verified_or_seen,
        rules.visit_needed,
        rules.no_visit_needed,
        rules.result_submitted,
        rules.filed,
        rules.not_ruled,
        rules.not_arrived,
        rules.no_extension_open,
        rules.before_deadline,
        rules.no_filed_rework,
        rules.not_supervised,
        rules.late_on_record,
        rules.appeal_asked,
        rules.appeal_reviewed,
    }
)
"""Guards that look at the case alone: what is said with the move changes nothing in their answer."""


_SUBJECTS: Mapping[str, Callable[[CaseRow], bool]] = {
    "dispatch_urgent": lambda row: row.urgent_at is not None,
    "arrive": lambda row: row.urgent_at is not None,
    "feed_back": lambda row: row.urgent_at is not None,
    "locate": lambda row: row.filed_at is None,
    "classify": lambda row: row.filed_at is None,
    "file_later": lambda row: row.filed_at is None,
    "decide_return": lambda row: turns.is_escalated(row.uid),
    "correct_return": lambda row: turns.is_escalated(row.uid),
    "grant_extension": lambda row: row.extension_asked_at is not None,
    "refuse_extension": lambda row: row.extension_asked_at is not None,
    "approve_hold": lambda row: row.hold_asked_until_at is not None,
    "refuse_hold": lambda row: row.hold_asked_until_at is not None,
    "void_by_review": lambda row: row.void_proposed_at is not None,
    "force_close": lambda row: row.closing_proposed_at is not None,
    "appeal_timeout": lambda row: row.is_late or row.earlier_late_count > 0,
    "review_appeal": lambda row: bool(row.appeal),
    "decide_appeal": lambda row: bool(row.appeal),
    "report_back": lambda row: any(one.reported_at is None for one in turns.instructions(row.uid)),
    "answer_assistance": lambda row: any(one.answered_at is None for one in turns.assistances(row.uid)),
}
"""Moves that answer something, and whether it was asked."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A move that a member's post makes on cases in this state: open, or closed now for the reason in `refusal`."""

    move: Move
    refusal: Refusal | None


def openings(row: CaseRow, *, by: Actor, at: datetime) -> list[Opening]:
    """Return the moves of a member's post on this case, in the order of the lifecycle, each open or with its reason.

    An open move may still be refused for what is said with it, or because somebody else was faster.
    """
    held = set(people.acts_of(by, at=at))
    named = [one for one in CASE.moves_from(row.state) if f"case.{one.act}" in held and _has_a_subject(one, row)]
    if not named:
        return []
    known, acting = facts_of(Case.objects.get(uid=row.uid), at=at), acting_matter(row)
    return [
        Opening(one, _refused(one, matters(row, one.act, acting=acting), known=known, by=by, at=at)) for one in named
    ]


def _has_a_subject(one: Move, row: CaseRow) -> bool:
    """Whether there is anything in the case that a move is about: nobody answers what was not asked."""
    about = _SUBJECTS.get(one.act)
    return about is None or about(row)


def _refused(one: Move, lies: Iterable[Matter], *, known: CaseFacts, by: Actor, at: datetime) -> Refusal | None:
    """Return why a move is closed: the power reaches none of the ways in which the case lies, or a guard stops it."""
    refused: Refusal | None = None
    for matter in lies:
        try:
            people.require(by, f"case.{one.act}", matter, at=at)
        except Refusal as refusal:
            refused = refusal
        else:
            return _stopped(one, known)
    return refused or rules.AssistanceAnswered(unit=by.unit)


def _stopped(one: Move, known: CaseFacts) -> Refusal | None:
    for guard in one.needs:
        if guard in _TOLD_BY_THE_CASE:
            try:
                guard(known)
            except Refusal as refusal:
                return refusal
    return None
