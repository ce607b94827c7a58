"""Moves of a file, and of what the public may see of it."""

from __future__ import annotations

from gongzhi.evidence import rules
from gongzhi.evidence.states import FileState, Publication
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.states import Post

FILE = Lifecycle(
    "file",
    FileState.STORED,
    # Nobody claims a file for its own sake: whoever may report, handle or check may bring the proof along.
    move("claim", FileState.STORED, FileState.CLAIMED, by=()),
    move("sweep", FileState.STORED, FileState.SWEPT, by=TIMER.id),
    # Nor does anybody erase a file for its own sake: whoever may erase what it came with erases it as well.
    move("erase", FileState.CLAIMED, FileState.ERASED, by=()),
    stay("show", FileState.CLAIMED, by=TIMER.id),
    stay("fail_to_show", FileState.CLAIMED, by=TIMER.id),
    stay("mask", FileState.CLAIMED, by=Post.SHIFT_LEADER, needs=[rules.is_shown_as_picture]),
    ends={FileState.CLAIMED, FileState.SWEPT, FileState.ERASED},
)
PUBLICATION = Lifecycle(
    "publication",
    Publication.PRIVATE,
    move(
        "release",
        [Publication.PRIVATE, Publication.WITHHELD],
        Publication.RELEASED,
        by=Post.SHIFT_LEADER,
        needs=[rules.display_made],
    ),
    move("withhold", [Publication.PRIVATE, Publication.RELEASED], Publication.WITHHELD, by=Post.SHIFT_LEADER),
    ends=set(Publication),
)
STORED = FILE.fact("store")
EXPORT = "file.export"
EXPORTERS = ((Post.LEGAL_OFFICER, EXPORT), (Post.AUDIT_ADMINISTRATOR, EXPORT))
"""Who takes originals out of the product: for a procedure before a court, and whoever answers for the record."""
