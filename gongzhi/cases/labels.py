"""Words for states, acts, stages, sources and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.cases.states import CaseSource, CaseState, ClosingType

STATES: dict[CaseState, str | Promise] = {
    CaseState.REPORTED: pgettext_lazy("case state", "已上报"),
    CaseState.VERIFYING: pgettext_lazy("case state", "核实中"),
    CaseState.NOT_ACCEPTED: pgettext_lazy("case state", "不予受理"),
    CaseState.ACCEPTED: pgettext_lazy("case state", "已受理，待立案"),
    CaseState.FILED: pgettext_lazy("case state", "已立案，待派遣"),
    CaseState.DISPATCHED: pgettext_lazy("case state", "已派遣，待签收"),
    CaseState.HANDLING: pgettext_lazy("case state", "处置中"),
    CaseState.HANDLED: pgettext_lazy("case state", "处置完成，待审核"),
    CaseState.CHECKING: pgettext_lazy("case state", "核查中"),
    CaseState.REWORK: pgettext_lazy("case state", "返工"),
    CaseState.CHECK_PASSED: pgettext_lazy("case state", "核查通过，待结案"),
    CaseState.CLOSED: pgettext_lazy("case state", "已结案"),
    CaseState.VOID: pgettext_lazy("case state", "作废"),
}
ACTS: dict[str, str | Promise] = {
    "locate": pgettext_lazy("case act", "定位"),
    "classify": pgettext_lazy("case act", "分类"),
    "verify": pgettext_lazy("case act", "派发核实"),
    "confirm_verified": pgettext_lazy("case act", "核实属实"),
    "report_unconfirmed": pgettext_lazy("case act", "核实不属实"),
    "accept": pgettext_lazy("case act", "受理"),
    "not_accept": pgettext_lazy("case act", "不予受理"),
    "file": pgettext_lazy("case act", "立案"),
    "dispatch": pgettext_lazy("case act", "派遣"),
    "acknowledge": pgettext_lazy("case act", "签收"),
    "submit_result": pgettext_lazy("case act", "提交处置结果"),
    "confirm_result": pgettext_lazy("case act", "确认并反馈结果"),
    "send_to_check": pgettext_lazy("case act", "派发核查"),
    "pass_from_desk": pgettext_lazy("case act", "审核通过（免现场核查）"),
    "send_back": pgettext_lazy("case act", "退回返工"),
    "pass_check": pgettext_lazy("case act", "核查通过"),
    "fail_check": pgettext_lazy("case act", "核查不通过"),
    "close": pgettext_lazy("case act", "结案"),
    "refuse_closing": pgettext_lazy("case act", "不予结案，返工"),
    "void": pgettext_lazy("case act", "作废"),
}
SOURCES: dict[CaseSource, str | Promise] = {
    CaseSource.COLLECTOR: pgettext_lazy("case source", "信息采集"),
    CaseSource.APPRAISAL: pgettext_lazy("case source", "考评发现"),
    CaseSource.HOTLINE: pgettext_lazy("case source", "热线举报"),
    CaseSource.LEADER: pgettext_lazy("case source", "领导交办"),
    CaseSource.MEDIA: pgettext_lazy("case source", "媒体监督"),
    CaseSource.INTERNET: pgettext_lazy("case source", "网络举报"),
    CaseSource.VIDEO: pgettext_lazy("case source", "视频上报"),
    CaseSource.AI: pgettext_lazy("case source", "智能分析"),
    CaseSource.INSPECTION: pgettext_lazy("case source", "督查检查"),
    CaseSource.TRANSFER: pgettext_lazy("case source", "部门批转"),
    CaseSource.LETTERS: pgettext_lazy("case source", "信访"),
}
CLOSING_TYPES: dict[ClosingType, str | Promise] = {
    ClosingType.NORMAL: pgettext_lazy("closing type", "正常结案"),
    ClosingType.LATE: pgettext_lazy("closing type", "超时结案"),
}
REFUSALS: dict[str, str | Promise] = {
    "verification-needed": pgettext_lazy("refusal", "此件并非采集员上报，须先派人到现场核实，再受理。"),
    "case-not-ended": pgettext_lazy("refusal", "案件尚未了结，仍须据此找到现场：了结之后方可删除位置。"),
    "place-missing": pgettext_lazy("refusal", "尚未定位：请先在地图上确定位置。"),
    "class-missing": pgettext_lazy("refusal", "尚未分类：请先选择大类和小类。"),
    "condition-missing": pgettext_lazy("refusal", "尚未选择立案条件，不能立案。"),
    "condition-of-other-class": pgettext_lazy("refusal", "立案条件 {condition} 不属于本案的小类。"),
    "condition-of-other-area": pgettext_lazy(
        "refusal", "立案条件 {condition} 不适用于本案所在的区域，请从该区域的立案条件中选择：{choices}。"
    ),
    "unit-missing": pgettext_lazy("refusal", "尚未选择处置单位，不能派遣。"),
    "grounds-missing": pgettext_lazy("refusal", "请写明理由。"),
    "result-missing": pgettext_lazy("refusal", "处置人员尚未提交结果，单位不能确认。"),
    "after-photo-missing": pgettext_lazy("refusal", "请上传处置后的照片（至少 {wanted} 张）。"),
    "check-photo-missing": pgettext_lazy("refusal", "缺少现场核查照片（至少 {wanted} 张），不能结案。"),
    "visit-needed": pgettext_lazy("refusal", "按立案条件须到现场核查，不能直接通过。"),
    "no-visit-needed": pgettext_lazy("refusal", "按立案条件无须到现场核查，请直接审核。"),
    "closing-unconfirmed": pgettext_lazy("refusal", "请先确认已达到结案条件。"),
    "happened-before": pgettext_lazy("refusal", "办理时间 {at} 早于上一步（{not_before}）。"),
    "no-clock-yet": pgettext_lazy("refusal", "案件 {case} 尚未派遣，还没有处置时限。"),
}
