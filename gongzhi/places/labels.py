"""Words for levels, states of a place, and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.places.states import DivisionLevel, PlaceState

LEVELS: dict[DivisionLevel, str | Promise] = {
    DivisionLevel.CITY: pgettext_lazy("division level", "市"),
    DivisionLevel.DISTRICT: pgettext_lazy("division level", "区"),
    DivisionLevel.STREET: pgettext_lazy("division level", "街道（镇）"),
    DivisionLevel.COMMUNITY: pgettext_lazy("division level", "社区（村）"),
}
PLACE_STATES: dict[PlaceState, str | Promise] = {
    PlaceState.LOCATED: pgettext_lazy("place state", "已定位"),
    PlaceState.OUTSIDE: pgettext_lazy("place state", "不在本市范围内"),
    PlaceState.IMPOSSIBLE: pgettext_lazy("place state", "坐标有误"),
    PlaceState.IN_WORDS: pgettext_lazy("place state", "仅有文字地址"),
    PlaceState.UNKNOWN: pgettext_lazy("place state", "地点不详"),
}
REFUSALS: dict[str, str | Promise] = {
    "impossible-point": pgettext_lazy(
        "refusal", "坐标（经度 {lon}，纬度 {lat}）不在地球上，请核对经纬度和先后次序后重报。"
    ),
    "no-such-division": pgettext_lazy("refusal", "没有代码为 {division} 的区划，请核对代码。"),
    "divisions-unreadable": pgettext_lazy(
        "refusal", "区划文件无法读取（第 {feature} 个要素：{reason}），请提供方按说明改正后重新导入。"
    ),
    "division-duplicate": pgettext_lazy("refusal", "代码 {division} 在文件中出现多次，请提供方保留一条。"),
    "division-bad-code": pgettext_lazy(
        "refusal", "区划代码“{division}”不可用：应为 1 至 32 个字符且不含“/”，请提供方改正。"
    ),
    "division-name-missing": pgettext_lazy("refusal", "区划 {division} 没有中文名称，请提供方补上。"),
    "division-unknown-parent": pgettext_lazy(
        "refusal", "区划 {division} 的上级 {parent} 不存在，请提供方一并提供上级或改正代码。"
    ),
    "division-cyclic-parents": pgettext_lazy("refusal", "区划 {division} 的上级关系首尾相接，请提供方改正。"),
    "division-level-order": pgettext_lazy(
        "refusal", "区划 {division}（{level}）不能归属于 {parent}（{parent_level}）：上级须高于下级，请提供方改正。"
    ),
    "division-parent-missing": pgettext_lazy("refusal", "区划 {division} 没有上级，只有市没有上级，请提供方补上。"),
    "division-ends-before-it-begins": pgettext_lazy(
        "refusal", "区划 {division} 的终止日 {until_on} 不晚于起始日 {from_on}，请提供方改正。"
    ),
    "division-outside-its-parents-time": pgettext_lazy(
        "refusal", "区划 {division} 的起止日期超出上级 {parent} 的起止日期，请提供方先调整下级。"
    ),
    "division-outline-unreadable": pgettext_lazy(
        "refusal", "区划 {division} 的界线无法读取（{reason}），请提供方改为多边形并核对坐标。"
    ),
    "division-outline-crosses-itself": pgettext_lazy(
        "refusal", "区划 {division} 的界线自相交或重叠（{reason}），请提供方修正图形。"
    ),
}
