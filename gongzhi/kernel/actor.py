"""Who did it: a plain value that the record keeps, free of accounts and policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The five sorts of hands that can change something."""

    MEMBER = "member"
    PARTY = "party"
    REPORTER = "reporter"
    MACHINE = "machine"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or machine behind a change, in the post it acts in.

    `id` is a public id, never a database id. `post` and `unit` are codes of the post and unit the member acts for at
    this moment (members hold several). `on_behalf_of` names the person for whom an acceptor or clerk enters something.
    """

    id: str
    kind: ActorKind
    post: str | None = None
    unit: str | None = None
    on_behalf_of: str | None = None

    def as_record(self) -> dict[str, str | None]:
        """Return the actor as it is written into an entry."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "post": self.post,
            "unit": self.unit,
            "on_behalf_of": self.on_behalf_of,
        }

    @classmethod
    def from_record(cls, written: dict[str, str | None]) -> Actor:
        """Read an actor back from an entry."""
        return cls(
            id=written["id"] or "",
            kind=ActorKind(written["kind"] or ""),
            post=written.get("post"),
            unit=written.get("unit"),
            on_behalf_of=written.get("on_behalf_of"),
        )


TIMER = Actor(id="timer", kind=ActorKind.TIMER, post="timer")
ANONYMOUS_REPORTER = Actor(id="reporter", kind=ActorKind.REPORTER)
