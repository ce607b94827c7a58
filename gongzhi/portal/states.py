"""When the public may read about a case, and where a citizen stands in reporting."""

from __future__ import annotations

from enum import StrEnum


class Publication(StrEnum):
    """When the public may read more of a case than that there is one.

    Attributes:
        NEVER: only that there is a case, its state and its day: homes, persons, illegal buildings.
        AFTER_CLOSING: until it ends its class, street, state and day; then also who solved it, and photographs.
        AT_ONCE: all of that from the beginning, for what people must keep clear of.
    """

    NEVER = "never"
    AFTER_CLOSING = "after_closing"
    AT_ONCE = "at_once"


class Step(StrEnum):
    """The steps of a report, in order; each is a page."""

    WORDS = "words"
    PLACE = "place"
    KIND = "kind"
    SEND = "send"
