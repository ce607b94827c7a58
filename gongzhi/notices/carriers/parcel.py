"""What is handed to a carrier, and what a carrier is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class News:
    """One message inside a parcel: its topic, the stream of its matter, its facts, and its words."""

    topic: str
    about: str
    facts: Mapping[str, object]
    told_at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one attempt hands over: one message, or all that were gathered for somebody.

    `id` is the same at every attempt, so that a provider that got it before does not deliver it again. `to` is the
    address, known only for this moment. `secret` signs what goes to a unit's system.
    """

    id: str
    to: str
    title: str
    text: str
    news: tuple[News, ...]
    secret: str = ""
    most_parts: int = 1


class Carriage(Protocol):
    """A way out of the product."""

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Hand a parcel over; return the other side's reference, empty where it gives none.

        Raises: Outage, which says whether trying again can help.
        """
        ...
