"""What a member may read: which files may be opened, and whose private words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import FileUnknown
from gongzhi.evidence.states import FileState
from gongzhi.intake import queries as intake
from gongzhi.intake.lifecycle import READ_FILES
from gongzhi.intake.queries import ReportRow
from gongzhi.kernel.actor import Actor
from gongzhi.papers import queries as papers
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotAppointed, NotPermitted, Sight


def readable_file(uid: UUID, *, by: Actor, at: datetime) -> FileRow:
    """Return a file that a member may open: whoever may read the case it proves, or works on what its report tells.

    A file that proves nothing yet belongs to the one who uploaded it.

    Raises: FileUnknown, NotPermitted.
    """
    row = evidence.file_row(uid)
    if row.state is FileState.SWEPT:
        raise FileUnknown(file=str(uid))
    kind, _, subject = row.for_stream.partition(":")
    if kind == "file":  # a masked version: whoever may see the photograph may see it
        readable_file(UUID(subject), by=by, at=at)
    elif kind == "case":
        cases.require_readable(cases.case(subject), by=by, at=at)
    elif kind == "paper":
        papers.readable(UUID(subject), by=by, at=at)
    elif kind == "report":
        report = intake.report(subject)
        _require_to_see(report, by=by, at=at)
        return _named(row, matter=intake.seen_matter(report), sight=words_sight(by, at=at))
    elif not evidence.is_senders(uid, by=by):
        raise NotPermitted(act="file.read", post=by.post)
    return row


def shown_to(row: FileRow, *, by: Actor, at: datetime) -> FileRow:
    """Return a file as a member sees it who may see it: without a reporter's name for it unless they read the words."""
    if row.for_stream.partition(":")[0] != "report":
        return row
    report = intake.report(row.for_stream.partition(":")[2])
    return _named(row, matter=intake.seen_matter(report), sight=words_sight(by, at=at))


def files_of_report(report: ReportRow, *, by: Actor, at: datetime) -> list[FileRow]:
    """Return what a report came with, in the order in which it was named."""
    return _shown([report], sight=words_sight(by, at=at))


def files_of_case(case: CaseRow, *, by: Actor, at: datetime) -> list[FileRow]:
    """Return what proves something about a case: first what its reports came with, then its own files."""
    return [*_shown(intake.reports_of(case.uid), sight=words_sight(by, at=at)), *evidence.files_of(case.stream)]


def words_sight(by: Actor, *, at: datetime) -> Sight:
    """Return whose private words a member reads; nobody's for a post without that power."""
    try:
        return people.sight(by, "report.read_words", at=at)
    except (NotAppointed, NotPermitted):
        return Sight()


def _require_to_see(report: ReportRow, *, by: Actor, at: datetime) -> None:
    """Refuse to open what a report came with, unless its words are open to the reader, or who works on a case of it."""
    matter = intake.seen_matter(report)
    if report.is_released and people.allow(by, "report.read", matter, at=at):
        return
    if any(people.allow(by, READ_FILES, one, at=at) for one in _matters_of_cases(report)):
        return
    people.require(by, "report.read_words", matter, at=at)


def _matters_of_cases(report: ReportRow) -> list[Matter]:
    return list(cases.matters_of(one.uid for one in intake.cases_of(report.uid)).values())


def _shown(reports: list[ReportRow], *, sight: Sight) -> list[FileRow]:
    matters = intake.seen_matters((one.uid, one.area) for one in reports)
    return [
        _named(row, matter=matters[one.uid], sight=sight) for one in reports for row in evidence.files_of(one.stream)
    ]


def _named(row: FileRow, *, matter: Matter, sight: Sight) -> FileRow:
    """Return a file without the name that a reporter gave it, for those who do not read the reporter's words."""
    return row if sight.reaches(matter) else replace(row, name="")
