"""What this room announces. Moves announce `conduct.<act>`; what is no move is named here."""

from gongzhi.kernel.facts import FactType

COMPLAINT_RECEIVED = FactType("conduct.received")
UNIT_NAMED = FactType("conduct.name_unit")
COMPLAINT_ANSWERED = FactType("conduct.answer")
