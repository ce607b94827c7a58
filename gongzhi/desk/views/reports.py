"""A report: its words for those who may read them, its reporter masked, and everything that follows on it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.base.words import words_of
from gongzhi.cases.worklists import TimeLeft
from gongzhi.desk import forms, labels
from gongzhi.desk.acts import REPORT_ACTS, Act, name_of
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.fields import About
from gongzhi.desk.forms import MoveForm, Tried
from gongzhi.desk.papers import papers_shown
from gongzhi.desk.queries import (
    Names,
    case_line,
    due_of,
    proof_of_report,
    readable_cases,
    record_of,
    reports_shown,
)
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.labels import CONTACT_OUTCOMES, OBJECTION_STATES, REPLY_STATES, SATISFACTION, WAYS
from gongzhi.intake.lifecycle import OBJECTION, REPLY, REPORT
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.rules import Contact, Satisfaction
from gongzhi.intake.states import ContactOutcome, ReplyWay
from gongzhi.kernel.lifecycle import Lifecycle
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import queries as people
from gongzhi.web.access import StaffRequest
from gongzhi.web.reading import words_sight

_ASKED_ELSEWHERE = frozenset({"answer", "supplement", "link", "withdraw", "reopen", "call_back", "release"})


@require_safe
@desk_page
def show(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a report; `do` in the address opens the form of a move."""
    return _page(request, _readable(request, ref))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def move(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Make a move on a report. What is refused comes back with everything that was typed, and with the reason."""
    row, chosen = _readable(request, ref), REPORT_ACTS.get(act)
    if chosen is None:
        raise NotFound(thing="act", code=act)
    address = reverse("desk:report", args=[row.number])
    if request.method != "POST":
        return HttpResponseRedirect(f"{address}?do={act}#do")
    form = forms.form_of(chosen, _about(row, request), data=request.POST)
    if not form.is_valid():
        return _page(request, row, Tried(chosen, form, "", [], HTTPStatus.UNPROCESSABLE_ENTITY))
    seen = form.cleaned_data[forms.SEEN]
    try:
        chosen.operation(row.uid, **form.said(), seen=seen, by=request.actor, at=request.at)
    except ChangedMeanwhile:
        now = queries.report(row.uid)
        again = forms.form_of(chosen, _about(now, request), data=forms.seen_anew(request.POST, now.version))
        meanwhile = record_of(now.stream, Names(request.at, english=is_english()), after=seen)
        return _page(request, now, Tried(chosen, again, "", meanwhile, HTTPStatus.CONFLICT))
    except Refusal as refusal:
        tried = Tried(chosen, form, words_of(refusal), [], HTTPStatus.CONFLICT)
        return _page(request, queries.report(row.uid), tried)
    messages.success(request, str(labels.DONE).format(act=name_of(chosen)))
    return HttpResponseRedirect(address)


@require_POST
@desk_page
def reveal(request: StaffRequest, ref: str) -> HttpResponse:
    """Show the reporter's name and number in clear, once, for a reason that is in the record with the look."""
    row = _readable(request, ref)
    grounds = request.POST.get("grounds", "")
    try:
        look = intake.reveal_contact(row.uid, grounds=grounds, by=request.actor, at=request.at)
    except Refusal as refusal:
        return _page(request, row, why_hidden=words_of(refusal), typed=grounds)
    return _page(request, look.report, contact=look.contact)


def _readable(request: StaffRequest, ref: str) -> ReportRow:
    """Return a report that the member may read. Raises: NotFound, NotAppointed, NotPermitted."""
    row = queries.by_number(ref)
    if row is None:
        raise NotFound(thing="report", code=ref)
    people.require(request.actor, "report.read", queries.seen_matter(row), at=request.at)
    return row


def _about(row: ReportRow, request: StaffRequest) -> About:
    return About(row, request.actor, request.at, is_english())


def _page(
    request: StaffRequest,
    row: ReportRow,
    tried: Tried | None = None,
    *,
    contact: Contact | None = None,
    why_hidden: str = "",
    typed: str = "",
) -> HttpResponse:
    by, at = request.actor, request.at
    names = Names(at, english=is_english())
    shown = reports_shown([row], names, by=by, at=at)[0]
    possible = _possible(row, request)
    act, form = _open_form(request, row, possible, tried)
    reads = words_sight(by, at=at).reaches(queries.seen_matter(row))
    said = {
        "report": row,
        "shown": shown,
        "what": names.what(row.class_key),
        "due": _due(row, request),
        "cases": [case_line(one, names) for one in readable_cases(queries.cases_of(row.uid), by=by, at=at)],
        "files": proof_of_report(row, by=by, at=at),
        "replies": _replies(row),
        "draft": queries.drafted_words(row.stream) if reads else "",
        "attempts": _attempts(row),
        "ratings": _ratings(row),
        "objections": _objections(row, reads=reads),
        "supplements": queries.supplements_of(row.uid) if reads else [],
        "reopenings": queries.reopenings_of(row.uid) if reads else [],
        "choices": [(name, name_of(REPORT_ACTS[name])) for name in possible],
        "act": act,
        "act_name": None if act is None else name_of(act),
        "form": form,
        "tried": tried,
        "contact": contact,
        "may_reveal": people.allow(by, "report.reveal_contact", queries.acting_matter(row.uid, row.area), at=at),
        "why_hidden": why_hidden,
        "typed": typed,
        "papers": papers_shown(row, request) if reads else None,
        "record": record_of(row.stream, names),
    }
    status = tried.status if tried is not None else HTTPStatus.CONFLICT if why_hidden else HTTPStatus.OK
    return page(request, "desk/report.html", said, status=status)


def _possible(row: ReportRow, request: StaffRequest) -> list[str]:
    """Return the moves that this member may make on the report as it stands, as far as post and state decide."""
    matter, replies = queries.acting_matter(row.uid, row.area), queries.replies_of(row.uid)
    reply = replies[-1].state if replies else None
    objected = any(one.decided_at is None for one in queries.objections_of(row.uid))
    found = []
    for name in REPORT_ACTS:
        kind, _, act = name.rpartition(".")
        power = name if kind else f"report.{name}"
        if not people.allow(request.actor, power, matter, at=request.at):
            continue
        if kind == "reply":
            fits = reply is not None and _is_from(REPLY, act, reply)
        elif kind == "objection":
            fits = objected and act in OBJECTION.acts()
        else:
            fits = _is_from(REPORT, act, row.state)
        if fits:
            found.append(name)
    return found


def _is_from(lifecycle: Lifecycle, act: str, state: str) -> bool:
    return any(one.act == act for one in lifecycle.moves_from(state))


def _open_form(
    request: StaffRequest, row: ReportRow, possible: list[str], tried: Tried | None
) -> tuple[Act | None, MoveForm | None]:
    if tried is not None:
        return tried.act, tried.form
    wanted = request.GET.get("do", "")
    if wanted not in possible:
        likely = [one for one in possible if one not in _ASKED_ELSEWHERE]
        wanted = likely[0] if likely else ""
    if not wanted:
        return None, None
    act = REPORT_ACTS[wanted]
    return act, forms.form_of(act, _about(row, request))


def _due(row: ReportRow, request: StaffRequest) -> Any:
    if row.reply_due_at is None or row.ended_at is not None:
        return None
    left = TimeLeft(int((row.reply_due_at - request.at).total_seconds()), in_working_time=False)
    return due_of(row.reply_due_at, left)


def _replies(row: ReportRow) -> list[dict[str, str | Promise | Any]]:
    return [
        {
            "round": one.round,
            "state": REPLY_STATES[one.state],
            "due_at": one.due_at,
            "outer_due_at": one.outer_due_at,
            "sent_at": one.sent_at,
            "way": WAYS[ReplyWay(one.way)] if one.way else "",
            "late": one.late_at is not None,
        }
        for one in queries.replies_of(row.uid)
    ]


def _attempts(row: ReportRow) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "way": WAYS[ReplyWay(one.way)], "outcome": CONTACT_OUTCOMES[ContactOutcome(one.outcome)]}
        for one in queries.attempts_of(row.uid)
    ]


def _ratings(row: ReportRow) -> list[dict[str, Any]]:
    def said(stars: int | None) -> str | Promise:
        return labels.NOT_SAID if stars is None else SATISFACTION[Satisfaction(stars)]

    return [
        {"at": one.at, "result": said(one.result), "service": said(one.service)} for one in queries.ratings_of(row.uid)
    ]


def _objections(row: ReportRow, *, reads: bool) -> list[dict[str, Any]]:
    return [
        {
            "case": one.case,
            "state": OBJECTION_STATES[one.state],
            "at": one.made_at,
            "due_at": one.due_at,
            "decision": one.decision if reads else None,
        }
        for one in queries.objections_of(row.uid)
    ]
