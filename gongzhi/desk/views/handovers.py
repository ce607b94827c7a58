"""The hand-over of a shift: the list, what is said about it, and both signatures."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.cases.labels import STATES as CASE_STATES
from gongzhi.cases.states import CaseState
from gongzhi.cases.worklists import TimeLeft
from gongzhi.desk import labels
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.forms import SEEN
from gongzhi.desk.queries import Names, due_of, record_of
from gongzhi.handovers import operations, queries, rules
from gongzhi.handovers.labels import ACTS, ITEMS, SIDES, STATES
from gongzhi.handovers.lifecycle import BEGIN, HANDOVER, READ
from gongzhi.handovers.queries import HandoverRow, ItemRow, NoteRow
from gongzhi.handovers.states import HandoverState, ItemKind
from gongzhi.intake.labels import STATES as REPORT_STATES
from gongzhi.intake.states import ReportState
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.norms.labels import STAGES
from gongzhi.norms.states import Stage
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.web.access import StaffRequest

MARKS = {
    HandoverState.DRAFT: "",
    HandoverState.HANDED: "soon",
    HandoverState.TAKEN: "on-time",
    HandoverState.DROPPED: "held",
}


class _Form(forms.Form):
    """A move, and the version on which it was decided."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WordsForm(_Form):
    """Words about the whole list, or about one matter of it."""

    item = forms.ChoiceField(label=labels.HANDOVER_ITEM, required=False)
    words = forms.CharField(label=labels.WORDS, widget=forms.Textarea(attrs={"rows": 3}), max_length=rules.LONGEST)

    def __init__(self, *given: Any, items: list[tuple[str, str]], **said: Any) -> None:
        super().__init__(*given, **said)
        self.fields["item"].choices = [("", labels.HANDOVER_WHOLE), *items]  # type: ignore[attr-defined]


