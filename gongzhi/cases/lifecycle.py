"""The whole life of a case, as one table. Buttons, permissions, the API and the diagram in the docs come from it."""

from __future__ import annotations

from gongzhi.cases import rules
from gongzhi.cases.states import ENDS, CaseState
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.rules import Separation
from gongzhi.people.states import Post

_BEFORE_FILING = (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED)

CASE = Lifecycle(
    "case",
    CaseState.REPORTED,
    stay("locate", _BEFORE_FILING, by=Post.ACCEPTOR),
    stay("classify", _BEFORE_FILING, by=Post.ACCEPTOR),
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
        "file",
        CaseState.ACCEPTED,
        CaseState.FILED,
        by=(Post.SHIFT_LEADER, Post.IMPORTER),
        needs=[rules.placed, rules.condition_chosen],
    ),
    move(
        "dispatch",
        CaseState.FILED,
        CaseState.DISPATCHED,
        by=(Post.DISPATCHER, Post.IMPORTER),
        needs=[rules.unit_chosen],
    ),
    move("acknowledge", CaseState.DISPATCHED, CaseState.HANDLING, by=(Post.DEPARTMENT_DESK, Post.IMPORTER)),
    stay(
        "submit_result",
        (CaseState.HANDLING, CaseState.REWORK),
        by=(Post.HANDLER, Post.IMPORTER),
        needs=[rules.after_photo_there],
    ),
    move(
        "confirm_result",
        (CaseState.HANDLING, CaseState.REWORK),
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
        needs=[rules.closing_proven],
    ),
    move("refuse_closing", CaseState.CHECK_PASSED, CaseState.REWORK, by=Post.SHIFT_LEADER, needs=[rules.grounds_given]),
    move(
        "void",
        (CaseState.REPORTED, CaseState.VERIFYING, CaseState.ACCEPTED, CaseState.FILED),
        CaseState.VOID,
        by=Post.SHIFT_LEADER,
        needs=[rules.grounds_given],
    ),
    ends=ENDS,
)

HANDLED_BY = frozenset({"case.submit_result", "case.confirm_result"})
CHECKED_BY = frozenset({"case.pass_check", "case.fail_check", "case.pass_from_desk"})
ACCEPTED_BY = frozenset({"case.accept", "case.verify", "case.confirm_verified"})

SEPARATIONS = (
    Separation("case.submit_result", not_after=CHECKED_BY),
    Separation("case.confirm_result", not_after=CHECKED_BY),
    Separation("case.pass_check", not_after=HANDLED_BY),
    Separation("case.fail_check", not_after=HANDLED_BY),
    Separation("case.pass_from_desk", not_after=HANDLED_BY),
    Separation("case.close", not_after=HANDLED_BY | CHECKED_BY | ACCEPTED_BY),
)

READERS = tuple(
    (post, "case.read")
    for post in (
        *(Post.COLLECTOR, Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.DEPARTMENT_DESK, Post.HANDLER),
        *(Post.CHECKER, Post.EVALUATOR, Post.CONDUCT_INSPECTOR, Post.OFFICER, Post.LEGAL_OFFICER, Post.LEADER),
        Post.AUDIT_ADMINISTRATOR,
    )
)
