"""The first page of a post: its queues, and how much waits in each."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from gongzhi.cases import worklists
from gongzhi.desk.door import desk_page, page
from gongzhi.desk.queues import Queue, queues_of
from gongzhi.handovers import queries as handovers
from gongzhi.intake import queries as intake
from gongzhi.people import queries as people
from gongzhi.people.rules import NotPermitted, Sight
from gongzhi.web.access import StaffRequest

MOST_COUNTED = 99


@require_safe
@desk_page
def home(request: StaffRequest) -> HttpResponse:
    """Show the queues of the post, each with how much waits there."""
    found = queues_of(people.acts_of(request.actor, at=request.at))
    waiting = [{"queue": one, "count": _count(one, request)} for one in found]
    untaken = handovers.untaken(by=request.actor, at=request.at)
    return page(request, "desk/home.html", {"waiting": waiting, "untaken": untaken})


def _count(queue: Queue, request: StaffRequest) -> str:
    sight = sight_of(queue, request)
    if queue.promised:
        found = intake.promised_calls_count(sight=sight, most=MOST_COUNTED)
    elif queue.appeals:
        found = worklists.appealed_count(queue.appeals, sight=sight, most=MOST_COUNTED)
    elif queue.replies:
        found = intake.replies_count(sight=sight, states=queue.replies, most=MOST_COUNTED)
    else:
        found = worklists.count(queue.wanted_at(request.at), sight=sight, most=MOST_COUNTED)
    return str(found) if found <= MOST_COUNTED else f"{MOST_COUNTED}+"


def sight_of(queue: Queue, request: StaffRequest) -> Sight:
    """Return how far a queue reaches for a member: as far as the first of its powers that the post has.

    Raises: NotAppointed, NotPermitted.
    """
    held = set(people.acts_of(request.actor, at=request.at))
    for act in queue.acts:
        if act in held:
            return people.sight(request.actor, act, at=request.at)
    raise NotPermitted(act=queue.acts[0], post=request.actor.post)
