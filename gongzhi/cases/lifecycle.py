"""The whole life of a case, as one table. Buttons, permissions, the API and the diagram in the docs come from it."""

from __future__ import annotations

from gongzhi.cases import rules
from gongzhi.cases.states import (
    AFTER_FILING,
    BEFORE_FILING,
    CLOSINGS,
    ENDS,
    UNIT_WAITS,
    UNIT_WORKS,
    WITH_A_UNIT,
    CaseState,
)
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.rules import Separation
from gongzhi.people.states import Post

_HELPED = (*UNIT_WORKS, CaseState.SUSPENDED)
_UNSOLVED = (CaseState.HANDLING, CaseState.SUSPENDED, CaseState.REWORK, CaseState.HANDLED)
_EXTENDED = (CaseState.HANDLING, CaseState.SUSPENDED, CaseState.REWORK, *UNIT_WAITS)
_OPEN = (*BEFORE_FILING, *AFTER_FILING)
_MAYBE_UNFILED = (*BEFORE_FILING, CaseState.RETURNED, *WITH_A_UNIT)
"""Before filing, and wherever an urgent case may be that a unit handles before it is filed."""
_DISPOSAL = (CaseState.HANDLING, CaseState.REWORK)

CASE = Lifecycle(
    "case",
    CaseState.REPORTED,
    stay("locate", _MAYBE_UNFILED, by=Post.ACCEPTOR, needs=[rules.not_filed]),
    stay("classify", _MAYBE_UNFILED, by=Post.ACCEPTOR, needs=[rules.not_filed]),
    move("verify", CaseState.REPORTED, CaseState.VERIFYING, by=Post.ACCEPTOR, needs=[rules.placed]),
    move(
        "confirm_verified",
        CaseState.VERIFYING,
        CaseState.ACCEPTED,
        by=(Post.CHECKER, Post.COLLECTOR, Post.IMPORTER),
    ),
    move("report_unconfirmed", CaseState.VERIFYING, CaseState.REPORTED, by=(Post.CHECKER, Post.COLLECTOR)),
    move(
        "accept",
        CaseState.REPORTED,
        CaseState.ACCEPTED,
        by=(Post.ACCEPTOR, Post.IMPORTER),
        needs=[rules.verified_or_seen],
    ),
    move(
        "not_accept",
        (CaseState.REPORTED, CaseState.VERIFYING),
        CaseState.NOT_ACCEPTED,
        by=Post.ACCEPTOR,
        needs=[rules.grounds_given],
    ),
    move(
        "uphold_objection",
        CaseState.NOT_ACCEPTED,
        CaseState.REPORTED,
        by=Post.SHIFT_LEADER,
        needs=[rules.grounds_given],
    ),
    move(
        "merge",
        (CaseState.REPORTED, CaseState.ACCEPTED),
        CaseState.MERGED,
        by=(Post.ACCEPTOR, Post.SHIFT_LEADER),
        needs=[rules.target_fits],
    ),
    move("split_off", CaseState.MERGED, CaseState.REPORTED, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    move(
        "close_self_handled",
        CaseState.REPORTED,
        CaseState.CLOSED,
        by=Post.COLLECTOR,
        needs=[rules.placed, rules.solved_on_the_spot],
    ),
    move(
        "file",
        CaseState.ACCEPTED,
        CaseState.FILED,
        by=(Post.SHIFT_LEADER, Post.IMPORTER),
        needs=[rules.placed, rules.condition_chosen],
    ),
    move(
        "send_for_correction",
        (CaseState.FILED, CaseState.RETURNED),
        CaseState.ACCEPTED,
        by=Post.DISPATCHER,
        needs=[rules.grounds_given, rules.no_arbitration_due],
    ),
    move(
        "dispatch",
        (CaseState.FILED, CaseState.RETURNED),
        CaseState.DISPATCHED,
        by=(Post.DISPATCHER, Post.IMPORTER),
        needs=[rules.unit_chosen, rules.no_arbitration_due, rules.refused_return_reasoned],
    ),
    move("acknowledge", CaseState.DISPATCHED, CaseState.HANDLING, by=(Post.DEPARTMENT_DESK, Post.IMPORTER)),
    move(
        "return",
        CaseState.DISPATCHED,
        CaseState.RETURNED,
        by=Post.DEPARTMENT_DESK,
        needs=[rules.not_ruled, rules.within_return_window, rules.return_explained],
    ),
    stay("escalate_return", CaseState.RETURNED, by=Post.TIMER),
    move(
        "decide_return",
        CaseState.RETURNED,
        CaseState.DISPATCHED,
        by=Post.SHIFT_LEADER,
        needs=[rules.escalated, rules.unit_chosen, rules.no_arbitration_due, rules.refused_return_reasoned],
    ),
    move(
        "correct_return",
        CaseState.RETURNED,
        CaseState.ACCEPTED,
        by=Post.SHIFT_LEADER,
        needs=[rules.escalated, rules.grounds_given, rules.no_arbitration_due],
    ),
    move(
        "arbitrate",
        CaseState.RETURNED,
        CaseState.DISPATCHED,
        by=(Post.SHIFT_LEADER, Post.LEADER),
        needs=[rules.unit_chosen, rules.in_dispute, rules.grounds_given],
    ),
    stay(
        "mark_urgent",
        (*BEFORE_FILING, CaseState.FILED),
        by=(Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER),
    ),
    move(
        "dispatch_urgent",
        BEFORE_FILING,
        CaseState.DISPATCHED,
        by=(Post.DISPATCHER, Post.SHIFT_LEADER),
        needs=[rules.urgent, rules.unit_chosen],
    ),
    stay(
        "file_later",
        WITH_A_UNIT,
        by=Post.SHIFT_LEADER,
        needs=[rules.not_filed, rules.placed, rules.condition_chosen],
    ),
    stay("arrive", UNIT_WORKS, by=(Post.HANDLER, Post.DEPARTMENT_DESK), needs=[rules.urgent, rules.not_arrived]),
    stay(
        "feed_back",
        WITH_A_UNIT,
        by=(Post.HANDLER, Post.DEPARTMENT_DESK),
        needs=[rules.urgent, rules.words_given],
    ),
    stay(
        "request_extension",
        CaseState.HANDLING,
        by=Post.DEPARTMENT_DESK,
        needs=[rules.words_given, rules.before_deadline, rules.extension_left],
    ),
    stay("grant_extension", _EXTENDED, by=Post.DISPATCHER, needs=[rules.extension_asked]),
    stay("refuse_extension", _EXTENDED, by=Post.DISPATCHER, needs=[rules.extension_asked, rules.grounds_given]),
    stay(
        "request_hold",
        CaseState.HANDLING,
        by=Post.DEPARTMENT_DESK,
        needs=[rules.words_given, rules.may_be_held],
    ),
    move(
        "approve_hold",
        CaseState.HANDLING,
        CaseState.SUSPENDED,
        by=Post.SHIFT_LEADER,
        needs=[rules.hold_asked, rules.may_be_held],
    ),
    stay("refuse_hold", CaseState.HANDLING, by=Post.SHIFT_LEADER, needs=[rules.hold_asked, rules.grounds_given]),
    move(
        "resume",
        CaseState.SUSPENDED,
        CaseState.HANDLING,
        by=(Post.DEPARTMENT_DESK, Post.SHIFT_LEADER, Post.TIMER),
    ),
    stay(
        "ask_assistance",
        UNIT_WORKS,
        by=(Post.DEPARTMENT_DESK, Post.DISPATCHER),
        needs=[rules.words_given, rules.another_unit_asked],
    ),
    stay("answer_assistance", _HELPED, by=(Post.DEPARTMENT_DESK, Post.HANDLER), needs=[rules.words_given]),
    stay(
        "supervise",
        AFTER_FILING,
        by=(Post.LEADER, Post.CONDUCT_INSPECTOR, Post.SHIFT_LEADER),
        needs=[rules.not_supervised, rules.grounds_given, rules.ends_ahead],
    ),
    stay("instruct", _OPEN, by=Post.LEADER, needs=[rules.words_given, rules.ends_ahead]),
    stay(
        "report_back",
        (*_OPEN, *ENDS),
        by=(Post.DEPARTMENT_DESK, Post.SHIFT_LEADER),
        needs=[rules.words_given],
    ),
    stay(
        "submit_result",
        _DISPOSAL,
        by=(Post.HANDLER, Post.IMPORTER),
        needs=[rules.after_photo_there],
    ),
    move(
        "confirm_result",
        _DISPOSAL,
        CaseState.HANDLED,
        by=(Post.DEPARTMENT_DESK, Post.IMPORTER),
        needs=[rules.result_submitted],
    ),
    move(
        "send_to_check",
        CaseState.HANDLED,
        CaseState.CHECKING,
        by=(Post.DISPATCHER, Post.IMPORTER),
        needs=[rules.visit_needed],
    ),
    move(
        "pass_from_desk",
        CaseState.HANDLED,
        CaseState.CHECK_PASSED,
        by=(Post.DISPATCHER, Post.IMPORTER),
        needs=[rules.no_visit_needed],
    ),
    move("send_back", CaseState.HANDLED, CaseState.REWORK, by=Post.DISPATCHER, needs=[rules.grounds_given]),
    move("pass_check", CaseState.CHECKING, CaseState.CHECK_PASSED, by=(Post.CHECKER, Post.IMPORTER)),
    move("fail_check", CaseState.CHECKING, CaseState.REWORK, by=Post.CHECKER, needs=[rules.grounds_given]),
    move(
        "close",
        CaseState.CHECK_PASSED,
        CaseState.CLOSED,
        by=(Post.SHIFT_LEADER, Post.IMPORTER),
        needs=[rules.filed, rules.no_extension_open, rules.closing_proven],
    ),
    move("refuse_closing", CaseState.CHECK_PASSED, CaseState.REWORK, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    move(
        "void",
        (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED, CaseState.FILED),
        CaseState.VOID,
        by=(Post.SHIFT_LEADER, Post.TIMER),  # by the timer with its only report, which the reporter took back
        needs=[rules.grounds_given],
    ),
    stay("propose_void", _DISPOSAL, by=Post.DISPATCHER, needs=[rules.no_filed_rework, rules.grounds_given]),
    move(
        "void_by_review",
        _DISPOSAL,
        CaseState.VOID,
        by=Post.SHIFT_LEADER,
        needs=[rules.no_filed_rework, rules.void_proposed, rules.grounds_given],
    ),
    stay(
        "propose_special_closing",
        _UNSOLVED,
        by=(Post.DISPATCHER, Post.DEPARTMENT_DESK),
        needs=[rules.special_ground_explained],
    ),
    move(
        "force_close",
        _UNSOLVED,
        CaseState.FORCE_CLOSED,
        by=Post.SHIFT_LEADER,
        needs=[rules.filed, rules.closing_proposed, rules.grounds_given],
    ),
    move(
        "reopen",
        CLOSINGS,
        CaseState.REWORK,
        by=Post.SHIFT_LEADER,
        needs=[rules.can_be_handled_again, rules.grounds_given],
    ),
    move(
        "reopen_by_reporter",
        CLOSINGS,
        CaseState.REWORK,
        by=Post.REPORTER,
        needs=[rules.can_be_handled_again, rules.free_for_the_reporter],
    ),
    stay(
        "correct_closing",
        CaseState.CLOSED,
        by=Post.SHIFT_LEADER,
        needs=[rules.closing_correctable, rules.grounds_given],
    ),
    stay(
        "appeal_timeout",
        CaseState.CLOSED,
        by=Post.DEPARTMENT_DESK,
        needs=[rules.late_on_record, rules.words_given],
    ),
    stay("review_appeal", CaseState.CLOSED, by=Post.DISPATCHER, needs=[rules.appeal_asked, rules.words_given]),
    stay("decide_appeal", CaseState.CLOSED, by=Post.ACCEPTOR, needs=[rules.appeal_reviewed, rules.grounds_given]),
    ends=ENDS,
)

HANDLED_BY = frozenset(
    {"case.arrive", "case.feed_back", "case.submit_result", "case.confirm_result", "case.answer_assistance"}
)
CHECKED_BY = frozenset({"case.pass_check", "case.fail_check", "case.pass_from_desk"})
CLOSED_BY = frozenset({"case.close", "case.force_close"})
"""Whoever closed a case does not handle or check it either when it is opened again."""
ACCEPTED_BY = frozenset({"case.accept", "case.verify", "case.confirm_verified"})

SEPARATIONS = (
    *(Separation(act, not_after=CHECKED_BY | CLOSED_BY) for act in sorted(HANDLED_BY)),
    *(Separation(act, not_after=HANDLED_BY | CLOSED_BY) for act in sorted(CHECKED_BY)),
    Separation("case.close", not_after=HANDLED_BY | CHECKED_BY | ACCEPTED_BY),
    Separation("case.uphold_objection", not_after=frozenset({"case.not_accept"}), firm=True),
    Separation("case.arbitrate", not_after=HANDLED_BY | {"case.return"}, firm=True),
    Separation("case.grant_extension", not_after=frozenset({"case.request_extension"})),
    Separation("case.approve_hold", not_after=frozenset({"case.request_hold"})),
    Separation("case.void_by_review", not_after=frozenset({"case.propose_void"}), firm=True),
    Separation("case.force_close", not_after=HANDLED_BY | {"case.propose_special_closing"}, firm=True),
    Separation("case.review_appeal", not_after=frozenset({"case.appeal_timeout"}), firm=True),
    Separation("case.decide_appeal", not_after=frozenset({"case.appeal_timeout", "case.review_appeal"}), firm=True),
)

READERS = tuple(
    (post, "case.read")
    for post in (
        *(Post.COLLECTOR, Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.DEPARTMENT_DESK, Post.HANDLER),
        *(Post.CHECKER, Post.EVALUATOR, Post.CONDUCT_INSPECTOR, Post.OFFICER, Post.LEGAL_OFFICER, Post.LEADER),
        Post.AUDIT_ADMINISTRATOR,
    )
)
