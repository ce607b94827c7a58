"""Words for the titles of problems, for what every door refuses, and for what is left of a clock."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from gongzhi.cases.worklists import TimeLeft

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
FIELDS: dict[str, str | Promise] = {
    "words": pgettext_lazy("field", "内容"),
    "grounds": pgettext_lazy("field", "理由"),
    "text": pgettext_lazy("field", "反映内容"),
    "address": pgettext_lazy("field", "地点描述"),
    "name": pgettext_lazy("field", "称呼"),
    "phone": pgettext_lazy("field", "电话"),
    "linkage_no": pgettext_lazy("field", "联动编号"),
}
"""What the fields are called into which people write in their own words; whatever else a form holds was chosen."""
REFUSALS: dict[str, str | Promise] = {
    "method-not-allowed": pgettext_lazy("refusal", "此地址不接受 {method} 请求，请对照接口文档核对。"),
    "request-unreadable": pgettext_lazy("refusal", "请求不符合 HTTP 规范，请核对后重发。"),
    "length-required": pgettext_lazy("refusal", "请在 Content-Length 中注明内容的长度后重发。"),
    "token-missing": pgettext_lazy("refusal", "请在 Authorization 中提供有效的访问令牌，才能收听变化。"),
    "store-unready": pgettext_lazy("refusal", "数据库暂时读不了，请稍后重新连接。"),
    "files-silent": pgettext_lazy("refusal", "文件暂时存取不了，其他内容照常办理。请稍后再传或再看。"),
    "too-many-attempts": pgettext_lazy("refusal", "每小时最多 {most} 次，请在 {wait_s} 秒后再试。"),
}


def left_text(left: TimeLeft) -> str:
    """Return what is left of a clock, in words: in working time where the clock counts that."""
    length = _length(timedelta(seconds=abs(left.seconds)), in_working_time=left.in_working_time)
    if left.seconds < 0:
        return pgettext("time left", "已超 {length}").format(length=length)
    return pgettext("time left", "还有 {length}").format(length=length)


def _length(length: timedelta, *, in_working_time: bool) -> str:
    minutes = length // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    if in_working_time:
        if not hours:
            return pgettext("length of time", "{minutes} 分钟工作时间").format(minutes=rest)
        if hours < 3 and rest:
            return pgettext("length of time", "{hours} 个工作时 {minutes} 分").format(hours=hours, minutes=rest)
        return pgettext("length of time", "{hours} 个工作时").format(hours=hours)
    days, over = divmod(hours, 24)
    if days:
        return pgettext("length of time", "{days} 天 {hours} 小时").format(days=days, hours=over)
    if not hours:
        return pgettext("length of time", "{minutes} 分钟").format(minutes=rest)
    return pgettext("length of time", "{hours} 小时 {minutes} 分").format(hours=hours, minutes=rest)
