"""Words for carriers, states, moves and refusals of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.notices.states import Carrier, DropReason, MessageState, RecipientKind, Timing, Wish

CARRIERS: dict[Carrier, str | Promise] = {
    Carrier.INBOX: pgettext_lazy("carrier", "站内消息"),
    Carrier.EMAIL: pgettext_lazy("carrier", "电子邮件"),
    Carrier.WEBHOOK: pgettext_lazy("carrier", "系统推送"),
    Carrier.SMS: pgettext_lazy("carrier", "短信"),
    Carrier.WECOM: pgettext_lazy("carrier", "企业微信"),
}
MESSAGE_STATES: dict[MessageState, str | Promise] = {
    MessageState.WAITING: pgettext_lazy("message state", "待发送"),
    MessageState.SENT: pgettext_lazy("message state", "已送出"),
    MessageState.FAILED: pgettext_lazy("message state", "未能送达"),
    MessageState.CLEARED: pgettext_lazy("message state", "已清除"),
    MessageState.DROPPED: pgettext_lazy("message state", "无人可送"),
}
DROP_REASONS: dict[DropReason, str | Promise] = {
    DropReason.NO_ADDRESS: pgettext_lazy("drop reason", "未留地址"),
    DropReason.LEFT: pgettext_lazy("drop reason", "已离任或单位已撤销"),
    DropReason.DECLINED: pgettext_lazy("drop reason", "本人不接收"),
    DropReason.ERASED: pgettext_lazy("drop reason", "联系方式已依规删除"),
}
TIMINGS: dict[Timing, str | Promise] = {
    Timing.IMMEDIATE: pgettext_lazy("timing", "即时"),
    Timing.DIGEST: pgettext_lazy("timing", "每日汇总"),
}
WISHES: dict[Wish, str | Promise] = {
    Wish.AS_RULED: pgettext_lazy("wish", "按统一规则"),
    Wish.IMMEDIATE: pgettext_lazy("wish", "即时发给我"),
    Wish.DIGEST: pgettext_lazy("wish", "每日汇总发给我"),
    Wish.OFF: pgettext_lazy("wish", "不发给我"),
}
RECIPIENT_KINDS: dict[RecipientKind, str | Promise] = {
    RecipientKind.MEMBER: pgettext_lazy("recipient", "工作人员"),
    RecipientKind.UNIT: pgettext_lazy("recipient", "单位"),
    RecipientKind.ADDRESSEE: pgettext_lazy("recipient", "事项当事人"),
}
ACTS: dict[str, str | Promise] = {
    "send": pgettext_lazy("message act", "送出"),
    "miss": pgettext_lazy("message act", "本次未送达"),
    "fail": pgettext_lazy("message act", "列为未能送达"),
    "drop": pgettext_lazy("message act", "无人可送，停止发送"),
    "retry": pgettext_lazy("message act", "重发"),
    "clear": pgettext_lazy("message act", "清除"),
    "read": pgettext_lazy("message act", "阅读"),
}
REFUSALS: dict[str, str | Promise] = {
    "address-unusable": pgettext_lazy("refusal", "填写的地址不能用于这种发送方式（{carrier}），请核对后重填。"),
    "carrier-not-for-them": pgettext_lazy("refusal", "该对象不能用这种方式（{carrier}）接收消息，请另选方式。"),
    "quiet-hours-incomplete": pgettext_lazy("refusal", "免打扰时段的开始和结束须同时填写。"),
    "inbox-not-declined": pgettext_lazy("refusal", "站内消息不能关闭，只能调整其他发送方式。"),
    "clearing-grounds-missing": pgettext_lazy("refusal", "请注明清除这条消息的原因。"),
    "topic-unknown": pgettext_lazy("refusal", "没有名为“{topic}”的消息类别。"),
    "audience-unknown": pgettext_lazy(
        "refusal", "没有名为“{audience}”的接收对象，请写 member、desk、post、post:岗位 或事项当事人的类别。"
    ),
    "not-your-message": pgettext_lazy("refusal", "这条消息不是发给您的。"),
    "notice-rule-not-in-force": pgettext_lazy(
        "refusal", "“{topic}”目前没有以 {carrier} 告知 {audience} 的规则，无需停用。"
    ),
    "carrier-not-set-up": pgettext_lazy(
        "refusal", "本系统尚未开通这种发送方式（{carrier}），请系统管理员先配置（见 docs/notices.md）。"
    ),
    "language-unknown": pgettext_lazy("refusal", "系统不支持语言“{language}”，可选 zh-hans 或 en。"),
}
