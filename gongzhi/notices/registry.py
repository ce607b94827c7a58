"""What upper rooms tell this one while they start: their topics, and how to find whoever stands behind a matter."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from gongzhi.notices.rules import Line

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Topic:
    """One sort of news: its words in both languages, the rules it starts with, and whether it may wait for the morning.

    `title` and `text` are gettext labels with facts in braces. A fact that is given as private is shown in the inbox
    alone; every other carrier says that one must sign in to read it.
    """

    name: str
    title: Words
    text: Words
    lines: tuple[Line, ...]
    may_wait: bool

    def facts_named(self) -> set[str]:
        """Return the names of the facts that its words need."""
        words = f"{self.title}{self.text}"
        return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@dataclass(frozen=True, slots=True)
class Found:
    """Where somebody can be reached at this moment, and in which language; what they did not give is empty."""

    phone: str = ""
    email: str = ""
    language: str = ""


Resolver = Callable[[str, datetime], Found | None]

_topics: dict[str, Topic] = {}
_resolvers: dict[str, Resolver] = {}


def register_topic(name: str, *, title: Words, text: Words, lines: Iterable[Line], may_wait: bool = True) -> None:
    """Register a topic. `lines` are the rules a city starts with; what may not wait goes out at night as well."""
    _topics[name] = Topic(name, title, text, tuple(lines), may_wait)


def register_addressee(kind: str, resolve: Resolver) -> None:
    """Register how the address behind a matter is found at the moment of sending; None says that it was erased.

    The address is used and forgotten: it is not kept here.
    """
    _resolvers[kind] = resolve


def topic(name: str) -> Topic:
    """Return a topic. An unknown one is a bug of the room that tells it."""
    return _topics[name]


def topics() -> list[Topic]:
    """Return all topics by name."""
    return [_topics[name] for name in sorted(_topics)]


def audience_kinds() -> set[str]:
    """Return the kinds of audiences that rules may name: ours, and the addressees of upper rooms."""
    return {"member", "post", "desk", *_resolvers}


def resolver(kind: str) -> Resolver:
    """Return how addressees of a kind are found. An unknown kind is a bug of the room that tells it."""
    return _resolvers[kind]
