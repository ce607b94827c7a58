"""A report's own life: it ends with an answer, or with the cases it belongs to."""

from __future__ import annotations

from gongzhi.intake.rules import ENTER, OBSERVE, PATROL
from gongzhi.intake.states import ReportState
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.states import Post, Scope

REPORT = Lifecycle(
    "report",
    ReportState.RECEIVED,
    stay("link", (ReportState.RECEIVED, ReportState.ANSWERED, ReportState.SETTLED), by=(Post.ACCEPTOR, Post.IMPORTER)),
    move(
        "answer",
        (ReportState.RECEIVED, ReportState.SETTLED),
        ReportState.ANSWERED,
        by=(Post.ACCEPTOR, Post.IMPORTER),
    ),
    move("settle", ReportState.RECEIVED, ReportState.SETTLED, by=Post.TIMER),
    stay("release", (ReportState.RECEIVED, ReportState.ANSWERED, ReportState.SETTLED), by=Post.SHIFT_LEADER),
    stay(
        "reveal_contact",
        (ReportState.RECEIVED, ReportState.ANSWERED, ReportState.SETTLED),
        by=(Post.ACCEPTOR, Post.SHIFT_LEADER),
    ),
    ends=(ReportState.ANSWERED, ReportState.SETTLED),
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
