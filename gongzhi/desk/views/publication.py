"""What the public is told of each class: what we ship, what the city says, and changing it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gongzhi.base.words import words_of
from gongzhi.desk import labels
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.norms import operations as norms_operations
from gongzhi.norms import queries as norms
from gongzhi.norms.labels import PUBLICATIONS
from gongzhi.norms.states import Publication
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import NotAppointed, NotPermitted
from gongzhi.web.access import StaffRequest

PUT = "publication.put"
READ = "duty.read"
"""Everybody at work may know what the public is told."""
_DEFAULTS = (Publication.NEVER, Publication.AFTER_CLOSING, Publication.AT_ONCE)


@require_safe
@desk_page
def show(request: StaffRequest) -> HttpResponse:
    """Show what is told of each class; `class` in the address opens the form of one."""
    people.sight(request.actor, READ, at=request.at)
    return _page(request, chosen=request.GET.get("class", ""))


@require_POST
@desk_page
def put(request: StaffRequest) -> HttpResponse:
    """Let one class be told otherwise from now on."""
    key, said = request.POST.get("class", "").replace("\x00", ""), request.POST.get("publication", "")
    if said and said not in set(Publication):
        raise NotFound(thing="publication", code=said)
    seen = request.POST.get("seen", "")
    grounds = request.POST.get("grounds", "").replace("\x00", "")[:400]
    try:
        norms_operations.put_publication(
            key,
            Publication(said) if said else None,
            grounds=grounds,
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
            by=request.actor,
            at=request.at,
        )
    except (NotPermitted, NotAppointed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, chosen=key, said=said, grounds=grounds, fault=words_of(refusal))
    messages.success(request, labels.PUBLICATION_DONE)
    return HttpResponseRedirect(reverse("desk:publication"))


def _page(
    request: StaffRequest, *, chosen: str, said: str | None = None, grounds: str = "", fault: str = ""
) -> HttpResponse:
    english, at = is_english(), request.at
    otherwise = _DEFAULTS[parameter("publication_default", at=at)]
    own, shipped = norms.own_publications(), norms.shipped_publications()
    rows = [
        {
            "key": one.key,
            "code": one.code,
            "name": one.en if english else one.zh,
            "told": PUBLICATIONS[own.get(one.key, shipped.get(one.key, otherwise))],
            "is_own": one.key in own,
            "is_shipped": one.key in shipped and one.key not in own,
        }
        for one in norms.classes(on=local_date(at, city().zone))
    ]
    by_key = {str(one["key"]): one for one in rows}
    context = {
        "rows": rows,
        "otherwise": PUBLICATIONS[otherwise],
        "may_put": people.acts_of(request.actor, at=at).count(PUT) > 0,
        "chosen": by_key.get(chosen),
        "said": own.get(chosen, "") if said is None else said,
        "grounds": grounds,
        "choices": list(PUBLICATIONS.items()),
        "seen": norms.publication_edition(),
        "fault": fault,
    }
    return page(request, "desk/publication.html", context, status=HTTPStatus.CONFLICT if fault else HTTPStatus.OK)
