"""A case on one page, and every move that is made on it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.base.words import words_of
from gongzhi.cases import duplicates, openings, turns, worklists
from gongzhi.cases import queries as cases
from gongzhi.cases.labels import ACTS, CLOSING_TYPES, RETURN_GROUNDS, RETURN_OUTCOMES, SOURCES, STATES
from gongzhi.cases.openings import Opening
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import BEFORE_FILING, ENDS, CaseSource, ClosingType
from gongzhi.desk import cards, forms, labels
from gongzhi.desk.acts import CASE_ACTS, Act, name_of
from gongzhi.desk.door import desk_page, is_english, page
from gongzhi.desk.fields import About
from gongzhi.desk.forms import MoveForm, Tried
from gongzhi.desk.papers import papers_shown
from gongzhi.desk.queries import (
    Names,
    due_of,
    proof_of,
    record_of,
    ref_of,
    reports_shown,
    walk_of,
)
from gongzhi.desk.views.borders import border_shown
from gongzhi.dispatch import queries as dispatch
from gongzhi.dispatch.rules import NoResponsibleUnit
from gongzhi.intake import queries as intake
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.norms import queries as norms
from gongzhi.norms.labels import STAGES
from gongzhi.norms.rules import ConditionUnknown
from gongzhi.norms.states import Stage
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.labels import POSTS
from gongzhi.people.rules import Matter
from gongzhi.places import queries as places
from gongzhi.web import maps
from gongzhi.web.access import StaffRequest
from gongzhi.web.middleware import takes_files
from gongzhi.web.sessions import safe_next

MOST_PRECEDENTS = 5
MOST_PLACES = 8
PRECEDENTS_BEFORE = frozenset({"return", "dispatch", "decide_return", "arbitrate"})
"""Moves before which one reads how earlier disputes of this kind were ruled."""
_LIKELY = (
    *("grant_extension", "approve_hold", "accept", "verify", "confirm_verified", "file", "dispatch", "arbitrate"),
    *(
        "acknowledge",
        "confirm_result",
        "submit_result",
        "send_to_check",
        "pass_from_desk",
        "pass_check",
        "close",
        "locate",
    ),
)
"""The step that is usually next: its form is open when the page is."""
_PRESET = ("lon", "lat")
"""What the address may fill in: a place that was looked up."""
_SECOND = frozenset({"void", "not_accept", "merge", "mark_urgent", "locate", "classify", "supervise", "instruct"})
"""Moves that are possible all the time and seldom the next step."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A move as the page offers it, or with the reason why it is closed now."""

    name: str
    label: str | Promise
    why_not: str


