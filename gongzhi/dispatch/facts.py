"""What this room announces."""

from gongzhi.kernel.facts import FactType

RULES_CHANGED = FactType("dispatch.rules-changed")
