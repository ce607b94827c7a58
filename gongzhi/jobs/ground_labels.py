"""Words that the commands for the city's ground and norms print."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

COUNTS: dict[str, str | Promise] = {
    "added": pgettext_lazy("import count", "新增"),
    "corrected": pgettext_lazy("import count", "更正"),
    "replaced": pgettext_lazy("import count", "替换"),
    "gone": pgettext_lazy("import count", "移除"),
    "ended": pgettext_lazy("import count", "终止"),
    "unchanged": pgettext_lazy("import count", "不变"),
    "classes": pgettext_lazy("import count", "新增小类"),
}
LINES: dict[str, str | Promise] = {
    "error": pgettext_lazy("topology report", "错误"),
    "warning": pgettext_lazy("topology report", "提示"),
    "effects": pgettext_lazy("import effect", "对在办事项的影响"),
}
