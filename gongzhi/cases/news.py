"""Who is told what about a case, as one table: the facts that make the news, whom it concerns, and its words.

The table in the documentation and the rules that a city starts with come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import pgettext_lazy

from gongzhi.cases import facts, queries, turns
from gongzhi.cases.labels import RETURN_OUTCOMES
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ReturnOutcome
from gongzhi.kernel.clock import from_utc_text
from gongzhi.norms import queries as norms
from gongzhi.norms.labels import STAGES
from gongzhi.norms.states import Stage
from gongzhi.notices.news import TO_UNITS, News, Whom, in_both
from gongzhi.notices.rules import Audience, a_member, desk_of, holders_at
from gongzhi.notices.states import Carrier
from gongzhi.people import queries as people
from gongzhi.people.states import Post


@dataclass(frozen=True, slots=True)
class Told:
    """A case of which there is something to tell, with the unit that had it at that moment, and what the fact said."""

    case: CaseRow
    said: Mapping[str, object]
    at: datetime

    def text(self, name: str) -> str:
        """Return a text that the fact said, empty where it said none."""
        return str(self.said.get(name) or "")

    def instant(self, name: str) -> datetime | None:
        """Return an instant that the fact said."""
        return from_utc_text(text) if (text := self.text(name)) else None

    @property
    def returned(self) -> turns.ReturnRow | None:
        """The return on which this move decided."""
        return next((one for one in turns.returns(self.case.uid) if one.decided_at == self.at), None)


def named(case: CaseRow) -> dict[str, object]:
    """Return how people call a case: by its number and class, before it is filed by its class alone."""
    kind = norms.managed_class(case.class_key) if case.class_key else None
    if kind is None:
        return {"case": case.number} if case.number else in_both("case", pgettext_lazy("notice", "（未立案，未分类）"))
    if case.number:
        return {"case": f"{case.number}（{kind.zh}）", "case_en": f"{case.number} ({kind.en})"}
    unfiled = in_both("case", pgettext_lazy("notice", "{kind}（未立案）"))
    return {name: str(text).format(kind=kind.en if name == "case_en" else kind.zh) for name, text in unfiled.items()}


def _usual(told: Told) -> dict[str, object]:
    """What is told of every case."""
    return {**named(told.case), "due": told.case.due_at, **_unit(told.case.unit_code)}


def _unit(unit: str) -> dict[str, object]:
    if not unit:
        return {"unit": None, "unit_en": None}
    row = people.unit(unit)
    return {"unit": row.name_zh, "unit_en": row.name_en}


def _with_outcome(told: Told) -> dict[str, object]:
    outcome = told.returned.outcome if told.returned else ReturnOutcome.OPEN
    return {**_usual(told), **in_both("outcome", RETURN_OUTCOMES[outcome])}


def _with_stage(told: Told) -> dict[str, object]:
    return {**_usual(told), **in_both("stage", STAGES[Stage(told.text("stage"))]), "due": told.instant("due_at")}


def _with_end(told: Told) -> dict[str, object]:
    """Tell the end that was set in place of the disposal's: of supervision, a report, a hold."""
    ends_at = (told.instant(name) for name in ("due_at", "report_due_at", "until_at"))
    return {**_usual(told), "due": next((one for one in ends_at if one is not None), None)}


def _with_answer(told: Told) -> dict[str, object]:
    granted = told.text("act") in {facts.EXTENSION_GRANTED.name, facts.HOLD_APPROVED.name}
    answer = pgettext_lazy("notice", "已批准") if granted else pgettext_lazy("notice", "未获批准")
    return {**_usual(told), **in_both("answer", answer)}


def _with_verdict(told: Told) -> dict[str, object]:
    upheld = told.said.get("upheld") is True
    verdict = pgettext_lazy("notice", "申诉成立") if upheld else pgettext_lazy("notice", "申诉不成立")
    return {**_usual(told), **in_both("verdict", verdict)}


def _with_helper(told: Told) -> dict[str, object]:
    row = people.unit(told.text("unit"))
    return {**_usual(told), "helper": row.name_zh, "helper_en": row.name_en}


def _desk(told: Told, unit: str) -> Audience | None:
    """Return the desk of a unit, or of the one that took over from it and acts for it."""
    return desk_of(people.answering_unit(unit, at=told.at)) if unit else None


