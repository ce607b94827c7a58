"""A queue: what waits, what is due first on top, filtered by the address, and moves on many where that is safe."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.cases import queries as cases
from gongzhi.cases import worklists
from gongzhi.cases.worklists import Wanted
from gongzhi.desk import labels, operations
from gongzhi.desk.acts import CASE_ACTS, name_of
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.queries import (
    Names,
    SavedViewRow,
    case_line,
    line_of,
    promise_line,
    query_of,
    ref_of,
    reply_line,
    saved_views,
)
from gongzhi.desk.queues import Queue, queue
from gongzhi.desk.rules import FILTERS
from gongzhi.desk.views.home import sight_of
from gongzhi.intake import queries as intake
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.web.access import StaffRequest

LINES_ON_A_PAGE = 50
MOST_AT_ONCE = LINES_ON_A_PAGE


@require_safe
@desk_page
def show(request: StaffRequest, key: str) -> HttpResponse:
    """Show what waits in a queue."""
    return _shown(request, key)


@require_POST
@desk_page
def keep_view(request: StaffRequest, key: str) -> HttpResponse:
    """Keep the queue, filtered as the address says, under a name; what is refused is said beside the name."""
    chosen = _known(key)
    sight_of(chosen, request)
    if chosen.wanted is None:
        raise NotFound(thing="queue", code=key)
    name = request.POST.get("name", "")
    try:
        operations.keep_view(key, name=name, filters=_kept_of(request.GET), by=request.actor, at=request.at)
    except Refusal as refusal:
        return _shown(request, key, view_name=name, why_not=words_of(refusal), status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(_address(reverse("desk:queue", args=[key]), _kept_of(request.GET)))


@require_POST
@desk_page
def end_view(request: StaffRequest, view: UUID) -> HttpResponse:
    """Let a view of one's own go; the queue stays open as it was filtered."""
    ended = operations.end_view(view, by=request.actor)
    return HttpResponseRedirect(f"{reverse('desk:queue', args=[ended.queue])}?{ended.query}")


def _shown(
    request: StaffRequest, key: str, *, view_name: str = "", why_not: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    chosen = _known(key)
    names = Names(request.at, english=is_english())
    if chosen.promised:
        said = _promised(chosen, request, names)
    elif chosen.appeals:
        said = _appeals(chosen, request, names)
    else:
        said = _replies(chosen, request, names) if chosen.replies else _cases(chosen, request, names)
    kept = _kept_of(request.GET)
    address = reverse("desk:queue", args=[key])
    last = said.pop("last")
    shown = {
        **said,
        "queue": chosen,
        "has_clocks": not chosen.appeals,
        "filters": {name: request.GET.get(name, "") for name in FILTERS},
        "is_filtered": bool(kept),
        "first": _address(address, kept) if "after" in request.GET else None,
        "next": None if last is None else _address(address, {**kept, "after": str(last)}),
        "here": _address(address, kept) if request.method == "POST" else request.get_full_path(),
        "view": _view_of(chosen, kept, request),
        "view_name": view_name,
        "view_why_not": why_not,
        "query": query_of(kept),
    }
    return page(request, "desk/queue.html", shown, status=status)


def _view_of(chosen: Queue, kept: dict[str, str], request: StaffRequest) -> SavedViewRow | None:
    """Return the view that this queue, filtered so, is kept as."""
    said = (chosen.key, query_of(kept))
    return next((one for one in saved_views(request.actor) if (one.queue, one.query) == said), None) if kept else None


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
    return HttpResponseRedirect(_address(reverse("desk:queue", args=[key]), _kept_of(request.POST)))


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


def _promised(chosen: Queue, request: StaffRequest, names: Names) -> dict[str, Any]:
    rows = intake.promised_calls(sight=sight_of(chosen, request), after=_after(request), limit=LINES_ON_A_PAGE + 1)
    shown = [promise_line(report, promise, names, at=request.at) for report, promise in rows[:LINES_ON_A_PAGE]]
    return {"replies": shown, "last": shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None}


def _appeals(chosen: Queue, request: StaffRequest, names: Names) -> dict[str, Any]:
    rows = worklists.appealed(
        chosen.appeals, sight=sight_of(chosen, request), after=_after(request), limit=LINES_ON_A_PAGE + 1
    )
    shown = [case_line(one, names) for one in rows[:LINES_ON_A_PAGE]]
    return {"lines": shown, "last": shown[-1].uid if len(rows) > LINES_ON_A_PAGE else None}


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
        if is_id(uid) and seen.isascii() and seen.isdecimal() and len(seen) < 10:
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


def _kept_of(said: QueryDict) -> dict[str, str]:
    return {name: str(said[name]) for name in FILTERS if said.get(name)}


def _address(path: str, said: dict[str, str]) -> str:
    return f"{path}?{urlencode(said)}" if said else path
