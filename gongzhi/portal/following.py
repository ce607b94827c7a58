"""Following a report with its number and query code: how it stands, and what its reporter may still do.

After the code was right, a signed cookie of this browser opens the report for some hours: the code itself stands in no
address and in no cookie. What was typed when the cookie had run out is kept over asking for the code again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CLOSINGS, CaseState
from gongzhi.evidence.queries import claim_code
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.labels import OBJECTION_STATES, SATISFACTION, STATES
from gongzhi.intake.lifecycle import REPORT
from gongzhi.intake.queries import Followed
from gongzhi.intake.rules import CODE_HOLDER, GivenFile, TooManyFiles, require_text
from gongzhi.intake.states import ReportState
from gongzhi.kernel.clock import local_date, wall_clock
from gongzhi.kernel.ids import is_id, new_id
from gongzhi.kernel.refusals import NotFound, Outage, Refusal
from gongzhi.parameters.queries import city, parameter
from gongzhi.portal import labels, matters, telling
from gongzhi.portal.names import Named, Names, unit_names
from gongzhi.portal.page import Fault, fault_of, filled, reads_english, show, told, told_as_page, typed
from gongzhi.portal.rules import NotSure
from gongzhi.web import operations as web
from gongzhi.web.door import sender_of
from gongzhi.web.middleware import takes_files
from gongzhi.web.operations import Upload

COOKIE = "followed"
_SALT = "gongzhi.followed"
_LASTS_S = 12 * 3600
_DONE = (ReportState.ANSWERED, ReportState.SETTLED)


@dataclass(frozen=True, slots=True)
class Said:
    """What a reporter typed for one of their turns."""

    turn: str = ""
    words: str = ""
    result: int | None = None
    service: int | None = None
    case: str = ""
    seen: int = 0
    sure: bool = False
    photos: Sequence[UploadedFile] = field(default_factory=tuple)


@require_http_methods(["GET", "HEAD", "POST"])
@told_as_page
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and query code, and open the report for this browser."""
    at = wall_clock()
    if request.method != "POST":
        return _ask(request, at=at, number=request.GET.get("number", ""))
    number, code = typed(request, "number").strip(), typed(request, "code").strip()
    try:
        row = web.held_by_code(number, code=code, sender=sender_of(request), at=at)
    except NotFound as refused:
        fault = Fault("number", str(labels.FOLLOW_UNKNOWN), fault_of("number", refused).status)
        return _ask(request, at=at, number=number, faults=[fault], kept=_said(request, request.POST.get("turn", "")))
    except Refusal as refused:
        faults = [fault_of("number", refused)]
        return _ask(request, at=at, number=number, faults=faults, kept=_said(request, request.POST.get("turn", "")))
    kept = _said(request, request.POST.get("turn", ""))
    answer = _report_page(request, row.uid, at=at, tried=kept) if kept.turn else redirect("followed")
    answer.set_cookie(
        COOKIE,
        signing.dumps(str(row.uid), salt=_SALT),
        max_age=_LASTS_S,
        path=reverse("follow"),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


@require_safe
@told_as_page
def followed(request: HttpRequest) -> HttpResponse:
    """Show how far the report of this browser is."""
    at, report = wall_clock(), _opened(request)
    return redirect("follow") if report is None else _report_page(request, report, at=at)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the report in this browser, for the next person at it."""
    answer = redirect("follow")
    answer.delete_cookie(COOKIE, path=reverse("follow"))
    return answer


@takes_files
@require_POST
@told_as_page
def take_turn(request: HttpRequest, turn: str) -> HttpResponse:
    """Add to the report, take it back, rate the answer, say that it is not solved, or object."""
    if turn not in _TURNS:
        raise Http404
    at, report, said = wall_clock(), _opened(request), _said(request, turn)
    if report is None:
        return _ask(request, at=at, kept=said, status=403)
    try:
        _TURNS[turn](request, report, said, at)
    except (Refusal, Outage) as refused:
        return _report_page(request, report, at=at, faults=[fault_of(turn, refused)], tried=said)
    return redirect(f"{reverse('followed')}?done={turn}")


def _supplement(request: HttpRequest, report: UUID, said: Said, at: datetime) -> None:
    _require_takeable(report, said, at=at)
    files = [_kept_photo(one, sender=sender_of(request), at=at) for one in said.photos]
    intake.supplement_report(report, words=said.words, files=files, seen=None, by=CODE_HOLDER, at=at)


def _require_takeable(report: UUID, said: Said, *, at: datetime) -> None:
    """Refuse what would be refused anyway before any photograph is taken in and counted.

    Raises: MoveNotAllowed, TextTooLong, TextUnreadable, TooManyFiles.
    """
    REPORT.check(queries.report(report).state, "supplement")
    require_text("text", said.words, limit=parameter("report_text_limit", at=at))
    most = parameter("report_files_limit", at=at)
    if len(said.photos) > most:
        raise TooManyFiles(most=most, found=len(said.photos))


def _withdraw(request: HttpRequest, report: UUID, said: Said, at: datetime) -> None:
    if not said.sure:
        raise NotSure
    intake.withdraw_report(report, words=said.words, seen=said.seen, by=CODE_HOLDER, at=at)


def _rate(request: HttpRequest, report: UUID, said: Said, at: datetime) -> None:
    intake.rate_report(report, result=said.result, service=said.service, words=said.words, by=CODE_HOLDER, at=at)


def _reopen(request: HttpRequest, report: UUID, said: Said, at: datetime) -> None:
    intake.reopen_report(report, grounds=said.words, seen=said.seen, by=CODE_HOLDER, at=at)


def _object(request: HttpRequest, report: UUID, said: Said, at: datetime) -> None:
    case = UUID(said.case) if is_id(said.case) else new_id()
    intake.object_to_refusal(report, case_id=case, grounds=said.words, seen=said.seen, by=CODE_HOLDER, at=at)


_TURNS: dict[str, Callable[[HttpRequest, UUID, Said, datetime], None]] = {
    "supplement": _supplement,
    "withdraw": _withdraw,
    "rate": _rate,
    "reopen": _reopen,
    "object": _object,
}


def _kept_photo(sent: UploadedFile, *, sender: str, at: datetime) -> GivenFile:
    upload = Upload(
        stream=cast(BinaryIO, sent.file),
        content_type=sent.content_type or "",
        name=(sent.name or "").replace("\x00", ""),
        size_bytes=sent.size or 0,
    )
    row = web.store_file_of_citizen(upload, key=None, sender=sender, at=at)
    return GivenFile(row.uid, claim_code(row.uid))


def _ask(
    request: HttpRequest,
    *,
    at: datetime,
    number: str = "",
    faults: Sequence[Fault] = (),
    kept: Said | None = None,
    status: int | None = None,
) -> HttpResponse:
    context = {"page": "follow", "number": number, "kept": kept if kept and kept.turn else None}
    return show(request, "portal/follow.html", context, at=at, faults=faults, status=status)


def _report_page(
    request: HttpRequest, report: UUID, *, at: datetime, faults: Sequence[Fault] = (), tried: Said | None = None
) -> HttpResponse:
    row = queries.report(report)
    found = queries.follow(row.number, code=queries.code_of(row.uid))
    units, names, english = unit_names(at=at), Names(local_date(at, city().zone)), reads_english()
    is_rated = found.rating is not None and found.rating.round == row.round
    objected = {one.case for one in found.objections}
    due = told(found.reply_due_at)
    is_late = found.reply_due_at is not None and at > found.reply_due_at
    context = {
        "page": "follow",
        "found": found,
        "state": STATES[found.state],
        "received": told(found.received_at),
        "reply_due": due and filled(labels.REPLY_OVERDUE if is_late else labels.REPLY_DUE, due=due["said"]),
        "reply_late": is_late,
        "is_open": found.state is ReportState.RECEIVED,
        "timeline": _timeline(found, at=at, units=units),
        "cases": [_shown(one, found, units=units, names=names, at=at, english=english) for one in found.cases],
        "may": {
            "supplement": found.state is ReportState.RECEIVED,
            "withdraw": found.state is ReportState.RECEIVED,
            "rate": found.state in _DONE and not is_rated,
            "reopen": found.state in _DONE and any(one.state in CLOSINGS for one in found.cases),
        },
        "refused": [
            {"uid": one.uid, "why": found.not_accepted_because.get(one.uid, "")}
            for one in found.cases
            if one.state is CaseState.NOT_ACCEPTED and one.uid not in objected
        ],
        "objections": [
            {"state": OBJECTION_STATES[one.state], "decision": one.decision or ""} for one in found.objections
        ],
        "scale": [(one.value, words) for one, words in reversed(SATISFACTION.items())],
        "rated": found.rating
        and {"result": _satisfied(found.rating.result), "service": _satisfied(found.rating.service)},
        "typed": tried or Said(),
        "done": labels.TURNS_DONE.get(request.GET.get("done", "")) if not faults else None,
    }
    answer = show(request, "portal/followed.html", context, at=at, faults=faults)
    answer["Cache-Control"] = "no-store"
    return answer


def _timeline(found: Followed, *, at: datetime, units: dict[str, Named]) -> list[telling.Event]:
    events = [telling.event("received", found.received_at)]
    events += [telling.event("supplement", when) for when, _ in queries.supplements_of(found.uid)]
    for case in found.cases:
        events += telling.events_of_case(case, units=units)
    events += [telling.event("answered", one.sent_at) for one in queries.replies_of(found.uid) if one.sent_at]
    events += [telling.event("rated", one.at) for one in queries.ratings_of(found.uid) if one.through == "reporter"]
    for one in found.objections:
        events.append(telling.event("objection", one.made_at))
        if one.decided_at is not None:
            events.append(telling.event("objection_decided", one.decided_at))
    row = queries.report(found.uid)
    if row.state is ReportState.WITHDRAWN and row.ended_at is not None:
        events.append(telling.event("withdrawn", row.ended_at))
    return telling.in_order(events)


def _shown(
    case: CaseRow, found: Followed, *, units: dict[str, Named], names: Names, at: datetime, english: bool
) -> dict[str, object]:
    what = names.of_class(case.class_key)
    pictures = [
        {"src": telling.picture_address(one.uid), "is_after": one.is_after} for one in matters.released_pictures(case)
    ]
    return {
        "what": what.said(english=english) if what else labels.CLASS_UNKNOWN,
        "number": case.number or labels.NO_NUMBER,
        "stands": telling.stands(case, units=units),
        "deadline": telling.deadline(case, units=units, at=at),
        "why_not": found.not_accepted_because.get(case.uid, ""),
        "pictures": pictures,
    }


def _satisfied(value: int | None) -> str:
    return next((str(words) for one, words in SATISFACTION.items() if one.value == value), "")


def _opened(request: HttpRequest) -> UUID | None:
    """Return the report that this browser opened with its code; None where it did not, or too long ago."""
    try:
        return UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LASTS_S))
    except signing.BadSignature:
        return None


def _said(request: HttpRequest, turn: str) -> Said:
    def number(name: str) -> int | None:
        said = request.POST.get(name, "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None

    return Said(
        turn=turn if turn in _TURNS else "",
        words=typed(request, "words"),
        result=number("result"),
        service=number("service"),
        case=typed(request, "case"),
        seen=number("seen") or 0,
        sure=request.POST.get("sure") == "yes",
        photos=request.FILES.getlist("photos"),
    )
