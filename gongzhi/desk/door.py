"""What every page of this door shares: who stands there, the city's clocks, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from gongzhi.accountability.lifecycle import ENTRUST, READ
from gongzhi.base.words import words_of
from gongzhi.desk.queries import SavedViewRow, saved_views
from gongzhi.desk.queues import Queue, queues_of
from gongzhi.handovers.lifecycle import READ as HANDOVERS
from gongzhi.intake.rules import ENTER
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound, Outage, Refusal
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import NotAppointed, NotPermitted
from gongzhi.places.rules.codes import READ_CODES
from gongzhi.web.access import StaffRequest, staff_page
from gongzhi.web.rules import FilesSilent

View = Callable[..., HttpResponseBase]


class Decided(TypedDict):
    """What every change of something that was read needs: the version it was decided on, by whom, and when."""

    seen: int
    by: Actor
    at: Any


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a member may go from here, for the head of every page; with each queue the views they keep of it."""

    queues: list[tuple[Queue, list[SavedViewRow]]]
    takes_calls: bool
    hands_over: bool
    searches: bool
    hears_complaints: bool
    keeps_codes: bool


def desk_page(view: View) -> Callable[..., HttpResponseBase]:
    """Return a view as a page of this door: for members in a post, on the city's clocks, with refusals in words.

    Whoever may not see a thing is told the same as for a thing that does not exist.
    """

    @wraps(view)
    def shown(request: StaffRequest, *given: Any, **named: Any) -> HttpResponseBase:
        with timezone.override(city().zone):
            try:
                return view(request, *given, **named)
            except (NotPermitted, NotAppointed, NotFound):
                return page(request, "desk/closed.html", {}, status=HTTPStatus.FORBIDDEN)
            except Refusal as refusal:
                return page(request, "desk/refused.html", {"words": words_of(refusal)}, status=HTTPStatus.CONFLICT)
            except Outage:
                silent = {"words": words_of(FilesSilent())}
                return page(request, "desk/refused.html", silent, status=HTTPStatus.SERVICE_UNAVAILABLE)

    answer: Callable[..., HttpResponseBase] = staff_page(shown)
    return answer


def page(
    request: StaffRequest, template: str, said: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Return a page with its head: who stands here, and the queues of their post."""
    return render(request, template, {**said, "desk": _desk(request), "at": request.at}, status=status.value)


def fragment(request: HttpRequest, template: str, said: dict[str, Any]) -> HttpResponse:
    """Return a part of a page, without its head."""
    return render(request, template, said)


def is_english() -> bool:
    """Whether the reader reads English; everybody else reads Chinese."""
    return get_language() == "en"


def _desk(request: StaffRequest) -> Desk:
    acts, views = frozenset(people.acts_of(request.actor, at=request.at)), saved_views(request.actor)
    return Desk(
        queues=[(one, [view for view in views if view.queue == one.key]) for one in queues_of(acts)],
        takes_calls=ENTER in acts,
        hands_over=HANDOVERS in acts,
        searches="case.read" in acts,
        hears_complaints=bool({READ, ENTRUST} & acts),
        keeps_codes=READ_CODES in acts,
    )
