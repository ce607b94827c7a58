"""Neighbours' work sheets: taken in once, made ours or returned, followed until the neighbour is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import RepeatedKeyOtherContent, earlier_answer, keep_answer, one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import AFTER_FILING
from gongzhi.intake import facts, rules
from gongzhi.intake.lifecycle import SHEET
from gongzhi.intake.models import Report, Sheet, SheetMessage, SheetSending
from gongzhi.intake.operations.receiving import open_anew, take_in
from gongzhi.intake.operations.replies import decide_reply_extension
from gongzhi.intake.operations.reporter_turns import neighbours_rating, void_with_its_report
from gongzhi.intake.operations.sheet_messages import tell, tell_of_report
from gongzhi.intake.operations.steps import (
    case_ids_of,
    cases_have_ended,
    drop_reply,
    followed,
    lock_reports_of,
    locked,
    outer_due,
    reply_of,
    require_seen,
    set_outer_date,
    step_of,
    take_up_again,
    work_days_after,
)
from gongzhi.intake.queries import acting_matter, code_of
from gongzhi.intake.queries.sheets import SheetView, sheet_view
from gongzhi.intake.rules import Contact, Draft, GivenPlace, SheetFacts, WorkSheet
from gongzhi.intake.rules.sheets import FROM_NEIGHBOURS, POLICE, channel_of, content_of, require_news, told
from gongzhi.intake.states import (
    Channel,
    ReportKind,
    ReportState,
    SheetMessageKind,
    SheetMessageState,
    SheetState,
)
from gongzhi.kernel.actor import TIMER, Actor, ActorKind
from gongzhi.kernel.clock import local_date, utc_text
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import Step
from gongzhi.kernel.refusals import Conflict, NotFound
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.people.states import Post

_KEPT_OF_A_SHEET = ("channel", "query_code", "district", "street", "community", "lead_unit", "support_units")
_LONGEST_WORDS = 4000
_DONE = frozenset({ReportState.ANSWERED, ReportState.SETTLED})


@dataclass(frozen=True, slots=True)
class SheetReceipt:
    """What a neighbour gets: its number and ours, how far the work sheet is, and whether it said the same before."""

    sheet: UUID
    sheet_no: str
    version: int
    state: SheetState
    report_number: str
    query_code: str
    repeated: bool


def neighbour_actor(neighbour: str) -> Actor:
    """Return the machine that stands for a neighbour in the record."""
    return Actor(id=f"neighbour:{neighbour}"[:40], kind=ActorKind.MACHINE, post=Post.MACHINE)


@one_change
def take_message(said: WorkSheet, *, neighbour: str, by: Actor, at: datetime) -> SheetReceipt:
    """Take what a neighbour says about a work sheet: a new one, a change, an answer, a call-back, its end.

    The same message again gets the same answer; another content under the same number and version is refused.

    Raises: SheetMessageNotOurs, SheetRepeatedOtherContent, SheetEditionOld, SheetUnknown, MoveNotAllowed, NotPermitted,
        and what receiving a report refuses.
    """
    if said.message not in FROM_NEIGHBOURS:
        raise rules.SheetMessageNotOurs(message=said.message.value)
    known = Sheet.objects.filter(neighbour=neighbour, sheet_no=said.sheet_no).select_related("report").first()
    if known is None and said.message is not SheetMessageKind.CREATE:
        raise rules.SheetUnknown(sheet=said.sheet_no, neighbour=neighbour)
    if known is not None:
        people.require(by, "sheet.receive", Matter(area=known.report.area), at=at)
    key = f"{said.message.value}:{said.sheet_no}:{said.version}"
    digest = keyed_digest(content_of(said), purpose="work-sheet")
    earlier = _earlier(said, key=key, neighbour=neighbour, digest=digest)
    if earlier is not None:
        return earlier
    uid = new_id() if known is None else known.uid
    source = _source(neighbour)
    try:
        keep_answer(source=source, key=key, content_digest=digest, answer=str(uid), at=at)
    except Conflict:
        earlier = _earlier(said, key=key, neighbour=neighbour, digest=digest)
        if earlier is None:
            raise
        return earlier
    if known is None:
        return _receipt(_received(said, uid=uid, neighbour=neighbour, by=by, at=at), repeated=False)
    row = locked(known.report_id)
    sheet = _locked_sheet(known.uid)
    require_news(said.version, known=sheet.edition, sheet_no=said.sheet_no)
    sheet.edition = said.version
    _TAKEN[said.message](sheet, row, said, by, at)
    return _receipt(sheet, repeated=False)


@one_change
def acknowledge_sheet(sheet_id: UUID, *, seen: int, by: Actor, at: datetime) -> SheetView:
    """Say that a work sheet is ours. One that the police follow makes its case urgent, under their number.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted.
    """
    row, sheet = _row_and_sheet(sheet_id)
    step = _sheet_step(sheet, row, "acknowledge", seen=seen, by=by, at=at)
    sheet.acknowledged_at = at
    late = sheet.acknowledge_due_at is not None and at > sheet.acknowledge_due_at
    sheet.acknowledged_late = sheet.acknowledged_late or late
    tell(sheet, step, by=by, at=at)
    if sheet.neighbour == POLICE or sheet.linkage_no:
        for uid in case_ids_of(row):
            case = case_queries.hold(uid)
            if "mark_urgent" in {one.act for one in case_queries.open_moves(case, by=by, at=at)}:
                cases.mark_urgent(uid, linkage_no=sheet.linkage_no, seen=case.version, by=by, at=at)
    return sheet_view(sheet)


@one_change
def return_sheet(sheet_id: UUID, *, reason: str, seen: int, by: Actor, at: datetime) -> SheetView:
    """Give a work sheet back that is not ours, within its time and before anything of it is filed or on its way.

    Its report is handed back with it, and a case that nobody else stands by is void. What the neighbour sent again
    after a return is returned once more by the shift leader alone.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, SheetReturnTooLate,
        SheetReturnedBefore, SheetUnderWay, TextTooLong, TextUnreadable.
    """
    rules.require_text("return_reason", reason, limit=_LONGEST_WORDS)
    row, sheet = _row_and_sheet(sheet_id)
    act = "return_again" if by.post == Post.SHIFT_LEADER else "return"
    step = _sheet_step(sheet, row, act, grounds=reason, seen=seen, by=by, at=at)
    report_step = step_of(row, "hand_back", seen=None, by=by, at=at)
    for uid in case_ids_of(row):
        case = case_queries.hold(uid)
        _require_not_under_way(case, sheet)
        void_with_its_report(case, row, grounds=reason, at=at)
    row.ended_at = at
    sheet.returned_at, sheet.returns = at, sheet.returns + 1
    audit.record(row, report_step, by=by, at=at, held={"grounds": reason}, also=drop_reply(row, at=at))
    tell(sheet, step, words=reason, by=by, at=at)
    return sheet_view(sheet)


@one_change
def tell_progress(sheet_id: UUID, *, words: str, seen: int, by: Actor, at: datetime) -> SheetView:
    """Tell the neighbour how far a work sheet is.

    Raises: NotFound, ChangedMeanwhile, MoveNotAllowed, NotPermitted, ReasonMissing, TextTooLong, TextUnreadable.
    """
    rules.require_text("words", words, limit=_LONGEST_WORDS)
    row, sheet = _row_and_sheet(sheet_id)
    step = _sheet_step(sheet, row, "tell_progress", grounds=words, seen=seen, by=by, at=at)
    tell(sheet, step, words=words, by=by, at=at)
    return sheet_view(sheet)


@one_change
def tell_of_arrival(case_id: UUID, *, arrived: bool, cause: str, at: datetime) -> int:
    """Tell the neighbours that follow a case that somebody reached the place, or what was found there is fed back.

    Doing it twice for one cause tells it once. Returns how many work sheets it concerns.
    """
    told_of_it = {"arrived_at" if arrived else "fed_back_at": utc_text(at)}
    return sum(
        tell_of_report(row, "report_arrival", words="", told=told_of_it, by=TIMER, at=at, cause=cause)
        for row in lock_reports_of([case_id])
    )


@one_change
def send_message_anew(message_id: UUID, *, by: Actor, at: datetime) -> None:
    """Have a message tried again from the beginning that did not reach the neighbour.

    Raises: NotFound, NotPermitted, MessageNotFailed.
    """
    found = SheetMessage.objects.filter(uid=message_id).first()
    if found is None:
        raise NotFound(thing="sheet message", code=str(message_id))
    sheet = _locked_sheet(found.sheet_id)
    message = SheetMessage.locked(uid=message_id)
    people.require(by, "sheet.send_anew", acting_matter(sheet.report.uid, sheet.report.area), at=at)
    if message is None or message.state != SheetMessageState.FAILED:
        raise rules.MessageNotFailed(message=str(message_id))
    message.state, message.attempts = SheetMessageState.WAITING.value, 0
    audit.record(sheet, facts.SHEET_MESSAGE_ANEW, by=by, at=at, facts={"number": message.number}, also=[message])
    SheetSending.objects.create(message=message, next_at=at)


def _received(said: WorkSheet, *, uid: UUID, neighbour: str, by: Actor, at: datetime) -> Sheet:
    """Take a new work sheet: it becomes a report like any other, with the neighbour's date for its answer."""
    if said.type is None:
        raise rules.SheetFieldMissing(field="type", name="type")
    draft = Draft(
        kind=said.type,
        channel=channel_of(neighbour),
        text=said.content,
        topic=said.title,
        place=GivenPlace(said.lon, said.lat, said.crs, said.address),
        contact=Contact(said.caller_name, said.phone),
        reply_wanted=True,
        outer_due_at=said.deadline,
    )
    hand = partial(_hand, act="sheet.receive")
    receipt = take_in(draft, source=_source(neighbour), key=said.sheet_no, by=by, at=at, hand=hand, any_place=True)
    sheet = Sheet(
        uid=uid,
        neighbour=neighbour,
        sheet_no=said.sheet_no,
        edition=said.version,
        report_id=receipt.report,
        state=SHEET.initial.value,
        type=said.type.value,
        received_at=at,
        came_on=local_date(at, city().zone),
    )
    _put(sheet, said, anew=True, at=at)
    audit.record(sheet, facts.SHEET_RECEIVED, by=by, at=at, facts={"report": str(receipt.report)}, held=_kept(said))
    return sheet


