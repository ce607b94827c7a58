"""Sorts of news as tables: for each an upper room says which facts make it, whom it concerns, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import override

from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import TIMER
from gongzhi.kernel.facts import FactType
from gongzhi.notices import operations, registry
from gongzhi.notices.queries import DEFAULT_LANGUAGE
from gongzhi.notices.rules import Audience, Line
from gongzhi.notices.states import Carrier

M = TypeVar("M")

TO_MEMBERS = (Carrier.INBOX, Carrier.WECOM)
TO_UNITS = (*TO_MEMBERS, Carrier.EMAIL, Carrier.WEBHOOK)
TO_CITIZENS = (Carrier.SMS,)


@dataclass(frozen=True, slots=True)
class Whom(Generic[M]):
    """Somebody whom a sort of news concerns: how rules name them, and how they are found for a matter.

    `find` gives None where a matter has nobody like that; `by` are the carriers with which a city starts.
    """

    code: str
    find: Callable[[M], Audience | None]
    by: tuple[Carrier, ...] = TO_MEMBERS


@dataclass(frozen=True, slots=True)
class News(Generic[M]):
    """One sort of news about matters of one kind: a topic, made by some facts, or by the clock where there are none.

    `facts` and `private` are what its words need of a matter, see `operations.tell`.
    """

    topic: str
    title: str | Promise
    text: str | Promise
    to: tuple[Whom[M], ...]
    facts: Callable[[M], Mapping[str, object]]
    of: tuple[FactType, ...] = ()
    private: Callable[[M], Mapping[str, object]] = field(default=lambda matter: {})
    also_by: tuple[Carrier, ...] = ()
    may_wait: bool = True

    def register(self) -> None:
        """Make its topic known, with the lines a city starts with."""
        lines = [Line(whom.code, carrier) for whom in self.to for carrier in (*whom.by, *self.also_by)]
        registry.register_topic(self.topic, title=self.title, text=self.text, lines=lines, may_wait=self.may_wait)

    @one_change
    def tell(self, matter: M, *, about: str, key: str, urgent: bool = False, at: datetime) -> bool:
        """Tell it of a matter to everybody whom it concerns, each once; return whether anybody had not heard of it.

        Args:
            matter: what happened.
            about: the stream of the matter.
            key: what makes it the same piece of news when it is told again, within its topic.
            urgent: it goes out at any hour.
            at: when it happened.
        """
        audiences = [found for whom in self.to if (found := whom.find(matter)) is not None]
        if not audiences:
            return False
        facts, private = self.facts(matter), self.private(matter)
        told = [
            operations.tell(
                self.topic,
                audience=audience,
                about=about,
                facts=facts,
                private=private,
                key=f"{key}/{self.topic}",
                urgent=urgent,
                by=TIMER,
                at=at,
            )
            for audience in dict.fromkeys(audiences)
        ]
        return any(told)


def register(sorts: Iterable[News[M]]) -> None:
    """Make the topics of a room known; called once while it starts."""
    for one in sorts:
        one.register()


def facts_of(sorts: Iterable[News[M]]) -> list[FactType]:
    """Return the facts that make any of these sorts of news, each once."""
    return list(dict.fromkeys(fact for one in sorts for fact in one.of))


def of_fact(sorts: Iterable[News[M]], fact: str) -> list[News[M]]:
    """Return those of some sorts of news that a fact makes."""
    return [one for one in sorts if fact in {each.name for each in one.of}]


def in_both(name: str, label: str | Promise) -> dict[str, object]:
    """Return a label as facts, since it is told in the language of each recipient: `name`, and `name_en`."""
    said: dict[str, object] = {}
    for language, key in ((DEFAULT_LANGUAGE, name), ("en", f"{name}_en")):
        with override(language):
            said[key] = str(label)
    return said
