"""One function for each thing that people do with a report after it came in, five minutes after one another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.queries import ReplyRow, ReportRow
from gongzhi.intake.rules.sheets import WorkSheet
from gongzhi.intake.states import ContactOutcome, ReplyWay, ReportKind
from gongzhi.kernel.actor import Actor
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import A_STEP, MONDAY_9AM, member

WORDS = "您反映的摊贩已劝离，我们会加强巡查。"


def report_now(report: UUID) -> ReportRow:
    """Return a report as it is now."""
    return queries.report(report)


def reply_now(report: UUID) -> ReplyRow:
    """Return the duty to answer a report as it is now."""
    return queries.replies_of(report)[-1]


def contact(
    report: UUID,
    *,
    at: datetime,
    outcome: ContactOutcome = ContactOutcome.REACHED,
    words: str = "",
    by: Actor | None = None,
) -> ReportRow:
    """The acceptor calls the reporter."""
    by, seen = by or member(Post.ACCEPTOR), report_now(report).version
    return intake.record_contact(report, way=ReplyWay.PHONE, outcome=outcome, words=words, seen=seen, by=by, at=at)


def draft(report: UUID, *, at: datetime, words: str = WORDS, by: Actor | None = None) -> ReportRow:
    """The acceptor writes the answer."""
    by, seen = by or member(Post.ACCEPTOR), report_now(report).version
    return intake.draft_reply(report, words=words, seen=seen, by=by, at=at)


def approve(report: UUID, *, at: datetime, by: Actor | None = None) -> ReportRow:
    """The shift leader approves it."""
    by, seen = by or member(Post.SHIFT_LEADER), report_now(report).version
    return intake.approve_reply(report, seen=seen, by=by, at=at)


def send(report: UUID, *, at: datetime, by: Actor | None = None) -> ReportRow:
    """The acceptor sends it."""
    by, seen = by or member(Post.ACCEPTOR), report_now(report).version
    return intake.send_reply(report, way=ReplyWay.PHONE, seen=seen, by=by, at=at)


def answer(report: UUID, *, at: datetime, words: str = WORDS) -> ReportRow:
    """The whole way of an answer: called, written, approved by somebody else, sent; the last at `at`."""
    contact(report, at=at - 3 * A_STEP)
    draft(report, at=at - 2 * A_STEP, words=words)
    approve(report, at=at - A_STEP)
    return send(report, at=at)


def set_parameter(name: str, value: int, *, at: datetime = MONDAY_9AM) -> None:
    """The city turns a setting."""
    parameters.set_parameter(name, value, seen=parameter_queries.edition(), by=FOUNDER, at=at)


def work_sheet(sheet_no: str = "XM2026112300001", **said: object) -> WorkSheet:
    """Return a work sheet of the hotline as it usually comes: a complaint about a street vendor."""
    usual: dict[str, object] = {
        "type": ReportKind.COMPLAINT,
        "title": "占道经营",
        "content": "人行道上有流动摊贩占道经营",
        "caller_name": "陈小明",
        "phone": "13800001234",
        "address": "中山路口",
        "lon": 118.09,
        "lat": 24.46,
    }
    return WorkSheet(sheet_no=sheet_no, **{**usual, **said})  # type: ignore[arg-type]  # fields by their names


def take(said: WorkSheet | None = None, *, neighbour: str = "12345", at: datetime = MONDAY_9AM) -> intake.SheetReceipt:
    """The neighbour's system sends a message."""
    by = intake.neighbour_actor(neighbour)
    return intake.take_message(said or work_sheet(), neighbour=neighbour, by=by, at=at)
