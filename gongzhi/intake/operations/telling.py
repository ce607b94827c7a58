"""Telling people of reports: whoever reported, and our own people when something of it is late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import queries as audit_queries
from gongzhi.cases import queries as case_queries
from gongzhi.intake import news, queries, rules
from gongzhi.intake.models import Report, Sheet
from gongzhi.intake.news import Told
from gongzhi.intake.states import ReplyWay
from gongzhi.notices.news import News, of_fact
from gongzhi.parameters.queries import parameter

_GROUNDS, _ANSWER = "grounds", "answer"


def tell_of_its_report(report_id: UUID, *, fact: str, seq: int, at: datetime) -> int:
    """Tell whom it concerns that something happened to a report; return how many sorts of news were new.

    Args:
        report_id: the report.
        fact: what happened.
        seq: the number of its entry: telling it again tells nobody.
        at: when it happened.
    """
    row = queries.report(report_id)
    answer = _answer_by_message(row.uid, row.stream, seq=seq)
    told = Told(
        row,
        can_be_called=_can_be_called(row.uid),
        needs_approval=rules.needs_approval(parameter("reply_approval", at=at), opens_cases=row.kind.needs_action),
        answer=news.in_their_words(answer),
    )
    return _tell(news.OF_REPORTS, told, fact=fact, key=f"{row.stream}#{seq}", at=at)


def tell_of_its_case(case_id: UUID, *, fact: str, seq: int, at: datetime) -> int:
    """Tell everybody who reported a case how it goes on; return how many sorts of news were new.

    Args:
        case_id: the case.
        fact: what happened.
        seq: the number of its entry: telling it again tells nobody.
        at: when it happened.
    """
    case = case_queries.case_as_told(case_id, seq=seq)
    key = f"{case.stream}@{case.reopen_count}" if fact in news.ONCE_A_ROUND else f"{case.stream}#{seq}"
    grounds = audit_queries.held_by_entry(case.stream, names=[_GROUNDS]).get(seq, {})
    return sum(
        _tell(
            news.OF_CASES,
            Told(
                row,
                can_be_called=_can_be_called(row.uid),
                unit=case.unit_code,
                reason=str(grounds.get(_GROUNDS, "")),
            ),
            fact=fact,
            key=key,
            at=at,
        )
        for row in queries.reports_of(case.uid)
    )


def tell_of_its_sheet(sheet_id: UUID, *, fact: str, seq: int, at: datetime) -> int:
    """Tell our own people that something of a neighbour's work sheet is late; return how many sorts were new."""
    sheet = Sheet.objects.get(uid=sheet_id)
    told = Told(queries.report(sheet.report_id), can_be_called=False, sheet=sheet.sheet_no)
    return _tell(news.OF_SHEETS, told, fact=fact, key=f"{sheet.stream}#{seq}", at=at)


def _tell(sorts: tuple[News[Told], ...], told: Told, *, fact: str, key: str, at: datetime) -> int:
    return sum(one.tell(told, about=told.report.stream, key=key, at=at) for one in of_fact(sorts, fact))


def _can_be_called(report: UUID) -> bool:
    """Whether the reporter left a number. The number itself is looked up when a message goes out, not before."""
    return Report.objects.filter(uid=report).exclude(phone_index="").exists()


def _answer_by_message(report: UUID, stream: str, *, seq: int) -> str | None:
    """Return the words of an answer that goes out as a message; None for one that reaches its reporter otherwise."""
    replies = queries.replies_of(report)
    if not replies or replies[-1].way != ReplyWay.SMS:
        return None
    answered = audit_queries.held_by_entry(stream, names=[_ANSWER]).get(seq, {})
    return str(answered[_ANSWER]) if _ANSWER in answered else None
