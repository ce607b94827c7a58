"""Words for the refusals of this door."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, str | Promise] = {
    "sign-in-needed": pgettext_lazy("refusal", "请在 Authorization 中提供有效的访问令牌。"),
    "no-such-address": pgettext_lazy("refusal", "没有地址 {path}，请对照接口文档核对。"),
    "body-unreadable": pgettext_lazy("refusal", "请求内容不是有效的 JSON（{reason}），请核对后重发。"),
    "body-too-large": pgettext_lazy("refusal", "请求内容超过 {most_bytes} 字节的上限，请缩减后重发。"),
    "media-type-unknown": pgettext_lazy("refusal", "请以 {wanted} 发送内容（收到的是“{found}”）。"),
    "input-faulty": pgettext_lazy("refusal", "有 {count} 处填写不符合要求，请按 errors 逐项改正。"),
    "seen-version-missing": pgettext_lazy("refusal", "请在 If-Match 中注明您所见的版本（读取时的 ETag）。"),
    "seen-version-unreadable": pgettext_lazy("refusal", "If-Match 的写法应如 {wanted}，与读取时的 ETag 一致。"),
    "idempotency-key-missing": pgettext_lazy("refusal", "请在 Idempotency-Key 中提供本次上报的唯一编号（如 UUID）。"),
    "idempotency-key-unusable": pgettext_lazy(
        "refusal", "Idempotency-Key 应为 {least} 至 {most} 个可见 ASCII 字符（收到 {length} 个），建议使用 UUID。"
    ),
    "idempotency-key-guessable": pgettext_lazy(
        "refusal", "没有令牌时，Idempotency-Key 须为随机生成的 UUID（版本 4 或 7），每件上报各用一个。"
    ),
    "cursor-unreadable": pgettext_lazy("refusal", "cursor 不是本列表给出的，请从头读取。"),
    "neighbour-silent": pgettext_lazy("refusal", "{neighbour} 暂时没有响应，未作任何改动，请稍后再试。"),
    "our-fault": pgettext_lazy("refusal", "系统发生故障，已记录在案，请稍后重试或联系系统管理员。"),
}
