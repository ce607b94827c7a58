"""Everything that changes reports, the answers to them, and neighbours' work sheets: one change each."""

from gongzhi.base.operations import RepeatedKeyOtherContent
from gongzhi.intake.operations.contacts import Look, release_report, reveal_contact
from gongzhi.intake.operations.links import (
    link_report,
    merge_case_into,
    settle_reports_of,
    split_case_off,
    take_up_reports_of,
)
from gongzhi.intake.operations.promises import keep_promise, promise_call
from gongzhi.intake.operations.receiving import Receipt, earlier_receipt, place_at, receive_report
from gongzhi.intake.operations.replies import (
    answer_report,
    approve_reply,
    ask_reply_extension,
    decide_reply_extension,
    draft_reply,
    record_contact,
    refuse_draft,
    send_reply,
)
from gongzhi.intake.operations.reporter_turns import (
    call_back,
    decide_objection,
    object_to_refusal,
    rate_report,
    reopen_report,
    supplement_report,
    withdraw_report,
)
from gongzhi.intake.operations.sheets import (
    SheetReceipt,
    acknowledge_sheet,
    neighbour_actor,
    return_sheet,
    send_message_anew,
    take_message,
    tell_of_arrival,
    tell_progress,
)
from gongzhi.intake.operations.telling import tell_of_its_case, tell_of_its_report, tell_of_its_sheet
from gongzhi.intake.operations.timers import tick
from gongzhi.intake.operations.words import draw_missing_terms, draw_terms

__all__ = [
    "Look",
    "Receipt",
    "RepeatedKeyOtherContent",
    "SheetReceipt",
    "acknowledge_sheet",
    "answer_report",
    "approve_reply",
    "ask_reply_extension",
    "call_back",
    "decide_objection",
    "decide_reply_extension",
    "draft_reply",
    "draw_missing_terms",
    "draw_terms",
    "earlier_receipt",
    "keep_promise",
    "link_report",
    "merge_case_into",
    "neighbour_actor",
    "object_to_refusal",
    "place_at",
    "promise_call",
    "rate_report",
    "receive_report",
    "record_contact",
    "refuse_draft",
    "release_report",
    "reopen_report",
    "return_sheet",
    "reveal_contact",
    "send_message_anew",
    "send_reply",
    "settle_reports_of",
    "split_case_off",
    "supplement_report",
    "take_message",
    "take_up_reports_of",
    "tell_of_arrival",
    "tell_of_its_case",
    "tell_of_its_report",
    "tell_of_its_sheet",
    "tell_progress",
    "tick",
    "withdraw_report",
]
