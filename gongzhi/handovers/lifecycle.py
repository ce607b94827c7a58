"""Moves of a hand-over."""

from __future__ import annotations

from gongzhi.handovers.states import HandoverState
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.states import Post

_OPEN = (HandoverState.DRAFT, HandoverState.HANDED)
_TAKERS = (Post.SHIFT_LEADER, Post.DUTY_LEADER)

HANDOVER = Lifecycle(
    "handover",
    HandoverState.DRAFT,
    stay("note", _OPEN, by=Post.SHIFT_LEADER),
    move("sign_over", HandoverState.DRAFT, HandoverState.HANDED, by=Post.SHIFT_LEADER),
    stay("ask", HandoverState.HANDED, by=_TAKERS),
    move("take", HandoverState.HANDED, HandoverState.TAKEN, by=_TAKERS),
    move("drop", _OPEN, HandoverState.DROPPED, by=_TAKERS),
    stay("erase", (HandoverState.TAKEN, HandoverState.DROPPED), by=Post.AUDIT_ADMINISTRATOR),
    ends=(HandoverState.TAKEN, HandoverState.DROPPED),
)
BEGUN = HANDOVER.fact("begin")
BEGIN, READ = "handover.begin", "handover.read"
OTHERS = (
    (Post.SHIFT_LEADER, BEGIN),
    *((post, READ) for post in (Post.SHIFT_LEADER, Post.DUTY_LEADER, Post.LEADER, Post.AUDIT_ADMINISTRATOR)),
)
"""Who begins a hand-over, and who reads them: whoever leads the shift, is on duty above it, or keeps the record."""
