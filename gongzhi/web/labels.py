"""Words for the titles of problems, and for what every door refuses."""

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
    HTTPStatus.LENGTH_REQUIRED: pgettext_lazy("problem", "须注明内容长度"),
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
    "method-not-allowed": pgettext_lazy("refusal", "此地址不接受 {method} 请求，请对照接口文档核对。"),
    "request-unreadable": pgettext_lazy("refusal", "请求不符合 HTTP 规范，请核对后重发。"),
    "length-required": pgettext_lazy("refusal", "请在 Content-Length 中注明内容的长度后重发。"),
    "token-missing": pgettext_lazy("refusal", "请在 Authorization 中提供有效的访问令牌，才能收听变化。"),
    "store-unready": pgettext_lazy("refusal", "数据库暂时读不了，请稍后重新连接。"),
    "too-many-attempts": pgettext_lazy("refusal", "每小时最多 {most} 次，请在 {wait_s} 秒后再试。"),
}
