"""What this room announces besides the moves of its table."""

from gongzhi.kernel.facts import FactType

TEMPLATE_PUT = FactType("paper-templates.put")
