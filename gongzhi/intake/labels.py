"""Words for kinds, channels, states, acts and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.intake.rules import Satisfaction
from gongzhi.intake.states import (
    Channel,
    ContactOutcome,
    ErasureRule,
    ObjectionState,
    Part,
    RatedThrough,
    ReplyState,
    ReplyWay,
    ReportKind,
    ReportState,
    SheetMessageKind,
    SheetMessageState,
    SheetState,
    Urgency,
)

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
    ReportState.WITHDRAWN: pgettext_lazy("report state", "已撤回"),
    ReportState.HANDED_BACK: pgettext_lazy("report state", "已退回来源"),
}
REPLY_STATES: dict[ReplyState, str | Promise] = {
    ReplyState.OWED: pgettext_lazy("reply state", "待答复"),
    ReplyState.DRAFTED: pgettext_lazy("reply state", "待审批"),
    ReplyState.APPROVED: pgettext_lazy("reply state", "待发出"),
    ReplyState.SENT: pgettext_lazy("reply state", "已发出"),
    ReplyState.DROPPED: pgettext_lazy("reply state", "不再需要"),
}
WAYS: dict[ReplyWay, str | Promise] = {
    ReplyWay.PHONE: pgettext_lazy("way of replying", "电话"),
    ReplyWay.SMS: pgettext_lazy("way of replying", "短信"),
    ReplyWay.LETTER: pgettext_lazy("way of replying", "信函"),
    ReplyWay.IN_PERSON: pgettext_lazy("way of replying", "当面"),
    ReplyWay.ONLINE: pgettext_lazy("way of replying", "网上"),
    ReplyWay.NEIGHBOUR: pgettext_lazy("way of replying", "经来源平台"),
}
CONTACT_OUTCOMES: dict[ContactOutcome, str | Promise] = {
    ContactOutcome.REACHED: pgettext_lazy("contact outcome", "已联系上"),
    ContactOutcome.NO_ANSWER: pgettext_lazy("contact outcome", "无人接听"),
    ContactOutcome.WRONG_NUMBER: pgettext_lazy("contact outcome", "号码有误"),
    ContactOutcome.DECLINED: pgettext_lazy("contact outcome", "不愿接听"),
}
RATED_THROUGH: dict[RatedThrough, str | Promise] = {
    RatedThrough.REPORTER: pgettext_lazy("rated through", "反映人自评"),
    RatedThrough.CALL_BACK: pgettext_lazy("rated through", "我方回访"),
    RatedThrough.NEIGHBOUR: pgettext_lazy("rated through", "来源平台回访"),
}
SATISFACTION: dict[Satisfaction, str | Promise] = {
    Satisfaction.VERY_DISSATISFIED: pgettext_lazy("satisfaction", "非常不满意"),
    Satisfaction.DISSATISFIED: pgettext_lazy("satisfaction", "不满意"),
    Satisfaction.FAIR: pgettext_lazy("satisfaction", "基本满意"),
    Satisfaction.SATISFIED: pgettext_lazy("satisfaction", "满意"),
    Satisfaction.VERY_SATISFIED: pgettext_lazy("satisfaction", "非常满意"),
}
OBJECTION_STATES: dict[ObjectionState, str | Promise] = {
    ObjectionState.MADE: pgettext_lazy("objection state", "待决定"),
    ObjectionState.UPHELD: pgettext_lazy("objection state", "异议成立"),
    ObjectionState.REFUSED: pgettext_lazy("objection state", "异议不成立"),
}
SHEET_STATES: dict[SheetState, str | Promise] = {
    SheetState.RECEIVED: pgettext_lazy("sheet state", "待签收"),
    SheetState.ACKNOWLEDGED: pgettext_lazy("sheet state", "已签收"),
    SheetState.RETURNED: pgettext_lazy("sheet state", "已退单"),
    SheetState.ANSWERED: pgettext_lazy("sheet state", "已反馈结果"),
    SheetState.CLOSED: pgettext_lazy("sheet state", "已归档"),
}
SHEET_MESSAGES: dict[SheetMessageKind, str | Promise] = {
    SheetMessageKind.CREATE: pgettext_lazy("sheet message", "派单"),
    SheetMessageKind.ACKNOWLEDGE: pgettext_lazy("sheet message", "签收"),
    SheetMessageKind.RETURN: pgettext_lazy("sheet message", "退单"),
    SheetMessageKind.EXTEND_REQUEST: pgettext_lazy("sheet message", "延期申请"),
    SheetMessageKind.EXTEND_ANSWER: pgettext_lazy("sheet message", "延期批复"),
    SheetMessageKind.PROGRESS: pgettext_lazy("sheet message", "进展"),
    SheetMessageKind.RESULT: pgettext_lazy("sheet message", "办结"),
    SheetMessageKind.SUPERVISE: pgettext_lazy("sheet message", "督办"),
    SheetMessageKind.VISIT: pgettext_lazy("sheet message", "回访"),
    SheetMessageKind.CLOSE: pgettext_lazy("sheet message", "归档"),
}
SHEET_MESSAGE_STATES: dict[SheetMessageState, str | Promise] = {
    SheetMessageState.WAITING: pgettext_lazy("sheet message state", "待送出"),
    SheetMessageState.SENT: pgettext_lazy("sheet message state", "已送出"),
    SheetMessageState.FAILED: pgettext_lazy("sheet message state", "未能送达"),
}
URGENCIES: dict[Urgency, str | Promise] = {
    Urgency.ORDINARY: pgettext_lazy("urgency", "一般"),
    Urgency.URGENT: pgettext_lazy("urgency", "紧急"),
    Urgency.CRITICAL: pgettext_lazy("urgency", "特急"),
}
ACTS: dict[str, str | Promise] = {
    "link": pgettext_lazy("report act", "关联案件"),
    "answer": pgettext_lazy("report act", "答复"),
    "settle": pgettext_lazy("report act", "办结"),
    "release": pgettext_lazy("report act", "公开"),
    "reveal_contact": pgettext_lazy("report act", "查看反映人联系方式"),
    "supplement": pgettext_lazy("report act", "补充"),
    "withdraw": pgettext_lazy("report act", "撤回"),
    "rate": pgettext_lazy("report act", "评价"),
    "call_back": pgettext_lazy("report act", "回访"),
    "promise_call": pgettext_lazy("report act", "约定回电"),
    "keep_promise": pgettext_lazy("report act", "按约回电"),
    "reopen": pgettext_lazy("report act", "反映人要求重办"),
    "object": pgettext_lazy("report act", "提出异议"),
    "take_up_again": pgettext_lazy("report act", "随案件重新办理"),
    "hand_back": pgettext_lazy("report act", "退回来源"),
    "come_again": pgettext_lazy("report act", "来源再次转来"),
    "reply.contact": pgettext_lazy("report act", "联系反映人"),
    "reply.draft": pgettext_lazy("report act", "拟写答复"),
    "reply.approve": pgettext_lazy("report act", "审批答复"),
    "reply.refuse_draft": pgettext_lazy("report act", "退回重拟"),
    "reply.send": pgettext_lazy("report act", "发出答复"),
    "reply.ask_extension": pgettext_lazy("report act", "申请延期答复"),
    "reply.grant_extension": pgettext_lazy("report act", "同意延期答复"),
    "reply.refuse_extension": pgettext_lazy("report act", "不同意延期答复"),
    "reply.drop": pgettext_lazy("report act", "免于答复"),
    "objection.uphold": pgettext_lazy("report act", "认可异议"),
    "objection.refuse": pgettext_lazy("report act", "驳回异议"),
    "sheet.acknowledge": pgettext_lazy("report act", "签收工单"),
    "sheet.return": pgettext_lazy("report act", "退单"),
    "sheet.return_again": pgettext_lazy("report act", "再次退单"),
    "sheet.send_again": pgettext_lazy("report act", "来源再次派单"),
    "sheet.revise": pgettext_lazy("report act", "来源更新工单"),
    "sheet.tell_progress": pgettext_lazy("report act", "反馈进展"),
    "sheet.answer_extension": pgettext_lazy("report act", "来源批复延期"),
    "sheet.supervise": pgettext_lazy("report act", "来源督办"),
    "sheet.visit": pgettext_lazy("report act", "来源回访"),
    "sheet.close": pgettext_lazy("report act", "来源归档"),
    "sheet.report_arrival": pgettext_lazy("report act", "反馈到场情况"),
    "sheet.ask_extension": pgettext_lazy("report act", "向来源申请延期"),
    "sheet.answer": pgettext_lazy("report act", "反馈办理结果"),
    "sheet.take_up_again": pgettext_lazy("report act", "重新办理工单"),
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
RECONCILED = pgettext_lazy(
    "reconciliation",
    "{neighbour} {on}：收到 {received}，签收 {acknowledged}，退单 {returned}，反馈结果 {answered}，归档 {closed}，"
    "超期 {late}；待送报文 {waiting_messages}，未能送达 {failed_messages}；不一致 {differences}。",
)
DIFFERENCES: dict[str, str | Promise] = {
    "missing-here": pgettext_lazy("reconciliation", "{sheet_no}：对方有，我方没有"),
    "missing-there": pgettext_lazy("reconciliation", "{sheet_no}：我方有，对方没有"),
    "version": pgettext_lazy("reconciliation", "{sheet_no}：版本不一致（我方 {ours}，对方 {theirs}）"),
    "state": pgettext_lazy("reconciliation", "{sheet_no}：状态不一致（我方 {ours}，对方 {theirs}）"),
}
REFUSALS: dict[str, str | Promise] = {
    "nothing-said": pgettext_lazy("refusal", "请填写内容，或附上照片。"),
    "matter-is-over": pgettext_lazy("refusal", "您要一起跟进的案件 {case} 已经了结。问题还在的，请作为新的来件提交。"),
    "nobody-to-call": pgettext_lazy("refusal", "反映人没有留下电话，不能约定回电。"),
    "promised-in-the-past": pgettext_lazy("refusal", "约定的回电时间已经过去，请另选时间。"),
    "nothing-promised": pgettext_lazy("refusal", "没有约定的回电，或已经回过电话。"),
    "text-too-long": pgettext_lazy("refusal", "内容过长：最多 {limit} 字，您提交了 {found} 字。"),
    "text-unreadable": pgettext_lazy("refusal", "内容中有无法识别的字符（第 {at} 个）。"),
    "received-in-future": pgettext_lazy("refusal", "收到时间 {received_at} 晚于现在，请核对。"),
    "coordinates-swapped": pgettext_lazy("refusal", "经度和纬度似乎写反了（{lon}, {lat}），请互换后重试。"),
    "half-a-point": pgettext_lazy("refusal", "经度和纬度须同时填写。"),
    "position-error-absurd": pgettext_lazy(
        "refusal", "定位误差须是 0 到 {most_m} 之间的米数；定位不准到这种程度时，请留空并用文字写明地点。"
    ),
    "source-key-unusable": pgettext_lazy("refusal", "来源编号不能为空，且不超过 {most} 个字符。"),
    "answer-missing": pgettext_lazy("refusal", "请填写答复内容。"),
    "channel-not-open": pgettext_lazy("refusal", "渠道“{channel}”只供工作人员录入，请使用市民渠道上报。"),
    "too-many-files": pgettext_lazy("refusal", "一次上报最多附 {most} 个文件（收到 {found} 个），请减少后再提交。"),
    "contact-missing": pgettext_lazy("refusal", "反映人没有留下联系方式，或联系方式已按规定删除。"),
    "report-words-secret": pgettext_lazy("refusal", "反映 {report} 所属工单标为保密，内容不予公开。"),
    "reason-missing": pgettext_lazy("refusal", "请写明理由。"),
    "caller-not-contacted": pgettext_lazy("refusal", "请先联系反映人并记录联系情况，再拟写答复。"),
    "reply-not-approved": pgettext_lazy("refusal", "这份答复须先由他人审批通过，才能发出。"),
    "no-outer-deadline": pgettext_lazy("refusal", "此件没有外部答复期限，无须申请延期。"),
    "reply-extension-too-late": pgettext_lazy("refusal", "外部答复期限（{due_at}）已过，不能再申请延期。"),
    "reply-extension-not-later": pgettext_lazy("refusal", "延期后的期限须晚于现在的期限（{due_at}）。"),
    "reply-extension-open": pgettext_lazy("refusal", "已申请延期至 {until}，尚无批复，请等待。"),
    "no-reply-extension-open": pgettext_lazy("refusal", "没有待批复的延期申请。"),
    "reply-extensions-used-up": pgettext_lazy("refusal", "延期次数已用完（最多 {most} 次）。"),
    "rating-off-scale": pgettext_lazy("refusal", "满意度须为 {least} 至 {greatest}（收到 {found}）。"),
    "rating-missing": pgettext_lazy("refusal", "联系上反映人时须记录满意度；未联系上时不得填写。"),
    "rated-before": pgettext_lazy("refusal", "这次答复已经评价过。"),
    "nothing-to-reopen": pgettext_lazy("refusal", "没有已结案的案件可以重办。"),
    "nothing-to-object-to": pgettext_lazy("refusal", "没有不予受理的事项可以提出异议。"),
    "objection-made-before": pgettext_lazy("refusal", "对这一事项已提出过异议。"),
    "objection-too-late": pgettext_lazy("refusal", "不予受理的决定作出于 {decided_at}，须在 {days} 天内提出异议。"),
    "sheet-field-missing": pgettext_lazy("refusal", "工单缺少“{field}”。"),
    "sheet-field-faulty": pgettext_lazy("refusal", "工单的“{field}”无法识别，应形如：{why}。"),
    "sheet-field-unknown": pgettext_lazy("refusal", "工单中没有“{field}”这一项。"),
    "sheet-edition-old": pgettext_lazy("refusal", "工单 {sheet} 已收到第 {known} 版，第 {version} 版来得太晚，未收。"),
    "sheet-unknown-here": pgettext_lazy("refusal", "我方没有工单 {sheet}。"),
    "sheet-repeated-other-content": pgettext_lazy(
        "refusal", "工单 {sheet} 第 {version} 版已收到过，内容不同；本次内容未收。若有变更，请用新版本号。"
    ),
    "sheet-message-not-taken": pgettext_lazy("refusal", "“{message}”由我方发出，不接收此类报文。"),
    "neighbour-unknown": pgettext_lazy("refusal", "没有名为 {neighbour} 的对接单位，或尚未为其设置密钥。"),
    "signature-wrong": pgettext_lazy("refusal", "报文签名不符，或签名时间已过。"),
    "sheet-return-too-late": pgettext_lazy("refusal", "工单 {sheet} 的退单时限（{until}）已过。"),
    "sheet-returned-before": pgettext_lazy("refusal", "工单 {sheet} 退单后已再次派来，再次退单须由值班长决定。"),
    "sheet-under-way": pgettext_lazy("refusal", "工单 {sheet} 的案件 {case} 已立案，不能退单。"),
    "sheet-message-not-failed": pgettext_lazy("refusal", "只有未能送达的报文可以重新发送。"),
    "sheet-file-ending-unknown": pgettext_lazy("refusal", "无法识别文件 {file} 的类型，请使用 {endings}。"),
    "sheet-file-unreadable": pgettext_lazy("refusal", "文件 {file} 不是工单列表。"),
    "sheet-file-too-large": pgettext_lazy("refusal", "文件 {file} 过大（最多 {most_bytes} 字节）。"),
    "sheet-heading-twice": pgettext_lazy("refusal", "文件 {file} 中“{heading}”与另一列都表示“{field}”。"),
    "cases-still-open": pgettext_lazy("refusal", "所涉案件尚未办结，请待结案后再答复反映人。"),
}
