"""A clock that stands still, and members who are signed in.

Read before Django starts, so each fixture imports what it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gongzhi.desk.tests.members import Member, Shift


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch, city: None) -> Shift:
    from gongzhi.desk.tests.members import Shift
    from gongzhi.web import access

    running = Shift()
    monkeypatch.setattr(access, "wall_clock", lambda: running.at)
    return running


@pytest.fixture
def at_desk(shift: Shift) -> Callable[..., Member]:
    """Return a function that seats a member of a post at a desk."""
    return shift.seat
