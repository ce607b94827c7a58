"""The turns of a case beside its main line, one address each, named as in the lifecycle."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from gongzhi.api.cases import answer_case
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import PublicId, shown
from gongzhi.api.shapes import turns as shapes
from gongzhi.api.shapes.cases import CaseOut, FileIn, GroundsIn
from gongzhi.cases import operations as cases
from gongzhi.cases import queries, turns
from gongzhi.cases.turns import InstructionRow
from gongzhi.dispatch import operations as dispatch
from gongzhi.intake import operations as intake

router = Router(tags=["moves"], auth=Token())


@router.get("/cases/{case}/turns", response=shapes.CaseTurnsOut, tags=["cases"])
def read_turns_of_case(request: MemberRequest, case: PublicId) -> shapes.CaseTurnsOut:
    """Read what turned the case from its main line: returns, extensions, holds, helpers, orders, appeals."""
    row = queries.case(case)
    queries.require_readable(row, by=request.auth, at=now())
    return shown(
        shapes.CaseTurnsOut,
        row,
        case=row.uid,
        clock=row.clock_text,
        returns=[shown(shapes.ReturnOut, one) for one in turns.returns(row.uid)],
        instructions=[_instruction(one) for one in turns.instructions(row.uid)],
        assistances=[shown(shapes.AssistanceOut, one, id=one.uid) for one in turns.assistances(row.uid)],
    )


@router.post("/cases/{case}/moves/merge", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def merge_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.MergeIn) -> CaseOut:
    """Merge the case into another one that tells of the same matter; its reports go with it."""
    row = intake.merge_case_into(case, into=said.into, seen_target=said.seen_into, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/split_off", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def split_off_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Take the case out again of the one into which it was merged; its reports go with it."""
    row = intake.split_case_off(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/close_self_handled", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def close_self_handled(
    request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.SelfHandledIn
) -> CaseOut:
    """Close what the collector found and solved on the spot, with both photographs."""
    row = cases.close_self_handled(
        case, before_photos=said.before_photos, after_photos=said.after_photos, words=said.words, **decided(request)
    )
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/send_for_correction", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def send_for_correction(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Send the case back before filing, to be put right; its number stays."""
    row = cases.send_for_correction(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/return", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def return_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.ReturnCaseIn) -> CaseOut:
    """The unit sends the case back, within its window and before it acknowledges."""
    row = cases.return_case(
        case, ground=said.ground, proposed_unit=said.proposed_unit or "", words=said.words, **decided(request)
    )
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/arbitrate", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def arbitrate_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.RulingIn) -> CaseOut:
    """Rule which unit answers for a case in dispute; the ruling is kept as a precedent."""
    row = dispatch.arbitrate(case, unit_code=said.unit_code, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/mark_urgent", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def mark_urgent(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.UrgentIn) -> CaseOut:
    """Mark the case as urgent: it may be handled before it is filed."""
    row = cases.mark_urgent(case, linkage_no=said.linkage_no, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/dispatch_urgent", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def dispatch_urgent(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.SendIn) -> CaseOut:
    """Send a unit at once; the clock of urgent cases starts."""
    row = cases.dispatch_urgent(case, unit_code=said.unit_code, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/file_later", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def file_later(request: MemberRequest, response: HttpResponse, case: PublicId, said: FileIn) -> CaseOut:
    """File an urgent case after its unit was sent."""
    row = cases.file_later(case, condition_code=said.condition_code, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/arrive", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def arrive(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """Tell that the unit has arrived."""
    row = cases.arrive(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/feed_back", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def feed_back(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.WordsIn) -> CaseOut:
    """Tell how it stands on the spot."""
    row = cases.feed_back(case, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/request_extension", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def request_extension(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.WordsIn) -> CaseOut:
    """Ask for the limit once more, before it runs out."""
    row = cases.request_extension(case, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/grant_extension", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def grant_extension(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.RemarkIn) -> CaseOut:
    """Grant the extension that was asked for."""
    row = cases.grant_extension(case, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/refuse_extension", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def refuse_extension(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Do not grant the extension; the unit may ask again."""
    row = cases.refuse_extension(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/request_hold", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def request_hold(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.HoldIn) -> CaseOut:
    """Ask to hold a problem that cannot be solved now."""
    row = cases.request_hold(case, until_at=said.until_at, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/approve_hold", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def approve_hold(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.RemarkIn) -> CaseOut:
    """Grant the hold; the clock stands still until it ends."""
    row = cases.approve_hold(case, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/refuse_hold", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def refuse_hold(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Do not grant the hold."""
    row = cases.refuse_hold(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/resume", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def resume_case(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """Take the case up again before its hold ends."""
    row = cases.resume_case(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/ask_assistance", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def ask_assistance(
    request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.AskAssistanceIn
) -> CaseOut:
    """Ask another unit to help; it may read the case."""
    row = cases.ask_assistance(case, unit_code=said.unit_code, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/answer_assistance", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def answer_assistance(
    request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.AnswerAssistanceIn
) -> CaseOut:
    """Tell what the unit did that was asked to help."""
    row = cases.answer_assistance(
        case, assistance=said.assistance, words=said.words, photos=said.photos, **decided(request)
    )
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/supervise", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def supervise_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.SuperviseIn) -> CaseOut:
    """Put the case under supervision, with a due of its own."""
    row = cases.supervise(case, due_at=said.due_at, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/instruct", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def instruct(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.InstructIn) -> CaseOut:
    """Order something about the case, and by when somebody reports back."""
    row = cases.instruct(case, words=said.words, report_due_at=said.report_due_at, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/report_back", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def report_back(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.ReportBackIn) -> CaseOut:
    """Report on an instruction."""
    row = cases.report_back(case, instruction=said.instruction, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/propose_void", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def propose_void(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Propose to cancel a case that is being handled."""
    row = cases.propose_void(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/void_by_review", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def void_by_review(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Cancel a case that is being handled, as somebody else proposed."""
    row = cases.void_by_review(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/propose_special_closing", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def propose_special_closing(
    request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.SpecialClosingIn
) -> CaseOut:
    """Propose to close a case that cannot end as others do."""
    row = cases.propose_special_closing(case, ground=said.ground, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/force_close", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def force_close(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Close a case specially, as somebody else proposed."""
    row = cases.force_close(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/reopen", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def reopen_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Open a closed case again; its unit has it for rework."""
    row = cases.reopen_case(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/correct_closing", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def correct_closing(request: MemberRequest, response: HttpResponse, case: PublicId, said: GroundsIn) -> CaseOut:
    """Put on record that a case was closed erroneously."""
    row = cases.correct_closing(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/appeal_timeout", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def appeal_timeout(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.WordsIn) -> CaseOut:
    """Appeal against the timeout of a closed case."""
    row = cases.appeal_timeout(case, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/review_appeal", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def review_appeal(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.OpinionIn) -> CaseOut:
    """Give the first opinion on an appeal."""
    row = cases.review_appeal(case, supported=said.supported, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/decide_appeal", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def decide_appeal(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.AppealIn) -> CaseOut:
    """Decide an appeal; an upheld one exempts the timeout from the figures."""
    row = cases.decide_appeal(case, upheld=said.upheld, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


def _instruction(one: InstructionRow) -> shapes.InstructionOut:
    return shown(shapes.InstructionOut, one, id=one.uid, late=one.is_late(at=now()))
