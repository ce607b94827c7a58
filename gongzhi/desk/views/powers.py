"""Who may do this here, and why: what the policy table, the place, the hour, papers and hands decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from gongzhi.cases import queries as cases
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.labels import POWER_STOPS
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.labels import CREDENTIAL_KINDS, NOBODY, POSTS, SCOPES, WHY
from gongzhi.people.queries import Explanation, Power, UnitRow
from gongzhi.people.rules import Grant, Matter
from gongzhi.people.states import CredentialKind, Scope
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel
from gongzhi.web.access import StaffRequest
from gongzhi.web.acts import ACTS, KINDS, kind_of
from gongzhi.web.forms import CityInstant

READ = "duty.read"
"""Everybody at work may know who is to be asked."""
READ_CASE = "case.read"
_SHOWN_LEVELS = (DivisionLevel.CITY, DivisionLevel.DISTRICT, DivisionLevel.STREET)
_Choices = list[tuple[str, Any]]


class AskForm(forms.Form):
    """An act, where and for whom, and when."""

    use_required_attribute = False
    act = forms.ChoiceField(
        label=pgettext_lazy("powers page", "办什么"),
        error_messages={
            "required": pgettext_lazy("powers page", "请选择要办的事。"),
            "invalid_choice": pgettext_lazy("powers page", "没有这件事，请另选。"),
        },
    )
    case = forms.CharField(
        label=pgettext_lazy("powers page", "哪个案件"),
        help_text=pgettext_lazy("powers page", "填案号，就按该案的地点、单位和经手人判断。"),
        max_length=60,
        required=False,
    )
    area = forms.ChoiceField(label=pgettext_lazy("powers page", "在哪里"), required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("powers page", "由哪个单位负责"), required=False)
    hour = CityInstant(
        label=pgettext_lazy("powers page", "什么时候"),
        help_text=pgettext_lazy("powers page", "不填就是现在。"),
        required=False,
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        """Fill the choices with what there is at an instant."""
        super().__init__(*args, **kwargs)
        self._of("act").choices = [("", pgettext_lazy("powers page", "请选择")), *_act_choices()]
        self._of("area").choices = [("", pgettext_lazy("powers page", "地点不限")), *_area_choices(at=at)]
        self._of("unit").choices = [("", pgettext_lazy("powers page", "单位不限")), *_unit_choices(at=at)]

    def _of(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is no choice")
        return field


class FilterForm(forms.Form):
    """Which lines of the policy table are shown."""

    use_required_attribute = False
    post = forms.ChoiceField(label=pgettext_lazy("powers page", "岗位"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("powers page", "哪方面"), required=False)
    scope = forms.ChoiceField(label=pgettext_lazy("powers page", "范围"), required=False)
    q = forms.CharField(label=pgettext_lazy("powers page", "办什么（含有文字）"), max_length=40, required=False)

    def __init__(self, *args: Any, grants: Iterable[Grant], **kwargs: Any) -> None:
        """Fill the choices with what stands in the table."""
        super().__init__(*args, **kwargs)
        posts = sorted({one.post for one in grants}, key=lambda post: list(POSTS).index(post) if post in POSTS else 99)
        every = ("", pgettext_lazy("powers page", "全部"))
        for name, choices in (
            ("post", [(post, POSTS.get(post, post)) for post in posts]),
            ("kind", list(KINDS.items())),
            ("scope", [(scope.value, SCOPES[scope]) for scope in Scope]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [every, *choices]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody whose post has the act, as the page shows them."""

    number: str
    post: str | Promise
    unit: str
    may: bool
    why: str | Promise
    stops: tuple[str | Promise, ...]
    on_behalf_of: str


@require_safe
@desk_page
def ask(request: StaffRequest) -> HttpResponse:
    """Answer who may do an act here at an hour, and why or why not."""
    people.require(request.actor, READ, Matter(), at=request.at)
    form = AskForm(request.GET if "act" in request.GET else None, at=request.at)
    found: Explanation | None = None
    if form.is_bound and form.is_valid():
        hour: datetime = form.cleaned_data["hour"] or request.at
        try:
            matter = _matter(request, form)
            found = people.explain(form.cleaned_data["act"], matter=matter, at=hour)
        except NotFound:
            form.add_error("case", str(pgettext_lazy("powers page", "没有这个案件，或您无权查看：请核对案号。")))
    said: dict[str, Any] = {"form": form}
    if found is not None:
        said |= _told(found, at=request.at)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(request, "desk/powers.html", said, status=status)


