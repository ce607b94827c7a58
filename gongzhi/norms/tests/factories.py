"""Lines of a catalogue and filing conditions, as a city would write them."""

from dataclasses import replace
from datetime import date
from typing import Any

from gongzhi.kernel.units import Limit
from gongzhi.norms.rules import CatalogueLine, ConditionDraft, class_key
from gongzhi.norms.states import ClassKind

STANDARD = "GB/T 47678.5-2026"
OUTSIDE_TRADING = class_key(STANDARD, ClassKind.EVENT, "09005")
NEW_YEAR = date(2027, 1, 1)


def line(minor_code: str = "005", *, zh: str = "店外经营", en: str = "Trading outside the shop", **changes: Any):
    plain = CatalogueLine(ClassKind.EVENT, "09", "街面秩序类", "Street order", minor_code, zh, en)
    return replace(plain, **changes)


def draft(**changes: Any):
    plain = ConditionDraft(
        class_key=OUTSIDE_TRADING,
        code="event-09005-1",
        number=1,
        zh="店铺在门外摆放商品",
        en="A shop puts goods outside",
        closing_zh="商品已收回店内",
        closing_en="The goods are back inside",
        limit=Limit.parse("work_hour:2"),
        source="test",
    )
    return replace(plain, **changes)
