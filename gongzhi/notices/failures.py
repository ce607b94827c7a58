"""Reminding those who look after the product of what could not be delivered, until nothing is left of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import pgettext_lazy

from gongzhi.kernel.actor import TIMER
from gongzhi.notices import operations, queries, registry, rules
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier
from gongzhi.people.states import Post

FAILED = "notices.failed"


def remind(at: datetime) -> None:
    """Tell the system administrators how many messages failed, once in each span of time while there are any."""
    count = queries.failed_count()
    if not count:
        return
    key = f"{FAILED}#{rules.reminder_number(at, every=queries.repeat_every(at))}"
    if not queries.is_told(key):
        operations.tell(
            FAILED,
            audience=rules.holders_of(Post.SYSTEM_ADMINISTRATOR),
            about=queries.STREAM,
            facts={"count": count},
            key=key,
            by=TIMER,
            at=at,
        )


def register() -> None:
    """Register this room's own topics; called once while the room starts."""
    registry.register_topic(
        FAILED,
        title=pgettext_lazy("notice", "有消息未能送达"),
        text=pgettext_lazy("notice", "目前有 {count} 条消息未能送达，请逐条重发，或注明原因后清除。"),
        lines=[Line(f"post:{Post.SYSTEM_ADMINISTRATOR}", Carrier.INBOX)],
    )
    registry.register_topic(
        operations.CARRIER_TRIED,
        title=pgettext_lazy("notice", "测试消息"),
        text=pgettext_lazy("notice", "这是 {at} 发出的测试消息，说明该发送方式可用，无需回复。"),
        lines=[],
    )
