"""What this room announces. Moves announce `case.<act>`; the ones others listen to are named here."""

from gongzhi.kernel.facts import FactType

CASE_OPENED = FactType("case.opened")
CASE_FILED = FactType("case.file")
CASE_DISPATCHED = FactType("case.dispatch")
CASE_NOT_ACCEPTED = FactType("case.not_accept")
CASE_VOID = FactType("case.void")
CASE_CLOSED = FactType("case.close")
STAGE_LATE = FactType("case.stage-late")

CASE_ENDED = (CASE_NOT_ACCEPTED, CASE_VOID, CASE_CLOSED)
