"""A visit's short life."""

from __future__ import annotations

from gongzhi.kernel.lifecycle import Lifecycle, move
from gongzhi.people.states import Post
from gongzhi.visits.states import VisitState

VISIT = Lifecycle(
    "visit",
    VisitState.ORDERED,
    move("report", VisitState.ORDERED, VisitState.DONE, by=(Post.CHECKER, Post.COLLECTOR)),
    move("cancel", VisitState.ORDERED, VisitState.CANCELLED, by=(Post.ACCEPTOR, Post.DISPATCHER, Post.TIMER)),
    ends=(VisitState.DONE, VisitState.CANCELLED),
)

READERS = tuple(
    (post, "visit.read")
    for post in (
        *(Post.COLLECTOR, Post.CHECKER, Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER),
        *(Post.EVALUATOR, Post.LEADER),
    )
)
