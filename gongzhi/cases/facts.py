"""What this room announces. Moves announce `case.<act>`; the ones others listen to are named here."""

from gongzhi.kernel.facts import FactType

CASE_OPENED = FactType("case.opened")
CASE_FILED = FactType("case.file")
CASE_DISPATCHED = FactType("case.dispatch")
CASE_NOT_ACCEPTED = FactType("case.not_accept")
CASE_DISPATCHED_URGENT = FactType("case.dispatch_urgent")
CASE_RETURNED = FactType("case.return")
RETURN_ESCALATED = FactType("case.escalate_return")
CASE_ARBITRATED = FactType("case.arbitrate")
CASE_MERGED = FactType("case.merge")
CASE_SPLIT_OFF = FactType("case.split_off")
CASE_VOID = FactType("case.void")
CASE_VOID_BY_REVIEW = FactType("case.void_by_review")
CASE_CLOSED = FactType("case.close")
CASE_FORCE_CLOSED = FactType("case.force_close")
CASE_SELF_HANDLED = FactType("case.close_self_handled")
CASE_REOPENED = FactType("case.reopen")
CASE_REOPENED_BY_REPORTER = FactType("case.reopen_by_reporter")
STAGE_LATE = FactType("case.stage-late")
CASE_TOOK_IN = FactType("case.took-in")
CASE_GAVE_BACK = FactType("case.gave-back")

CASE_ENDED = (
    *(CASE_NOT_ACCEPTED, CASE_MERGED, CASE_VOID, CASE_VOID_BY_REVIEW),
    *(CASE_CLOSED, CASE_FORCE_CLOSED, CASE_SELF_HANDLED),
)
NOBODY_LOOKS_NOW = (*CASE_ENDED, CASE_DISPATCHED_URGENT)
"""After these a visit that is out is no longer needed: the case ended, or a unit goes there at once."""
