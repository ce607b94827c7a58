"""Words for kinds, channels, states, acts and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.intake.states import Channel, ErasureRule, Part, ReportKind, ReportState

KINDS: dict[ReportKind, str | Promise] = {
    ReportKind.CONSULT: pgettext_lazy("report kind", "咨询"),
    ReportKind.HELP: pgettext_lazy("report kind", "求助"),
    ReportKind.SUGGESTION: pgettext_lazy("report kind", "建议"),
    ReportKind.COMPLAINT: pgettext_lazy("report kind", "投诉"),
    ReportKind.REPORT: pgettext_lazy("report kind", "举报"),
    ReportKind.THANKS: pgettext_lazy("report kind", "表扬"),
}
CHANNELS: dict[Channel, str | Promise] = {
    Channel.PORTAL: pgettext_lazy("channel", "市民门户"),
    Channel.PHONE: pgettext_lazy("channel", "电话"),
    Channel.COUNTER: pgettext_lazy("channel", "窗口"),
    Channel.CHAT: pgettext_lazy("channel", "聊天转发"),
    Channel.HOTLINE_SHEET: pgettext_lazy("channel", "12345 工单"),
    Channel.POLICE_110: pgettext_lazy("channel", "110 联动"),
    Channel.LETTER: pgettext_lazy("channel", "来信"),
    Channel.MESSAGE_BOARD: pgettext_lazy("channel", "网络留言板"),
    Channel.MEDIA: pgettext_lazy("channel", "媒体"),
    Channel.PATROL: pgettext_lazy("channel", "巡查"),
    Channel.LEADER: pgettext_lazy("channel", "领导交办"),
    Channel.VIDEO: pgettext_lazy("channel", "视频"),
    Channel.SENSOR: pgettext_lazy("channel", "监测设备"),
    Channel.OPEN311: pgettext_lazy("channel", "Open311 接口"),
    Channel.API: pgettext_lazy("channel", "接口"),
}
STATES: dict[ReportState, str | Promise] = {
    ReportState.RECEIVED: pgettext_lazy("report state", "已收到"),
    ReportState.ANSWERED: pgettext_lazy("report state", "已答复"),
    ReportState.SETTLED: pgettext_lazy("report state", "已办结"),
}
ACTS: dict[str, str | Promise] = {
    "link": pgettext_lazy("report act", "关联案件"),
    "answer": pgettext_lazy("report act", "答复"),
    "settle": pgettext_lazy("report act", "办结"),
    "release": pgettext_lazy("report act", "公开"),
    "reveal_contact": pgettext_lazy("report act", "查看反映人联系方式"),
}
PARTS: dict[Part, str | Promise] = {
    Part.CONTACT: pgettext_lazy("part of a report", "姓名和电话"),
    Part.WORDS: pgettext_lazy("part of a report", "反映和答复的内容"),
    Part.PLACE: pgettext_lazy("part of a report", "坐标和地址"),
    Part.FILES: pgettext_lazy("part of a report", "所附文件"),
}
ERASURE_RULES: dict[ErasureRule, str | Promise] = {
    ErasureRule.PURPOSE_REACHED: pgettext_lazy("erasure rule", "目的已实现、无法实现或不再需要"),
    ErasureRule.STORAGE_ENDED: pgettext_lazy("erasure rule", "保存期限届满"),
    ErasureRule.CONSENT_WITHDRAWN: pgettext_lazy("erasure rule", "本人撤回同意"),
    ErasureRule.UNLAWFUL: pgettext_lazy("erasure rule", "违反法律法规或约定处理"),
}
REFUSALS: dict[str, str | Promise] = {
    "nothing-said": pgettext_lazy("refusal", "请填写内容，或附上照片。"),
    "text-too-long": pgettext_lazy("refusal", "内容过长：最多 {limit} 字，您提交了 {found} 字。"),
    "text-unreadable": pgettext_lazy("refusal", "内容中有无法识别的字符（第 {at} 个）。"),
    "received-in-future": pgettext_lazy("refusal", "收到时间 {received_at} 晚于现在，请核对。"),
    "coordinates-swapped": pgettext_lazy("refusal", "经度和纬度似乎写反了（{lon}, {lat}），请互换后重试。"),
    "half-a-point": pgettext_lazy("refusal", "经度和纬度须同时填写。"),
    "source-key-unusable": pgettext_lazy("refusal", "来源编号不能为空，且不超过 {most} 个字符。"),
    "answer-missing": pgettext_lazy("refusal", "请填写答复内容。"),
    "channel-not-open": pgettext_lazy("refusal", "渠道“{channel}”只供工作人员录入，请使用市民渠道上报。"),
    "too-many-files": pgettext_lazy("refusal", "一次上报最多附 {most} 个文件（收到 {found} 个），请减少后再提交。"),
    "contact-missing": pgettext_lazy("refusal", "反映人没有留下联系方式，或联系方式已按规定删除。"),
    "reason-missing": pgettext_lazy("refusal", "请写明理由。"),
    "cases-still-open": pgettext_lazy("refusal", "所涉案件尚未办结，请待结案后再答复反映人。"),
}
