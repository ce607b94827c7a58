"""What must hold for every change of a configuration: whose power it is, and that nobody acts on an old picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.kernel.actor import Actor
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM, member


class Change(Protocol):
    """A change that is ready but for who makes it and what they have seen; all are made at the same moment."""

    def __call__(self, *, seen: int, by: Actor) -> object:
        """Make it."""


def only_the_administrator_makes(change: Change, *, act: str, stream: str, edition: Callable[[], int]) -> None:
    """A shift leader is refused and changes nothing; the system administrator makes the change, in one entry."""
    before = edition()
    leader = member(Post.SHIFT_LEADER)
    with pytest.raises(NotPermitted) as refused:
        change(seen=before, by=leader)
    assert refused.value.facts["act"] == act
    assert edition() == before == entries_of(stream)[-1].seq
    change(seen=before, by=FOUNDER)
    last = entries_of(stream)[-1]
    assert (last.seq, last.actor, last.at) == (before + 1, FOUNDER, MONDAY_9AM)
    assert edition() == before + 1


def nobody_makes_it_on_an_old_picture(change: Change, *, thing: str, edition: Callable[[], int]) -> None:
    """Whoever saw an earlier edition, or one that is not there yet, is told the present one and changes nothing."""
    now = edition()
    for seen in (0, now - 1, now + 1):
        with pytest.raises(ChangedMeanwhile) as refused:
            change(seen=seen, by=FOUNDER)
        assert refused.value.facts == {"thing": thing, "seen": seen, "now": now}
    assert edition() == now
