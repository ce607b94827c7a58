"""Erasing what a reporter told about themselves: the contact, and the place, with everything derived from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.cases import erasure as cases
from gongzhi.cases.erasure import CaseNotEnded
from gongzhi.intake.models import Report, ReportCase
from gongzhi.intake.queries import ReportRow, report_row
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post

ERASE = "report.erase"
ERASERS = ((Post.AUDIT_ADMINISTRATOR, ERASE),)
"""Who erases: the one who also answers for the record, in which every erasure is told."""

_CONTACT = ("contact_name", "contact_phone")
_PLACE = ("address", "raw_place")


@one_change
def erase_contact(report_id: UUID, *, rule: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Erase a reporter's name and number, and the index by which the number was found.

    Args:
        report_id: the report.
        rule: the retention rule or the request on which this is done.
        seen: the report's version.
        by: who erases.
        at: when.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, NothingToErase.
    """
    row = _locked(report_id, seen=seen, by=by, at=at)
    row.phone_index = ""
    _erase(row, _CONTACT, rule=rule, by=by, at=at)
    return report_row(row)


@one_change
def erase_place(report_id: UUID, *, rule: str, seen: int, by: Actor, at: datetime) -> ReportRow:
    """Erase where a report lay: point, cell and address, and the point and cell of the cases that it belongs to.

    Division and area stay, both in the report and in its cases: the city counts by them.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, CaseNotEnded, NothingToErase.
    """
    row = _locked(report_id, seen=seen, by=by, at=at)
    row.cell = None
    columns = [f"{row.record_label()}/{row.record_key}/{column}" for column in sorted(row.committed)]
    for case_id in ReportCase.objects.filter(report__uid=row.uid).order_by("id").values_list("case__uid", flat=True):
        cases.erase_place(case_id, rule=rule, by=by, at=at)
    _erase(row, (*columns, *_PLACE), rule=rule, by=by, at=at)
    return report_row(row)


def _locked(report_id: UUID, *, seen: int, by: Actor, at: datetime) -> Report:
    row = Report.locked(uid=report_id)
    if row is None:
        raise NotFound(thing="report", code=str(report_id))
    audit.require_version(row, seen)
    people.require(by, ERASE, Matter(area=row.area), at=at)
    return row


def _erase(row: Report, names: Iterable[str], *, rule: str, by: Actor, at: datetime) -> None:
    wanted = tuple(names)
    targets = audit_queries.erasable(row.stream, names=wanted)
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name=wanted[0].rpartition("/")[2])
    audit.erase(row, targets, rule=rule, by=by, at=at)


__all__ = ["ERASERS", "CaseNotEnded", "NothingToErase", "erase_contact", "erase_place"]
