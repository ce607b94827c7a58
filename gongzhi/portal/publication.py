"""When the public may read about a case, class by class, and what people call the common classes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CLOSINGS
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ManagedClassRow
from gongzhi.norms.states import ClassKind
from gongzhi.parameters.queries import city, parameter
from gongzhi.portal.names import Named
from gongzhi.portal.rules import LONGEST_SEARCH, PUBLICATION_DEFAULTS
from gongzhi.portal.states import Publication

MOST_CLASSES_FOUND = 12


@dataclass(frozen=True, slots=True)
class PlainClass:
    """A class as people call it."""

    key: str
    name: Named


def publication_of(class_key: str, *, at: datetime) -> Publication:
    """Return when the public may read about cases of a class: as the table says, otherwise as the city does.

    Until a class is known, somebody's home could be meant: then no more than the line in the list is told.
    """
    listed = _listed(class_key)
    return PUBLICATION_DEFAULTS[parameter("publication_default", at=at)] if listed is None else listed


def is_secret(class_key: str) -> bool:
    """Whether the table keeps the class and place of such a case from the public for ever."""
    return _listed(class_key) is Publication.NEVER


def is_told_in_full(case: CaseRow, *, at: datetime) -> bool:
    """Whether the public may read who had a case, and see what was released of it."""
    policy = publication_of(case.class_key, at=at)
    return policy is Publication.AT_ONCE or (policy is Publication.AFTER_CLOSING and case.state in CLOSINGS)


def common_classes(*, on: date) -> list[PlainClass]:
    """Return the classes that citizens report most, in plain words."""
    standard = city().standard_ref
    found = ((norms.find_class(standard, one["kind"], one["code"]), one) for one in _table("plain_words.csv"))
    return [
        PlainClass(row.key, Named(one["zh"], one["en"]))
        for row, one in found
        if row is not None and row.period.holds(on)
    ]


def found_classes(words: str, *, on: date) -> list[PlainClass]:
    """Return the classes that answer to some words: in plain words first, then as the catalogue names them."""
    asked = words.strip().casefold()[:LONGEST_SEARCH]
    if not asked:
        return []
    also = {(one["kind"], one["code"]): one for one in _table("plain_words.csv")}
    rows = [row for row in norms.classes(on=on) if row.kind is ClassKind.EVENT]
    scored = [(_score(asked, row, also.get((row.kind.value, row.code))), row) for row in rows]
    best = sorted(((score, row.code, row) for score, row in scored if score), key=lambda one: (-one[0], one[1]))
    return [
        PlainClass(row.key, _called(row, also.get((row.kind.value, row.code))))
        for _, _, row in best[:MOST_CLASSES_FOUND]
    ]


def plain(row: ManagedClassRow) -> PlainClass:
    """Return a class as people call it, or as the catalogue does."""
    also = {(one["kind"], one["code"]): one for one in _table("plain_words.csv")}
    return PlainClass(row.key, _called(row, also.get((row.kind.value, row.code))))


def _score(asked: str, row: ManagedClassRow, plain: dict[str, str] | None) -> float:
    """Return how well a class answers: 3 for plain words, 2 for its name, otherwise the share of pairs it holds."""
    said = " ".join((plain["zh"], plain["en"], plain["also"])).casefold() if plain else ""
    name = f"{row.zh} {row.en}".casefold()
    if asked in said:
        return 3.0
    if asked in name:
        return 2.0
    pairs = {asked[place : place + 2] for place in range(len(asked) - 1)}
    share = sum(pair in said or pair in name for pair in pairs) / len(pairs) if pairs else 0.0
    return share if share >= 0.5 else 0.0


def _called(row: ManagedClassRow, plain: dict[str, str] | None) -> Named:
    return Named(row.zh, row.en) if plain is None else Named(plain["zh"], plain["en"])


def _listed(class_key: str) -> Publication | None:
    standard, _, rest = class_key.partition("|")
    kind, _, code = rest.partition("|")
    del standard
    return _publications().get((kind, code))


@cache
def _publications() -> dict[tuple[str, str], Publication]:
    return {(one["kind"], one["code"]): Publication(one["publication"]) for one in _table("publication.csv")}


@cache
def _table(name: str) -> list[dict[str, str]]:
    text = (files("gongzhi.portal") / "data" / name).read_text(encoding="utf-8")
    lines: Iterable[str] = text.splitlines()
    return list(csv.DictReader(lines))
