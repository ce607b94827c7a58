"""The turns of a case beside its main line, one address each, named as in the lifecycle."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from gongzhi.api.cases import answer_case
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.offers import offer
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


offer(
    router,
    "split_off",
    intake.split_case_off,
    takes=GroundsIn,
    name="split_off_case",
    told="Take the case out again of the one into which it was merged; its reports go with it.",
)
offer(
    router,
    "close_self_handled",
    cases.close_self_handled,
    takes=shapes.SelfHandledIn,
    told="Close what the collector found and solved on the spot, with both photographs.",
)
offer(
    router,
    "send_for_correction",
    cases.send_for_correction,
    takes=GroundsIn,
    told="Send the case back before filing, to be put right; its number stays.",
)


@router.post("/cases/{case}/moves/return", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def return_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.ReturnCaseIn) -> CaseOut:
    """The unit sends the case back, within its window and before it acknowledges."""
    row = cases.return_case(
        case, ground=said.ground, proposed_unit=said.proposed_unit or "", words=said.words, **decided(request)
    )
    return answer_case(row, response=response)


offer(
    router,
    "decide_return",
    cases.decide_return,
    takes=shapes.DecideReturnIn,
    told="Give a returned case to a unit, where the dispatcher did not decide on it in time.",
)
offer(
    router,
    "correct_return",
    cases.correct_return,
    takes=GroundsIn,
    told="Send a returned case back before filing, where the dispatcher did not decide on it in time.",
)
offer(
    router,
    "arbitrate",
    dispatch.arbitrate,
    takes=shapes.RulingIn,
    name="arbitrate_case",
    told="Rule which unit answers for a case in dispute; the ruling is kept as a precedent.",
)
offer(
    router,
    "mark_urgent",
    cases.mark_urgent,
    takes=shapes.UrgentIn,
    told="Mark the case as urgent: it may be handled before it is filed.",
)
offer(
    router,
    "dispatch_urgent",
    cases.dispatch_urgent,
    takes=shapes.SendIn,
    told="Send a unit at once; the clock of urgent cases starts.",
)
offer(router, "file_later", cases.file_later, takes=FileIn, told="File an urgent case after its unit was sent.")
offer(router, "arrive", cases.arrive, told="Tell that the unit has arrived.")
offer(router, "feed_back", cases.feed_back, takes=shapes.WordsIn, told="Tell how it stands on the spot.")
offer(
    router,
    "request_extension",
    cases.request_extension,
    takes=shapes.WordsIn,
    told="Ask for the limit once more, before it runs out.",
)
offer(
    router,
    "grant_extension",
    cases.grant_extension,
    takes=shapes.RemarkIn,
    told="Grant the extension that was asked for.",
)
offer(
    router,
    "refuse_extension",
    cases.refuse_extension,
    takes=GroundsIn,
    told="Do not grant the extension; the unit may ask again.",
)
offer(
    router,
    "request_hold",
    cases.request_hold,
    takes=shapes.HoldIn,
    told="Ask to hold a problem that cannot be solved now.",
)
offer(
    router,
    "approve_hold",
    cases.approve_hold,
    takes=shapes.RemarkIn,
    told="Grant the hold; the clock stands still until it ends.",
)
offer(router, "refuse_hold", cases.refuse_hold, takes=GroundsIn, told="Do not grant the hold.")
offer(router, "resume", cases.resume_case, told="Take the case up again before its hold ends.")
offer(
    router,
    "ask_assistance",
    cases.ask_assistance,
    takes=shapes.AskAssistanceIn,
    told="Ask another unit to help; it may read the case.",
)
offer(
    router,
    "answer_assistance",
    cases.answer_assistance,
    takes=shapes.AnswerAssistanceIn,
    told="Tell what the unit did that was asked to help.",
)
offer(
    router,
    "supervise",
    cases.supervise,
    takes=shapes.SuperviseIn,
    name="supervise_case",
    told="Put the case under supervision, with a due of its own.",
)
offer(
    router,
    "instruct",
    cases.instruct,
    takes=shapes.InstructIn,
    told="Order something about the case, and by when somebody reports back.",
)
offer(router, "report_back", cases.report_back, takes=shapes.ReportBackIn, told="Report on an instruction.")
offer(
    router, "propose_void", cases.propose_void, takes=GroundsIn, told="Propose to cancel a case that is being handled."
)
offer(
    router,
    "void_by_review",
    cases.void_by_review,
    takes=GroundsIn,
    told="Cancel a case that is being handled, as somebody else proposed.",
)
offer(
    router,
    "propose_special_closing",
    cases.propose_special_closing,
    takes=shapes.SpecialClosingIn,
    told="Propose to close a case that cannot end as others do.",
)
offer(
    router, "force_close", cases.force_close, takes=GroundsIn, told="Close a case specially, as somebody else proposed."
)
offer(
    router, "reopen", cases.reopen_case, takes=GroundsIn, told="Open a closed case again; its unit has it for rework."
)
offer(
    router,
    "correct_closing",
    cases.correct_closing,
    takes=GroundsIn,
    told="Put on record that a case was closed erroneously.",
)
offer(
    router,
    "appeal_timeout",
    cases.appeal_timeout,
    takes=shapes.WordsIn,
    told="Appeal against the timeout of a closed case.",
)
offer(router, "review_appeal", cases.review_appeal, takes=shapes.OpinionIn, told="Give the first opinion on an appeal.")
offer(
    router,
    "decide_appeal",
    cases.decide_appeal,
    takes=shapes.AppealIn,
    told="Decide an appeal; an upheld one exempts the timeout from the figures.",
)


def _instruction(one: InstructionRow) -> shapes.InstructionOut:
    return shown(shapes.InstructionOut, one, id=one.uid, late=one.is_late(at=now()))
