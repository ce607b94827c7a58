"""Erasing what a reporter told about themselves, part by part, with everything derived from it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import forget_content, forget_contents, one_change
from gongzhi.cases import erasure as cases
from gongzhi.cases.erasure import CaseNotEnded
from gongzhi.evidence import operations as evidence
from gongzhi.intake.models import Objection, Report, ReportCase, Sheet
from gongzhi.intake.operations.words import redraw
from gongzhi.intake.queries import CONTACT_NAMES, ReportRow, decision_name, report_row
from gongzhi.intake.queries.sheets import SHEET_NAMES
from gongzhi.intake.rules import require_reason
from gongzhi.intake.states import ErasureRule, Part, SheetMessageKind
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import operations as notices
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post
from gongzhi.places.states import PlaceState

ERASE = "report.erase"
ERASERS = ((Post.AUDIT_ADMINISTRATOR, ERASE),)
"""Who erases: the one who also answers for the record, in which every erasure is told."""

_WORDS = (
    *("topic", "text", "answer", "draft", "supplement", "withdrawal", "reopening", "objection"),
    *("contact_words", "rating_words", "extension_words", "promise_words"),
)
_PLACE = ("address", "raw_place")
_SAID_IN_MESSAGES = frozenset({Part.CONTACT, Part.WORDS, Part.PLACE})
"""What a message about a report may hold in private, so that it goes with any of them."""
_SEARCHED = frozenset({Part.WORDS, Part.PLACE})
"""What a report is found by."""


@one_change
def erase_report(
    report_id: UUID,
    *,
    parts: Collection[Part],
    rule: ErasureRule,
    grounds: str,
    seen: int,
    by: Actor,
    at: datetime,
) -> ReportRow:
    """Erase parts of a report for ever: values, salts, bytes, and what was derived from them. The entries stay.

    With the contact dies the index by which its number was found; with the words their release; with the place the
    cells and the places of the report's cases; with each of these what inboxes show of it in private; with any part the
    digest that tells a repetition of the report.

    Args:
        report_id: the report.
        parts: what is erased of it.
        rule: on which ground of the law.
        grounds: why, in words: who asked, which term is over. Kept encrypted.
        seen: the report's version.
        by: who erases.
        at: when.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, ReasonMissing, CaseNotEnded, NothingToErase.
    """
    row = Report.locked(uid=report_id)
    if row is None:
        raise NotFound(thing="report", code=str(report_id))
    people.require(by, ERASE, Matter(area=row.area), at=at)
    audit.require_version(row, seen)
    require_reason(grounds, limit=parameter("report_text_limit", at=at))
    wanted = [part for part in Part if part in parts]
    targets = audit_queries.erasable(row.stream, names=_names(row, wanted))
    _erase_words_of_sheets(row, rule=rule, by=by, at=at, wanted=wanted)
    places = _erase_places_of_cases(row, rule=rule, by=by, at=at) if Part.PLACE in wanted else 0
    files = evidence.erase_files_of(row.stream, rule=rule.value, by=by, at=at) if Part.FILES in wanted else 0
    if not (targets or places or files):
        raise NothingToErase(stream=row.stream, seq=row.version, name=", ".join(wanted))
    _forget_what_was_derived(row, wanted)
    if _SAID_IN_MESSAGES.intersection(wanted):
        notices.erase_private(row.stream, rule=rule.value, by=by, at=at)
    told = {"parts": [part.value for part in wanted], "files": files}
    audit.erase(row, targets, rule=rule.value, by=by, at=at, facts=told, held={"grounds": grounds})
    if _SEARCHED.intersection(wanted):
        redraw(row)
    return report_row(row)


def _names(row: Report, parts: Collection[Part]) -> list[str]:
    """Return the names under which the record holds these parts."""
    columns = [f"{row.record_label()}/{row.record_key}/{column}" for column in sorted(row.committed)]
    decisions = [decision_name(one) for one in Objection.objects.filter(report__uid=row.uid)]
    words = (*_WORDS, *decisions)
    held = {Part.CONTACT: CONTACT_NAMES, Part.WORDS: words, Part.PLACE: (*columns, *_PLACE), Part.FILES: ()}
    return [name for part in parts for name in held[part]]


def _erase_words_of_sheets(
    row: Report, *, wanted: Collection[Part], rule: ErasureRule, by: Actor, at: datetime
) -> None:
    """Erase what was said about the report to the neighbour who sent it, and the digests that tell a repetition."""
    for sheet in Sheet.objects.select_for_update().filter(report__uid=row.uid).order_by("id"):
        for kind in SheetMessageKind:
            forget_contents(source=row.source, beginning=f"{kind.value}:{sheet.sheet_no}:")
        targets = audit_queries.erasable(sheet.stream, names=SHEET_NAMES) if Part.WORDS in wanted else []
        if targets:
            audit.erase(sheet, targets, rule=rule.value, by=by, at=at)


def _erase_places_of_cases(row: Report, *, rule: ErasureRule, by: Actor, at: datetime) -> int:
    """Erase where the report's cases lay; return in how many there was something to erase."""
    its_cases = ReportCase.objects.filter(report__uid=row.uid).order_by("case__id").values_list("case__uid", flat=True)
    return sum(cases.erase_place(case_id, rule=rule.value, by=by, at=at) for case_id in its_cases)


def _forget_what_was_derived(row: Report, parts: Collection[Part]) -> None:
    """Let go of what was computed from these parts. A place that was never known stays unknown."""
    forget_content(source=row.source, key=row.source_key)
    if Part.CONTACT in parts:
        row.phone_index, row.is_anonymous = "", True
    if Part.WORDS in parts:
        row.is_released = False
    if Part.PLACE in parts:
        row.cell = None
    if Part.PLACE in parts and row.place_state != PlaceState.UNKNOWN:
        row.place_state = PlaceState.ERASED.value


__all__ = ["ERASERS", "CaseNotEnded", "NothingToErase", "erase_report"]
