"""What is said in a hand-over, and what is refused. Pure functions."""

from __future__ import annotations

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something

LONGEST = 2000


class HandoverOpen(Refusal):
    """The unit has a hand-over that nobody has taken yet; it is finished or dropped first."""

    code = "handover-open"


class HandoverOfAnother(Refusal):
    """Only whoever makes a hand-over writes in it and signs it over; others ask."""

    code = "handover-of-another"


class OwnHandover(Refusal):
    """Nobody asks themselves: whoever makes a hand-over notes what is to be known."""

    code = "own-handover"


class HandoverNothingSaid(Refusal):
    """A note, a question or a reason without a word in it."""

    code = "handover-nothing-said"


class HandoverTooLong(Refusal):
    """More words than a note of a hand-over takes."""

    code = "handover-too-long"


def require_words(words: str) -> None:
    """Raises: HandoverNothingSaid, HandoverTooLong."""
    if not says_something(words):
        raise HandoverNothingSaid
    if len(words) > LONGEST:
        raise HandoverTooLong(longest=LONGEST)
