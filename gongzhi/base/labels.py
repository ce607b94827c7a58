"""Words for the refusals of the kernel and of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

INSTANT = pgettext_lazy("instant", "Y年n月j日 H:i")
"""How people read an instant, in the letters of Django's date formats."""

REFUSALS: dict[str, str | Promise] = {
    "conflict": pgettext_lazy("refusal", "有人刚刚改动了它，请刷新后再试。"),
    "not-found": pgettext_lazy("refusal", "没有找到，或您无权查看。"),
    "move-not-allowed": pgettext_lazy("refusal", "当前状态“{state}”下不能进行“{act}”。"),
    "store-busy": pgettext_lazy("refusal", "系统正忙，这一步没有写入，请稍后重试。"),
    "store-full": pgettext_lazy(
        "refusal", "存储空间已满，这一步没有写入，请联系系统管理员腾出空间后重试；此前完成的不受影响。"
    ),
    "repeated-key-other-content": pgettext_lazy(
        "refusal", "来源 {source} 已用编号 {key} 提交过另一内容；本次内容未收。若是另一件事，请换新编号。"
    ),
}
