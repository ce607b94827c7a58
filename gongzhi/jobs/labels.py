"""Words of the terminal: refusals, and the steps of founding a city."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, str | Promise] = {
    "store-unreachable": pgettext_lazy(
        "refusal", "数据库打不开：{reason}。请核对 GONGZHI_DATABASE_URL 和 GONGZHI_HOME，并确认数据库在运行。"
    ),
    "store-outdated": pgettext_lazy(
        "refusal",
        "数据库还是旧版本的结构，请先运行 gongzhi init 升级，再运行 gongzhi policy seed 补上新权限，已有数据都会保留。",
    ),
}
FOUNDING: dict[str, str | Promise] = {
    "places": pgettext_lazy("founding", "区划"),
    "calendars": pgettext_lazy("founding", "日历"),
    "norms": pgettext_lazy("founding", "立结案规范"),
    "units": pgettext_lazy("founding", "单位与权限"),
    "rules": pgettext_lazy("founding", "派遣规则"),
    "people": pgettext_lazy("founding", "虚构人员"),
    "taken_over": pgettext_lazy("founding", "已将旧版本留下的 {count} 个账号纳入记录。"),
    "founded": pgettext_lazy("founding", "已设立{city}（{key}）。"),
    "founded_before": pgettext_lazy("founding", "{city}（{key}）以前已设立，没有改动。"),
}
