"""Words for states, outcomes, acts and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.accountability.states import ComplaintState, Outcome

STATES: dict[ComplaintState, str | Promise] = {
    ComplaintState.RECEIVED: pgettext_lazy("conduct state", "已收到"),
    ComplaintState.UNDER_INQUIRY: pgettext_lazy("conduct state", "正在核查"),
    ComplaintState.ANSWERED: pgettext_lazy("conduct state", "已答复"),
    ComplaintState.REFERRED: pgettext_lazy("conduct state", "已移送"),
}
OUTCOMES: dict[Outcome, str | Promise] = {
    Outcome.SUBSTANTIATED: pgettext_lazy("conduct outcome", "属实"),
    Outcome.PARTLY: pgettext_lazy("conduct outcome", "部分属实"),
    Outcome.UNSUBSTANTIATED: pgettext_lazy("conduct outcome", "不属实"),
    Outcome.UNCLEAR: pgettext_lazy("conduct outcome", "无法查清"),
}
ACTS: dict[str, str | Promise] = {
    "take_up": pgettext_lazy("conduct act", "开始核查"),
    "name_unit": pgettext_lazy("conduct act", "确定被投诉单位"),
    "entrust": pgettext_lazy("conduct act", "指定督察员"),
    "reveal_contact": pgettext_lazy("conduct act", "查看投诉人联系方式"),
    "answer": pgettext_lazy("conduct act", "答复投诉人"),
    "refer": pgettext_lazy("conduct act", "移送纪检监察机关"),
}
REFUSALS: dict[str, str | Promise] = {
    "complaint-empty": pgettext_lazy("refusal", "请写明发生了什么事。"),
    "complaint-too-long": pgettext_lazy("refusal", "内容过长：最多 {most} 字，您写了 {length} 字。"),
    "conduct-answer-missing": pgettext_lazy("refusal", "请写明答复投诉人的话；移送的还须写明理由。"),
    "inquiry-of-another": pgettext_lazy("refusal", "投诉 {number} 由另一位督察员核查，只能由其答复。"),
    "conduct-still-sealed": pgettext_lazy("refusal", "该督察员就在被投诉单位任职，请指定别的单位的督察员。"),
    "conduct-inspector-there": pgettext_lazy("refusal", "投诉 {number} 已有可以核查的督察员，不必另行指定。"),
}
