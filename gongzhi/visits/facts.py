"""What this room announces."""

from gongzhi.kernel.facts import FactType

VISIT_ORDERED = FactType("visit.ordered")
VISIT_CALLED_BACK = FactType("visit.cancel")
