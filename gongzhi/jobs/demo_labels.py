"""Words of the demo's terminal output."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LINES: dict[str, str | Promise] = {
    "founding": pgettext_lazy("demo", "设立示意城市"),
    "story": pgettext_lazy("demo", "虚构来件"),
    "by_district": pgettext_lazy("demo", "各区办理情况"),
    "by_unit": pgettext_lazy("demo", "各单位办理情况"),
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