def _sent_again(sheet: Sheet, row: Report, said: WorkSheet, by: Actor, at: datetime) -> None:
    """Take a work sheet that the neighbour changed, or sent again after we returned or answered it, or it closed it.

    Where we are still at its report, nothing begins anew: the neighbour follows it again.
    """
    act = "revise" if sheet.state in {SheetState.RECEIVED, SheetState.ACKNOWLEDGED} else "send_again"
    step = _sheet_step(sheet, row, act, by=by, at=at)
    sheet.state = step.to.value
    if act == "send_again":
        sheet.received_at, sheet.answered_at, sheet.closed_at = at, None, None
    _put(sheet, said, anew=act == "send_again", at=at)
    if row.state == ReportState.RECEIVED:
        _supplement(sheet, row, said, by=by, at=at)
    else:
        _take_up(row, said, by=by, at=at)
    audit.record(sheet, step, by=by, at=at, held=_kept(said))


def _extension_answered(sheet: Sheet, row: Report, said: WorkSheet, by: Actor, at: datetime) -> None:
    step = _sheet_step(sheet, row, "answer_extension", by=by, at=at)
    told_of_it = {"granted": bool(said.granted)}
    decided = decide_reply_extension(
        row.uid, granted=bool(said.granted), until=said.deadline, words=said.words, seen=None, by=by, at=at
    )
    if said.granted:
        sheet.deadline_at = reply_of(locked(decided.uid), at=at).outer_due_at
    audit.record(sheet, step, by=by, at=at, facts=told_of_it)