def _holding_post(told: Told) -> Audience | None:
    """Return who has the stage in hand where no unit has it: a post, in the division that acts."""
    if told.text("holder_unit"):
        return None
    return holders_at(told.text("holder_post"), *queries.areas_to_tell(told.case))


def _returner(told: Told) -> Audience | None:
    return None if told.returned is None else _desk(told, told.returned.unit)


def _handler(told: Told) -> Audience | None:
    return a_member(UUID(told.case.handler_id)) if told.case.handler_id else None


def _instructing(told: Told) -> Audience | None:
    """Return the leader who gave the instruction that the fact names."""
    given = (one.given_by for one in turns.instructions(told.case.uid) if str(one.uid) == told.text("instruction"))
    return next((a_member(UUID(leader)) for leader in given), None)


def _supervising(told: Told) -> Audience | None:
    """Return the leader who put the case under supervision, the last of several."""
    hands = told.case.hands.get("case.supervise", ())
    return a_member(UUID(hands[-1])) if hands else None


def _at_post(post: str) -> Whom[Told]:
    return Whom(f"post:{post}", lambda told: holders_at(post, *queries.areas_to_tell(told.case)))


DESK: Whom[Told] = Whom("desk", lambda told: _desk(told, told.case.unit_code), by=TO_UNITS)
ASKED_UNIT: Whom[Told] = Whom("desk", lambda told: _desk(told, told.text("unit")), by=TO_UNITS)
RETURNER: Whom[Told] = Whom("desk", _returner, by=TO_UNITS)
HOLDING_DESK: Whom[Told] = Whom("desk", lambda told: _desk(told, told.text("holder_unit")), by=TO_UNITS)
HOLDING_POST: Whom[Told] = Whom("post", _holding_post)
HANDLER: Whom[Told] = Whom("member", _handler)
INSTRUCTING: Whom[Told] = Whom("member", _instructing)
SUPERVISING: Whom[Told] = Whom("member", _supervising)
ACCEPTOR, DISPATCHER = _at_post(Post.ACCEPTOR), _at_post(Post.DISPATCHER)
SHIFT_LEADER, DUTY_LEADER = _at_post(Post.SHIFT_LEADER), _at_post(Post.DUTY_LEADER)

DUE_SOON = News(
    "case.due_soon",
    title=pgettext_lazy("notice", "案件 {case} 即将超时"),
    text=pgettext_lazy("notice", "案件 {case}的{stage}时限将于 {due} 届满，请抓紧办理。"),
    to=(HOLDING_DESK, HOLDING_POST, SHIFT_LEADER),
    facts=_with_stage,
)
REPORT_DUE_SOON = News(
    "case.instruction_due_soon",
    title=pgettext_lazy("notice", "领导交办即将到期"),
    text=pgettext_lazy("notice", "案件 {case}的领导交办须于 {due} 前反馈，请抓紧办理。"),
    to=(DESK, SHIFT_LEADER),
    facts=_with_end,
)
REPORT_OVERDUE = News(
    "case.instruction_overdue",
    title=pgettext_lazy("notice", "领导交办逾期未反馈"),
    text=pgettext_lazy("notice", "案件 {case}的领导交办应于 {due} 前反馈，至今没有反馈。"),
    to=(DESK, SHIFT_LEADER, INSTRUCTING),
    facts=_with_end,
)
SUPERVISION_OVERDUE = News(
    "case.supervision_overdue",
    title=pgettext_lazy("notice", "案件 {case} 督办期限已过"),
    text=pgettext_lazy("notice", "案件 {case}被督办，应于 {due} 前结案，至今没有结案。"),
    to=(DESK, DISPATCHER, SHIFT_LEADER, SUPERVISING),
    facts=_with_end,
)

