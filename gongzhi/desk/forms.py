"""Forms made from the table of moves, and what came in with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, BinaryIO, cast

from django import forms
from django.http import HttpRequest, QueryDict

from gongzhi.base.words import words_of
from gongzhi.desk import labels
from gongzhi.desk.acts import Act
from gongzhi.desk.fields import FILES_SUFFIX, About, Photos
from gongzhi.desk.queries import Told
from gongzhi.evidence import operations as evidence
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Outage, Refusal
from gongzhi.web.rules import FilesSilent

SEEN, SURE = "seen", "sure"
FORM_ID = "f-%s"


class MoveForm(forms.Form):
    """What is said with a move, and the version on which it was decided."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def said(self) -> dict[str, Any]:
        """Return what was said, by the names of the operation."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (SEEN, SURE)}


@dataclass(frozen=True, slots=True)
class Received:
    """A form as it came in: its fields, with the photographs in it stored and named; and why the first was refused."""

    data: QueryDict
    why_not: str
    status: HTTPStatus = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Tried:
    """A move that was tried and not made: the form as it was typed, why not, and what others did meanwhile."""

    act: Act
    form: MoveForm
    why_not: str
    meanwhile: list[Told]
    status: HTTPStatus


def form_of(
    act: Act, about: About, *, data: QueryDict | None = None, preset: Mapping[str, str] | None = None
) -> MoveForm:
    """Return the form of a move on a thing, as a member fills it in now; `preset` fills some fields in."""
    form = MoveForm(data, auto_id=FORM_ID, initial={**(preset or {}), SEEN: about.row.version})
    for one in act.fields:
        form.fields[one.name] = one.make(about)
    if act.is_final:
        form.fields[SURE] = forms.BooleanField(label=labels.SURE)
    return form


def received(request: HttpRequest, names: list[str], *, by: Actor, at: Any) -> Received:
    """Return what came in, every photograph stored: one that came with a refused move need not be sent again."""
    data = request.POST.copy()
    why_not, status = "", HTTPStatus.CONFLICT
    for name in names:
        for sent in request.FILES.getlist(f"{name}{FILES_SUFFIX}"):
            try:
                row = evidence.store_file(
                    cast(BinaryIO, sent.file),
                    content_type_declared=sent.content_type or "",
                    name=(sent.name or "").replace("\x00", ""),
                    announced_bytes=sent.size,
                    by=by,
                    at=at,
                )
            except Refusal as fault:
                why_not = why_not or words_of(fault)
            except Outage:
                why_not, status = words_of(FilesSilent()), HTTPStatus.SERVICE_UNAVAILABLE
            else:
                data.appendlist(name, str(row.uid))
    return Received(data, why_not, status)


def photo_names(act: Act, about: About) -> list[str]:
    """Return the names of the fields of a move that take photographs."""
    return [one.name for one in act.fields if isinstance(one.make(about), Photos)]


def seen_anew(data: QueryDict, version: int) -> QueryDict:
    """Return what was typed, to be decided again on the version that is there now."""
    anew = data.copy()
    anew[SEEN] = str(version)
    return anew