@require_safe
@desk_page
def table(request: StaffRequest) -> HttpResponse:
    """Show the policy table: which post may do what, and how far."""
    people.require(request.actor, READ, Matter(), at=request.at)
    every = people.grants()
    form = FilterForm(request.GET or None, grants=every)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    needs: dict[str, list[str | Promise]] = {}
    for act, kind in people.credential_needs():
        needs.setdefault(act, []).append(_paper(kind))
    lines = [
        {
            "post": POSTS.get(one.post, one.post),
            "kind": KINDS.get(kind_of(one.act), kind_of(one.act)),
            "act": one.act,
            "name": ACTS.get(one.act, one.act),
            "scope": SCOPES[one.scope],
            "needs": needs.get(one.act, ()),
        }
        for one in every
        if _is_wanted(one, wanted)
    ]
    lines.sort(key=lambda line: (str(line["post"]), _rank(str(line["act"])), str(line["name"])))
    return page(request, "desk/powers_table.html", {"form": form, "lines": lines, "all": len(every)})


def _matter(request: StaffRequest, form: AskForm) -> Matter:
    """Return what is asked about: a case that the reader may see, or a place and a unit. Raises: NotFound."""
    said = form.cleaned_data
    if not said["case"]:
        return Matter(area=said["area"], unit=said["unit"] or None)
    row = cases.find(said["case"].strip())
    if not people.allow(request.actor, READ_CASE, row.matter, at=request.at):
        raise NotFound(thing="case", code=said["case"])
    return row.matter


def _told(found: Explanation, *, at: datetime) -> dict[str, Any]:
    named = {one.code: _name(one) for one in people.units(at=at)}
    numbers = {one.member: one.number for one in found.powers}
    lines = [_line(one, named=named, numbers=numbers, at=at) for one in found.powers]
    separation = found.separation
    return {
        "found": found,
        "act_name": ACTS.get(found.act, found.act),
        "may": [one for one in lines if one.may],
        "may_not": [one for one in lines if not one.may],
        "nobody": NOBODY,
        "grants": [{"post": POSTS.get(one.post, one.post), "scope": SCOPES[one.scope]} for one in found.grants],
        "needs": [_paper(kind) for kind in found.needs],
        "not_after": [] if separation is None else [ACTS.get(one, one) for one in sorted(separation.not_after)],
        "is_firm": separation is not None and separation.firm,
    }


def _line(one: Power, *, named: dict[str, str], numbers: dict[UUID, str], at: datetime) -> Line:
    return Line(
        number=one.number,
        post=POSTS.get(one.post, one.post),
        unit=named.get(one.unit, one.unit),
        may=one.may,
        why=WHY[one.why],
        stops=tuple(POWER_STOPS.get(stop.code, stop.code) for stop in one.stops),
        on_behalf_of=_number(one.on_behalf_of, numbers=numbers, at=at),
    )


def _number(member: UUID | None, *, numbers: dict[UUID, str], at: datetime) -> str:
    if member is None:
        return ""
    return numbers.get(member) or people.member(member, at=at).number


def _is_wanted(one: Grant, wanted: dict[str, Any]) -> bool:
    words = str(wanted.get("q") or "").strip().lower()
    return (
        wanted.get("post") in (None, "", one.post)
        and wanted.get("kind") in (None, "", kind_of(one.act))
        and wanted.get("scope") in (None, "", one.scope.value)
        and (words in one.act or words in str(ACTS.get(one.act, one.act)).lower())
    )


def _paper(kind: str) -> str | Promise:
    return CREDENTIAL_KINDS[CredentialKind(kind)] if kind in set(CredentialKind) else kind


def _act_choices() -> _Choices:
    """Return the acts that somebody may do somewhere, by what they are about."""
    by_kind: dict[str, _Choices] = {}
    for act in sorted({one.act for one in people.grants()}):
        by_kind.setdefault(kind_of(act), []).append((act, ACTS.get(act, act)))
    return [(str(KINDS.get(kind, kind)), by_kind[kind]) for kind in sorted(by_kind, key=_rank)]


def _area_choices(*, at: datetime) -> _Choices:
    english = is_english()
    found = places.divisions(on=local_date(at, city().zone))
    return [
        (one.path, f"{'　' * _SHOWN_LEVELS.index(one.level)}{one.name_en if english else one.name_zh}")
        for one in found
        if one.level in _SHOWN_LEVELS
    ]


def _unit_choices(*, at: datetime) -> _Choices:
    return [(one.code, _name(one)) for one in people.units(at=at)]


def _name(one: UnitRow) -> str:
    return one.name_en if is_english() else one.name_zh


def _rank(act: str) -> int:
    kinds = list(KINDS)
    return kinds.index(kind_of(act)) if kind_of(act) in KINDS else len(kinds)
