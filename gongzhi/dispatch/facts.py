"""What this room announces."""

from gongzhi.kernel.facts import FactType

RULES_CHANGED = FactType("dispatch.rules-changed")
PRECEDENT_SET = FactType("precedent.set")
PRECEDENT_MADE_RULE = FactType("precedent.made-rule")
PRECEDENT_ENDED = FactType("precedent.ended")
