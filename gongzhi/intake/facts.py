"""What this room announces."""

from gongzhi.kernel.facts import FactType

REPORT_RECEIVED = FactType("report.received")
