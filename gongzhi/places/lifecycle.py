"""The short lives of a matter near a border, and of a place code."""

from __future__ import annotations

from gongzhi.kernel.lifecycle import Lifecycle, move
from gongzhi.people.states import Post
from gongzhi.places.rules import borders
from gongzhi.places.states import BorderState, PlateState

BORDER = Lifecycle(
    "border",
    BorderState.SEEN,
    move("receive", BorderState.SEEN, BorderState.TAKEN, by=(Post.ACCEPTOR, Post.SHIFT_LEADER)),
    move(
        "settle",
        BorderState.TAKEN,
        BorderState.SETTLED,
        by=(Post.SHIFT_LEADER, Post.LEADER),
        needs=[borders.grounds_given, borders.area_is_concerned],
    ),
    move("leave", (BorderState.TAKEN, BorderState.SETTLED), BorderState.SEEN, by=()),
    ends=(BorderState.SETTLED,),
)

CODE = Lifecycle(
    "code",
    PlateState.IN_USE,
    move("end", PlateState.IN_USE, PlateState.ENDED, by=Post.SYSTEM_ADMINISTRATOR),
    ends=(PlateState.ENDED,),
)
"""A place code is issued once, stands for its place, and ends; a plate that comes back gets another code."""
