"""Words of the demo's terminal output."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LINES: dict[str, str | Promise] = {
    "founding": pgettext_lazy("demo", "设立示意城市"),
    "story": pgettext_lazy("demo", "虚构来件"),
    "by_district": pgettext_lazy("demo", "各区办理情况"),
    "by_unit": pgettext_lazy("demo", "各单位办理情况"),
    "turns": pgettext_lazy("demo", "特殊情形（件）"),
    "reports": pgettext_lazy("demo", "共收到 {reports} 件；待定位 {needs_location} 件。"),
    "intact": pgettext_lazy("demo", "记录完好：核验 {entries} 条，{streams} 条链。"),
    "damaged": pgettext_lazy("demo", "记录有 {findings} 处异常，请运行 gongzhi audit verify。"),
    "serve": pgettext_lazy("demo", "要打开页面，请运行 make run（或 gongzhi serve）。"),
    "home": pgettext_lazy("demo", "数据与令牌在 {home}（demo_access.json）。"),
}
HEADS: dict[str, str | Promise] = {
    "key": pgettext_lazy("demo", "名称"),
    "filed": pgettext_lazy("demo", "立案"),
    "closed": pgettext_lazy("demo", "结案"),
    "on_time": pgettext_lazy("demo", "按期"),
    "late": pgettext_lazy("demo", "超期"),
    "rework": pgettext_lazy("demo", "返工"),
    "open": pgettext_lazy("demo", "在办"),
    "all": pgettext_lazy("demo", "合计"),
}
TURNS: dict[str, str | Promise] = {
    "returned": pgettext_lazy("demo", "部门回退"),
    "arbitrated": pgettext_lazy("demo", "裁定处置单位"),
    "extended": pgettext_lazy("demo", "延期"),
    "held": pgettext_lazy("demo", "挂账"),
    "merged": pgettext_lazy("demo", "重复合并"),
    "specially_closed": pgettext_lazy("demo", "特殊结案"),
    "closed_in_error": pgettext_lazy("demo", "差错结案"),
    "reopened": pgettext_lazy("demo", "重新办理"),
    "self_handled": pgettext_lazy("demo", "自处置（另计）"),
    "urgent": pgettext_lazy("demo", "紧急先办"),
    "assisted": pgettext_lazy("demo", "协办"),
    "instructed": pgettext_lazy("demo", "领导交办"),
    "supervised": pgettext_lazy("demo", "督办"),
    "appealed": pgettext_lazy("demo", "超时申诉"),
    "sheets": pgettext_lazy("demo", "12345 与 110 工单"),
    "nights": pgettext_lazy("demo", "夜间值守"),
}
