"""Papers: written, read, signed, downloaded, sealed, declared void."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.desk import fields, forms, labels
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.forms import FORM_ID, SEEN, SURE
from gongzhi.desk.papers import MARKS
from gongzhi.desk.queries import Names, record_of, ref_of
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileRole
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import ReportRow
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.papers import operations, queries, rules
from gongzhi.papers.labels import ACTS, FIELDS, KINDS, STATES
from gongzhi.papers.lifecycle import PAPER, issue_act, make_act
from gongzhi.papers.queries import PaperRow
from gongzhi.papers.rules import Document
from gongzhi.papers.states import PaperKind, PaperState
from gongzhi.people import queries as people
from gongzhi.people.rules import SamePerson
from gongzhi.web.access import StaffRequest
from gongzhi.web.middleware import takes_files

_LONG = frozenset({"words", "demands"})
READ = "read"


class PaperForm(django_forms.Form):
    """What is written into a paper of a kind by hand."""

    seen = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0)

    def __init__(self, kind: PaperKind, data: QueryDict | None = None, **said: Any) -> None:
        super().__init__(data, auto_id=FORM_ID, **said)
        for name, needed in rules.FIELDS[kind].items():
            widget = django_forms.Textarea(attrs={"rows": 5}) if name in _LONG else django_forms.TextInput()
            self.fields[name] = django_forms.CharField(
                label=str(FIELDS[name]), required=needed, max_length=rules.LONGEST, widget=widget
            )

    def written(self) -> dict[str, str]:
        """Return what was written, by the names of the fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != SEEN}


class SignForm(django_forms.Form):
    """A signature under what was read."""

    seen = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0)
    read = django_forms.CharField(widget=django_forms.HiddenInput, max_length=64)
    sure = django_forms.BooleanField(label=labels.SIGN_SURE)


class ScanForm(django_forms.Form):
    """The scanned copy of a sealed sheet."""

    seen = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0)
    scan = fields.Photos(label=labels.SCAN, widget=fields.ScanWidget)


class VoidForm(django_forms.Form):
    """Why a scan or a paper is void."""

    seen = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0)
    reason = django_forms.CharField(label=labels.VOID_REASON, widget=django_forms.Textarea(attrs={"rows": 2}))
    sure = django_forms.BooleanField(label=labels.SURE)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def make_about_case(request: StaffRequest, ref: str, kind: str) -> HttpResponse:
    """Write a paper about a case."""
    row = cases.find(ref)
    cases.require_readable(row, by=request.actor, at=request.at)
    return _make(request, row, _kind(kind, is_about_case=True))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def make_about_report(request: StaffRequest, ref: str, kind: str) -> HttpResponse:
    """Write a paper about a report."""
    row = intake.by_number(ref)
    if row is None:
        raise NotFound(thing="report", code=ref)
    people.require(request.actor, "report.read_words", intake.seen_matter(row), at=request.at)
    return _make(request, row, _kind(kind, is_about_case=False))


@require_safe
@desk_page
def show(request: StaffRequest, paper: UUID) -> HttpResponse:
    """Show a paper: what it says, its files, and what this member may do with it."""
    return _page(request, queries.readable(paper, by=request.actor, at=request.at))


@require_safe
@desk_page
def pdf(request: StaffRequest, paper: UUID) -> FileResponse:
    """Send the PDF to be looked at and printed; the look is on record."""
    row = queries.readable(paper, by=request.actor, at=request.at)
    if row.pdf is None:
        raise NotFound(thing="paper", code=str(paper))
    content = evidence.view_original(row.pdf, by=request.actor, at=request.at)
    return FileResponse(content, content_type="application/pdf", filename=f"{row.number}.pdf")


