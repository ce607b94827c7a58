"""Names of the lists that the figures open, and what stands there for what nobody knows yet."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LISTS: dict[str, str | Promise] = {
    "reports": pgettext_lazy("public list", "来件"),
    "cases": pgettext_lazy("public list", "案件"),
    "unplaced": pgettext_lazy("public list", "还没有确定位置的案件"),
}
CLASS_UNKNOWN = pgettext_lazy("public list", "类别待定")
PLACE_UNKNOWN = pgettext_lazy("public list", "位置待定")
NO_NUMBER = pgettext_lazy("public list", "尚未编号")
