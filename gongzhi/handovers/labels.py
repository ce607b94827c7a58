"""Words for hand-overs: states, kinds of matters, acts and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.handovers.states import HandoverState, ItemKind, Side

STATES: dict[HandoverState, str | Promise] = {
    HandoverState.DRAFT: pgettext_lazy("handover state", "整理中"),
    HandoverState.HANDED: pgettext_lazy("handover state", "已交班，待接班"),
    HandoverState.TAKEN: pgettext_lazy("handover state", "已接班"),
    HandoverState.DROPPED: pgettext_lazy("handover state", "已撤销"),
}
ITEMS: dict[ItemKind, str | Promise] = {
    ItemKind.URGENT: pgettext_lazy("handover item", "紧急"),
    ItemKind.PROMISED: pgettext_lazy("handover item", "约定回电"),
    ItemKind.SUPERVISED: pgettext_lazy("handover item", "督办"),
    ItemKind.DUE: pgettext_lazy("handover item", "一天内到期和超时"),
}
SIDES: dict[Side, str | Promise] = {
    Side.GOES: pgettext_lazy("handover side", "交班"),
    Side.COMES: pgettext_lazy("handover side", "接班"),
}
ACTS: dict[str, str | Promise] = {
    "handover.begin": pgettext_lazy("handover act", "整理交班单"),
    "handover.note": pgettext_lazy("handover act", "交班说明"),
    "handover.sign_over": pgettext_lazy("handover act", "交班签字"),
    "handover.ask": pgettext_lazy("handover act", "接班提问或补充"),
    "handover.take": pgettext_lazy("handover act", "接班签字"),
    "handover.drop": pgettext_lazy("handover act", "撤销交班单"),
    "handover.read": pgettext_lazy("handover act", "查看交接班"),
    "handover.erase": pgettext_lazy("handover act", "删除交接班说明"),
}
REFUSALS: dict[str, str | Promise] = {
    "handover-open": pgettext_lazy("refusal", "本单位还有一份交班单没有接班，请先接班或撤销它。"),
    "handover-of-another": pgettext_lazy("refusal", "只有交班人可以填写这份交班单、为它签字；您可以提问或补充。"),
    "own-handover": pgettext_lazy("refusal", "这是您自己的交班单，请直接写说明。"),
    "handover-nothing-said": pgettext_lazy("refusal", "请写明内容。"),
    "handover-too-long": pgettext_lazy("refusal", "内容过长，最多 {longest} 字。"),
}
