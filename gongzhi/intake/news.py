"""Who is told what about a report, as one table: whoever reported, step by step, and our own people of what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import pgettext_lazy

from gongzhi.cases import facts as case_facts
from gongzhi.intake import facts, queries
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.states import Channel, ReportState
from gongzhi.notices.news import TO_CITIZENS, News, Whom, in_both
from gongzhi.notices.rules import Audience, addressee, holders_at
from gongzhi.people import queries as people
from gongzhi.people.states import Post

REPORTER_KIND = "reporter"
ANSWERED_BY_THEIR_NEIGHBOUR = frozenset({Channel.HOTLINE_SHEET.value, Channel.POLICE_110.value})
"""Who called 12345 or 110 is answered there: we tell the neighbour, and not the caller behind its back."""

_GONE = frozenset({ReportState.WITHDRAWN, ReportState.HANDED_BACK})


@dataclass(frozen=True, slots=True)
class Told:
    """A report of which there is something to tell.

    `can_be_called`: its reporter left a number. `needs_approval`: its answer waits for somebody else. `unit` has the
    matter in hand; `reason` and `answer` are for the reporter alone.
    """

    report: ReportRow
    can_be_called: bool
    unit: str = ""
    sheet: str = ""
    needs_approval: bool = False
    reason: str = ""
    answer: Mapping[str, object] = field(default_factory=dict)


def _reporter(told: Told) -> Audience | None:
    """Return whoever reported; nobody for an anonymous report, or where a neighbour speaks to them.

    Nobody either who took the report back, or whose report went back to where it came from.
    """
    if not told.can_be_called or told.report.channel in ANSWERED_BY_THEIR_NEIGHBOUR or told.report.state in _GONE:
        return None
    return addressee(REPORTER_KIND, str(told.report.uid))


def _at_post(post: str) -> Whom[Told]:
    return Whom(f"post:{post}", lambda told: holders_at(post, *queries.areas_to_tell(told.report)))


def _approving(told: Told) -> Audience | None:
    return SHIFT_LEADER.find(told) if told.needs_approval else None


def _usual(told: Told) -> dict[str, object]:
    return {"report": told.report.number}


def _with_unit(told: Told) -> dict[str, object]:
    row = people.unit(told.unit)
    return {**_usual(told), "unit": row.name_zh, "unit_en": row.name_en}


def in_their_words(answer: str | None) -> Mapping[str, object]:
    """Return the answer where it is sent by message, and otherwise how it can be read."""
    if answer:
        return {"answer": answer}
    return in_both("answer", pgettext_lazy("notice", "可凭编号和查询码查看。"))


REPORTER: Whom[Told] = Whom(REPORTER_KIND, _reporter, by=TO_CITIZENS)
ACCEPTOR, SHIFT_LEADER = _at_post(Post.ACCEPTOR), _at_post(Post.SHIFT_LEADER)
APPROVING: Whom[Told] = Whom(SHIFT_LEADER.code, _approving)

OF_REPORTS: tuple[News[Told], ...] = (
    News(
        "report.received",
        title=pgettext_lazy("notice", "您反映的问题已收到"),
        text=pgettext_lazy("notice", "您反映的问题已收到，编号 {report}，可凭编号和查询码查询进展。"),
        of=(facts.REPORT_RECEIVED,),
        to=(REPORTER,),
        facts=_usual,
    ),
    News(
        "report.answered",
        title=pgettext_lazy("notice", "您反映的问题已答复"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）已答复。{answer}"),
        of=(facts.REPORT_ANSWERED,),
        to=(REPORTER,),
        facts=_usual,
        private=lambda told: told.answer,
    ),
    News(
        "report.reply_drafted",
        title=pgettext_lazy("notice", "反映 {report} 的答复待审批"),
        text=pgettext_lazy("notice", "反映 {report} 的答复已拟好，请审批。"),
        of=(facts.REPLY_DRAFTED,),
        to=(APPROVING,),
        facts=_usual,
    ),
    News(
        "report.reply_late",
        title=pgettext_lazy("notice", "反映 {report} 逾期未答复"),
        text=pgettext_lazy("notice", "反映 {report} 的答复已逾期，请尽快答复。"),
        of=(facts.REPLY_LATE,),
        to=(ACCEPTOR, SHIFT_LEADER),
        facts=_usual,
    ),
    News(
        "report.objected",
        title=pgettext_lazy("notice", "反映 {report} 有异议待决定"),
        text=pgettext_lazy("notice", "反映人对反映 {report} 不予受理提出异议，请决定。"),
        of=(facts.REPORT_OBJECTED,),
        to=(SHIFT_LEADER,),
        facts=_usual,
    ),
    News(
        "report.objection_late",
        title=pgettext_lazy("notice", "反映 {report} 的异议逾期未决"),
        text=pgettext_lazy("notice", "反映人对反映 {report} 的异议已逾期，请尽快决定。"),
        of=(facts.OBJECTION_LATE,),
        to=(SHIFT_LEADER,),
        facts=_usual,
    ),
)

OF_CASES: tuple[News[Told], ...] = (
    News(
        "report.accepted",
        title=pgettext_lazy("notice", "您反映的问题已受理"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）已受理。"),
        of=(case_facts.CASE_ACCEPTED, case_facts.CASE_ACCEPTED_AFTER_A_LOOK),
        to=(REPORTER,),
        facts=_usual,
    ),
    News(
        "report.not_accepted",
        title=pgettext_lazy("notice", "您反映的问题不予受理"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）不予受理，原因：{reason}"),
        of=(case_facts.CASE_NOT_ACCEPTED,),
        to=(REPORTER,),
        facts=_usual,
        private=lambda told: {"reason": told.reason},
    ),
    News(
        "report.assigned",
        title=pgettext_lazy("notice", "您反映的问题已交办"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）已交由{unit}处理。"),
        of=(
            *(case_facts.CASE_DISPATCHED, case_facts.CASE_DISPATCHED_URGENT),
            *(case_facts.RETURN_DECIDED, case_facts.CASE_ARBITRATED),
        ),
        to=(REPORTER,),
        facts=_with_unit,
    ),
    News(
        "report.handled",
        title=pgettext_lazy("notice", "您反映的问题已处理"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）已处理，待确认后结案。"),
        of=(case_facts.RESULT_CONFIRMED,),
        to=(REPORTER,),
        facts=_usual,
    ),
    News(
        "report.resumed",
        title=pgettext_lazy("notice", "您反映的问题重新办理"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）重新办理，可凭编号和查询码查询进展。"),
        of=(case_facts.CASE_REOPENED, case_facts.CASE_REOPENED_BY_REPORTER, case_facts.OBJECTION_UPHELD),
        to=(REPORTER,),
        facts=_usual,
    ),
    News(
        "report.void",
        title=pgettext_lazy("notice", "您反映的问题不再办理"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）经复核不再作为案件办理，可凭编号和查询码查看。"),
        of=(case_facts.CASE_VOID, case_facts.CASE_VOID_BY_REVIEW),
        to=(REPORTER,),
        facts=_usual,
    ),
    News(
        "report.closed",
        title=pgettext_lazy("notice", "您反映的问题已结案"),
        text=pgettext_lazy("notice", "您反映的问题（编号 {report}）已结案，可凭编号和查询码查看和评价。"),
        of=(case_facts.CASE_CLOSED, case_facts.CASE_FORCE_CLOSED),
        to=(REPORTER,),
        facts=_usual,
    ),
)

OF_SHEETS: tuple[News[Told], ...] = (
    News(
        "sheet.acknowledgement_late",
        title=pgettext_lazy("notice", "工单 {sheet} 逾期未签收"),
        text=pgettext_lazy("notice", "工单 {sheet}（反映 {report}）逾期未签收，请尽快签收或退单。"),
        of=(facts.SHEET_LATE,),
        to=(ACCEPTOR, SHIFT_LEADER),
        facts=lambda told: {**_usual(told), "sheet": told.sheet},
    ),
)

ONCE_A_ROUND = frozenset({case_facts.RESULT_CONFIRMED.name})
"""What is told once until the case is opened again: that a result went back and came again is no news to a reporter."""

NEWS = (*OF_REPORTS, *OF_CASES, *OF_SHEETS)
