"""A request that was understood and is not allowed, and a neighbour that failed."""

from __future__ import annotations

from typing import ClassVar

Fact = str | int | bool | None


class Refusal(Exception):
    """Understood and not allowed: goes back to the person who asked.

    A refusal carries a `code` and facts; the words are added at the door, in the reader's language. Facts are plain
    values, so that a page, a command and the API show the same ones.
    """

    code: ClassVar[str] = ""

    def __init__(self, **facts: Fact) -> None:
        """Keep the facts that explain this refusal."""
        self.facts: dict[str, Fact] = facts
        super().__init__(self.code or type(self).__name__, facts)

    def __str__(self) -> str:
        """Return the code with its facts, for logs; people read the label instead."""
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class Conflict(Refusal):
    """Somebody else changed the thing meanwhile, or the same key came with other content."""

    code = "conflict"


class NotFound(Refusal):
    """There is no such thing, or the reader may not know whether there is."""

    code = "not-found"


class Misconfigured(Exception):
    """The installation cannot start as it is set up; the message says what to change."""


class Outage(Exception):
    """An outside service failed.

    `permanent` says whether trying again can help: a refused credential is permanent, a timeout is not.
    """

    def __init__(self, neighbour: str, *, permanent: bool, detail: str = "") -> None:
        """Name the neighbour and say whether a retry makes sense."""
        self.neighbour = neighbour
        self.permanent = permanent
        self.detail = detail
        super().__init__(f"{neighbour}: {detail or 'no answer'} ({'permanent' if permanent else 'try again'})")