NEWS: tuple[News[Told], ...] = (
    News(
        "case.dispatched",
        title=pgettext_lazy("notice", "案件 {case} 已派遣给贵单位"),
        text=pgettext_lazy("notice", "案件 {case}已派遣给{unit}。请及时签收，于 {due} 前办结。"),
        of=(facts.CASE_DISPATCHED, facts.CASE_DISPATCHED_URGENT, facts.RETURN_DECIDED, facts.CASE_ARBITRATED),
        to=(DESK,),
        facts=_usual,
    ),
    News(
        "case.urgent",
        title=pgettext_lazy("notice", "紧急案件 {case}"),
        text=pgettext_lazy("notice", "案件 {case}已标为紧急，可先派遣处置，再补立案。"),
        of=(facts.CASE_MARKED_URGENT,),
        to=(DISPATCHER, SHIFT_LEADER, DUTY_LEADER),
        also_by=(Carrier.SMS,),
        may_wait=False,
        facts=_usual,
    ),
    DUE_SOON,
    News(
        "case.overdue",
        title=pgettext_lazy("notice", "案件 {case} 已超时"),
        text=pgettext_lazy("notice", "案件 {case}已超过{stage}时限，请尽快办理。"),
        of=(facts.STAGE_LATE,),
        to=(HOLDING_DESK, HOLDING_POST, SHIFT_LEADER),
        facts=_with_stage,
    ),
    News(
        "case.returned",
        title=pgettext_lazy("notice", "案件 {case} 被回退"),
        text=pgettext_lazy("notice", "{unit}回退了案件 {case}，请尽快决定由谁处置。"),
        of=(facts.CASE_RETURNED,),
        to=(DISPATCHER, SHIFT_LEADER),
        facts=_usual,
    ),
    News(
        "case.return_decided",
        title=pgettext_lazy("notice", "案件 {case} 的回退已有结果"),
        text=pgettext_lazy("notice", "贵单位对案件 {case}的回退：{outcome}。"),
        of=facts.RETURN_ENDED,
        to=(RETURNER,),
        facts=_with_outcome,
    ),
    News(
        "case.arbitrated",
        title=pgettext_lazy("notice", "案件 {case} 已裁定处置单位"),
        text=pgettext_lazy("notice", "案件 {case}已裁定由{unit}处置。"),
        of=(facts.CASE_ARBITRATED,),
        to=(DISPATCHER, SHIFT_LEADER),
        facts=_usual,
    ),
    News(
        "case.return_escalated",
        title=pgettext_lazy("notice", "案件 {case} 的回退逾期未决"),
        text=pgettext_lazy("notice", "{unit}对案件 {case}的回退逾期未决，已转值班长决定。"),
        of=(facts.RETURN_ESCALATED,),
        to=(SHIFT_LEADER, DISPATCHER, DESK),
        facts=_usual,
    ),
    News(
        "case.extension_asked",
        title=pgettext_lazy("notice", "案件 {case} 申请延期"),
        text=pgettext_lazy("notice", "{unit}就案件 {case}申请延期，请审批。"),
        of=(facts.EXTENSION_ASKED,),
        to=(DISPATCHER,),
        facts=_usual,
    ),
    News(
        "case.extension_decided",
        title=pgettext_lazy("notice", "案件 {case} 的延期申请{answer}"),
        text=pgettext_lazy("notice", "案件 {case}的延期申请{answer}，现应于 {due} 前办结。"),
        of=(facts.EXTENSION_GRANTED, facts.EXTENSION_REFUSED),
        to=(DESK,),
        facts=_with_answer,
    ),
    News(
        "case.hold_asked",
        title=pgettext_lazy("notice", "案件 {case} 申请挂账"),
        text=pgettext_lazy("notice", "{unit}就案件 {case}申请挂账至 {due}，请审批。"),
        of=(facts.HOLD_ASKED,),
        to=(SHIFT_LEADER,),
        facts=_with_end,
    ),
    News(
        "case.hold_decided",
        title=pgettext_lazy("notice", "案件 {case} 的挂账申请{answer}"),
        text=pgettext_lazy("notice", "案件 {case}的挂账申请{answer}，现应于 {due} 前办结。"),
        of=(facts.HOLD_APPROVED, facts.HOLD_REFUSED),
        to=(DESK,),
        facts=_with_answer,
    ),
    News(
        "case.resumed",
        title=pgettext_lazy("notice", "案件 {case} 恢复处置"),
        text=pgettext_lazy("notice", "案件 {case}挂账结束，恢复计时，请于 {due} 前办结。"),
        of=(facts.CASE_RESUMED,),
        to=(DESK,),
        facts=_usual,
    ),
    News(
        "case.rework",
        title=pgettext_lazy("notice", "案件 {case} 须返工"),
        text=pgettext_lazy("notice", "案件 {case}的处置结果未通过，请返工，原因见案件。请于 {due} 前办结。"),
        of=(facts.CHECK_FAILED, facts.RESULT_SENT_BACK, facts.CLOSING_REFUSED),
        to=(DESK, HANDLER),
        facts=_usual,
    ),
    News(
        "case.reopened",
        title=pgettext_lazy("notice", "案件 {case} 重新办理"),
        text=pgettext_lazy("notice", "案件 {case}结案后重新打开，请返工，于 {due} 前办结。"),
        of=(facts.CASE_REOPENED, facts.CASE_REOPENED_BY_REPORTER),
        to=(DESK,),
        facts=_usual,
    ),
    News(
        "case.closing_proposed",
        title=pgettext_lazy("notice", "案件 {case} 待审批"),
        text=pgettext_lazy("notice", "有人提议案件 {case}特殊结案或作废，请审批。"),
        of=(facts.VOID_PROPOSED, facts.SPECIAL_CLOSING_PROPOSED),
        to=(SHIFT_LEADER,),
        facts=_usual,
    ),
    News(
        "case.supervised",
        title=pgettext_lazy("notice", "案件 {case} 被督办"),
        text=pgettext_lazy("notice", "案件 {case}被督办，须于 {due} 前结案。"),
        of=(facts.CASE_SUPERVISED,),
        to=(DESK, DISPATCHER, SHIFT_LEADER),
        facts=_with_end,
    ),
    SUPERVISION_OVERDUE,
    News(
        "case.instructed",
        title=pgettext_lazy("notice", "案件 {case} 有领导交办"),
        text=pgettext_lazy("notice", "领导就案件 {case}作出交办，内容见案件，须于 {due} 前反馈。"),
        of=(facts.CASE_INSTRUCTED,),
        to=(DESK, SHIFT_LEADER),
        facts=_with_end,
    ),
    REPORT_DUE_SOON,
    REPORT_OVERDUE,
    News(
        "case.reported_back",
        title=pgettext_lazy("notice", "案件 {case} 的交办已反馈"),
        text=pgettext_lazy("notice", "您就案件 {case}的交办已有反馈，内容见案件。"),
        of=(facts.REPORTED_BACK,),
        to=(INSTRUCTING,),
        facts=_usual,
    ),
    News(
        "case.assistance_asked",
        title=pgettext_lazy("notice", "案件 {case} 请贵单位协办"),
        text=pgettext_lazy("notice", "案件 {case}请{helper}协办，要求见案件，请反馈。"),
        of=(facts.ASSISTANCE_ASKED,),
        to=(ASKED_UNIT,),
        facts=_with_helper,
    ),
    News(
        "case.assistance_answered",
        title=pgettext_lazy("notice", "案件 {case} 的协办已反馈"),
        text=pgettext_lazy("notice", "{helper}对案件 {case}的协办已有反馈，内容见案件。"),
        of=(facts.ASSISTANCE_ANSWERED,),
        to=(DESK,),
        facts=_with_helper,
    ),
    News(
        "case.appeal_made",
        title=pgettext_lazy("notice", "案件 {case} 有超时申诉"),
        text=pgettext_lazy("notice", "{unit}就案件 {case}的超时记录提出申诉，请提出初审意见。"),
        of=(facts.APPEAL_MADE,),
        to=(DISPATCHER,),
        facts=_usual,
    ),
    News(
        "case.appeal_reviewed",
        title=pgettext_lazy("notice", "案件 {case} 的超时申诉待决定"),
        text=pgettext_lazy("notice", "案件 {case}的超时申诉已有初审意见，请决定。"),
        of=(facts.APPEAL_REVIEWED,),
        to=(ACCEPTOR,),
        facts=_usual,
    ),
    News(
        "case.appeal_decided",
        title=pgettext_lazy("notice", "案件 {case} 的超时申诉已决定"),
        text=pgettext_lazy("notice", "案件 {case}：{verdict}，理由见案件。"),
        of=(facts.APPEAL_DECIDED,),
        to=(DESK,),
        facts=_with_verdict,
    ),
)
