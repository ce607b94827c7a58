"""Words for visits and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.visits.states import VisitKind, VisitResult, VisitState

KINDS: dict[VisitKind, str | Promise] = {
    VisitKind.VERIFY: pgettext_lazy("visit kind", "核实（立案前）"),
    VisitKind.CHECK: pgettext_lazy("visit kind", "核查（处置后）"),
}
STATES: dict[VisitState, str | Promise] = {
    VisitState.ORDERED: pgettext_lazy("visit state", "待到场"),
    VisitState.DONE: pgettext_lazy("visit state", "已完成"),
    VisitState.CANCELLED: pgettext_lazy("visit state", "已取消"),
}
RESULTS: dict[VisitResult, str | Promise] = {
    VisitResult.CONFIRMED: pgettext_lazy("visit result", "属实"),
    VisitResult.NOT_CONFIRMED: pgettext_lazy("visit result", "不属实"),
    VisitResult.PASSED: pgettext_lazy("visit result", "通过"),
    VisitResult.FAILED: pgettext_lazy("visit result", "未通过"),
}
ACTS: dict[str, str | Promise] = {
    "report": pgettext_lazy("visit act", "反馈到场情况"),
    "cancel": pgettext_lazy("visit act", "取消"),
}
REFUSALS: dict[str, str | Promise] = {
    "outside-checking-hours": pgettext_lazy(
        "refusal", "此类问题须在 {from_}–{until} 之间核查，请于 {opens_at} 之后再到现场。"
    ),
    "visit-photo-missing": pgettext_lazy("refusal", "请上传现场照片（至少 {wanted} 张）。"),
    "wrong-visit": pgettext_lazy("refusal", "这是“{found}”任务，不能按“{wanted}”反馈。"),
}
