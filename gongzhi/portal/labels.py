"""Words of the citizens' door: lists, steps, how a case stands in plain words, what was done, refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.cases.states import CaseState
from gongzhi.intake.states import ReportKind
from gongzhi.portal.states import MonthlyFigure, Standing, Step

LISTS: dict[str, str | Promise] = {
    "reports": pgettext_lazy("public list", "来件"),
    "cases": pgettext_lazy("public list", "案件"),
    "unplaced": pgettext_lazy("public list", "还没有确定位置的案件"),
}
CLASS_UNKNOWN = pgettext_lazy("public list", "类别待定")
PLACE_UNKNOWN = pgettext_lazy("public list", "位置待定")
NO_NUMBER = pgettext_lazy("public list", "尚未编号")
NOT_PUBLISHED = pgettext_lazy("public list", "不公开的案件")

STANDINGS: dict[Standing, str | Promise] = {
    Standing.AVOID: pgettext_lazy("standing on the map", "请避开"),
    Standing.OPEN: pgettext_lazy("standing on the map", "办理中"),
    Standing.FIXED: pgettext_lazy("standing on the map", "已解决"),
    Standing.CLOSED: pgettext_lazy("standing on the map", "已结案"),
}
STANDINGS_EXPLAINED: dict[Standing, str | Promise] = {
    Standing.AVOID: pgettext_lazy("standing on the map", "还没有处理好，路过请绕行"),
    Standing.OPEN: pgettext_lazy("standing on the map", "标在所在街道，不标具体地点"),
    Standing.FIXED: pgettext_lazy("standing on the map", "有人到现场看过，问题已解决"),
    Standing.CLOSED: pgettext_lazy("standing on the map", "没有到现场复核，或特殊结案"),
}

FIGURES: dict[MonthlyFigure, str | Promise] = {
    MonthlyFigure.REPORTED: pgettext_lazy("monthly figure", "上报"),
    MonthlyFigure.ACCEPTED: pgettext_lazy("monthly figure", "受理"),
    MonthlyFigure.FILED: pgettext_lazy("monthly figure", "立案"),
    MonthlyFigure.CLOSED: pgettext_lazy("monthly figure", "结案"),
    MonthlyFigure.FIXED: pgettext_lazy("monthly figure", "其中已解决"),
    MonthlyFigure.ON_TIME: pgettext_lazy("monthly figure", "其中按时"),
    MonthlyFigure.REOPENED: pgettext_lazy("monthly figure", "重新办理"),
    MonthlyFigure.SATISFIED: pgettext_lazy("monthly figure", "评价满意"),
    MonthlyFigure.DISSATISFIED: pgettext_lazy("monthly figure", "评价不满意"),
}
FIGURES_EXPLAINED: dict[MonthlyFigure, str | Promise] = {
    MonthlyFigure.REPORTED: pgettext_lazy("monthly figure", "当月上报的案件，作废的不计。"),
    MonthlyFigure.ACCEPTED: pgettext_lazy("monthly figure", "当月受理的案件，不论哪个月上报。"),
    MonthlyFigure.FILED: pgettext_lazy("monthly figure", "当月立案的案件。"),
    MonthlyFigure.CLOSED: pgettext_lazy("monthly figure", "当月结案、至今没有重新办理的案件，含特殊结案。"),
    MonthlyFigure.FIXED: pgettext_lazy("monthly figure", "结案案件中，有人到现场看过、问题已解决的。"),
    MonthlyFigure.ON_TIME: pgettext_lazy("monthly figure", "结案案件中，处置没有超过时限的；特殊结案不计。"),
    MonthlyFigure.REOPENED: pgettext_lazy("monthly figure", "结案后又重新办理的案件，按最近一次重新办理的月份计。"),
    MonthlyFigure.SATISFIED: pgettext_lazy("monthly figure", "当月对结果评价“满意”“非常满意”的件数。"),
    MonthlyFigure.DISSATISFIED: pgettext_lazy("monthly figure", "当月对结果评价“不满意”“非常不满意”的件数。"),
}
CITY_WIDE = pgettext_lazy("monthly figure", "全市")
DISTRICT_UNKNOWN = pgettext_lazy("monthly figure", "位置待定")
FEW = pgettext_lazy("monthly figure", "少于 5")

STEPS: dict[Step, str | Promise] = {
    Step.WORDS: pgettext_lazy("report step", "照片和说明"),
    Step.PLACE: pgettext_lazy("report step", "地点"),
    Step.KIND: pgettext_lazy("report step", "什么事"),
    Step.SEND: pgettext_lazy("report step", "核对并提交"),
}
WANTS: dict[ReportKind, str | Promise] = {
    ReportKind.COMPLAINT: pgettext_lazy("report wants", "有问题，请来处理"),
    ReportKind.REPORT: pgettext_lazy("report wants", "举报违法行为"),
    ReportKind.HELP: pgettext_lazy("report wants", "请求帮助"),
    ReportKind.CONSULT: pgettext_lazy("report wants", "只是咨询"),
    ReportKind.SUGGESTION: pgettext_lazy("report wants", "提个建议"),
    ReportKind.THANKS: pgettext_lazy("report wants", "表扬"),
}
STORE_SILENT = pgettext_lazy("report page", "照片暂时存不进来，您写的内容已保存。请稍后再传，或先不附照片。")
AT_PLATE = pgettext_lazy("report page", "{words}（位置码 {code}）")
FILE_NUMBER = pgettext_lazy("report page", "第 {number} 张")
STANDS: dict[CaseState, str | Promise] = {
    CaseState.REPORTED: pgettext_lazy("how it stands", "已收到，受理员会先看一遍。"),
    CaseState.VERIFYING: pgettext_lazy("how it stands", "采集员正在去现场核实。"),
    CaseState.NOT_ACCEPTED: pgettext_lazy("how it stands", "没有受理。"),
    CaseState.MERGED: pgettext_lazy("how it stands", "已有人反映同一件事，并在一起办理。"),
    CaseState.ACCEPTED: pgettext_lazy("how it stands", "已受理，值班长正在立案。"),
    CaseState.FILED: pgettext_lazy("how it stands", "已立案，派遣员正在派给负责的单位。"),
    CaseState.DISPATCHED: pgettext_lazy("how it stands", "已派给{unit}处理。"),
    CaseState.RETURNED: pgettext_lazy("how it stands", "派遣员正在重新确定由哪个单位处理。"),
    CaseState.HANDLING: pgettext_lazy("how it stands", "{unit}正在处理。"),
    CaseState.SUSPENDED: pgettext_lazy("how it stands", "眼下无法处理，已挂账；{unit}到期后继续处理。"),
    CaseState.HANDLED: pgettext_lazy("how it stands", "{unit}报告已处理，派遣员正在审核。"),
    CaseState.CHECKING: pgettext_lazy("how it stands", "{unit}报告已处理，核查员正在去现场看。"),
    CaseState.REWORK: pgettext_lazy("how it stands", "没有处理好，{unit}正在重做。"),
    CaseState.CHECK_PASSED: pgettext_lazy("how it stands", "已核查通过，值班长正在结案。"),
    CaseState.CLOSED: pgettext_lazy("how it stands", "已结案。"),
    CaseState.FORCE_CLOSED: pgettext_lazy("how it stands", "已特殊结案：问题不一定已经解决。"),
    CaseState.VOID: pgettext_lazy("how it stands", "已作废。"),
}
FIXED_SEEN = pgettext_lazy("how it stands", "已结案：核查员到现场看过，问题已解决。")
FIXED_SHOWN = pgettext_lazy("how it stands", "已结案：处理后的照片经审核，没有再去现场。")
FIXED_AT_ONCE = pgettext_lazy("how it stands", "已结案：采集员发现时当场处理好了。")
A_UNIT = pgettext_lazy("how it stands", "负责的单位")
DUE = pgettext_lazy("how it stands", "{unit}须在 {due} 前处置。")
OVERDUE = pgettext_lazy("how it stands", "{unit}应在 {due} 前处置，已经超过期限。")
DUE_IN = pgettext_lazy("how it stands", "{unit}须在 {due} 前处置（{left}）。")
OVERDUE_BY = pgettext_lazy("how it stands", "{unit}应在 {due} 前处置，{left}。")
HELD_UNTIL = pgettext_lazy("how it stands", "挂账到 {due}。")
REPLY_DUE = pgettext_lazy("how it stands", "受理员须在 {due} 前答复您。")
REPLY_OVERDUE = pgettext_lazy("how it stands", "受理员应在 {due} 前答复您，已经超过期限。")
EVENTS: dict[str, str | Promise] = {
    "received": pgettext_lazy("timeline", "收到您的反映"),
    "accepted": pgettext_lazy("timeline", "受理"),
    "filed": pgettext_lazy("timeline", "立案"),
    "dispatched": pgettext_lazy("timeline", "派给{unit}"),
    "handled": pgettext_lazy("timeline", "{unit}报告已处理"),
    "closed": pgettext_lazy("timeline", "结案"),
    "not_accepted": pgettext_lazy("timeline", "决定不予受理"),
    "ended": pgettext_lazy("timeline", "结束"),
    "supplement": pgettext_lazy("timeline", "您补充了情况"),
    "answered": pgettext_lazy("timeline", "答复您"),
    "rated": pgettext_lazy("timeline", "您作了评价"),
    "objection": pgettext_lazy("timeline", "您提出了异议"),
    "objection_decided": pgettext_lazy("timeline", "对异议作出决定"),
    "withdrawn": pgettext_lazy("timeline", "您撤回了反映"),
}
TURNS_DONE: dict[str, str | Promise] = {
    "supplement": pgettext_lazy("turn done", "补充的内容已收到。"),
    "withdraw": pgettext_lazy("turn done", "已撤回。已经立案的事项会继续办理。"),
    "rate": pgettext_lazy("turn done", "谢谢您的评价。"),
    "reopen": pgettext_lazy("turn done", "已退回处置单位重新办理，办完会再次答复您。"),
    "object": pgettext_lazy("turn done", "异议已收到，值班长会作出决定。"),
}
FOLLOW_UNKNOWN = pgettext_lazy("follow page", "没有找到：请核对编号和查询码，两样都在回执上。")
REFUSALS: dict[str, str | Promise] = {
    "draft-unknown": pgettext_lazy("refusal", "这份草稿不在这台设备上，或放了超过一天已清除。请重新填写。"),
    "nothing-yet": pgettext_lazy("refusal", "请拍一张照片，或写几句话。"),
    "place-unsaid": pgettext_lazy("refusal", "请写下地址或地标；实在不清楚，请选“我不知道在哪里”。"),
    "class-unsaid": pgettext_lazy("refusal", "请选一项；拿不准就选“不知道属于哪一类”。"),
    "phone-odd": pgettext_lazy("refusal", "电话号码应为 5 至 20 位数字（收到 {found} 位）。不想留电话，请留空。"),
    "not-offered": pgettext_lazy("refusal", "您选的那一件已经了结，或不在您选的地点附近。您写的都在，请单独提交。"),
    "not-sure": pgettext_lazy("refusal", "撤回以后不能恢复。确定要撤回，请勾选确认。"),
}

CONDUCT_UNIT_UNKNOWN = pgettext_lazy("conduct page", "没有这个单位，请另选，或选“不清楚”。")
