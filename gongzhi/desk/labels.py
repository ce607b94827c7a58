"""Names of queues, groups of moves, fields and filters, and how a clock tells what is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from gongzhi.base.labels import INSTANT
from gongzhi.calendars.labels import limit_text
from gongzhi.cases.worklists import TimeLeft
from gongzhi.norms.rules import FilingConditionRow

POWER_STOPS: dict[str, str | Promise] = {
    "credential-missing": pgettext_lazy("powers page", "没有登记所需的证件"),
    "credential-expired": pgettext_lazy("powers page", "证件已到期"),
    "credential-suspended": pgettext_lazy("powers page", "证件正在暂扣"),
    "credential-withdrawn": pgettext_lazy("powers page", "证件已被收回"),
    "same-person": pgettext_lazy("powers page", "办过须由他人办理的前一步"),
}
"""Why somebody whose post has a power may not use it here, said of a colleague."""
QUEUES: dict[str, str | Promise] = {
    "to-accept": pgettext_lazy("queue", "待受理"),
    "needs-location": pgettext_lazy("queue", "待定位"),
    "to-verify": pgettext_lazy("queue", "待核实"),
    "to-file": pgettext_lazy("queue", "待立案"),
    "to-dispatch": pgettext_lazy("queue", "待派遣"),
    "returned": pgettext_lazy("queue", "部门回退"),
    "to-acknowledge": pgettext_lazy("queue", "待签收"),
    "to-handle": pgettext_lazy("queue", "处置中"),
    "on-hold": pgettext_lazy("queue", "挂账"),
    "extensions": pgettext_lazy("queue", "延期申请"),
    "proposals": pgettext_lazy("queue", "挂账、作废、特殊结案提请"),
    "to-review": pgettext_lazy("queue", "待审核"),
    "to-check": pgettext_lazy("queue", "待核查"),
    "to-close": pgettext_lazy("queue", "待结案"),
    "replies-due": pgettext_lazy("queue", "待答复"),
    "replies-to-approve": pgettext_lazy("queue", "待审批答复"),
    "due-soon": pgettext_lazy("queue", "即将到期和超时"),
}
GROUNDS = pgettext_lazy("desk field", "理由")
WORDS = pgettext_lazy("desk field", "情况说明")
REMARK = pgettext_lazy("desk field", "备注")
ANSWER = pgettext_lazy("desk field", "答复内容")
UNIT = pgettext_lazy("desk field", "处置单位")
UNIT_BY_RULE = pgettext_lazy("desk field", "按派遣规则")
HELPING_UNIT = pgettext_lazy("desk field", "协办单位")
PROPOSED_UNIT = pgettext_lazy("desk field", "建议的处置单位")
NO_PROPOSAL = pgettext_lazy("desk field", "不建议其他单位")
RETURN_GROUND = pgettext_lazy("desk field", "回退原因")
SPECIAL_GROUND = pgettext_lazy("desk field", "特殊结案原因")
CONDITION = pgettext_lazy("desk field", "立案条件")
CLASS = pgettext_lazy("desk field", "类别")
LONGITUDE = pgettext_lazy("desk field", "经度（WGS-84）")
LATITUDE = pgettext_lazy("desk field", "纬度（WGS-84）")
UNTIL = pgettext_lazy("desk field", "截止时间")
REPORT_DUE = pgettext_lazy("desk field", "反馈期限")
LINKAGE_NO = pgettext_lazy("desk field", "110 联动编号")
INTO = pgettext_lazy("desk field", "并入案件的编号")
CASE_NUMBER = pgettext_lazy("desk field", "案件编号")
ASSISTANCE = pgettext_lazy("desk field", "哪个单位的协办")
INSTRUCTION = pgettext_lazy("desk field", "哪一项交办")
OBJECTION = pgettext_lazy("desk field", "哪一项异议")
AFTER_PHOTOS = pgettext_lazy("desk field", "处置后照片")
BEFORE_PHOTOS = pgettext_lazy("desk field", "处置前照片")
PHOTOS = pgettext_lazy("desk field", "现场照片")
CLOSING_CONFIRMED = pgettext_lazy("desk field", "我已核对，已达到结案条件")
SUPPORTED = pgettext_lazy("desk field", "支持申诉")
UPHELD = pgettext_lazy("desk field", "申诉成立")
OBJECTION_UPHELD = pgettext_lazy("desk field", "异议成立")
GRANTED = pgettext_lazy("desk field", "来源同意延期")
WAY = pgettext_lazy("desk field", "方式")
OUTCOME = pgettext_lazy("desk field", "联系结果")
RESULT_RATING = pgettext_lazy("desk field", "对结果是否满意")
SERVICE_RATING = pgettext_lazy("desk field", "对服务是否满意")
NOT_SAID = pgettext_lazy("desk field", "未表态")
KIND = pgettext_lazy("desk field", "诉求类型")
CHANNEL = pgettext_lazy("desk field", "来电方式")
TEXT = pgettext_lazy("desk field", "反映内容")
ADDRESS = pgettext_lazy("desk field", "地点描述")
NAME = pgettext_lazy("desk field", "反映人姓名")
PHONE = pgettext_lazy("desk field", "反映人电话")
CLASS_UNKNOWN = pgettext_lazy("desk field", "类别待定")

FAULTS: dict[str, str | Promise] = {
    "no-such-case": pgettext_lazy("desk fault", "没有这个编号的案件，或您无权查看。"),
}
SHOWN_BY_REPORTER = pgettext_lazy("proof", "反映人提供")
SHOWN_BEFORE = pgettext_lazy("proof", "处置前、核实")
SHOWN_AFTER = pgettext_lazy("proof", "处置后")
SHOWN_BY_CHECK = pgettext_lazy("proof", "核查")
FACTS: dict[str, str | Promise] = {
    "case.opened": pgettext_lazy("desk fact", "立为案件线索"),
    "case.stage-late": pgettext_lazy("desk fact", "本阶段超时"),
    "case.took-in": pgettext_lazy("desk fact", "并入了另一案件"),
    "case.gave-back": pgettext_lazy("desk fact", "拆出了另一案件"),
    "report.received": pgettext_lazy("desk fact", "收到来件"),
    "report.unlinked": pgettext_lazy("desk fact", "与案件脱离关联"),
    "reply.late": pgettext_lazy("desk fact", "答复超时"),
    "objection.late": pgettext_lazy("desk fact", "异议处理超时"),
}
SURE = pgettext_lazy("desk field", "我确认办理：此步记入案卷，不能撤销")
DONE = pgettext_lazy("desk", "已办理：{act}")
DONE_MANY = pgettext_lazy("desk", "{act}：已办理 {count} 件")
REFUSED_ONE = pgettext_lazy("desk", "{case} 未办理：{words}")
SUGGESTED = pgettext_lazy("desk", "按规则应派：{unit}（依据 {source}）")
NO_NUMBER = pgettext_lazy("desk", "尚未编号")
PLACE_UNKNOWN = pgettext_lazy("desk", "位置待定")


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
    return pgettext("length of time", "{hours} 小时 {minutes} 分").format(hours=hours, minutes=rest)


def condition_text(row: FilingConditionRow, *, english: bool) -> str:
    """Return a filing condition with the limit that it brings."""
    told = row.en if english else row.zh
    return pgettext("filing condition", "{condition}（{limit}）").format(
        condition=told, limit=limit_text(row.limit.text)
    )


def instant(at: datetime) -> str:
    """Return an instant as the city's clocks show it."""
    return dateformat.format(timezone.localtime(at), str(INSTANT))
