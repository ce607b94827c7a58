"""The lives of a report, of the answer to it, of an objection and of a neighbour's work sheet, each as one table."""

from __future__ import annotations

from gongzhi.intake import rules
from gongzhi.intake.rules import ENTER, OBSERVE, PATROL
from gongzhi.intake.states import ObjectionState, ReplyState, ReportState, SheetState
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.states import Post, Scope

_KEPT = (ReportState.RECEIVED, ReportState.ANSWERED, ReportState.SETTLED)
_DONE = (ReportState.ANSWERED, ReportState.SETTLED)
_ANY = tuple(ReportState)
_REPORTER = (Post.REPORTER, Post.ACCEPTOR)
"""Reporters themselves, and the acceptor for those who call again instead of typing."""

REPORT = Lifecycle(
    "report",
    ReportState.RECEIVED,
    stay("link", _KEPT, by=(Post.ACCEPTOR, Post.IMPORTER)),
    move(
        "answer",
        (ReportState.RECEIVED, ReportState.SETTLED),
        ReportState.ANSWERED,
        by=(Post.ACCEPTOR, Post.IMPORTER),
    ),
    move("settle", ReportState.RECEIVED, ReportState.SETTLED, by=Post.TIMER),
    stay("supplement", ReportState.RECEIVED, by=_REPORTER),
    move("withdraw", ReportState.RECEIVED, ReportState.WITHDRAWN, by=_REPORTER),
    stay("rate", _DONE, by=Post.REPORTER),
    stay("call_back", _DONE, by=Post.ACCEPTOR),
    stay("promise_call", _KEPT, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    stay("keep_promise", _KEPT, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    move("reopen", _DONE, ReportState.RECEIVED, by=_REPORTER),
    stay("object", _KEPT, by=_REPORTER),
    move("take_up_again", _DONE, ReportState.RECEIVED, by=Post.TIMER),
    move("hand_back", ReportState.RECEIVED, ReportState.HANDED_BACK, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    move(
        "come_again",
        (ReportState.HANDED_BACK, ReportState.WITHDRAWN),
        ReportState.RECEIVED,
        by=(Post.MACHINE, Post.ACCEPTOR, Post.IMPORTER),
    ),
    stay("release", _ANY, by=Post.SHIFT_LEADER),
    stay("reveal_contact", _ANY, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    ends=(ReportState.ANSWERED, ReportState.SETTLED, ReportState.WITHDRAWN, ReportState.HANDED_BACK),
)

_UNSENT = (ReplyState.OWED, ReplyState.DRAFTED, ReplyState.APPROVED)

REPLY = Lifecycle(
    "reply",
    ReplyState.OWED,
    stay("contact", _UNSENT, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    move(
        "draft",
        (ReplyState.OWED, ReplyState.DRAFTED),
        ReplyState.DRAFTED,
        by=Post.ACCEPTOR,
        needs=[rules.words_there, rules.caller_contacted],
    ),
    move("approve", ReplyState.DRAFTED, ReplyState.APPROVED, by=Post.SHIFT_LEADER),
    move("refuse_draft", ReplyState.DRAFTED, ReplyState.OWED, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    # Sending is the report's own move `answer`; the power to answer decides.
    move("send", _UNSENT, ReplyState.SENT, by=(), needs=[rules.words_there, rules.cases_ended, rules.approved]),
    stay("ask_extension", _UNSENT, by=Post.ACCEPTOR),
    stay("grant_extension", _UNSENT, by=(Post.SHIFT_LEADER, Post.MACHINE, Post.IMPORTER)),
    stay("refuse_extension", _UNSENT, by=(Post.SHIFT_LEADER, Post.MACHINE, Post.IMPORTER)),
    # It ends with the report: whoever withdraws a report, or hands it back, waits for no answer of ours.
    move("drop", _UNSENT, ReplyState.DROPPED, by=()),
    ends=(ReplyState.SENT, ReplyState.DROPPED),
)

OBJECTION = Lifecycle(
    "objection",
    ObjectionState.MADE,
    move("uphold", ObjectionState.MADE, ObjectionState.UPHELD, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    move("refuse", ObjectionState.MADE, ObjectionState.REFUSED, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    ends=(ObjectionState.UPHELD, ObjectionState.REFUSED),
)

_AT_US = (SheetState.RECEIVED, SheetState.ACKNOWLEDGED)
_SENDERS = (Post.MACHINE, Post.ACCEPTOR, Post.IMPORTER)
"""The neighbour's own system, and whoever takes its work sheets in from a file."""

SHEET = Lifecycle(
    "sheet",
    SheetState.RECEIVED,
    move("acknowledge", SheetState.RECEIVED, SheetState.ACKNOWLEDGED, by=Post.ACCEPTOR),
    move(
        "return",
        SheetState.RECEIVED,
        SheetState.RETURNED,
        by=Post.ACCEPTOR,
        needs=[rules.grounds_given, rules.returned_in_time, rules.not_returned_before],
    ),
    move(
        "return_again",
        SheetState.RECEIVED,
        SheetState.RETURNED,
        by=Post.SHIFT_LEADER,
        needs=[rules.grounds_given, rules.returned_in_time],
    ),
    move(
        "send_again",
        (SheetState.RETURNED, SheetState.ANSWERED, SheetState.CLOSED),
        SheetState.RECEIVED,
        by=_SENDERS,
    ),
    stay("revise", _AT_US, by=_SENDERS),
    stay("tell_progress", _AT_US, by=Post.ACCEPTOR, needs=[rules.grounds_given]),
    stay("answer_extension", _AT_US, by=_SENDERS),
    stay("supervise", (*_AT_US, SheetState.ANSWERED), by=_SENDERS),
    stay("visit", (SheetState.ANSWERED, SheetState.CLOSED), by=_SENDERS),
    move("close", (*_AT_US, SheetState.ANSWERED), SheetState.CLOSED, by=_SENDERS),
    # These follow from what happens to the report and its cases, where the power was asked for.
    stay("report_arrival", (*_AT_US, SheetState.ANSWERED), by=()),
    stay("ask_extension", _AT_US, by=()),
    move("answer", _AT_US, SheetState.ANSWERED, by=()),
    move("take_up_again", (SheetState.ANSWERED, SheetState.CLOSED), SheetState.ACKNOWLEDGED, by=()),
    ends=(SheetState.RETURNED, SheetState.CLOSED),
)

READ_FILES = "report.read_files"
"""The power to open what came with a report, as far as the cases reach to which it belongs."""
WORK_AT_UNITS = {Post.DEPARTMENT_DESK: Scope.UNIT, Post.HANDLER: Scope.UNIT}
_WORK_ON_CASES = (*WORK_AT_UNITS, Post.COLLECTOR, Post.CHECKER, Post.OFFICER, Post.LEGAL_OFFICER)
_READ_ALL = (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.CONDUCT_INSPECTOR)
READERS = (
    *((post, "report.read") for post in (*_READ_ALL, Post.EVALUATOR, Post.LEADER, Post.AUDIT_ADMINISTRATOR)),
    *((post, "report.read_words") for post in _READ_ALL),
    *((post, READ_FILES) for post in (*_READ_ALL, *_WORK_ON_CASES)),
)
"""Who reads reports, who also reads the private words in them, and who opens what came with the report of a case: those
who work on the case, and not those who only judge or watch the work. Who erases must see what there is to erase."""

_OUTDOORS = (Post.COLLECTOR, Post.CHECKER, Post.OFFICER)
RECEIVERS = (
    *((post, PATROL) for post in (*_OUTDOORS, Post.IMPORTER)),
    *((post, OBSERVE) for post in (*_OUTDOORS, Post.MACHINE, Post.IMPORTER)),
    *((post, ENTER) for post in (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.IMPORTER)),
)
"""Who reports what they find on patrol, what cameras and devices show, and who enters what somebody else said."""

SHEET_CLERKS = (
    *((post, "sheet.receive") for post in _SENDERS),
    *((post, "sheet.read") for post in (*_READ_ALL, Post.EVALUATOR, Post.LEADER, Post.IMPORTER)),
    *((post, "sheet.send_anew") for post in (Post.ACCEPTOR, Post.SYSTEM_ADMINISTRATOR)),
)
"""Who takes work sheets in, who reads them, and who has a message sent anew that did not arrive."""
