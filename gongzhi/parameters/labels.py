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
    "return_window_work_minutes": pgettext_lazy("parameter", "处置部门可回退的时间（派遣后，工作分钟）"),
    "arbitration_after_returns": pgettext_lazy("parameter", "回退多少次后须裁定处置单位"),
    "extensions_at_most": pgettext_lazy("parameter", "一案最多准予延期的次数"),
    "hold_at_most_days": pgettext_lazy("parameter", "挂账最长天数"),
    "reopen_free_days": pgettext_lazy("parameter", "结案后反映人可直接要求重办的天数（首次）"),
    "urgent_limit_h": pgettext_lazy("parameter", "紧急案件的处置时限（紧急工作时）"),
    "anonymous_reports_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可提交的匿名反映数"),
    "anonymous_uploads_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可匿名上传的文件数"),
    "photo_largest_mb": pgettext_lazy("parameter", "一张照片的大小上限（MiB）"),
    "photo_largest_megapixels": pgettext_lazy("parameter", "一张照片的像素上限（百万像素）"),
    "photo_far_m": pgettext_lazy("parameter", "拍摄位置距事发地点超过多少米时提示"),
    "video_largest_mb": pgettext_lazy("parameter", "一段视频的大小上限（MiB）"),
    "sound_largest_mb": pgettext_lazy("parameter", "一段录音的大小上限（MiB）"),
    "document_largest_mb": pgettext_lazy("parameter", "一份文档的大小上限（MiB）"),
    "anonymous_upload_largest_mb": pgettext_lazy("parameter", "匿名上传的文件大小上限（MiB）"),
    "matter_files_limit": pgettext_lazy("parameter", "一个案件或一件反映最多入卷的文件数"),
    "open_uploads_limit": pgettext_lazy("parameter", "一人同时未传完的文件数上限"),
    "report_files_limit": pgettext_lazy("parameter", "一次上报最多附带的文件数"),
    "wrong_query_codes_per_hour": pgettext_lazy("parameter", "同一网络地址每小时可输错查询码的次数"),
    "report_text_limit": pgettext_lazy("parameter", "反映内容的字数上限"),
    "answer_text_limit": pgettext_lazy("parameter", "答复内容的字数上限"),
    "reply_approval": pgettext_lazy("parameter", "哪些答复须经审批（0 不需要，1 办理过的事项，2 全部）"),
    "reply_contact_first": pgettext_lazy("parameter", "答复前须先联系反映人（1 是，0 否）"),
    "reply_extensions_most": pgettext_lazy("parameter", "外部答复期限最多可延期的次数"),
    "hotline_consult_work_days": pgettext_lazy("parameter", "热线咨询工单的办理时限（工单未写明时）"),
    "hotline_other_work_days": pgettext_lazy("parameter", "热线其他工单的办理时限（工单未写明时）"),
    "sheet_acknowledge_work_days": pgettext_lazy("parameter", "工单的签收时限"),
    "sheet_return_work_days": pgettext_lazy("parameter", "工单的退单时限"),
    "objection_days": pgettext_lazy("parameter", "反映人可在多少天内对不予受理提出异议"),
    "objection_decision_work_days": pgettext_lazy("parameter", "对异议作出决定的时限"),
    "notice_quiet_from_min": pgettext_lazy("parameter", "免打扰时段的开始（当日第几分钟）"),
    "notice_quiet_until_min": pgettext_lazy("parameter", "免打扰时段的结束（当日第几分钟）"),
    "notice_digest_min": pgettext_lazy("parameter", "每日汇总消息的发送时间（当日第几分钟）"),
    "notice_failed_repeat_h": pgettext_lazy("parameter", "未能送达的消息每隔多少小时再试并提醒"),
    "night_duty_most_h": pgettext_lazy("parameter", "一次夜间值守最长几小时"),
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
