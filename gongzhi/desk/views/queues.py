"""A queue: what waits, what is due first on top, filtered by the address, and moves on many where that is safe."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.cases import queries as cases
from gongzhi.cases import worklists
from gongzhi.cases.worklists import Wanted
from gongzhi.desk import labels
from gongzhi.desk.acts import CASE_ACTS, name_of
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.queries import Names, line_of, ref_of, reply_line
from gongzhi.desk.queues import Queue, queue
from gongzhi.desk.views.home import sight_of
from gongzhi.intake import queries as intake
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.web.access import StaffRequest

LINES_ON_A_PAGE = 50
MOST_AT_ONCE = LINES_ON_A_PAGE
_FILTERS = ("area", "class", "unit", "urgent")


@require_safe
@desk_page
def show(request: StaffRequest, key: str) -> HttpResponse:
    """Show what waits in a queue."""
    chosen = _known(key)
    names = Names(request.at, english=is_english())
    said = _replies(chosen, request, names) if chosen.replies else _cases(chosen, request, names)
    kept = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    address = reverse("desk:queue", args=[key])
    last = said.pop("last")
    shown = {
        **said,
        "queue": chosen,
        "filters": {name: request.GET.get(name, "") for name in _FILTERS},
        "is_filtered": bool(kept),
        "first": _address(address, kept) if "after" in request.GET else None,
        "next": None if last is None else _address(address, {**kept, "after": str(last)}),
        "here": request.get_full_path(),
    }
    return page(request, "desk/queue.html", shown)


@require_POST
@desk_page
def move_many(request: StaffRequest, key: str) -> HttpResponse:
    """Make the queue's move on each chosen case, one by one: what is refused for one holds up no other."""
    chosen = _known(key)
    if not chosen.bulk:
        raise NotFound(thing="queue", code=key)
    sight_of(chosen, request)
    act, done = CASE_ACTS[chosen.bulk], 0
    empty = {one.name: "" for one in act.fields}
    for uid, seen in _chosen(request):
        try:
            act.operation(uid, **empty, seen=seen, by=request.actor, at=request.at)
            done += 1
        except Refusal as refusal:
            words = str(labels.REFUSED_ONE).format(case=_called(uid, request), words=words_of(refusal))
            messages.warning(request, words)
    if done:
        messages.success(request, str(labels.DONE_MANY).format(act=name_of(act), count=done))
    return HttpResponseRedirect(_address(reverse("desk:queue", args=[key]), _kept(request)))


def _known(key: str) -> Queue:
    found = queue(key)
    if found is None:
        raise NotFound(thing="queue", code=key)
    return found


def _cases(chosen: Queue, request: StaffRequest, names: Names) -> dict[str, Any]:
    wanted = _narrowed(chosen.wanted_at(request.at), request)
    rows = worklists.waiting(
        wanted, sight=sight_of(chosen, request), at=request.at, after=_after(request), limit=LINES_ON_A_PAGE + 1
    )
    shown = [line_of(one, names) for one in rows[:LINES_ON_A_PAGE]]
    return {
        "lines": shown,
        "last": shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None,
        "bulk": name_of(CASE_ACTS[chosen.bulk]) if chosen.bulk else None,
        "districts": names.districts(),
        "classes": names.classes(),
        "units": names.units(),
    }


def _replies(chosen: Queue, request: StaffRequest, names: Names) -> dict[str, Any]:
    rows = intake.replies_waiting(
        sight=sight_of(chosen, request), states=chosen.replies, after=_after(request), limit=LINES_ON_A_PAGE + 1
    )
    shown = [reply_line(report, reply, names, at=request.at) for report, reply in rows[:LINES_ON_A_PAGE]]
    return {"replies": shown, "last": shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None}


def _narrowed(wanted: Wanted, request: StaffRequest) -> Wanted:
    said = request.GET
    return Wanted(
        stages=wanted.stages,
        placed=wanted.placed,
        asked=wanted.asked,
        due_before=wanted.due_before,
        class_key=said.get("class", ""),
        area=said.get("area", ""),
        unit=said.get("unit", ""),
        urgent=said.get("urgent") == "1",
    )


def _chosen(request: StaffRequest) -> list[tuple[UUID, int]]:
    """Return the chosen cases with the versions that were seen; what is spelled otherwise was not ours."""
    chosen = []
    for said in request.POST.getlist("case")[:MOST_AT_ONCE]:
        uid, _, seen = said.partition(":")
        if is_id(uid) and seen.isascii() and seen.isdecimal():
            chosen.append((UUID(uid), int(seen)))
    return chosen


def _called(uid: UUID, request: StaffRequest) -> str:
    """Return what a case is called, to somebody who may read it; to others nothing of it is told."""
    try:
        row = cases.case(uid)
        cases.require_readable(row, by=request.actor, at=request.at)
    except Refusal:
        return str(labels.NO_NUMBER)
    return ref_of(row)


def _after(request: StaffRequest) -> UUID | None:
    said = request.GET.get("after", "")
    return UUID(said) if is_id(said) else None


def _kept(request: StaffRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in _FILTERS if request.POST.get(name)}


def _address(path: str, said: dict[str, str]) -> str:
    return f"{path}?{urlencode(said)}" if said else path
