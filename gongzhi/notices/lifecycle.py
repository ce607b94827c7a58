"""Moves of a message."""

from __future__ import annotations

from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.notices.states import MessageState as State
from gongzhi.people.states import Post

MESSAGE = Lifecycle(
    "notice",
    State.WAITING,
    move("send", [State.WAITING, State.FAILED], State.SENT, by=TIMER.id),
    stay("miss", [State.WAITING, State.FAILED], by=TIMER.id),
    move("fail", State.WAITING, State.FAILED, by=TIMER.id),
    move("drop", [State.WAITING, State.FAILED], State.DROPPED, by=TIMER.id),
    move("retry", State.FAILED, State.WAITING, by=Post.SYSTEM_ADMINISTRATOR),
    move("clear", State.FAILED, State.CLEARED, by=Post.SYSTEM_ADMINISTRATOR),
    # Nobody needs a power to read what was sent to them: it is theirs and nobody else's.
    stay("read", State.SENT, by=()),
    ends={State.SENT, State.DROPPED, State.CLEARED},
)
