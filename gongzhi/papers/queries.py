"""Reading papers, what one would say now, and the templates in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import translation

from gongzhi.audit import queries as audit
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.intake import queries as intake
from gongzhi.intake.labels import KINDS as REPORT_KINDS
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.states import ReplyState
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import local_date, utc_text
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ClassUnknown, ConditionUnknown
from gongzhi.papers import rules
from gongzhi.papers.lifecycle import MADE, PAPER, issue_act, make_act
from gongzhi.papers.models import Paper, PaperTemplate
from gongzhi.papers.rules import Document
from gongzhi.papers.states import PaperKind, PaperState
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import queries as places

STREAM = "config:paper-templates"
WRITTEN, TEXT = "written", "text"
"""Names of the held values: what somebody wrote into a paper, and what it says for good."""
REASONS = ("reason", "why_erased")


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as readers get it; `version` is what an operation takes as `seen`."""

    uid: UUID
    version: int
    kind: PaperKind
    state: PaperState
    case: UUID | None
    report: UUID | None
    number: str
    made_by: str
    made_at: datetime
    issued_by: str
    issued_at: datetime | None
    pdf: UUID | None
    pdf_sha256: str
    docx: UUID | None
    docx_sha256: str
    scan: UUID | None
    scan_sha256: str
    sealed_at: datetime | None
    scans_void: int
    void_at: datetime | None

    @property
    def stream(self) -> str:
        """The paper's stream in the record."""
        return f"paper:{self.uid}"


def paper(uid: UUID) -> PaperRow:
    """Return a paper. Raises: NotFound."""
    found = Paper.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="paper", code=str(uid))
    return paper_row(found)


def readable(uid: UUID, *, by: Actor, at: datetime) -> PaperRow:
    """Return a paper that a member may read.

    An issued one is read by whoever reads the case, or the words of the report, that it is about; a draft only by those
    who write or sign papers of its kind.

    Raises: NotFound, NotAppointed, NotPermitted.
    """
    row = paper(uid)
    require_readable(row, by=by, at=at)
    return row


def require_readable(row: PaperRow, *, by: Actor, at: datetime) -> None:
    """Refuse whoever may not read a paper. Raises: NotAppointed, NotPermitted."""
    if row.case is not None:
        cases.require_readable(cases.case(row.case), by=by, at=at)
    elif row.report is not None:
        people.require(by, "report.read_words", intake.seen_matter(intake.report(row.report)), at=at)
    if row.state is PaperState.DRAFT and not may_write(row.kind, matter_of(row), by=by, at=at):
        people.require(by, issue_act(row.kind), matter_of(row), at=at)


def may_write(kind: PaperKind, matter: Matter, *, by: Actor, at: datetime) -> bool:
    """Whether a member may write a paper of a kind about a matter."""
    return people.allow(by, make_act(kind), matter, at=at)


def papers_of(subject: CaseRow | ReportRow, *, by: Actor, at: datetime) -> list[PaperRow]:
    """Return the papers about a case or a report that a member may read, the first made first.

    The caller has asked whether they may read the case, or the words of the report.
    """
    found = Paper.objects.filter(case__uid=subject.uid) if isinstance(subject, CaseRow) else None
    rows = found if found is not None else Paper.objects.filter(report__uid=subject.uid)
    matter = matter_about(subject)
    return [
        one
        for one in map(paper_row, rows.order_by("made_at", "id"))
        if one.state is not PaperState.DRAFT
        or may_write(one.kind, matter, by=by, at=at)
        or people.allow(by, issue_act(one.kind), matter, at=at)
    ]


def matter_of(row: PaperRow) -> Matter:
    """Return what a power over a paper looks at: the matter of what it is about."""
    return matter_about(subject_of(row))


def matter_about(subject: CaseRow | ReportRow) -> Matter:
    """Return what a power over papers about a case or a report looks at."""
    if isinstance(subject, CaseRow):
        acting = cases.acting_matter(subject)
        return Matter(area=acting.area, unit=acting.unit)
    return intake.acting_matter(subject.uid, subject.area)


def subject_of(row: PaperRow) -> CaseRow | ReportRow:
    """Return the case or the report that a paper is about."""
    if row.case is not None:
        return cases.case(row.case)
    return intake.report(str(row.report))


def writers_of(row: PaperRow) -> tuple[str, ...]:
    """Return everybody who wrote at a paper."""
    wrote = (MADE.name, PAPER.fact("revise").name)
    return tuple(dict.fromkeys(one.actor.id for one in audit.entries_of(row.stream) if one.type in wrote))


def require_other_hand(row: PaperRow, *, by: Actor, at: datetime) -> None:
    """Refuse to let somebody sign what only another hand may. Raises: NotAppointed, NotPermitted, SamePerson."""
    hands = {make_act(row.kind): writers_of(row)}
    people.require(by, issue_act(row.kind), replace(matter_of(row), hands=hands), at=at)


def written_of(row: PaperRow) -> dict[str, str]:
    """Return what was written into a paper; empty after an erasure. The caller has checked its reader's right."""
    return _held(row, WRITTEN)


def text_of(row: PaperRow) -> Document | None:
    """Return what an issued paper says for good; None for a draft, and after an erasure."""
    told = audit.held_values([row.stream], names=[TEXT]).get(row.stream, {}).get(TEXT)
    return Document.of(told) if isinstance(told, dict) else None


