"""Words for refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, str | Promise] = {
    "no-responsible-unit": pgettext_lazy("refusal", "没有规则能确定处置单位，请由派遣员选定。"),
    "rule-hours-incomplete": pgettext_lazy("refusal", "派遣规则 {rule} 须同时写明起止时刻。"),
    "rule-repeated": pgettext_lazy("refusal", "派遣规则 {rule} 一次提交了两条，全部规则未保存，请只保留一条。"),
    "precedent-ended": pgettext_lazy("refusal", "裁定（案件 {number}）已经废止，请查找仍然有效的裁定。"),
    "precedent-is-rule": pgettext_lazy("refusal", "裁定 {number} 已定为派遣规则 {rule}，须待该规则终止后再另定。"),
    "rule-exists": pgettext_lazy("refusal", "已有编号为 {rule} 的派遣规则，请换一个编号。"),
    "rule-ends-before-it-begins": pgettext_lazy("refusal", "派遣规则 {rule} 的终止日须晚于起始日。"),
}
