"""A case near a border, on its page: who sees it, who received it first and acts, to whom it counts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.desk import labels
from gongzhi.desk.door import desk_page
from gongzhi.desk.queries import Names, ref_of
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.places.labels import BORDER_STATES
from gongzhi.places.lifecycle import BORDER
from gongzhi.places.states import BorderState
from gongzhi.web.access import StaffRequest

_ACTS = ("receive", "settle")


def border_shown(row: CaseRow, request: StaffRequest, names: Names) -> dict[str, Any] | None:
    """Return what a case page says of a border; None where the position is exact enough, or nobody there is asked."""
    found = places.border_of(row.stream)
    if found is None:
        return None
    return {
        "uid": found.uid,
        "version": found.version,
        "state": BORDER_STATES[found.state],
        "error_m": found.error_m,
        "areas": [{"name": names.where(one.area), "received_at": one.received_at} for one in found.areas],
        "acting": names.where(found.acting) if found.acting else "",
        "counts_to": names.where(found.counts_to) if found.counts_to else "",
        "may_receive": _areas_for("receive", found, request, names),
        "may_settle": _areas_for("settle", found, request, names),
    }


@require_POST
@desk_page
def act(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Receive a case near a border for a division, or rule to which it counts."""
    row = cases.find(ref)
    cases.require_readable(row, by=request.actor, at=request.at)
    found = places.border_of(row.stream)
    if found is None or act not in _ACTS:
        raise NotFound(thing="border", code=ref)
    seen = request.POST.get("seen", "")
    given: dict[str, Any] = {
        "area": request.POST.get("area", "").replace("\x00", ""),
        "seen": int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
        "by": request.actor,
        "at": request.at,
    }
    if act == "receive":
        ground.receive(found.uid, **given)
    else:
        ground.settle(found.uid, grounds=request.POST.get("grounds", "").replace("\x00", ""), **given)
    messages.success(request, labels.BORDER_DONE)
    return HttpResponseRedirect(reverse("desk:case", args=[ref_of(row)]))


def _areas_for(
    act: str, found: places.BorderRow, request: StaffRequest, names: Names
) -> list[tuple[str, str | Promise]]:
    """Return the divisions for which the reader may do this now, each with its name."""
    if found.state not in _open_states(act):
        return []
    asked = [one.area for one in found.areas]
    if act == "settle":
        asked = asked if any(_may(act, area, request) for area in asked) else []
    else:
        asked = [area for area in asked if _may(act, area, request)]
    return [(area, names.where(area)) for area in asked]


def _open_states(act: str) -> set[BorderState]:
    return {BorderState(state) for move in BORDER.moves if move.act == act for state in move.sources}


def _may(act: str, area: str, request: StaffRequest) -> bool:
    return people.allow(request.actor, f"border.{act}", Matter(area=area), at=request.at)