def _supervised(sheet: Sheet, row: Report, said: WorkSheet, by: Actor, at: datetime) -> None:
    step = _sheet_step(sheet, row, "supervise", by=by, at=at)
    sheet.supervised_at, sheet.supervisions = at, sheet.supervisions + 1
    audit.record(sheet, step, by=by, at=at, held={"supervision": said.words or None})


def _visited(sheet: Sheet, row: Report, said: WorkSheet, by: Actor, at: datetime) -> None:
    """Keep what the neighbour heard when it called its caller back: satisfaction with result and service apart.

    Where it called once more, what it heard last stands; what it heard before stays in the record.
    """
    step = _sheet_step(sheet, row, "visit", by=by, at=at)
    sheet.visit_result = said.visit_result
    rated = said.satisfaction_result is not None or said.satisfaction_service is not None
    if rated and row.state in {ReportState.ANSWERED, ReportState.SETTLED}:
        rating = neighbours_rating(row, result=said.satisfaction_result, service=said.satisfaction_service, at=at)
        audit.record(row, followed(row, "call_back"), by=by, at=at, also=[rating])
    audit.record(sheet, step, by=by, at=at, held={"visit_words": said.words or None})


def _closed(sheet: Sheet, row: Report, said: WorkSheet, by: Actor, at: datetime) -> None:
    """Let go of the neighbour's date: it is done with the work sheet. What we owe by our own rule stays."""
    step = _sheet_step(sheet, row, "close", by=by, at=at)
    if row.state == ReportState.RECEIVED and row.reply_owed:
        reply = reply_of(row, at=at)
        set_outer_date(reply, None, at=at)
        audit.record(row, facts.NEIGHBOUR_DONE, by=by, at=at, facts={"sheet": str(sheet.uid)}, also=[reply])
    sheet.state, sheet.closed_at = step.to.value, at
    audit.record(sheet, step, by=by, at=at)


