"""Everything that changes a case: lock, check the table, write, record — one transaction each."""

from __future__ import annotations

from gongzhi.cases.operations.appeals import (
    appeal_timeout,
    decide_appeal,
    review_appeal,
)
from gongzhi.cases.operations.assistance import (
    answer_assistance,
    ask_assistance,
)
from gongzhi.cases.operations.change import (
    Place,
)
from gongzhi.cases.operations.closings import (
    close_self_handled,
    correct_closing,
    force_close,
    propose_special_closing,
    propose_void,
    void_by_review,
)
from gongzhi.cases.operations.dispatching import (
    arbitrate_case,
    correct_return,
    decide_return,
    dispatch_case,
    return_case,
    send_for_correction,
)
from gongzhi.cases.operations.extensions import (
    grant_extension,
    refuse_extension,
    request_extension,
)
from gongzhi.cases.operations.holds import (
    approve_hold,
    refuse_hold,
    request_hold,
    resume_case,
)
from gongzhi.cases.operations.instructions import (
    instruct,
    report_back,
    supervise,
)
from gongzhi.cases.operations.main_line import (
    accept_case,
    acknowledge_case,
    classify_case,
    close_case,
    confirm_result,
    confirm_verified,
    fail_check,
    file_case,
    locate_case,
    not_accept_case,
    open_case,
    pass_check,
    pass_from_desk,
    refuse_closing,
    report_unconfirmed,
    send_back,
    send_to_check,
    send_to_verify,
    submit_result,
    void_case,
)
from gongzhi.cases.operations.merging import (
    merge_case,
    split_off_case,
)
from gongzhi.cases.operations.reopening import (
    reopen_by_reporter,
    reopen_case,
    uphold_objection,
)
from gongzhi.cases.operations.telling import (
    remind,
    tell_of_case,
)
from gongzhi.cases.operations.timers import (
    tick,
)
from gongzhi.cases.operations.urgent import (
    arrive,
    dispatch_urgent,
    feed_back,
    file_later,
    mark_urgent,
)

__all__ = [
    "Place",
    "accept_case",
    "acknowledge_case",
    "answer_assistance",
    "appeal_timeout",
    "approve_hold",
    "arbitrate_case",
    "arrive",
    "ask_assistance",
    "classify_case",
    "close_case",
    "close_self_handled",
    "confirm_result",
    "confirm_verified",
    "correct_closing",
    "correct_return",
    "decide_appeal",
    "decide_return",
    "dispatch_case",
    "dispatch_urgent",
    "fail_check",
    "feed_back",
    "file_case",
    "file_later",
    "force_close",
    "grant_extension",
    "instruct",
    "locate_case",
    "mark_urgent",
    "merge_case",
    "not_accept_case",
    "open_case",
    "pass_check",
    "pass_from_desk",
    "propose_special_closing",
    "propose_void",
    "refuse_closing",
    "refuse_extension",
    "refuse_hold",
    "remind",
    "reopen_by_reporter",
    "reopen_case",
    "report_back",
    "report_unconfirmed",
    "request_extension",
    "request_hold",
    "resume_case",
    "return_case",
    "review_appeal",
    "send_back",
    "send_for_correction",
    "send_to_check",
    "send_to_verify",
    "split_off_case",
    "submit_result",
    "supervise",
    "tell_of_case",
    "tick",
    "uphold_objection",
    "void_by_review",
    "void_case",
]
