"""What this room announces."""

from gongzhi.kernel.facts import FactType

REPORT_RECEIVED = FactType("report.received")
REPORT_LINKED = FactType("report.link")
REPORT_ANSWERED = FactType("report.answer")
REPORT_SETTLED = FactType("report.settle")