@require_safe
@desk_page
def show(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a case; `do` in the address opens the form of a move."""
    return _page(request, _readable(request, ref))


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def move(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Make a move. What is refused comes back with everything that was typed, and with the reason."""
    row, chosen = _readable(request, ref), CASE_ACTS.get(act)
    if chosen is None:
        raise NotFound(thing="act", code=act)
    if request.method != "POST":
        return HttpResponseRedirect(f"{_address(row)}?do={act}#do")
    about = _about(row, request)
    came = forms.received(request, forms.photo_names(chosen, about), by=request.actor, at=request.at)
    form = forms.form_of(chosen, about, data=came.data)
    if came.why_not:
        return _tried(request, row, chosen, form, why_not=came.why_not, status=came.status)
    if not form.is_valid():
        return _tried(request, row, chosen, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    seen = form.cleaned_data[forms.SEEN]
    try:
        chosen.operation(row.uid, **form.said(), seen=seen, by=request.actor, at=request.at)
    except ChangedMeanwhile:
        return _changed_meanwhile(request, row, chosen, came.data, seen=seen)
    except Refusal as refusal:
        return _tried(request, cases.case(row.uid), chosen, form, why_not=words_of(refusal))
    messages.success(request, str(labels.DONE).format(act=name_of(chosen)))
    return HttpResponseRedirect(_onward(request, row))


def _changed_meanwhile(request: StaffRequest, row: CaseRow, act: Act, data: Any, *, seen: int) -> HttpResponse:
    """Show what others did meanwhile, and the form as it was typed, to be decided on the case as it is now."""
    now = _readable(request, str(row.uid))
    form = forms.form_of(act, _about(now, request), data=forms.seen_anew(data, now.version))
    meanwhile = record_of(now.stream, Names(request.at, english=is_english()), after=seen)
    return _page(request, now, Tried(act, form, "", meanwhile, HTTPStatus.CONFLICT))


def _tried(
    request: StaffRequest,
    row: CaseRow,
    act: Act,
    form: MoveForm,
    *,
    why_not: str = "",
    status: HTTPStatus = HTTPStatus.CONFLICT,
) -> HttpResponse:
    return _page(request, row, Tried(act, form, why_not, [], status))


def _onward(request: StaffRequest, row: CaseRow) -> str:
    """Return where the member goes on: to the list they came from, to the case, or home where it is theirs no more."""
    back = safe_next(request, request.POST.get("next"))
    if back is not None:
        return back
    try:
        cases.require_readable(cases.case(row.uid), by=request.actor, at=request.at)
    except Refusal:
        return reverse("desk:home")
    return _address(cases.case(row.uid))


def _readable(request: StaffRequest, ref: str) -> CaseRow:
    """Return a case that the member may read. Raises: NotFound, NotAppointed, NotPermitted."""
    row = cases.find(ref)
    cases.require_readable(row, by=request.actor, at=request.at)
    return row


def _address(row: CaseRow) -> str:
    return reverse("desk:case", args=[ref_of(row)])


def _about(row: CaseRow, request: StaffRequest) -> About:
    return About(row, request.actor, request.at, is_english())


def _page(request: StaffRequest, row: CaseRow, tried: Tried | None = None) -> HttpResponse:
    by, at = request.actor, request.at
    names = Names(at, english=is_english())
    opened = openings.openings(row, by=by, at=at)
    act, form = _open_form(request, row, opened, tried)
    running = worklists.standing(row.uid, at=at)
    stage = None if running.waiting is None else running.waiting.stage
    said = {
        "case": row,
        "ref": ref_of(row),
        "what": names.what(row.class_key),
        "where": names.where(row.area),
        "state": STATES[row.state],
        "source": SOURCES[CaseSource(row.source)],
        "condition": _condition(row),
        "unit": names.unit(row.unit_code),
        "stage": None if stage is None else STAGES[Stage(stage.stage)],
        "holder": "" if stage is None else POSTS.get(stage.holder_post, stage.holder_post),
        "holder_unit": "" if stage is None else names.unit(stage.holder_unit),
        "stage_due": None if running.waiting is None else due_of(running.waiting.stage.due_at, running.waiting.left),
        "disposal_due": due_of(row.due_at, running.disposal, provisional=row.due_provisional),
        "walk": walk_of(row) if row.clock_from_at is not None else None,
        "closing": CLOSING_TYPES[ClosingType(row.closing_type)] if row.closing_type else None,
        "returns": _returns(row, names),
        "proof": proof_of(row, by=by, at=at),
        "choices": _choices(opened),
        "act": act,
        "act_name": None if act is None else name_of(act),
        "form": form,
        "tried": tried,
        "next": safe_next(request, request.POST.get("next") or request.GET.get("next")) or "",
        "precedents": _precedents(row, request, names) if act is not None and act.name in PRECEDENTS_BEFORE else [],
        "suggestion": _suggestion(row, request, names) if act is not None and act.name == "dispatch" else "",
        "place": request.GET.get("place", ""),
        "places": _places(request, names) if act is not None and act.name == "locate" else None,
        **_near(row, request, names),
        "frame": maps.frame(),
        "picks_place": act is not None and act.name == "locate",
        "border": border_shown(row, request, names),
        "reports": _reports(row, request, names),
        "papers": papers_shown(row, request),
        "has_card": cards.can_be_made(row, at=at),
        "record": record_of(row.stream, names),
    }
    return page(request, "desk/case.html", said, status=HTTPStatus.OK if tried is None else tried.status)


def _open_form(
    request: StaffRequest, row: CaseRow, opened: list[Opening], tried: Tried | None
) -> tuple[Act | None, MoveForm | None]:
    """Return the move whose form is open: the one that was tried, the one in the address, or the likely next one."""
    if tried is not None:
        return tried.act, tried.form
    possible = [one.move.act for one in opened if one.refusal is None and one.move.act in CASE_ACTS]
    wanted = request.GET.get("do", "")
    if wanted not in possible:
        likely = [one for one in _LIKELY if one in possible]
        wanted = likely[0] if likely else ""
    if not wanted:
        return None, None
    act = CASE_ACTS[wanted]
    preset = {name: request.GET[name] for name in _PRESET if name in request.GET}
    return act, forms.form_of(act, _about(row, request), preset=preset)


def _choices(opened: list[Opening]) -> list[Choice]:
    known = [one for one in opened if one.move.act in CASE_ACTS]
    return [
        Choice(
            name=one.move.act,
            label=ACTS[one.move.act],
            why_not="" if one.refusal is None else words_of(one.refusal),
        )
        for one in sorted(known, key=lambda one: one.move.act in _SECOND)
    ]


def _places(request: StaffRequest, names: Names) -> list[dict[str, Any]]:
    """Return the places that answer to the words in the address, each with its point: to locate without a map."""
    words = request.GET.get("place", "")
    if not says_something(words):
        return []
    found = places.search(words, on=local_date(request.at, city().zone), most=MOST_PLACES)
    return [
        {
            "name": one.name,
            "where": names.where(one.within),
            "lon": f"{one.point.lon:.6f}",
            "lat": f"{one.point.lat:.6f}",
        }
        for one in found
        if one.point is not None
    ]


def _condition(row: CaseRow) -> dict[str, str] | None:
    if not row.condition_code or row.filed_at is None:
        return None
    try:
        found = norms.filing_condition(row.condition_code, on=local_date(row.filed_at, city().zone))
    except ConditionUnknown:
        return None
    english = is_english()
    return {
        "text": labels.condition_text(found, english=english),
        "closing": found.closing_en if english else found.closing_zh,
    }


def _returns(row: CaseRow, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "unit": names.unit(one.unit),
            "ground": RETURN_GROUNDS[one.ground],
            "proposed": names.unit(one.proposed_unit),
            "at": one.returned_at,
            "outcome": RETURN_OUTCOMES[one.outcome],
        }
        for one in turns.returns(row.uid)
    ]


def _precedents(row: CaseRow, request: StaffRequest, names: Names) -> list[dict[str, Any]]:
    """Return how earlier disputes about such matters in this district were ruled, for those who may read it."""
    if not row.class_key or not people.allow(request.actor, "precedent.read", Matter(), at=request.at):
        return []
    district = "/".join(row.area.split("/")[:2])
    found = dispatch.precedents(class_key=row.class_key, area=district or None, at=request.at, limit=MOST_PRECEDENTS)
    return [
        {
            "number": one.number,
            "where": names.where(one.area),
            "units": " · ".join(names.unit(code) for code in one.units),
            "unit": names.unit(one.unit_code),
            "grounds": one.grounds or "",
            "at": one.decided_at,
        }
        for one in found
    ]


def _suggestion(row: CaseRow, request: StaffRequest, names: Names) -> str:
    try:
        found = dispatch.suggest(row.uid, at=request.at)
    except NoResponsibleUnit as refusal:
        return words_of(refusal)
    return str(labels.SUGGESTED).format(unit=names.unit(found.unit_code), because=_because(found, names))


def _because(found: dispatch.Suggestion, names: Names) -> str:
    """Return in words why a unit answers: for where the case lies and what it is, as the rule of the city says."""
    rule = next((one for one in dispatch.all_rules() if found.by == "rule" and one.code == found.source), None)
    if rule is None:
        return str(labels.SUGGESTED_BY[found.by]).format(source=found.source)
    where = [names.where(rule.area)] if rule.area else []
    prefix = rule.class_prefix
    what = [dict(names.classes()).get(prefix, prefix.rpartition("|")[2])] if prefix else []
    return str(labels.SUGGESTED_BY["rule"]).format(source=" · ".join(map(str, [*where, *what])) or rule.code)


def _near(row: CaseRow, request: StaffRequest, names: Names) -> dict[str, list[dict[str, Any]]]:
    """Return the cases of the class near this one: before it is filed likely duplicates, later those still open."""
    if row.point is None or not row.class_key:
        return {"duplicates": [], "near_open": []}
    sight = people.sight(request.actor, cases.READ, at=request.at)
    found = duplicates.candidates(row.point, class_key=row.class_key, at=row.reported_at, besides=row.uid, sight=sight)
    if row.state in BEFORE_FILING:
        return {"duplicates": candidates_shown(found, names), "near_open": []}
    return {"duplicates": [], "near_open": candidates_shown([one for one in found if one.state not in ENDS], names)}


def candidates_shown(found: list[duplicates.Candidate], names: Names) -> list[dict[str, Any]]:
    """Return cases that may be about the same thing, in words."""
    return [
        {
            "ref": one.number or str(one.uid),
            "number": one.number or labels.NO_NUMBER,
            "state": STATES[one.state],
            "where": names.where(one.area),
            "unit": names.unit(one.unit_code),
            "at": one.reported_at,
            "distance_m": round(one.distance_m),
            "lon": "" if one.point is None else f"{one.point.lon:.6f}",
            "lat": "" if one.point is None else f"{one.point.lat:.6f}",
        }
        for one in found
    ]


def _reports(row: CaseRow, request: StaffRequest, names: Names) -> list[Any]:
    """Return the reports behind a case, for those who may read reports at all."""
    if not people.allow(request.actor, "report.read", cases.matters_of([row.uid])[row.uid], at=request.at):
        return []
    return reports_shown(intake.reports_of(row.uid), names, by=request.actor, at=request.at)