_TAKEN = {
    SheetMessageKind.CREATE: _sent_again,
    SheetMessageKind.EXTEND_ANSWER: _extension_answered,
    SheetMessageKind.SUPERVISE: _supervised,
    SheetMessageKind.VISIT: _visited,
    SheetMessageKind.CLOSE: _closed,
}


def _put(sheet: Sheet, said: WorkSheet, *, anew: bool, at: datetime) -> None:
    """Set what a work sheet says of itself, and the dates that follow."""
    sheet.urgency, sheet.is_secret = said.urgency.value, said.secret_flag
    sheet.linkage_no, sheet.category = said.linkage_no, said.category
    if anew:
        sheet.deadline_at = said.deadline
        sheet.acknowledge_due_at, _ = work_days_after(parameter("sheet_acknowledge_work_days", at=at), at=at)
        sheet.acknowledged_at, sheet.acknowledged_late = None, False


def _kept(said: WorkSheet) -> dict[str, object]:
    """Return what the record holds of a work sheet that the report does not: its own attachments and routing."""
    values = told(said)
    kept = {name: values[name] for name in (*_KEPT_OF_A_SHEET, "attachments") if name in values}
    return {"sheet": kept or None}


def _take_up(row: Report, said: WorkSheet, *, by: Actor, at: datetime) -> None:
    """Begin a further round of a report that a neighbour sent again, with a case of its own where it asks for one.

    A case that goes on serves the new round as well.
    """
    step = followed(row, "take_up_again" if row.state in _DONE else "come_again")
    row.reply_owed = True
    again = take_up_again(row, at=at, outer_due_at=said.deadline)
    link = open_anew(row, by=by, at=at) if cases_have_ended(row) else None
    held = {"supplement": said.content}
    audit.record(row, step, by=by, at=at, held=held, also=[*again, *([] if link is None else [link])])


