"""Who may know what a reporter told: their words for the public, their number for somebody who says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.base.operations import one_change
from gongzhi.intake import rules
from gongzhi.intake.models import Sheet
from gongzhi.intake.operations.steps import checked
from gongzhi.intake.queries import CONTACT_NAMES, ReportRow, report_row
from gongzhi.intake.rules import Contact
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter


@dataclass(frozen=True, slots=True)
class Look:
    """A reporter's contact in clear, and the report as it is after this look was recorded."""

    report: ReportRow
    contact: Contact


@one_change
def release_report(report_id: UUID, *, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Release a report's words for the public; until then they are private.

    Raises: NotFound, NotPermitted, ChangedMeanwhile, WordsSecret.
    """
    row, step = checked(report_id, "release", seen=seen, by=by, at=at)
    if Sheet.objects.filter(report__uid=row.uid, is_secret=True).exists():
        raise rules.WordsSecret(report=row.number)
    row.is_released = True
    audit.record(row, step, by=by, at=at)
    return report_row(row)


@one_change
def reveal_contact(report_id: UUID, *, grounds: str, by: Actor, at: datetime) -> Look:
    """Show a reporter's name and number to somebody who says why. The look is in the record before anything is shown.

    For people this is the only way to them; a message to the reporter looks the number up as it goes out. It decides
    nothing, so it needs no version.

    Raises: NotFound, NotPermitted, ReasonMissing, ContactMissing.
    """
    row, step = checked(report_id, "reveal_contact", seen=None, by=by, at=at)
    rules.require_reason(grounds, limit=parameter("report_text_limit", at=at))
    kept = audit_queries.held_values([row.stream], names=CONTACT_NAMES).get(row.stream)
    if not kept:
        raise rules.ContactMissing(report=row.number)
    audit.record(row, step, by=by, at=at, held={"grounds": grounds})
    contact = Contact(name=str(kept.get("contact_name", "")), phone=str(kept.get("contact_phone", "")))
    return Look(report_row(row), contact)
