"""What has to be there, who asks, and what they send so that answers, reporters' turns and work sheets answer 2xx."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from gongzhi.api.tests.callers import NOON
from gongzhi.config.environment import DEMO_NEIGHBOUR_KEY
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.operations import Receipt
from gongzhi.intake.queries import sheets
from gongzhi.intake.rules import CODE_HOLDER, Contact
from gongzhi.intake.states import Channel
from gongzhi.notices.carriers.webhook import signature
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import MONDAY_9AM

Said = dict[str, Any]

CALLER = Contact("陈小明", "13800001234")
SOON = MONDAY_9AM + timedelta(hours=1)
SHEET = {"sheet_no": "XM2026112300001", "type": "complaint", "content": "占道经营", "deadline": "2026-11-27T10:00:00Z"}


def signed(body: object, *, at: Any = NOON) -> dict[str, str]:
    """Return the headers under which a neighbour sends a body."""
    stamp = str(int(at.timestamp()))
    given = signature(DEMO_NEIGHBOUR_KEY, id_="m1", stamp=stamp, body=json.dumps(body).encode())
    return {"webhook-id": "m1", "webhook-timestamp": stamp, "webhook-signature": given}


def _ended(**said: Any) -> Receipt:
    """A complaint of somebody with a number, whose case is done with."""
    receipt = moves.report(contact=CALLER, **said)
    moves.void(moves.case_of(receipt))
    return receipt


def _of(report: UUID, post: str, **said: Any) -> Said:
    return {"post": post, "path": {"report": str(report)}, "seen": queries.report(report).version, **said}


def _drafted() -> UUID:
    report = _ended().report
    replies.contact(report, at=SOON)
    replies.draft(report, at=SOON)
    return report


def _approved() -> UUID:
    report = _drafted()
    replies.approve(report, at=SOON)
    return report


def _answered() -> Receipt:
    receipt = _ended()
    replies.answer(receipt.report, at=SOON)
    return receipt


def _contacted() -> UUID:
    report = _ended().report
    replies.contact(report, at=SOON)
    return report


def _asked() -> UUID:
    report = _ended(channel=Channel.HOTLINE_SHEET).report
    until = MONDAY_9AM + timedelta(days=20)
    by = moves.member("acceptor")
    seen = queries.report(report).version
    intake.ask_reply_extension(report, until=until, words="需会商", seen=seen, by=by, at=SOON)
    return report


def _objected() -> Said:
    receipt = moves.report()
    case = moves.refuse(moves.case_of(receipt))
    intake.object_to_refusal(
        receipt.report, case_id=case.uid, grounds="属城管", seen=1, by=CODE_HOLDER, at=case.moved_at
    )
    said = _of(receipt.report, "shift_leader", body={"upheld": False, "grounds": "经复核，不属我方"})
    return {**said, "path": {"report": str(receipt.report), "case": str(case.uid)}}


def _own(receipt: Receipt, *, decides: bool = True, **said: Any) -> Said:
    body = {"number": receipt.number, "code": receipt.query_code, **said}
    return {"body": body, "seen": queries.report(receipt.report).version if decides else None}


def _refused() -> Said:
    receipt = moves.report()
    case = moves.refuse(moves.case_of(receipt))
    return _own(receipt, case=str(case.uid), text="属城管")


def _closed() -> Said:
    receipt = moves.report()
    moves.close(
        moves.check(
            moves.order_check(
                moves.handle(
                    moves.acknowledge(
                        moves.dispatch(moves.file(moves.verify(moves.order_verification(moves.case_of(receipt)))))
                    )
                )
            )
        )
    )
    intake.settle_reports_of(moves.case_of(receipt).uid, at=moves.case_of(receipt).moved_at)
    return _own(receipt, text="又来了")


def _sheet(*, acknowledged: bool = False) -> UUID:
    uid = replies.take().sheet
    if acknowledged:
        by = moves.member("acceptor")
        intake.acknowledge_sheet(uid, seen=sheets.sheet(uid).version, by=by, at=SOON)
    return uid


def _on(sheet: UUID, **said: Any) -> Said:
    return {"post": "acceptor", "path": {"sheet": str(sheet)}, "seen": sheets.sheet(sheet).version, **said}


def _seen_by_staff(sheet: UUID) -> Said:
    return {"post": "acceptor", "path": {"sheet": str(sheet)}}


def _failed() -> Said:
    from django.test import override_settings

    from gongzhi.intake import sheet_delivery

    sheet = _sheet(acknowledged=True)
    with override_settings(GONGZHI_MESSAGES="send", GONGZHI_NEIGHBOURS={}):
        sheet_delivery.tick(SOON)
    return {"post": "acceptor", "path": {"message": str(sheets.messages(sheet=sheet)[0].uid)}}


def _theirs() -> Said:
    _sheet()
    body = {"on": "2026-11-23", "sheets": [{"sheet_no": "A1", "version": 1, "state": "received"}]}
    return {"path": {"neighbour": "12345"}, "body": body, "more": signed(body)}


INTAKE: dict[str, Callable[[], Said]] = {
    "list_replies_due": lambda: {"post": "acceptor", "query": {"limit": 10}},
    "list_turns": lambda: {"post": "acceptor", "path": {"report": str(_answered().report)}},
    "record_contact": lambda: _of(_ended().report, "acceptor", body={"way": "phone", "outcome": "reached"}),
    "draft_reply": lambda: _of(_contacted(), "acceptor", body={"words": "已处理"}),
    "approve_reply": lambda: _of(_drafted(), "shift_leader"),
    "refuse_draft": lambda: _of(_drafted(), "shift_leader", body={"grounds": "请写明处理情况"}),
    "send_reply": lambda: _of(_approved(), "acceptor", body={"way": "phone"}),
    "ask_reply_extension": lambda: _of(
        _ended(channel=Channel.HOTLINE_SHEET).report,
        "acceptor",
        body={"until": "2026-12-10T10:00:00Z", "words": "需会商"},
    ),
    "decide_reply_extension": lambda: _of(_asked(), "shift_leader", body={"granted": True}),
    "call_back": lambda: _of(_answered().report, "acceptor", body={"outcome": "reached", "result": 4, "service": 5}),
    "decide_objection": _objected,
    "supplement_report": lambda: _own(moves.report(), decides=False, text="摊贩又来了"),
    "withdraw_report": lambda: _own(moves.report(), text="已解决"),
    "rate_report": lambda: _own(_answered(), decides=False, result=4, service=5),
    "reopen_report": _closed,
    "object_to_refusal": _refused,
    "take_message": lambda: {"path": {"neighbour": "12345"}, "body": SHEET, "more": signed(SHEET)},
    "compare_day": _theirs,
    "read_sheet_schema": dict,
    "list_sheets": lambda: {"post": "acceptor", "query": {"neighbour": "12345", "on": "2026-11-23"}},
    "read_work_sheet": lambda: _seen_by_staff(_sheet()),
    "list_sheet_messages": lambda: _seen_by_staff(_sheet(acknowledged=True)),
    "acknowledge_sheet": lambda: _on(_sheet()),
    "return_sheet": lambda: _on(_sheet(), body={"reason": "不属我方"}),
    "tell_progress": lambda: _on(_sheet(acknowledged=True), body={"words": "已到场"}),
    "send_message_anew": _failed,
    "read_sheet_day": lambda: {"post": "acceptor", "path": {"neighbour": "12345"}, "query": {"on": "2026-11-23"}},
}
