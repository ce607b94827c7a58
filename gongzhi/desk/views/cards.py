"""The card of a closed case, to be downloaded by whoever may read the case. Nothing changes by it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from gongzhi.cases import queries as cases
from gongzhi.desk import cards
from gongzhi.desk.door import desk_page, is_english
from gongzhi.desk.queries import Names, ref_of
from gongzhi.web.access import StaffRequest


@require_safe
@desk_page
def download(request: StaffRequest, ref: str) -> HttpResponse:
    """Send the card as a picture."""
    row = cases.find(ref)
    cases.require_readable(row, by=request.actor, at=request.at)
    card = cards.card_of(row, Names(request.at, english=is_english()), at=request.at)
    answer = HttpResponse(cards.drawn(card), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{ref_of(row)}.png"'
    return answer