class SignForm(_Form):
    """A signature under what was read."""

    sure = forms.BooleanField()

    def __init__(self, *given: Any, sure: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        self.fields["sure"].label = sure


class DropForm(_Form):
    """Why a hand-over is dropped."""

    reason = forms.CharField(label=labels.GROUNDS, widget=forms.Textarea(attrs={"rows": 2}), max_length=rules.LONGEST)


_OPERATIONS: Mapping[str, Any] = {
    "note": operations.note,
    "sign_over": operations.sign_over,
    "ask": operations.ask,
    "take": operations.take,
    "drop": operations.drop,
}


@require_safe
@desk_page
def index(request: StaffRequest) -> HttpResponse:
    """Show the latest hand-overs, and let a shift leader begin one."""
    return _index(request)


@require_POST
@desk_page
def begin(request: StaffRequest) -> HttpResponse:
    """Make the list from the record as it stands."""
    try:
        made = operations.begin_handover(by=request.actor, at=request.at)
    except rules.HandoverOpen as refusal:
        return _index(request, why_not=words_of(refusal))
    return HttpResponseRedirect(reverse("desk:handover", args=[made.uid]))


@require_safe
@desk_page
def show(request: StaffRequest, handover: UUID) -> HttpResponse:
    """Show a hand-over: its list, what was said, who signed, and what this member may do; it prints as one sheet."""
    return _page(request, queries.readable(handover, by=request.actor, at=request.at))


@require_POST
@desk_page
def move(request: StaffRequest, handover: UUID, act: str) -> HttpResponse:
    """Make a move. What is refused comes back with everything that was typed, and with the reason."""
    row = queries.readable(handover, by=request.actor, at=request.at)
    if act not in _OPERATIONS:
        raise NotFound(thing="act", code=act)
    form = _form(act, row, data=request.POST)
    if not form.is_valid():
        return _page(request, row, act, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = {name: value for name, value in form.cleaned_data.items() if name not in ("sure", "item")}
    if is_id(form.cleaned_data.get("item", "")):
        said["item"] = UUID(form.cleaned_data["item"])
    try:
        _OPERATIONS[act](row.uid, **said, by=request.actor, at=request.at)
    except Refusal as refusal:
        now = queries.handover(row.uid)
        anew = request.POST.copy()
        anew[SEEN] = str(now.version)
        return _page(request, now, act, _form(act, now, data=anew), why_not=words_of(refusal))
    messages.success(request, str(labels.DONE).format(act=ACTS[f"handover.{act}"]))
    return HttpResponseRedirect(reverse("desk:handover", args=[row.uid]))


def _index(request: StaffRequest, *, why_not: str = "") -> HttpResponse:
    names = Names(request.at, english=is_english())
    rows = [
        {
            "row": one,
            "state": STATES[one.state],
            "mark": MARKS[one.state],
            "unit": names.unit(one.unit),
            "goes": _signer(one.made_by, request),
            "comes": _signer(one.taken_by, request),
        }
        for one in queries.latest(by=request.actor, at=request.at)
    ]
    matter = Matter(unit=request.actor.unit)
    said = {
        "handovers": rows,
        "may_begin": people.allow(request.actor, BEGIN, matter, at=request.at),
        "why_not": why_not,
    }
    return page(request, "desk/handovers.html", said, status=HTTPStatus.CONFLICT if why_not else HTTPStatus.OK)


def _page(
    request: StaffRequest,
    row: HandoverRow,
    act: str = "",
    form: forms.Form | None = None,
    *,
    why_not: str = "",
    status: HTTPStatus | None = None,
) -> HttpResponse:
    names = Names(request.at, english=is_english())
    items, notes = queries.items_of(row.uid), queries.notes_of(row)
    moves = [
        {
            "name": name,
            "label": ACTS[f"handover.{name}"],
            "form": form if name == act and form is not None else _form(name, row, items=items),
            "tried": {"why_not": why_not if name == act else ""},
            "is_open": name == act or (not act and name in ("sign_over", "take")),
        }
        for name in _possible(row, request)
    ]
    said = {
        "handover": row,
        "unit": names.unit(row.unit),
        "state": STATES[row.state],
        "mark": MARKS[row.state],
        "goes": _signer(row.made_by, request),
        "comes": _signer(row.taken_by, request),
        "groups": _groups(row, items, notes, names, request),
        "running": [(STAGES[Stage(stage)], count) for stage, count in row.running.items()],
        "notes": [_note(one, request) for one in notes if one.item is None],
        "moves": moves,
        "why_not": why_not if act not in [one["name"] for one in moves] else "",
        "may_list": READ in people.acts_of(request.actor, at=request.at),
        "record": record_of(row.stream, names),
    }
    shown_as = status or (HTTPStatus.CONFLICT if why_not else HTTPStatus.OK)
    return page(request, "desk/handover.html", said, status=shown_as)


def _possible(row: HandoverRow, request: StaffRequest) -> list[str]:
    """Return the moves that this member may make with a hand-over as it stands."""
    is_own = row.made_by == request.actor.id
    closed = {"ask", "take"} if is_own else {"note", "sign_over"}
    matter = Matter(unit=row.unit)
    known = {one.act for one in HANDOVER.moves_from(row.state)} - closed
    return [
        act
        for act in _OPERATIONS
        if act in known and people.allow(request.actor, f"handover.{act}", matter, at=request.at)
    ]


def _form(act: str, row: HandoverRow, *, data: Any = None, items: list[ItemRow] | None = None) -> forms.Form:
    said: dict[str, Any] = {"auto_id": f"{act}-%s", "initial": {SEEN: row.version}}
    if act in ("note", "ask"):
        known = queries.items_of(row.uid) if items is None else items
        choices = [(str(one.uid), f"{ITEMS[one.kind]} {one.number or labels.NO_NUMBER}") for one in known]
        return WordsForm(data, items=choices, **said)
    if act == "drop":
        return DropForm(data, **said)
    return SignForm(data, sure=labels.HANDOVER_SURE[act], **said)


def _groups(
    row: HandoverRow, items: list[ItemRow], notes: list[NoteRow], names: Names, request: StaffRequest
) -> list[dict[str, Any]]:
    groups = []
    for kind in ItemKind:
        listed = [one for one in items if one.kind is kind]
        counted = row.counts.get(kind.value, 0)
        groups.append(
            {
                "name": ITEMS[kind],
                "count": counted,
                "rest": max(0, counted - len(listed)),
                "items": [_item(one, notes, names, request) for one in listed],
            }
        )
    return groups


def _item(one: ItemRow, notes: list[NoteRow], names: Names, request: StaffRequest) -> dict[str, Any]:
    left = (
        None if one.due_at is None else TimeLeft(int((one.due_at - request.at).total_seconds()), in_working_time=False)
    )
    return {
        "number": one.number or labels.NO_NUMBER,
        "address": reverse("desk:report", args=[one.number])
        if one.is_report
        else reverse("desk:case", args=[one.number or one.subject]),
        "what": names.what(one.class_key),
        "where": names.where(one.area),
        "unit": names.unit(one.unit_code) if one.unit_code else "",
        "state": REPORT_STATES[ReportState(one.matter_state)]
        if one.is_report
        else CASE_STATES[CaseState(one.matter_state)],
        "due": due_of(one.due_at, left),
        "notes": [_note(said, request) for said in notes if said.item == one.uid],
    }


def _note(one: NoteRow, request: StaffRequest) -> dict[str, Any]:
    return {"side": SIDES[one.side], "who": _signer(one.by, request), "at": one.at, "words": one.words}


def _signer(member: str, request: StaffRequest) -> str:
    """Return the name under which a member signs, with the staff number; empty for nobody."""
    if not is_id(member):
        return ""
    found = people.member(UUID(member), at=request.at)
    return f"{found.name} {found.number}" if found.name else found.number
