"""Words for the titles of problems and for the refusals of this door."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TITLES: dict[HTTPStatus, str | Promise] = {
    HTTPStatus.BAD_REQUEST: pgettext_lazy("problem", "请求无法读取"),
    HTTPStatus.UNAUTHORIZED: pgettext_lazy("problem", "需要登录"),
    HTTPStatus.FORBIDDEN: pgettext_lazy("problem", "无权办理"),
    HTTPStatus.NOT_FOUND: pgettext_lazy("problem", "没有找到"),
    HTTPStatus.METHOD_NOT_ALLOWED: pgettext_lazy("problem", "请求方法不可用"),
    HTTPStatus.CONFLICT: pgettext_lazy("problem", "此时不能办理"),
    HTTPStatus.PRECONDITION_FAILED: pgettext_lazy("problem", "已被他人改动"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: pgettext_lazy("problem", "内容过大"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: pgettext_lazy("problem", "内容类型不支持"),
    HTTPStatus.UNPROCESSABLE_ENTITY: pgettext_lazy("problem", "内容不符合要求"),
    HTTPStatus.PRECONDITION_REQUIRED: pgettext_lazy("problem", "须注明所见版本"),
    HTTPStatus.TOO_MANY_REQUESTS: pgettext_lazy("problem", "请求过于频繁"),
    HTTPStatus.INTERNAL_SERVER_ERROR: pgettext_lazy("problem", "系统故障"),
    HTTPStatus.SERVICE_UNAVAILABLE: pgettext_lazy("problem", "暂时无法服务"),
    HTTPStatus.INSUFFICIENT_STORAGE: pgettext_lazy("problem", "存储空间已满"),
}
REFUSALS: dict[str, str | Promise] = {
    "sign-in-needed": pgettext_lazy("refusal", "请在 Authorization 中提供有效的访问令牌。"),
    "no-such-address": pgettext_lazy("refusal", "没有地址 {path}，请对照接口文档核对。"),
    "method-not-allowed": pgettext_lazy("refusal", "此地址不接受 {method} 请求，请对照接口文档核对。"),
    "request-unreadable": pgettext_lazy("refusal", "请求不符合 HTTP 规范，请核对后重发。"),
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
    "too-many-attempts": pgettext_lazy("refusal", "每小时最多 {most} 次，请在 {wait_s} 秒后再试。"),
    "our-fault": pgettext_lazy("refusal", "系统发生故障，已记录在案，请稍后重试或联系系统管理员。"),
}
