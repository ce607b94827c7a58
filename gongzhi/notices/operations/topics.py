"""Which topics there are to rule and to wish for."""

from __future__ import annotations

from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import registry


class TopicUnknown(NotFound):
    """There is no such topic."""

    code = "topic-unknown"


def require_topic(name: str) -> None:
    """Refuse a topic that no room tells. Raises: TopicUnknown."""
    if name not in {one.name for one in registry.topics()}:
        raise TopicUnknown(topic=name)
