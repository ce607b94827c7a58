"""Words for settings and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

PARAMETERS: dict[str, str | Promise] = {
    "duplicate_radius_m": pgettext_lazy("parameter", "疑似重复的距离"),
    "duplicate_window_h": pgettext_lazy("parameter", "疑似重复的时间窗口"),
    "reply_consult_work_days": pgettext_lazy("parameter", "咨询的答复时限"),
    "reply_other_work_days": pgettext_lazy("parameter", "其他诉求的答复时限"),
    "verify_before_filing": pgettext_lazy("parameter", "立案前须现场核实（1 是，0 否）"),
    "result_photo_required": pgettext_lazy("parameter", "处置结果须附照片（1 是，0 否）"),
    "anonymous_reports_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可提交的匿名反映数"),
    "anonymous_uploads_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可匿名上传的文件数"),
    "report_files_limit": pgettext_lazy("parameter", "一次上报最多附带的文件数"),
    "wrong_query_codes_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可输错查询码的次数"),
    "report_text_limit": pgettext_lazy("parameter", "反映内容的字数上限"),
    "answer_text_limit": pgettext_lazy("parameter", "答复内容的字数上限"),
    "notice_quiet_from_min": pgettext_lazy("parameter", "免打扰时段的开始（当日第几分钟）"),
    "notice_quiet_until_min": pgettext_lazy("parameter", "免打扰时段的结束（当日第几分钟）"),
    "notice_digest_min": pgettext_lazy("parameter", "每日汇总消息的发送时间（当日第几分钟）"),
    "notice_failed_repeat_h": pgettext_lazy("parameter", "未能送达的消息每隔多少小时再试并提醒"),
    "notice_sms_parts": pgettext_lazy("parameter", "一条通知最多拆成几条短信"),
}
REFUSALS: dict[str, str | Promise] = {
    "no-city": pgettext_lazy("refusal", "此库尚未设立城市，请先运行 gongzhi init。"),
    "another-city": pgettext_lazy(
        "refusal", "此目录已存有另一座城市（{found}），不能再装入 {wanted}；请另设 GONGZHI_HOME。"
    ),
    "unknown-time-zone": pgettext_lazy("refusal", "没有名为 {time_zone} 的时区。"),
    "unknown-parameter": pgettext_lazy("refusal", "没有名为 {name} 的参数。"),
    "bad-parameter": pgettext_lazy("refusal", "参数 {name} 不能取 {value}。"),
}