def said_now(
    kind: PaperKind, subject: CaseRow | ReportRow, *, written: dict[str, str], at: datetime, number: str = ""
) -> Document:
    """Return what a paper would say if it were issued now.

    Raises: CaseNotSupervised, NoUnitYet, ReplyNotWritten, TemplateWrong.
    """
    template = rules.parse(template_text(kind, at=at), kind=kind)
    return rules.fill(template, values_of(kind, subject, written=written, at=at), number=number)


def mark_of(kind: PaperKind, *, at: datetime) -> str:
    """Return the mark of the office in the numbers of papers of a kind."""
    return rules.parse(template_text(kind, at=at), kind=kind).mark


def template_text(kind: PaperKind, *, at: datetime) -> str:
    """Return the template of a kind at an instant: the city's, or ours where it put none."""
    found = PaperTemplate.objects.filter(kind=kind.value, from_at__lte=at).order_by("-from_at").first()
    return rules.SHIPPED[kind] if found is None else found.text


def edition() -> int:
    """Return the number of the last change of the templates, 0 before the first: what the next one takes as `seen`."""
    return audit.edition(STREAM)


def snapshot_rows() -> Iterator[Sequence[str | int | bool | None]]:
    """Yield every template for the record."""
    for one in sorted(PaperTemplate.objects.all(), key=lambda one: (one.kind, one.from_at)):
        yield one.kind, one.text, utc_text(one.from_at), None if one.until_at is None else utc_text(one.until_at)


def values_of(
    kind: PaperKind, subject: CaseRow | ReportRow, *, written: dict[str, str], at: datetime
) -> dict[str, str]:
    """Return what is filled into a template: what was written, and what the record says. Papers are in Chinese.

    Raises: CaseNotSupervised, NoUnitYet, ReplyNotWritten.
    """
    told = _of_case(kind, subject, at=at) if isinstance(subject, CaseRow) else _of_report(kind, subject, at=at)
    return {**written, **told, "city": city().name_zh, "date": _day(at)}


def _of_case(kind: PaperKind, row: CaseRow, *, at: datetime) -> dict[str, str]:
    if not row.unit_code:
        raise rules.NoUnitYet(case=row.number)
    if kind is PaperKind.SUPERVISION and row.supervised_at is None:
        raise rules.CaseNotSupervised(case=row.number)
    return {
        "case": row.number or rules.NOT_NUMBERED,
        "what": _class_name(row.class_key),
        "where": _place_name(row.area, at=at),
        "reported": _instant(row.reported_at),
        "filed": _instant(row.filed_at),
        "condition": _condition(row),
        "unit": people.unit(row.unit_code).name_zh,
        "due": _instant(row.due_at),
        "supervised_due": _instant(row.supervision_due_at),
    }


def _of_report(kind: PaperKind, row: ReportRow, *, at: datetime) -> dict[str, str]:
    with translation.override("zh-hans"):
        kind_name = str(REPORT_KINDS[row.kind])
    told = {
        "report": row.number,
        "kind": kind_name,
        "what": _class_name(row.class_key),
        "where": _place_name(row.area, at=at),
        "received": _instant(row.received_at),
        "reply_due": _instant(row.reply_due_at),
    }
    return told if kind is not PaperKind.REPLY else {**told, "answer": _answer(row)}


def _answer(row: ReportRow) -> str:
    """Return the answer that was approved, or sent. Raises: ReplyNotWritten."""
    replies = intake.replies_of(row.uid)
    state = replies[-1].state if replies else None
    words = intake.words_of([row]).get(row.uid, {})
    answer = {ReplyState.APPROVED: words.get("draft", ""), ReplyState.SENT: words.get("answer", "")}
    if state is None or not answer.get(state):
        raise rules.ReplyNotWritten(report=row.number)
    return answer[state]


def _class_name(key: str) -> str:
    try:
        return norms.managed_class(key).zh if key else ""
    except ClassUnknown:
        return key


def _condition(row: CaseRow) -> str:
    if not row.condition_code or row.filed_at is None:
        return ""
    try:
        return norms.filing_condition(row.condition_code, on=local_date(row.filed_at, city().zone)).zh
    except ConditionUnknown:
        return row.condition_code


def _place_name(area: str, *, at: datetime) -> str:
    """Return a path of divisions as it is written, without the city itself."""
    names = {one.code: one.name_zh for one in places.divisions(on=local_date(at, city().zone))}
    return "".join(names[code] for code in area.split("/")[1:] if code in names)


def _instant(at: datetime | None) -> str:
    if at is None:
        return ""
    there = at.astimezone(city().zone)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def _day(at: datetime) -> str:
    there = local_date(at, city().zone)
    return f"{there.year}年{there.month}月{there.day}日"


def _held(row: PaperRow, name: str) -> dict[str, str]:
    told = audit.held_values([row.stream], names=[name]).get(row.stream, {}).get(name)
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def paper_row(one: Paper) -> PaperRow:
    """Return a paper as a plain row."""
    return PaperRow(
        uid=one.uid,
        version=one.version,
        kind=PaperKind(one.kind),
        state=PaperState(one.state),
        case=one.case_id,
        report=one.report_id,
        number=one.number,
        made_by=one.made_by,
        made_at=one.made_at,
        issued_by=one.issued_by,
        issued_at=one.issued_at,
        pdf=one.pdf,
        pdf_sha256=one.pdf_sha256,
        docx=one.docx,
        docx_sha256=one.docx_sha256,
        scan=one.scan,
        scan_sha256=one.scan_sha256,
        sealed_at=one.sealed_at,
        scans_void=one.scans_void,
        void_at=one.void_at,
    )
