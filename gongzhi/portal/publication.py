"""When the public may read about a case, class by class, and what people call the common classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CLOSINGS
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ManagedClassRow
from gongzhi.norms.states import ClassKind
from gongzhi.parameters.queries import city, parameter
from gongzhi.portal.names import Named, called, plain_words
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
    return policies_of([class_key], at=at).get(class_key, Publication.NEVER)


def policies_of(class_keys: Iterable[str], *, at: datetime) -> dict[str, Publication]:
    """Return the same for many classes, asking the city's setting once; what has no class yet is left out."""
    otherwise = PUBLICATION_DEFAULTS[parameter("publication_default", at=at)]
    said = norms.publications()
    return {key: said.get(key, otherwise) for key in class_keys if key}


def is_told_in_full(case: CaseRow, *, at: datetime) -> bool:
    """Whether the public may read who had a case, and see what was released of it."""
    policy = publication_of(case.class_key, at=at)
    return policy is Publication.AT_ONCE or (policy is Publication.AFTER_CLOSING and case.state in CLOSINGS)


def common_classes(*, on: date) -> list[PlainClass]:
    """Return the classes that citizens report most, in plain words."""
    standard = city().standard_ref
    found = ((norms.find_class(standard, one["kind"], one["code"]), one) for one in plain_words().values())
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
    also = plain_words()
    rows = [row for row in norms.classes(on=on) if row.kind is ClassKind.EVENT]
    scored = [(_score(asked, row, also.get((row.kind.value, row.code))), row) for row in rows]
    best = sorted(((score, row.code, row) for score, row in scored if score), key=lambda one: (-one[0], one[1]))
    return [PlainClass(row.key, called(row)) for _, _, row in best[:MOST_CLASSES_FOUND]]


def plain(row: ManagedClassRow) -> PlainClass:
    """Return a class as people call it, or as the catalogue does."""
    return PlainClass(row.key, called(row))


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
