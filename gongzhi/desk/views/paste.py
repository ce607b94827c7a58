"""The paste door: what somebody wrote in a chat becomes a form that a member confirms. Nothing is sent before that."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from gongzhi.desk import fields, forms, labels
from gongzhi.desk.door import desk_page, page
from gongzhi.desk.rules import LONGEST_PASTE, read_chat
from gongzhi.desk.views.calls import CallForm, classes_of, form_page
from gongzhi.intake.rules import ENTER
from gongzhi.intake.states import Channel
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.text import says_something
from gongzhi.people import queries as people
from gongzhi.web.access import StaffRequest
from gongzhi.web.middleware import takes_files


class PasteForm(django_forms.Form):
    """What was copied from a chat: its words, its pictures, or both."""

    pasted = django_forms.CharField(
        label=labels.PASTED,
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        widget=django_forms.Textarea(attrs={"rows": 12}),
    )
    photos = fields.Photos(label=labels.PHOTOS, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a form with nothing in it."""
        said = super().clean() or {}
        if not says_something(said.get("pasted", "")) and not said.get("photos") and not self.errors:
            self.add_error("pasted", str(labels.NOTHING_PASTED))
        return said


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def take(request: StaffRequest) -> HttpResponse:
    """Read a pasted conversation into the form for a call; the pictures are stored, the report is not made yet."""
    people.sight(request.actor, ENTER, at=request.at)
    if request.method != "POST":
        return page(request, "desk/paste.html", {"form": PasteForm(auto_id=forms.FORM_ID)})
    came = forms.received(request, ["photos"], by=request.actor, at=request.at)
    form = PasteForm(came.data, auto_id=forms.FORM_ID)
    if came.why_not:
        return page(request, "desk/paste.html", {"form": form, "why_not": came.why_not}, status=came.status)
    if not form.is_valid():
        return page(request, "desk/paste.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    pasted = form.cleaned_data["pasted"]
    suggested = {**_suggested(pasted), "pasted": pasted, "photos": came.data.getlist("photos")}
    filled = CallForm(about=classes_of(request), initial={"key": str(new_id()), "channel": Channel.CHAT, **suggested})
    # Nobody has confirmed the number yet, so nobody's earlier reports are looked up by it.
    return form_page(request, filled, said={**suggested, "phone": ""})


def _suggested(pasted: str) -> dict[str, Any]:
    """Return the fields of the form as the conversation fills them in."""
    chat = read_chat(pasted)
    point = chat.point
    return {
        "text": chat.text,
        "phone": chat.phone,
        "name": chat.name,
        "address": chat.address,
        "lon": "" if point is None else f"{point.lon:.6f}",
        "lat": "" if point is None else f"{point.lat:.6f}",
    }
