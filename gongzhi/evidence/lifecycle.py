"""Moves of a file."""

from __future__ import annotations

from gongzhi.evidence.states import FileState
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.lifecycle import Lifecycle, move

FILE = Lifecycle(
    "file",
    FileState.STORED,
    # Nobody claims a file for its own sake: whoever may report, handle or check may bring the proof along.
    move("claim", FileState.STORED, FileState.CLAIMED, by=()),
    move("sweep", FileState.STORED, FileState.SWEPT, by=TIMER.id),
    # Nor does anybody erase a file for its own sake: whoever may erase what it came with erases it as well.
    move("erase", FileState.CLAIMED, FileState.ERASED, by=()),
    ends={FileState.CLAIMED, FileState.SWEPT, FileState.ERASED},
)
STORED = FILE.fact("store")
