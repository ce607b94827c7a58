"""Names of queues, groups of moves, fields and filters."""

from __future__ import annotations

from datetime import datetime

from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from gongzhi.base.labels import INSTANT
from gongzhi.calendars.labels import limit_text
from gongzhi.kernel.geo import Crs
from gongzhi.norms.rules import FilingConditionRow

POWER_STOPS: dict[str, str | Promise] = {
    "credential-missing": pgettext_lazy("powers page", "没有登记所需的证件"),
    "credential-expired": pgettext_lazy("powers page", "证件已到期"),
    "credential-suspended": pgettext_lazy("powers page", "证件正在暂扣"),
    "credential-withdrawn": pgettext_lazy("powers page", "证件已被收回"),
    "same-person": pgettext_lazy("powers page", "办过须由他人办理的前一步"),
}
"""Why somebody whose post has a power may not use it here, said of a colleague."""
PLATE_WORDS = pgettext_lazy("code page", "牌子挂在哪里")
PLATE_WORDS_EN = pgettext_lazy("code page", "英文")
PLATE_KIND = pgettext_lazy("code page", "类型")
PLATE_FEATURE = pgettext_lazy("code page", "楼栋、楼层或房间的代码")
PLATE_CODE = pgettext_lazy("code page", "已有的码（留空由系统编）")
CODE_ISSUED = pgettext_lazy("code page", "已发位置码 {code}：{words}。")
CODES_ISSUED = pgettext_lazy("code page", "这张表的 {count} 个位置码都在用了。")
CODE_ENDED = pgettext_lazy("code page", "位置码 {code} 已停用。")
NO_LIST = pgettext_lazy("code page", "请选择一个不超过 1 MiB 的 CSV 文件。")
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
    "calls-promised": pgettext_lazy("queue", "约定回电"),
    "appeals-to-review": pgettext_lazy("queue", "超时申诉待复核"),
    "appeals-to-decide": pgettext_lazy("queue", "超时申诉待裁定"),
    "due-soon": pgettext_lazy("queue", "即将到期和超时"),
}
REFUSALS: dict[str, str | Promise] = {
    "view-without-filter": pgettext_lazy("refusal", "请先筛选再保留：没有筛选的队列本来就在左边。"),
    "view-name-unusable": pgettext_lazy("refusal", "请给视图起一个看得见、不超过 {limit} 个字的名字。"),
    "view-name-taken": pgettext_lazy("refusal", "这个队列您已有名为“{name}”的视图，请换一个名字，或先不再保留那一个。"),
    "card-too-early": pgettext_lazy("refusal", "案件 {case} 还没有结案，没有前后对比可以分享。"),
    "card-not-public": pgettext_lazy("refusal", "案件 {case} 的类别不对外公开，不能做分享卡片。"),
    "card-photos-missing": pgettext_lazy(
        "refusal", "案件 {case} 没有已公开的处置前、处置后照片各一张，请值班长先审定照片再做卡片。"
    ),
    "card-font-missing": pgettext_lazy(
        "refusal",
        "本机没有可用的中文字体，卡片没有做成。请管理员安装 Noto CJK 字体（Debian：apt install fonts-noto-cjk），"
        "或用 GONGZHI_PAPER_FONTS 指定字体文件夹。已找过：{folders}。",
    ),
    "too-many-views": pgettext_lazy("refusal", "每个队列最多保留 {limit} 个视图，请先去掉不用的。"),
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
CALL_BACK_BY = pgettext_lazy("desk field", "约定在此之前回电")
PROMISED = pgettext_lazy("desk list", "约定回电")
PROMISED_TRIED = pgettext_lazy("desk list", "约定回电，已打 {count} 次未接通")
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
PASTED = pgettext_lazy("paste page", "聊天内容")
NOTHING_PASTED = pgettext_lazy("paste page", "请粘贴聊天内容，或放入图片。")
CHAT_POINTS: dict[Crs | None, str | Promise] = {
    Crs.GCJ02: pgettext_lazy("paste page", "位置取自高德、腾讯的坐标（GCJ-02），已换算，请在地图上核对。"),
    Crs.BD09: pgettext_lazy("paste page", "位置取自百度的坐标（BD-09），已换算，请在地图上核对。"),
    Crs.WGS84: pgettext_lazy("paste page", "位置取自对话里的坐标（WGS-84），请在地图上核对。"),
    Crs.CGCS2000: pgettext_lazy("paste page", "位置取自对话里的坐标（CGCS2000），请在地图上核对。"),
    None: pgettext_lazy(
        "paste page", "位置取自对话里的坐标，没有说是哪种坐标系，按 WGS-84 填写，可能偏几百米，请在地图上核对。"
    ),
}
"""Where the point of a pasted conversation came from, by the system that it named."""
CLASS_UNKNOWN = pgettext_lazy("desk field", "类别待定")

FAULTS: dict[str, str | Promise] = {
    "no-such-case": pgettext_lazy("desk fault", "没有这个编号的案件，或您无权查看。"),
}
CARD_DAY = pgettext_lazy("share card", "Y年n月j日")
CARD_BEFORE = pgettext_lazy("share card", "处置前")
CARD_AFTER = pgettext_lazy("share card", "处置后")
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
    "report.neighbour-done": pgettext_lazy("desk fact", "来单单位已办结，不再等待答复"),
    "reply.late": pgettext_lazy("desk fact", "答复超时"),
    "objection.late": pgettext_lazy("desk fact", "异议处理超时"),
    "audit.erased": pgettext_lazy("desk fact", "按规定删除内容"),
}
HANDOVER_ITEM = pgettext_lazy("handover page", "关于哪一件")
HANDOVER_WHOLE = pgettext_lazy("handover page", "整个班次")
HANDOVER_SURE: dict[str, str | Promise] = {
    "sign_over": pgettext_lazy("handover page", "我已核对清单并写明说明，签字交班"),
    "take": pgettext_lazy("handover page", "我已看过清单和说明，签字接班"),
}
SIGN_SURE = pgettext_lazy("paper page", "我已看过上面的文稿，确认签发：签发后内容不再改动")
SAVE_DRAFT = pgettext_lazy("paper page", "存为文稿")
SCAN = pgettext_lazy("paper page", "盖章扫描件")
SCAN_VOID = pgettext_lazy("paper page", "已作废的扫描件")
VOID_REASON = pgettext_lazy("paper page", "作废理由")
SURE = pgettext_lazy("desk field", "我确认办理：此步记入案卷，不能撤销")
DONE = pgettext_lazy("desk", "已办理：{act}")
DONE_MANY = pgettext_lazy("desk", "{act}：已办理 {count} 件")
REFUSED_ONE = pgettext_lazy("desk", "{case} 未办理：{words}")
SUGGESTED = pgettext_lazy("desk", "按规则应派：{unit}（{because}）")
SUGGESTED_BY: dict[str, str | Promise] = {
    "rule": pgettext_lazy("why a unit answers", "派遣规则：{source}"),
    "overlay": pgettext_lazy("why a unit answers", "专门区域：{source}"),
    "norm": pgettext_lazy("why a unit answers", "立案条件：{source}"),
}
NO_NUMBER = pgettext_lazy("desk", "尚未编号")
PLACE_UNKNOWN = pgettext_lazy("desk", "位置待定")


def condition_text(row: FilingConditionRow, *, english: bool) -> str:
    """Return a filing condition with the limit that it brings."""
    told = row.en if english else row.zh
    return pgettext("filing condition", "{condition}（{limit}）").format(
        condition=told, limit=limit_text(row.limit.text)
    )


def instant(at: datetime) -> str:
    """Return an instant as the city's clocks show it."""
    return dateformat.format(timezone.localtime(at), str(INSTANT))


CONDUCT_DONE = pgettext_lazy("desk conduct", "已办理，并记入案卷。")
BORDER_DONE = pgettext_lazy("border", "已办理，并记入边界案件的记录。")
PUBLICATION_DONE = pgettext_lazy("publication page", "已改，从现在起按新的办法公开。")
