"""A clock that stands still, and people at the door.

Read before Django starts, so each fixture imports what it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gongzhi.api.tests.callers import Caller, Clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    from gongzhi.api import door
    from gongzhi.api.tests.callers import Clock

    standing = Clock()
    monkeypatch.setattr(door, "wall_clock", lambda: standing.at)
    return standing


@pytest.fixture
def citizen(city: None) -> Caller:
    from gongzhi.api.tests.callers import Caller

    return Caller()


@pytest.fixture
def calls(city: None) -> Callable[..., Caller]:
    """Return a function that gives a member with a token for a post."""
    from gongzhi.api.tests.callers import caller

    return caller
