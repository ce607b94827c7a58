"""Papers about a case or a report as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from gongzhi.cases.queries import CaseRow
from gongzhi.desk.queries import ref_of
from gongzhi.intake.queries import ReportRow
from gongzhi.kernel.refusals import Refusal
from gongzhi.papers import queries as papers
from gongzhi.papers.labels import KINDS, STATES
from gongzhi.papers.states import PaperKind, PaperState
from gongzhi.web.access import StaffRequest

MARKS = {PaperState.DRAFT: "", PaperState.AWAITING_SEAL: "soon", PaperState.SEALED: "on-time", PaperState.VOID: "held"}


@dataclass(frozen=True, slots=True)
class PapersShown:
    """The papers that are there, and the kinds that this member may make now."""

    shown: list[dict[str, Any]]
    to_make: list[dict[str, Any]]


def papers_shown(subject: CaseRow | ReportRow, request: StaffRequest) -> PapersShown:
    """Return the papers about a case or a report, and which a member may make of it as it stands."""
    by, at = request.actor, request.at
    rows = papers.papers_of(subject, by=by, at=at)
    shown = [
        {
            "uid": one.uid,
            "kind": KINDS[one.kind],
            "number": one.number,
            "state": STATES[one.state],
            "mark": MARKS[one.state],
            "at": one.issued_at or one.made_at,
        }
        for one in rows
    ]
    matter = papers.matter_about(subject)
    is_case = isinstance(subject, CaseRow)
    name, ref = (
        ("desk:case-paper", ref_of(subject)) if isinstance(subject, CaseRow) else ("desk:report-paper", subject.number)
    )
    to_make = [
        {"name": KINDS[kind], "address": reverse(name, args=[ref, kind.value])}
        for kind in PaperKind
        if kind.is_about_case == is_case
        and papers.may_write(kind, matter, by=by, at=at)
        and _can_be_said(kind, subject, request)
    ]
    return PapersShown(shown, to_make)


def _can_be_said(kind: PaperKind, subject: CaseRow | ReportRow, request: StaffRequest) -> bool:
    """Whether a paper of a kind has anything to say yet: a unit to say it to, an answer to carry."""
    try:
        papers.said_now(kind, subject, written={}, at=request.at)
    except Refusal:
        return False
    return True
