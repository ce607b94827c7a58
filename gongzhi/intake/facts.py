"""What this room announces. Moves announce `report.<act>` and `sheet.<act>`; what is no move is named here."""

from gongzhi.kernel.facts import FactType

REPORT_RECEIVED = FactType("report.received")
REPORT_ANSWERED = FactType("report.answer")
REPORT_OBJECTED = FactType("report.object")
REPLY_DRAFTED = FactType("reply.draft")
REPLY_LATE = FactType("reply.late")
OBJECTION_LATE = FactType("objection.late")
REPORT_UNLINKED = FactType("report.unlinked")
NEIGHBOUR_DONE = FactType("report.neighbour-done")
SHEET_RECEIVED = FactType("sheet.received")
SHEET_LATE = FactType("sheet.late")
SHEET_MESSAGE_SENT = FactType("sheet.message-sent")
SHEET_MESSAGE_FAILED = FactType("sheet.message-failed")
SHEET_MESSAGE_ANEW = FactType("sheet.message-anew")