def _supplement(sheet: Sheet, row: Report, said: WorkSheet, *, by: Actor, at: datetime) -> None:
    """Keep what a later version of a work sheet says, and the date that it sets; where it sets none, that which stands.

    A neighbour that was done with the work sheet and sends it again has a date in any case.
    """
    reply, step = reply_of(row, at=at), followed(row, "supplement")
    due_at = said.deadline or reply.outer_due_at or outer_due(ReportKind(row.kind), Channel(row.channel), at=at)
    set_outer_date(reply, due_at, at=at)
    sheet.deadline_at = said.deadline or sheet.deadline_at
    audit.record(row, step, by=by, at=at, held={"supplement": said.content}, also=[reply])


def _require_not_under_way(case: CaseRow, sheet: Sheet) -> None:
    """Refuse to return what was filed, or for which a unit was sent before that. Raises: SheetUnderWay."""
    if case.number is not None or case.state in AFTER_FILING:
        raise rules.SheetUnderWay(sheet=sheet.sheet_no, case=case.number or str(case.uid))


def _hand(channel: Channel, *, by: Actor, matter: Matter, at: datetime, act: str) -> Actor:
    people.require(by, act, matter, at=at)
    return by


def _sheet_step(
    sheet: Sheet, row: Report, act: str, *, grounds: str = "", seen: int | None = None, by: Actor, at: datetime
) -> Step:
    """Check policy, version and table of a work sheet.

    Raises: NotPermitted, ChangedMeanwhile, MoveNotAllowed, and what the guards raise.
    """
    people.require(by, f"sheet.{act}", acting_matter(row.uid, row.area), at=at)
    require_seen(sheet, seen)
    until, _ = work_days_after(parameter("sheet_return_work_days", at=at), at=sheet.received_at)
    known = SheetFacts(sheet.sheet_no, grounds=grounds, returns=sheet.returns, return_by=until, at=at)
    return SHEET.check(sheet.state, act, facts=known)


def _row_and_sheet(sheet_id: UUID) -> tuple[Report, Sheet]:
    """Return a work sheet with its report, both locked, the report first. Raises: NotFound."""
    found = Sheet.objects.filter(uid=sheet_id).values_list("report__uid", flat=True).first()
    if found is None:
        raise NotFound(thing="sheet", code=str(sheet_id))
    return locked(found), _locked_sheet(sheet_id)


def _locked_sheet(sheet_id: UUID) -> Sheet:
    sheet = Sheet.locked(uid=sheet_id)
    if sheet is None:
        raise NotFound(thing="sheet", code=str(sheet_id))
    return sheet


def _earlier(said: WorkSheet, *, key: str, neighbour: str, digest: str) -> SheetReceipt | None:
    """Return the answer that this message got before.

    Raises: SheetRepeatedOtherContent.
    """
    try:
        answer = earlier_answer(source=_source(neighbour), key=key, content_digest=digest)
    except RepeatedKeyOtherContent as fault:
        raise rules.SheetRepeatedOtherContent(sheet=said.sheet_no, version=said.version) from fault
    return None if answer is None else _receipt(Sheet.objects.get(uid=answer), repeated=True)


def _receipt(sheet: Sheet, *, repeated: bool) -> SheetReceipt:
    return SheetReceipt(
        sheet=sheet.uid,
        sheet_no=sheet.sheet_no,
        version=sheet.edition,
        state=SheetState(sheet.state),
        report_number=sheet.report.number,
        query_code=code_of(sheet.report_id),
        repeated=repeated,
    )


def _source(neighbour: str) -> str:
    return f"sheets:{neighbour}"
