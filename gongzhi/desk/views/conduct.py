"""Complaints about the service, for those who inquire; and, blind, for the leader who names one where none may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from gongzhi.accountability import operations as conduct
from gongzhi.accountability import queries
from gongzhi.accountability.labels import ACTS, OUTCOMES, STATES
from gongzhi.accountability.lifecycle import COMPLAINT, ENTRUST, READ
from gongzhi.accountability.operations import Look
from gongzhi.accountability.queries import ComplaintRow
from gongzhi.accountability.states import Outcome
from gongzhi.base.words import words_of
from gongzhi.desk import labels
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import queries as people
from gongzhi.people.rules import NotAppointed, NotPermitted
from gongzhi.people.states import Post
from gongzhi.web.access import StaffRequest

Typed = Mapping[str, str]


@require_safe
@desk_page
def show_list(request: StaffRequest) -> HttpResponse:
    """Show what waits for an inspector, and what ended; to a leader what is sealed from every inspector."""
    by, at = request.actor, request.at
    held = people.acts_of(by, at=at)
    if not {READ, ENTRUST}.intersection(held):
        raise NotPermitted(act=READ, post=by.post, unit=by.unit)
    reads = READ in held
    context = {
        "reads": reads,
        "waiting": [_line(one, at=at) for one in queries.to_inquire(by=by, at=at)] if reads else [],
        "ended": [_line(one, at=at) for one in queries.ended(by=by, at=at)] if reads else [],
        "sealed": _sealed_lines(request) if ENTRUST in held else [],
        "inspectors": _inspectors(at) if ENTRUST in held else [],
    }
    return page(request, "desk/conduct_list.html", context)


@require_safe
@desk_page
def show(request: StaffRequest, number: str) -> HttpResponse:
    """Show a complaint to an inspector from whom it is not sealed."""
    return _page(request, queries.complaint(number, by=request.actor, at=request.at))


@require_POST
@desk_page
def move(request: StaffRequest, number: str, act: str) -> HttpResponse:
    """Make a move; what is refused comes back with everything that was typed, and with the reason."""
    row = queries.complaint(number, by=request.actor, at=request.at)
    if act not in _MOVES:
        raise NotFound(thing="act", code=act)
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").replace("\x00", "") for name in _FIELDS}
    try:
        done = _MOVES[act](row, typed, request)
    except (NotPermitted, NotAppointed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, row, act=act, typed=typed, fault=words_of(refusal), status=HTTPStatus.CONFLICT)
    if isinstance(done, Look):
        return _page(request, done.complaint, look=done)
    messages.success(request, labels.CONDUCT_DONE)
    if queries.is_readable(row.uid, by=request.actor, at=request.at):
        return HttpResponseRedirect(reverse("desk:conduct", args=[row.number]))
    return HttpResponseRedirect(reverse("desk:conduct-list"))


@require_POST
@desk_page
def entrust(request: StaffRequest, number: str) -> HttpResponse:
    """Name the inspector of a complaint that is sealed from all of them."""
    by, at = request.actor, request.at
    row = next((one for one in queries.sealed_from_all(by=by, at=at) if one.number == number), None)
    chosen = request.POST.get("member", "")
    if row is None or not is_id(chosen):
        raise NotFound(thing="conduct", code=number)
    conduct.entrust(row.uid, member=UUID(chosen), seen=_seen(request.POST.get("seen", "")), by=by, at=at)
    messages.success(request, labels.CONDUCT_DONE)
    return HttpResponseRedirect(reverse("desk:conduct-list"))


def _take_up(row: ComplaintRow, typed: Typed, request: StaffRequest) -> ComplaintRow:
    return conduct.take_up(row.uid, seen=_seen(typed["seen"]), by=request.actor, at=request.at)


def _name_unit(row: ComplaintRow, typed: Typed, request: StaffRequest) -> ComplaintRow:
    seen = _seen(typed["seen"])
    return conduct.name_unit(row.uid, unit=typed["unit"], seen=seen, by=request.actor, at=request.at)


def _answer(row: ComplaintRow, typed: Typed, request: StaffRequest) -> ComplaintRow:
    if typed["outcome"] not in set(Outcome):
        raise NotFound(thing="outcome", code=typed["outcome"])
    outcome, seen = Outcome(typed["outcome"]), _seen(typed["seen"])
    return conduct.answer_complaint(
        row.uid, outcome=outcome, answer=typed["answer"], seen=seen, by=request.actor, at=request.at
    )


def _refer(row: ComplaintRow, typed: Typed, request: StaffRequest) -> ComplaintRow:
    return conduct.refer(
        row.uid,
        grounds=typed["grounds"],
        answer=typed["answer"],
        seen=_seen(typed["seen"]),
        by=request.actor,
        at=request.at,
    )


def _reveal(row: ComplaintRow, typed: Typed, request: StaffRequest) -> Look:
    return conduct.reveal_contact(row.uid, grounds=typed["grounds"], by=request.actor, at=request.at)


_FIELDS = ("seen", "unit", "outcome", "answer", "grounds")
_MOVES: Mapping[str, Callable[[ComplaintRow, Typed, StaffRequest], ComplaintRow | Look]] = {
    "take_up": _take_up,
    "name_unit": _name_unit,
    "answer": _answer,
    "refer": _refer,
    "reveal_contact": _reveal,
}


def _page(
    request: StaffRequest,
    row: ComplaintRow,
    *,
    act: str = "",
    typed: Typed | None = None,
    fault: str = "",
    look: Look | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    held = frozenset(people.acts_of(request.actor, at=request.at))
    units = _unit_names(request.at)
    context = {
        "found": row,
        "line": _line(row, at=request.at, units=units),
        "words": queries.words_of(row),
        "contact": look.contact if look else None,
        "masked": queries.masked_contact_of(row),
        "is_mine": row.inspector == request.actor.id,
        "moves": [(one, ACTS[one]) for one in _MOVES if _is_open(one, row, held=held, by=request.actor.id)],
        "units": sorted(units.items()),
        "outcomes": list(OUTCOMES.items()),
        "act": act,
        "typed": typed or {"unit": row.unit},
        "fault": fault,
    }
    return page(request, "desk/conduct.html", context, status=status)


def _is_open(act: str, row: ComplaintRow, *, held: frozenset[str], by: str) -> bool:
    if f"conduct.{act}" not in held or (act == "reveal_contact" and row.is_anonymous):
        return False
    if act == "answer" and row.inspector != by:
        return False
    try:
        COMPLAINT.check(row.state, act)
    except MoveNotAllowed:
        return False
    return True


def _line(row: ComplaintRow, *, at: datetime, units: Mapping[str, str] | None = None) -> dict[str, Any]:
    known = units or _unit_names(at)
    outcome: str | Promise = OUTCOMES[row.outcome] if row.outcome else ""
    return {
        "number": row.number,
        "state": STATES[row.state],
        "outcome": outcome,
        "unit": known.get(row.unit, row.unit),
        "received_at": row.received_at,
        "due_at": row.due_at,
        "is_late": row.due_at is not None and row.ended_at is None and at > row.due_at,
        "ended_at": row.ended_at,
        "seen": row.version,
    }


def _sealed_lines(request: StaffRequest) -> list[dict[str, Any]]:
    return [_line(one, at=request.at) for one in queries.sealed_from_all(by=request.actor, at=request.at)]


def _inspectors(at: datetime) -> list[tuple[UUID, str]]:
    units = _unit_names(at)
    held = people.appointments(at=at, post=Post.CONDUCT_INSPECTOR)
    numbers = {one.uid: one.number for one in people.members(at=at)}
    return [(one.member, f"{numbers[one.member]} · {units.get(one.unit, one.unit)}") for one in held]


def _unit_names(at: datetime) -> dict[str, str]:
    return {one.code: one.name_en if is_english() else one.name_zh for one in people.units(at=at)}


def _seen(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0