@takes_files
@require_POST
@desk_page
def move(request: StaffRequest, paper: UUID, act: str) -> HttpResponse:
    """Make a move with a paper. What is refused comes back with everything that was typed, and with the reason."""
    row = queries.readable(paper, by=request.actor, at=request.at)
    if act not in _OPERATIONS:
        raise NotFound(thing="act", code=act)
    came = forms.received(request, ["scan"] if act == "seal" else [], by=request.actor, at=request.at)
    form = _form(act, row, data=came.data)
    if came.why_not:
        return _page(request, row, act, form, why_not=came.why_not, status=came.status)
    if not form.is_valid():
        return _page(request, row, act, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _OPERATIONS[act](row.uid, **_said(form), by=request.actor, at=request.at)
    except Refusal as refusal:
        now = queries.paper(row.uid)
        anew = _form(act, now, data=forms.seen_anew(came.data, now.version))
        return _page(request, now, act, anew, why_not=words_of(refusal))
    messages.success(request, str(labels.DONE).format(act=ACTS[f"paper.{act}"]))
    return HttpResponseRedirect(reverse("desk:paper", args=[row.uid]))


_OPERATIONS: Mapping[str, Any] = {
    "revise": operations.revise_paper,
    "issue": operations.issue_paper,
    "seal": operations.seal_paper,
    "void_scan": operations.void_scan,
    "void": operations.void_paper,
}


def _make(request: StaffRequest, subject: CaseRow | ReportRow, kind: PaperKind) -> HttpResponse:
    people.require(request.actor, make_act(kind), queries.matter_about(subject), at=request.at)
    if request.method != "POST":
        return _make_page(request, subject, kind, PaperForm(kind, initial={SEEN: subject.version}))
    form = PaperForm(kind, request.POST)
    if not form.is_valid():
        return _make_page(request, subject, kind, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = operations.make_paper(kind, subject.uid, written=form.written(), by=request.actor, at=request.at)
    except Refusal as refusal:
        return _make_page(request, subject, kind, form, why_not=words_of(refusal), status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(reverse("desk:paper", args=[made.uid]))


def _make_page(
    request: StaffRequest,
    subject: CaseRow | ReportRow,
    kind: PaperKind,
    form: PaperForm,
    *,
    why_not: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    closed = ""
    try:
        queries.said_now(kind, subject, written={}, at=request.at)
    except Refusal as refusal:
        closed = words_of(refusal)
    said = {
        "kind": KINDS[kind],
        "form": form,
        "closed": closed,
        "tried": {"why_not": why_not},
        "act_name": labels.SAVE_DRAFT,
        "action": request.path,
        **_about(subject),
    }
    return page(request, "desk/paper_new.html", said, status=status)


def _page(
    request: StaffRequest,
    row: PaperRow,
    act: str = "",
    form: django_forms.Form | None = None,
    *,
    why_not: str = "",
    status: HTTPStatus | None = None,
) -> HttpResponse:
    subject, by, at = queries.subject_of(row), request.actor, request.at
    document, closed = _document(row, subject, request)
    moves = []
    for name, refused in _possible(row, by=by, at=at):
        shown = form if name == act and form is not None else _form(name, row, read=document)
        moves.append(
            {
                "name": name,
                "label": ACTS[f"paper.{name}"],
                "form": shown,
                "why_not": refused or (closed if name == "issue" else ""),
                "tried": {"why_not": why_not if name == act else ""},
                "is_open": name == act,
            }
        )
    if not any(one["is_open"] for one in moves):
        first = next((one for one in moves if one["name"] in ("issue", "seal") and not one["why_not"]), None)
        if first is not None:
            first["is_open"] = True
    said = {
        "paper": row,
        "kind": KINDS[row.kind],
        "state": STATES[row.state],
        "mark": MARKS[row.state],
        "sheet": document,
        "parts": _parts(document),
        "closed": closed,
        "moves": moves,
        "why_not": why_not if not any(one["name"] == act for one in moves) else "",
        "files": _files(row),
        "record": record_of(row.stream, Names(at, english=is_english())),
        **_about(subject),
    }
    shown_as = status or (HTTPStatus.CONFLICT if why_not else HTTPStatus.OK)
    return page(request, "desk/paper.html", said, status=shown_as)


def _document(row: PaperRow, subject: CaseRow | ReportRow, request: StaffRequest) -> tuple[Document | None, str]:
    """Return what a paper says, for good or as it stands, and why it cannot be said now."""
    if row.state is not PaperState.DRAFT:
        return queries.text_of(row), ""
    try:
        said = queries.said_now(row.kind, subject, written=queries.written_of(row), at=request.at, number=row.number)
    except Refusal as refusal:
        return None, words_of(refusal)
    return said, ""


def _possible(row: PaperRow, *, by: Any, at: Any) -> list[tuple[str, str]]:
    """Return the moves that a member may make with a paper as it stands, each with the reason why it is closed."""
    found = []
    matter = queries.matter_of(row)
    powers = {"revise": make_act(row.kind), "issue": issue_act(row.kind)}
    for one in PAPER.moves_from(row.state):
        if one.act not in _OPERATIONS or not people.allow(by, powers.get(one.act, f"paper.{one.act}"), matter, at=at):
            continue
        refused = ""
        if one.act == "issue":
            try:
                queries.require_other_hand(row, by=by, at=at)
            except SamePerson as refusal:
                refused = words_of(refusal)
        found.append((one.act, refused))
    return sorted(found, key=lambda one: list(_OPERATIONS).index(one[0]))


def _form(act: str, row: PaperRow, *, data: QueryDict | None = None, read: Document | None = None) -> django_forms.Form:
    seen = {SEEN: row.version}
    if act == "revise":
        return PaperForm(row.kind, data, initial={**queries.written_of(row), **seen})
    if act == "issue":
        return SignForm(data, auto_id="issue-%s", initial={**seen, READ: "" if read is None else rules.digest_of(read)})
    if act == "seal":
        return ScanForm(data, auto_id="seal-%s", initial=seen)
    return VoidForm(data, auto_id=f"{act}-%s", initial=seen)


def _said(form: django_forms.Form) -> dict[str, Any]:
    """Return what was said, by the names of the operation."""
    if isinstance(form, PaperForm):
        return {"written": form.written(), SEEN: form.cleaned_data[SEEN]}
    said = {name: value for name, value in form.cleaned_data.items() if name != SURE}
    if isinstance(form, ScanForm):
        said["scan"] = said["scan"][-1] if said["scan"] else None
    return said


def _parts(document: Document | None) -> list[dict[str, Any]]:
    """Return the body with neighbouring rows joined to one table."""
    parts: list[dict[str, Any]] = []
    for one in () if document is None else document.body:
        if not one.label:
            parts.append({"text": one.text})
        elif parts and "rows" in parts[-1]:
            parts[-1]["rows"].append(one)
        else:
            parts.append({"rows": [one]})
    return parts


def _files(row: PaperRow) -> list[dict[str, Any]]:
    named = {row.pdf: "PDF", row.docx: "Word (.docx)"}
    found = []
    for one in files.files_of(row.stream):
        is_scan = one.role is FileRole.SCAN
        found.append(
            {
                "uid": one.uid,
                "name": named.get(one.uid) or (labels.SCAN if one.uid == row.scan else labels.SCAN_VOID),
                "is_scan": is_scan,
                "sha256": one.sha256,
                "at": one.claimed_at,
                "is_gone": one.state.value == "erased",
            }
        )
    return found


def _about(subject: CaseRow | ReportRow) -> dict[str, Any]:
    if isinstance(subject, CaseRow):
        return {"about": subject.number or labels.NO_NUMBER, "about_at": reverse("desk:case", args=[ref_of(subject)])}
    return {"about": subject.number, "about_at": reverse("desk:report", args=[subject.number])}


def _kind(said: str, *, is_about_case: bool) -> PaperKind:
    """Return a kind of paper by its name in the address. Raises: NotFound."""
    for kind in PaperKind:
        if kind.value == said and kind.is_about_case == is_about_case:
            return kind
    raise NotFound(thing="paper", code=said)
