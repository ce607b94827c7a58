"""The short life of a matter near a border."""

from __future__ import annotations

from gongzhi.kernel.lifecycle import Lifecycle, move
from gongzhi.people.states import Post
from gongzhi.places.rules import borders
from gongzhi.places.states import BorderState

BORDER = Lifecycle(
    "border",
    BorderState.SEEN,
    move("receive", BorderState.SEEN, BorderState.TAKEN, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    move(
        "settle",
        (BorderState.SEEN, BorderState.TAKEN),
        BorderState.SETTLED,
        by=(Post.SHIFT_LEADER, Post.LEADER),
        needs=[borders.grounds_given, borders.area_is_concerned],
    ),
    ends=(BorderState.SETTLED,),
)
